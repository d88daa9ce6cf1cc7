# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/render.sh and ci/kustomize.sh. Sourced by run.sh.

expect passes ci/render.sh
says '^## staging: 0 to create, 0 to change, 0 to delete$'
says '^## prod: 0 to create, 0 to change, 0 to delete$'

# One version in one environment is one changed object there, and none in the other.
expect passes ci/promote.sh frontend staging v2
expect passes ci/render.sh --output "$work/plan"
says '^## staging: 0 to create, 1 to change, 0 to delete$'
says '^\| change \| Deployment online-boutique-staging\.frontend \|$'
says '^\+ +image: registry.example.com/boutique/frontend:v2$'
says '^## prod: 0 to create, 0 to change, 0 to delete$'
holds cmp "$work/out" "$work/plan/plan.md"
holds cmp "$work/plan/staging.yaml" <(ci/kustomize.sh kustomize/overlays/staging)
git commit -q -a -m second
expect passes ci/render.sh prod staging
says '^## staging: 0 to create, 0 to change, 0 to delete$'
expect passes ci/render.sh --against HEAD~1 staging
says '^## staging: 0 to create, 1 to change, 0 to delete$'

# Objects that come and go.
sed -i 's|^  - images$|  - ../../components/without-adservice\n&|' kustomize/overlays/prod/kustomization.yaml
expect passes ci/render.sh --against HEAD prod
says '^## prod: 0 to create, [1-9][0-9]* to change, [1-9][0-9]* to delete$'
says '^\| delete \| Service online-boutique-prod\.adservice \|$'
git commit -q -a -m third
git revert --no-edit HEAD >/dev/null
expect passes ci/render.sh --against HEAD~1 prod
says '^\| create \| Service online-boutique-prod\.adservice \|$'

# Against a commit that has no manifests yet, everything is new.
git checkout -q --orphan empty && git rm -q -r --cached . && git commit -q --allow-empty -m empty
git add -A && git commit -q -m all
expect passes ci/render.sh --against HEAD~1 staging
says '^## staging: [1-9][0-9]+ to create, 0 to change, 0 to delete$'
git checkout -q main

expect fails ci/render.sh --against nothing
expect fails ci/render.sh --against --all
expect fails ci/render.sh nowhere
expect fails ci/render.sh ../prod

# Each folder is rendered from wherever the script is called.
expect passes ci/kustomize.sh kustomize/argocd kustomize/flux
same "$(grep -c '^kind: Kustomization$' "$work/out")" 5
(cd kustomize && ../ci/kustomize.sh overlays/dev) >"$work/one"
holds cmp "$work/one" <(ci/kustomize.sh kustomize/overlays/dev)
expect fails ci/kustomize.sh
expect fails ci/kustomize.sh kustomize/nowhere

# Debian 12's kubectl is too old, and says so by its version; without a package to be had, that is what is said.
mkdir -p "$work/old"
printf '#!/bin/sh\necho "Client Version: v1.20.2"\n' >"$work/old/kubectl"
printf '#!/bin/sh\necho "{Version:kustomize/v4.5.7 GitCommit:x}"\n' >"$work/old/kustomize"
printf '#!/bin/sh\necho "no network" >&2\nexit 1\n' >"$work/old/apt-get"
chmod +x "$work"/old/*
if [[ -d build ]]; then mv build "$work/build"; fi
expect fails env PATH="$work/old:$PATH" ci/kustomize.sh kustomize/overlays/dev
says 'needs kubectl 1.27 or kustomize 5, or later; kubectl here: Client Version: v1.20.2'
rm -rf build
if [[ -d $work/build ]]; then mv "$work/build" build; fi
