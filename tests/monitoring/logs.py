# SPDX-License-Identifier: Apache-2.0
"""Fluent Bit's settings as far as they can be tried without it: where a line is from is read from its file's path, what
the settings refer to exists, and the programs' lines are what its parser takes.

usage: logs.py BIN_DIR
"""
import json
import pathlib
import re
import subprocess
import sys

import yaml

import manifests

FOLDER = manifests.ROOT / "components/log-shipping"
PODS = [("frontend-7d9f8c6b5-abcde", "frontend"), ("redis-cart-0", "redis-cart"), ("smoke-x2k9p", "smoke"),
        ("recommendationservice-85f6c9d4b7-x2k9p", "recommendationservice"),
        ("frontend-canary-5d8c7b9f6d-zzzzz", "frontend-canary")]


def path_faults():
    pattern = re.search(r"(?m)^\s+regex\s+(\S+)", (FOLDER / "parsers.conf").read_text()).group(1)
    pattern = re.compile(pattern.replace("(?<", "(?P<"))  # Fluent Bit writes named groups as Ruby does
    for pod, app in PODS:
        found = pattern.match(f"/var/log/pods/online-boutique_{pod}_5e0bc9b6-8a8c-4c0e-9f0e-1d2c3b4a5f60/server/0.log")
        wanted = {"namespace": "online-boutique", "pod": pod, "app": app, "container": "server"}
        if not found or found.groupdict() != wanted:
            yield f"{pod} is read as {found and found.groupdict()}"
    if pattern.match("/var/log/pods/whatever.log"):
        yield "any path is taken for a pod's"


def reference_faults():
    settings = (FOLDER / "fluent-bit.conf").read_text()
    parsers = (FOLDER / "parsers.conf").read_text()
    component = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
    container = yaml.safe_load((FOLDER / "daemon-set.yaml").read_text())["spec"]["template"]["spec"]["containers"][0]
    given = {one["name"] for one in container["env"]}
    for source in container["envFrom"]:
        for made in component["configMapGenerator"]:
            if made["name"] == source["configMapRef"]["name"]:
                given.update(literal.split("=")[0] for literal in made["literals"])
    used = set(re.findall(r"\$\{(\w+)\}", re.sub(r"(?m)^#.*$", "", settings)))
    if used - given or given - used:
        yield f"variables used: {sorted(used)}, given: {sorted(given)}"
    for parser in re.findall(r"(?m)^\s+parser\s+(\S+)", settings):
        if not re.search(rf"(?m)^\s+name\s+{parser}$", parsers):
            yield f"no parser {parser}"
    for key in re.search(r"label_keys\s+(\S+)", settings).group(1).split(","):
        if f"(?<{key[1:]}>" not in parsers:
            yield f"no parser makes the label {key}"


def line_faults(folder):
    """What a program writes while it runs and stops is one JSON object a line."""
    with subprocess.Popen([pathlib.Path(folder) / "cartservice", "--port=0", "--metrics-port=0", "--data-dir=:memory:"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        program.stdout.readline()  # that it is ready
        program.terminate()
        lines = program.communicate(timeout=60)[1].splitlines()
    if not lines:
        yield "a program says nothing of its end"
    for line in lines:
        try:
            if not {"timestamp", "severity", "message"} <= json.loads(line).keys():
                yield f"a line lacks fields: {line}"
        except ValueError:
            yield f"a line is not JSON: {line}"


def main(folder):
    faults = [*path_faults(), *reference_faults(), *line_faults(folder)]
    print("\n".join(faults) or f"logs: {len(PODS)} paths, settings and lines agree")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
