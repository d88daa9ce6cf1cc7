# SPDX-License-Identifier: Apache-2.0
"""The programs as pods: what kustomize/base says of their environment, their readiness and their end."""
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request

BASE = pathlib.Path(__file__).resolve().parents[2] / "kustomize/base"
SERVING = b"\x00\x00\x00\x00\x02\x08\x01"  # HealthCheckResponse{status: SERVING}
# The name in the contract of each service that has one.
CONTRACT = {"adservice": "AdService", "cartservice": "CartService", "checkoutservice": "CheckoutService",
            "currencyservice": "CurrencyService", "emailservice": "EmailService", "orderservice": "OrderService",
            "paymentservice": "PaymentService", "productcatalogservice": "ProductCatalogService",
            "recommendationservice": "RecommendationService", "shippingservice": "ShippingService"}
STORES = {"AMQP_URL", "DATABASE_URL", "REDIS_ADDR"}
VARIABLE = {"productcatalogservice": "PRODUCT_CATALOG_SERVICE_ADDR"}


def variable_of(program):
    return VARIABLE.get(program, program.removesuffix("service").upper() + "_SERVICE_ADDR")


class Deployment:
    """What of a Deployment matters to a rollout."""

    def __init__(self, program):
        text = (BASE / program / "deployment.yaml").read_text()
        self.patience = int(re.search(r"terminationGracePeriodSeconds: (\d+)", text)[1])
        self.variables = {name: re.search(rf"name: {name}\n *value: (\S+)", text)[1].strip('"')
                          for name in ("DRAIN_DELAY", "SHUTDOWN_GRACE")}
        self.stores = {name for name in STORES if f"name: {name}\n" in text}
        if "type: RollingUpdate" not in text or "maxUnavailable: 0" not in text:
            raise SystemExit(f"{program}: a rollout that makes it unavailable")


def eventually(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Pod:
    """A program that runs. stop() ends it as a kubelet does."""

    def __init__(self, folder, program, number, environment, deployment, awaits=True):
        self.program, self.deployment = program, deployment
        self.log = folder / f"{program}-{number}.log"
        self.addresses = {}
        self.attempts_refused = []  # as of the last served()
        variables = {"PATH": os.environ["PATH"], "LISTEN_ADDR": "127.0.0.1", "PORT": "0", "METRICS_PORT": "0",
                     "DATA_DIR": ":memory:", **deployment.variables,
                     **{name: value for name, value in environment.items() if name not in STORES - deployment.stores}}
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([environment["BIN"] + "/" + program], env=variables, stdout=log, stderr=log)
        eventually(f"{program} starts: {self.log}", self.has_started)
        if awaits:
            eventually(f"{program} is ready: {self.log}", self.is_ready)

    def has_started(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.program} ended: {self.log.read_text()}")
        self.addresses = dict(re.findall(r"^  (\w+) +(?:http://)?([\d.]+:\d+)", self.log.read_text(), re.M))
        return "metrics" in self.addresses

    @property
    def address(self):
        return self.addresses["shop" if self.program == "frontend" else "grpc"]

    def is_ready(self):
        """As the readiness probe asks."""
        if self.program == "frontend":
            return self.shows("/readyz")
        name = b"hipstershop." + CONTRACT[self.program].encode()
        return self.serves(bytes([0, 0, 0, 0, len(name) + 2, 0x0A, len(name)]) + name)

    def is_alive(self):
        """As the liveness probe asks."""
        return self.shows("/_healthz") if self.program == "frontend" else self.serves(bytes(5))

    def shows(self, path):
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def serves(self, request):
        answer = subprocess.run(
            ["curl", "--silent", "--max-time", "2", "--http2-prior-knowledge", "--header", "te: trailers",
             "--header", "content-type: application/grpc", "--data-binary", "@-",
             f"http://{self.address}/grpc.health.v1.Health/Check"],
            input=request, stdout=subprocess.PIPE, check=False)
        return answer.stdout == SERVING

    def served(self):
        """How many requests it has answered, without those for its health, and messages it has taken."""
        with urllib.request.urlopen(f"http://{self.addresses['metrics']}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        self.note_refused(text)
        if self.program == "frontend":
            return sum(float(each) for each in re.findall(r"^http_requests_total\{.*\} (\S+)$", text, re.M))
        counts = re.findall(r'^grpc_server_handled_total\{.*grpc_service="hipstershop\.\w+".*\} (\S+)$', text, re.M)
        counts += re.findall(r'^amqp_deliveries_total\{.*outcome="done".*\} (\S+)$', text, re.M)
        return sum(map(float, counts))

    def note_refused(self, metrics):
        calls = r'^grpc_client_handled_total\{grpc_code="Unavailable",grpc_method="(\w+)",.*\} (\S+)$'
        self.attempts_refused = [f"{self.program}: {method}, {count} times"
                                 for method, count in re.findall(calls, metrics, re.M)]

    def stop(self):
        """How long it took. Ends the test where it does not end well in its time."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(self.deployment.patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise SystemExit(f"{self.program} is killed after {self.deployment.patience} s: {self.log}") from None
        if status:
            raise SystemExit(f"{self.program} ended with status {status}: {self.log.read_text()[-2000:]}")
        return time.monotonic() - began

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def faults(self):
        return [line for line in self.log.read_text().splitlines() if '"severity":"error"' in line]
