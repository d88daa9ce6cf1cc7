# SPDX-License-Identifier: Apache-2.0
"""Invariants across environments and of the repository itself. Each yields its faults."""
import pathlib
import re
import sys

import yaml

import render

LISTS = ("resources", "components", "crds")
# By the stores' own exporters; tests/monitoring asks them whether they have each.
OF_STORES = ("pg_", "rabbitmq_", "redis_")


def renders_alike(texts):
    """texts: {overlay: (from the repository's root, from kustomize/)}"""
    yield from (f"{name} differs from the root and from kustomize/" for name, (one, other) in texts.items() if one != other)


def both_texts():
    return {name: (render.text_of(f"overlays/{name}"), render.text_of(f"overlays/{name}", render.ROOT / "kustomize"))
            for name in render.OVERLAYS}


def environments_differ(shops):
    """shops: {overlay: Shop}"""
    namespaces = {name: shop.of("Namespace")[0]["metadata"]["name"] for name, shop in shops.items()}
    if len(set(namespaces.values())) != 3 or namespaces["dev"] != namespaces["plain"]:
        yield f"namespaces {namespaces}"
    servers = {name: [server for gate in shop.of("Gateway", "networking.istio.io") for server in gate["spec"]["servers"]]
               for name, shop in shops.items()}
    hosts = {name: {host for server in each for host in server["hosts"]} for name, each in servers.items()}
    if hosts["staging"] & hosts["prod"] or hosts["dev"] != {"*"} or hosts["plain"]:
        yield f"hosts {hosts}"
    for name in ("staging", "prod"):
        if not any(server.get("tls", {}).get("credentialName") for server in servers[name]):
            yield f"{name} has no TLS"
        if shops[name].workload("loadgenerator"):
            yield f"{name} simulates shoppers"
        single = [str(one) for one in shops[name].workloads if one.kind == "Deployment" and shops[name].replicas(one) < 2]
        yield from (f"{name}: one replica of {one}" for one in single)
    remote = {name: {each["remoteRef"]["key"] for secret in shop.of("ExternalSecret") for each in secret["spec"]["data"]}
              for name, shop in shops.items()}
    yield from (f"staging and prod share the password {key}" for key in remote["staging"] & remote["prod"])
    for name, shop in shops.items():
        yield from (f"{name}: {store}" for store in ("postgres", "rabbitmq", "redis-cart")
                    if bool(shop.workload(store)) == (name == "prod"))
        if bool(shop.of("HorizontalPodAutoscaler")) != (name == "prod"):
            yield f"{name}: autoscalers"
        if bool(shop.of("ExternalSecret")) != (name in ("staging", "prod")):
            yield f"{name}: secrets from outside"
        if bool(shop.of("NetworkPolicy")) == (name == "dev") or bool(shop.of("PeerAuthentication")) == (name == "plain"):
            yield f"{name}: its policies"


def requested(workloads):
    """(thousandths of a core, MiB) that the pods request, with proxies that ask by annotation."""
    cores = memory = 0
    for one in workloads:
        asked = [container["resources"]["requests"] for container in one.containers]
        asked.append({"cpu": one.annotations.get("sidecar.istio.io/proxyCPU", "0"),
                      "memory": one.annotations.get("sidecar.istio.io/proxyMemory", "0Mi")})
        for each in asked:
            cpu = str(each["cpu"])
            cores += int(cpu.removesuffix("m")) * (1 if cpu.endswith("m") else 1000)
            memory += int(each["memory"].removesuffix("Mi"))
    return cores, memory


def requests_are_small(texts, shops):
    """A quarter of the public shop's memory; dev on any laptop; and the READMEs' numbers."""
    own = [one for one in shops["plain"].workloads if one.program.endswith("service") or one.program == "frontend"]
    if requested(own)[1] > 912 / 4:
        yield f"the services and the frontend request {requested(own)[1]} MiB"
    cores, memory = requested(shops["dev"].workloads)
    if cores > 1000 or memory > 1536:
        yield f"dev requests {cores}m and {memory} MiB"
    for name, text in texts.items():
        yield from (f"{name}: dev requests {cores}m and {memory} MiB, not {found.group(0)}"
                    for found in re.finditer(r"(\d+)m and (\d+) Mi", text)
                    if (int(found.group(1)), int(found.group(2))) != (cores, memory))


def kustomizations():
    return {path.parent: yaml.safe_load(path.read_text())
            for top in ("kustomize", "istio") for path in (render.ROOT / top).rglob("kustomization.yaml")}


def listed_files_exist(found):
    """found: {folder: kustomization}"""
    for folder, kustomization in found.items():
        listed = [path for field in LISTS for path in kustomization.get(field) or []]
        listed += [patch["path"] for patch in kustomization.get("patches") or [] if "path" in patch]
        listed += [name.split("=")[-1] for generator in kustomization.get("configMapGenerator") or []
                   for name in generator.get("files") or []]
        yield from (f"{folder.relative_to(render.ROOT)}: no {path}" for path in listed
                    if not (folder / path).exists() and "://" not in path)


def ports_are_true(texts, shops):
    """texts: {file: text}: the README's table of programs and ports."""
    for program, port in re.findall(r"^\| `(\w+)` \| (\d+)(?: HTTP)? \|", texts["README.md"], re.M):
        one = shops["dev"].workload(program)
        if one and int(port) not in one.ports().values():
            yield f"README.md: {program} listens on {port}"
    listed = set(re.findall(r"^\| `(\w+)` \| \d", texts["README.md"], re.M))
    yield from (f"README.md: no port of {one.name}" for one in shops["dev"].workloads
                if (one.program == "frontend" or one.program.endswith("service")) and one.program not in listed)


def readmes():
    found = [render.ROOT / "README.md", *(path for top in ("kustomize", "istio")
                                          for path in (render.ROOT / top).rglob("README.md"))]
    return {str(path.relative_to(render.ROOT)): path.read_text() for path in found}


def metrics_are_exported(used, sources):
    """used: names in rules and dashboards that nothing records or lists as a cluster's; sources: the programs' text."""
    for name in sorted(used):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        # Made of "grpc_", the side and the rest.
        base = re.sub(r"^grpc_(server|client)(?=_)", "", base)
        if f'"{base}"' not in sources and f'"{name}"' not in sources and not name.startswith(OF_STORES):
            yield f"no program exports {name}"


def used_metrics():
    """By the monitoring tests' own readers, which also look at a running mesh."""
    sys.path.append(str(render.ROOT / "tests/monitoring"))
    import expressions  # pylint: disable=import-error,import-outside-toplevel
    import manifests  # pylint: disable=import-error,import-outside-toplevel
    import names  # pylint: disable=import-error,import-outside-toplevel
    known = names.external() | names.OWN_OF_PROMETHEUS | {rule["record"] for rule in manifests.rules() if "record" in rule}
    return {name for _, expression in names.everything() for name, _ in expressions.read(expression)[0]} - known


def sources():
    return "".join(path.read_text() for path in pathlib.Path(render.ROOT / "src").rglob("*.[ch]*") if path.is_file())
