#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts PostgreSQL: the first time it makes the shop's database, boutique, and its owner, the role boutique; at each
# start the role gets the password of the environment, so that a changed one takes effect with the next start. Without a
# password nobody is asked for one.
# usage: postgres.sh postgres OPTION…
# In the environment: PGDATA (a folder below the volume), POSTGRES_PASSWORD if there is one, RUN (/run/postgresql): the
# socket's folder.
set -eu
umask 077
run=${RUN:-/run/postgresql}

# Statements of standard input, one a line, without a server; the first that fails ends it.
in_database() {
  postgres --single -c exit_on_error=on -c log_min_messages=fatal -D "$1" "$2" >/dev/null
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Whole under its own name, or not there.
  new=$PGDATA.new
  rm -rf "$new"
  initdb --pgdata "$new" --username postgres --encoding UTF8 --locale C.UTF-8 --data-checksums --auth trust >/dev/null
  in_database "$new" postgres <<'END'
CREATE ROLE boutique LOGIN
CREATE ROLE monitor LOGIN IN ROLE pg_monitor
CREATE DATABASE boutique OWNER boutique
REVOKE ALL ON DATABASE boutique FROM PUBLIC
GRANT CONNECT ON DATABASE boutique TO monitor
END
  mv "$new" "$PGDATA"
fi
# A volume's fsGroup gives the group rights that PostgreSQL refuses to start with.
chmod 700 "$PGDATA"

method=trust password=NULL
if [ -n "${POSTGRES_PASSWORD:-}" ]; then
  [ "$(printf %s "$POSTGRES_PASSWORD" | wc -l)" -eq 0 ] || { echo "POSTGRES_PASSWORD has more than one line" >&2; exit 1; }
  method=scram-sha-256
  password="'$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")'"
fi
# Of one that was killed. Its number is this very shell's in a container that starts anew, which PostgreSQL would take
# for another server at work; the volume has no other pod.
rm -f "$PGDATA/postmaster.pid"
printf 'ALTER ROLE boutique PASSWORD %s\n' "$password" | in_database "$PGDATA" postgres
unset POSTGRES_PASSWORD password
# The socket is this pod's alone: it is how it looks after itself.
cat >"$run/pg_hba.conf" <<END
local all      all                 trust
host  boutique boutique 0.0.0.0/0  $method
host  boutique boutique ::/0       $method
END
exec "$@" -c "hba_file=$run/pg_hba.conf" -c "unix_socket_directories=$run"
