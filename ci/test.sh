#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs all the tests: installs what is missing, builds everything, runs ctest. The status is ctest's.
#
# usage: ci/test.sh [--tsan] [FILTER…]
#   --tsan   build with ThreadSanitizer, and run the tests that hold under it: those labelled tsan
#   FILTER   run the tests whose name matches any of these regular expressions
source "$(dirname "$0")/lib.sh"

preset=default
filters=()
for option in "$@"; do
  case $option in
    -h | --help) usage && exit ;;
    --tsan) preset=tsan ;;
    -*) die "no option $option (see --help)" ;;
    *) filters+=("$option") ;;
  esac
done
names=$(IFS='|' && echo "${filters[*]}")

if [[ $preset == tsan ]]; then
  ci/packages.sh --build --test
  export TSAN_OPTIONS="suppressions='$root/tests/tsan.supp':print_suppressions=0:${TSAN_OPTIONS:-}"
  build_and_run_tests tsan tests --label-regex '^tsan$' ${names:+--tests-regex "$names"}
else
  ci/packages.sh --build --test --browser --images
  ci/build.sh
  install_npm_packages
  run_ctest build ${names:+--tests-regex "$names"}
fi
