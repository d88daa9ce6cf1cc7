#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lists what is in the images, as an SBOM (SPDX), and looks for known vulnerabilities in it: fails when one of them has
# a vulnerability that is rated high or worse and for which there is a fix. Results are in build/scan; ci/publish.sh
# publishes only what has passed here. Needs docker; the names are those of ci/images.sh, which has built them.
#
# usage: ci/scan.sh [--save FILE] [OPTION of ci/images.sh that names images…] [PROGRAM…]
#   --save FILE  also writes the images that passed to an archive for "docker load"
source "$(dirname "$0")/lib.sh"

save=''
if [[ ${1:-} == -h || ${1:-} == --help ]]; then usage && exit; fi
if [[ ${1:-} == --save ]]; then needs_value "$@" && save=$(path_of "$2") && shift 2; fi

names=$(ci/images.sh "$@" --list)
kept=$(ci/images.sh --list)
found=$(ci/tools.sh syft grype)
export PATH=$found:$PATH SYFT_CHECK_FOR_APP_UPDATE=false GRYPE_CHECK_FOR_APP_UPDATE=false
readonly folder=$root/build/scan
mkdir -p "$folder"
failed=() archive=()
while read -r name; do
  program=$(sed 's|.*/||; s|[:@].*||' <<<"$name")
  say "$name"
  rm -f "$folder/$program.passed"
  syft scan "docker:$name" --source-name "$program" --output "spdx-json=$folder/$program.spdx.json" --quiet
  if grype "sbom:$folder/$program.spdx.json" --only-fixed --fail-on high --output "json=$folder/$program.grype.json" \
    --output table; then
    docker image inspect --format '{{.Id}}' "$name" >"$folder/$program.passed"
    archive+=("$name")
    # ci/images.sh knows by this name that there is nothing to build.
    while read -r one; do if [[ $one == localhost/boutique/$program:* ]]; then archive+=("$one"); fi; done <<<"$kept"
  else
    failed+=("$program")
  fi
done <<<"$names"
((${#failed[@]} == 0)) || die "did not pass: ${failed[*]}"
if [[ $save ]]; then docker save --output "$save" "${archive[@]}"; fi
