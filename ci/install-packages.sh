#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In an image: installs the Debian packages that file $1 lists, or does nothing where they are there already.
set -eu
# shellcheck disable=SC2046 # a list of words
set -- $(cat "$1")
if dpkg --status "$@" >/dev/null 2>&1; then exit; fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o Acquire::Retries=3 update
apt-get -q -o Acquire::Retries=3 install --yes --no-install-recommends "$@"
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log
