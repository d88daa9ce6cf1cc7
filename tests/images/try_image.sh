#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a program's image as a strict cluster does, with a read-only root, no capabilities and 64 MiB, and sees that it
# starts as user 65532, answers health, keeps its data in a volume, and ends well on SIGTERM; that it says what it is,
# and that it adds at most 80 MB to its base. Prints one line.
#
# usage: tests/images/try_image.sh docker|podman PROGRAM IMAGE BASE-IMAGE
source "$(dirname "$0")/../../ci/lib.sh"

runner=$1 program=$2 image=$3 base=$4
container='' work=$(mktemp -d)

fail() {
  if [[ $container ]]; then "$runner" logs --tail 20 "$container" >&2 || true; fi
  die "$program: $*"
}
clean_up() {
  if [[ $container ]]; then "$runner" rm --force --volumes "$container" >/dev/null 2>&1 || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

of_image() { "$runner" image inspect --format "$1" "$2"; }
of_container() { "$runner" container inspect --format "$1" "$container"; }

# --- What the image says, and its size ---
[[ $(of_image '{{.Config.User}}' "$image") == 65532:65532 ]] || fail "does not run as 65532"
[[ $(of_image '{{index .Config.Labels "org.opencontainers.image.title"}}' "$image") == "$program" ]] ||
  fail "is not titled as its program"
for label in version revision licenses description base.name; do
  [[ $(of_image "{{index .Config.Labels \"org.opencontainers.image.$label\"}}" "$image") ]] || fail "says no $label"
done
added=$((($(of_image '{{.Size}}' "$image") - $(of_image '{{.Size}}' "$base")) / 1000))
((added <= 80000)) || fail "adds $added kB to its base"

# --- Starting it. Its peers are not there: a program lives without them. ---
port=$(free_port $((20000 + RANDOM % 8000)))
metrics_port=$(free_port $((port + 1)))
grpc_port=$(free_port $((metrics_port + 1)))
options=(--detach --network host --read-only --cap-drop ALL --security-opt no-new-privileges --memory 64m --volume /data
  --env "PORT=$port" --env "METRICS_PORT=$metrics_port" --env "GRPC_PORT=$grpc_port" --env FRONTEND_ADDR=127.0.0.1:1)
for peer in AD CART CHECKOUT CURRENCY EMAIL ORDER PAYMENT PRODUCT_CATALOG RECOMMENDATION SHIPPING; do
  options+=(--env "${peer}_SERVICE_ADDR=127.0.0.1:1")
done
# podman would mount writable folders over a read-only root; a cluster does not.
if [[ $runner == podman ]]; then options+=(--read-only-tmpfs=false); fi
container=$("$runner" run "${options[@]}" "$image")
from=$(date +%s%N)

# Asks a gRPC server for its health. Request and response are the shortest there are: an empty message, which means the
# process; and field 1, status, with the value 1, SERVING.
serves_grpc() {
  printf '\0\0\0\0\0' | curl --silent --max-time 2 --http2-prior-knowledge --header 'content-type: application/grpc' \
    --header 'te: trailers' --data-binary @- --output "$work/answer" \
    "http://127.0.0.1:$1/grpc.health.v1.Health/Check" || return 1
  [[ $(od -An -tx1 "$work/answer") == ' 00 00 00 00 02 08 01' ]]
}
serves_http() {
  curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:$1"
}
is_healthy() {
  case $program in
    frontend) serves_http "$port/_healthz" ;;
    boutique) serves_http "$port/_healthz" && serves_grpc "$grpc_port" ;;
    loadgenerator) serves_http "$metrics_port/metrics" ;;
    *) serves_grpc "$port" ;;
  esac
}
until is_healthy; do
  [[ $(of_container '{{.State.Running}}') == true ]] || fail "ends by itself"
  (($(date +%s%N) - from < 20000000000)) || fail "is not healthy within 20 s"
  sleep 0.05
done
ready=$((($(date +%s%N) - from) / 1000000))
serves_http "$metrics_port/metrics" || fail "serves no metrics"

# --- As whom, and with what ---
inside() { "$runner" exec "$container" "$@"; }
[[ $(inside id -u) == 65532 ]] || fail "runs as $(inside id -u)"
inside grep -q '^CapEff:[[:space:]]*0*$' /proc/1/status || fail "has capabilities"
inside grep -q ' / / ro[, ]' /proc/1/mountinfo || fail "has a writable root"
[[ $(of_container '{{.HostConfig.Memory}}') == 67108864 ]] || fail "has more memory than it was given"
case $program in
  cartservice | orderservice | paymentservice | shippingservice | boutique)
    [[ $(inside ls /data) ]] || fail "keeps nothing in /data"
    ;;
esac
used=$(inside sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/1/status)

# --- Ending it ---
from=$(date +%s%N)
"$runner" stop --time 25 "$container" >/dev/null
took=$((($(date +%s%N) - from) / 1000000))
[[ $(of_container '{{.State.OOMKilled}}') != true ]] || fail "needs more than 64 MiB"
status=$(of_container '{{.State.ExitCode}}')
[[ $status == 0 ]] || fail "ends with status $status on SIGTERM"
((took < 20000)) || fail "needs $took ms to end"
printf '%-24s %5.1f MB above its base, healthy after %d ms, at most %d MiB resident, ended %d ms after SIGTERM\n' \
  "$program" "$((added / 1000)).$((added % 1000 / 100))" "$ready" "$((used / 1024))" "$took"
