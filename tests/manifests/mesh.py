# SPDX-License-Identifier: Apache-2.0
"""Invariants of the mesh: hosts, gateways, STRICT, retries, stores without a password. Each yields its faults."""
from services import HOSTS_OUTSIDE
from shop import where


def hosts_exist(shop):
    services = shop.named("Service")
    rules = shop.of("DestinationRule")
    subsets = {(rule["spec"]["host"], each["name"]) for rule in rules for each in rule["spec"].get("subsets") or []}
    gateways = set(shop.named("Gateway", "networking.istio.io")) | {"mesh"}
    entered = {rule.get("host") for ingress in shop.of("Ingress") for rule in ingress["spec"]["rules"]}

    def known(host):
        return host in services or host in HOSTS_OUTSIDE or host.endswith(".istio-system.svc.cluster.local")

    for rule in rules:
        if not known(rule["spec"]["host"]):
            yield f"{where(rule)}: no host {rule['spec']['host']}"
    for route in shop.of("VirtualService"):
        spec = route["spec"]
        from_outside = "mesh" not in spec.get("gateways", ["mesh"])
        yield from (f"{where(route)}: no host {host}" for host in spec["hosts"]
                    if not known(host) and not from_outside and host not in entered)
        yield from (f"{where(route)}: no gateway {name}" for name in spec.get("gateways", []) if name not in gateways)
        for each in [one for kind in ("http", "tcp", "tls") for part in spec.get(kind) or []
                     for one in part.get("route") or []]:
            target = each["destination"]
            ports = {port["port"] for port in services.get(target["host"], {}).get("spec", {}).get("ports", [])}
            if not known(target["host"]) or ports and target.get("port", {}).get("number") not in ports:
                yield f"{where(route)}: no destination {target}"
            if "subset" in target and (target["host"], target["subset"]) not in subsets:
                yield f"{where(route)}: no subset {target['subset']}"
    for route in shop.of("HTTPRoute"):
        for rule in route["spec"]["rules"]:
            for backend in rule.get("backendRefs") or []:
                if backend["name"] not in services:
                    yield f"{where(route)}: no backend {backend['name']}"
        if any(ref["name"] not in shop.named("Gateway", "gateway.") for ref in route["spec"]["parentRefs"]):
            yield f"{where(route)}: no parent"
    for ingress in shop.of("Ingress"):
        for path in [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]:
            if path["backend"]["service"]["name"] not in services:
                yield f"{where(ingress)}: no backend"


def mutual_tls_is_strict(shop):
    if not shop.in_mesh:
        return
    found = shop.of("PeerAuthentication")
    if [one["spec"] for one in found] != [{"mtls": {"mode": "STRICT"}}]:
        yield f"{len(found)} PeerAuthentications: {[one['spec'] for one in found]}"
    for rule in shop.of("DestinationRule"):
        policy = rule["spec"].get("trafficPolicy")
        if policy and (policy.get("tls") or {}).get("mode") != "ISTIO_MUTUAL" and \
                rule["spec"]["host"] not in HOSTS_OUTSIDE:
            yield f"{where(rule)}: no ISTIO_MUTUAL"
        chosen = [one for one in shop.workloads if one.name == rule["spec"]["host"]]
        if policy and policy.get("outlierDetection") and any(shop.replicas(one) < 2 for one in chosen):
            yield f"{where(rule)} ejects the only pod"


def reads_only(route):
    methods = [(match.get("method") or {}) for match in route.get("match") or []]
    return methods and all(set((each.get("exact") or each.get("regex") or "POST").split("|")) <= {"GET", "HEAD"}
                           for each in methods)


def retries_are_explicit(shop):
    if not shop.in_mesh:
        return
    routed = {host for route in shop.of("VirtualService") for host in route["spec"]["hosts"]}
    meshed = {one.app for one in shop.workloads if one.injected}
    for service in shop.of("Service"):
        spoken = {port.get("appProtocol") for port in service["spec"]["ports"]}
        if spoken & {"grpc", "http"} and service["spec"]["selector"]["app"] in meshed and \
                service["metadata"]["name"] not in routed:
            yield f"{where(service)}: Istio's own retries"
    for route in shop.of("VirtualService"):
        for each in route["spec"].get("http") or []:
            if "redirect" in each:
                continue
            if (each.get("retries") or {}).get("attempts") != 0 and not reads_only(each) or "retries" not in each:
                yield f"{where(route)}: route {each.get('name')} is repeated"
            if each.get("timeout", "0s") != "0s":
                yield f"{where(route)}: route {each.get('name')} has a timeout of its own"


# A program's variable that names a store, and that of its password; a store's variable of the one that it asks for.
PASSWORDS = {"REDIS_ADDR": "REDIS_PASSWORD", "DATABASE_URL": "DATABASE_PASSWORD", "AMQP_URL": "AMQP_PASSWORD"}
ASKS_FOR = {"redis": "REDIS_PASSWORD", "postgres": "POSTGRES_PASSWORD", "rabbitmq": "RABBITMQ_PASSWORD"}


def stores_ask_for_passwords(shop):
    if shop.environment in ("dev", "plain"):
        return
    for one in shop.workloads:
        yield from (f"{one}: no password for {name}" for name, password in PASSWORDS.items()
                    if one.program.endswith("service") and name in one.env and password not in one.env)
        if one.runs_on and ASKS_FOR.get(one.program) not in {None, *one.env}:
            yield f"{one}: asks for no password"


def plain_has_no_istio(shop):
    if shop.environment == "plain" or "without-istio" in shop.components:
        for document in shop.documents:
            if "istio.io" in document["apiVersion"]:
                yield f"{where(document)}: there is no Istio"
