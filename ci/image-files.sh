#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles programs and lays out what images take of them; the Dockerfile runs it. For each PROGRAM it makes
# OUT/PROGRAM/program and OUT/PROGRAM/packages, the Debian packages with the libraries that it loads, less those of
# the base image. OUT/common/packages are those that every program on the gRPC runtime needs, for a layer they share.
#
# usage: ci/image-files.sh OUT BASE-PACKAGES [PROGRAM…]
#   BASE-PACKAGES  file of the packages in the base image
#   PROGRAM        build/bin/PROGRAM; without it, every one
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage && exit; fi
(($# >= 2)) || die "needs two paths (see --help)"
out=$(path_of "$1")
base_packages=$(path_of "$2")
shift 2

# The libraries, as absolute paths, that a program or library loads.
libraries_of() {
  local listed
  listed=$(ldd "$1")
  if [[ $listed == *'not found'* ]]; then die "$1 lacks libraries: $listed"; fi
  awk '$2 == "=>" {print $3}' <<<"$listed"
}

# The package that a library is from. A package may have recorded its path with or without the /usr that Debian 12
# merged.
package_of() {
  local path
  for path in "$1" "/usr$1" "${1#/usr}" "$(realpath "$1")"; do
    if dpkg-query --search "$path" 2>/dev/null | head -n 1 | cut -d: -f1; then return; fi
  done
  die "no package has $1"
}

# The packages to install for the libraries that the programs or libraries named load.
packages_of() {
  local binary library
  for binary in "$@"; do
    while read -r library; do package_of "$library"; done < <(libraries_of "$binary")
    # One that speaks TLS itself needs the authorities that may vouch for others' servers.
    if readelf --dynamic "$binary" | grep -qE '\(NEEDED\).*\[lib(ssl|curl|pq)\.so'; then echo ca-certificates; fi
  done | sort -u | comm -23 - <(sort -u "$base_packages")
}

# The libraries of this name that the linker takes.
shared_library() {
  g++ -print-file-name="lib$1.so"
}

cmake --preset default -DBOUTIQUE_TESTS=OFF >/tmp/cmake.log || { cat /tmp/cmake.log && exit 1; }
export CCACHE_STATSLOG=/tmp/ccache.log
ci/build.sh "$@"
if [[ -e $CCACHE_STATSLOG ]]; then ccache --show-log-stats; fi

programs=("$@")
if ((${#programs[@]} == 0)); then
  for file in build/bin/*; do if [[ $file != */bundle ]]; then programs+=("${file##*/}"); fi; done
fi
mkdir -p "$out/common"
runtime=(grpc++_reflection grpc++ protobuf prometheus-cpp-core spdlog)
mapfile -t runtime < <(for name in "${runtime[@]}"; do shared_library "$name"; done)
{
  packages_of "${runtime[@]}" | { grep -vx ca-certificates || true; }
  for library in "${runtime[@]}"; do package_of "$(realpath "$library")"; done
} | sort -u >"$out/common/packages"
for program in "${programs[@]}"; do
  mkdir -p "$out/$program"
  packages_of "build/bin/$program" >"$out/$program/packages"
  cp "build/bin/$program" "$out/$program/program"
done
wc -l "$out"/*/packages
