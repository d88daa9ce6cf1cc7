#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proposes a promotion: ci/promote.sh, on a branch of its own, as a pull request that shows the rendered difference. A
# person merges it. Needs gh, logged in, and a clone that may push; the arguments are checked by ci/promote.sh before
# anything else happens.
#
# usage: ci/propose.sh [--registry REGISTRY] SERVICE|all ENVIRONMENT TAG|DIGEST
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage && exit; fi
options=()
if [[ ${1:-} == --registry ]]; then needs_value "$@" && options=(--registry "$2") && shift 2; fi
(($# == 3)) || die "needs a service, an environment and a version (see --help)"
[[ ! $(git status --porcelain -- kustomize istio) ]] || die "commit first what was changed in kustomize and istio"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ci/promote.sh "${options[@]}" "$@" >"$work/difference"
cat "$work/difference"
if git diff --quiet -- kustomize; then die "nothing to propose: it is so already"; fi
# Known to be of the form that ci/promote.sh allows.
service=$1 environment=$2 version=$3
title="Promote $service to ${version:0:19} in $environment"
branch="promote/$environment/$service-$(tr -c 'A-Za-z0-9.\n_-' - <<<"${version:0:40}")"
{
  echo "\`ci/promote.sh ${options[*]} $*\` changes this in what is rendered:"
  # shellcheck disable=SC2016 # Markdown's own quotes
  printf '\n````diff\n%s\n````\n' "$(head -c 50000 "$work/difference")"
  printf '\nIf a workflow made this pull request, close and reopen it to start its checks: GitHub does not by itself.\n'
} >"$work/body.md"
base=$(git rev-parse --abbrev-ref HEAD)
back() {
  rm -rf "$work"
  git restore --source HEAD --staged --worktree kustomize
  git switch --quiet "$base"
}
trap back EXIT
git switch --force-create "$branch"
git commit --quiet --message "$title" -- kustomize
git push --force --set-upstream origin "$branch" || die "$branch could not be pushed"
if ! gh pr view "$branch" --json state --jq .state 2>/dev/null | grep -qx OPEN; then
  gh pr create --base "$base" --head "$branch" --title "$title" --body-file "$work/body.md"
fi
