#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shop's programs are replaced one after another while shoppers are at work, as Kubernetes does it: the new one is
ready before the old one is told to stop, and not one request may fail. Then one has no pod for a while: while
orderservice is away an order fails clearly or waits, and none that was accepted is lost or paid twice. Stores are
Redis, and PostgreSQL and RabbitMQ as kustomize/base starts them.

usage: run.py [--bin DIR] [--rounds N]
  --bin DIR    where the programs are (build/bin)
  --rounds N   how often each program is replaced (1); with 2 or more, paymentservice and shippingservice are away, too
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "stores"))

from base_servers import Postgres, Rabbit  # pylint: disable=wrong-import-position
from buyers import Buyers, faults_on_record  # pylint: disable=wrong-import-position
from pods import CONTRACT, Deployment, Pod, eventually, variable_of  # pylint: disable=wrong-import-position
from service import Network, Service  # pylint: disable=wrong-import-position

# Callees before their callers.
ROLLING = ["adservice", "cartservice", "currencyservice", "emailservice", "productcatalogservice",
           "recommendationservice", "orderservice", "paymentservice", "shippingservice", "checkoutservice", "frontend"]
AWAY = ["orderservice", "paymentservice", "shippingservice"]
# Some sixty tasks a second: what shoppers do must be under way whenever a program goes.
LOAD = ["--users=16", "--rate=1000", "--think-min=50ms", "--think-max=300ms", "--min-requests=1000", "--max-failures=0",
        "--wait=30s"]


class Redis:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually("redis-server starts", self.answers)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Shop:
    """All programs, a Service in front of each."""

    def __init__(self, binaries, folder):
        self.folder = folder
        folder.chmod(0o755)
        self.servers = [Postgres(folder), Rabbit(folder)]
        network = Network()
        self.deployments = {program: Deployment(program) for program in [*CONTRACT, "frontend"]}
        self.services = {program: Service(network, program) for program in self.deployments}
        self.redis = Redis(folder)
        self.environment = {variable_of(program): self.services[program].address for program in CONTRACT}
        self.environment |= {"BIN": str(binaries), "REDIS_ADDR": self.redis.address,
                             "DATABASE_URL": self.servers[0].url, "AMQP_URL": self.servers[1].url}
        self.pods = {}
        self.all_pods = []

    def open(self):
        for server in self.servers:
            server.start(None)
        for program in ROLLING:
            self.start(program)

    def start(self, program):
        pod = Pod(self.folder, program, len(self.all_pods), self.environment, self.deployments[program])
        self.pods[program] = pod
        self.all_pods.append(pod)
        self.services[program].endpoints = [pod.address]
        return pod

    def roll(self, program):
        """The new one is ready, then new connections are its own, and the old one is told to stop."""
        old, began = self.pods[program], time.monotonic()
        new = self.start(program)
        old.served()
        took = old.stop()
        eventually(f"the callers of {program} come to the new one", lambda: new.served() > 0, 15)
        print(f"{program:24}{time.monotonic() - began:5.1f} s, of which the old one stopped for {took:.1f} s",
              flush=True)

    def lose(self, program):
        """The old one goes, then a new one comes."""
        began = time.monotonic()
        self.services[program].endpoints = []
        self.pods[program].stop()
        self.start(program)
        print(f"{program:24}{time.monotonic() - began:5.1f} s without one", flush=True)

    def attempts_refused(self):
        """Of the programs' calls to one another: what was asked again, or hidden by a page."""
        for pod in self.pods.values():
            pod.served()
        return [call for pod in self.all_pods for call in pod.attempts_refused]

    def kill(self):
        for pod in self.all_pods:
            pod.kill()
        self.redis.process.kill()
        self.redis.process.wait()
        self.servers[1].stop(signal.SIGKILL)

    def end(self):
        self.kill()
        self.servers[0].stop(signal.SIGKILL)


class Load:
    def __init__(self, binaries, address):
        self.process = subprocess.Popen(
            [binaries / "loadgenerator", "--metrics-port=0", *LOAD], text=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "FRONTEND_ADDR": address})
        for line in self.process.stdout:
            if line.split()[:1] == ["metrics"]:
                self.metrics = line.split()[1]
                break
        eventually("the load begins", lambda: self.requests() > 100)

    def requests(self):
        """How many it has made."""
        if self.process.poll() is not None:
            raise SystemExit(f"the load has ended: {self.process.stdout.read()}")
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            text = answer.read().decode()
        return sum(map(float, re.findall(r"^loadgenerator_requests_total\{.*\} (\S+)$", text, re.M)))

    def end(self):
        """Prints the table; what it missed ends the test."""
        self.process.send_signal(signal.SIGTERM)
        print(self.process.communicate(timeout=60)[0].replace("missed:", "MISSED:"), flush=True)
        return self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def roll_all(shop, binaries, rounds):
    load = Load(binaries, shop.services["frontend"].address)
    buyers = Buyers(shop.services["frontend"].address, number=2)
    try:
        for _ in range(rounds):
            for program in ROLLING:
                before = load.requests()
                shop.roll(program)
                if load.requests() - before < 50:
                    raise SystemExit(f"no load while {program} was replaced")
        buyers.leave()
        print("refused to callers that ask again:", *shop.attempts_refused(), sep="\n  ")
        if load.end() != 0:
            raise SystemExit("requests failed during the rollout")
        print(f"{buyers.confirmed()} orders of {len(buyers.visitors)}", flush=True)
        refused = [str(each.answers) for each in buyers.visitors if not each.order_id]
        if refused:
            raise SystemExit("\n".join(["orders were not placed during the rollout:", *refused[:5]]))
        return buyers
    finally:
        buyers.leave()
        load.kill()


def lose_some(shop, programs):
    for program in programs:
        buyers = Buyers(shop.services["frontend"].address)
        try:
            eventually("orders are placed", lambda: buyers.confirmed() > 5)  # pylint: disable=cell-var-from-loop
            shop.lose(program)
            placed = buyers.confirmed()
            eventually(f"orders are placed again after {program}",
                       lambda: buyers.confirmed() > placed + 5)  # pylint: disable=cell-var-from-loop
        finally:
            buyers.leave()
        buyers.settle()
        yield buyers


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, default="build/bin")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    binaries = options.bin.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="boutique-rollout-"))
    shop = Shop(binaries, folder)
    try:
        shop.open()
        all_buyers = [roll_all(shop, binaries, options.rounds)]
        all_buyers += list(lose_some(shop, AWAY if options.rounds > 1 else AWAY[:1]))
        shop.kill()
        faults = [fault for buyers in all_buyers for fault in buyers.faults()]
        faults += faults_on_record(shop.servers[0], all_buyers)
        faults += [f"{pod.log.name}: {fault}" for pod in shop.all_pods for fault in pod.faults()]
        if faults:
            raise SystemExit("\n".join(faults[:20]))
    finally:
        shop.end()
    shutil.rmtree(folder)
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
