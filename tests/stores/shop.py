# SPDX-License-Identifier: Apache-2.0
"""The whole shop as one program, and a shopper's requests to it."""
import http.client
import json
import os
import signal
import socket
import subprocess
import time
import uuid


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def require(condition, what):
    if not condition:
        raise SystemExit(f"fault: {what}")
    print(f"ok: {what}")


def eventually(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"fault: not within {seconds} s: {what}")
        time.sleep(0.05)
    print(f"ok: {what}")


class Shop:
    def __init__(self, program, data, **environment):
        self.program, self.data, self.port = program, data, free_port()
        self.environment = os.environ | environment
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.program, f"--port={self.port}", "--grpc-port=0", "--metrics-port=0", f"--data-dir={self.data}"],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                if self.ask(str(uuid.uuid4()), "GET", "/api/v1/currencies")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the shop does not start")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(30)

    def ask(self, session, method, path, body=None, key=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {session}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def order(self, session):
        """Places an order and returns its id."""
        status, answer = self.ask(session, "POST", "/api/v1/cart/items", {"productId": "6E92ZMYYFZ", "quantity": 1})
        assert status == 204, answer
        status, answer = self.check_out(session)
        assert status == 201, (status, answer)
        return answer["orderId"] if "orderId" in answer else answer["id"]

    def check_out(self, session):
        return self.ask(session, "POST", "/api/v1/checkout", {
            "email": "ada@example.com",
            "address": {"streetAddress": "1 Main Street", "city": "London", "state": "England",
                        "country": "UK", "postalCode": "N1 9GU"},
            "creditCard": {"creditCardNumber": "4432801561520454", "creditCardCvv": 672,
                           "creditCardExpirationYear": 2039, "creditCardExpirationMonth": 1}}, str(uuid.uuid4()))
