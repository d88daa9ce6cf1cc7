# SPDX-License-Identifier: Apache-2.0
"""Invariants of pods: images, accounts, hardening, probes, resources, volumes. Each yields its faults."""
import re

from shop import where

# It reads the node's log files, which belong to root.
ROOT_APPS = {"fluent-bit"}
# Programs whose state is a file of their own below DATA_DIR, where no DATABASE_URL says otherwise.
KEEPS_FILES = {"emailservice", "orderservice", "paymentservice", "shippingservice"}
# Where a store writes: an argument, or a variable.
STORES = {"redis": "--dir", "postgres": "PGDATA", "rabbitmq": "RABBITMQ_MNESIA_BASE"}


def images_are_pinned(shop):
    for one in shop.workloads:
        for container in one.all_containers:
            image = container["image"]
            tag = re.search(r"(:[A-Za-z0-9_][\w.-]*|@sha256:[0-9a-f]{64})$", image)
            if "/" not in image or not tag or tag.group(1) == ":latest":
                yield f"{one}: image {image}"
            if container.get("imagePullPolicy") != "IfNotPresent":
                yield f"{one}: imagePullPolicy of {container['name']}"


def stores_have_one_version(shop):
    """A tool of another version than its server's may refuse it, or make what it cannot read."""
    tags = {}
    for one in shop.workloads:
        for container in one.all_containers:
            name, _, tag = container["image"].partition(":")
            if name.rsplit("/", 1)[-1] in STORES:
                tags.setdefault(name, set()).add(tag)
    yield from (f"{name} is there as {', '.join(sorted(found))}" for name, found in tags.items() if len(found) > 1)


def excused(shop):
    """Apps that may be root on their node: none where Pod Security would refuse them."""
    labels = [space["metadata"].get("labels") or {} for space in shop.of("Namespace")]
    return set() if any("pod-security.kubernetes.io/enforce" in each for each in labels) else ROOT_APPS


def pods_are_hardened(shop):
    accounts = shop.named("ServiceAccount")
    roots = excused(shop)
    for one in shop.workloads:
        account = accounts.get(one.account, {})
        if one.account != one.app or not account:
            yield f"{one}: account {one.account} is not its own"
        if one.pod.get("automountServiceAccountToken") is not False or \
                account.get("automountServiceAccountToken") is not False:
            yield f"{one}: a token may be mounted"
        security = one.pod.get("securityContext") or {}
        if one.app not in roots and (security.get("runAsNonRoot") is not True or not security.get("runAsUser")):
            yield f"{one}: may run as root"
        if (security.get("seccompProfile") or {}).get("type") != "RuntimeDefault":
            yield f"{one}: no seccomp profile"
        if one.app not in roots and any("hostPath" in volume for volume in one.pod.get("volumes") or []) or \
                any(one.pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")):
            yield f"{one}: reaches its node"
        for container in one.all_containers:
            own = container.get("securityContext") or {}
            if own.get("allowPrivilegeEscalation") is not False or own.get("privileged") or \
                    own.get("readOnlyRootFilesystem") is not True or own.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{one}: {container['name']} is not hardened"
        if shop.in_mesh and one.injected and one.annotations.get("sidecar.istio.io/nativeSidecar") != "true":
            yield f"{one}: no native sidecar"


def seconds(text):
    return float(text.removesuffix("s"))


def probes_and_resources_are_set(shop):
    for one in shop.workloads:
        for container in one.all_containers:
            resources = container.get("resources") or {}
            if any(not (resources.get(part) or {}).get(what) for part in ("requests", "limits")
                   for what in ("cpu", "memory")):
                yield f"{one}: {container['name']} has no requests and limits"
            if not one.runs_on or container not in one.containers:
                continue
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if not container.get(probe):
                    yield f"{one}: {container['name']} has no {probe}"
            live, ready = (container.get(probe, {}).get("grpc") for probe in ("livenessProbe", "readinessProbe"))
            if live and live.get("service"):
                yield f"{one}: lives by a service's health"
            if ready and ready.get("service", "").lower() != f"hipstershop.{one.app}":
                yield f"{one}: ready by {ready.get('service')}"
        drain = sum(seconds(one.env.get(name) or "0s") for name in ("DRAIN_DELAY", "SHUTDOWN_GRACE"))
        if drain >= one.pod.get("terminationGracePeriodSeconds", 30):
            yield f"{one}: is killed before it has drained"


def data_is_on_its_volume(shop):
    for one in shop.workloads:
        claimed = {volume["name"] for volume in one.pod.get("volumes") or [] if "persistentVolumeClaim" in volume}
        claimed |= {claim["metadata"]["name"] for claim in one.document["spec"].get("volumeClaimTemplates") or []}
        first = one.containers[0]
        mounted = {mount["mountPath"] for mount in first.get("volumeMounts") or [] if mount["name"] in claimed}
        if one.program in KEEPS_FILES and one.runs_on and not one.env.get("DATABASE_URL"):
            if one.env.get("DATA_DIR", "/data") not in mounted:
                yield f"{one}: DATA_DIR is not on its volume"
            if shop.replicas(one) != 1 or one.document["spec"].get("strategy", {}).get("type") != "Recreate":
                yield f"{one}: two pods may write one file"
        elif one.program in STORES and one.runs_on:
            name = STORES[one.program]
            words = (first.get("command") or []) + (first.get("args") or [])
            folder = dict(zip(words, words[1:])).get(name, one.env.get(name))
            # Redis's is in its script where there are three.
            if folder and not any(f"{folder}/".startswith(f"{each}/") for each in mounted) or not mounted:
                yield f"{one}: its folder is not on its volume"


def labels_are_complete(shop):
    for document in shop.documents:
        labels = document["metadata"].get("labels") or {}
        missing = [name for name in ("name", "part-of", "version", "component")
                   if f"app.kubernetes.io/{name}" not in labels]
        if missing and document["kind"] != "Namespace":
            yield f"{where(document)}: no label {', '.join(missing)}"
    for one in shop.workloads:
        if not {"app", "version"} <= set(one.labels):
            yield f"{one}: its pods have no app and version"
        # A StatefulSet's claims cannot be changed, so that a new version could not be applied.
        yield from (f"{one}: its claims name a version" for claim in one.document["spec"].get("volumeClaimTemplates") or []
                    if "app.kubernetes.io/version" in (claim["metadata"].get("labels") or {}))


def reflection_is_off_in_prod(shop):
    """And on everywhere else, whatever components were added; the frontend serves no gRPC."""
    for one in shop.workloads:
        if one.runs_on and one.program.endswith("service"):
            off = one.env.get("REFLECTION", "true") in ("false", "0")
            if off != (shop.environment == "prod"):
                yield f"{one}: reflection is {'off' if off else 'on'}"
