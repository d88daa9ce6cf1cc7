#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The mesh with Redis, PostgreSQL and RabbitMQ of its own: orders go through them and outlive stops and crashes, what is
# killed comes back with --restart, and nobody else can reach what is theirs.
#
# usage: tests/mesh/servers_test.sh BIN-DIR
# shellcheck disable=SC1090,SC2030,SC2031 # what the mesh writes is sourced; one check is a shell of its own
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "$1")
unset REDIS_ADDR DATABASE_URL AMQP_URL
work=$(mktemp -d)
chmod 711 "$work" # for root's servers, who are other users
data=$work/data addresses=$work/addresses mesh=''
clean_up() {
  if [[ $mesh ]]; then stop_and_wait "$mesh" 60 || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Ends the test with what was said last, and what the programs complain of.
fails() {
  tail -n 30 "$work/log" >&2
  grep -h -E '"severity":"(warning|error)"' "$data"/*.log | tail -n 20 >&2 || true
  die "$*"
}

# Tries a command again until it succeeds, for two minutes.
eventually() {
  local end=$((SECONDS + 120))
  until "$@"; do
    ((SECONDS < end)) || fails "never: $*"
    sleep 0.1
  done
}

# Starts a mesh in which the options are those given, and takes over its addresses.
start() {
  rm -f "$addresses"
  ci/mesh.sh --base-port "$base_port" --bin "$bin" --data-dir "$data" --addresses "$addresses" "$@" \
    >>"$work/log" 2>&1 {reservation}>&- &
  mesh=$!
  eventually is_up
  source "$addresses"
}
is_up() {
  kill -0 "$mesh" 2>/dev/null || fails "the mesh does not start"
  [[ -e $addresses ]]
}
stop() {
  local status=0
  stop_and_wait "$mesh" 60 || status=$?
  mesh=''
  ((status == 0)) || fails "the mesh ended with status $status"
  [[ ! -e $addresses ]] || fails "its addresses are still there"
}

# One visitor of the shop.
ask() {
  curl --silent --show-error --fail --max-time 30 --cookie "$work/cookies" --cookie-jar "$work/cookies" \
    --header 'Content-Type: application/json' "${@:2}" "http://$FRONTEND_ADDR/api/v1/$1" 2>>"$work/log"
}
fill_cart() {
  ask cart/items --data '{"productId": "6E92ZMYYFZ", "quantity": 1}' >/dev/null
}
# Sets `order` to the id of a new order of what is in the cart.
buy() {
  ask checkout --header "Idempotency-Key: $(</proc/sys/kernel/random/uuid)" --data '{
    "email": "ada@example.com", "currency": "EUR", "address": {"streetAddress": "1 Main Street", "city": "London",
    "state": "CA", "country": "United States", "postalCode": "94043"}, "creditCard": {"creditCardNumber":
    "4432801561520454", "creditCardCvv": 672, "creditCardExpirationYear": 2039, "creditCardExpirationMonth": 1}}' \
    >"$work/answer" || return
  order=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["orderId"])' <"$work/answer")
}
is_shown() {
  [[ $(ask "orders/$1") == *CONFIRMED* ]]
}
carts() {
  redis-cli -h 127.0.0.1 -p "${REDIS_ADDR##*:}" --raw KEYS 'cart:*' | wc -l
}
rows() {
  psql "$DATABASE_URL" --no-psqlrc --tuples-only --no-align --command "$1"
}
logged() {
  grep -q "\"message\":\"$2\".*$3" "$data/$1.log"
}
is_announced() {
  logged checkoutservice "an order is confirmed" "$1" && logged emailservice "an order is confirmed, and not mailed" "$1" &&
    logged shippingservice "picking list made" "$1"
}
is_published() {
  [[ $(rows "SELECT count(*) FROM orders.order_events WHERE published_at_ms IS NULL") == 0 ]]
}

# All three are used.
check_order() {
  fill_cart
  [[ $(carts) == 1 ]] || fails "the cart is not in Redis"
  buy || fails "no order: $(<"$work/answer")"
  [[ $(rows "SELECT count(*) FROM orders.orders WHERE order_id = '$order'") == 1 ]] || fails "the order is not in PostgreSQL"
  eventually is_announced "$order"
  eventually is_published
}

# Nothing listens beyond loopback, and nobody else reads a password or runs a server as root.
check_protection() {
  local file name password
  local -A ports
  while read -r name; do ports[$name]=true; done < <(
    awk '$4 == "0A" { split($2, at, ":"); print at[1] ":" at[2] }' /proc/net/tcp)
  for ((port = base_port; port < base_port + 60; port++)); do
    [[ ! -v ports[$(printf '00000000:%04X' "$port")] ]] || fails "port $port is open to everybody"
  done
  for file in "$addresses" "$data"/{postgres,rabbitmq}/password "$data/rabbitmq/rabbitmq.conf"; do
    [[ $(stat -c %a "$file") == 600 ]] || fails "$file may be read by others"
  done
  for name in redis postgres rabbitmq; do
    [[ $(stat -c %a "$data/$name") == 700 ]] || fails "$data/$name is open to others"
  done
  for name in "$REDIS_PID" "$POSTGRES_PID" "$RABBITMQ_PID"; do
    [[ $(stat -c %u "/proc/$name") != 0 ]] || fails "process $name is root's"
  done
  for password in "$(<"$data/postgres/password")" "$(<"$data/rabbitmq/password")"; do
    ((${#password} == 40)) || fails "no password"
    if grep -q "$password" "$work/log" "$data"/*.log; then fails "a password is logged"; fi
    if grep -q "$password" /proc/[0-9]*/cmdline 2>/dev/null; then fails "ps shows a password"; fi
  done
}

# A mesh beside the first, with the first's servers.
check_others_servers() (
  mesh='' data=$work/second addresses=$work/second.addresses
  trap 'if [[ $mesh ]]; then stop_and_wait "$mesh" 60 || true; fi' EXIT
  export REDIS_ADDR AMQP_URL DATABASE_PASSWORD
  DATABASE_PASSWORD=$(<"$work/data/postgres/password")
  export DATABASE_URL=${DATABASE_URL/:$DATABASE_PASSWORD@/@}
  reserve_ports
  start
  is_shown "$order" || fails "a mesh with the same database does not show the order"
  [[ ! -e $data/redis && ! -e $data/postgres && ! -e $data/rabbitmq ]] || fails "servers were started beside others'"
  if grep -q _PID= <(grep -E 'REDIS|POSTGRES|RABBITMQ' "$addresses"); then fails "others' servers are its own"; fi
  stop
)

# Ends as it should when the data directory is already another mesh's, and leaves that one's addresses alone.
check_second_mesh() {
  if ci/mesh.sh --bin "$bin" --data-dir "$data" --addresses "$addresses" >"$work/second.log" 2>&1; then
    fails "two meshes in one folder"
  fi
  grep -q "another ci/mesh.sh runs in $data" "$work/second.log" || fails "$(<"$work/second.log")"
  [[ -e $addresses ]] || fails "a second mesh removed the first's addresses"
}

# RabbitMQ's own commands find the one of the mesh.
check_tools() {
  grep -qx 'email.confirmation.dead' < <("$data/with-rabbitmq" rabbitmqctl --quiet -p shop list_queues name) ||
    fails "rabbitmqctl does not list the queues"
}

kill_servers() {
  kill -KILL "$REDIS_PID" "$POSTGRES_PID" "$RABBITMQ_PID" "$ORDER_SERVICE_PID"
}
is_well() {
  fill_cart && buy
}

check_restarts() {
  local before="$REDIS_PID $POSTGRES_PID $RABBITMQ_PID $ORDER_SERVICE_PID" known=$order
  kill_servers
  eventually is_well
  eventually is_announced "$order"
  source "$addresses"
  for name in $before; do
    if [[ " $REDIS_PID $POSTGRES_PID $RABBITMQ_PID $ORDER_SERVICE_PID " == *" $name "* ]]; then
      fails "process $name was not started again"
    fi
  done
  eventually is_shown "$known"
  for name in redis postgres rabbitmq orderservice; do
    eventually grep -qx "$name is ready again" "$work/log"
  done
}

# What is killed at once with everything else is not in the way of the next start.
kill_all() {
  local -a all
  mapfile -t all < <(sed -n 's/^[A-Z_]*_PID=//p' "$addresses")
  kill -KILL "$mesh" "${all[@]}"
  wait "$mesh" 2>/dev/null || true
  mesh=''
}

# Without --restart a server that ends takes all with it, and one that does not start says why.
check_ends() {
  local status=0
  kill -KILL "$1"
  wait "$mesh" || status=$?
  mesh=''
  ((status == 1)) || fails "without a server the mesh ends with status $status"
  grep -q 'postgres has ended' "$work/log" || fails "it is not said who has ended"
}
check_faults() {
  echo 'nonsense = on' >>"$data/postgres/data/postgresql.conf"
  if ci/mesh.sh --base-port "$base_port" --bin "$bin" --data-dir "$data" --no-rabbitmq >"$work/log" 2>&1; then
    fails "it starts with a bad configuration"
  fi
  if ! grep -q 'unrecognized configuration parameter "nonsense"' "$work/log" ||
    ! grep -q 'postgres has ended' "$work/log"; then fails "it is not said what is wrong"; fi
}

reserve_ports
start --restart
check_order
check_protection
check_others_servers
check_second_mesh
check_tools
check_restarts
stop
start
is_shown "$order" || fails "an order is gone after a stop"
kill_all
start
is_shown "$order" || fails "an order is gone after a crash of everything"
[[ -s $data/orderservice.1.log ]] || fails "the log from before the crash is gone"
check_ends "$POSTGRES_PID"
check_faults
