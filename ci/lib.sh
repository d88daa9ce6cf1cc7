# SPDX-License-Identifier: Apache-2.0
# What the scripts beside this one share; source it first. It moves to the project's root.
# shellcheck shell=bash

set -euo pipefail
script=$(realpath "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

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

# Ends child process $1 with SIGTERM, waits for it and returns its exit status; after $2 seconds (30) it is killed.
stop_and_wait() {
  local tenths=$((${2:-30} * 10))
  kill -TERM "$1" 2>/dev/null || true
  while ((tenths-- > 0)) && kill -0 "$1" 2>/dev/null; do sleep 0.1; done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1"
}
