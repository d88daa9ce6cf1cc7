# SPDX-License-Identifier: Apache-2.0
"""The monitoring manifests as they are in kustomize/, read without rendering."""
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2] / "kustomize"
COMPONENT = ROOT / "components/monitoring"
DASHBOARDS = ROOT / "cluster-resources/monitoring/dashboards"
# Every environment has its own copy of the rules, and sees the others' series: a rule that drops this mixes them up.
KEPT = "namespace"


def documents():
    listed = yaml.safe_load((COMPONENT / "kustomization.yaml").read_text())["resources"]
    return [document for name in listed for document in yaml.safe_load_all((COMPONENT / name).read_text())]


def of_kind(kind):
    return [document for document in documents() if document["kind"] == kind]


def rule_groups():
    return [group for rules in of_kind("PrometheusRule") for group in rules["spec"]["groups"]]


def rules():
    return [rule for group in rule_groups() for rule in group["rules"]]


def dashboards():
    return {path.stem: json.loads(path.read_text()) for path in sorted(DASHBOARDS.glob("*.json"))}


def queries():
    """(dashboard, panel's title, expression) of every panel."""
    return [(name, panel["title"], target["expr"]) for name, board in dashboards().items()
            for panel in board["panels"] for target in panel.get("targets", [])]


def write_rules(path):
    path.write_text(yaml.safe_dump({"groups": rule_groups()}, sort_keys=False))


if __name__ == "__main__":
    write_rules(pathlib.Path(sys.argv[1]))
