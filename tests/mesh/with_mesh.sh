#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command beside a mesh of its own: the ten programs and frontend as ci/mesh.sh starts them, with carts in Redis
# and everything else in files, on free ports. The command finds the addresses in the environment (FRONTEND_ADDR,
# CART_SERVICE_ADDR and so on). Fails if the command does, or the mesh does not start, stop or keep its log clean.
#
# usage: tests/mesh/with_mesh.sh BIN-DIR [--without SERVICE]… COMMAND…
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "$1") && shift
without=()
while [[ $1 == --without ]]; do
  without+=("$1" "$2")
  shift 2
done
work=$(mktemp -d)
mesh=''
clean_up() {
  if [[ $mesh ]]; then stop_and_wait "$mesh" 60 || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Sixty ports below those that the kernel gives to clients, of which none is taken and no other run of this has a lock.
reserve_ports() {
  local port tries
  for ((tries = 0; tries < 100; tries++)); do
    base_port=$((12000 + RANDOM % 330 * 60))
    exec {reservation}>"${TMPDIR:-/tmp}/boutique-ports-$base_port"
    flock --nonblock "$reservation" || continue
    for ((port = base_port; port < base_port + 60; port++)); do
      if port_is_taken "$port"; then continue 2; fi
    done
    return
  done
  die "no sixty free ports in a row"
}

reserve_ports
ci/mesh.sh --base-port "$base_port" --data-dir "$work/data" --bin "$bin" --addresses "$work/addresses" \
  "${without[@]}" >"$work/log" 2>&1 {reservation}>&- &
mesh=$!
for ((tries = 0; tries < 900; tries++)); do
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
