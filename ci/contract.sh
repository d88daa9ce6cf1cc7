#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the contract's tests against services that run already, ours or any other implementation of Online Boutique:
# against those whose address is given here, or is in the environment (PRODUCT_CATALOG_SERVICE_ADDR and so on).
#
# usage: ci/contract.sh [--SERVICE HOST:PORT…] [--all HOST:PORT] [--addresses FILE] [--only-original] [--bin DIR]
#                       [-- TEST-OPTION…]
#   --SERVICE         catalog, currency, cart, recommendation, checkout, shipping, ad, payment, email or order
#   --all             one address for the ten services, as `boutique` has
#   --addresses FILE  what ci/mesh.sh --addresses wrote
#   --only-original   leave out what only this implementation promises
#   --bin DIR         run the contract_test that is there, without building (build/bin, built first)
#   TEST-OPTION…      goes to the test program, for example the name of a test
source "$(dirname "$0")/lib.sh"

declare -Ar variable_of=(
  [catalog]=PRODUCT_CATALOG_SERVICE_ADDR [currency]=CURRENCY_SERVICE_ADDR [cart]=CART_SERVICE_ADDR
  [recommendation]=RECOMMENDATION_SERVICE_ADDR [checkout]=CHECKOUT_SERVICE_ADDR [shipping]=SHIPPING_SERVICE_ADDR
  [ad]=AD_SERVICE_ADDR [payment]=PAYMENT_SERVICE_ADDR [email]=EMAIL_SERVICE_ADDR [order]=ORDER_SERVICE_ADDR)

bin='' tests=()
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --all) for variable in "${variable_of[@]}"; do export "$variable=$2"; done && shift ;;
    --addresses)
      while IFS='=' read -r variable value; do
        if [[ $variable == *_SERVICE_ADDR ]]; then export "$variable=$value"; fi
      done <"$(path_of "$2")"
      shift ;;
    --only-original) tests+=('~[ours]') ;;
    --bin) bin=$(path_of "$2") && shift ;;
    --) shift && tests+=("$@") && break ;;
    --*) [[ -v variable_of[${1#--}] && ${2:-} == *:* ]] || die "no option $* (see --help)"
      export "${variable_of[${1#--}]}=$2" && shift ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done

given=0
for variable in "${variable_of[@]}"; do
  if [[ ${!variable:-} ]]; then given=$((given + 1)); fi
done
((given)) || die "no service's address was given (see --help)"

if [[ -z $bin ]]; then
  ci/build.sh contract_test
  bin=build/bin
fi
exec "$bin/contract_test" "${tests[@]}"
