#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests of ci/{promote,configure,render,kustomize,propose,tools,mesh,images}.sh and of what Argo CD and Flux are told, on a copy
# of the manifests in a repository of its own; and of the workflows by actionlint. Stand-ins take the place of skopeo,
# gh and curl.
#
# usage: tests/scripts/run.sh [PART…]     PART: promote, configure, …; all without any
source "$(dirname "$0")/../../ci/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0 faults=0 only=("$@")

# Runs the commands after $1, which must succeed ($1 is "passes") or fail; what they print is in $work/out.
expect() {
  local expected=$1 status=0
  shift
  "$@" >"$work/out" 2>&1 </dev/null || status=$?
  checks=$((checks + 1))
  if [[ ($expected == passes && $status -ne 0) || ($expected == fails && ($status -eq 0 || $status -gt 2)) ]]; then
    fault "status $status of: $*"
  fi
}
fault() {
  faults=$((faults + 1))
  echo "fault: $*"
  sed 's/^/    /' "$work/out" | tail -n 20
}
# What the last command printed must match this extended regular expression.
says() {
  checks=$((checks + 1))
  grep -Eq -- "$1" "$work/out" || fault "not said: $1"
}
# The command after it must succeed.
holds() {
  checks=$((checks + 1))
  "$@" || fault "does not hold: $*"
}
same() {
  checks=$((checks + 1))
  [[ $1 == "$2" ]] || fault "'$1' is not '$2'"
}
image_in() {
  ci/kustomize.sh "kustomize/overlays/$1" | sed -n "s/^ *image: \(.*\/$2[:@].*\)/\1/p" | sort -u
}
is_unchanged() {
  git diff --quiet
}

# A copy with a history, in which the scripts are run as in the project.
mkdir "$work/project"
cp -r ci kustomize istio "$work/project"
# Where a package had to be unpacked to render, that is done once, in the project.
"$root/ci/kustomize.sh" --tool >/dev/null
if [[ -d $root/build/kustomize ]]; then mkdir "$work/project/build" && cp -r "$root/build/kustomize" "$work/project/build"; fi
cd "$work/project"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
git init -q --initial-branch main
echo /build >>.git/info/exclude
git config user.name tester && git config user.email tester@example.com
git add -A && git commit -q -m first

# A registry that knows one tag.
readonly digest=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
mkdir "$work/bin"
cat >"$work/bin/skopeo" <<END
#!/bin/sh
case \$* in
  *docker://ghcr.io/shop/*:1.2.3 | *docker://ghcr.io/shop/*@$digest) echo $digest ;;
  *docker://ghcr.io/shop/*:broken) echo nonsense ;;
  *) echo "manifest unknown" >&2 && exit 1 ;;
esac
END
chmod +x "$work/bin/skopeo"
export PATH=$work/bin:$PATH

for part in "$root"/tests/scripts/*_test.sh; do
  if ((${#only[@]})) && [[ " ${only[*]} " != *" $(basename "$part" _test.sh) "* ]]; then continue; fi
  say "$(basename "$part" _test.sh)"
  git reset -q --hard "$(git rev-list --max-parents=0 HEAD)"
  # shellcheck disable=SC1090 # one of the files beside this one
  source "$part"
done

printf '\n%d passed, %d failed\n' $((checks - faults)) "$faults"
((faults == 0))
