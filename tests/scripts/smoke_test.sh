# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# The component smoke as Argo CD adds it, behind what the overlay lists: its image is named, its objects are in the
# environment's namespace, the frontend lets it in, and nothing else is touched. Sourced by run.sh.

mapfile -t components < <(sed -n '/^ *components:$/,/^ *destination:/s/^ *- \(\.\..*\)/\1/p' \
  kustomize/argocd/apps/environments.yaml)
same "${#components[@]}" 2
for environment in dev staging prod; do
  for ((i = ${#components[@]} - 1; i >= 0; i--)); do
    component=${components[i]//'{{ .environment }}'/$environment}
    if grep -Fxq -- "  - $component" "kustomize/overlays/$environment/kustomization.yaml"; then
      fault "Argo CD would not add $component, which $environment lists already"
    fi
    sed -i "s|^  - images\$|&\n  - $component|" "kustomize/overlays/$environment/kustomization.yaml"
  done
  changed=2
  if [[ $environment == dev ]]; then changed=1; fi # it has no NetworkPolicies
  expect passes ci/render.sh "$environment"
  says "^## $environment: 3 to create, $changed to change, 0 to delete$"
  for object in Job ServiceAccount; do says "^\| create \| $object online-boutique(-$environment)?\.smoke \|$"; done
  says '^\+ +- smoke$'
  says '^\| change \| AuthorizationPolicy .*\.frontend-from-ingress \|$'
  ci/kustomize.sh "kustomize/overlays/$environment" >"$work/out"
  same "$(grep -c '^ *\(- \)\?image: loadgenerator' "$work/out")" 0
  same "$(grep -c '^    argocd.argoproj.io/hook: PostSync$' "$work/out")" 1
done

# For a Kubernetes without Istio, too.
sed -i 's|^  - images$|&\n  - ../../components/smoke\n  - ../plain/images|' kustomize/overlays/plain/kustomization.yaml
expect passes ci/render.sh plain
says '^## plain: 3 to create, 1 to change, 0 to delete$'
says '^\| change \| NetworkPolicy online-boutique\.frontend-from-ingress \|$'
