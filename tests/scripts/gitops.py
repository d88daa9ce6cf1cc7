# SPDX-License-Identifier: Apache-2.0
"""Checks what Argo CD and Flux are told to deploy: prints one line per fault.

- every path is there and renders; every object is of a namespace and, if it belongs to the cluster, of a kind that the
  AppProject allows; the ApplicationSet's namespaces are the overlays' own;
- dev and staging sync by themselves and never to nothing, prod does not; waves: project, cluster-resources, environments.

usage: gitops.py PROJECT [first]     first: one fault is enough
"""
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(sys.argv[1]).resolve()
# Of all that is rendered here, what belongs to no namespace.
CLUSTER_KINDS = re.compile(r"Namespace|Cluster\w+|CustomResourceDefinition|PriorityClass|StorageClass|GatewayClass|"
                           r"(Validating|Mutating)\w+")


def render(folder):
    run = subprocess.run([ROOT / "ci/kustomize.sh", ROOT / folder], capture_output=True, text=True, check=False)
    if run.returncode:
        raise FileNotFoundError(f"{folder} is not there, or does not render")
    return [document for document in yaml.safe_load_all(run.stdout) if document]


def of_kind(documents, kind):
    return [document for document in documents if document["kind"] == kind]


def group_of(document):
    return document["apiVersion"].rpartition("/")[0]


def project_faults(project, name, documents):
    namespaces = {item["namespace"] for item in project["destinations"]}
    allowed = {(item["group"], item["kind"]) for item in project["clusterResourceWhitelist"]}
    refused = {(item["group"], item["kind"]) for item in project["namespaceResourceBlacklist"]}
    for document in documents:
        kind, namespace = (group_of(document), document["kind"]), document["metadata"].get("namespace")
        if CLUSTER_KINDS.fullmatch(document["kind"]):
            if kind not in allowed:
                yield f"{name}: the project does not allow {document['kind']}, which belongs to the cluster"
        elif kind in refused:
            yield f"{name}: the project refuses {document['kind']}"
        elif namespace is not None and namespace not in namespaces:
            yield f"{name}: {namespace} is no destination of the project"


def environments_of(application_set):
    """Each element of the list with the text {{ .key }} replaced in what is made of it: name, path, namespace, policy."""
    for element in application_set["spec"]["generators"][0]["list"]["elements"]:
        def fill(text, values=element):
            return re.sub(r"\{\{ \.(\w+) \}\}", lambda match: str(values[match[1]]), text)
        spec = application_set["spec"]["template"]["spec"]
        patch = application_set["spec"]["templatePatch"]
        conditional = re.search(r"\{\{- if \.automated \}\}\n(.*?)\{\{- end \}\}", patch, re.S)
        policy = yaml.safe_load(conditional[1])["syncPolicy"]["automated"] if element["automated"] else None
        yield element["environment"], fill(spec["source"]["path"]), fill(spec["destination"]["namespace"]), policy


def automation_fault(name, policy):
    if name == "prod":
        return "prod deploys by itself" if policy else None
    wanted = {"prune": True, "selfHeal": True, "allowEmpty": False}
    return None if policy == wanted else f"{name}: prune, selfHeal and allowEmpty are to be {wanted}, not {policy}"


def argocd_faults():
    root = of_kind(render("kustomize/argocd"), "Application")[0]
    held = render(root["spec"]["source"]["path"])
    project = of_kind(held, "AppProject")[0]["spec"]
    waves = {kind: {int(document["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])
                    for document in of_kind(held, kind)} for kind in ("AppProject", "Application", "ApplicationSet")}
    if waves != {"AppProject": {-20}, "Application": {-10}, "ApplicationSet": {0}}:
        yield f"waves are {waves}"
    for application in of_kind(held, "Application"):
        spec = application["spec"]
        yield from project_faults(project, spec["source"]["path"], render(spec["source"]["path"]))
        fault = automation_fault(application["metadata"]["name"], spec["syncPolicy"].get("automated"))
        if fault:
            yield fault
    for name, path, namespace, policy in environments_of(of_kind(held, "ApplicationSet")[0]):
        documents = render(path)
        yield from project_faults(project, path, documents)
        if {document["metadata"].get("namespace") for document in documents} - {None} != {namespace}:
            yield f"{path} is not of namespace {namespace}"
        fault = automation_fault(name, policy)
        if fault:
            yield fault
    # cert-manager's certificates are listed by those who have it.
    edge = yaml.safe_load((ROOT / "kustomize/argocd/apps/cluster-edge.yaml").read_text())["spec"]["source"]["path"]
    yield from project_faults(project, edge, render(edge))


def flux_faults():
    documents = render("kustomize/flux")
    every = [document for document in of_kind(documents, "Kustomization") if "toolkit" in document["apiVersion"]]
    names = {document["metadata"]["name"] for document in every}
    for document in every:
        name, spec = document["metadata"]["name"], document["spec"]
        # Argo CD's check renders them; here it is enough that they are there.
        if not (ROOT / spec["path"] / "kustomization.yaml").is_file():
            raise FileNotFoundError(f"{spec['path']} is not there")
        if bool(spec.get("suspend")) != name.endswith("-prod"):
            yield "prod deploys by itself" if name.endswith("-prod") else f"{name} is suspended"
        yield from (f"{name} waits for {other['name']}, which is not there" for other in spec.get("dependsOn", [])
                    if other["name"] not in names)


def main():
    found = False
    for check in (flux_faults, argocd_faults):
        try:
            for fault in check():
                print(fault)
                found = True
                if sys.argv[2:] == ["first"]:
                    sys.exit(1)
        except FileNotFoundError as missing:
            print(missing)
            found = True
    sys.exit(1 if found else 0)


main()
