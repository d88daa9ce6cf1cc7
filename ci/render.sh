#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The plan that a reviewer reads: what would be created, changed and deleted in staging and prod, in Markdown, from the
# manifests as they are here against those of another commit. No cluster is asked.
#
# usage: ci/render.sh [--against REVISION] [--output DIR] [ENVIRONMENT…]
#   --against REVISION  the commit to compare with (HEAD: what is not committed yet)
#   --output DIR        writes there plan.md and, for each environment, the rendered manifests
#   ENVIRONMENT         staging prod
source "$(dirname "$0")/lib.sh"

revision=HEAD output='' environments=()
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --against) needs_value "$@" && revision=$2 && shift ;;
    --output) needs_value "$@" && output=$(path_of "$2") && shift ;;
    -*) die "no option $1 (see --help)" ;;
    *) [[ $1 =~ ^[a-z]+$ && -d kustomize/overlays/$1 ]] || die "no environment '$1'"
      environments+=("$1") ;;
  esac
  shift
done
if ((${#environments[@]} == 0)); then environments=(staging prod); fi
commit=$(git rev-parse --quiet --verify --end-of-options "$revision^{commit}") || die "no commit '$revision'"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Unpacks the manifests of the commit; it may be older than some of them.
mapfile -t there < <(git ls-tree --name-only "$commit" kustomize istio)
mkdir -p "$work/tree"
if ((${#there[@]})); then git archive "$commit" "${there[@]}" | tar -x -C "$work/tree"; fi

# Writes each object of the manifests on standard input to a file of its own in folder $1, named after the object.
split_objects() {
  mkdir -p "$1"
  awk -v folder="$1" '
    function finish() {
      if (kind) print text >(folder "/" kind " " namespace (namespace ? "." : "") name)
      text = kind = name = namespace = ""
    }
    /^---$/ {finish(); next}
    /^kind: / {kind = $2}
    /^[a-z]/ {metadata = /^metadata:/}
    metadata && /^  name: / {name = $2}
    metadata && /^  namespace: / {namespace = $2}
    {text = text (text == "" ? "" : "\n") $0}
    END {finish()}'
}

plan() {
  local environment=$1 object verb
  local -A count=([create]=0 [change]=0 [delete]=0)
  if [[ -d $work/tree/kustomize/overlays/$environment ]]; then
    ci/kustomize.sh "$work/tree/kustomize/overlays/$environment" >"$work/$environment.before.yaml"
  else
    : >"$work/$environment.before.yaml"
  fi
  ci/kustomize.sh "kustomize/overlays/$environment" >"$work/$environment.yaml"
  split_objects "$work/before/$environment" <"$work/$environment.before.yaml"
  split_objects "$work/after/$environment" <"$work/$environment.yaml"
  : >"$work/lines" && : >"$work/differences"
  while read -r object; do
    if [[ ! -e $work/before/$environment/$object ]]; then
      verb=create
    elif [[ ! -e $work/after/$environment/$object ]]; then
      verb=delete
    elif cmp -s "$work/before/$environment/$object" "$work/after/$environment/$object"; then
      continue
    else
      verb=change
    fi
    count[$verb]=$((count[$verb] + 1))
    echo "| $verb | $object |" >>"$work/lines"
    diff -uN --label "$object" --label "$object" "$work/before/$environment/$object" \
      "$work/after/$environment/$object" >>"$work/differences" || true
  done < <({ cd "$work/before/$environment" && find . -type f && cd "$work/after/$environment" && find . -type f; } |
    sed 's|^\./||' | sort -u)
  printf '## %s: %d to create, %d to change, %d to delete\n\n' "$environment" "${count[create]}" "${count[change]}" \
    "${count[delete]}"
  if [[ -s $work/lines ]]; then
    printf '| | object |\n|---|---|\n'
    cat "$work/lines"
    # shellcheck disable=SC2016 # Markdown's own quotes
    printf '\n<details><summary>the difference</summary>\n\n````diff\n%s\n````\n\n</details>\n\n' \
      "$(cat "$work/differences")"
  fi
}

for environment in "${environments[@]}"; do plan "$environment"; done >"$work/plan.md"
cat "$work/plan.md"
if [[ $output ]]; then
  mkdir -p "$output"
  cp "$work/plan.md" "$output"
  for environment in "${environments[@]}"; do cp "$work/$environment.yaml" "$output"; done
fi
