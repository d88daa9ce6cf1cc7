# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/mesh.sh leaves out what a shop can do without, and nothing else. Sourced by run.sh; starts nothing. What becomes of
# the shop is tested by tests/browser/without_test.js.

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
