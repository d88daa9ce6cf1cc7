# SPDX-License-Identifier: Apache-2.0
"""Whether what rules and dashboards name is there: faults of expressions against the series of a running shop."""
import pathlib
import re

import expressions
import manifests

OWN_OF_PROMETHEUS = {"up", "ALERTS"}
LISTED = pathlib.Path(__file__).with_name("external_metrics.txt")


def external():
    return {line for line in LISTED.read_text().splitlines() if line and not line.startswith("#")}


def everything():
    """(where it stands, expression) of every rule and panel."""
    return ([(rule.get("alert") or rule["record"], rule["expr"]) for rule in manifests.rules()] +
            [(f"{board}: {title}", expression) for board, title, expression in manifests.queries()])


def faults_of(expression, labels_of, known):
    """Its faults, given the labels that each exported metric has and the names that are known besides."""
    faults = []
    selectors, grouped = expressions.read(expression)
    exported = [labels_of[name] for name, _ in selectors if name in labels_of]
    for name, selected in selectors:
        if name in labels_of:
            faults += [f"{name} has no label {label}" for label in selected - labels_of[name]]
        elif name not in known:
            faults.append(f"nothing exports {name}")
    if exported and len(exported) == len(selectors):
        faults += [f"no label {label} to group by" for label in grouped - set().union(*exported)]
    return faults


def all_faults(labels_of):
    recorded = {rule["record"] for rule in manifests.rules() if "record" in rule}
    known = recorded | external() | OWN_OF_PROMETHEUS
    faults = [f"{place}: {fault}" for place, expression in everything()
              for fault in faults_of(expression, labels_of, known)]
    used = {name for _, expression in everything() for name, _ in expressions.read(expression)[0]}
    faults += [f"{LISTED.name}: {name} is used nowhere" for name in external() - used]
    faults += [f"{LISTED.name}: {name} is not the cluster's" for name in external()
               if not re.match("(istio|kube|container)_", name)]
    faults += [f"{name} is recorded but used nowhere" for name in recorded - used]
    for rule in manifests.rules():
        groups = re.findall(r"\bby \(([^)]*)\)", rule["expr"])
        if "without" in rule["expr"] or any(manifests.KEPT not in group.split(", ") for group in groups):
            faults.append(f'{rule.get("alert") or rule["record"]} drops the label {manifests.KEPT}')
    return faults


def self_test():
    expressions.self_test()
    labels_of = {"a_total": {"namespace", "app", "code"}}
    assert not faults_of('sum by (app) (rate(a_total{code="OK"}[5m]))', labels_of, set())
    assert faults_of('sum by (app) (rate(b_total[5m]))', labels_of, {"c"}) == ["nothing exports b_total"]
    assert faults_of('rate(a_total{grpc_code="OK"}[5m])', labels_of, set()) == ["a_total has no label grpc_code"]
    assert faults_of('sum by (method) (a_total)', labels_of, set()) == ["no label method to group by"]
