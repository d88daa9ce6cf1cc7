# SPDX-License-Identifier: Apache-2.0
"""Renders overlays, alone and with components as a user's own kustomization composes them."""
import functools
import os
import pathlib
import subprocess
import tempfile

import yaml

from shop import Shop

ROOT = pathlib.Path(__file__).resolve().parents[2]
OVERLAYS = ("dev", "plain", "staging", "prod")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotRendered(Exception):
    """kustomize's own words."""


@functools.cache
def tool():
    """The program that renders, by ci/kustomize.sh, which refuses old ones and gets a new one where there is none."""
    found = subprocess.run([ROOT / "ci/kustomize.sh", "--tool"], capture_output=True, text=True, check=False)
    if found.returncode:
        raise NotRendered(found.stderr.strip() or "nothing here renders kustomizations")
    return found.stdout.split()


def text_of(folder, cwd=ROOT):
    done = subprocess.run([*tool(), str(folder)], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRendered(done.stderr.strip()[-600:])
    return done.stdout


def documents_of(text):
    return list(yaml.load_all(text, LOADER))


@functools.cache
def kustomization_of(environment):
    return yaml.safe_load((ROOT / "kustomize/overlays" / environment / "kustomization.yaml").read_text())


def has_already(environment):
    """The components that an overlay is made with."""
    prefix = "../../components/"
    return {path.removeprefix(prefix) for path in kustomization_of(environment).get("components", [])
            if path.startswith(prefix)}


def compose(environment, components, below):
    """A Shop of the overlay with these components, and the overlay's images after them."""
    with tempfile.TemporaryDirectory(dir=below) as folder:
        to_root = pathlib.Path(os.path.relpath(ROOT / "kustomize", os.path.realpath(folder)))
        kustomization = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": kustomization_of(environment)["namespace"],
            "resources": [f"{to_root}/overlays/{environment}"],
            "components": [f"{to_root}/components/{name}" for name in components] +
                          [f"{to_root}/overlays/{environment}/images"],
        }
        (pathlib.Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        return Shop(documents_of(text_of(folder)), environment, components)
