#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds with CMake, Ninja and ccache, installing first what is missing; without targets, everything.
#
# usage: ci/build.sh [--preset default|debug|sanitize|tsan|fuzz] [TARGET…]
#   --preset  one of CMakePresets.json; the tree is build/, or build-PRESET/
source "$(dirname "$0")/lib.sh"

preset=default
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --preset) preset=$2 && shift ;;
    -*) die "no option $1 (see --help)" ;;
    *) break ;;
  esac
  shift
done

# One job per core, as far as the memory goes: a unit that includes gRPC takes up to 1.5 GiB.
jobs_here() {
  local available
  available=$(awk '/^MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
  echo $((available < 1 ? 1 : available < $(nproc) ? available : $(nproc)))
}

ci/packages.sh --build
if [[ ! -e $(tree_of "$preset")/build.ninja ]]; then cmake --preset "$preset"; fi
exec cmake --build --preset "$preset" --parallel "$(jobs_here)" ${1:+--target "$@"}
