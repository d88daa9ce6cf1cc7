#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command beside a mesh of its own: the ten programs and frontend, with Redis, PostgreSQL and RabbitMQ, as
# ci/mesh.sh starts them with these options, on free ports. The command finds the addresses in the environment
# (FRONTEND_ADDR, CART_SERVICE_ADDR, DATABASE_URL and so on). Fails if the command does, or the mesh does not start, stop
# or keep its log clean.
#
# usage: tests/mesh/with_mesh.sh BIN-DIR [--without SERVICE]… [--no-redis] [--no-postgres] [--no-rabbitmq] COMMAND…
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "$1") && shift
options=()
while [[ $1 == --* ]]; do
  options+=("$1") && shift
  if [[ ${options[-1]} == --without ]]; then options+=("$1") && shift; fi
done
work=$(mktemp -d)
chmod 711 "$work" # for root's servers, who are other users
mesh=''
clean_up() {
  if [[ $mesh ]]; then stop_and_wait "$mesh" 60 || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

reserve_ports
ci/mesh.sh --base-port "$base_port" --data-dir "$work/data" --bin "$bin" --addresses "$work/addresses" \
  "${options[@]}" >"$work/log" 2>&1 {reservation}>&- &
mesh=$!
for ((tries = 0; tries < 1500; tries++)); do
  if [[ -e $work/addresses ]]; then break; fi
  kill -0 "$mesh" 2>/dev/null || break
  sleep 0.1
done
[[ -e $work/addresses ]] || {
  cat "$work/log" >&2
  die "the mesh does not start"
}

status=0
(
  while IFS='=' read -r name value; do export "$name=$value"; done <"$work/addresses"
  exec "$@"
) || status=$?
ended=0
stop_and_wait "$mesh" 60 || ended=$?
mesh=''
if ((ended)) || grep -q '"severity":"error"' "$work"/data/*.log; then
  grep '"severity":"error"' "$work"/data/*.log | head -n 20 >&2
  die "the mesh ended with status $ended, and these lines"
fi
((status == 0))
