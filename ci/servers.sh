# SPDX-License-Identifier: Apache-2.0
# Redis, PostgreSQL and RabbitMQ as Debian packages them, run beside the system's own and without touching those: on
# free loopback ports, with files in a folder of their own, and for root by the user that each package has made.
# shellcheck shell=bash disable=SC2034,SC2154 # what it sets is used, and what it needs is set, by who sources it
#
# Source it after lib.sh. It needs `files`, a folder in which server NAME gets NAME/ and NAME.log; `kept`, whether that
# folder stays; start NAME COMMAND…, which runs a command in the background by "setpriv ${runner[*]}"; and has_said NAME
# REGEX, whether it has logged such a line since.
#   prepare_NAME PORT   makes the files if they are not there, takes the first free port from PORT on, and sets
#                       REDIS_ADDR, DATABASE_URL or AMQP_URL
#   run_NAME            starts it, again too; fails while something that was killed still has its files
#   NAME_answers        whether it serves
declare -A server_port=()

# Sets `runner`: words for setpriv, to be what runs server $1. The users of Debian's packages have the servers' names.
set_runner() {
  runner=()
  if ((EUID == 0)); then runner=(--reuid "$1" --regid "$1" --clear-groups); fi
}

as_server() {
  local -a runner
  set_runner "$1"
  setpriv "${runner[@]}" --pdeathsig TERM -- env --chdir="$files/$1" "${@:2}"
}

# The server's folder, in which what was made so far is its own.
own_folder() {
  local folder=$files/$1
  mkdir -p "$folder"
  chmod 700 "$folder"
  if ((EUID == 0)); then chown -R "$1:$1" "$folder"; fi
  as_server "$1" true 2>/dev/null ||
    die "$folder is out of reach of user $1, who runs that server for root: give another --data-dir"
}

# A random password that is kept in file $1, for nobody else to read.
kept_secret() {
  mkdir -p "$(dirname "$1")"
  if [[ ! -s $1 ]]; then
    (umask 077 && od -An -tx1 -N20 /dev/urandom | tr -d ' \n' >"$1.new" && mv "$1.new" "$1")
  fi
  cat "$1"
}

# Whether a process of server $1 still works in its folder $2.
is_in_use() {
  local -a runner
  set_runner "$1"
  grep -Fxq "$2" < <(setpriv "${runner[@]}" readlink /proc/[0-9]*/cwd 2>/dev/null)
}

# What was killed with its parent may take a moment to end.
wait_until_unused() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    is_in_use "$1" "$2" || return 0
    sleep 0.1
  done
  die "a process of $1 still works in $2"
}

prepare_redis() {
  command -v redis-server >/dev/null || die "no Redis is installed: see ci/packages.sh --mesh"
  own_folder redis
  server_port[redis]=$(free_port "$1")
  REDIS_ADDR=127.0.0.1:${server_port[redis]}
}

run_redis() {
  local -a keep=(--appendonly yes) runner
  if ! $kept; then keep=(--save ''); fi
  set_runner redis
  start redis redis-server --bind 127.0.0.1 --port "${server_port[redis]}" --dir "$files/redis" "${keep[@]}"
}

redis_answers() (
  { exec 3<>"/dev/tcp/127.0.0.1/${server_port[redis]}"; } 2>/dev/null || exit
  printf 'PING\r\n' >&3 && read -rt 5 answer <&3 && [[ $answer == +PONG* ]]
)

# The version that has made the files, or the newest.
set_postgres_bin() {
  local version=$files/postgres/data/PG_VERSION
  if [[ -e $version ]]; then
    postgres_bin=/usr/lib/postgresql/$(<"$version")/bin
    [[ -x $postgres_bin/postgres ]] || die "$files/postgres is of PostgreSQL $(<"$version"), which is not installed"
  else
    postgres_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort | tail -n 1)
    [[ -x $postgres_bin/postgres ]] || die "no PostgreSQL is installed: see ci/packages.sh --mesh"
  fi
}

# A cluster with a user and a database `shop`. Its superuser has no password, and none can log in without.
make_cluster() {
  local new=$files/postgres/data.new log=$files/postgres.log
  rm -rf "$new"
  {
    as_server postgres "$postgres_bin/initdb" --pgdata "$new" --username postgres --auth trust --encoding UTF8 \
      --locale C.UTF-8 --no-instructions &&
      as_server postgres tee "$new/pg_hba.conf" <<<"host all all 127.0.0.1/32 scram-sha-256" &&
      as_server postgres "$postgres_bin/postgres" --single -D "$new" postgres <<END
CREATE ROLE shop LOGIN PASSWORD '$1';
CREATE DATABASE shop OWNER shop;
END
  } >>"$log" 2>&1 || { tail -n 20 "$log" >&2 && die "PostgreSQL makes no cluster in $new"; }
  mv "$new" "$files/postgres/data"
}

prepare_postgres() {
  local password
  set_postgres_bin
  password=$(kept_secret "$files/postgres/password")
  own_folder postgres
  if [[ ! -e $files/postgres/data ]]; then make_cluster "$password"; fi
  wait_until_unused postgres "$files/postgres/data"
  server_port[postgres]=$(free_port "$1")
  DATABASE_URL="postgresql://shop:$password@127.0.0.1:${server_port[postgres]}/shop?sslmode=disable"
}

run_postgres() {
  local -a runner
  if is_in_use postgres "$files/postgres/data"; then return 1; fi
  # Of one that was killed; its number may be another process's by now.
  rm -f "$files/postgres/data/postmaster.pid"
  set_runner postgres
  start postgres "$postgres_bin/postgres" -D "$files/postgres/data" -c listen_addresses=127.0.0.1 \
    -c port="${server_port[postgres]}" -c unix_socket_directories= -c max_connections=200
}

postgres_answers() {
  "$postgres_bin/pg_isready" --quiet --host 127.0.0.1 --port "${server_port[postgres]}"
}

# Erlang's nodes find one another by epmd, which is one of our own here.
set_rabbitmq_environment() {
  local folder=$files/rabbitmq
  rabbitmq_environment=(
    PATH=/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME="$folder"
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="${server_port[epmd]}"
    RABBITMQ_NODENAME=boutique@localhost RABBITMQ_DIST_PORT="${server_port[nodes]}" RABBITMQ_CONF_ENV_FILE=/dev/null
    RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins"
    RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder" RABBITMQ_PID_FILE="$folder/pid"
    # So its script becomes the server instead of waiting for it.
    RABBITMQ_ALLOW_INPUT=1 RABBITMQ_SERVER_START_ARGS=-noinput
    # Two schedulers that sleep when there is nothing to do, and no port beyond loopback.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none \
-kernel inet_dist_use_interface {127,0,0,1}")
}

# A command that runs RabbitMQ's own with what they need to find this one: its user, cookie and ports.
write_with_rabbitmq() {
  local -a runner
  set_runner rabbitmq
  {
    printf '#!/bin/bash\nexec'
    printf ' %q' setpriv "${runner[@]}" -- env --ignore-environment --chdir="$files/rabbitmq" \
      "${rabbitmq_environment[@]}"
    printf ' "$@"\n'
  } >"$files/with-rabbitmq"
  chmod +x "$files/with-rabbitmq"
}

prepare_rabbitmq() {
  local folder=$files/rabbitmq password
  [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] || die "no RabbitMQ is installed: see ci/packages.sh --mesh"
  password=$(kept_secret "$folder/password")
  kept_secret "$folder/.erlang.cookie" >/dev/null
  chmod 400 "$folder/.erlang.cookie"
  server_port[rabbitmq]=$(free_port "$1")
  server_port[nodes]=$(free_port $((server_port[rabbitmq] + 1)))
  server_port[epmd]=$(free_port $((server_port[nodes] + 1)))
  (umask 077 && cat >"$folder/rabbitmq.conf") <<END
listeners.tcp.1 = 127.0.0.1:${server_port[rabbitmq]}
default_user = shop
default_pass = $password
default_vhost = shop
log.console = true
log.console.level = info
log.file = false
END
  own_folder rabbitmq
  wait_until_unused rabbitmq "$folder"
  set_rabbitmq_environment
  write_with_rabbitmq
  AMQP_URL="amqp://shop:$password@127.0.0.1:${server_port[rabbitmq]}/shop"
}

run_epmd() {
  local -a runner
  set_runner rabbitmq
  start epmd env --ignore-environment "${rabbitmq_environment[@]}" epmd
  # RabbitMQ, started before it listens, would start one that outlives us.
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    if (: <>"/dev/tcp/127.0.0.1/${server_port[epmd]}") 2>/dev/null; then return; fi
    sleep 0.05
  done
}

run_rabbitmq() {
  local -a runner
  if is_in_use rabbitmq "$files/rabbitmq"; then return 1; fi
  set_runner rabbitmq
  start rabbitmq env --ignore-environment --chdir="$files/rabbitmq" "${rabbitmq_environment[@]}" rabbitmq-server
}

rabbitmq_answers() {
  has_said rabbitmq 'Server startup complete'
}
