# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# What ci/images.sh would build, and what it refuses; nothing is built. On a copy of the sources. Sourced by run.sh.
cp -r "$root"/{Dockerfile,.dockerignore,CMakeLists.txt,CMakePresets.json,cmake,protos,src,frontend} .

for option in --as --registry --tag --load --cluster --with --ccache; do
  expect fails ci/images.sh --list "$option"
  says "$option needs a value"
done
expect fails ci/images.sh --list cartservice nowhere
says 'no program nowhere'
expect fails ci/images.sh --list --as overlays/nowhere
says 'no overlay overlays/nowhere'
for registry in 'ghcr.io/a b' GHCR.io/shop https://ghcr.io; do
  expect fails ci/images.sh --list --registry "$registry"
done
for tag in 'a b' v1:2 .hidden; do
  expect fails ci/images.sh --list --registry ghcr.io/shop --tag "$tag"
done
expect passes ci/images.sh --list --registry ghcr.io/shop/ --tag v1 cartservice
same "$(cat "$work/out")" ghcr.io/shop/cartservice:v1
expect fails ci/images.sh --push
says 'needs --registry'

# A change gives a new name to those that are built from it, whatever the language of who asks, and to no other.
names() { ci/images.sh --list; }
changed_by() {
  local before
  before=$(names)
  echo '// changed' >>"$1"
  comm -13 <(sort <<<"$before") <(names | sort) | sed 's|.*/||; s|:.*||' | tr '\n' ' '
}
same "$(LC_ALL=C ci/images.sh --list)" "$(LC_ALL=C.UTF-8 ci/images.sh --list)"
same "$(changed_by src/services/cart/main.cc)" 'boutique cartservice '
same "$(changed_by src/gateway/main.cc)" 'boutique frontend '
same "$(changed_by src/loadgenerator/main.cc)" 'boutique loadgenerator '
same "$(changed_by src/services/README.md)" ''
same "$(changed_by src/platform/base/status.h | wc -w)" "$(names | wc -l)"
# What the services share.
same "$(changed_by src/services/shared.h)" "$(sed -n 's/^FROM .* AS //p' Dockerfile | grep 'service$\|^boutique$' |
  sort | tr '\n' ' ')"
git clean -qfdx -e /build
