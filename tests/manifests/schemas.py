# SPDX-License-Identifier: Apache-2.0
"""Every rendered object against the schemas of Kubernetes, Istio and the operators, by schemas.mjs beside this."""
import copy
import json
import pathlib
import shutil
import subprocess

import render

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
# What is rendered beside overlays and components.
FOLDERS = ("kustomize/base", "kustomize/argocd", "kustomize/flux")


def packed(objects):
    """Objects as texts that are equal where the objects are, so that each is checked once, wherever it is rendered."""
    return {json.dumps(each, sort_keys=True) for each in objects if each}


def inner(found):
    """What a schema leaves open and is checked as an object of its own: a route of Alertmanager's within another."""
    route = found["spec"].get("route") if found["kind"] == "AlertmanagerConfig" and isinstance(found["spec"], dict) else {}
    routes = route.get("routes") if isinstance(route, dict) else []
    for route in routes if isinstance(routes, list) else []:
        each = copy.deepcopy(found)
        each["spec"]["route"] = route
        yield each
        yield from inner(each)


def elsewhere():
    """Objects that no overlay has: of the folders above and all below them, and files that are there to be chosen."""
    folders = {path.parent for top in FOLDERS for path in (render.ROOT / top).rglob("kustomization.yaml")}
    for folder in sorted(folders):
        yield from render.documents_of(render.text_of(folder.relative_to(render.ROOT)))
    cluster = render.ROOT / "kustomize/cluster-resources"
    for folder in sorted(path.parent for path in cluster.rglob("kustomization.yaml")):
        yield from render.documents_of(render.text_of(folder.relative_to(render.ROOT)))
        for path in sorted(folder.glob("*.yaml")):
            if path.name != "kustomization.yaml":
                yield from render.documents_of(path.read_text())


def ask(objects):
    """[(what, fault), …] of [(what, object), …]"""
    if not shutil.which("node") or not (MODULES / "kubernetes-models").is_dir():
        return [("schemas", "needs Node 18 or later and npm's packages: run npm ci in tests/manifests")]
    done = subprocess.run(["node", HERE / "schemas.mjs"], input=json.dumps(objects), capture_output=True, text=True,
                          check=False)
    return json.loads(done.stdout) if done.returncode == 0 else [("schemas", done.stderr.strip()[-600:])]


def faults(texts):
    """texts: {object, packed: the rendering that it is first in}"""
    objects = []
    for text, source in texts.items():
        found = json.loads(text)
        what = f"{source}: {found['kind']} {found['metadata']['name']}"
        objects += [(what, each) for each in (found, *inner(found))]
    return [f"{what}: {fault}" for what, fault in ask(objects)]


def change(shop, kind, path, value):
    """Its first object of a kind, with another value at a place."""
    found = copy.deepcopy(shop.of(kind)[0])
    *way, last = path.split("/")
    place = found
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    place[last] = value
    return found


def examples(shops):
    """(what its fault must say, object)"""
    pod, dev, prod = "spec/template/spec", shops["dev"], shops["prod"]
    yield "unknown field typo", change(dev, "Service", "typo", 1)
    yield "unknown field spec.selektor", change(dev, "Service", "spec/selektor", {"app": "x"})
    yield "containers.0.imagePullPolcy", change(dev, "Deployment", f"{pod}/containers/0/imagePullPolcy", "Always")
    yield "http.0.retires", change(dev, "VirtualService", "spec/http/0/retires", {"attempts": 0})
    yield "unknown field metadata.lables", change(dev, "ServiceAccount", "metadata/lables", {})
    yield "/spec/replicas must be integer", change(dev, "Deployment", "spec/replicas", "2")
    yield "/metadata/labels/app must be string", change(dev, "Deployment", "metadata/labels", {"app": 1})
    yield "/spec/hosts must be array", change(dev, "VirtualService", "spec/hosts", "frontend")
    yield "must be equal to one of", change(dev, "PeerAuthentication", "spec/mtls/mode", "SEVERE")
    yield "must be equal to one of", change(prod, "ExternalSecret", "spec/target/creationPolicy", "Mine")
    yield "must have required property maxReplicas", change(prod, "HorizontalPodAutoscaler", "spec", {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "frontend"}})
    yield "no schema", change(dev, "Service", "apiVersion", "v2")
    route = {"receiver": "a", "routes": [{"receiver": "a", "matcher": []}]}
    yield "unknown field spec.route.matcher", list(inner({
        "apiVersion": "monitoring.coreos.com/v1alpha1", "kind": "AlertmanagerConfig", "metadata": {"name": "x"},
        "spec": {"route": route, "receivers": [{"name": "a"}]}}))[0]


def self_test(shops):
    wanted = list(examples(shops))
    found = ask([(str(number), each) for number, (_, each) in enumerate(wanted)])
    yield from (f"{what}: {fault}" for what, fault in found if what == "schemas")
    for number, (text, _) in enumerate(wanted):
        said = [fault for what, fault in found if what == str(number)]
        if not any(text in fault for fault in said):
            yield f"broken example {number + 1} of the schemas, {text}, is not caught: {said}"
