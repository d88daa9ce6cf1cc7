#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every overlay, and components on them, against the invariants of the modules beside this, and every object that
is rendered anywhere against its schema.

usage: tests/manifests/run.py [--build DIR] [--pairs] [--self-test]
  --build DIR   where kustomizations are composed (build)
  --pairs       every pair of components on dev as a rendering of its own, as well; without it each pair is in some
                rendering of up to six components
  --self-test   only the broken examples, which the whole run begins with, too

Exit status: 0 all holds, 1 something does not, 77 nothing here can render (an error with CI=true).
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import broken  # pylint: disable=wrong-import-position
import commands  # pylint: disable=wrong-import-position
import render  # pylint: disable=wrong-import-position
import repository  # pylint: disable=wrong-import-position
import schemas  # pylint: disable=wrong-import-position
import services  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position
from shop import Shop  # pylint: disable=wrong-import-position

# Every component that can be there at once, for what somebody would run.
FULL = {
    "everything on dev": ("dev", ("keda", "ingress", "external-stores", "external-secrets", "pod-security-enforce")),
    "a small shop without Istio": ("plain", ("hpa", "gateway-api", "external-stores", "monitoring", "tracing")),
    "everything on prod": ("prod", ("keda", "ingress", "sealed-secrets", "redis-replicated", "pod-security-enforce")),
}

# Components that go with another one alone.
WITHIN = (("dev", ["network-policies", "network-policies/public-frontend"]),
          ("staging", ["monitoring", "monitoring/external-secrets"]), ("prod", ["monitoring", "monitoring/external-secrets"]))


def full_set(sets, overlay, without):
    """As many components as go together, but those, and with what makes the shop smaller only on plain."""
    chosen = []
    for name in sets.order:
        smaller = name.startswith("without-") and overlay != "plain"
        if name not in without and not smaller and sets.completed(overlay, [*chosen, name]):
            chosen.append(name)
    return chosen


def check(overlay, components, below):
    """(name, faults, objects) of one rendering."""
    name = " + ".join((overlay, *components))
    try:
        shop = render.compose(overlay, components, below)
    except render.NotRendered as error:
        return name, [f"{name}: {error}"], set()
    faults = [f"{name}: {invariant.__name__}: {fault}" for invariant in broken.invariants() for fault in invariant(shop)]
    return name, faults, schemas.packed(shop.documents)


def check_repository(shops):
    yield from repository.renders_alike(repository.both_texts())
    yield from repository.environments_differ(shops)
    yield from repository.requests_are_small(repository.readmes(), shops)
    yield from repository.listed_files_exist(repository.kustomizations())
    yield from repository.ports_are_true(repository.readmes(), shops)
    yield from repository.metrics_are_exported(repository.used_metrics(), repository.sources())
    yield from table.faults(table.rows())


def check_objects(texts):
    """texts: {object as text: where it is rendered}, of everything that is rendered."""
    objects = [json.loads(text) for text in texts]
    readmes = repository.readmes()
    yield from schemas.faults(texts)
    yield from commands.commands_are_true(readmes, commands.World(objects))
    yield from services.secrets_are_made(objects, services.SECRETS_OUTSIDE, set(commands.documented_secrets(readmes)))


def self_test(shops):
    """Broken examples of everything that is checked."""
    yield from broken.faults(shops)
    yield from schemas.self_test(shops)
    yield from commands.self_test(shops)
    yield from services.self_test(shops)
    row = "| `a` | x | | nowhere |"
    rows = table.rows()
    examples = {
        "renders_alike": repository.renders_alike({"dev": ("a", "b")}),
        "environments_differ": repository.environments_differ(shops | {"staging": shops["prod"]}),
        "requests_are_small": repository.requests_are_small({"x": "dev requests 1m and 1 MiB"}, shops),
        "listed_files_exist": repository.listed_files_exist({render.ROOT: {"resources": ["nothing.yaml"]}}),
        "ports_are_true": repository.ports_are_true({"README.md": "| `cartservice` | 7071 | x |"}, shops),
        "metrics_are_exported": repository.metrics_are_exported({"grpc_server_dreams_total"}, repository.sources()),
        "table.faults": table.faults(table.rows_of(row)),
        "table.faults, has it": (fault for fault in table.faults(rows | {"hpa": table.Row("hpa", "")}) if "prod" in fault),
    }
    yield from (f"broken example of {name} is not caught" for name, faults in examples.items() if not list(faults))


def work_of(sets, all_pairs):
    work = [(overlay, found) for overlay in render.OVERLAYS for found in [[], *sets.alone(overlay)]]
    work += [("dev", found) for found in sets.covering("dev")]
    work += WITHIN
    work += [(overlay, full_set(sets, overlay, without)) for overlay, without in FULL.values()]
    return work + [("dev", list(pair)) for pair in sets.pairs("dev") if all_pairs]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=render.ROOT / "build")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    begun = time.monotonic()
    try:
        render.tool()
    except render.NotRendered as error:
        print(error, file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 77
    shops = {name: Shop(render.documents_of(render.text_of(f"overlays/{name}")), name) for name in render.OVERLAYS}
    faults = list(self_test(shops))
    done, objects = 0, {}
    if not options.self_test:
        faults += check_repository(shops)
        sets = table.Sets(table.rows())
        options.build.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="manifests-", dir=options.build) as below, \
                concurrent.futures.ProcessPoolExecutor(2) as processes:
            work = work_of(sets, options.pairs)
            done = len(work)
            for name, found, rendered in processes.map(check, *zip(*work), [below] * done, chunksize=4):
                faults += found
                objects |= dict.fromkeys(rendered - objects.keys(), name)
        objects |= dict.fromkeys(schemas.packed(schemas.elsewhere()) - objects.keys(), "elsewhere")
        faults += check_objects(objects)
    print("\n".join(faults))
    print(f"{done} renderings, {len(broken.EXAMPLES)} broken examples of {len(broken.invariants())} invariants of a shop, "
          f"{len(objects)} objects against their schemas, {len(faults)} faults, {time.monotonic() - begun:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
