#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tries the shop in the current cluster: pages by port-forward and by Istio's gateway, the component smoke from inside,
# and that a pod outside of the mesh is refused. Applying the overlay a second time must change nothing.
#
# usage: tests/kind/run.sh OVERLAY NAMESPACE
source "$(dirname "$0")/../../ci/lib.sh"

(($# == 2)) || { usage >&2 && exit 2; }
overlay=$(realpath --relative-to "$root" "$1") namespace=$2
work=$(mktemp -d "$root/build/kind-test.XXXXXX")
forwards=()
clean_up() {
  local one
  for one in "${forwards[@]}"; do stop_and_wait "$one" >/dev/null 2>&1 || true; done
  kubectl --namespace default delete pod outsider --ignore-not-found --wait=false >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Forwards a free port, which is printed to $port, to a service.
forward() {
  local tries
  port=$(free_port "$((20000 + RANDOM % 10000))")
  kubectl --namespace "$1" port-forward "svc/$2" "$port:$3" >"$work/forward.log" 2>&1 &
  forwards+=($!)
  for ((tries = 0; tries < 300; tries++)); do
    if curl --fail --silent --max-time 5 "http://127.0.0.1:$port/_healthz" >/dev/null; then return; fi
    sleep 0.1
  done
  cat "$work/forward.log" >&2
  die "svc/$2 does not answer"
}

say "pages by port-forward"
forward "$namespace" frontend 80
ci/pages.sh --count 200 "127.0.0.1:$port"
in_mesh=false
if kubectl --namespace "$namespace" get peerauthentications >/dev/null 2>&1; then in_mesh=true; fi
if $in_mesh; then
  say "pages by Istio's gateway"
  forward istio-system istio-ingressgateway 80
  ci/pages.sh --count 50 "127.0.0.1:$port"
fi

say "the component smoke"
environment=$(basename "$overlay")
cat >"$work/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: $namespace
resources: [../../$overlay]
components:
  - ../../kustomize/components/smoke
  - ../../kustomize/overlays/$environment/images
END
kubectl --namespace "$namespace" delete job smoke --ignore-not-found
kubectl apply -k "$work" >/dev/null
for ((tries = 0; tries < 150; tries++)); do
  if kubectl --namespace "$namespace" wait --for=condition=Complete job/smoke --timeout 1s >/dev/null 2>&1; then break; fi
  if kubectl --namespace "$namespace" wait --for=condition=Failed job/smoke --timeout 1s >/dev/null 2>&1; then break; fi
done
kubectl --namespace "$namespace" logs job/smoke --container main --tail 40
kubectl --namespace "$namespace" wait --for=condition=Complete job/smoke --timeout 1s

if $in_mesh; then
  say "a pod outside of the mesh"
  image=$(kubectl --namespace "$namespace" get job smoke --output jsonpath='{.spec.template.spec.containers[0].image}')
  # It waits for the first answer; if it got one, it would end after the five seconds.
  kubectl --namespace default run outsider --image "$image" --image-pull-policy IfNotPresent --restart Never \
    --env "FRONTEND_ADDR=frontend.$namespace:80" --env USERS=1 --env DURATION=5s
  if kubectl --namespace default wait --for=jsonpath='{.status.phase}'=Succeeded pod/outsider --timeout 30s; then
    die "a pod without the mesh's identity was let in"
  fi
  kubectl --namespace default logs outsider | tee "$work/outsider"
  grep -q 'waiting for the shop' "$work/outsider" || die "the pod outside of the mesh did not even try"
fi

say "the overlay again"
kubectl apply -k "$overlay" | tee "$work/again" | grep -Ev ' (unchanged|configured)$' || true
if grep -q ' created$' "$work/again"; then die "a second apply made something new"; fi
