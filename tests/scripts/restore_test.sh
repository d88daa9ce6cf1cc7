# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/restore.sh, with a stand-in for kubectl that has the CronJob of the component, notes what is asked of it, and lets
# Jobs succeed or fail.
mkdir "$work/backup"
cat >"$work/backup/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../project/kustomize/base]
components: [../project/kustomize/components/backup]
END
ci/kustomize.sh "$work/backup" >"$work/backup.yaml"
python3 - "$work/backup.yaml" >"$work/cronjob.json" <<'END'
import json, sys, yaml
for document in yaml.safe_load_all(open(sys.argv[1])):
    if (document["kind"], document["metadata"]["name"]) == ("CronJob", "orderservice-backup"):
        json.dump(document, sys.stdout)
END
real_kubectl=$(command -v kubectl || true)
cat >"$work/bin/kubectl" <<END
#!/bin/sh
case \$1 in
  kustomize | version) exec "$real_kubectl" "\$@" ;;
esac
echo "\$*" >>"$work/calls"
case \$* in
  *"get cronjob orderservice-backup"*) cat "$work/cronjob.json" ;;
  *"get cronjob"*) echo "not found" >&2 && exit 1 ;;
  *"wait --for=delete"*) exit "\$(cat "$work/wait_status")" ;;
  *"get pods"*) cat "$work/pods" ;;
  *"create -f"*) for file; do :; done && cp "\$file" "$work/job.json" ;;
  *"get job"*)
    # The first of them may get no answer.
    if [ -e "$work/unreachable" ]; then rm "$work/unreachable" && exit 1; fi
    cat "$work/state"
    ;;
  *logs*) echo "restored orders.db from orders-20261121T120500Z.db" ;;
esac
END
chmod +x "$work/bin/kubectl"
job_says() {
  python3 -c 'import json, sys
job = json.load(open(sys.argv[1]))
pod = job["spec"]["template"]["spec"]
print(job["kind"], pod["containers"][0]["args"], "affinity" in pod)' "$work/job.json" >"$work/out"
  says "$1"
}

printf 1/ >"$work/state"
echo 0 >"$work/wait_status"
: >"$work/pods"
expect passes ci/restore.sh --namespace shop orderservice 20261121T120500Z
says 'restored orders.db'
job_says "Job \['restore', '/data', '/backups', '20261121T120500Z'\] False"
cp "$work/calls" "$work/out"
says '^--namespace shop scale deployment/orderservice --replicas=0$'
same "$(grep -c replicas "$work/calls")" 2
order_of_calls() {
  grep -o 'replicas=0\|wait --for=delete\|create -f\|delete job\|replicas=1' "$work/calls" | tr '\n' ' '
}
same "$(order_of_calls)" 'replicas=0 wait --for=delete create -f replicas=1 '

expect passes ci/restore.sh --list orderservice
job_says "Job \['list', '/data', '/backups'\] True"

# A restore that fails lets the service start again, and says so.
printf /1 >"$work/state"
: >"$work/calls"
expect fails ci/restore.sh orderservice
says 'nothing was restored'
holds grep -q 'replicas=1' "$work/calls"

# A pod that does not end: nothing is restored beside it, and the service is not left stopped.
: >"$work/calls"
echo pod/orderservice-0 >"$work/pods"
echo 1 >"$work/wait_status"
expect fails ci/restore.sh orderservice
says 'orderservice does not stop'
same "$(order_of_calls)" 'replicas=0 wait --for=delete replicas=1 '

# A pod that was gone before it could be waited for, and a cluster that once gives no answer.
printf 1/ >"$work/state"
: >"$work/calls"
: >"$work/pods"
touch "$work/unreachable"
expect passes ci/restore.sh orderservice
same "$(order_of_calls)" 'replicas=0 wait --for=delete create -f replicas=1 '
echo 0 >"$work/wait_status"

# A Job that does not end is removed before the service starts: two would write one database.
printf / >"$work/state"
: >"$work/calls"
expect fails env RESTORE_SECONDS=1 ci/restore.sh orderservice
says 'nothing was restored'
same "$(order_of_calls)" 'replicas=0 wait --for=delete create -f delete job replicas=1 '

expect fails ci/restore.sh paymentservice
says 'no backup of paymentservice'
expect fails ci/restore.sh cartservice
says "no copies are made of 'cartservice'"
expect fails ci/restore.sh orderservice yesterday
says "'yesterday' is no time"
expect fails ci/restore.sh
says 'which service'
rm "$work/bin/kubectl"
