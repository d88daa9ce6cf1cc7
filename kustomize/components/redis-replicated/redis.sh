#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts one of three Redis servers as what it is: the master that the sentinels name, or a replica of it. Before there
# were any sentinels, the first pod is the master.
# usage: redis.sh redis-server OPTION… (the options that a single Redis has, too)
# In the environment: SELF and FIRST (the names of this pod and of the first), PEERS (where sentinels are asked),
# REDIS_PASSWORD if there is one.
set -eu
port=${REDIS_PORT:-6379}
sentinel_port=${SENTINEL_PORT:-26379}

master=$(timeout 3 redis-cli -h "$PEERS" -p "$sentinel_port" sentinel get-master-addr-by-name boutique 2>/dev/null |
  head -n 1) || master=
case $master in
  *[!A-Za-z0-9.:-]*) master= ;; # an error, not a name
esac
known=${DATA:-/data}/sentinel/sentinel.conf
if [ -z "$master" ] && [ -f "$known" ]; then
  # All pods begin at once: what this one's sentinel knew last.
  master=$(sed -n 's/^sentinel monitor "\{0,1\}boutique"\{0,1\} "\{0,1\}\([^ "]*\).*/\1/p' "$known")
fi
master=${master:-$FIRST}

# A master that no replica follows takes no writes: cut off from the others, or just back after they chose another, it
# would acknowledge what is thrown away when it follows them.
set -- "$@" --port "$port" --replica-announce-ip "$SELF" --min-replicas-to-write 1 --min-replicas-max-lag 10
if [ -n "${REDIS_PASSWORD:-}" ]; then
  set -- "$@" --requirepass "$REDIS_PASSWORD" --masterauth "$REDIS_PASSWORD"
fi
if [ "$master" = "$SELF" ]; then
  echo "this is the master"
else
  echo "this follows $master"
  set -- "$@" --replicaof "$master $port"
fi
exec "$@"
