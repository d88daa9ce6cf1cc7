# SPDX-License-Identifier: Apache-2.0
"""A shop is scraped by a real Prometheus with the real rules, and every panel of every dashboard is asked for.

usage: live.py PROMETHEUS REDIS_EXPORTER BUILD_DIR   (beside a mesh and the servers of servers.py: addresses in the
environment)

Each metric that a rule or panel names must be exported, with the labels that it is selected and grouped by, or be on the
list of the cluster's own; each panel must show something, unless it shows faults alone.
"""
import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

import manifests
import names

NAMESPACE = "shop"
PATIENCE = 60
# Nobody calls these by gRPC or HTTP.
WITHOUT_REQUESTS = {"emailservice", "postgres", "rabbitmq", "redis-cart"}
# What selects faults; a shop without faults shows nothing there.
FAULTY = re.compile(r', (grpc_)?code(=|!=|=~|!~)"[^"]*"| > 0$')
ORDER = {"email": "ada@example.com", "street_address": "1 Main Street", "zip_code": "94043", "city": "London",
         "state": "CA", "country": "United States", "credit_card_expiration_month": "1",
         "credit_card_expiration_year": str(time.gmtime().tm_year + 2), "credit_card_cvv": "672"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def targets():
    """{workload: address of its metrics}"""
    found = {}
    for name, address in os.environ.items():
        if name.endswith("_METRICS_ADDR"):
            found[name[:-len("_METRICS_ADDR")].replace("_", "").lower()] = address
    return found


def settings(folder, exporter):
    """Prometheus' configuration: labels as the PodMonitor gives them, and no waiting."""
    found = {**targets(), "redis-cart": exporter}
    rules = yaml.safe_dump({"groups": [{**group, "interval": "1s"} for group in manifests.rule_groups()]})
    (folder / "live_rules.yaml").write_text(rules)
    path = folder / "prometheus.yaml"
    path.write_text(yaml.safe_dump({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "live_rules.yaml")],
        "scrape_configs": [{"job_name": "boutique", "static_configs": [
            {"targets": [address], "labels": {"namespace": NAMESPACE, "app": app, "pod": f"{app}-1", "container": "server",
                                              "version": "v1"}} for app, address in found.items()]}]}))
    return path, sorted(found)


class Prometheus:
    def __init__(self, port):
        self.api = f"http://127.0.0.1:{port}/api/v1/"

    def ask(self, what, **words):
        """The data of an answer; None while Prometheus does not answer."""
        try:
            with urllib.request.urlopen(f"{self.api}{what}?{urllib.parse.urlencode(words)}", timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            sys.exit(f"live: {words}: {error.read().decode()}")
        except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
            return None

    def query(self, expression):
        return (self.ask("query", query=expression) or {"result": []})["result"]

    def wait_for(self, expression, wanted):
        """Waits until the expression has at least so many results."""
        deadline = time.monotonic() + PATIENCE
        while len(self.query(expression)) < wanted:
            if time.monotonic() > deadline:
                shown = [one["metric"] for one in self.query(expression)]
                sys.exit(f"live: {expression} has {len(shown)} results, not {wanted}: {shown}")
            time.sleep(0.2)

    def labels_of(self):
        """{metric: {label, …}} of all that is scraped."""
        found = {}
        for series in self.ask("series", **{"match[]": '{job="boutique"}'}):
            found.setdefault(series["__name__"], set()).update(series)
        return found


def walk(address):
    """One visit, with an order, a card that is declined and a page that is not there."""
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def visit(path, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            visitor.open(f"http://{address}{path}", data, timeout=30).read()
        except urllib.error.HTTPError as error:
            error.read()

    visit("/")
    visit("/product/6E92ZMYYFZ")
    visit("/product/NOSUCH")
    for card in ("4432801561520454", "4000000000000002"):
        visit("/cart", product_id="6E92ZMYYFZ", quantity="2")
        visit("/cart")
        visit("/cart/checkout", credit_card_number=card, **ORDER)


def expand(expression, app):
    return (expression.replace("$namespace", NAMESPACE).replace("$__rate_interval", "1m").replace("$app", app))


def empty_panels(prometheus, apps):
    for board, title, expression in manifests.queries():
        if any(name in expression for name in names.external()):
            prometheus.query(expand(expression, apps[0]))  # must be understood, if nothing else
            continue
        asked = [expand(expression, app) for app in (apps if "$app" in expression else apps[:1])]
        asked += [FAULTY.sub("", one) for one in asked]
        if not any(prometheus.query(one) for one in asked):
            yield f"{board}: {title} shows nothing: {expression}"


def check(prometheus, apps):
    prometheus.wait_for('up{job="boutique"} == 1', len(apps))
    walk(os.environ["FRONTEND_ADDR"])
    # A rate sees no increase in a series' first sample, and a route has no series before its first request.
    prometheus.wait_for('http_requests_total{method="POST", route=~".*/checkout"}', 1)
    walk(os.environ["FRONTEND_ADDR"])
    # Seen in two scrapes and by the rules.
    prometheus.wait_for("namespace_app:failures:ratio_rate1h", len(set(apps) - WITHOUT_REQUESTS))
    for counted in ('email_confirmations_total{outcome="sent"}', "shipping_picking_lists_total"):
        prometheus.wait_for(f"increase({counted}[5m]) > 0", 1)
    labels_of = prometheus.labels_of()
    faults = names.all_faults(labels_of) + list(empty_panels(prometheus, apps))
    firing = [alert["labels"] for alert in prometheus.ask("alerts")["alerts"] if alert["state"] == "firing"]
    faults += [f"fires in a healthy shop: {labels}" for labels in firing]
    faults += [f'rule {rule["name"]}: {rule["lastError"]}' for group in prometheus.ask("rules")["groups"]
               for rule in group["rules"] if rule.get("lastError")]
    print("\n".join(faults) or f"live: {len(names.everything())} expressions over {len(labels_of)} metrics of "
          f"{len(apps)} workloads")
    return bool(faults)


def main(program, exporter, build):
    names.self_test()
    exporter_port, port = free_port(), free_port()
    with tempfile.TemporaryDirectory(dir=build) as folder:
        path, apps = settings(pathlib.Path(folder), f"127.0.0.1:{exporter_port}")
        with open(os.path.join(folder, "log"), "w+", encoding="utf-8") as log:
            started = [
                subprocess.Popen([exporter, f"--redis.addr=redis://{os.environ['REDIS_ADDR']}",
                                  f"--web.listen-address=127.0.0.1:{exporter_port}"], stdout=log, stderr=log),
                subprocess.Popen([program, f"--config.file={path}", f"--storage.tsdb.path={folder}/data",
                                  f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], stdout=log, stderr=log)]
            try:
                return check(Prometheus(port), apps)
            except SystemExit:
                log.seek(0)
                print(log.read(), file=sys.stderr)
                raise
            finally:
                for process in started:
                    process.terminate()
                for process in started:
                    process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
