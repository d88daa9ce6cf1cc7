#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs the whole shop in one process: installs what is missing, builds `boutique` and becomes it.
# Ctrl-C stops the shop.
#
# usage: ci/run.sh [BOUTIQUE-OPTION…]     `ci/run.sh --help` lists the options of boutique
source "$(dirname "$0")/lib.sh"

ci/build.sh boutique
exec build/bin/boutique "$@"
