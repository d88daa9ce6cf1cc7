# SPDX-License-Identifier: Apache-2.0
"""Invariants of who may call whom: policies of both kinds against the calls in the code. Each yields its faults."""
import calls
from services import BY_SECRET, STORES
from shop import where

INGRESS = "ingress"
INGRESS_NAMESPACES = {"istio-ingress", "istio-system", "ingress-nginx"}


def container_port(shop, service, port):
    """The container's port behind a Service's."""
    target = next(each.get("targetPort", each["port"]) for each in service["spec"]["ports"] if str(each["port"]) == port)
    chosen = shop.selected({"matchLabels": service["spec"]["selector"]})
    return next((one.ports()[target] for one in chosen if target in one.ports()), target)


def expected(shop):
    """{(callee, caller, port, path or None)}: what the code, configured as it is here, calls."""
    edges = {("frontend", INGRESS, 8080, None)}
    for one in shop.workloads:
        made = calls.calls().get(one.program, set())
        for name, value in one.env.items():
            if not value or not name.endswith("_ADDR") and name not in STORES or name == "COLLECTOR_SERVICE_ADDR" or \
                    "localhost" in value:
                continue
            service, port = shop.address(value)
            if service is None:
                continue
            callee, at = service["spec"]["selector"]["app"], container_port(shop, service, port)
            paths = {path for path in made if calls.callee_of(path) == callee}
            if paths and calls.HEALTH in made:
                paths.add(calls.HEALTH)
            edges |= {(callee, one.app, at, path) for path in paths or {None}}
            if "sentinel=" in value:
                edges |= {(callee, one.app, 26379, None), (callee, one.app, 6379, None)}
    return edges


def pairs(edges):
    """The edges without paths, and without what a store's pods say to each other."""
    return {(callee, caller, port) for callee, caller, port, *_ in edges if callee != caller}


def callers_of(shop, source):
    if "serviceAccounts" in source:
        for account in source["serviceAccounts"]:
            apps = shop.account_apps(account)
            gateways = {f"{name}-istio" for name in shop.named("Gateway", "gateway.networking.k8s.io")}
            yield from apps or ({INGRESS} if account in gateways else {f"nobody ({account})"})
    elif set(source.get("namespaces", ["?"])) <= INGRESS_NAMESPACES:
        yield INGRESS
    else:
        yield f"anybody {source}"


def admitted(shop):
    """The edges that AuthorizationPolicies let through."""
    for policy in shop.of("AuthorizationPolicy"):
        spec = policy["spec"] or {}
        if spec.get("action", "ALLOW") != "ALLOW" or "targetRefs" in spec or not spec:
            continue
        callees = {one.app for one in shop.selected(spec.get("selector") or {})} or {f"nothing ({where(policy)})"}
        for rule in spec.get("rules") or []:
            found = {caller for each in rule.get("from", [{"source": {}}]) for caller in callers_of(shop, each["source"])}
            for operation in [each["operation"] for each in rule.get("to", [{"operation": {}}])]:
                for port in operation.get("ports", ["0"]):
                    yield from ((callee, caller, int(port), path) for callee in callees for caller in found
                                for path in operation.get("paths", [None]))


def authorization_faults(shop, wanted):
    """wanted: {(callee, caller, port, path or None)}, and nothing else may be let through."""
    if not any(not policy["spec"] for policy in shop.of("AuthorizationPolicy")):
        yield "nothing denies what is not allowed"
    allowed = set(admitted(shop))
    allowed = {edge for edge in allowed if edge[0] != edge[1]}
    yield from (f"may call, and does not: {edge}" for edge in sorted(allowed - wanted, key=str))
    yield from (f"calls, and may not: {edge}" for edge in sorted(wanted - allowed, key=str))
    yield from (f"the contract has no {edge[3]}" for edge in allowed if edge[3] and edge[3] not in calls.contract())


def authorization_equals_the_calls(shop):
    if shop.in_mesh:
        wanted = {edge for edge in expected(shop) if shop.workload(edge[1]) or edge[1] == INGRESS}
        yield from authorization_faults(shop, wanted)


def denies_all(shop, direction):
    return any(policy["spec"]["podSelector"] == {} and direction in policy["spec"]["policyTypes"] and
               not policy["spec"].get(direction.lower()) for policy in shop.of("NetworkPolicy"))


def peers(shop, rules, field):
    """(apps, ports, peer) of each peer of a policy's rules: apps is empty where it is not the shop's pods."""
    for rule in rules:
        ports = {port["port"] for port in rule.get("ports") or []}
        for peer in rule.get(field) or [{}]:
            local = "podSelector" in peer and "namespaceSelector" not in peer
            yield {one.app for one in shop.selected(peer["podSelector"])} if local else set(), ports, peer


def network_ingress(shop):
    for policy in shop.of("NetworkPolicy"):
        spec = policy["spec"]
        if spec["podSelector"] == {} or "gateway.networking.k8s.io/gateway-name" in str(spec["podSelector"]):
            continue
        for callee in {one.app for one in shop.selected(spec["podSelector"])} or {f"nothing ({where(policy)})"}:
            for apps, ports, peer in peers(shop, spec.get("ingress") or [], "from"):
                outside = "namespaceSelector" in peer or not peer or "gateway-name" in str(peer)
                for caller in apps or ({INGRESS} if outside else {f"nobody {peer}"}):
                    yield from ((callee, caller, port) for port in ports or {0})


def network_egress(shop):
    for policy in shop.of("NetworkPolicy"):
        spec = policy["spec"]
        if spec["podSelector"] == {}:
            continue
        for caller in {one.app for one in shop.selected(spec["podSelector"])}:
            for apps, ports, peer in peers(shop, spec.get("egress") or [], "to"):
                for callee in apps or ({"anywhere"} if not peer else set()):
                    yield from ((callee, caller, port) for port in ports)


def network_faults(shop, wanted):
    """wanted: {(callee, caller, port)}, and nothing else may be let through where NetworkPolicies deny."""
    telemetry = {one.app for one in shop.workloads if one.labels.get("app.kubernetes.io/component") == "telemetry"}
    if denies_all(shop, "Ingress"):
        found = {edge for edge in pairs(network_ingress(shop)) if edge[0] not in telemetry}
        yield from (f"the network admits, and nobody calls: {edge}" for edge in sorted(found - wanted, key=str))
        yield from (f"the network refuses {edge}" for edge in sorted(wanted - found, key=str))
    if denies_all(shop, "Egress"):
        found = pairs(network_egress(shop))
        inside = {edge for edge in found if edge[0] != "anywhere" and edge[0] not in telemetry}
        missing = {edge for edge in wanted if edge[1] != INGRESS and edge not in found and
                   ("anywhere", edge[1], edge[2]) not in found}
        missing |= {("anywhere", one.app, port) for one in shop.workloads for name, (_, port) in BY_SECRET.items()
                    if name in one.env} - found
        yield from (f"may leave, and does not: {edge}" for edge in sorted(inside - wanted, key=str))
        yield from (f"the network keeps in {edge}" for edge in sorted(missing, key=str))


def network_equals_the_calls(shop):
    """NetworkPolicies let through the edges that AuthorizationPolicies do, which are the code's."""
    yield from network_faults(shop, pairs(expected(shop)))
