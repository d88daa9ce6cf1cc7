# SPDX-License-Identifier: Apache-2.0
"""Invariant of what the READMEs say to type: every command is of a kind that is known here, and true as far as can be
seen without a cluster: what it names exists, and scripts have its options. Each check yields its faults."""
import functools
import os
import re

import kinds
import lines
import render
import services

# Objects that are not the shop's: Argo CD's and Istio's own, and what an Online Boutique that runs already has.
OUTSIDE = {("argocd", "ConfigMap", "argocd-cm"), ("istio-system", "Service", "istio-ingressgateway"),
           ("", "Deployment", "redis-cart")}
PORTS_OUTSIDE = {"istio-ingressgateway": {80, 443}}
NAMESPACES_OUTSIDE = {"argocd", "monitoring", "istio-ingress", "istio-system"}
KINDS = {"svc": "Service", "service": "Service", "deploy": "Deployment", "deployment": "Deployment",
         "statefulset": "StatefulSet", "configmap": "ConfigMap", "pvc": "PersistentVolumeClaim", "job": "Job"}
KUBECTL_FLAGS = {"-n", "-k", "-f", "--type", "--patch-file", "--from-literal", "--from-file", "--cert", "--key",
                 "--server-side", "--timeout", "--for", "--all"}
KUBECTL_BARE = {"--server-side", "--all"}
# Programs whose arguments are of no concern to the manifests.
FREE = {"openssl", "printf", "git rev-parse", "git commit", "git push", "istioctl install", "flux create", "argocd repo",
        "for"}
PASSES_ON = re.compile(r"[A-Z]+-OPTION…")


class World:
    """What commands may name. objects: every object that is rendered anywhere; secrets: {name: keys} that they refer to."""

    def __init__(self, objects):
        self.objects = objects
        self.named = {(each["metadata"].get("namespace", ""), each["kind"], each["metadata"]["name"]): each
                      for each in objects}
        self.secrets = {}
        for each in objects:
            for name, keys in services.secrets_named(each):
                self.secrets.setdefault(name, set()).update(keys)
        self.text = "\n".join(value for each in objects for value in kinds.strings(each))
        self.local_ports = {8080}
        self.namespaces = {space for space, _, _ in self.named} | NAMESPACES_OUTSIDE

    def has(self, namespace, kind, name):
        return any(kind == other and name == own and namespace in ("", space)
                   for space, other, own in [*self.named, *OUTSIDE])


def options_of(words):
    """({flag: [value, …]}, other words) of kubectl's, not of what it runs: each flag but KUBECTL_BARE has a value."""
    flags, others = {}, []
    rest = iter(words[:words.index("--")] if "--" in words else words)
    for word in rest:
        if word.startswith("-"):
            name, _, value = word.partition("=")
            flags.setdefault(name, []).append(value or ("" if name in KUBECTL_BARE else next(rest, "")))
        else:
            others.append(word)
    return flags, others


@functools.cache
def renders(folder):
    for top in (render.ROOT, render.ROOT / "kustomize"):
        if (top / folder / "kustomization.yaml").exists():
            try:
                render.text_of(folder, top)
            except render.NotRendered:
                return False
            return True
    return False


def named_objects(words):
    """(kind, name) of kind/name and of kind name."""
    for first, second in zip(words, [*words[1:], ""]):
        kind, slash, name = first.partition("/")
        if kind in KINDS and (slash or second):
            yield KINDS[kind], name if slash else second


def port_faults(world, namespace, words):
    service = next((name for kind, name in named_objects(words) if kind == "Service"), None)
    ports = {port["port"] for each in world.objects
             if each["kind"] == "Service" and each["metadata"]["name"] == service and
             namespace in ("", each["metadata"].get("namespace")) for port in each["spec"]["ports"]}
    ports |= PORTS_OUTSIDE.get(service, set())
    for word in words[2:]:
        if not re.fullmatch(r"(\d+:)?\d+", word) or int(word.split(":")[-1]) not in ports:
            yield f"svc/{service} has no port {word}"


def secret_faults(world, flags, words):
    kind, name = words[2], words[3]
    keys = {value.split("=")[0] for flag in ("--from-literal", "--from-file") for value in flags.get(flag, [])}
    if kind == "tls":
        keys = {"tls.crt", "tls.key"} if {"--cert", "--key"} <= flags.keys() else set()
    if name not in world.secrets:
        yield f"nothing refers to Secret {name}"
    elif world.secrets[name] - keys or kind not in ("generic", "tls"):
        yield f"Secret {name} needs the keys {sorted(world.secrets[name])}"


def is_queue(name):
    queues = re.findall(r'Queue\[\] = "(.+)"', (render.ROOT / "src/events/order_queues.h").read_text())
    return name.removesuffix(".dead") in queues


def kubectl(command, world):
    flags, words = options_of(command.words[1:])
    namespace = flags.get("-n", [""])[0]
    yield from (f"no option {flag} is known here" for flag in flags.keys() - KUBECTL_FLAGS)
    if namespace and namespace not in world.namespaces:
        yield f"no namespace {namespace}"
    verb = words[0] if words else ""
    yield from (f"{folder} does not render" for folder in flags.get("-k", []) if not renders(folder))
    yield from (f"no file {path}" for flag in ("-f", "--patch-file") for path in flags.get(flag, [])
                if not (render.ROOT / path).is_file())
    if words[:2] == ["create", "secret"] and len(words) > 3:
        yield from secret_faults(world, flags, words)
        return
    if verb not in ("apply", "delete", "diff", "exec", "port-forward", "rollout", "logs", "get", "patch", "wait"):
        yield f"kubectl {verb} is not known here"
    yield from (f"no {kind} {name}" for kind, name in named_objects(words) if not world.has(namespace, kind, name))
    if verb == "port-forward":
        yield from port_faults(world, namespace, words)
    elif verb in ("exec", "rollout", "logs", "patch") and not list(named_objects(words)):
        yield "names no object"
    yield from (f"no queue {name}" for name in values_of(command.words, "delete_queue") if not is_queue(name))


@functools.cache
def help_of(script):
    """What --help prints: the script's first comment."""
    found = re.match(r"#!.*\n((?:#.*\n)+)", (render.ROOT / script).read_text())
    return found.group(1) if found else ""


@functools.cache
def tests():
    """The names of ctest's tests, and of what its loops are over."""
    text = "".join(path.read_text() for path in (render.ROOT / "tests").rglob("CMakeLists.txt")
                   if "node_modules" not in path.parts)
    return set(re.findall(r"(?:add_test\(NAME |boutique_test\()(\w+)", text)) | \
        set(" ".join(re.findall(r"foreach\(\w+([^)]*)\)", text)).split())


def script(command, _):
    name, *words = command.words
    path = render.ROOT / name
    if not path.is_file() or not os.access(path, os.X_OK):
        yield f"no script {name}"
        return
    text = help_of(name)
    for word in words:
        option = word.split("=")[0]
        if re.match(r"--?[a-z]", word) and not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) and \
                not PASSES_ON.search(text):
            yield f"{name} --help does not name {option}"
    if name == "ci/promote.sh" and words and not {*render.OVERLAYS, "$environment", "ENVIRONMENT"} & set(words):
        yield "names no environment"
    if name == "ci/test.sh":
        yield from (f"no test's name matches {word}" for word in words
                    if word[0] != "-" and not any(word in test for test in tests()))


def registered(command, world):
    """argocd app sync NAME, flux resume kustomization NAME"""
    kind, name = command.words[2:4] if command.words[0] == "flux" else ("application", command.words[-1])
    if command.words[:3] not in (["argocd", "app", "sync"], ["flux", "resume", "kustomization"]):
        yield "is not known here"
    made = {f"boutique-{element['environment']}" for each in world.objects if each["kind"] == "ApplicationSet"
            for element in each["spec"]["generators"][0]["list"]["elements"]}
    if not world.has("", kind.capitalize(), name) and (kind != "application" or name not in made):
        yield f"no {kind} {name}"


def values_of(words, *flags):
    return [value for flag, value in zip(words, words[1:]) if flag in flags]


def tool(command, _):
    """docker, skaffold and ctest: targets, profiles and tests that their files have."""
    words = command.words
    target = [rf"^FROM \S+ AS {re.escape(one)}$" for one in values_of(words, "--target")]
    yield from (f"the Dockerfile has no {one}" for one in target
                if not re.search(one, (render.ROOT / "Dockerfile").read_text(), re.M))
    for first, file, flag in (("docker", "compose.yaml", "--profile"), ("skaffold", "skaffold.yaml", "-p")):
        if words[0] == first and not (render.ROOT / file).is_file():
            yield f"no {file}"
        yield from (f"{file} has no profile {one}" for one in values_of(words, flag) if words[0] == first and
                    not re.search(rf"- name: {one}\n|profiles: \[.*\b{one}\b", (render.ROOT / file).read_text()))
    yield from (f"no test's name matches {one}" for one in values_of(words, "-R")
                if not any(one in test for test in tests()))


def curl(command, world):
    """To the shop on its own port or one that a command forwards; a fault asked for is one that there is."""
    for url in [word for word in command.words if "://" in word]:
        at = re.match(r"http://localhost:(\d+)(/|$)", url)
        if not at or int(at.group(1)) not in world.local_ports:
            yield f"nothing is on {url}"
    for word in command.words:
        if fault := re.search(r"fault=([\w-]+)", word):
            yield from [] if fault.group(1) in world.text else [f"no fault {fault.group(1)}"]


def dispatch(command, _):
    """gh api repos/…/dispatches -f FIELD=VALUE"""
    workflows = "".join(path.read_text() for path in (render.ROOT / ".github/workflows").glob("*.yaml"))
    if command.words[1] != "api" or not command.words[2].endswith("/dispatches"):
        yield "is not known here"
    for field, _, value in (one.partition("=") for one in values_of(command.words, "-f")):
        inner = re.fullmatch(r"client_payload\[(\w+)\]", field)
        if inner and f"client_payload.{inner.group(1)} " not in workflows or \
                field == "event_type" and f"types: [{value}]" not in workflows:
            yield f"no workflow knows {field}={value}"


CHECKS = {"kubectl": kubectl, "argocd": registered, "flux": registered, "docker": tool, "skaffold": tool, "ctest": tool,
          "curl": curl, "gh": dispatch}


def words_exist(command, world):
    """Words that are paths, namespaces and services of ours, in any command."""
    for word in command.words:
        if re.match(r"(overlays|kustomize|istio|tests|protos|src)/", word) and \
                not any((render.ROOT / top / word).exists() for top in (".", "kustomize")):
            yield f"no {word}"
        if re.fullmatch(r"online-boutique[a-z-]*", word) and word not in world.namespaces | world.secrets.keys():
            yield f"no namespace {word}"
        if re.fullmatch(r"[a-z]+service", word) and not world.has("", "Deployment", word):
            yield f"no workload {word}"


def check_of(command):
    if command.words[0].startswith("ci/"):
        return script
    if {command.words[0], " ".join(command.words[:2])} & FREE:
        return lambda *_: ()
    # tests/readme calls the README's.
    if command.words[0] == "grpcurl" and command.file == "README.md":
        return lambda *_: ()
    return CHECKS.get(command.words[0])


def commands_are_true(texts, world):
    """texts: {file: text}"""
    for file, text in texts.items():
        world.local_ports = {8080} | {int(port) for port in re.findall(r"port-forward svc/\S+ (\d+)", text)}
        for command in lines.commands_of(file, text):
            check = check_of(command)
            if check is None:
                yield f"{command}: {command.words[0]} is not a command that is known here"
                continue
            yield from (f"{command}: {fault}" for fault in [*check(command, world), *words_exist(command, world)])
        for command in lines.spans_of(file, text):
            check = None if "grpcurl" in command.words else check_of(command)
            yield from (f"{command}: {fault}" for fault in (check(command, world) if check else ()))
        yield from (f"{file}: no {name}" for name in re.findall(r"(?<![\w/.-])ci/[\w-]+\.sh", text)
                    if not (render.ROOT / name).exists())


def documented_secrets(texts):
    """Names of Secrets that some command makes."""
    for file, text in texts.items():
        for command in lines.commands_of(file, text):
            if command.words[0] == "kubectl":
                _, words = options_of(command.words[1:])
                yield from words[3:4] if words[:2] == ["create", "secret"] else ()
            elif command.words[0] == "ci/seal.sh":
                places = [word for word in command.words[1:] if not word.startswith("-")]
                yield places[1] if len(places) > 1 else "redis-cart"


GOOD = """```sh
kubectl apply -k overlays/dev   # comment
x=$(openssl rand -hex 16)
{ printf %s "$x"; } | kubectl -n online-boutique-staging create secret tls online-boutique-staging-tls --cert=a --key=b
for environment in dev prod; do
  ci/promote.sh --registry R all $environment \\
    "$(git rev-parse HEAD)" >/dev/null
done
kubectl -n online-boutique port-forward svc/frontend 8081:80
curl http://localhost:8081/
```
```console
$ kubectl -n online-boutique rollout status deployment/frontend
what it prints
```
"""
BROKEN = (
    "kubectl apply -k overlays/none", "kubectl apply -f kustomize/none.yaml", "kubectl conjure -k overlays/dev",
    "kubectl apply --harder -k overlays/dev", "kubectl -n nowhere port-forward svc/frontend 8080:80",
    "kubectl -n online-boutique port-forward svc/frontend 8080:81", "kubectl port-forward svc/fronted 8080:80",
    "kubectl -n online-boutique logs deploy/cart", "kubectl -n online-boutique get deployment carts",
    "kubectl -n online-boutique-staging rollout status deployment/loadgenerator",
    "kubectl -n online-boutique exec statefulset/rabbit -- true", "kubectl -n online-boutique exec rabbitmq -- true",
    "kubectl -n online-boutique exec statefulset/rabbitmq -- rabbitmqctl delete_queue email.confirmations",
    "kubectl create secret generic no-such --from-literal=a=b",
    "kubectl create secret generic online-boutique-staging-tls --from-literal=tls.crt=b",
    "kubectl -n argocd patch configmap argocd-cm --patch-file kustomize/argocd/none.yaml",
    "ci/none.sh", "ci/lib.sh", "ci/images.sh --test --quickly", "ci/images.sh --as overlays/none", "ci/test.sh dreams",
    "ci/restore.sh --namespace online-boutique-none", "ci/restore.sh --quickly",
    "ci/promote.sh all development 1.2.3", "true && helm install x",
    "echo $(helm list)", "argocd app sync boutique-none", "argocd app conjure boutique-dev",
    "flux resume kustomization boutique-none", "docker build --target giftservice .",
    "docker compose --profile none up", "skaffold dev -p none", "ctest -R dreams", "curl http://localhost:8082/",
    "curl -H 'baggage: fault=giftservice-abort' http://localhost:8080/", "gh api repos/x/dispatches -f event_type=sing",
    "gh api repos/x/dispatches -f 'client_payload[song]=x'", "gh repo delete x", "grpcurl list",
)


def self_test(shops):
    """Broken examples: each must be at fault, with its file and line."""
    world = World([each for shop in shops.values() for each in shop.documents])
    yield from (f"good example of a command: {fault}" for fault in commands_are_true({"x": GOOD}, world))
    for number, text in enumerate(BROKEN, 1):
        found = list(commands_are_true({"x": f"```sh\n{text}\n```\n"}, world))
        if not any(fault.startswith("x:2: ") for fault in found):
            yield f"broken example {number} of a command is not caught: {text}: {found}"
