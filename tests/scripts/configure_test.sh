# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/configure.sh, and that what it sets stands once and arrives everywhere. Sourced by run.sh.

url=$(sed -n 's/^  url: //p' kustomize/repository/repository.yaml)
same "$(grep -rlF "$url" kustomize istio --include='*.yaml')" kustomize/repository/repository.yaml
same "$(grep -rc 'set-by-kustomization' kustomize --include='*.yaml' | grep -v ':0$' | grep -vc 'argocd\|flux')" 0

expect passes ci/configure.sh
says "^repository +$url$"
says '^staging +https://[a-z.]+$'

readonly ours=ssh://git@git.example.org:2222/shop/boutique.git
expect passes ci/configure.sh --repository "$ours" --revision release/1.x
says "^\+  url: $ours$"
same "$(git diff --name-only)" kustomize/repository/repository.yaml
for folder in argocd argocd/apps flux; do
  ci/kustomize.sh "kustomize/$folder" >"$work/out"
  holds grep -q -- "$ours" "$work/out"
  if grep -E '(repoURL|url|targetRevision|branch): ' "$work/out" | grep -Ev "$ours|release/1.x"; then
    fault "another address in $folder"
  fi
  if grep -q 'set-by-kustomization\|^kind: ConfigMap' "$work/out"; then fault "a placeholder is left in $folder"; fi
done
holds grep -qF -- "- $ours" <(ci/kustomize.sh kustomize/argocd/apps)

# Hosts: one is the end of the other, and each goes where it belongs.
expect passes ci/configure.sh --host prod=shop.example.org --host staging=staging.shop.example.org
same "$(grep -h 'hosts:' kustomize/overlays/prod/gateway.yaml | sort -u | tr -d ' ')" 'hosts:[shop.example.org]'
same "$(grep -h 'hosts:' kustomize/overlays/staging/gateway.yaml | sort -u | tr -d ' ')" \
  'hosts:[staging.shop.example.org]'
same "$(grep -c 'dnsNames: \[\(staging\.\)\?shop\.example\.org\]' kustomize/cluster-resources/edge/certificates.yaml)" 2
expect passes ci/configure.sh --redis carts.example.org
same "$(ci/kustomize.sh kustomize/overlays/prod | grep -c 'carts\.example\.org')" 2
same "$(ci/kustomize.sh kustomize/overlays/prod | grep -c 'redis\.example\.com')" 0
expect passes ci/configure.sh --postgres db.example.org --rabbitmq mq.example.org --smtp mail.example.org
# A ServiceEntry, and each program that has it: five and three.
same "$(ci/kustomize.sh kustomize/overlays/prod | grep -c 'db\.example\.org')" 6
same "$(ci/kustomize.sh kustomize/overlays/prod | grep -c 'mq\.example\.org')" 4
same "$(grep -rl '\(postgres\|rabbitmq\|redis\|smtp\)\.example\.com' kustomize istio --include='*.yaml')" ''
expect passes ci/configure.sh
says '^redis +carts\.example\.org$'
says '^postgres +db\.example\.org$'
says '^rabbitmq +mq\.example\.org$'
says '^smtp +mail\.example\.org$'
git commit -q -a -m configured

# What is refused changes nothing, also not what was given before it.
for address in '' boutique http://git.example.org/a ftp://h/p https://ada:secret@git.example.org/a.git \
  https://token@git.example.org/a.git \
  git@git.example.org:shop/boutique.git 'https://h/a b' "https://h/\$(id)" 'https://h/a|b' $'https://h/a\nb'; do
  expect fails ci/configure.sh --revision other --repository "$address"
done
for revision in '' 'a..b' 'a b' -x 'x|y' true No null; do
  expect fails ci/configure.sh --revision "$revision"
done
for host in '' shop.example.com prod prod= dev=shop.example.com 'prod=a b' prod=a_b.example.com prod=localhost prod=.com \
  ../prod=shop.example.com prod=staging.shop.example.org "prod=x.example.com/\$(id)"; do
  expect fails ci/configure.sh --revision other --host "$host"
done
expect fails ci/configure.sh --redis redis:6379
expect fails ci/configure.sh --postgres postgresql://db.example.org
expect fails ci/configure.sh --rabbitmq db.example.org
says 'is the host of postgres'
expect fails ci/configure.sh --smtp smtp://mail.example.org:587
expect fails ci/configure.sh --revision other --unknown
holds is_unchanged

expect passes ci/configure.sh --help
says '^usage: ci/configure.sh'
