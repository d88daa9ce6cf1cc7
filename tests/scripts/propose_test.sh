# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/propose.sh, against a repository that is a folder, with a stand-in for gh. Sourced by run.sh.

git init -q --bare "$work/origin.git"
git remote add origin "$work/origin.git"
git push -q origin main
cat >"$work/bin/gh" <<END
#!/bin/sh
echo "\$@" >>"$work/gh.log"
[ "\$1 \$2" = "pr create" ] && cp "\${10}" "$work/body.md"
[ "\$1 \$2" != "pr view" ]
END
chmod +x "$work/bin/gh"
before=$(git rev-parse main)

expect passes ci/propose.sh cartservice staging 1.2.3
same "$(git rev-parse --abbrev-ref HEAD) $(git rev-parse main)" "main $before"
same "$(git diff --name-only main origin/promote/staging/cartservice-1.2.3)" \
  kustomize/overlays/staging/images/kustomization.yaml
says '^\+ +image: registry.example.com/boutique/cartservice:1.2.3$'
holds grep -q '^pr create --base main --head promote/staging/cartservice-1.2.3 --title Promote cartservice to 1.2.3 in staging' \
  "$work/gh.log"
holds grep -q '^+ *image: registry.example.com/boutique/cartservice:1.2.3$' "$work/body.md"
holds is_unchanged

# By digest, from a registry.
expect passes ci/propose.sh --registry ghcr.io/shop frontend prod "$digest"
same "$(git diff --name-only main origin/promote/prod/frontend-sha256-0123456789abcdef0123456789abcdef0)" \
  kustomize/overlays/prod/images/kustomization.yaml

# What a stranger may ask for, and does not get.
git for-each-ref >"$work/refs"
for request in 'cartservice staging latest' 'cartservice nowhere 1.2.3' 'cart;id staging 1.2.3' \
  '--registry staging 1.2.3' 'cartservice staging -x' 'cartservice staging' "all staging \$(id)" 'all ../.. 1'; do
  read -ra words <<<"$request"
  expect fails ci/propose.sh "${words[@]}"
done
expect fails ci/propose.sh cartservice staging 0.1.0 # it is so already
expect passes ci/propose.sh -h staging 1.2.3
holds cmp "$work/refs" <(git for-each-ref)
holds is_unchanged

# What cannot be pushed leaves the branch and the files that were there before.
git remote set-url origin "$work/nowhere.git"
expect fails ci/propose.sh cartservice dev 1.2.4
same "$(git rev-parse --abbrev-ref HEAD)" main
holds is_unchanged
git remote remove origin
