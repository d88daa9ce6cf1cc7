#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fast checks of the files as they are, without building: see ci/check_sources.py; and shellcheck of the scripts.
#
# usage: ci/check.sh
source "$(dirname "$0")/lib.sh"

case ${1:-} in
  -h | --help) usage && exit ;;
esac

python3 ci/check_sources.py --self-test
shellcheck ci/*.sh tests/*/*.sh .ci/run
