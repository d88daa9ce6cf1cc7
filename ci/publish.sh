#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Pushes images to a registry, signs what was pushed, and attaches each one's SBOM, signed as well. Only images that
# ci/scan.sh has passed, told by their id. Signatures are cosign's without a key: they name who ran this, by the OpenID
# token of the CI. Prints what was published, as lines NAME@DIGEST. The registry's password is docker's: docker login.
#
# usage: ci/publish.sh --registry R [--tag TAG] [PROGRAM…]     the names are those of ci/images.sh
source "$(dirname "$0")/lib.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage && exit; fi
[[ ${1:-} == --registry && ${2:-} ]] || die "needs --registry (see --help)"
readonly folder=$root/build/scan
names=$(ci/images.sh "$@" --list)
while read -r name; do
  program=$(sed 's|.*/||; s|[:@].*||' <<<"$name")
  passed=$(cat "$folder/$program.passed" 2>/dev/null) || die "$program has not passed ci/scan.sh"
  [[ $(docker image inspect --format '{{.Id}}' "$name") == "$passed" ]] ||
    die "$name is not the image that has passed ci/scan.sh"
done <<<"$names"

found=$(ci/tools.sh cosign)
export PATH=$found:$PATH
ci/images.sh "$@" --push >"$folder/pushed.log" || { cat "$folder/pushed.log" && die "the images could not be pushed"; }
grep -E '@sha256:[0-9a-f]{64}$' "$folder/pushed.log" >"$folder/published.txt"
[[ $(wc -l <"$folder/published.txt") == $(wc -l <<<"$names") ]] || die "not every image was pushed"
while read -r reference; do
  program=$(sed 's|.*/||; s|@.*||' <<<"$reference")
  cosign sign --yes "$reference" >&2
  cosign attest --yes --type spdxjson --predicate "$folder/$program.spdx.json" "$reference" >&2
done <"$folder/published.txt"
cat "$folder/published.txt"
