#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Views pages of a shop that runs already, as ten customers who browse, search, fill their carts and each order
# once; fails when an answer is not the expected one.
#
# usage: ci/pages.sh [--count N] HOST:PORT
#   --count N  how many pages (1000)
source "$(dirname "$0")/lib.sh"

count=1000 shop=''
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --count) count=$2 && shift ;;
    -*) die "no option $1 (see --help)" ;;
    *) shop=http://$1 ;;
  esac
  shift
done
[[ $shop ]] || die "where is the shop? (see --help)"

readonly products=(OLJCESPC7Z 66VCHSJNUP 1YMWWN1N4O L9ECAV7KIM 2ZYFJ3GM2N 0PUK6V6EV0 LS4PSXUNUM 9SIQT8TOJO 6E92ZMYYFZ)
run=$(printf '%04x%04x' "$RANDOM" "$RANDOM")
readonly run currencies=(USD EUR JPY GBP TRY CAD)
readonly order="email=someone%40example.com&street_address=1600+Amphitheatre+Parkway&zip_code=94043&city=Mountain+View\
&state=CA&country=United+States&credit_card_number=4432801561520454&credit_card_expiration_month=1\
&credit_card_expiration_year=$(($(date +%Y) + 1))&credit_card_cvv=672"

# A request of customer $1 in curl's configuration language: path $2, and a form $3 to post.
request() {
  printf 'next\nurl = "%s%s"\nsilent\nshow-error\noutput = /dev/null\nmax-time = 60\n' "$shop" "$2"
  printf 'cookie = "shop_session-id=%s-9b0e-4a4e-8f3a-%012d; shop_currency=%s"\n' "$run" "$1" "${currencies[$1 % 6]}"
  if [[ ${3:-} ]]; then printf 'data = "%s"\n' "$3"; fi
  printf 'write-out = "%%{http_code} %s%s\\n"\n' "${3:+POST }" "$2"
}

browse() {
  local i customer product
  for ((i = 0; i < count; i++)); do
    customer=$((i % 10)) product=${products[i % 9]}
    case $((i / 10 % 10)) in
      0) request $customer / ;;
      1) request $customer /cart "product_id=$product&quantity=$((i % 3 + 1))" ;;
      2 | 3) request $customer /cart ;;
      4) request $customer '/search?q=kitchen' ;;
      5) request $customer /orders ;;
      *) request $customer "/product/$product" ;;
    esac
  done
}

place_orders() {
  local customer
  for customer in {0..9}; do
    request "$customer" /cart "product_id=6E92ZMYYFZ&quantity=1"
    request "$customer" /cart/checkout "$order"
  done
}

# A page is answered with 200, a form with a redirection.
answers=$(mktemp)
trap 'rm -f "$answers"' EXIT
browse | sed 1d | curl --no-progress-meter --parallel --parallel-max 8 --config - >"$answers" || die "curl failed"
place_orders | sed 1d | curl --config - >>"$answers" || die "curl failed"
if grep -Ev '^(200 /|30[23] POST /)' "$answers" | sort | uniq -c | sort -rn | head -n 20 | grep .; then
  die "unexpected answers among $(wc -l <"$answers")"
fi
echo "$(wc -l <"$answers") pages, all as expected"
