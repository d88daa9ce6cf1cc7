#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds one program's image with buildah, below the build tree and with this machine's compiler cache, under the name
# that overlays/dev renders, and runs it as a strict cluster does; then sees that nothing is built where nothing changed.
# On Debian the base image is made of its packages by mmdebstrap, so that no registry is asked.
#
# usage: tests/images/run.sh FOLDER [PROGRAM]
#   FOLDER   where images, containers and the base image are kept from run to run
#   PROGRAM  cartservice, unless another is named
# Without root, control groups or the tools it does nothing and ends with status 77; with CI=true that is an error.
source "$(dirname "$0")/../../ci/lib.sh"

mkdir -p "$1"
folder=$(path_of "$1")
program=${2:-cartservice}
overlay=overlays/dev

unable() {
  if [[ ${CI:-} == true ]]; then die "$1"; fi
  echo "skipped: $1"
  exit 77
}
((EUID == 0)) || unable "needs root"
compgen -G '/sys/fs/cgroup/*' >/dev/null || unable "needs control groups, which limit containers"
for tool in buildah podman runc curl; do
  command -v "$tool" >/dev/null || unable "needs $tool (ci/packages.sh --images)"
done

# --- Storage and limits of this test alone: the machine's own images are left as they are. ---
cat >"$folder/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$folder/storage"
runroot = "$folder/run"
END
# runc, as crun fails where control groups of both versions are mounted; limits no higher than this process may give.
cat >"$folder/containers.conf" <<END
[containers]
default_ulimits = ["nofile=$(ulimit -Sn):$(ulimit -Hn)", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
END
mkdir -p "$folder/tmp"
export CONTAINERS_STORAGE_CONF=$folder/storage.conf CONTAINERS_CONF=$folder/containers.conf TMPDIR=$folder/tmp

# --- The base image ---
# This machine's own Debian, so that what it has compiled is found in the cache.
release=$(. /etc/os-release && if [[ $ID == debian ]]; then echo "$VERSION_CODENAME"; fi)
readonly base=docker.io/library/debian:${release:-bookworm}-slim
export BASE=$base

make_base() {
  command -v mmdebstrap >/dev/null || unable "needs mmdebstrap (ci/packages.sh --images)"
  local setting
  local -a settings=()
  # How this machine's apt reaches its mirrors goes for the image's, too.
  while read -r setting; do settings+=(--aptopt="${setting%;}"); done < <(apt-config dump Acquire |
    grep -E '^Acquire::(https?::Proxy|Check-|ForceIPv)[^ ]* "[^"]+";' || true)
  # Without what Debian leaves out of its slim images.
  printf 'deb http://deb.debian.org/debian%s main\n' " $release" " $release-updates" "-security $release-security" |
    mmdebstrap --quiet --variant=minbase "${settings[@]}" --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' "$release" - - |
    podman import --quiet - "$base"
}
if [[ $release ]] && ! podman image exists "$base"; then
  say "base image"
  make_base
fi

# --- Building and running it ---
readonly name_pattern="^registry\.example\.com/boutique/$program:[0-9]"
name=$(ci/images.sh --as "$overlay" --list "$program")
[[ $name =~ $name_pattern ]] || die "$overlay names the image of $program as '$name'"
cache=$(ccache --get-config cache_dir 2>/dev/null || echo "$folder/ccache")
build() {
  nice ci/images.sh --with buildah --ccache "$cache" --as "$overlay" --test "$program" >"$folder/log" 2>&1 || {
    tail -n 60 "$folder/log"
    die "the image of $program is not as it should be; all of it is in $folder/log"
  }
}
say "image of $program"
start=$SECONDS
build
grep -E '^ +(Hits|Misses):|above its base' "$folder/log"
echo "built and tried in $((SECONDS - start)) s"

say "once more"
start=$SECONDS
build
if grep -q '^== image of' "$folder/log"; then die "it was built again, though nothing had changed"; fi
podman image exists "$name" || die "there is no image $name"
echo "nothing to build, tried in $((SECONDS - start)) s"
# What earlier runs have left is of use to the next for some days only.
podman image prune --force --filter until=72h >/dev/null
