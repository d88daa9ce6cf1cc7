#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the mesh on this machine: the ten service programs and frontend as separate processes on loopback, with
# carts in a Redis of their own. Ctrl-C (or SIGTERM) stops them all, the callers before those they call; when one
# of them ends by itself, the others are stopped and the exit status is 1.
#
# usage: ci/mesh.sh [--base-port N] [--data-dir DIR] [--bin DIR] [--no-redis] [--without SERVICE]… [--addresses FILE]
#   --base-port N     ports N to N+10 in the order of the table below, metrics on N+20 to N+30, Redis at or above
#                     N+40 (without: the table's own ports, metrics from 9464 on, Redis at or above 16379)
#   --data-dir DIR    where databases and logs are (data/mesh); :memory: keeps no state
#   --bin DIR         run the programs that are there, without building (build/bin, built first)
#   --no-redis        start no Redis: carts are where --data-dir says
#   --without SERVICE leave out ad, checkout, currency, email, order, recommendation or shipping: nobody has its
#                     address, and the shop hides what it cannot do; payment, order and email go with checkout
#   --addresses FILE  when all are ready, write NAME=VALUE lines: every …_ADDR and, for measurements, every …_PID
# With REDIS_ADDR in the environment, carts are there and no Redis is started.
source "$(dirname "$0")/lib.sh"

# program, its port, the variable in which its callers look for it; in the order in which they are stopped.
readonly table="
  frontend              8080  FRONTEND_ADDR
  checkoutservice       5050  CHECKOUT_SERVICE_ADDR
  recommendationservice 8081  RECOMMENDATION_SERVICE_ADDR
  productcatalogservice 3550  PRODUCT_CATALOG_SERVICE_ADDR
  currencyservice       7000  CURRENCY_SERVICE_ADDR
  cartservice           7070  CART_SERVICE_ADDR
  shippingservice       50052 SHIPPING_SERVICE_ADDR
  adservice             9555  AD_SERVICE_ADDR
  paymentservice        50051 PAYMENT_SERVICE_ADDR
  emailservice          5000  EMAIL_SERVICE_ADDR
  orderservice          7080  ORDER_SERVICE_ADDR"

base_port='' data=$root/data/mesh bin='' redis=true addresses=''
declare -A left_out

# As the component without-… of kustomize/components does.
leave_out() {
  local program=${1%service}
  if [[ $program != frontend ]]; then program+=service; fi
  case $program in
    adservice | currencyservice | emailservice | orderservice | recommendationservice | shippingservice) ;;
    checkoutservice) left_out[paymentservice]=true left_out[orderservice]=true left_out[emailservice]=true ;;
    *)
      if [[ $table == *[[:space:]]"$program"[[:space:]]* ]]; then die "--without $1: the shop cannot do without it"; fi
      die "--without $1: there is no such service (see --help)"
      ;;
  esac
  left_out[$program]=true
}

while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --base-port) base_port=$2 && shift ;;
    --data-dir) data=$2 && shift ;;
    --bin) bin=$(path_of "$2") && shift ;;
    --no-redis) redis=false ;;
    --without) leave_out "$2" && shift ;;
    --addresses) addresses=$(path_of "$2") && shift ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done
if [[ ${REDIS_ADDR:-} ]]; then redis=false; fi

programs=() index=-1
declare -A port metrics_port address_name pid
while read -r program own_port variable; do
  [[ $program ]] || continue
  index=$((index + 1))
  if [[ -v left_out[$program] ]]; then
    unset "$variable"
    continue
  fi
  programs+=("$program")
  port[$program]=$((base_port ? base_port + index : own_port))
  metrics_port[$program]=$((base_port ? base_port + 20 + index : 9464 + index))
  address_name[$program]=$variable
done <<<"$table"

if [[ $data == :memory: ]]; then
  files=$(mktemp -d)
else
  data=$(path_of "$data")
  files=$data
fi

# Starts a program in the background, out of Ctrl-C's reach (this script stops it), but never left behind.
start() {
  local program=$1
  setsid setpriv --pdeathsig TERM -- "${@:2}" >"$files/$program.log" 2>&1 &
  pid[$program]=$!
}

start_redis() {
  local redis_port
  local -a keep=(--appendonly yes)
  redis_port=$(free_port $((base_port ? base_port + 40 : 16379)))
  mkdir -p "$files/redis"
  if [[ $data == :memory: ]]; then keep=(--save ''); fi
  start redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$files/redis" "${keep[@]}"
  export REDIS_ADDR=127.0.0.1:$redis_port
}

start_programs() {
  local program
  for program in "${programs[@]}"; do
    export "${address_name[$program]}=127.0.0.1:${port[$program]}"
  done
  for program in "${programs[@]}"; do
    local folder=$data
    if [[ $data != :memory: ]]; then folder=$data/$program && mkdir -p "$folder"; fi
    start "$program" env "PORT=${port[$program]}" "METRICS_PORT=${metrics_port[$program]}" "DATA_DIR=$folder" \
      LISTEN_ADDR=127.0.0.1 "$bin/$program"
  done
}

# Dies when a program has ended.
require_all() {
  local program
  for program in "${!pid[@]}"; do
    kill -0 "${pid[$program]}" 2>/dev/null || {
      tail -n 5 "$files/$program.log" >&2
      die "$program has ended"
    }
  done
}

wait_until_ready() {
  local program tries
  for program in "${programs[@]}"; do
    for ((tries = 0; ; tries++)); do
      if grep -qx "$program is ready" "$files/$program.log"; then break; fi
      require_all
      ((tries < 600)) || die "$program is not ready after a minute; see $files/$program.log"
      sleep 0.1
    done
  done
}

# Stops the programs in the table's order, those that call others one after another, then the leaves together.
stop_all() {
  local program
  trap '' INT TERM
  for program in frontend checkoutservice recommendationservice; do
    if [[ -v pid[$program] ]]; then stop_and_wait "${pid[$program]}" || true; fi
    unset "pid[$program]"
  done
  for program in "${!pid[@]}"; do
    if [[ $program != redis ]]; then kill -TERM "${pid[$program]}" 2>/dev/null || true; fi
  done
  for program in "${!pid[@]}"; do
    if [[ $program != redis ]]; then stop_and_wait "${pid[$program]}" || true; fi
  done
  if [[ -v pid[redis] ]]; then stop_and_wait "${pid[redis]}" || true; fi
  if [[ $data == :memory: ]]; then rm -rf "$files"; fi
}

print_addresses() {
  local program
  printf '%-24s%-18s%s\n' program address metrics
  for program in "${programs[@]}"; do
    printf '%-24s%-18shttp://127.0.0.1:%s/metrics\n' "$program" "127.0.0.1:${port[$program]}" \
      "${metrics_port[$program]}"
  done
  if [[ ${REDIS_ADDR:-} ]]; then printf '%-24s%s\n' redis "${REDIS_ADDR%%,*}"; fi
  printf '\nThe shop is at http://127.0.0.1:%s/ and the logs are in %s. Ctrl-C stops it.\n' "${port[frontend]}" "$files"
}

write_addresses() {
  local program
  {
    for program in "${programs[@]}"; do
      echo "${address_name[$program]}=127.0.0.1:${port[$program]}"
      echo "${address_name[$program]%_ADDR}_METRICS_ADDR=127.0.0.1:${metrics_port[$program]}"
      echo "${address_name[$program]%_ADDR}_PID=${pid[$program]}"
    done
    if [[ ${REDIS_ADDR:-} ]]; then echo "REDIS_ADDR=$REDIS_ADDR"; fi
    if [[ -v pid[redis] ]]; then echo "REDIS_PID=${pid[redis]}"; fi
  } >"$addresses.new"
  mv "$addresses.new" "$addresses"
}

if [[ -z $bin ]]; then
  ci/packages.sh --build --mesh
  ci/build.sh "${programs[@]}"
  bin=build/bin
fi
mkdir -p "$files"
trap stop_all EXIT
trap 'exit 0' INT TERM
if $redis; then start_redis; fi
start_programs
wait_until_ready
print_addresses
if [[ $addresses ]]; then write_addresses; fi
wait -n || true
require_all
