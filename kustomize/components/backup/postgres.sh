#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Copies a PostgreSQL database that is in use, as it is at one moment, and puts a copy back in its place.
#
# usage: postgres.sh save BACKUPS [KEEP]       one copy, checked; the newest KEEP (28) stay
#        postgres.sh list BACKUPS              the copies that there are
#        postgres.sh restore BACKUPS [TIME]    the newest copy, or that of TIME, takes the place of what is there
#
# DATABASE_URL is postgresql://user@host:port/database, PGPASSWORD the password where there is one.
# A copy is BACKUPS/<database>-<time>.dump, in pg_dump's own format, whole or not there at all. Restoring needs the
# programs stopped: it refuses where one is connected. It is one transaction: everything is restored, or nothing has
# changed. What was there before stays in the database, each schema as <schema>_before_<time>. The user is the services'
# own, who owns the database; nothing more is needed.
set -euo pipefail
umask 077
export PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}

die() {
  printf 'postgres.sh: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '5,7s/^# //p' "$0" >&2
  exit 2
}

# Statements of standard input, without the files of whoever runs it.
ask() {
  psql --dbname="$DATABASE_URL" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1
}

# Whether every byte of it can be read back; prints why not.
is_whole() {
  pg_restore --file=/dev/null "$1"
}

# Newest last.
copies() {
  find "$backups" -maxdepth 1 -type f -name "$name-*.dump" -printf '%f\n' |
    grep -Ex "$name-[0-9]{8}T[0-9]{6}Z\.dump" | sort || true
}

save() {
  local keep=${1:-28} partial=$backups/.$name.partial target old
  [[ $keep =~ ^[1-9][0-9]{0,3}$ ]] || die "'$keep' copies cannot be kept"
  target=$backups/$name-$(date -u +%Y%m%dT%H%M%SZ).dump
  trap 'rm -f "$backups/.$name.partial"' EXIT
  # One transaction: what is committed when it begins, of all services alike. It waits for no writer, and none for it.
  pg_dump --dbname="$DATABASE_URL" --format=custom --no-owner --no-privileges --exclude-schema='*_before_*' \
    --lock-wait-timeout=60s --file="$partial" || die "no copy was made"
  is_whole "$partial" || die "the copy is not whole"
  sync "$partial"
  mv "$partial" "$target"
  sync "$backups"
  echo "saved ${target##*/}, $(stat --format=%s "$target") bytes"
  while read -r old; do
    rm "$backups/$old"
    echo "removed $old"
  done < <(copies | head -n -"$keep")
}

list() {
  local copy
  for copy in $(copies); do
    echo "$copy $(stat --format=%s "$backups/$copy")"
  done
}

# Everything as statements for psql.
statements() {
  printf '\\set now %s\n' "$(date -u +%Y%m%d_%H%M%S)"
  cat <<'END'
BEGIN;
SET LOCAL client_min_messages = warning;
-- An extension is there once, and comes back with what needs it; what goes aside loses its indexes for search.
SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'public' \gexec
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, nspname || '_before_' || :'now') FROM pg_namespace
  WHERE nspname !~ '^pg_|_before_' AND nspname NOT IN ('information_schema', 'public') \gexec
END
  # Without the last word nothing is committed.
  pg_restore --file=- --no-owner --no-privileges "$1" && echo 'COMMIT;'
}

restore() {
  local wanted=${1:-} copy clients
  [[ $wanted =~ ^([0-9]{8}T[0-9]{6}Z)?$ ]] || die "'$wanted' is no time of a copy, as 20261121T120500Z"
  copy=$(copies | grep -F -- "$name-$wanted" | tail -n 1) || true
  [[ $copy ]] || die "there is no copy${wanted:+ of $wanted} in $backups"
  is_whole "$backups/$copy" || die "$copy is not whole"
  clients=$(ask <<<"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND usename = current_user AND pid <> pg_backend_pid()") || die "the server cannot be asked"
  ((clients == 0)) || die "$name is in use: stop the programs first"
  statements "$backups/$copy" | ask >/dev/null || die "$copy cannot be restored; nothing was changed"
  echo "restored $name from $copy"
}

(($# == 2 || $# == 3)) || usage
command=$1 backups=$2
[[ $command == save || $command == restore || $command == list && $# == 2 ]] || usage
[[ -d $backups ]] || die "there is no folder $backups"
[[ ${DATABASE_URL:-} =~ ^postgres(ql)?://[^/?]*/([A-Za-z0-9_-]+)(\?.*)?$ ]] ||
  die "DATABASE_URL is no postgresql://user@host:port/database"
name=${BASH_REMATCH[2]}
"$command" "${@:3}"
