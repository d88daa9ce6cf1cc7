#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the programs' images with docker or buildah, whichever is there, and only those whose sources changed since:
# an image is kept as localhost/boutique/PROGRAM:HASH-OF-ITS-SOURCES and gets further names from there.
#
# usage: ci/images.sh [OPTION…] [PROGRAM…]
#   --as OVERLAY       name the images exactly as this overlay renders them, as overlays/dev; may be repeated
#   --registry R       name them R/PROGRAM:TAG
#   --tag TAG          with --registry; the commit's id otherwise
#   --list             only print the names
#   --load kind|minikube|k3d   put them on the nodes of a local cluster
#   --cluster NAME     that cluster's name, where it is not the tool's own default
#   --push             push them; what was pushed is printed as name@digest
#   --test             run each image and see that it does what a cluster needs
#   --with docker|buildah      the tool to build with
#   --ccache DIR       compile with this cache of ccache's (buildah; docker keeps one of its own)
#   --fresh            pull the base image anew and build all, for its security updates
#   PROGRAM            these programs alone; without, all of the overlay, or all there are
# BASE in the environment is another base image than Debian's.
source "$(dirname "$0")/lib.sh"

overlays=() registry='' tag='' list=false load='' cluster='' push=false try=false engine='' ccache='' fresh=false
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --as) needs_value "$@" && overlays+=("$2") && shift ;;
    --registry) needs_value "$@" && registry=${2%/} && shift ;;
    --tag) needs_value "$@" && tag=$2 && shift ;;
    --list) list=true ;;
    --load) needs_value "$@" && load=$2 && shift ;;
    --cluster) needs_value "$@" && cluster=$2 && shift ;;
    --push) push=true ;;
    --test) try=true ;;
    --with) needs_value "$@" && engine=$2 && shift ;;
    --ccache) needs_value "$@" && ccache=$(path_of "$2") && shift ;;
    --fresh) fresh=true ;;
    -*) die "no option $1 (see --help)" ;;
    *) break ;;
  esac
  shift
done
[[ $load =~ ^(|kind|minikube|k3d)$ ]] || die "images can be loaded into kind, minikube or k3d, not $load"
[[ ! $registry ]] || is_registry "$registry" || die "no registry's name: '$registry'"
[[ ! $tag ]] || is_tag "$tag" || die "no tag: '$tag'"
if $push && [[ ! $registry && ! ${overlays[*]} ]]; then die "--push needs --registry, or --as"; fi
[[ $engine =~ ^(|docker|buildah)$ ]] || die "images can be built with docker or buildah, not $engine"
readonly base=${BASE:-docker.io/library/debian:bookworm-slim}

mapfile -t all_programs < <(sed -n 's/^FROM .* AS //p' Dockerfile | grep -vxE 'builder|base|runtime')
is_program() { [[ " ${all_programs[*]} " == *" $1 "* ]]; }
for program in "$@"; do is_program "$program" || die "no program $program"; done
programs=("${@:-${all_programs[@]}}")

# --- What to build, and under which names: lines PROGRAM NAME. ---

# The images of ours that an overlay renders.
names_of_overlay() {
  local folder rendered name program
  folder=$(path_of "$1")
  if [[ ! -e $folder ]]; then folder=$root/$1; fi
  [[ -e $folder/kustomization.yaml ]] || die "no overlay $1"
  rendered=$(ci/kustomize.sh "$folder")
  while read -r name; do
    program=${name##*/}
    program=${program%%[:@]*}
    is_program "$program" || continue
    if [[ $name == *@* ]]; then die "$1 asks for $program by digest: it is what a registry has, and not to be built"; fi
    echo "$program $name"
  done < <(sed -n 's/^[ -]*image: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' <<<"$rendered" | sort -u)
}

# A hash of all that a program is built from. Rooms include nothing of each other, so a change in one is no other's;
# what they share stands beside them.
inputs_of() {
  local -a parts=(Dockerfile .dockerignore CMakeLists.txt CMakePresets.json ci/{build,image-files,install-packages}.sh
    ci/{lib,packages}.sh cmake protos src/CMakeLists.txt src/platform)
  case $1 in
    boutique) parts+=(src frontend) ;;
    frontend) parts+=(src/gateway frontend) ;;
    loadgenerator) parts+=(src/loadgenerator) ;;
    *)
      parts+=("src/services/${1%service}")
      mapfile -t -O "${#parts[@]}" parts < <(find src/services -maxdepth 1 -type f)
      ;;
  esac
  { echo "$base" && find "${parts[@]}" -type f -not -name '*.md' -print0 | LC_ALL=C sort -zu | xargs -0 sha256sum; } |
    sha256sum | cut -c1-16
}

declare -A kept=()
wanted=()
if ((${#overlays[@]})); then
  for overlay in "${overlays[@]}"; do
    names=$(names_of_overlay "$overlay")
    mapfile -t -O "${#wanted[@]}" wanted <<<"$names"
  done
elif [[ $registry ]]; then
  if [[ ! $tag ]]; then
    if $push && [[ $(git status --porcelain) ]]; then die "commit first, or say --tag: its id would not be true"; fi
    tag=$(git rev-parse HEAD)
  fi
  for program in "${programs[@]}"; do wanted+=("$program $registry/$program:$tag"); done
else
  for program in "${programs[@]}"; do wanted+=("$program localhost/boutique/$program:$(inputs_of "$program")"); done
fi
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | grep -E "^($(IFS='|' && echo "${programs[*]}")) ")
if [[ ! ${wanted[*]} ]]; then die "no image to build"; fi
if $list; then
  printf '%s\n' "${wanted[@]#* }" | sort -u
  exit
fi
if $push && [[ ${wanted[*]} == *registry.example.com* ]]; then die "registry.example.com is nobody's; say --registry"; fi

# --- docker or buildah ---

if [[ ! $engine ]]; then
  if docker info >/dev/null 2>&1; then
    engine=docker
  elif command -v buildah >/dev/null; then
    engine=buildah
  else
    die "needs docker (with its engine running) or buildah"
  fi
fi

image_exists() {
  if [[ $engine == docker ]]; then
    docker image inspect "$1" >/dev/null 2>&1
  else
    buildah inspect --type image "$1" >/dev/null 2>&1
  fi
}

# Builds a program's image under a name; all that changed are compiled at once, by the first.
build_image() {
  local program=$1 name=$2 source revision
  local -a options=(--file Dockerfile --target "$program" --tag "$name" --build-arg "BASE=$base"
    --build-arg "PROGRAMS=${changed[*]}")
  revision=$(git rev-parse HEAD 2>/dev/null || true)
  if [[ $revision && $(git status --porcelain -- .) ]]; then revision+=-changed; fi
  # Where it comes from, without a name or password that the address may have.
  source=$(git remote get-url origin 2>/dev/null | sed -nE 's#^https://([^/@]*@)?#https://#p' || true)
  options+=(--label "org.opencontainers.image.version=$version" --label "org.opencontainers.image.revision=$revision"
    --label "org.opencontainers.image.base.name=$base")
  if [[ $source ]]; then options+=(--label "org.opencontainers.image.source=$source"); fi
  if $fresh; then options+=(--pull --build-arg "FRESH=$now"); fi
  if [[ $engine == docker ]]; then
    DOCKER_BUILDKIT=1 docker build "${options[@]}" .
  else
    if [[ $ccache ]]; then mkdir -p "$ccache" && options+=(--volume "$ccache:/ccache"); fi
    buildah build --layers --network host "${options[@]}" .
  fi
}

tag_image() { "$engine" tag "$1" "$2"; }

# Removes what was kept of a program but this.
forget_older() {
  local name
  while read -r name; do
    if [[ $name == localhost/boutique/$1:* && $name != "$2" ]]; then
      # One that a container runs stays.
      "$engine" rmi "$name" >/dev/null || echo "$name stays"
    fi
  done < <("$engine" images --format "{{.${repository_field}}}:{{.Tag}}" | sort -u)
}
if [[ $engine == docker ]]; then repository_field=Repository; else repository_field=Name; fi

push_image() {
  local digest
  if [[ $engine == docker ]]; then
    digest=$(docker push "$1" | sed -n 's/.*digest: \(sha256:[0-9a-f]*\) .*/\1/p')
    [[ $digest ]] || die "no digest came back for $1"
    echo "${1%:*}@$digest"
  else
    digest=$(mktemp)
    buildah push --quiet --digestfile "$digest" "$1"
    echo "${1%:*}@$(cat "$digest")"
    rm -f "$digest"
  fi
}

load_image() {
  local folder archive
  folder=$(mktemp -d)
  archive=$folder/image.tar
  if [[ $engine == docker ]]; then
    docker save --output "$archive" "$1"
  else
    buildah push --quiet "$1" "docker-archive:$archive:$1"
  fi
  case $load in
    kind) kind load image-archive "$archive" ${cluster:+--name "$cluster"} ;;
    minikube) minikube image load "$archive" ${cluster:+--profile "$cluster"} ;;
    k3d) k3d image import "$archive" ${cluster:+--cluster "$cluster"} ;;
  esac
  rm -rf "$folder"
}

# --- Doing it ---

version=$(sed -n 's/^project(.*VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
now=$(date +%s)
changed=()
for program in "${all_programs[@]}"; do
  if [[ $'\n'$(printf '%s\n' "${wanted[@]}") != *$'\n'"$program "* ]]; then continue; fi
  kept[$program]=localhost/boutique/$program:$(inputs_of "$program")
  if $fresh || ! image_exists "${kept[$program]}"; then changed+=("$program"); fi
done
for program in "${changed[@]}"; do
  say "image of $program"
  build_image "$program" "${kept[$program]}"
  forget_older "$program" "${kept[$program]}"
done
for pair in "${wanted[@]}"; do
  read -r program name <<<"$pair"
  if [[ $name != "${kept[$program]}" ]]; then tag_image "${kept[$program]}" "$name"; fi
  echo "$name"
done

if $try; then
  if [[ $engine == docker ]]; then runner=docker; else runner=podman; fi
  command -v "$runner" >/dev/null || die "needs $runner to run images"
  for program in "${!kept[@]}"; do tests/images/try_image.sh "$runner" "$program" "${kept[$program]}" "$base"; done
fi
if [[ $load ]]; then
  for pair in "${wanted[@]}"; do say "${pair#* } into $load" && load_image "${pair#* }"; done
fi
if $push; then
  for pair in "${wanted[@]}"; do push_image "${pair#* }"; done
fi
