# SPDX-License-Identifier: Apache-2.0
"""Invariants of Services, addresses and what scales: names that must exist. Each yields its faults."""
import re

from shop import matches, place_of, where

# Hosts that are nobody's, for the user to patch.
OUTSIDE = {"postgres.example.com", "rabbitmq.example.com", "redis.example.com", "smtp.example.com"}
HOSTS_OUTSIDE = OUTSIDE | {"api.stripe.com"}
# Who is called where a secret says so: the ServiceEntry, the port.
BY_SECRET = {"STRIPE_API_KEY": ("external-stripe", 443), "SMTP_URL": ("external-smtp", 587)}
# Connections of a program without DATABASE_POOL; what PostgreSQL keeps for superusers, the exporter and backups.
POOL, KEPT_FREE = 8, 8
# Who takes the events of orders, and the variable by which orderservice knows.
FOLLOWERS = {"emailservice": "ORDER_EVENTS_TO_EMAIL", "shippingservice": "ORDER_EVENTS_TO_SHIPPING"}
# What names a store; FRONTEND_ADDR and *_SERVICE_ADDR name the rest.
STORES = {"REDIS_ADDR", "DATABASE_URL", "AMQP_URL"}
# The public shop's Services: port, container's port. Anything else would break taking it over.
ORIGINAL = {
    "frontend": (80, 8080), "adservice": (9555, 9555), "cartservice": (7070, 7070), "checkoutservice": (5050, 5050),
    "currencyservice": (7000, 7000), "emailservice": (5000, 8080), "paymentservice": (50051, 50051),
    "productcatalogservice": (3550, 3550), "recommendationservice": (8080, 8080), "shippingservice": (50051, 50051),
    "redis-cart": (6379, 6379),
}
# Secrets that somebody else makes, as a README says: what ci/seal.sh prints, or a command.
SECRETS_OUTSIDE = {"alert-webhooks", "frontend-basic-auth", "frontend-tls", "loadgenerator-basic-auth", "postgres",
                   "rabbitmq", "redis-cart", "smtp", "stripe"}


def services_find_their_pods(shop):
    for service in shop.of("Service"):
        chosen = shop.selected({"matchLabels": service["spec"]["selector"]})
        if len([one for one in chosen if one.labels.get("version") == "v1"]) != 1 or \
                len({one.app for one in chosen}) != 1:
            yield f"{where(service)} selects {', '.join(map(str, chosen)) or 'nothing'}"
        for port in service["spec"]["ports"]:
            if not port.get("appProtocol"):
                yield f"{where(service)}: port {port['port']} has no appProtocol"
            for one in chosen:
                target = port.get("targetPort", port["port"])
                if target not in one.ports() and target not in one.ports().values():
                    yield f"{where(service)}: {one} has no port {target}"


def stores_are_inside(shop):
    for service in shop.of("Service"):
        chosen = shop.selected({"matchLabels": service["spec"]["selector"]})
        if service["spec"].get("type", "ClusterIP") != "ClusterIP" and \
                any(one.labels.get("app.kubernetes.io/component") == "store" for one in chosen):
            yield f"{where(service)} shows a store to the outside"


def gateways_are_no_workload(shop):
    """Istio gives the labels of a Gateway (of the Gateway API) to the pods that it makes of it."""
    for gate in shop.of("Gateway", "gateway.networking.k8s.io"):
        labels = gate["metadata"].get("labels") or {}
        yield from (f"{where(service)} selects the pods of {where(gate)}" for service in shop.of("Service")
                    if matches({"matchLabels": service["spec"]["selector"]}, labels))


def services_are_the_originals(shop):
    for name, service in shop.named("Service").items():
        if name not in ORIGINAL:
            continue
        port = service["spec"]["ports"][0]
        # By number: the public shop's pods do not name their ports, and would have no Service until ours are ready.
        if service["spec"]["selector"] != {"app": name} or service["spec"].get("type", "ClusterIP") != "ClusterIP" or \
                (port["port"], port["targetPort"]) != ORIGINAL[name]:
            yield f"{where(service)} is not the public shop's"
    for one in shop.workloads:
        if one.name in ORIGINAL and one.document["spec"]["selector"] != {"matchLabels": {"app": one.name}}:
            yield f"{one}: selector {one.document['spec']['selector']}"


def by_tls(name, value, env):
    return {"REDIS_ADDR": env.get("REDIS_TLS") == "true", "AMQP_URL": value.startswith("amqps://"),
            "DATABASE_URL": "sslmode=verify-full" in value}[name]


def is_closed(shop):
    """Whether proxies connect only to what the mesh knows."""
    return any(side["spec"].get("outboundTrafficPolicy", {}).get("mode") == "REGISTRY_ONLY" for side in shop.of("Sidecar"))


def secret_hosts_are_entered(shop):
    """What is called outside because a Secret says so has a ServiceEntry where the others have one."""
    ports = {name: {at["number"] for at in entry["spec"]["ports"]} for name, entry in shop.named("ServiceEntry").items()}
    for one in shop.workloads:
        yield from (f"{one}: no ServiceEntry {name} with port {port} for {variable}"
                    for variable, (name, port) in BY_SECRET.items()
                    if variable in one.env and is_closed(shop) and port not in ports.get(name, ()))


def addresses_exist(shop):
    for one in shop.workloads:
        for name, value in one.env.items():
            if not (name.endswith("_SERVICE_ADDR") or name in STORES | {"FRONTEND_ADDR"}) or not value or \
                    "localhost" in value or value.startswith("$("):
                continue
            service, port = shop.address(value)
            place = place_of(value)
            entries = {(host, str(at["number"])) for entry in shop.of("ServiceEntry") for host in entry["spec"]["hosts"]
                       for at in entry["spec"]["ports"]}
            if service is None and (place[0] not in OUTSIDE or is_closed(shop) and place not in entries):
                yield f"{one}: {name} names {value}"
            elif service is None and name in STORES and not by_tls(name, value, one.env):
                yield f"{one}: {name} is spoken to outside of the cluster without TLS"
            elif service and port not in {str(each["port"]) for each in service["spec"]["ports"]}:
                yield f"{one}: {name}: no port {port}"


def scaled_workloads_exist(shop):
    scaled = []
    for scaler in shop.of("HorizontalPodAutoscaler") + shop.of("ScaledObject"):
        one = shop.workload(scaler["spec"]["scaleTargetRef"]["name"])
        scaled.append(scaler["spec"]["scaleTargetRef"]["name"])
        if one is None:
            yield f"{where(scaler)} scales nothing"
        elif "replicas" in one.document["spec"]:
            yield f"{one}: replicas and an autoscaler"
        for metric in scaler["spec"].get("metrics") or []:
            container = metric.get("containerResource", {}).get("container")
            if one and container not in {each["name"] for each in one.containers}:
                yield f"{where(scaler)} counts container {container}"
    yield from (f"{name} has two autoscalers" for name in {name for name in scaled if scaled.count(name) > 1})
    for budget in shop.of("PodDisruptionBudget"):
        chosen = [one for one in shop.selected(budget["spec"]["selector"]) if not one.name.endswith("-canary")]
        if len(chosen) != 1 or shop.replicas(chosen[0]) < 2:
            yield f"{where(budget)} is for {', '.join(map(str, chosen)) or 'nothing'}"
        if budget["spec"].get("unhealthyPodEvictionPolicy") != "AlwaysAllow":
            yield f"{where(budget)} keeps sick pods"


def most_replicas(shop, one):
    for scaler in shop.of("HorizontalPodAutoscaler") + shop.of("ScaledObject"):
        if scaler["spec"]["scaleTargetRef"]["name"] == one.name:
            return scaler["spec"].get("maxReplicas", scaler["spec"].get("maxReplicaCount"))
    return shop.replicas(one)


def connections_fit(shop):
    """The PostgreSQL in the cluster admits all that its programs open, while each has a new pod beside the old ones."""
    server = shop.workload("postgres")
    if not server:
        return
    admitted = int(re.search(r"max_connections=(\d+)", " ".join(server.containers[0]["args"])).group(1)) - KEPT_FREE
    opened = sum((most_replicas(shop, one) + 1) * int(one.env.get("DATABASE_POOL") or POOL) for one in shop.workloads
                 if one.runs_on and one.env.get("DATABASE_URL"))
    if opened > admitted:
        yield f"programs open {opened} connections to PostgreSQL, which admits {admitted}"


def queues_have_consumers(shop):
    """The order service keeps events in RabbitMQ for those programs that take them there, and for no others."""
    for orders in [one for one in shop.workloads if one.program == "orderservice" and one.env.get("AMQP_URL")]:
        for name, variable in FOLLOWERS.items():
            follows = any(one.program == name and one.env.get("AMQP_URL") for one in shop.workloads)
            if follows != (orders.env.get(variable, "true") == "true"):
                yield f"{orders}: {variable}, and {'a' if follows else 'no'} {name} takes events from RabbitMQ"


def references(one):
    """(kind, name, key, optional) of each ConfigMap, Secret and claim that a pod needs."""
    for container in one.all_containers:
        for variable in container.get("env") or []:
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                if found := (variable.get("valueFrom") or {}).get(field):
                    yield kind, found["name"], found["key"], found.get("optional")
        for source in container.get("envFrom") or []:
            for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if found := source.get(field):
                    yield kind, found["name"], None, found.get("optional")
    for volume in one.pod.get("volumes") or []:
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"], None, volume["configMap"].get("optional")
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"], None, volume["secret"].get("optional")
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"], None, False


def secrets_named(value):
    """(name, {key, …}) of each Secret that any object refers to; a certificate's keys are those of its type."""
    if isinstance(value, list):
        for each in value:
            yield from secrets_named(each)
    if not isinstance(value, dict) or value.get("kind") in ("Certificate", "ExternalSecret"):
        return
    for field, each in value.items():
        if field in ("secretKeyRef", "secretRef", "urlSecret") and "name" in each:
            yield each["name"], {each["key"]} if "key" in each else set()
        elif field == "secret" and isinstance(each, dict) and "secretName" in each:
            yield each["secretName"], {item["key"] for item in each.get("items") or []}
        elif field in ("credentialName", "secretName"):
            yield each, {"tls.crt", "tls.key"}
        elif field == "certificateRefs":
            yield from ((one["name"], {"tls.crt", "tls.key"}) for one in each)
        else:
            yield from secrets_named(each)


def secrets_made(documents):
    """{name: {key, …}} of the Secrets that an operator makes of these objects."""
    made = {each["spec"]["secretName"]: {"tls.crt", "tls.key"} for each in documents if each["kind"] == "Certificate"}
    return made | {each["spec"]["target"]["name"]: {one["secretKey"] for one in each["spec"]["data"]}
                   for each in documents if each["kind"] == "ExternalSecret"}


def secrets_are_made(objects, outside, documented):
    """objects: whatever is rendered anywhere; outside: SECRETS_OUTSIDE; documented: names that READMEs make"""
    named = {name for each in objects for name, _ in secrets_named(each)}
    yield from (f"Secret {name}: nothing refers to it" for name in sorted(outside - named))
    yield from (f"Secret {name}: no README says how to make it" for name in sorted(outside - documented))
    yield from (f"Secret {name}: nobody makes it" for name in sorted(named - outside - secrets_made(objects).keys()))


def self_test(shops):
    """Broken examples of secrets_are_made: a Secret that is not referred to, not described, made by nobody."""
    objects = shops["staging"].documents
    tls = {"online-boutique-staging-tls"}
    if list(secrets_are_made(objects, tls, tls)):
        yield "secrets_are_made: a good example has faults"
    for outside, documented in ((tls | {"no-such"}, tls | {"no-such"}), (tls, set()), (set(), set())):
        if not list(secrets_are_made(objects, outside, documented)):
            yield f"broken example of secrets_are_made is not caught: {outside}, {documented}"


def references_resolve(shop):
    keys = {("ConfigMap", name): set(each.get("data") or {}) for name, each in shop.named("ConfigMap").items()}
    keys |= {("PersistentVolumeClaim", name): set() for name in shop.named("PersistentVolumeClaim")}
    made = secrets_made(shop.documents)
    keys |= {("Secret", name): each for name, each in made.items()}
    for name, wanted in secrets_named(shop.documents):
        if name in made and wanted - made[name]:
            yield f"Secret {name} has no key {', '.join(wanted - made[name])}"
    for one in shop.workloads:
        for kind, name, key, optional in references(one):
            if optional or kind == "Secret" and (kind, name) not in keys and name in SECRETS_OUTSIDE:
                continue
            if (kind, name) not in keys or key and key not in keys[kind, name]:
                yield f"{one}: no {kind} {name}{f', key {key}' if key else ''}"
