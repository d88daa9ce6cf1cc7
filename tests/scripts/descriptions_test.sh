# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# compose.yaml and skaffold.yaml describe the shop that overlays/dev does. Sourced by run.sh.

ci/kustomize.sh kustomize/overlays/dev >"$work/dev.yaml"
expect passes python3 "$root/tests/scripts/descriptions.py" "$root" "$work/dev.yaml"
