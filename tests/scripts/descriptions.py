# SPDX-License-Identifier: Apache-2.0
"""Compares compose.yaml and skaffold.yaml with the rendered overlay dev: the same programs with the same settings.

usage: descriptions.py PROJECT RENDERED
"""
import pathlib
import sys

import yaml

# Of others' images; where they keep their files is where each image has a folder of its user.
SERVERS = {"redis-cart", "postgres", "rabbitmq"}
FILES = {"PGDATA", "RABBITMQ_MNESIA_BASE"}
# What a cluster has and a single machine has no use for: nobody takes endpoints out of service there, and nobody limits
# processors.
NOT_IN_COMPOSE = {"DRAIN_DELAY", "LOOPS", "SHUTDOWN_GRACE"}


def settings(container):
    """{name: value}; None for what comes from a Secret, and in compose from the environment."""
    return {item["name"]: item.get("value") for item in container.get("env", [])}


def ports_behind_services(documents):
    """NAME:PORT of each Service to NAME:PORT of its container, which is what compose knows."""
    containers = {doc["metadata"]["name"]: {port["name"]: port["containerPort"]
                                            for container in doc["spec"]["template"]["spec"]["containers"]
                                            for port in container.get("ports", [])}
                  for doc in documents if doc["kind"] in {"Deployment", "StatefulSet"}}
    found = {}
    for doc in documents:
        if doc["kind"] != "Service":
            continue
        name = doc["spec"]["selector"]["app"]
        for port in doc["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            found[f"{doc['metadata']['name']}:{port['port']}"] = f"{name}:{containers[name].get(target, target)}"
    return found


def faults(project, documents):
    compose = yaml.safe_load((project / "compose.yaml").read_text())["services"]
    skaffold = yaml.safe_load((project / "skaffold.yaml").read_text())
    programs = {doc["metadata"]["name"]: doc["spec"]["template"]["spec"]["containers"][0]
                for doc in documents if doc["kind"] in {"Deployment", "StatefulSet"}}
    behind = ports_behind_services(documents)
    if set(compose) != set(programs):
        yield f"compose.yaml has other programs: {sorted(set(compose) ^ set(programs))}"
    for name in sorted(set(compose) & set(programs)):
        wanted = {key: behind.get(value, value) for key, value in settings(programs[name]).items()
                  if key not in NOT_IN_COMPOSE | FILES}
        found = {key: None if value is None else str(value)
                 for key, value in compose[name].get("environment", {}).items() if key not in FILES}
        if name != "redis-cart" and found != wanted:
            yield f"compose.yaml: {name} has {found}, dev has {wanted}"
        started = compose[name].get("entrypoint", []) + compose[name].get("command", [])
        if name in SERVERS - {"redis-cart"} and started != programs[name]["command"] + programs[name]["args"]:
            yield f"compose.yaml: {name} is started by {started}"
        if "build" not in compose[name] and compose[name]["image"] != programs[name]["image"]:
            yield f"compose.yaml: {name} is {compose[name]['image']}, in dev {programs[name]['image']}"
        if "build" in compose[name] and compose[name]["build"]["target"] != name:
            yield f"compose.yaml: {name} is built as {compose[name]['build']['target']}"
        if not compose[name].get("read_only") or compose[name].get("cap_drop") != ["ALL"]:
            yield f"compose.yaml: {name} may do more than in a cluster"
    images = {container["image"].rsplit(":", 1)[0] for name, container in programs.items() if name not in SERVERS}
    artifacts = {item["image"]: item["docker"]["target"] for item in skaffold["build"]["artifacts"]}
    if set(artifacts) != images:
        yield f"skaffold.yaml has other images: {sorted(set(artifacts) ^ images)}"
    for image, target in artifacts.items():
        if not image.endswith(f"/{target}"):
            yield f"skaffold.yaml: {image} is built as {target}"
    for config in [skaffold, *skaffold["profiles"]]:
        for path in config["manifests"]["kustomize"]["paths"]:
            if not (project / path / "kustomization.yaml").is_file():
                yield f"skaffold.yaml: there is no {path}"


if __name__ == "__main__":
    every = list(yaml.safe_load_all(pathlib.Path(sys.argv[2]).read_text()))
    found_faults = list(faults(pathlib.Path(sys.argv[1]), every))
    print("\n".join(found_faults))
    sys.exit(1 if found_faults else 0)
