#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests of kustomize/components/{monitoring,log-shipping} and kustomize/cluster-resources/monitoring: the rules by promtool,
# the routes by amtool, the PodMonitor by replaying its relabelling, and every metric that a rule or dashboard names on a
# mesh that a real Prometheus scrapes. These tools are Debian's; where they are not installed they are unpacked below
# BUILD-DIR, so that no service of theirs ever starts. Exit status 77 (skipped) if they cannot be had; with CI=true that
# is a failure.
#
# usage: tests/monitoring/run.sh BIN-DIR BUILD-DIR
source "$(dirname "$0")/../../ci/lib.sh"

(($# == 2)) || { usage >&2 && exit 2; }
bin=$(path_of "$1")
work=$(path_of "$2")/monitoring
here=$root/tests/monitoring
mkdir -p "$work/packages"
export PYTHONDONTWRITEBYTECODE=1

# Unpacks what is missing of these packages.
fetch() {
  local package
  for package in "$@"; do
    if [[ -e $work/packages/$package.unpacked ]]; then continue; fi
    (cd "$work/packages" && rm -f "$package"_*.deb && apt-get -q download "$package" &&
      dpkg --fsys-tarfile "$package"_*.deb | tar -x ./usr/bin && rm -f "$package"_*.deb) >"$work/packages/log" 2>&1 ||
      return
    touch "$work/packages/$package.unpacked"
  done
}

# The program of that name, installed or unpacked.
tool() {
  command -v "$1" || realpath --canonicalize-existing "$work/packages/usr/bin/$1"
}

# On Debian 13 promtool has a package of its own, on Debian 12 it is in prometheus'.
declare -A package_of=([promtool]=prometheus [prometheus]=prometheus [amtool]=prometheus-alertmanager
  [prometheus-redis-exporter]=prometheus-redis-exporter [prometheus-postgres-exporter]=prometheus-postgres-exporter)
if [[ $(apt-cache --quiet=2 search --names-only '^promtool$') ]]; then package_of[promtool]=promtool; fi
for program in "${!package_of[@]}"; do
  command -v "$program" >/dev/null || fetch "${package_of[$program]}" || {
    cat "$work/packages/log" >&2
    echo "$program is not there, and Debian's package ${package_of[$program]} could not be had"
    [[ ${CI:-} == true ]] && exit 1
    exit 77
  }
done

say "rules"
cp "$here"/*_test.yaml "$work"
python3 "$here/manifests.py" "$work/rules.yaml"
promtool=$(tool promtool)
(cd "$work" && "$promtool" check rules --lint=all rules.yaml && "$promtool" test rules ./*_test.yaml)

say "routes and targets"
python3 "$here/routes.py" "$(tool amtool)" "$work"
python3 "$here/targets.py"

say "dashboards and logs"
python3 "$here/boards.py"
python3 "$here/logs.py" "$bin"

say "names"
# Some metrics are exported only by programs that trace, to nobody, as the shop does not mind, that have a broker, or that
# mail.
export ENABLE_TRACING=true COLLECTOR_SERVICE_ADDR=127.0.0.1:1
exec python3 "$here/servers.py" "$(tool prometheus-postgres-exporter)" "$root/tests/mesh/with_mesh.sh" "$bin" \
  python3 "$here/live.py" "$(tool prometheus)" "$(tool prometheus-redis-exporter)" "$work"
