#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests of what components do for stores, with the scripts that they deploy and real servers and programs: Redis and its
# sentinels (redis-replicated), and the copies of the databases and their return (backup).
#
# usage: tests/stores/run.sh BIN-DIR
source "$(dirname "$0")/../../ci/lib.sh"

bin=$(path_of "${1:-build/bin}")
for program in redis-server redis-cli python3; do
  command -v "$program" >/dev/null || die "needs $program"
done
say "redis-replicated"
timeout 240 python3 tests/stores/replicated.py kustomize/components/redis-replicated "$bin"
say "backup"
timeout 120 python3 tests/stores/backup.py kustomize/components/backup/backup.py "$bin"
