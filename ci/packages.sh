#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages (12 or 13) that are missing, as root or with sudo; when none is, it does nothing.
# It starts no service, and leaves none of them to start at the next boot.
#
# usage: ci/packages.sh [--build] [--mesh] [--test] [--browser] [--sanitize] [--images] [--machine] [--all] [--list]
#   --build     to configure and build everything (this is the default)
#   --mesh      to run the mesh of processes: Redis, PostgreSQL, RabbitMQ
#   --test      to run the tests
#   --browser   to run the browser's tests and npm's tools: Chromium, Node
#   --sanitize  clang with libFuzzer and the sanitizers
#   --images    to build and run images: buildah, podman
#   --machine   to make a clean Debian root for ci/fresh-machine.sh
#   --all       all of these but --machine
#   --list      only print the names of what is missing
source "$(dirname "$0")/lib.sh"

# Packages by purpose. What is written command:package is needed only where that command is missing, so that a
# Node from elsewhere is left alone.
declare -A packages=(
  [build]="g++ cmake ninja-build ccache lld pkg-config git ca-certificates python3
    protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libgrpc++-dev libabsl-dev prometheus-cpp-dev
    librestinio-dev libboost-dev libboost-system-dev libfmt-dev libspdlog-dev libcli11-dev nlohmann-json3-dev
    libctemplate-dev libsqlitecpp-dev libsqlite3-dev libhiredis-dev libssl-dev zlib1g-dev libbrotli-dev
    libcurl4-openssl-dev librabbitmq-dev libpqxx-dev catch2 librapidcheck-dev libbenchmark-dev"
  [mesh]="redis-server redis-tools postgresql rabbitmq-server"
  [test]="redis-server redis-tools postgresql rabbitmq-server curl openssl python3-yaml shellcheck wrk procps"
  [browser]="node:nodejs npm:npm chromium:chromium fonts-liberation"
  [sanitize]="clang libclang-rt-dev curl"
  [images]="buildah podman runc mmdebstrap curl"
  [machine]="mmdebstrap curl"
)

# Adds to `missing` what is not there of the packages named.
declare -a missing=()
find_missing() {
  local item
  for item in "$@"; do
    if [[ $item == *:* ]]; then
      command -v "${item%%:*}" >/dev/null || missing+=("${item#*:}")
    elif [[ $(dpkg-query -W -f='${db:Status-Status} ' "$item" 2>/dev/null) != *installed\ * ]]; then
      missing+=("$item")
    fi
  done
}

# While packages are set up, policy-rc.d forbids the start of services; one that is there is put aside and back.
readonly policy=/usr/sbin/policy-rc.d
forbid_services() {
  if [[ -e $policy ]] && ! grep -q 'boutique: no services' $policy; then as_root mv $policy $policy.aside; fi
  printf '#!/bin/sh\n# boutique: no services\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
}
allow_services() {
  as_root rm -f $policy
  if [[ -e $policy.aside ]]; then as_root mv $policy.aside $policy; fi
}

# PostgreSQL's package would make a cluster that starts at boot.
forbid_cluster() {
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.d/boutique.conf >/dev/null
}

install_missing() {
  ((EUID == 0)) || command -v sudo >/dev/null || die "install as root, or with sudo: ${missing[*]}"
  say "installing ${missing[*]}"
  local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  log=$(mktemp)
  trap 'rm -f "$log"; allow_services' EXIT
  forbid_services
  if [[ " ${missing[*]} " == *" postgresql "* ]]; then forbid_cluster; fi
  as_root "${apt[@]}" update >"$log" 2>&1 || { cat "$log" && die "apt-get update failed"; }
  as_root "${apt[@]}" -o Dpkg::Use-Pty=0 install --no-install-recommends "${missing[@]}" >"$log" 2>&1 ||
    { tail -n 40 "$log" && die "apt-get install failed"; }
  if command -v systemctl >/dev/null; then
    local service
    for service in redis-server rabbitmq-server; do
      if [[ " ${missing[*]} " == *" $service "* ]]; then as_root systemctl --quiet disable $service || true; fi
    done
  fi
}

purposes=()
list=false
for option in "$@"; do
  case $option in
    -h | --help) usage && exit ;;
    --list) list=true ;;
    --all) purposes+=(build mesh test browser sanitize images) ;;
    --*) [[ -v packages[${option#--}] ]] || die "no option $option (see --help)"
      purposes+=("${option#--}") ;;
    *) die "no option $option (see --help)" ;;
  esac
done

# shellcheck disable=SC2086 # the table's words
for purpose in "${purposes[@]:-build}"; do find_missing ${packages[$purpose]}; done
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sed '/^$/d' | sort -u)
if ((${#missing[@]} == 0)); then exit; fi
if $list; then
  printf '%s\n' "${missing[@]}"
else
  install_missing
fi
