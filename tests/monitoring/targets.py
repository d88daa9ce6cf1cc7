# SPDX-License-Identifier: Apache-2.0
"""Which pods the PodMonitor scrapes, and where: Prometheus' relabelling is replayed over pods as discovery shows them.

Discovery gives one target for each declared port of each container, init containers included, and one without a port
for a container that declares none.
"""
import re
import sys

import manifests

META = "__meta_kubernetes_pod_"


def discovered(pod):
    for container, ports in pod["containers"].items():
        for port in ports or [("", "")]:
            labels = {META + "ip": pod["ip"], META + "container_name": container, META + "container_port_name": port[0]}
            host = f'[{pod["ip"]}]' if ":" in pod["ip"] else pod["ip"]
            labels["__address__"] = f"{host}:{port[1]}" if port[1] else pod["ip"]
            for key, value in pod["annotations"].items():
                key = re.sub(r"[^a-zA-Z0-9_]", "_", key)
                labels[META + "annotation_" + key] = value
                labels[META + "annotationpresent_" + key] = "true"
            yield labels


def relabel(labels, rule):
    """The labels after one rule, or None for a target that it drops."""
    value = ";".join(labels.get(name, "") for name in rule.get("sourceLabels", []))
    found = re.fullmatch(rule.get("regex", "(.*)"), value, re.S)
    action = rule.get("action", "replace")
    if action == "keep":
        return labels if found else None
    if action == "drop":
        return None if found else labels
    if action == "replace" and found:
        text = re.sub(r"\$(\d)", lambda group: found.group(int(group.group(1))), rule.get("replacement", "$1"))
        return {**labels, rule["targetLabel"]: text}
    return labels


def scraped(pod):
    """{address + path} of one pod. A list, because twice is a fault."""
    places = set()
    for endpoint in manifests.of_kind("PodMonitor")[0]["spec"]["podMetricsEndpoints"]:
        for labels in discovered(pod):
            if "port" in endpoint and labels[META + "container_port_name"] != endpoint["port"]:
                continue
            for rule in endpoint["relabelings"]:
                labels = labels and relabel(labels, rule)
            if labels:
                assert labels["job"] == "boutique", labels
                places.add(labels["__address__"] + endpoint["path"])
    return sorted(places)


OURS = {"prometheus.io/scrape": "true", "prometheus.io/port": "9464", "prometheus.io/path": "/metrics"}
INJECTED = {"sidecar.istio.io/status": "{}", "prometheus.io/scrape": "true", "prometheus.io/port": "15020",
            "prometheus.io/path": "/stats/prometheus"}
SERVER = {"server": [("grpc", "7070"), ("http-metrics", "9464")]}
PROXY = {"istio-proxy": [("http-envoy-prom", "15090")], "istio-init": None}
CASES = [
    ("a pod outside of a mesh", "10.0.0.1", SERVER, OURS, ["10.0.0.1:9464/metrics"]),
    ("a pod of a mesh, once and not on its own port", "10.0.0.1", {**SERVER, **PROXY}, INJECTED,
     ["10.0.0.1:15020/stats/prometheus"]),
    ("the same over IPv6", "fd00::1", {**SERVER, **PROXY}, INJECTED, ["[fd00::1]:15020/stats/prometheus"]),
    ("Redis and its exporter", "10.0.0.2", {"redis": [("tcp-redis", "6379")], "exporter": [("http-metrics", "9464")]},
     OURS, ["10.0.0.2:9464/metrics"]),
    ("a pod without metrics", "10.0.0.3", {"server": [("grpc", "7070")]}, {}, []),
    ("an injected pod without metrics", "10.0.0.3", {"main": None, **PROXY}, {"sidecar.istio.io/status": "{}"}, []),
]


def main():
    faults = [f"{name}: scraped at {got}, not {wanted}" for name, ip, containers, annotations, wanted in CASES
              if (got := scraped({"ip": ip, "containers": containers, "annotations": annotations})) != wanted]
    print("\n".join(faults) or f"targets: {len(CASES)} kinds of pods")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
