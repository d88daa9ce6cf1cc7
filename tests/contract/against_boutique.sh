#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the contract's tests against a `boutique` of its own, on free ports and without files. Fails if one does, and
# if the program does not start, does not stop properly, or has logged a fault or a line that is no JSON.
#
# usage: tests/contract/against_boutique.sh BIN-DIR [TEST-OPTION…]
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "$1") && shift
work=$(mktemp -d)
shop=''
clean_up() {
  if [[ $shop ]]; then stop_and_wait "$shop" || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

exec {announced}< <(exec "$bin/boutique" --port=0 --grpc-port=0 --metrics-port=0 --data-dir=:memory: 2>"$work/log")
shop=$!
address=''
while [[ ! $address ]] && read -r -t 60 -u "$announced" what where; do
  if [[ $what == grpc ]]; then address=$where; fi
done
[[ $address ]] || {
  tail -n 20 "$work/log" >&2
  die "boutique does not start"
}

status=0
ci/contract.sh --bin "$bin" --all "$address" -- "$@" || status=$?
ended=0
stop_and_wait "$shop" || ended=$?
shop=''
if ((ended)) || grep -Ev '^\{"timestamp":' "$work/log" >&2 || grep '"severity":"error"' "$work/log" >&2; then
  die "boutique ended with status $ended, and these lines"
fi
((status == 0))
