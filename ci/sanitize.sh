#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Looks for bugs with tools: under AddressSanitizer and UndefinedBehaviorSanitizer the unit tests, the contract's
# tests and 1,000 pages against `boutique`; under ThreadSanitizer the tests labelled tsan; and the fuzz targets.
#
# usage: ci/sanitize.sh [--address] [--thread] [--fuzz]     (without options, all three)
# FUZZ_SECONDS in the environment is how long each fuzz target runs (60).
source "$(dirname "$0")/lib.sh"

parts=()
for option in "$@"; do
  case $option in
    -h | --help) usage && exit ;;
    --address | --thread | --fuzz) parts+=("${option#--}") ;;
    *) die "no option $option (see --help)" ;;
  esac
done
if ((${#parts[@]} == 0)); then parts=(address thread fuzz); fi

work=$(mktemp -d)
shop=''
clean_up() {
  if [[ $shop ]]; then stop_and_wait "$shop" || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

export ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=1:abort_on_error=0:${ASAN_OPTIONS:-}
export LSAN_OPTIONS=suppressions=$root/tests/lsan.supp:print_suppressions=0:${LSAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:${TSAN_OPTIONS:-}

# Starts the sanitized boutique on free ports, as $shop.
start_shop() {
  local tries
  page_port=$(free_port 18080) rpc_port=$(free_port 15051)
  build-sanitize/bin/boutique --data-dir :memory: --port "$page_port" --grpc-port "$rpc_port" \
    --metrics-port "$(free_port 19464)" >"$work/shop.log" 2>&1 &
  shop=$!
  for ((tries = 0; tries < 600; tries++)); do
    if curl -fsS --max-time 10 "http://127.0.0.1:$page_port/readyz" >/dev/null 2>&1; then return; fi
    kill -0 $shop 2>/dev/null || break
    sleep 0.1
  done
  tail -n 40 "$work/shop.log"
  die "the sanitized boutique does not start"
}

# Ends the shop; neither its status nor its log may tell of an error.
stop_shop() {
  local status=0 ended=$shop
  shop=''
  stop_and_wait "$ended" 60 || status=$?
  if ((status)) || grep -Eq 'Sanitizer|runtime error:|"(level|severity)": ?"(error|critical)"' "$work/shop.log"; then
    grep -E -A 30 'Sanitizer|runtime error:|"(level|severity)": ?"(error|critical)"' "$work/shop.log" | head -n 80
    die "the sanitized boutique ended with status $status, and these lines"
  fi
}

address() {
  build_and_run_tests sanitize tests/unit
  ci/build.sh --preset sanitize boutique contract_test
  say "contract tests and 1,000 pages of the sanitized boutique"
  start_shop
  ci/contract.sh --bin build-sanitize/bin --all "127.0.0.1:$rpc_port"
  stop_shop
  start_shop
  ci/pages.sh --count 1000 "127.0.0.1:$page_port"
  stop_shop
}

thread() {
  ci/test.sh --tsan
}

# Runs each fuzz target on a copy of its corpus.
fuzz() {
  local target
  local -a targets
  ci/build.sh --preset fuzz help | sed -n 's/^\(fuzz_[a-z0-9_]*\): phony$/\1/p' >"$work/targets"
  mapfile -t targets <"$work/targets"
  ((${#targets[@]})) || die "there are no fuzz targets"
  ci/build.sh --preset fuzz "${targets[@]}"
  for target in "${targets[@]}"; do
    say "$target for ${FUZZ_SECONDS:-60} s"
    mkdir -p "$work/$target"
    cp -r "tests/fuzz/corpus/$target/." "$work/$target/"
    "build-fuzz/bin/$target" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
      -artifact_prefix="$root/build-fuzz/" "$work/$target" >"$work/$target.log" 2>&1 ||
      { tail -n 40 "$work/$target.log" && die "$target found an input that fails; it is in build-fuzz/"; }
    grep -E 'number_of_executed_units|new_units_added' "$work/$target.log"
  done
}

ci/packages.sh --build --test --sanitize
for part in "${parts[@]}"; do "$part"; done
say "sanitizers: nothing found by ${parts[*]}"
