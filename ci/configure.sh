#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the manifests yours: the addresses of the repository, the shops, the stores and the mail server that stand in
# them are nobody's.
# Edits kustomize/ and istio/, and prints what differs; commits nothing. Without options it shows what is set.
#
# usage: ci/configure.sh [--repository URL] [--revision BRANCH] [--host ENVIRONMENT=HOST]… [--redis HOST]
#          [--postgres HOST] [--rabbitmq HOST] [--smtp HOST]
#   --repository URL          from which Argo CD and Flux deploy: https://… or ssh://…, without a password
#   --revision BRANCH         its branch
#   --host ENVIRONMENT=HOST   where staging's or prod's shop is found: in its gateway and in its certificate
#   --redis HOST              the Redis outside of the cluster that keeps prod's carts
#   --postgres HOST           the PostgreSQL there, for orders, payments, shipments, products and mail
#   --rabbitmq HOST           the RabbitMQ there, for the events of orders
#   --smtp HOST               the mail server, as the Secret smtp names it: prod's proxies connect to no other
source "$(dirname "$0")/lib.sh"

readonly repository_file=kustomize/repository/repository.yaml
readonly -a stores=(redis postgres rabbitmq smtp)

# The value of a key of the repository's file.
repository_value() {
  sed -n "s/^  $1: //p" "$repository_file"
}

# The host of an environment's gateway.
host_of() {
  sed -n 's/^ *hosts: \[\([^],*]*\)\].*/\1/p' "kustomize/overlays/$1/gateway.yaml" | sort -u
}

# The host of a server outside of the cluster: redis, postgres, rabbitmq or smtp.
store_host() {
  sed -n "/^  name: external-$1\$/,/^---/s/^ *hosts: \[\([^],*]*\)\].*/\1/p" istio/registry-only/service-entries.yaml
}

is_host() {
  [[ ${#1} -le 253 && $1 =~ ^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$ ]]
}

# Replaces host $1 by $2, where it stands as a whole, in the YAML files below the folders after it.
replace_host() {
  local -a files
  mapfile -t files < <(find "${@:3}" -name '*.yaml')
  sed -i -E "s/(^|[^A-Za-z0-9.-])${1//./\\.}($|[^A-Za-z0-9.-])/\1$2\2/g" "${files[@]}"
}

set_repository() {
  local url=$2 secret='^[a-z]+://[^/]*:[^/]*@'
  if [[ $1 == url ]]; then
    [[ ! $url =~ $secret ]] || die "leave the password out of the URL: the cluster's own settings have it"
    [[ $url != git@* ]] || die "Flux takes no such URL: write ssh://${url/://}"
    # In https a user's name may be a token.
    [[ ! $url =~ ^https://[^/]*@ ]] || die "leave the user out of the URL: the cluster's own settings have it"
    [[ $url =~ ^(https|ssh)://([A-Za-z0-9_-]+@)?[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._/~-]+$ ]] ||
      die "no repository's URL: '$url'"
  else
    git check-ref-format --branch "$url" >/dev/null 2>&1 || die "no branch's name: '$url'"
    [[ $url =~ ^[A-Za-z][A-Za-z0-9._/-]*$ ]] || die "no branch's name: '$url'"
    # Flux and Argo CD would get another value than a text.
    [[ ! ${url,,} =~ ^(true|false|yes|no|on|off|y|n|null)$ ]] || die "YAML takes '$url' for no text"
  fi
  sed -i "s|^  $1: .*|  $1: $url|" "$repository_file"
}

set_host() {
  local environment=${1%%=*} host=${1#*=} old
  [[ $1 == *=* && $environment =~ ^[a-z]+$ && -e kustomize/overlays/$environment/gateway.yaml ]] ||
    die "--host needs staging=HOST or prod=HOST, not '$1'"
  is_host "$host" || die "no host's name: '$host'"
  old=$(host_of "$environment")
  [[ $old && $old != *$'\n'* ]] || die "cannot tell the host of $environment's gateway"
  for other in kustomize/overlays/*/gateway.yaml; do
    other=$(basename "$(dirname "$other")")
    [[ $other == "$environment" || $(host_of "$other") != "$host" ]] || die "$host is the host of $other"
  done
  replace_host "$old" "$host" "kustomize/overlays/$environment" kustomize/cluster-resources
}

set_store() {
  local other
  is_host "$2" || die "no host's name: '$2'"
  for other in "${stores[@]}"; do
    # Each is found by its host again, and has a ServiceEntry of its own.
    [[ $other == "$1" || $(store_host "$other") != "$2" ]] || die "$2 is the host of $other"
  done
  replace_host "$(store_host "$1")" "$2" kustomize/components/{external-stores,egress-gateway} istio/registry-only
}

show() {
  local file environment store
  echo "repository    $(repository_value url)"
  echo "revision      $(repository_value revision)"
  for file in kustomize/overlays/*/gateway.yaml; do
    environment=$(basename "$(dirname "$file")")
    printf '%-13s https://%s\n' "$environment" "$(host_of "$environment")"
  done
  for store in "${stores[@]}"; do printf '%-13s %s\n' "$store" "$(store_host "$store")"; done
}

if (($# == 0)); then show && exit; fi
if [[ $1 == -h || $1 == --help ]]; then usage && exit; fi
# On a copy, so that what is refused changes nothing.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r kustomize istio "$work"
cd "$work"
while (($#)); do
  case $1 in
    --repository) set_repository url "${2:-}" && shift ;;
    --revision) set_repository revision "${2:-}" && shift ;;
    --host) set_host "${2:-}" && shift ;;
    --redis | --postgres | --rabbitmq | --smtp) set_store "${1#--}" "${2:-}" && shift ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done
for folder in argocd argocd/apps flux overlays/{staging,prod} cluster-resources/{edge,secrets}; do
  "$root/ci/kustomize.sh" "kustomize/$folder" >/dev/null || die "kustomize/$folder does not render with that"
done
while read -r file; do
  if ! diff -u --label "a/$file" "$root/$file" --label "b/$file" "$file"; then cat "$file" >"$root/$file"; fi
done < <(find kustomize istio -type f -name '*.yaml' | sort)
