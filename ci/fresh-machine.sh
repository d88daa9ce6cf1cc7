#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves the README's two commands on a clean machine: makes a Debian root with mmdebstrap, clones the project's
# commits into it, enters it by chroot, runs ci/run.sh until the shop answers, ends it by SIGTERM, runs ci/test.sh.
# Needs root and may mount; this machine's package mirrors, proxies and certificates are used in there too.
#
# usage: ci/fresh-machine.sh bookworm|trixie [--only-packages] [--only-run] [--keep] [--dir DIR] [-- RUN-OPTION…]
#   --only-packages  stop when every package is installed
#   --only-run       leave ci/test.sh out
#   --keep           keep the root when done (it is removed otherwise)
#   --dir DIR        where the root is made (a new folder in /var/tmp)
#   RUN-OPTION…      go to ci/run.sh; --port is understood here too
source "$(dirname "$0")/lib.sh"

suite='' until=all keep=false target='' page_port=8080
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    bookworm | trixie) suite=$1 ;;
    --only-packages) until=packages ;;
    --only-run) until=run ;;
    --keep) keep=true ;;
    --dir) target=$(path_of "$2") && shift ;;
    --) shift && break ;;
    *) die "no option $1 (see --help)" ;;
  esac
  shift
done
run_options=("$@")
for ((i = 0; i < $#; i++)); do
  if [[ ${run_options[i]} == --port ]]; then page_port=${run_options[i + 1]}; fi
done
[[ $suite ]] || die "which Debian, bookworm or trixie?"
((EUID == 0)) || die "must run as root"
target=${target:-$(mktemp -d "/var/tmp/boutique-$suite.XXXXXX")}

# Ends what still runs in the root, unmounts, and removes it.
clean_up() {
  local process link
  for process in /proc/[0-9]*; do
    link=$(readlink "$process/root" 2>/dev/null) || continue
    if [[ $link == "$target" ]]; then kill -KILL "${process#/proc/}" 2>/dev/null || true; fi
  done
  for mounted in dev/shm dev/pts dev proc; do
    if mountpoint -q "$target/$mounted"; then umount "$target/$mounted" || umount --lazy "$target/$mounted"; fi
  done
  if $keep; then
    echo "kept: $target"
  elif mountpoint -q "$target/dev" || mountpoint -q "$target/proc"; then
    echo "not removed, as something is still mounted: $target" >&2
  else
    rm -rf --one-file-system "$target"
  fi
}

# This machine's Debian sources with the release's name replaced, or Debian's own mirrors.
sources() {
  local here file found=false
  here=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
    if [[ $here && -s $file ]] && grep -q "$here" "$file"; then
      sed "s/\b$here\b/$suite/g" "$file"
      found=true
      break
    fi
  done
  if ! $found; then
    echo "deb http://deb.debian.org/debian $suite main"
    echo "deb http://deb.debian.org/debian $suite-updates main"
    echo "deb http://deb.debian.org/debian-security $suite-security main"
  fi
}

# How this machine's apt reaches its mirrors.
apt_settings() {
  apt-config dump Acquire | grep -E '^Acquire::(https?|Check-|Retries|ForceIPv)[^ ]* "[^"]+";' || true
}

make_root() {
  say "a clean $suite in $target"
  mkdir -p "$target"
  apt_settings >"$target.apt"
  sources | mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates,git --aptopt="$target.apt" \
    "$suite" "$target" -
  rm -f "$target.apt"
  cp --remove-destination /etc/resolv.conf /etc/hosts "$target/etc/"
  if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
    cp /usr/local/share/ca-certificates/*.crt "$target/usr/local/share/ca-certificates/"
    chroot "$target" update-ca-certificates >/dev/null
  fi
  mount -t proc proc "$target/proc"
  mount --bind /dev "$target/dev"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$target/dev/pts" 2>/dev/null || true
  mount -t tmpfs tmpfs "$target/dev/shm" 2>/dev/null || true
  git clone --quiet --no-hardlinks "$root" "$target/root/boutique"
  du -sh --one-file-system "$target" | cut -f1
}

# Becomes the given command in the root's clone, with a login's environment and this machine's way to the network.
enter() {
  local name
  local -a environment=(HOME=/root USER=root TERM=dumb LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin)
  for name in {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY; do
    if [[ -v $name ]]; then environment+=("$name=${!name}"); fi
  done
  environment+=("NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt")
  # shellcheck disable=SC2016 # expanded inside
  exec env -i "${environment[@]}" chroot "$target" /bin/bash -c 'cd /root/boutique && exec "$@"' enter "$@"
}

# ci/run.sh, until the home page shows a product; then SIGTERM, which must end it with status 0.
run_the_shop() {
  local pid home status=0 log=$target/root/run.log
  say "ci/run.sh ${run_options[*]}"
  if port_is_taken "$page_port"; then die "port $page_port is taken on this machine"; fi
  (enter ci/run.sh "${run_options[@]}") >"$log" 2>&1 &
  pid=$!
  until curl -fsS --max-time 10 "http://127.0.0.1:$page_port/readyz" >/dev/null 2>&1; do
    kill -0 $pid 2>/dev/null || { tail -n 40 "$log" && die "ci/run.sh ended before the shop was ready"; }
    sleep 1
  done
  tail -n 5 "$log"
  home=$(curl -fsS --max-time 10 "http://127.0.0.1:$page_port/")
  [[ $home == */product/OLJCESPC7Z* ]] || die "no product at home"
  stop_and_wait $pid 60 || status=$?
  ((status == 0)) || { tail -n 40 "$log" && die "the shop ended with status $status"; }
}

timed() {
  local start=$SECONDS
  "$@"
  echo "$1: $((SECONDS - start)) s"
}

"$root/ci/packages.sh" --machine
trap clean_up EXIT
trap 'exit 130' INT TERM
timed make_root
if [[ $until == packages ]]; then
  install_packages() { (enter ci/packages.sh --all); }
  timed install_packages
else
  timed run_the_shop
  if [[ $until == all ]]; then
    run_the_tests() { (enter ci/test.sh); }
    say "ci/test.sh"
    timed run_the_tests
  fi
fi
du -sh --one-file-system "$target" | sed 's/\t.*/ in the end/'
