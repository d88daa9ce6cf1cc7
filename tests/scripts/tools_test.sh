# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/tools.sh takes nothing whose checksum is another. Sourced by run.sh; a stand-in for curl writes what it is told.

cat >"$work/bin/curl" <<END
#!/bin/sh
while [ "\$1" != --output ]; do shift; done
cp "$work/fetched" "\$2"
echo "\$3" >"$work/url"
END
chmod +x "$work/bin/curl"
echo 'echo something else' >"$work/fetched"
for tool in kind kubectl cosign syft grype; do
  expect fails ci/tools.sh "$tool"
  says 'is not what it was: nothing of it is used$'
  checks=$((checks + 1))
  if [[ -e build/tools/$tool ]]; then fault "$tool is there"; fi
done
expect fails ci/tools.sh kind nothing
expect passes ci/tools.sh

# What is as it was is unpacked, and fetched once.
mkdir -p "$work/istio-9/bin" && echo 'echo the tool' >"$work/istio-9/bin/istioctl"
tar -czf "$work/fetched" -C "$work" istio-9
sum=$(sha256sum "$work/fetched" | cut -d ' ' -f 1)
sed -i "s/^  \[istioctl-amd64\]=.*/  [istioctl-amd64]=$sum [istioctl-arm64]=$sum/" ci/tools.sh
expect passes ci/tools.sh istioctl
same "$(tail -n 1 "$work/out")" "$PWD/build/tools"
same "$(sh build/tools/istioctl)" 'the tool'
holds grep -Eq '^https://github.com/istio/istio/releases/download/[0-9.]+/istio-[0-9.]+-linux-(amd|arm)64.tar.gz$' "$work/url"
rm "$work/fetched"
expect passes ci/tools.sh istioctl
rm "$work/bin/curl"
git checkout -q ci
