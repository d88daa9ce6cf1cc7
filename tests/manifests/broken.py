# SPDX-License-Identifier: Apache-2.0
"""A broken example for each invariant of a shop: a change of a rendered overlay that it must catch."""
import copy

import callers
import kinds
import mesh
import pods
import services
from shop import Shop


def spec(shop, kind, name):
    return next(each["spec"] for each in shop.documents if each["kind"] == kind and each["metadata"]["name"] == name)


def pod(shop, name="cartservice", kind="Deployment"):
    return spec(shop, kind, name)["template"]["spec"]


def server(shop, name="cartservice"):
    return pod(shop, name)["containers"][0]


def change(shop, program, name, old, new):
    found = next(each for each in server(shop, program)["env"] if each["name"] == name)
    found["value"] = found["value"].replace(old, new)


def variable(shop, program, name, value):
    server(shop, program).setdefault("env", []).append({"name": name, "value": value})


def without(shop, program, name):
    server(shop, program).update(env=[each for each in server(shop, program)["env"] if each["name"] != name])


def keeps_a_file(shop, program, **wrong):
    """As it would be right without a database that replicas share, but for what is wrong."""
    without(shop, program, "DATABASE_URL")
    server(shop, program).update(volumeMounts=[{"name": "data", "mountPath": "/data"}])
    pod(shop, program).update(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": program}}])
    spec(shop, "Deployment", program).update({"replicas": 1, "strategy": {"type": "Recreate"}} | wrong)


def drop(shop, kind, name):
    shop.documents[:] = [each for each in shop.documents
                         if (each["kind"], each["metadata"]["name"]) != (kind, name)]


def allow(shop, name):
    return spec(shop, "AuthorizationPolicy", name)["rules"][0]


# (invariant, overlay, change)
EXAMPLES = (
    (pods.images_are_pinned, "dev", lambda shop: server(shop).update(image="cartservice")),
    (pods.images_are_pinned, "dev", lambda shop: server(shop).update(image="registry.example.com/x/cartservice:latest")),
    (pods.stores_have_one_version, "dev", lambda shop: server(shop).update(image="docker.io/library/postgres:16.9")),
    (pods.pods_are_hardened, "dev", lambda shop: pod(shop).update(serviceAccountName="default")),
    (pods.pods_are_hardened, "plain", lambda shop: pod(shop).update(automountServiceAccountToken=True)),
    (pods.pods_are_hardened, "dev", lambda shop: server(shop)["securityContext"].update(readOnlyRootFilesystem=False)),
    (pods.probes_and_resources_are_set, "dev", lambda shop: server(shop).pop("startupProbe")),
    (pods.probes_and_resources_are_set, "dev", lambda shop: server(shop)["resources"].pop("limits")),
    (pods.probes_and_resources_are_set, "dev", lambda shop: pod(shop).update(terminationGracePeriodSeconds=20)),
    (pods.data_is_on_its_volume, "dev", lambda shop: without(shop, "orderservice", "DATABASE_URL")),
    (pods.data_is_on_its_volume, "staging", lambda shop: keeps_a_file(shop, "orderservice", replicas=2)),
    (pods.data_is_on_its_volume, "dev", lambda shop: keeps_a_file(shop, "paymentservice", strategy={})),
    (pods.data_is_on_its_volume, "dev",
     lambda shop: pod(shop, "postgres", "StatefulSet")["containers"][0]["env"][0].update(value="/run/postgresql/data")),
    (pods.data_is_on_its_volume, "plain", lambda shop: spec(shop, "StatefulSet", "rabbitmq").pop("volumeClaimTemplates")),
    (pods.data_is_on_its_volume, "dev",
     lambda shop: pod(shop, "redis-cart", "StatefulSet")["containers"][0]["volumeMounts"][0].update(mountPath="/d")),
    (pods.pods_are_hardened, "dev", lambda shop: pod(shop, "rabbitmq", "StatefulSet")["securityContext"].pop("runAsUser")),
    (pods.probes_and_resources_are_set, "dev",
     lambda shop: pod(shop, "postgres", "StatefulSet")["containers"][0].pop("readinessProbe")),
    (pods.labels_are_complete, "dev", lambda shop: spec(shop, "Deployment", "cartservice")["template"]["metadata"]
     ["labels"].pop("version")),
    (pods.labels_are_complete, "dev", lambda shop: spec(shop, "StatefulSet", "redis-cart")["volumeClaimTemplates"][0]
     ["metadata"].update(labels={"app.kubernetes.io/version": "0.1.0"})),
    (pods.reflection_is_off_in_prod, "prod", lambda shop: variable(shop, "cartservice", "REFLECTION", "true")),
    (pods.reflection_is_off_in_prod, "dev", lambda shop: variable(shop, "cartservice", "REFLECTION", "false")),
    (services.services_find_their_pods, "dev",
     lambda shop: spec(shop, "Service", "cartservice").update(selector={"app": "carts"})),
    (services.services_find_their_pods, "dev",
     lambda shop: spec(shop, "Service", "cartservice")["ports"][0].update(targetPort="http")),
    (services.services_find_their_pods, "dev",
     lambda shop: spec(shop, "Service", "cartservice")["ports"][0].pop("appProtocol")),
    (services.services_find_their_pods, "plain",
     lambda shop: spec(shop, "Service", "postgres").update(selector={"app": "orderservice"})),
    (services.services_find_their_pods, "dev",
     lambda shop: spec(shop, "Service", "rabbitmq-headless")["ports"][0].update(targetPort=5671)),
    (services.stores_are_inside, "plain", lambda shop: spec(shop, "Service", "postgres").update(type="NodePort")),
    (services.gateways_are_no_workload, "dev", lambda shop: shop.documents.append(
        {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
         "metadata": {"name": "x", "labels": {"app": "frontend"}}, "spec": {}})),
    (services.services_are_the_originals, "dev",
     lambda shop: spec(shop, "Service", "emailservice")["ports"][0].update(port=8080)),
    (services.services_are_the_originals, "dev",
     lambda shop: spec(shop, "Service", "emailservice")["ports"][0].update(targetPort="grpc")),
    (services.addresses_exist, "dev", lambda shop: variable(shop, "frontend", "AD_SERVICE_ADDR", "ads:9555")),
    (services.addresses_exist, "dev", lambda shop: variable(shop, "frontend", "AD_SERVICE_ADDR", "adservice:9556")),
    (services.addresses_exist, "prod", lambda shop: drop(shop, "ServiceEntry", "external-redis")),
    (services.addresses_exist, "prod", lambda shop: drop(shop, "ServiceEntry", "external-postgres")),
    (services.addresses_exist, "prod",
     lambda shop: spec(shop, "ServiceEntry", "external-rabbitmq")["ports"][0].update(number=5672)),
    (services.addresses_exist, "prod", lambda shop: change(shop, "orderservice", "AMQP_URL", "amqps:", "amqp:")),
    (services.addresses_exist, "prod",
     lambda shop: change(shop, "paymentservice", "DATABASE_URL", "verify-full", "require")),
    (services.addresses_exist, "dev", lambda shop: change(shop, "emailservice", "AMQP_URL", "rabbitmq", "rabbit")),
    (services.addresses_exist, "dev", lambda shop: change(shop, "shippingservice", "DATABASE_URL", "5432", "5433")),
    (services.secret_hosts_are_entered, "prod", lambda shop: drop(shop, "ServiceEntry", "external-stripe")),
    (services.secret_hosts_are_entered, "prod", lambda shop: spec(shop, "ServiceEntry", "external-smtp").update(
        ports=[{"number": 25, "name": "tcp-smtp", "protocol": "TCP"}])),
    (services.scaled_workloads_exist, "prod",
     lambda shop: spec(shop, "HorizontalPodAutoscaler", "frontend")["scaleTargetRef"].update(name="front")),
    (services.scaled_workloads_exist, "staging", lambda shop: spec(shop, "Deployment", "frontend").update(replicas=1)),
    (services.connections_fit, "dev", lambda shop: variable(shop, "orderservice", "DATABASE_POOL", "200")),
    (services.connections_fit, "staging", lambda shop: spec(shop, "Deployment", "emailservice").update(replicas=50)),
    (services.queues_have_consumers, "dev", lambda shop: drop(shop, "Deployment", "shippingservice")),
    (services.queues_have_consumers, "prod", lambda shop: without(shop, "emailservice", "AMQP_URL")),
    (services.queues_have_consumers, "plain",
     lambda shop: variable(shop, "orderservice", "ORDER_EVENTS_TO_EMAIL", "false")),
    (services.references_resolve, "dev", lambda shop: keeps_a_file(shop, "orderservice")),
    (services.references_resolve, "dev", lambda shop: server(shop).update(envFrom=[{"secretRef": {"name": "no"}}])),
    (mesh.hosts_exist, "dev", lambda shop: drop(shop, "Service", "adservice")),
    (mesh.hosts_exist, "dev", lambda shop: spec(shop, "VirtualService", "frontend-ingress").update(gateways=["front"])),
    (mesh.mutual_tls_is_strict, "dev",
     lambda shop: spec(shop, "PeerAuthentication", "default")["mtls"].update(mode="PERMISSIVE")),
    (mesh.mutual_tls_is_strict, "staging",
     lambda shop: spec(shop, "DestinationRule", "rabbitmq")["trafficPolicy"].update(outlierDetection={"interval": "5s"})),
    (mesh.mutual_tls_is_strict, "dev",
     lambda shop: spec(shop, "DestinationRule", "postgres")["trafficPolicy"]["tls"].update(mode="DISABLE")),
    (mesh.retries_are_explicit, "dev", lambda shop: drop(shop, "VirtualService", "paymentservice")),
    (mesh.retries_are_explicit, "dev",
     lambda shop: spec(shop, "VirtualService", "paymentservice")["http"][0]["retries"].update(attempts=2)),
    (mesh.stores_ask_for_passwords, "prod", lambda shop: without(shop, "cartservice", "REDIS_PASSWORD")),
    (mesh.stores_ask_for_passwords, "prod", lambda shop: without(shop, "paymentservice", "DATABASE_PASSWORD")),
    (mesh.stores_ask_for_passwords, "staging", lambda shop: without(shop, "emailservice", "AMQP_PASSWORD")),
    (mesh.stores_ask_for_passwords, "staging",
     lambda shop: pod(shop, "postgres", "StatefulSet")["containers"][0].update(env=[])),
    (mesh.stores_ask_for_passwords, "staging",
     lambda shop: pod(shop, "rabbitmq", "StatefulSet")["containers"][0].update(env=[])),
    (mesh.plain_has_no_istio, "plain", lambda shop: shop.documents.append(
        {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar", "metadata": {"name": "x"}, "spec": {"egress": []}})),
    (callers.authorization_equals_the_calls, "dev", lambda shop: drop(shop, "AuthorizationPolicy", "deny-all")),
    (callers.authorization_equals_the_calls, "dev", lambda shop: allow(shop, "paymentservice-from-checkoutservice")
     ["to"][0]["operation"]["paths"].remove("/hipstershop.PaymentService/Refund")),
    (callers.authorization_equals_the_calls, "dev", lambda shop: allow(shop, "adservice-from-frontend")
     ["to"][0]["operation"]["paths"].append("/hipstershop.AdService/Sell")),
    (callers.authorization_equals_the_calls, "dev", lambda shop: allow(shop, "emailservice-from-checkoutservice")
     ["to"][0]["operation"].update(ports=["5000"])),
    (callers.authorization_equals_the_calls, "dev",
     lambda shop: drop(shop, "AuthorizationPolicy", "postgres-from-productcatalogservice")),
    (callers.authorization_equals_the_calls, "staging",
     lambda shop: allow(shop, "rabbitmq-from-emailservice")["from"][0]["source"]["serviceAccounts"].append("adservice")),
    (callers.authorization_equals_the_calls, "dev", lambda shop: without(shop, "shippingservice", "AMQP_URL")),
    (callers.network_equals_the_calls, "plain", lambda shop: drop(shop, "NetworkPolicy", "adservice-from-frontend")),
    (callers.network_equals_the_calls, "staging",
     lambda shop: drop(shop, "NetworkPolicy", "rabbitmq-from-orderservice")),
    (callers.network_equals_the_calls, "plain", lambda shop: without(shop, "emailservice", "DATABASE_URL")),
    (callers.network_equals_the_calls, "prod", lambda shop: spec(shop, "NetworkPolicy", "adservice-from-frontend")
     ["ingress"][0]["from"][0]["podSelector"].update(matchLabels={"app": "emailservice"})),
    (kinds.kinds_are_known, "dev", lambda shop: shop.documents[0].update(apiVersion="v1beta1")),
    (kinds.kinds_are_known, "dev", lambda shop: shop.documents.append(copy.deepcopy(shop.documents[-1]))),
    (kinds.credentials_are_not_literal, "dev", lambda shop: variable(shop, "cartservice", "REDIS_PASSWORD", "hunter2")),
    (kinds.credentials_are_not_literal, "dev",
     lambda shop: change(shop, "orderservice", "AMQP_URL", "boutique@", "boutique:hunter2@")),
    (kinds.credentials_are_not_literal, "dev",
     lambda shop: shop.documents.append({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}})),
)


def invariants():
    return tuple(dict.fromkeys(invariant for invariant, _, _ in EXAMPLES))


def faults(shops):
    """Examples that their invariant does not catch, or whose overlay was at fault before."""
    for number, (invariant, overlay, change) in enumerate(EXAMPLES, 1):
        broken = Shop(copy.deepcopy(shops[overlay].documents), overlay)
        change(broken)
        again = Shop(broken.documents, overlay)
        try:
            caught = set(invariant(again)) - set(invariant(shops[overlay]))
        except (KeyError, StopIteration) as error:
            caught, number = set(), f"{number} ({error!r})"
        if not caught:
            yield f"broken example {number} of {invariant.__name__} is not caught"
