#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the contract's tests against a mesh of its own: the ten programs and frontend as ci/mesh.sh starts them, with
# carts in Redis, on free ports and without files. Fails if one does, and if the mesh
# does not start.
#
# usage: tests/contract/against_mesh.sh BIN-DIR [TEST-OPTION…]
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "$1") && shift
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
ci/mesh.sh --base-port "$base_port" --data-dir :memory: --bin "$bin" --addresses "$work/addresses" \
  >"$work/log" 2>&1 {reservation}>&- &
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
ci/contract.sh --bin "$bin" --addresses "$work/addresses" -- "$@"
