#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts this pod's sentinel with what it knew when it ended, or for the first time with the master that this pod's Redis
# is or follows. Two of three sentinels decide that a master is gone.
# In the environment: SELF (the name of this pod), REDIS_PASSWORD if there is one.
set -eu
port=${REDIS_PORT:-6379}
sentinel_port=${SENTINEL_PORT:-26379}
local_host=${LOCAL_HOST:-127.0.0.1}
directory=${DATA:-/data}/sentinel
file=$directory/sentinel.conf

export REDISCLI_AUTH="${REDIS_PASSWORD:-}"
[ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH
until answer=$(redis-cli -h "$local_host" -p "$port" info replication 2>/dev/null) && [ -n "$answer" ]; do sleep 0.2; done
case $answer in
  NOAUTH*)
    # Started again, it finds the secret that was not there before.
    echo "Redis asks for a password and REDIS_PASSWORD is not set" >&2
    exit 1
    ;;
esac

umask 077
mkdir -p "$directory"
if [ ! -s "$file" ]; then
  master=$(printf '%s' "$answer" | tr -d '\r' | sed -n 's/^master_host://p')
  cat >"$file.new" <<END
port $sentinel_port
dir $directory
protected-mode no
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $SELF
sentinel monitor boutique ${master:-$SELF} $port 2
sentinel down-after-milliseconds boutique ${DOWN_AFTER:-5000}
sentinel failover-timeout boutique 30000
sentinel parallel-syncs boutique 1
END
else
  # A password may have changed since.
  grep -v '^sentinel auth-pass ' "$file" >"$file.new"
fi
if [ -n "${REDIS_PASSWORD:-}" ]; then
  echo "sentinel auth-pass boutique $REDIS_PASSWORD" >>"$file.new"
fi
mv "$file.new" "$file"
exec redis-server "$file" --sentinel "$@"
