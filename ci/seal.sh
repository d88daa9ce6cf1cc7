#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Seals a password of the shop so that only the sealed-secrets controller of one cluster can read it, and prints the
# SealedSecret, which may be committed. The password is a new random one, or the first line of standard input; it is
# never written to a file or shown. Needs kubeseal 0.24 or later, and the controller's certificate or access to it.
#
# usage: ci/seal.sh [--stdin] [--cert FILE] NAMESPACE [SECRET [KEY]] >redis-cart.yaml
#   NAMESPACE    the one that the overlay is deployed to: sealed for it, it is of no use in another
#   SECRET KEY   redis-cart password, if not given
#   --stdin      read the password instead of making one
#   --cert FILE  the controller's certificate (kubeseal --fetch-cert); without it kubeseal asks the current cluster
source "$(dirname "$0")/lib.sh"

# Without a line's end, which would be a part of it.
make_password() {
  openssl rand -hex 24 | tr -d '\n'
}

# The first line of standard input, without its end.
read_password() {
  local line
  IFS= read -r line || [[ $line ]] || die "no password on standard input"
  [[ $line ]] || die "the password is empty"
  printf '%s' "$line"
}

source_of_password=make_password
certificate=()
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --stdin) source_of_password=read_password && shift ;;
    --cert)
      needs_value "$@"
      [[ -r $(path_of "$2") ]] || die "no certificate $2"
      certificate=(--cert "$(path_of "$2")") && shift 2
      ;;
    -*) die "no option $1 (see --help)" ;;
    *) break ;;
  esac
done
(($# >= 1 && $# <= 3)) || die "for which namespace? (see --help)"
readonly namespace=$1 secret=${2:-redis-cart} key=${3:-password}
for name in "$namespace" "$secret" "$key"; do
  [[ $name =~ ^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$ ]] || die "'$name' is no name of Kubernetes"
done
command -v kubeseal >/dev/null || die "kubeseal is not installed: github.com/bitnami-labs/sealed-secrets"

sealed=$("$source_of_password" | kubeseal "${certificate[@]}" --raw --namespace "$namespace" --name "$secret" \
  --scope strict --from-file=/dev/stdin) || die "nothing was sealed"
cat <<END
# SPDX-License-Identifier: Apache-2.0
# Sealed by ci/seal.sh. Only the controller of one cluster reads it, and only in this namespace, under this name.
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: $secret
  namespace: $namespace
spec:
  encryptedData:
    $key: $sealed
  template:
    metadata:
      name: $secret
      namespace: $namespace
      labels:
        app: $secret
        app.kubernetes.io/name: $secret
        app.kubernetes.io/component: store
        app.kubernetes.io/part-of: online-boutique
        app.kubernetes.io/version: "0.1.0"
END
