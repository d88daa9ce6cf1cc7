# SPDX-License-Identifier: Apache-2.0
"""Invariants of single objects: kinds and versions, what each must say, namespaces, no credentials. Each yields its faults."""
import re

from render import kustomization_of
from shop import where

# kind: (apiVersion, fields that must be there)
KINDS = {
    ("v1", "Namespace"): (), ("v1", "Service"): ("spec.selector", "spec.ports"), ("v1", "ServiceAccount"): (),
    ("v1", "ConfigMap"): (), ("v1", "PersistentVolumeClaim"): ("spec.accessModes", "spec.resources.requests.storage"),
    ("apps/v1", "Deployment"): ("spec.selector.matchLabels", "spec.template.spec.containers"),
    ("apps/v1", "StatefulSet"): ("spec.serviceName", "spec.selector.matchLabels", "spec.template.spec.containers"),
    ("apps/v1", "DaemonSet"): ("spec.selector.matchLabels", "spec.template.spec.containers"),
    ("batch/v1", "Job"): ("spec.template.spec.restartPolicy",),
    ("batch/v1", "CronJob"): ("spec.schedule", "spec.jobTemplate.spec.template.spec.restartPolicy"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"): ("spec.scaleTargetRef.kind", "spec.maxReplicas", "spec.metrics"),
    ("keda.sh/v1alpha1", "ScaledObject"): ("spec.scaleTargetRef.name", "spec.triggers"),
    ("policy/v1", "PodDisruptionBudget"): ("spec.selector.matchLabels",),
    ("networking.k8s.io/v1", "NetworkPolicy"): ("spec.podSelector", "spec.policyTypes"),
    ("networking.k8s.io/v1", "Ingress"): ("spec.rules", "spec.tls"),
    ("networking.istio.io/v1", "Gateway"): ("spec.selector", "spec.servers"),
    ("networking.istio.io/v1", "VirtualService"): ("spec.hosts",),
    ("networking.istio.io/v1", "DestinationRule"): ("spec.host",),
    ("networking.istio.io/v1", "ServiceEntry"): ("spec.hosts", "spec.ports", "spec.resolution"),
    ("networking.istio.io/v1", "Sidecar"): ("spec.egress",),
    ("security.istio.io/v1", "PeerAuthentication"): ("spec.mtls.mode",),
    ("security.istio.io/v1", "AuthorizationPolicy"): ("spec",),
    ("security.istio.io/v1", "RequestAuthentication"): ("spec.selector", "spec.jwtRules"),
    ("telemetry.istio.io/v1", "Telemetry"): ("spec",),
    ("gateway.networking.k8s.io/v1", "Gateway"): ("spec.gatewayClassName", "spec.listeners"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"): ("spec.parentRefs", "spec.rules"),
    ("external-secrets.io/v1", "ExternalSecret"): ("spec.secretStoreRef.name", "spec.target.name", "spec.data"),
    ("monitoring.coreos.com/v1", "PodMonitor"): ("spec.selector", "spec.podMetricsEndpoints"),
    ("monitoring.coreos.com/v1", "PrometheusRule"): ("spec.groups",),
    ("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig"): ("spec.route.receiver", "spec.receivers"),
}
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|API_KEY|CREDENTIAL|PRIVATE")
SECRET_VALUE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bsk_(live|test)_\w+|"
                          r"://[^/\s:@$]+:[^/\s@$]+@|\bghp_\w{20,}")


def present(document, path):
    for name in path.split("."):
        if not isinstance(document, dict) or name not in document:
            return False
        document = document[name]
    return document is not None


def kinds_are_known(shop):
    seen = set()
    for document in shop.documents:
        version, kind = document["apiVersion"], document["kind"]
        if (version, kind) not in KINDS:
            yield f"{where(document)}: {version} is not among the versions that are used"
        yield from (f"{where(document)}: no {path}" for path in KINDS.get((version, kind), ())
                    if not present(document, path))
        key = (version.split("/")[0], kind, document["metadata"]["name"])
        if key in seen:
            yield f"{where(document)} is there twice"
        seen.add(key)
        namespace = kustomization_of(shop.environment)["namespace"]
        if kind != "Namespace" and document["metadata"].get("namespace") != namespace:
            yield f"{where(document)}: namespace {document['metadata'].get('namespace')}"


def strings(value):
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def credentials_are_not_literal(shop):
    for document in shop.documents:
        if document["kind"] == "Secret":
            yield f"{where(document)} is in git"
        if any(SECRET_VALUE.search(text) for text in strings(document)):
            yield f"{where(document)} has a credential in it"
    for one in shop.workloads:
        for container in one.all_containers:
            yield from (f"{one}: {each['name']} is written down" for each in container.get("env") or []
                        if SECRET_NAME.search(each["name"]) and each.get("value") and "FILE" not in each["name"])
