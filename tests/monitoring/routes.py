# SPDX-License-Identifier: Apache-2.0
"""Who is told of an alert: the AlertmanagerConfig, translated as the operator does, is asked by `amtool`.

usage: routes.py AMTOOL BUILD_DIR

The operator gives each receiver the name NAMESPACE/CONFIG/RECEIVER, hangs the route below its own top with
`continue: true`, and adds namespace="NAMESPACE" to it and to both sides of each inhibition.
"""
import pathlib
import subprocess
import sys

import yaml

import manifests

OTHERS = "the-operators-own"


def matcher(text):
    operator = text.get("matchType") or ("=~" if text.get("regex") else "=")
    return f'{text["name"]}{operator}"{text.get("value", "")}"'


def snake(key):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in key)


def translate(config, namespace):
    """One Alertmanager configuration from the resource. The webhooks' addresses, which a Secret has, are made up."""
    place, prefix = f'namespace="{namespace}"', f'{namespace}/{config["metadata"]["name"]}/'

    def route(resource):
        out = {snake(key): value for key, value in resource.items() if key not in ("matchers", "routes", "receiver")}
        out["receiver"] = prefix + resource["receiver"]
        out["matchers"] = [matcher(one) for one in resource.get("matchers", [])]
        out["routes"] = [route(child) for child in resource.get("routes", [])]
        return out

    top = route(config["spec"]["route"])
    top["matchers"].append(place)
    top["continue"] = True
    return {
        "route": {"receiver": OTHERS, "routes": [top]},
        "receivers": [{"name": OTHERS}] + [
            {"name": prefix + receiver["name"],
             "webhook_configs": [{"url": "http://localhost/", "send_resolved": hook["sendResolved"]}
                                 for hook in receiver["webhookConfigs"]]}
            for receiver in config["spec"]["receivers"]],
        "inhibit_rules": [
            {"source_matchers": [matcher(one) for one in rule["sourceMatch"]] + [place],
             "target_matchers": [matcher(one) for one in rule["targetMatch"]] + [place],
             "equal": rule["equal"]} for rule in config["spec"]["inhibitRules"]],
    }


def run(amtool, path, *words):
    done = subprocess.run([amtool, *words], capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        sys.exit(f"routes: amtool {' '.join(words)}: {done.stdout}{done.stderr} ({path})")
    return done.stdout.split()


def main(amtool, folder):
    config = manifests.of_kind("AlertmanagerConfig")[0]
    path = pathlib.Path(folder) / "alertmanager.yaml"
    path.write_text(yaml.safe_dump(translate(config, "prod")))
    run(amtool, path, "check-config", str(path))

    mine = f'prod/{config["metadata"]["name"]}/'
    cases = [
        ({"namespace": "prod"}, mine + "ticket"),
        ({"namespace": "prod", "severity": "something-new"}, mine + "ticket"),
        ({"namespace": "staging", "severity": "page"}, OTHERS),
        ({"severity": "page"}, OTHERS),
    ]
    severities = {rule["labels"]["severity"] for rule in manifests.rules() if "alert" in rule}
    assert severities == {"page", "ticket"}, severities
    for rule in manifests.rules():
        if "alert" in rule:
            labels = {"alertname": rule["alert"], "namespace": "prod", "app": "cartservice", **rule["labels"]}
            cases.append((labels, mine + rule["labels"]["severity"]))
    for labels, wanted in cases:
        words = [f"{name}={value}" for name, value in labels.items()]
        told = run(amtool, path, "config", "routes", "test", f"--config.file={path}", *words)
        if told != [wanted]:
            sys.exit(f"routes: {' '.join(words)} goes to {told}, not to {wanted}")
    # An inhibition by an alert that is not there would never act.
    alerts = {rule["alert"] for rule in manifests.rules() if "alert" in rule}
    for rule in config["spec"]["inhibitRules"]:
        for one in rule["sourceMatch"]:
            assert one["value"] in (alerts if one["name"] == "alertname" else severities), one
    print(f"routes: {len(cases)} alerts go where they should")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
