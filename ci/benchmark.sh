#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the benchmarks, each a program that prints a table; nothing else should run meanwhile. All are run; the
# status is 1 if one has failed, which is how it says that a limit was missed.
#
# usage: ci/benchmark.sh [NAME…]     NAME: only those whose name contains it (benchmark_NAME)
source "$(dirname "$0")/lib.sh"

case ${1:-} in
  -h | --help) usage && exit ;;
  -*) die "no option $1 (see --help)" ;;
esac

ci/packages.sh --build --mesh --test
ci/build.sh
mapfile -t found < <(find build/bin -maxdepth 1 -type f -executable -name 'benchmark_*' | sort)
ran=0 failed=()
for program in "${found[@]}"; do
  for name in "${@:-}"; do
    if [[ $program == *"$name"* ]]; then
      say "$(basename "$program")"
      "$program" || failed+=("$(basename "$program")")
      ran=$((ran + 1))
      break
    fi
  done
done
((ran)) || die "no benchmark for ${*:-any name}"
((${#failed[@]} == 0)) || die "failed, or missed a limit: ${failed[*]}"
