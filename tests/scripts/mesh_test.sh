# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/mesh.sh leaves out what a shop can do without, and nothing else, and what it writes is true for as long as it is
# there. Sourced by run.sh; of the shop it starts nothing: what becomes of that is tested by
# tests/browser/without_test.js and tests/mesh/servers_test.sh.

for name in cart cartservice productcatalog payment paymentservice frontend; do
  expect fails ci/mesh.sh --without "$name"
  says "^mesh.sh: --without $name: the shop cannot do without it\$"
done
for name in '' service redis ads 'ad service' '.*' --no-redis; do
  expect fails ci/mesh.sh --without "$name"
  says 'there is no such service'
done
for option in --base-port --data-dir --bin --addresses; do
  expect fails ci/mesh.sh "$option"
  says "$option needs a value"
done
expect fails ci/mesh.sh --no-kafka
says 'no option --no-kafka'
# Every component has a program of this name, and the help tells it.
for component in kustomize/components/without-*service; do
  name=${component#*/without-}
  expect passes ci/mesh.sh --without "$name" --help
  says "[ ,]${name%service}[ ,:]"
done

# The help has the ports, in the order in which --base-port gives them.
mapfile -t rows < <(sed -n '/^readonly table="$/,/"$/{/_ADDR/p}' ci/mesh.sh)
same "${#rows[@]}" 11
names='' ports=''
for row in "${rows[@]}"; do
  read -r name port _ <<<"$row"
  names+=", ${name%service}" ports+=", $port"
done
ci/mesh.sh --help | tr -s '\n ' ' ' >"$work/out"
says "in this order:${names#,};"
says "Without it:${ports#,};"

# From here on its programs do no more than say that they are ready.
mkdir "$work/programs" "$work/mesh"
cat >"$work/programs/program" <<'END_OF_PROGRAM'
#!/bin/sh
echo "${0##*/} is ready" && exec sleep 60
END_OF_PROGRAM
chmod +x "$work/programs/program"
for row in "${rows[@]}"; do
  read -r name _ <<<"$row"
  ln -s program "$work/programs/$name"
done
mesh=(ci/mesh.sh --embedded --bin "$work/programs" --data-dir "$work/mesh")

# The second in one folder touches nothing of the first's.
echo 'of the first' | tee "$work/mesh/addresses" >"$work/mesh/adservice.log"
expect fails flock "$work/mesh/lock" "${mesh[@]}"
says "^mesh.sh: another ci/mesh.sh runs in $work/mesh\$"
same "$(cat "$work"/mesh/{addresses,adservice.log})" "$(printf 'of the first\nof the first')"

# After a start that fails nobody takes old addresses for true; the log of the start before is still there, and an empty
# one does not take its place.
mv "$work/programs/frontend" "$work/frontend"
expect fails "${mesh[@]}"
says '^mesh.sh: frontend has ended; above is the end of '
holds test ! -e "$work/mesh/addresses"
same "$(cat "$work/mesh/adservice.1.log")" 'of the first'
: >"$work/mesh/adservice.log"
expect fails "${mesh[@]}"
same "$(cat "$work/mesh/adservice.1.log")" 'of the first'
mv "$work/frontend" "$work/programs/frontend"

# What is started again is said to be ready again; once all are stopped, the addresses are gone.
comes() {
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    if "$@" 2>/dev/null; then return; fi
    sleep 0.1
  done
  return 1
}
"${mesh[@]}" --restart >"$work/out" 2>&1 &
running=$!
holds comes test -e "$work/mesh/addresses"
kill "$(sed -n s/^AD_SERVICE_PID=//p "$work/mesh/addresses")"
holds comes grep -qx 'adservice is ready again' "$work/out"
same "$(grep -c '^adservice is ready$' "$work/mesh/adservice.log")" 2
status=0
stop_and_wait "$running" || status=$?
same "$status" 0
holds test ! -e "$work/mesh/addresses"
