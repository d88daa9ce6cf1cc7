# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# What Argo CD and Flux deploy: that it is there, and that Argo CD's project allows it. Sourced by run.sh.

expect passes python3 "$root/tests/scripts/gitops.py" .

# Each fault is found.
break_it() {
  local file=$1
  expect passes git diff --quiet
  sed -i "$2" "$file"
  if git diff --quiet; then fault "nothing to break in $file: $2"; fi
  expect fails python3 "$root/tests/scripts/gitops.py" . first
  says "$3"
  git checkout -q "$file"
}
readonly apps=kustomize/argocd/apps
break_it $apps/project.yaml '/namespace: online-boutique-prod/s/prod/production/' 'online-boutique-prod is no destination'
break_it $apps/project.yaml 's/kind: ClusterSecretStore/kind: SecretStore/' 'ClusterSecretStore'
break_it $apps/environments.yaml 's|kustomize/overlays/|overlays/|' 'overlays/dev is not there'
break_it $apps/environments.yaml '/prod$/,/automated/s/automated: false/automated: true/' 'prod deploys by itself'
break_it $apps/environments.yaml 's/allowEmpty: false/allowEmpty: true/' 'allowEmpty'
break_it $apps/cluster-secrets.yaml 's/"-10"/"10"/' 'waves'
break_it kustomize/flux/environments.yaml '/suspend: true/d' 'prod deploys by itself'
break_it kustomize/flux/environments.yaml 's|overlays/staging|overlays/stage|' 'overlays/stage is not there'
break_it kustomize/overlays/prod/namespace.yaml 's/kind: Namespace/kind: ClusterRole/' 'ClusterRole'
