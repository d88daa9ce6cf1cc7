# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/seal.sh, with a stand-in for kubeseal that shows what it was given: the length of the password and its options.
cat >"$work/bin/kubeseal" <<'END'
#!/bin/sh
echo "$(wc -c)-$(echo "$*" | tr ' ' _)"
END
chmod +x "$work/bin/kubeseal"
touch "$work/certificate.pem"

expect passes ci/seal.sh --cert "$work/certificate.pem" online-boutique
says '^kind: SealedSecret$'
says '^  namespace: online-boutique$'
says "^    password: 48---cert_$work/certificate.pem_--raw_--namespace_online-boutique_--name_redis-cart_--scope_strict_"
printf 'secret\n' >"$work/password"
expect passes bash -c "ci/seal.sh --stdin shop other key <'$work/password'"
says '^    key: 6--'
says '^  name: other$'
expect fails ci/seal.sh --stdin shop
says 'no password on standard input'
expect fails ci/seal.sh
says 'for which namespace'
expect fails ci/seal.sh Shop
says "'Shop' is no name"
expect fails ci/seal.sh --cert "$work/nothing.pem" shop
says 'no certificate'
expect fails ci/seal.sh --secret shop
says 'no option --secret'
