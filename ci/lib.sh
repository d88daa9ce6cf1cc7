# SPDX-License-Identifier: Apache-2.0
# What the scripts beside this one share; source it first. It moves to the project's root.
# shellcheck shell=bash

set -euo pipefail
script=$(realpath "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
called_from=$PWD
cd "$root"

# Another clone of the project finds what this one has compiled, whatever the locale of either.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=locale

# An absolute path for one that was given relative to where the script was called.
path_of() {
  (cd "$called_from" && realpath --canonicalize-missing "$1")
}

# The header comment of the running script, as its help.
usage() {
  sed -n '2,${/^#/!q;s/^# \{0,1\}//;/^SPDX/d;p}' "$script"
}

say() {
  printf '\n== %s\n' "$*"
}

die() {
  printf '%s: %s\n' "$(basename "$script")" "$*" >&2
  exit 1
}

# For an option, "$@" from it on, that must be followed by a value.
needs_value() {
  if [[ ! ${2:-} ]]; then die "$1 needs a value (see --help)"; fi
}

# Whether images can be named after it: a registry's host and a path there.
is_registry() {
  [[ $1 =~ ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$ ]]
}

# Whether it is an image's tag.
is_tag() {
  [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]]
}

# Runs a command as root: as it is, or with sudo.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "needs root for: $*"
  fi
}

# Whether something listens on this loopback port.
port_is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The first port at or above $1 on which nothing listens.
free_port() {
  local port=$1
  while port_is_taken "$port"; do port=$((port + 1)); done
  echo "$port"
}

# Sets `base_port` to the first of sixty ports, below those that the kernel gives to clients, of which none is taken; no
# other run of this gets them while the descriptor `reservation` is open.
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

# Ends child process $1 with SIGTERM, waits for it and returns its exit status; after $2 seconds (30) it is killed.
stop_and_wait() {
  local tenths=$((${2:-30} * 10))
  kill -TERM "$1" 2>/dev/null || true
  while ((tenths-- > 0)) && kill -0 "$1" 2>/dev/null; do sleep 0.1; done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1"
}

# The build tree of a preset.
tree_of() {
  if [[ $1 == default ]]; then echo build; else echo "build-$1"; fi
}

# What package-lock.json pins, for each folder of the tests that has one; nothing when it is there already.
install_npm_packages() {
  local lock folder
  for lock in tests/package-lock.json tests/*/package-lock.json; do
    folder=$(dirname "$lock")
    if [[ -e $lock && ! $folder/node_modules/.package-lock.json -nt $lock ]]; then
      say "npm ci in $folder"
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix "$folder" --no-audit --no-fund
    fi
  done
}

# Runs ctest on build tree $1 with the options that follow; what it prints is also in ctest.log there.
run_ctest() {
  say "tests of $1"
  ctest --test-dir "$1" --output-on-failure --parallel 2 --timeout 600 --no-tests=error \
    --output-log "$1/ctest.log" "${@:2}"
}

# Builds with preset $1 those tests of folder $2 that ctest's options after it select, and runs them. A test's name
# is its target's.
build_and_run_tests() {
  local preset=$1 tree
  local -a targets
  tree=$(tree_of "$preset")/$2
  ci/build.sh --preset "$preset" help >/dev/null
  mapfile -t targets < <(ctest --test-dir "$tree" --show-only "${@:3}" | sed -n 's/^ *Test *#[0-9]*: //p')
  ((${#targets[@]})) || die "no test in $2 for ${*:3}"
  ci/build.sh --preset "$preset" "${targets[@]}"
  run_ctest "$tree" "${@:3}"
}
