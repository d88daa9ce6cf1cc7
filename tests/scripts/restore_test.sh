# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # run.sh sets them
# ci/restore.sh, with a stand-in for kubectl that has the CronJob of the component and the Deployments of an overlay, notes
# what is asked of it, and lets Jobs succeed or fail.
mkdir "$work/backup"
cat >"$work/backup/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources: [../project/kustomize/overlays/staging]
components: [../project/kustomize/components/backup]
END
ci/kustomize.sh "$work/backup" >"$work/backup.yaml"
python3 - "$work/backup.yaml" "$work" <<'END'
import json, pathlib, sys, yaml
rendered, work = sys.argv[1], pathlib.Path(sys.argv[2])
documents = list(yaml.safe_load_all(open(rendered)))
cron, = (one for one in documents if one["kind"] == "CronJob")
(work / "cronjob.json").write_text(json.dumps(cron))
deployments = [one for one in documents if one["kind"] == "Deployment"]
(work / "deployments.json").write_text(json.dumps({"items": deployments}))
END
real_kubectl=$(command -v kubectl || true)
cat >"$work/bin/kubectl" <<END
#!/bin/sh
case \$1 in
  kustomize | version) exec "$real_kubectl" "\$@" ;;
esac
echo "\$*" >>"$work/calls"
case \$* in
  *"--namespace nowhere get cronjob"*) echo "not found" >&2 && exit 1 ;;
  *"get cronjob postgres-backup"*) cat "$work/cronjob.json" ;;
  *"get deployments"*) cat "$work/deployments.json" ;;
  *"wait --for=delete"*) exit "\$(cat "$work/wait_status")" ;;
  *"get pods"*) cat "$work/pods" ;;
  *"create -f"*) for file; do :; done && cp "\$file" "$work/job.json" ;;
  *"get job"*)
    # The first of them may get no answer.
    if [ -e "$work/unreachable" ]; then rm "$work/unreachable" && exit 1; fi
    cat "$work/state"
    ;;
  *logs*) echo "restored boutique from boutique-20261121T120500Z.dump" ;;
esac
END
chmod +x "$work/bin/kubectl"
job_says() {
  python3 -c 'import json, sys
job = json.load(open(sys.argv[1]))
print(job["kind"], job["spec"]["backoffLimit"], job["spec"]["template"]["spec"]["containers"][0]["args"])' \
    "$work/job.json" >"$work/out"
  says "$1"
}
# Everybody who has the database, and nobody else, in the order of what was asked; their pods are waited for after that.
stops='emailservice orderservice paymentservice productcatalogservice shippingservice '
order_of_calls() {
  grep -o 'deployment/[a-z]* --replicas=[0-9]*\|create -f\|delete job' "$work/calls" |
    sed 's/deployment\///; s/ --replicas=0//; s/ --replicas=/:/' | tr '\n' ' '
}
starts() {
  local name
  for name in $stops; do printf '%s:2 ' "$name"; done
}

printf 1/ >"$work/state"
echo 0 >"$work/wait_status"
: >"$work/pods"
expect passes ci/restore.sh --namespace shop 20261121T120500Z
says 'restored boutique'
job_says "Job 0 \['restore', '/backups', '20261121T120500Z'\]"
same "$(order_of_calls)" "${stops}create -f $(starts)"
cp "$work/calls" "$work/out"
says '^--namespace shop scale deployment/orderservice --replicas=0$'
says '^--namespace shop wait --for=delete pod --selector app=orderservice '

expect passes ci/restore.sh --list
job_says "Job 0 \['list', '/backups'\]"

# A restore that fails lets the services start again, and says so.
printf /1 >"$work/state"
: >"$work/calls"
expect fails ci/restore.sh
says 'nothing was restored'
same "$(order_of_calls)" "${stops}create -f $(starts)"

# A pod that does not end: nothing is restored beside it, and no service is left stopped.
: >"$work/calls"
echo pod/emailservice-0 >"$work/pods"
echo 1 >"$work/wait_status"
expect fails ci/restore.sh
says 'emailservice does not stop'
same "$(order_of_calls)" "$stops$(starts)"

# Pods that were gone before they could be waited for, and a cluster that once gives no answer.
printf 1/ >"$work/state"
: >"$work/calls"
: >"$work/pods"
touch "$work/unreachable"
expect passes ci/restore.sh
same "$(order_of_calls)" "${stops}create -f $(starts)"
echo 0 >"$work/wait_status"

# A Job that does not end is removed before the services start.
printf / >"$work/state"
: >"$work/calls"
expect fails env RESTORE_SECONDS=1 ci/restore.sh
says 'nothing was restored'
same "$(order_of_calls)" "${stops}create -f delete job $(starts)"

echo '{"items": []}' >"$work/deployments.json"
expect fails ci/restore.sh
says 'nobody in namespace online-boutique has a DATABASE_URL'
expect fails ci/restore.sh --namespace nowhere
says 'no backup in namespace nowhere'
expect fails ci/restore.sh yesterday
says "'yesterday' is no time"
expect fails ci/restore.sh --list 20261121T120500Z
says 'shows every time'
expect fails ci/restore.sh 20261121T120500Z 20261121T120500Z
says 'one time is enough'
rm "$work/bin/kubectl"
