#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Renders kustomizations to standard output, with kubectl 1.27 or later or kustomize 5 or later. Where there is neither
# (Debian 12 has kubectl 1.20), Debian 13's package of kustomize is unpacked below the build tree; nothing is installed.
#
# usage: ci/kustomize.sh DIR…
#        ci/kustomize.sh --tool     prints the program that renders, with its first arguments
source "$(dirname "$0")/lib.sh"

readonly unpacked=$root/build/kustomize

# Whether a version that was printed, as v5.5.0 or 5.6.0+ds-1, is 5 or later.
is_new_enough() {
  [[ $1 =~ ^v?([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 5))
}

# Debian's mirror, as this machine is set up, or deb.debian.org.
mirror() {
  # shellcheck disable=SC2016 # apt's own variable
  { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/\?$'; } ||
    echo http://deb.debian.org/debian
}

unpack_kustomize() {
  local keys=/usr/share/keyrings/debian-archive-keyring.gpg
  local -a apt=(apt-get -q -o "Dir::Etc::sourcelist=$unpacked/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$unpacked/lists" -o "Dir::Cache=$unpacked/cache" -o Acquire::Languages=none
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o APT::Sandbox::User=)
  mkdir -p "$unpacked/lists/partial" "$unpacked/cache"
  echo "deb [signed-by=$keys] $(mirror) trixie main" >"$unpacked/sources.list"
  (cd "$unpacked" && "${apt[@]}" update && "${apt[@]}" download kustomize && dpkg-deb --extract kustomize_*.deb .) \
    >"$unpacked/log" 2>&1 || {
    tail -n 5 "$unpacked/log" >&2
    die "needs kubectl 1.27 or kustomize 5, or later; kubectl here: $(kubectl version --client 2>/dev/null |
      head -n 1 || true); and Debian's package of kustomize could not be had"
  }
  rm -rf "$unpacked"/kustomize_*.deb "$unpacked/lists" "$unpacked/cache"
}

# The program and its first arguments, as $tool.
find_tool() {
  local version
  version=$(kubectl version --client --output=json 2>/dev/null |
    sed -n 's/.*"kustomizeVersion": *"\([^"]*\)".*/\1/p') || true
  if is_new_enough "$version"; then tool=(kubectl kustomize) && return; fi
  version=$(kustomize version 2>/dev/null | sed 's/.*kustomize\///') || true
  if is_new_enough "$version"; then tool=(kustomize build) && return; fi
  if [[ ! -x $unpacked/usr/bin/kustomize ]]; then unpack_kustomize; fi
  tool=("$unpacked/usr/bin/kustomize" build)
}

case ${1:-} in
  -h | --help) usage && exit ;;
  --tool) find_tool && echo "${tool[*]}" && exit ;;
  -*) die "no option $1 (see --help)" ;;
  '') die "which folder? (see --help)" ;;
esac
find_tool
separator=
for folder in "$@"; do
  printf '%s' "$separator"
  "${tool[@]}" "$(path_of "$folder")"
  separator=$'---\n'
done
