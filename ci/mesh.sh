#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the mesh on this machine: the ten service programs and frontend as separate processes on loopback, with Redis,
# PostgreSQL and RabbitMQ of their own. Ctrl-C (or SIGTERM) stops them all, the callers before those they call, the
# servers last; when one of them ends by itself, the others are stopped and the exit status is 1.
#
# usage: ci/mesh.sh [--base-port N] [--data-dir DIR] [--bin DIR] [--restart] [--without SERVICE]… [--addresses FILE]
#                   [--embedded] [--no-redis] [--no-postgres] [--no-rabbitmq]
#   --base-port N     ports N to N+10 in this order: frontend, checkout, recommendation, productcatalog, currency, cart,
#                     shipping, ad, payment, email, order; metrics on N+20 to N+30, the servers at or above N+40.
#                     Without it: 8080, 5050, 8081, 3550, 7000, 7070, 50052, 9555, 50051, 5000, 7080; metrics from
#                     9464 on, Redis at or above 16379, PostgreSQL 15432, RabbitMQ 16672
#   --data-dir DIR    where databases and logs are (data/mesh; for root, where the servers' users cannot reach that,
#                     /var/lib/boutique/mesh): NAME.log of this start, NAME.1.log of the one before; :memory: keeps none
#   --bin DIR         run the programs that are there, without building (build/bin, built first)
#   --restart         what ends by itself is started again, after a second at first and half a minute at last
#   --without SERVICE leave out ad, checkout, currency, email, order, recommendation or shipping: nobody has its
#                     address, and the shop hides what it cannot do; payment, order and email go with checkout
#   --addresses FILE  where to write NAME=VALUE lines when all are ready: every …_ADDR and …_PID, DATABASE_URL and
#                     AMQP_URL (addresses, in --data-dir); passwords are in it, and nobody else may read it; it is gone
#                     when the mesh is
#   --no-redis        no Redis: carts are where --data-dir says
#   --no-postgres     no PostgreSQL: orders, payments, shipments and products are where --data-dir says
#   --no-rabbitmq     no RabbitMQ: orderservice asks emailservice itself to confirm an order
#   --embedded        none of the three
# With REDIS_ADDR, DATABASE_URL or AMQP_URL in the environment that server is used, and none is started in its place.
source "$(dirname "$0")/lib.sh"
source ci/servers.sh

# program, its port, the variable in which its callers look for it, the servers that it uses.
readonly table="
  frontend              8080  FRONTEND_ADDR
  checkoutservice       5050  CHECKOUT_SERVICE_ADDR
  recommendationservice 8081  RECOMMENDATION_SERVICE_ADDR
  productcatalogservice 3550  PRODUCT_CATALOG_SERVICE_ADDR postgres
  currencyservice       7000  CURRENCY_SERVICE_ADDR
  cartservice           7070  CART_SERVICE_ADDR            redis
  shippingservice       50052 SHIPPING_SERVICE_ADDR        postgres rabbitmq
  adservice             9555  AD_SERVICE_ADDR
  paymentservice        50051 PAYMENT_SERVICE_ADDR         postgres
  emailservice          5000  EMAIL_SERVICE_ADDR           postgres rabbitmq
  orderservice          7080  ORDER_SERVICE_ADDR           postgres rabbitmq"
# Those that call others, before whom they are stopped and after whom they are started.
readonly callers=(frontend checkoutservice orderservice recommendationservice)
# server, the variable that tells of it, from which port on it takes a free one, how far above N+40 that is, and the
# variables that only somebody else's needs; RabbitMQ, which takes longest, begins first.
readonly server_table="
  rabbitmq AMQP_URL     16672 6 AMQP_PASSWORD
  redis    REDIS_ADDR   16379 0 REDIS_PASSWORD REDIS_TLS REDIS_CA_FILE
  postgres DATABASE_URL 15432 3 DATABASE_PASSWORD"

base_port='' data='' bin='' addresses='' restart=false
declare -A left_out unwanted

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
    --base-port | --data-dir | --bin | --addresses) needs_value "$@" ;;
  esac
  case $1 in
    -h | --help) usage && exit ;;
    --base-port) base_port=$2 && shift ;;
    --data-dir) data=$2 && shift ;;
    --bin) bin=$(path_of "$2") && shift ;;
    --restart) restart=true ;;
    --without) leave_out "${2:-}" && shift ;;
    --addresses) addresses=$(path_of "$2") && shift ;;
    --no-redis | --no-postgres | --no-rabbitmq) unwanted[${1#--no-}]=true ;;
    --embedded) unwanted=([redis]=true [postgres]=true [rabbitmq]=true) ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done

programs=() index=-1 runner=()
declare -A port metrics_port address_name uses server_variable more_variables pid started log_from
while read -r program own_port variable used; do
  [[ $program ]] || continue
  index=$((index + 1))
  if [[ -v left_out[$program] ]]; then
    unset "$variable"
    # Nothing is kept in RabbitMQ for who never comes.
    if [[ $program == @(email|shipping)service ]]; then export "ORDER_EVENTS_TO_${variable%_SERVICE_ADDR}=false"; fi
    continue
  fi
  programs+=("$program")
  port[$program]=$((base_port ? base_port + index : own_port))
  metrics_port[$program]=$((base_port ? base_port + 20 + index : 9464 + index))
  address_name[$program]=$variable
  uses[$program]=$used
done <<<"$table"

# Each program gets what it uses, and no more.
servers=()
while read -r server variable own_port above more; do
  [[ $server ]] || continue
  # shellcheck disable=SC2086,SC2163 # the table's words
  export -n $variable $more
  if [[ -v unwanted[$server] ]]; then unset "$variable"; fi
  server_variable[$server]=$variable
  if [[ ${!variable:-} ]]; then
    more_variables[$server]=$more
  elif [[ ! -v unwanted[$server] ]]; then
    servers+=("$server")
    port[$server]=$((base_port ? base_port + 40 + above : own_port))
  fi
done <<<"$server_table"

# Whether servers that root starts by other users can reach this folder, or the nearest above it that is there.
is_open() {
  local folder=$1
  until [[ -e $folder ]]; do folder=$(dirname "$folder"); done
  ((EUID)) || setpriv --reuid nobody --regid nogroup --clear-groups test -x "$folder"
}

kept=true
if [[ $data == :memory: ]]; then
  kept=false
  files=$(mktemp -d)
else
  if [[ ! $data ]]; then
    data=$root/data/mesh
    is_open "$data" || data=/var/lib/boutique/mesh
  fi
  data=$(path_of "$data")
  files=$data
fi

# An empty log. What was in it becomes that of the start before: a crash can still be looked into after the next start.
new_log() {
  if [[ -s $files/$1.log ]]; then mv "$files/$1.log" "$files/$1.1.log"; fi
  : >"$files/$1.log"
}

# Starts a program in the background, out of Ctrl-C's reach (this script stops it), but never left behind. What `runner`
# says to setpriv is who runs it.
start() {
  local name=$1
  log_from[$name]=$(($(stat -c %s "$files/$name.log") + 1))
  setsid setpriv "${runner[@]}" --pdeathsig TERM -- "${@:2}" {lock}>&- {never}>&- \
    >>"$files/$name.log" 2>&1 </dev/null &
  pid[$name]=$!
  started[$name]=$EPOCHSECONDS
  disown # or the shell would tell of its end in its own way
}

start_servers() {
  local server
  for server in "${servers[@]}"; do
    new_log "$server"
    if [[ $server == rabbitmq ]]; then new_log epmd; fi
    "prepare_$server" "${port[$server]}"
    if [[ $server == rabbitmq ]]; then run_epmd; fi
    "run_$server"
  done
}

run_program() {
  local program=$1 folder=$data server variable
  if $kept; then folder=$data/$program && mkdir -p "$folder"; fi
  local -x PORT=${port[$program]} METRICS_PORT=${metrics_port[$program]} DATA_DIR=$folder LISTEN_ADDR=127.0.0.1
  for server in ${uses[$program]}; do
    for variable in ${server_variable[$server]} ${more_variables[$server]:-}; do
      if [[ -v $variable ]]; then local -x "$variable=${!variable}"; fi
    done
  done
  start "$program" "$bin/$program"
}

start_programs() {
  local program i
  for program in "${programs[@]}"; do
    export "${address_name[$program]}=127.0.0.1:${port[$program]}"
  done
  for program in "${programs[@]}"; do
    new_log "$program"
    if [[ " ${callers[*]} " != *" $program "* ]]; then run_program "$program"; fi
  done
  wait_until_ready "${!pid[@]}"
  for ((i = ${#callers[@]} - 1; i >= 0; i--)); do
    program=${callers[i]}
    if [[ ! -v port[$program] ]]; then continue; fi
    run_program "$program"
    wait_until_ready "$program"
  done
}

# Dies when a program or server has ended.
require_all() {
  local name
  for name in "${!pid[@]}"; do
    kill -0 "${pid[$name]}" 2>/dev/null || {
      tail -n 20 "$files/$name.log" >&2
      die "$name has ended; above is the end of $files/$name.log"
    }
  done
}

# Whether it has logged a line like $2 since it was last started.
has_said() {
  grep -q -- "$2" < <(tail -c "+${log_from[$1]}" "$files/$1.log")
}

is_ready() {
  if [[ -v server_variable[$1] ]]; then
    "$1_answers"
  elif [[ -v metrics_port[$1] ]]; then
    has_said "$1" "^$1 is ready\$"
  fi
}

wait_until_ready() {
  local name tries
  for name in "$@"; do
    for ((tries = 0; ; tries++)); do
      if is_ready "$name"; then break; fi
      require_all
      ((tries < 1200)) || die "$name is not ready after two minutes; see $files/$name.log"
      sleep 0.1
    done
  done
}

run_again() {
  if [[ -v metrics_port[$1] ]]; then run_program "$1"; else "run_$1"; fi
}

# Watches over all that runs, for ever: dies when one has ended, or starts it again and says when it is ready.
supervise() {
  local name
  local -A delay=() due=() awaited=()
  while true; do
    read -rt 0.5 -u "$never" || true
    if ! $restart; then require_all; fi
    for name in "${!pid[@]}"; do
      if kill -0 "${pid[$name]}" 2>/dev/null; then continue; fi
      unset "pid[$name]" "awaited[$name]"
      if ((EPOCHSECONDS - started[$name] >= 60)); then delay[$name]=0; fi
      delay[$name]=$((delay[$name] ? delay[$name] * 2 : 1))
      if ((delay[$name] > 30)); then delay[$name]=30; fi
      due[$name]=$((EPOCHSECONDS + delay[$name]))
      write_addresses # without its number, which may soon be another's
      echo "$name has ended and is started again in ${delay[$name]} s; see $files/$name.log" >&2
    done
    for name in "${!due[@]}"; do
      if ((EPOCHSECONDS < due[$name])) || ! run_again "$name"; then continue; fi
      unset "due[$name]"
      awaited[$name]=true
      write_addresses
    done
    for name in "${!awaited[@]}"; do
      if ! is_ready "$name"; then continue; fi
      unset "awaited[$name]"
      echo "$name is ready again" >&2
    done
  done
}

# Stops those that call others one after another, then those that do not together, then the servers.
stop_all() {
  local name
  trap '' INT TERM
  # Before the numbers in it are others'.
  rm -f "$addresses" "$addresses.new" "$files/with-rabbitmq"
  for name in "${callers[@]}"; do stop "$name"; done
  for name in "${programs[@]}"; do
    if [[ -v pid[$name] ]]; then kill -TERM "${pid[$name]}" 2>/dev/null || true; fi
  done
  for name in "${programs[@]}"; do stop "$name"; done
  # PostgreSQL would wait for whoever is connected, but not on this signal.
  if [[ -v pid[postgres] ]]; then kill -INT "${pid[postgres]}" 2>/dev/null || true; fi
  for name in rabbitmq redis postgres epmd; do stop "$name"; done
  if ! $kept; then rm -rf "$files"; fi
}

stop() {
  if [[ -v pid[$1] ]]; then stop_and_wait "${pid[$1]}" 2>/dev/null || true; fi
  unset "pid[$1]"
}

# Host and port in what a variable says, which may be a URL with a password.
address_in() {
  if [[ $1 =~ ^([a-z]+://([^/@?]*@)?)?([][0-9A-Za-z.:_-]+)([,/?].*)?$ ]]; then
    echo "${BASH_REMATCH[3]}"
  else
    echo "as the environment says"
  fi
}

print_addresses() {
  local name variable
  printf '%-24s%-18s%s\n' program address metrics
  for name in "${programs[@]}"; do
    printf '%-24s%-18shttp://127.0.0.1:%s/metrics\n' "$name" "127.0.0.1:${port[$name]}" "${metrics_port[$name]}"
  done
  for name in redis postgres rabbitmq; do
    variable=${server_variable[$name]}
    if [[ ${!variable:-} ]]; then printf '%-24s%s\n' "$name" "$(address_in "${!variable}")"; fi
  done
  printf '\nThe shop is at http://127.0.0.1:%s/, logs are in %s, addresses and passwords in %s. Ctrl-C stops it.\n' \
    "${port[frontend]}" "$files" "$addresses"
  if [[ -v pid[rabbitmq] ]]; then echo "RabbitMQ's tools: $files/with-rabbitmq rabbitmqctl -p shop list_queues"; fi
}

list_addresses() {
  local name variable
  for name in "${programs[@]}"; do
    echo "${address_name[$name]}=127.0.0.1:${port[$name]}"
    echo "${address_name[$name]%_ADDR}_METRICS_ADDR=127.0.0.1:${metrics_port[$name]}"
    if [[ -v pid[$name] ]]; then echo "${address_name[$name]%_ADDR}_PID=${pid[$name]}"; fi
  done
  for name in redis postgres rabbitmq; do
    variable=${server_variable[$name]}
    if [[ ${!variable:-} ]]; then echo "$variable=${!variable}"; fi
    if [[ -v pid[$name] ]]; then echo "${name^^}_PID=${pid[$name]}"; fi
  done
}

write_addresses() {
  rm -f "$addresses.new"
  (umask 077 && list_addresses >"$addresses.new")
  mv "$addresses.new" "$addresses"
}

if [[ -z $bin ]]; then
  ci/packages.sh --build --mesh
  ci/build.sh "${programs[@]}"
  bin=build/bin
fi
mkdir -p "$files"
if ((EUID == 0)); then chmod a+x "$files"; fi
addresses=${addresses:-$files/addresses}
exec {never}<> <(:) {lock}>"$files/lock"
flock --nonblock "$lock" || die "another ci/mesh.sh runs in $files"
# Of a mesh that was killed.
rm -f "$addresses" "$files/with-rabbitmq"
trap stop_all EXIT
trap 'exit 0' INT TERM
start_servers
wait_until_ready "${!pid[@]}"
start_programs
write_addresses
print_addresses
supervise
