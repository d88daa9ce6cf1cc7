#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests of what is done for stores, with the scripts that do it and real servers and programs: Redis and its sentinels
# (component redis-replicated), and the copies of databases and their return (component backup, ci/backup.py).
#
# usage: tests/stores/run.sh BIN-DIR
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "${1:-build/bin}")
for program in redis-server redis-cli psql python3; do
  command -v "$program" >/dev/null || die "needs $program"
done
say "redis-replicated"
timeout 240 python3 tests/stores/replicated.py kustomize/components/redis-replicated "$bin"
say "backup of files"
timeout 120 python3 -B tests/stores/backup.py ci/backup.py "$bin"
say "backup of PostgreSQL"
timeout 120 python3 -B tests/stores/postgres_backup.py kustomize/components/backup/postgres.sh "$bin"
