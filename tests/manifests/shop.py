# SPDX-License-Identifier: Apache-2.0
"""A rendered shop: its objects, and the workloads among them, in the words in which the invariants ask."""
import functools
import re

ISTIO_GROUPS = ("networking.istio.io", "security.istio.io", "telemetry.istio.io")
TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


def matches(selector, labels):
    """Whether a label selector (matchLabels, matchExpressions with In and Exists) takes these labels."""
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for expression in selector.get("matchExpressions") or []:
        value = labels.get(expression["key"])
        taken = {"In": value in expression.get("values", []), "NotIn": value not in expression.get("values", []),
                 "Exists": value is not None, "DoesNotExist": value is None}[expression["operator"]]
        if not taken:
            return False
    return True


def place_of(value):
    """(host, port) of host:port[,option], dns:///host:port, scheme://user@host:port/path."""
    value = re.sub(r"^\w+://(?:[^@/]*@)?", "", value.removeprefix("dns:///"))
    host, _, port = re.split(r"[,/?]", value)[0].rpartition(":")
    return host, port


class Workload:
    """What makes pods: its object, its pod's labels, annotations, spec and containers."""

    def __init__(self, document):
        self.document = document
        self.kind = document["kind"]
        self.name = document["metadata"]["name"]
        spec = document["spec"]
        if self.kind == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        self.template = spec["template"]
        self.metadata = self.template.get("metadata") or {}
        self.labels = self.metadata.get("labels") or {}
        self.annotations = self.metadata.get("annotations") or {}
        self.pod = self.template["spec"]
        self.containers = self.pod["containers"]
        self.all_containers = (self.pod.get("initContainers") or []) + self.containers
        self.app = self.labels.get("app", self.name)
        self.account = self.pod.get("serviceAccountName", "default")
        self.runs_on = self.kind in ("Deployment", "StatefulSet", "DaemonSet")
        self.injected = self.labels.get("sidecar.istio.io/inject") != "false"

    def __str__(self):
        return f"{self.kind} {self.name}"

    @functools.cached_property
    def env(self):
        """The literal variables of its first container; those that come from elsewhere as None."""
        return {one["name"]: one.get("value") for one in self.containers[0].get("env") or []}

    @property
    def program(self):
        """Its first container's image without registry and tag."""
        return self.containers[0]["image"].split("@")[0].rsplit("/", 1)[-1].split(":")[0]

    def ports(self):
        return {port["name"]: port["containerPort"]
                for container in self.all_containers for port in container.get("ports") or []}


class Shop:
    """All objects of one rendering. environment is the overlay, components what was added to it."""

    def __init__(self, documents, environment, components=()):
        self.documents = [document for document in documents if document]
        self.environment = environment
        self.components = tuple(components)
        self.workloads = [Workload(document) for document in self.documents if document["kind"] in TEMPLATED]

    def __str__(self):
        return " + ".join((self.environment, *self.components))

    def of(self, kind, group=None):
        return [document for document in self.documents if document["kind"] == kind and
                (group is None or document["apiVersion"].startswith(group))]

    def named(self, kind, group=None):
        return {document["metadata"]["name"]: document for document in self.of(kind, group)}

    def workload(self, name):
        return next((one for one in self.workloads if one.name == name), None)

    def selected(self, selector):
        return [one for one in self.workloads if matches(selector, one.labels)]

    def account_apps(self, account):
        return {one.app for one in self.workloads if one.account == account}

    @property
    def in_mesh(self):
        return any(document["apiVersion"].split("/")[0] in ISTIO_GROUPS for document in self.documents)

    def replicas(self, workload):
        """How many pods it has at least: as its autoscaler says, else its own number, else one."""
        for scaler in self.of("HorizontalPodAutoscaler") + self.of("ScaledObject"):
            if scaler["spec"]["scaleTargetRef"]["name"] == workload.name:
                return scaler["spec"].get("minReplicas", scaler["spec"].get("minReplicaCount", 1))
        return workload.document["spec"].get("replicas", 1)

    def address(self, value):
        """(Service, port) of host:port, with dns:/// before it or not, or of a store's URL; (None, port) where no Service
        has that name."""
        host, port = place_of(value)
        return self.named("Service").get(host.split(".")[0] if host.endswith(".svc") else host), port


def where(document):
    return f'{document["kind"]} {document["metadata"]["name"]}'
