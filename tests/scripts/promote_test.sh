# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/promote.sh. Sourced by run.sh.

# Every service alike, in every environment.
mapfile -t programs < <(sed -n 's/^  - name: //p' kustomize/overlays/dev/images/kustomization.yaml)
same "${#programs[@]}" 12
for environment in dev plain staging prod; do
  same "$(sed -n 's/^  - name: //p' "kustomize/overlays/$environment/images/kustomization.yaml")" \
    "$(printf '%s\n' "${programs[@]}")"
  # Twelve in one of them, which has them all; in the others, two.
  some=("${programs[@]}")
  if [[ $environment != dev ]]; then some=(frontend loadgenerator); fi
  for program in "${some[@]}"; do
    expect passes ci/promote.sh "$program" "$environment" 1234567
    if [[ $program != loadgenerator || $environment == dev || $environment == plain ]]; then
      says "^\+ +image: registry.example.com/boutique/$program:1234567$"
      same "$(grep -c '^+ ' "$work/out")" 1
    fi
    holds grep -A 2 -Fx "  - name: $program" "kustomize/overlays/$environment/images/kustomization.yaml" >"$work/item"
    holds grep -q 'newTag: "1234567"' "$work/item"
  done
  same "$(git diff --stat | tail -n 1 | grep -o '^ [0-9]* file')" ' 1 file'
  git checkout -q kustomize
done

# All at once; again changes nothing.
expect passes ci/promote.sh all dev 1.2.3
same "$(grep -c '^+ ' "$work/out")" 12
expect passes ci/promote.sh all dev 1.2.3
says 'nothing differs in dev'
git checkout -q kustomize

# A registry; its digest in staging and prod, its tag in dev.
expect passes ci/promote.sh --registry ghcr.io/shop/ all dev 1.2.3
same "$(image_in dev frontend)" ghcr.io/shop/frontend:1.2.3
for environment in staging prod; do
  expect passes ci/promote.sh --registry ghcr.io/shop all "$environment" 1.2.3
  same "$(image_in "$environment" frontend)" "ghcr.io/shop/frontend@$digest"
done
expect passes ci/promote.sh cartservice dev "$digest"
same "$(image_in dev cartservice)" "ghcr.io/shop/cartservice@$digest"
expect passes ci/promote.sh cartservice dev v2
same "$(image_in dev cartservice)" ghcr.io/shop/cartservice:v2
git commit -q -a -m promoted

# What the registry does not have.
expect fails ci/promote.sh frontend prod 9.9.9
says 'the registry has no ghcr.io/shop/frontend:9.9.9'
holds is_unchanged
expect fails ci/promote.sh frontend prod broken
says 'no digest'
expect fails ci/promote.sh frontend dev "sha256:$(printf 'f%.0s' {1..64})"
says 'the registry has no'
holds is_unchanged

# What is no argument.
expect fails ci/promote.sh all prod "$digest"
says 'one digest cannot be the version of all'
expect fails ci/promote.sh frontend plain "$digest"
says "registry.example.com is nobody's"
long=$(printf 'x%.0s' {1..129})
for version in latest '' 'a b' 'v1;id' "\$(id)" -1 .hidden sha256:abc "${digest}0" "$long" $'v1\nnewName: x' v1:2 ../v1; do
  expect fails ci/promote.sh frontend dev "$version"
done
for service in '' Frontend frontendx 'front.*' redis-cart ../frontend 'adservice cartservice' -n; do
  expect fails ci/promote.sh "$service" dev v1
done
for environment in '' . .. production 'dev/../prod' 'dev prod' Dev '*'; do
  expect fails ci/promote.sh frontend "$environment" v1
done
for registry in '' 'ghcr.io/a b' 'https://ghcr.io' 'GHCR.io' "ghcr.io/\$(id)" /etc 'ghcr.io:x'; do
  expect fails ci/promote.sh --registry "$registry" frontend dev v1
done
expect fails ci/promote.sh frontend dev
expect fails ci/promote.sh frontend dev v1 v2
expect fails ci/promote.sh --force frontend dev v1
holds is_unchanged

# An overlay that does not render is left as it was.
echo 'resources: [nowhere.yaml]' >>kustomize/overlays/plain/images/kustomization.yaml
cp kustomize/overlays/plain/images/kustomization.yaml "$work/broken"
expect fails ci/promote.sh frontend plain v1
holds cmp "$work/broken" kustomize/overlays/plain/images/kustomization.yaml

expect passes ci/promote.sh --help
says '^usage: ci/promote.sh'
