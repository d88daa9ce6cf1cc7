#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The shop in a Kubernetes of its own on this machine: makes a kind cluster, installs Istio, builds the images and puts
# them on the node, applies an overlay, waits until all of it is ready, and tries it. Needs docker. A cluster of that
# name which is there already is used. When it fails, ci/diagnose.sh says why.
#
# usage: ci/kind.sh [--name NAME] [--overlay DIR] [--without-istio] [--no-images] [--delete]
#   --name NAME      of the cluster (boutique)
#   --overlay DIR    what to apply (overlays/dev, or overlays/plain without Istio)
#   --without-istio  installs none
#   --no-images      the images are on the node already
#   --delete         only removes the cluster
source "$(dirname "$0")/lib.sh"

# The node's image, by kind's own release notes, in the digest that they name.
readonly node=kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5

name=boutique overlay='' istio=true images=true delete=false
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --name) needs_value "$@" && name=$2 && shift ;;
    --overlay) needs_value "$@" && overlay=$(path_of "$2") && shift ;;
    --without-istio) istio=false ;;
    --no-images) images=false ;;
    --delete) delete=true ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done
if [[ ! $overlay ]]; then
  if $istio; then overlay=overlays/dev; else overlay=overlays/plain; fi
fi
[[ -e $overlay/kustomization.yaml ]] || die "no overlay $overlay"

tools=(kind kubectl)
if $istio; then tools+=(istioctl); fi
found=$(ci/tools.sh "${tools[@]}")
export PATH=$found:$PATH
if $delete; then exec kind delete cluster --name "$name"; fi

docker info >/dev/null 2>&1 || die "needs docker, with its engine running"
work=$(mktemp -d)
# A file of its own: whatever clusters this person has, nothing is done to them.
export KUBECONFIG=$root/build/kind-$name.kubeconfig
finish() {
  local status=$?
  rm -rf "$work"
  if ((status)) && kind get clusters 2>/dev/null | grep -Fxq "$name"; then
    ci/diagnose.sh --namespace "${namespace:-online-boutique}" || true
  fi
}
trap finish EXIT

make_cluster() {
  if kind get clusters 2>/dev/null | grep -Fxq "$name"; then
    kind export kubeconfig --name "$name" --kubeconfig "$KUBECONFIG"
    return
  fi
  say "cluster $name"
  kind create cluster --name "$name" --image "$node" --wait 120s --kubeconfig "$KUBECONFIG"
}

# The mesh's own settings, which no overlay can make: where the component tracing has its collector.
install_istio() {
  say "Istio"
  cat >"$work/istio.yaml" <<'END'
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  profile: default
  meshConfig:
    enableTracing: true
    extensionProviders:
      - name: jaeger
        opentelemetry:
          service: jaeger.online-boutique.svc.cluster.local
          port: 4317
  values:
    pilot:
      resources:
        requests:
          cpu: 100m
          memory: 256Mi
END
  istioctl install --skip-confirmation --readiness-timeout 5m --filename "$work/istio.yaml"
}

make_cluster
if $istio; then install_istio; fi
if $images; then
  say "images"
  ci/images.sh --as "$overlay" --load kind --cluster "$name"
fi
ci/dry-run.sh --make-namespaces "$overlay"
say "kubectl apply -k $overlay"
kubectl apply -k "$overlay"
namespace=$(ci/kustomize.sh "$overlay" | sed -n 's/^  namespace: //p' | head -n 1)
for kind in statefulset deployment; do
  while read -r one; do
    kubectl --namespace "$namespace" rollout status "$one" --timeout 5m
  done < <(kubectl --namespace "$namespace" get "$kind" --output name)
done
say "trying it"
tests/kind/run.sh "$overlay" "$namespace"
say "the shop runs: KUBECONFIG=$KUBECONFIG kubectl -n $namespace port-forward svc/frontend 8080:80"
