# SPDX-License-Identifier: Apache-2.0
"""What was recorded beside the code's call sites and the policies of a rendered shop. Each yields its faults."""
import copy
import dataclasses
import re

import broken
import callers
import calls
import services
from render import ROOT
from shop import Shop

# Who calls from outside of what is recorded. Kubernetes' probes come from the node, which NetworkPolicies let through,
# and with Istio by the sidecar's own port: they have no edge.
FROM_OUTSIDE = {("frontend", callers.INGRESS, 8080, None)}
SITE = re.compile(r"&\s*(?:\w+::)*(\w+)::Stub::(?:Prepare)?Async(\w+)")
# Connections of another kind than calls: to the servers, and the shoppers'.
NO_CALLS = {("redis-cart", "cartservice"), ("frontend", "loadgenerator"),
            *(("postgres", f"{name}service") for name in ("email", "order", "payment", "productcatalog", "shipping")),
            *(("rabbitmq", f"{name}service") for name in ("email", "order", "shipping"))}
# Of every program, to a collector that is not the shop's and comes with its own component.
OF_THE_PLATFORM = {"/TraceService/Export"}


@dataclasses.dataclass
class Record:
    """calls: {program: {path}} without health; health: {(callee, caller)}; connections: {(callee, caller)};
    exported: the platform's own calls, by programs."""
    calls: dict
    health: set
    connections: set
    exported: set

    def edges(self):
        """{(callee, caller, path or None)}: None where what is spoken has no methods of ours."""
        known = {(calls.callee_of(path), caller, path) for caller, paths in self.calls.items() for path in paths}
        known |= {(callee, caller, calls.HEALTH) for callee, caller in self.health}
        return known | {(*pair, None) for pair in self.connections - {edge[:2] for edge in known}}


def call_sites(record):
    """Each method that the code calls was called, and none that it does not."""
    written = {program: paths for program, paths in calls.calls().items() if paths}
    for program in sorted(written | record.calls):
        made = record.calls.get(program, set())
        if any(caller == program for _, caller in record.health):
            made = made | {calls.HEALTH}
        yield from (f"{program}: never called {path}" for path in sorted(written.get(program, set()) - made))
        yield from (f"{program}: calls {path}, which no call site of it names"
                    for path in sorted(made - written.get(program, set())))
    elsewhere = set()
    for path in (ROOT / "src").rglob("*.[ch]*"):
        if not any(room in path.parents for room in calls.rooms().values()):
            elsewhere |= {f"/{service}/{method}" for service, method in SITE.findall(path.read_text())}
    if elsewhere != OF_THE_PLATFORM:
        yield f"of no program: {elsewhere}"
    yield from (f"{program} sent no spans" for program in {"frontend", "checkoutservice"} - record.exported)


def connections(record):
    """Who calls has a connection, and a connection has calls or is known to be of another kind."""
    of_calls = {edge[:2] for edge in record.edges() if edge[2]}
    yield from (f"{caller} calls {callee} and was never connected" for callee, caller in of_calls - record.connections)
    yield from (f"{caller} was never connected to {callee}" for callee, caller in NO_CALLS - record.connections)
    others = record.connections - of_calls - NO_CALLS
    yield from (f"{caller} is connected to {callee} and calls nothing" for callee, caller in sorted(others, key=str))


def port_of(shop, caller, callee):
    """The container's port at which a caller's variables reach a callee; None where none names it."""
    for name, value in caller.env.items():
        if not value or not name.endswith("_ADDR") and name not in services.STORES:
            continue
        service, port = shop.address(value)
        if service and service["spec"]["selector"]["app"] == callee:
            return callers.container_port(shop, service, port)
    return None


def edges_in(shop, record):
    """The recorded edges between what this shop has: {(callee, caller, port, path or None)}."""
    found = set(FROM_OUTSIDE)
    for callee, caller, path in record.edges():
        one = next((one for one in shop.workloads if one.program == caller), None)
        if one and shop.workload(callee):
            found.add((callee, one.app, port_of(shop, one, callee), path))
    return found


def policies(shop, record):
    """The policies of both kinds let through what was recorded, no more and no less."""
    wanted = edges_in(shop, record)
    if shop.in_mesh:
        yield from callers.authorization_faults(shop, wanted)
    yield from callers.network_faults(shop, callers.pairs(wanted))


def without(record, program, path):
    return dataclasses.replace(record, calls=record.calls | {program: record.calls[program] - {path}})


def examples(record):
    """(what, faults that are there): each must not be empty."""
    refund, export = "/hipstershop.PaymentService/Refund", "/hipstershop.AdService/GetAds"
    yield "a call site that was not exercised", call_sites(without(record, "checkoutservice", refund))
    yield "a call without a call site", call_sites(dataclasses.replace(
        record, calls=record.calls | {"emailservice": {export}}))
    yield "health that nobody asked for", call_sites(dataclasses.replace(record, health=set()))
    yield "a program without spans", call_sites(dataclasses.replace(record, exported={"frontend"}))
    yield "a connection to somewhere", connections(dataclasses.replace(
        record, connections=record.connections | {(4318, "adservice")}))
    yield "a server that nobody uses", connections(dataclasses.replace(
        record, connections=record.connections - {("rabbitmq", "emailservice")}))
    yield "calls without a connection", connections(dataclasses.replace(record, connections=set()))


def broken_shops(shops):
    """(what, broken shop, the shop before)"""
    def allow(name):
        return lambda shop: broken.allow(shop, name)["to"][0]["operation"]["paths"]

    def dropped(kind, name):
        return lambda shop: broken.drop(shop, kind, name)

    def from_nobody(shop):
        policy = copy.deepcopy(broken.spec(shop, "NetworkPolicy", "adservice-from-frontend"))
        policy["ingress"][0]["from"][0]["podSelector"]["matchLabels"]["app"] = "emailservice"
        shop.documents.append({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                               "metadata": {"name": "x"}, "spec": policy})

    payment, catalog = allow("paymentservice-from-checkoutservice"), allow("productcatalogservice-from-checkoutservice")
    health, listing = allow("adservice-from-frontend"), "/hipstershop.ProductCatalogService/ListProducts"
    for what, name, change in (
            ("a path less", "dev", lambda shop: payment(shop).remove("/hipstershop.PaymentService/GetCharge")),
            ("a path more", "dev", lambda shop: catalog(shop).append(listing)),
            ("health refused", "dev", lambda shop: health(shop).remove(calls.HEALTH)),
            ("carts refused", "dev", dropped("AuthorizationPolicy", "redis-cart-from-cartservice")),
            ("orders refused their database", "dev", dropped("AuthorizationPolicy", "postgres-from-orderservice")),
            ("events refused", "dev", dropped("AuthorizationPolicy", "rabbitmq-from-shippingservice")),
            ("load refused", "dev", dropped("AuthorizationPolicy", "frontend-from-loadgenerator")),
            ("a NetworkPolicy less", "plain", dropped("NetworkPolicy", "cartservice-from-checkoutservice")),
            ("a NetworkPolicy more", "prod", from_nobody),
    ):
        shop = Shop(copy.deepcopy(shops[name].documents), name)
        change(shop)
        yield f"{what} in {name}", Shop(shop.documents, name), shops[name]


def self_test(record, shops):
    """Broken examples that are not caught."""
    yield from (f"broken example: {what} is not caught" for what, faults in examples(record) if not list(faults))
    for what, shop, before in broken_shops(shops):
        if not set(policies(shop, record)) - set(policies(before, record)):
            yield f"broken example: {what} is not caught"
