#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fetches tools that Debian does not have, each in one version and only with the checksum that is written here, and
# prints the folder that they are in. What is there already is not fetched again; nothing is installed.
#
# usage: PATH=$(ci/tools.sh TOOL…):$PATH
#   TOOL  kind, kubectl, istioctl, cosign, syft, grype
source "$(dirname "$0")/lib.sh"

readonly folder=$root/build/tools
readonly github=https://github.com

# Tool, version, where it is from, and the file in the archive if that is one.
readonly table="
  kind     0.33.0  $github/kubernetes-sigs/kind/releases/download/vVERSION/kind-linux-ARCH
  kubectl  1.37.0  https://dl.k8s.io/release/vVERSION/bin/linux/ARCH/kubectl
  istioctl 1.31.1  $github/istio/istio/releases/download/VERSION/istio-VERSION-linux-ARCH.tar.gz bin/istioctl
  cosign   3.1.3   $github/sigstore/cosign/releases/download/vVERSION/cosign-linux-ARCH
  syft     1.51.1  $github/anchore/syft/releases/download/vVERSION/syft_VERSION_linux_ARCH.tar.gz syft
  grype    0.118.0 $github/anchore/grype/releases/download/vVERSION/grype_VERSION_linux_ARCH.tar.gz grype"

# The SHA-256 of what is fetched. A new version comes with new ones, compared with what the project itself publishes.
declare -Ar sum_of=(
  [kind-amd64]=aee6151561422756b764a4ae28e7f44cda5af5a9eead3cc9985112b1de8d8e0d
  [kind-arm64]=20022bee6cfcd5086cb7234d218e3454e6090022f2a8f55d1fa7fcf42c3867a2
  [kubectl-amd64]=6129359f4e1f3848a5572ccb0b26cf28b8ca08cef38c95a765b2f64a2c961a2f
  [kubectl-arm64]=922df28df248cc00a9e025f947704f1d1482de64ece54cfe57e61f19eaf1eef3
  [istioctl-amd64]=cb4af2e8a099acfc51368c1d15d4deab8321ae628554d4ee5c74f62ebe775857
  [cosign-amd64]=4629c757b7618056f8ddd7e2625ae9fdd94c0372a65049520bc7d9df9efc7f71
  [cosign-arm64]=c5d324e091826b0d7a78eb16fef316450b4eb9aaec045611c08ba06f5e73220a
  [syft-amd64]=8fcb33017a0dc1058298c923c436d19dfa68ae93968e0b423248542e3afb9fc3
  [syft-arm64]=a7fd2b784e6664acd44719270574f6cd8c6864fc2b1700bf9099bd1cccda7d7f
  [grype-amd64]=1d444c5e7360471815f7158f71935fcecc68a3c417d85c7344f770854300bba2
  [grype-arm64]=32aceeb8ee837244775fcb522372c8b3a47914986385f3148f4ee2c930482a84)

fetch() {
  local tool=$1 version=$2 url=$3 member=$4 sum=${sum_of[$1-$architecture]:-} file=$work/file
  url=${url//VERSION/$version}
  url=${url//ARCH/$architecture}
  [[ $sum ]] || die "no checksum of $tool $version is known for $architecture: install it yourself"
  curl --fail --silent --show-error --location --retry 3 --proto '=https' --output "$file" "$url" ||
    die "could not fetch $url"
  echo "$sum  $file" | sha256sum --check --quiet - >&2 || die "$url is not what it was: nothing of it is used"
  if [[ $member ]]; then
    # Istio's archive has a folder of its version around all.
    member=$(tar -tzf "$file" | grep -E "(^|/)$member\$")
    tar -xzf "$file" -C "$work" "$member"
    file=$work/$member
  fi
  install -D -m 755 "$file" "$folder/$tool"
  echo "$version" >"$folder/.$tool"
}

[[ ${1:-} != -h && ${1:-} != --help ]] || { usage && exit; }
case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) die "no tools for $(uname -m)" ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for wanted in "$@"; do
  found=false
  while read -r tool version url member; do
    [[ $tool == "$wanted" ]] || continue
    found=true
    if [[ $(cat "$folder/.$tool" 2>/dev/null) != "$version" ]]; then
      fetch "$tool" "$version" "$url" "$member"
    fi
  done <<<"$table"
  $found || die "no tool $wanted (see --help)"
done
echo "$folder"
