#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts a copy that the component backup made in the place of the shop's database, in the current context's cluster: the
# services that have a DATABASE_URL are stopped, a Job restores, and they start again, as many of each as before, whatever
# went wrong. What was there before stays beside it in the database, as schemas <name>_before_<time>; what was stored since
# the copy is in these alone. Stop what keeps the cluster as git has it first (argocd app set APP --sync-policy none, or flux
# suspend kustomization), and KEDA, which does not leave a service at none.
#
# usage: ci/restore.sh [--namespace N] --list
#        ci/restore.sh [--namespace N] [TIME]
#   TIME     of a copy, as --list shows it: 20261121T120500Z; without it the newest
source "$(dirname "$0")/lib.sh"

namespace=online-boutique
command=restore
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --namespace) needs_value "$@" && namespace=$2 && shift 2 ;;
    --list) command=list && shift ;;
    -*) die "no option $1 (see --help)" ;;
    *) break ;;
  esac
done
(($# <= 1)) || die "one time is enough (see --help)"
readonly wanted=${1:-}
[[ $wanted =~ ^([0-9]{8}T[0-9]{6}Z)?$ ]] || die "'$wanted' is no time of a copy, as 20261121T120500Z"
[[ $command == restore || ! $wanted ]] || die "--list shows every time"
job=postgres-$command-$(date -u +%Y%m%d%H%M%S)
readonly job

in_cluster() {
  kubectl --namespace "$namespace" "$@"
}

# The CronJob's own pod with another command.
job_of() {
  python3 -c '
import json, sys
cron, (name, command, wanted) = json.load(sys.stdin), sys.argv[1:]
spec = cron["spec"]["jobTemplate"]["spec"]
spec["backoffLimit"] = 0
spec["template"]["spec"]["containers"][0]["args"] = [command, "/backups"] + ([wanted] if wanted else [])
json.dump({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name,
           "labels": cron["metadata"].get("labels", {})}, "spec": spec}, sys.stdout)' "$job" "$command" "$wanted"
}

# Deployments whose pods have a DATABASE_URL: name, replicas and the labels of their pods.
users_of_database() {
  in_cluster get deployments -o json | python3 -c '
import json, sys
for one in json.load(sys.stdin)["items"]:
    spec = one["spec"]
    variables = [each["name"] for container in spec["template"]["spec"]["containers"] for each in container.get("env", [])]
    if "DATABASE_URL" in variables:
        labels = ",".join(f"{key}={value}" for key, value in spec["selector"]["matchLabels"].items())
        print(one["metadata"]["name"], spec.get("replicas", 1), labels)'
}

# Whether the Job succeeded; what it said is printed either way. A question that gets no answer is asked again.
run_job() {
  local tries state=''
  in_cluster create -f "$1" >/dev/null || return 1
  job_is_there=true
  for ((tries = 0; tries < ${RESTORE_SECONDS:-1800}; tries++)); do
    state=$(in_cluster get job "$job" -o 'jsonpath={.status.succeeded}/{.status.failed}') || state=/
    [[ $state == / ]] || break
    sleep 1
  done
  in_cluster logs "job/$job" --container backup || true
  if [[ $state != / ]]; then job_is_there=false; fi
  [[ $state == 1/* ]]
}

stop_services() {
  local name count labels pods
  is_stopped=true
  while read -r name count labels; do
    say "$name stops"
    in_cluster scale "deployment/$name" --replicas=0 </dev/null
  done <"$work/services"
  while read -r name count labels; do
    # Pods that are gone already cannot be waited for.
    in_cluster wait --for=delete pod --selector "$labels" --timeout=120s </dev/null || true
    pods=$(in_cluster get pods --selector "$labels" -o name </dev/null)
    [[ ! $pods ]] || die "$name does not stop; nothing was restored"
  done <"$work/services"
}

# A Job of which no end is known is removed, with its pod, before anything is written to what it may still replace.
start_services() {
  local name count labels
  if $job_is_there; then
    in_cluster delete job "$job" --ignore-not-found --cascade=foreground --wait --timeout=120s ||
      die "the services stay stopped: job/$job may still be at work. Once it is gone, for each of them:" \
        "kubectl -n $namespace scale deployment/NAME --replicas=N; they were: $(paste -sd ';' "$work/services")"
    job_is_there=false
  fi
  while read -r name count labels; do
    say "$name starts"
    in_cluster scale "deployment/$name" --replicas="$count" </dev/null
  done <"$work/services"
  is_stopped=false
}

is_stopped=false job_is_there=false
finish() {
  if $is_stopped; then start_services; fi
  rm -rf "$work"
}

work=$(mktemp -d)
trap finish EXIT
trap 'exit 130' INT TERM
in_cluster get cronjob postgres-backup -o json | job_of >"$work/job.json" ||
  die "there is no backup in namespace $namespace"
if [[ $command == list ]]; then
  run_job "$work/job.json" || die "the copies could not be listed"
  exit
fi

users_of_database >"$work/services" || die "the services could not be listed"
[[ -s $work/services ]] || die "nobody in namespace $namespace has a DATABASE_URL"
stop_services
status=0
say "restoring"
run_job "$work/job.json" || status=1
# Started again either way: a restore that failed has changed nothing.
start_services
while read -r name _; do
  in_cluster rollout status "deployment/$name" --timeout=180s </dev/null
done <"$work/services"
((status == 0)) || die "nothing was restored; see above"
