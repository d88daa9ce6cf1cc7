#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts a copy that the component backup made in the place of a service's database, in the current context's cluster: the
# service is stopped, a Job restores, the service starts again, whatever went wrong. What was there before stays beside it on the volume. What
# was stored since the copy is gone; restore orders, payments and shipments of one time together.
# Stop what keeps the cluster as git has it first: argocd app set APP --sync-policy none, or flux suspend kustomization.
#
# usage: ci/restore.sh [--namespace N] --list SERVICE
#        ci/restore.sh [--namespace N] SERVICE [TIME]
#   SERVICE  orderservice, paymentservice or shippingservice
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
(($# >= 1 && $# <= 2)) || die "which service? (see --help)"
readonly service=$1 wanted=${2:-}
[[ $service =~ ^(order|payment|shipping)service$ ]] || die "no copies are made of '$service'"
[[ $wanted =~ ^([0-9]{8}T[0-9]{6}Z)?$ ]] || die "'$wanted' is no time of a copy, as 20261121T120500Z"
job=$service-$command-$(date -u +%Y%m%d%H%M%S)
readonly job

in_cluster() {
  kubectl --namespace "$namespace" "$@"
}

# The CronJob's own pod with another command. For a restore it cannot ask to be where the service is, which is stopped.
job_of() {
  python3 -c '
import json, sys
cron, (name, command, wanted) = json.load(sys.stdin), sys.argv[1:]
spec = cron["spec"]["jobTemplate"]["spec"]
spec["backoffLimit"] = 0
pod = spec["template"]["spec"]
if command == "restore":
    pod.pop("affinity", None)
pod["containers"][0]["args"] = [command, "/data", "/backups"] + ([wanted] if wanted else [])
json.dump({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name,
           "labels": cron["metadata"].get("labels", {})}, "spec": spec}, sys.stdout)' "$job" "$command" "$wanted"
}

# Whether the Job succeeded; what it said is printed either way. A question that gets no answer is asked again.
run_job() {
  local tries state=''
  in_cluster create -f "$1" >/dev/null || return 1
  job_is_there=true
  for ((tries = 0; tries < ${RESTORE_SECONDS:-600}; tries++)); do
    state=$(in_cluster get job "$job" -o 'jsonpath={.status.succeeded}/{.status.failed}') || state=/
    [[ $state == / ]] || break
    sleep 1
  done
  in_cluster logs "job/$job" || true
  if [[ $state != / ]]; then job_is_there=false; fi
  [[ $state == 1/* ]]
}

# Two must never write one database: a Job of which no end is known is removed, with its pod, before the service starts.
start_service() {
  if $job_is_there; then
    in_cluster delete job "$job" --ignore-not-found --cascade=foreground --wait --timeout=120s ||
      die "$service stays stopped: job/$job may still be writing. Once it is gone:" \
        "kubectl -n $namespace scale deployment/$service --replicas=1"
    job_is_there=false
  fi
  say "$service starts"
  in_cluster scale "deployment/$service" --replicas=1
  is_stopped=false
}

is_stopped=false job_is_there=false
finish() {
  rm -rf "$work"
  if $is_stopped; then start_service; fi
}

work=$(mktemp -d)
trap finish EXIT
trap 'exit 130' INT TERM
in_cluster get cronjob "$service-backup" -o json | job_of >"$work/job.json" ||
  die "there is no backup of $service in namespace $namespace"
if [[ $command == list ]]; then
  run_job "$work/job.json" || die "the copies could not be listed"
  exit
fi

say "$service stops"
is_stopped=true
in_cluster scale "deployment/$service" --replicas=0
# Pods that are gone already cannot be waited for.
in_cluster wait --for=delete pod --selector "app=$service" --timeout=120s || true
pods=$(in_cluster get pods --selector "app=$service" -o name)
[[ ! $pods ]] || die "$service does not stop; nothing was restored"
status=0
say "restoring"
run_job "$work/job.json" || status=1
# Started again either way: a restore that failed has changed nothing.
start_service
in_cluster rollout status "deployment/$service" --timeout=180s
((status == 0)) || die "nothing was restored; see above"
