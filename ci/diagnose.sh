#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gathers what explains why the shop does not run in the current cluster: the state of its objects, events, logs of the
# containers and of those before them, what Istio's proxies were told. Changes nothing and prints no Secret. It never
# fails: what cannot be had is said.
#
# usage: ci/diagnose.sh [--namespace N] [--output DIR]
#   --namespace N  online-boutique
#   --output DIR   writes files there (build/diagnosis); a summary is printed
source "$(dirname "$0")/lib.sh"

namespace=online-boutique output=$root/build/diagnosis
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --namespace) needs_value "$@" && namespace=$2 && shift ;;
    --output) needs_value "$@" && output=$(path_of "$2") && shift ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done
mkdir -p "$output"

# Writes what a command says to a file; its failure is part of it.
keep() {
  { "${@:2}" || echo "(status $? of: ${*:2})"; } >"$output/$1" 2>&1
}
in_namespace() {
  kubectl --namespace "$namespace" --request-timeout 30s "$@"
}
# The pods, one a line, of which a container is not ready, was restarted, or failed.
troubled() {
  in_namespace get pods --no-headers 2>/dev/null |
    awk '{split($2, ready, "/")} $3 != "Completed" && (ready[1] != ready[2] || $4 > 0) {print $1}'
}

keep versions.txt kubectl version
keep nodes.txt kubectl describe nodes
keep objects.txt in_namespace get -o wide \
  deployments,statefulsets,jobs,pods,services,endpointslices,persistentvolumeclaims
keep events.txt in_namespace get events --sort-by .lastTimestamp
keep pods.txt in_namespace describe pods
keep policies.txt in_namespace get -o name \
  networkpolicies,peerauthentications,authorizationpolicies,virtualservices,destinationrules
mapfile -t pods < <(in_namespace get pods -o name 2>/dev/null)
mkdir -p "$output/logs"
for pod in "${pods[@]}"; do
  keep "logs/${pod#pod/}.txt" in_namespace logs "$pod" --all-containers --prefix --tail 500
  keep "logs/${pod#pod/}.previous.txt" in_namespace logs "$pod" --all-containers --prefix --tail 200 --previous
done
find "$output/logs" -name '*.previous.txt' -exec grep -q 'previous terminated container .* not found' {} \; -delete
keep istiod.txt kubectl --namespace istio-system --request-timeout 30s logs deployment/istiod --tail 500
keep gateway.txt kubectl --namespace istio-system --request-timeout 30s logs deployment/istio-ingressgateway --tail 500
if command -v istioctl >/dev/null; then
  keep analysis.txt istioctl analyze --namespace "$namespace" --timeout 60s
  keep proxies.txt istioctl proxy-status
fi

say "pods of $namespace"
in_namespace get pods -o wide || true
say "warnings"
grep Warning "$output/events.txt" | tail -n 30 || echo none
while read -r pod; do
  say "$pod"
  in_namespace logs "$pod" --all-containers --prefix --tail 30 || true
done < <(troubled)
say "more is in $output"
