#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Asks the current cluster, without changing anything, whether it would take the manifests: a strict server-side dry run
# (unknown fields, wrong values, kinds that are not installed, what an admission webhook refuses). Since nothing can be
# tried in a namespace that is not there, it says so, or makes the namespace when told to.
#
# usage: ci/dry-run.sh [--make-namespaces] [DIR…]     DIR: overlays/dev without any
source "$(dirname "$0")/lib.sh"

make=false folders=()
for argument in "$@"; do
  case $argument in
    -h | --help) usage && exit ;;
    --make-namespaces) make=true ;;
    -*) die "no option $argument (see --help)" ;;
    *) folders+=("$(path_of "$argument")") ;;
  esac
done
if ((${#folders[@]} == 0)); then folders=(kustomize/overlays/dev); fi

context=$(kubectl config current-context 2>/dev/null) || die "there is no current context: which cluster is meant?"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for folder in "${folders[@]}"; do
  say "${folder#"$root"/} in $context"
  ci/kustomize.sh "$folder" >"$work/all.yaml"
  while read -r namespace; do
    if kubectl get namespace "$namespace" >/dev/null 2>&1; then continue; fi
    if ! $make; then die "there is no namespace $namespace; say --make-namespaces, or make it"; fi
    kubectl create namespace "$namespace"
  done < <(sed -n 's/^  namespace: //p' "$work/all.yaml" | sort -u)
  kubectl apply --server-side --force-conflicts --dry-run=server --validate=strict --filename "$work/all.yaml" \
    >"$work/out" 2>&1 || failed=1
  grep -v 'serverside-applied (server dry run)$' "$work/out" || true
  echo "$(grep -c 'serverside-applied (server dry run)$' "$work/out") objects would be taken"
done
exit $failed
