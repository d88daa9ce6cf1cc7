#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Gives a service, or all of them, another version in an environment: writes it into overlays/ENVIRONMENT/images and
# prints how the rendered manifests differ. Commits nothing. In staging and prod a tag becomes the digest that the
# registry has for it (which needs skopeo), so that what was tested is what runs; in registry.example.com, which is
# nobody's, nothing can be looked up and the tag stays.
#
# usage: ci/promote.sh [--registry REGISTRY] SERVICE|all ENVIRONMENT TAG|DIGEST
#   --registry REGISTRY  take the images from there from now on, as REGISTRY/SERVICE
#   SERVICE              adservice, frontend, …; each has an image and therefore a digest of its own: all needs a tag
#   ENVIRONMENT          dev, plain, staging or prod
#   DIGEST               sha256: and 64 hexadecimal digits
source "$(dirname "$0")/lib.sh"

registry='' arguments=()
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --registry) needs_value "$@" && registry=${2%/} && shift ;;
    -*) die "no option $1 (see --help)" ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
((${#arguments[@]} == 3)) || die "needs a service, an environment and a version (see --help)"
service=${arguments[0]} environment=${arguments[1]} version=${arguments[2]}

# The arguments may come from a stranger's request: nothing but these forms goes on.
[[ $environment =~ ^[a-z]+$ && -e kustomize/overlays/$environment/images/kustomization.yaml ]] ||
  die "no environment '$environment': $(cd kustomize/overlays && echo */images | sed 's|/images||g')"
readonly file=kustomize/overlays/$environment/images/kustomization.yaml
mapfile -t known < <(sed -n 's/^  - name: //p' "$file")
if [[ $service == all ]]; then
  services=("${known[@]}")
elif [[ $service =~ ^[a-z]+$ && " ${known[*]} " == *" $service "* ]]; then
  services=("$service")
else
  die "no service '$service': all, ${known[*]}"
fi
if [[ $version =~ ^sha256:[0-9a-f]{64}$ ]]; then
  [[ $service != all ]] || die "one digest cannot be the version of all services"
elif ! is_tag "$version"; then
  die "neither a tag nor a digest: '$version'"
elif [[ $version == latest ]]; then
  die "'latest' is no version: it means another image tomorrow"
fi
[[ ! $registry ]] || is_registry "$registry" || die "no registry's name: '$registry'"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The name, without version, of a service's image in this environment from now on.
image_of() {
  if [[ $registry ]]; then
    echo "$registry/$1"
  else
    awk -v service="$1" '/^  - name: / {here = $3 == service} here && /^ *newName:/ {print $2}' "$file"
  fi
}

if [[ $version == sha256:* && $(image_of "$service") == registry.example.com/* ]]; then
  die "registry.example.com is nobody's and has no digests: name a registry (--registry), or a tag"
fi

# The version to write: the digest that the registry has for it, where it is wanted and can be known.
version_of() {
  local image=$1 reference
  if [[ $image == registry.example.com/* || ($version != sha256:* && $environment != @(staging|prod)) ]]; then
    echo "$version" && return
  fi
  command -v skopeo >/dev/null || die "needs skopeo to ask $image for its digest (apt-get install skopeo)"
  if [[ $version == sha256:* ]]; then reference=$image@$version; else reference=$image:$version; fi
  skopeo inspect --no-tags --format '{{.Digest}}' "docker://$reference" || die "the registry has no $reference"
}

# Writes name $2 and version $3 of service $1 into the file.
write() {
  local key=newTag
  if [[ $3 == sha256:* ]]; then key=digest; fi
  # In quotes: a commit's id may look like a number. What is so already is left as it is written.
  awk -v service="$1" -v name="$2" -v key="$key:" -v version="$3" '
    /^  - name: / {here = $3 == service}
    here && /^ *newName:/ {print "    newName: " name; next}
    here && /^ *(newTag|digest):/ && !($1 == key && ($2 == version || $2 == "\"" version "\"")) {
      print "    " key " \"" version "\""
      next
    }
    {print}' "$work/new" >"$work/written"
  mv "$work/written" "$work/new"
}

ci/kustomize.sh "kustomize/overlays/$environment" >"$work/before.yaml"
cp "$file" "$work/old"
cp "$file" "$work/new"
for one in "${services[@]}"; do
  image=$(image_of "$one")
  found=$(version_of "$image")
  [[ $found == "$version" || $found =~ ^sha256:[0-9a-f]{64}$ ]] || die "the registry's answer is no digest: '$found'"
  write "$one" "$image" "$found"
  separator=:
  if [[ $found == sha256:* ]]; then separator=@; fi
  echo "$one $image$separator$found" >>"$work/expected"
done
cat "$work/new" >"$file"

# What is written must be what is rendered, for each of these programs that runs in the environment.
if ! ci/kustomize.sh "kustomize/overlays/$environment" >"$work/after.yaml"; then
  cat "$work/old" >"$file"
  die "the overlay does not render with it; nothing was changed"
fi
while read -r one reference; do
  if grep -Eq "image: .*/${one}[:@]" "$work/after.yaml" && ! grep -Eq "image: $reference\$" "$work/after.yaml"; then
    cat "$work/old" >"$file"
    die "$one would not be $reference; nothing was changed"
  fi
done <"$work/expected"

if diff -u --label "$environment" "$work/before.yaml" --label "$environment, $service $version" "$work/after.yaml"; then
  echo "nothing differs in $environment"
fi
