#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the programs say and do when something that they need is absent, wrong or late: either they end with status 1
and one line that names it, or they start, are alive, and wait; readiness follows their own store and no other service.

usage: bad_days.py [--bin DIR]
"""
import argparse
import contextlib
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "stores"))

from base_servers import Postgres  # pylint: disable=wrong-import-position
from pods import CONTRACT, Deployment, Pod, eventually, variable_of  # pylint: disable=wrong-import-position

NOWHERE = "127.0.0.1:1"
PASSWORD = secrets.token_hex(12)
WRONG = secrets.token_hex(12)
# Those that keep something in PostgreSQL, and what else they need for that.
KEEPERS = {"emailservice": {"SMTP_URL": f"smtp://{NOWHERE}", "MAIL_FROM": "orders@shop.test"}, "orderservice": {},
           "paymentservice": {}, "productcatalogservice": {}, "shippingservice": {}}
# Those that speak to RabbitMQ.
ANNOUNCERS = ("emailservice", "orderservice", "shippingservice")


def end_of(binaries, program, **variables):
    """How a program that cannot start ends: status and lines."""
    environment = {"PATH": os.environ["PATH"], "LISTEN_ADDR": "127.0.0.1", "PORT": "0", "METRICS_PORT": "0",
                   "DATA_DIR": ":memory:", **variables}
    done = subprocess.run([binaries / program], env=environment, text=True, timeout=30, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.splitlines()


def refusals(folder, port):
    """Program, what is wrong with its environment, and the words of its only line."""
    catalog, file = folder / "catalog.json", folder / "file"
    catalog.write_text('{"products": [')
    file.write_text("not a folder, not a certificate")
    peer = "PRODUCT_CATALOG_SERVICE_ADDR"
    for address in ("catalog", "catalog:", "catalog:99999", "http://catalog:3550"):
        yield "recommendationservice", {peer: address}, [peer, address]
    yield "recommendationservice", {}, [peer, "is required"]
    yield "loadgenerator", {}, ["FRONTEND_ADDR", "is required"]
    yield "cartservice", {"REDIS_ADDR": NOWHERE, "REDIS_TLS": "true", "REDIS_CA_FILE": "/nowhere/ca.crt"}, [
        "/nowhere/ca.crt", "No such file"]
    yield "cartservice", {"REDIS_ADDR": NOWHERE, "REDIS_TLS": "true", "REDIS_CA_FILE": str(file)}, [str(file)]
    for program in ("cartservice", "orderservice", "paymentservice", "shippingservice"):
        # Nobody can write there, whoever runs this.
        yield program, {"DATA_DIR": "/proc/boutique"}, ["/proc/boutique"]
    yield "orderservice", {"DATA_DIR": str(file)}, [str(file)]
    yield "productcatalogservice", {"PRODUCT_CATALOG_FILE": "/nowhere/catalog.json"}, [
        "/nowhere/catalog.json", "No such file"]
    yield "productcatalogservice", {"PRODUCT_CATALOG_FILE": str(catalog)}, [str(catalog)]
    for program, variables in KEEPERS.items():
        yield program, {"DATABASE_URL": f"mysql://shop:{WRONG}@db/shop", **variables}, ["DATABASE_URL"]
    for program in ANNOUNCERS:
        yield program, {"AMQP_URL": f"amqp://shop:{WRONG}@rabbit:port"}, ["AMQP_URL"]
    yield "currencyservice", {"PORT": str(port)}, [f":{port}"]
    yield "currencyservice", {"METRICS_PORT": str(port)}, [f":{port}"]
    yield "currencyservice", {"DRAIN_DELAY": "soon"}, ["DRAIN_DELAY", "soon"]


def check_refusals(binaries, folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for program, variables, words in refusals(folder, taken.getsockname()[1]):
            status, lines = end_of(binaries, program, **variables)
            if WRONG in "".join(lines):
                raise SystemExit(f"{program} shows a password: {lines}")
            if status != 1 or len(lines) != 1 or not all(word in lines[0] for word in [f"{program}: ", *words]):
                raise SystemExit(f"{program} with {variables} ended with {status} and said {lines}")
            print(lines[0])


class Days:
    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.running, self.servers = [], []

    def pod(self, program, **variables):
        """A program that has started and is alive, ready or not."""
        deployment = Deployment(program)
        deployment.variables["DRAIN_DELAY"] = "0"
        environment = {"BIN": str(self.binaries), **variables}
        pod = Pod(self.folder, program, len(self.running), environment, deployment, awaits=False)
        self.running.append(pod)
        if not pod.is_alive():
            raise SystemExit(f"{program} with {variables} is not alive")
        return pod

    def redis(self, port, *options):
        redis = Redis(port, self.folder, options)
        self.running.append(redis)
        eventually("Redis listens", redis.listens)
        return redis

    def postgres(self):
        server = Postgres(self.folder)
        self.servers.append(server)
        return server

    def end(self):
        for each in self.running:
            each.kill()
        for each in self.servers:
            signal_all(each, signal.SIGCONT)
            each.stop(signal.SIGKILL)


def signal_all(server, number):
    """To the server, and to those that work for it, which have left its process group."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if server.process and parent == server.process.pid:
                os.kill(int(stat.parent.name), number)
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(server.process.pid, number)


class Nobody:
    """Who hangs up on whoever comes, and counts that."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.came = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            with contextlib.suppress(OSError), self.listener.accept()[0]:
                self.came += 1


class Redis:
    def __init__(self, port, folder, options):
        self.port = port
        self.asked = 0  # times that this test came to it
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder, *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2):
                return True
        except OSError:
            return False

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def warnings(pod):
    return re.findall(r'^\{.*"severity":"(?:warning|error)".*$', pod.log.read_text(), re.M)


def stop_well(pod):
    pod.stop()
    faults = pod.faults()
    if faults:
        raise SystemExit("\n".join(faults))


def peers_that_are_not_there(days):
    """Readiness follows no other service: an address that leads nowhere is told by the calls that need it."""
    for address in (NOWHERE, "no-such-host.invalid:7000"):
        everywhere = {variable_of(program): address for program in CONTRACT}
        for program in ("recommendationservice", "checkoutservice", "frontend"):
            pod = days.pod(program, **everywhere)
            eventually(f"{program} is ready whatever is at {address}", pod.is_ready)
            stop_well(pod)
            print(f"{program} with its peers at {address}: ready")


def redis_comes_late(days):
    port = free_port()
    carts = days.pod("cartservice", REDIS_ADDR=f"127.0.0.1:{port}")
    eventually("it says that Redis is away", lambda: warnings(carts))
    if carts.is_ready():
        raise SystemExit("cartservice is ready without its Redis")
    if len(warnings(carts)) != 1 or f"127.0.0.1:{port}" not in warnings(carts)[0]:
        raise SystemExit(f"cartservice says of a Redis that is away: {warnings(carts)}")
    print(warnings(carts)[0])
    redis = days.redis(port)
    eventually("cartservice is ready once Redis is there", carts.is_ready)
    redis.kill()
    eventually("cartservice is not ready without Redis", lambda: not carts.is_ready())
    if not carts.is_alive():
        raise SystemExit("cartservice is not alive without Redis: it would be restarted")
    days.redis(port)
    eventually("cartservice is ready again", carts.is_ready)
    stop_well(carts)
    print("cartservice waits for Redis, and follows it")


def redis_refuses(days):
    port = free_port()
    redis = days.redis(port, "--requirepass", PASSWORD)
    for name, variables in (("absent", {}), ("wrong", {"REDIS_PASSWORD": WRONG})):
        carts = days.pod("cartservice", REDIS_ADDR=f"127.0.0.1:{port}", **variables)
        eventually("it says that Redis refuses it", lambda: warnings(carts))  # pylint: disable=cell-var-from-loop
        # It has asked again and again meanwhile, which Redis counts.
        before = refused_by(redis)
        eventually("it tries on", lambda: refused_by(redis) >= before + 3)  # pylint: disable=cell-var-from-loop
        said = warnings(carts)
        if len(said) != 1 or "refuses" not in said[0]:
            raise SystemExit(f"cartservice says of a password that is {name}: {said}")
        if WRONG in carts.log.read_text() or carts.is_ready() or not carts.is_alive():
            raise SystemExit(f"a password that is {name} is in the log, or cartservice is ready or dead")
        stop_well(carts)
        print(f"{name}: {said[0]}")
    carts = days.pod("cartservice", REDIS_ADDR=f"127.0.0.1:{port}", REDIS_PASSWORD=PASSWORD)
    eventually("cartservice is ready with the right password", carts.is_ready)
    stop_well(carts)


def refused_by(redis):
    """How often somebody came to Redis."""
    with socket.create_connection(("127.0.0.1", redis.port), timeout=5) as connection:
        connection.sendall(b"AUTH %s\r\nINFO stats\r\n" % PASSWORD.encode())
        text = b""
        while b"total_connections_received" not in text or not text.endswith(b"\r\n"):
            text += connection.recv(65536)
    redis.asked += 1
    return int(re.search(rb"total_connections_received:(\d+)", text)[1]) - redis.asked


def all_become(pods, ready):
    for pod in pods:
        wanted = f"{pod.program} is {'' if ready else 'not '}ready"
        eventually(wanted, lambda: pod.is_ready() == ready)  # pylint: disable=cell-var-from-loop
        if not pod.is_alive():
            raise SystemExit(f"{pod.program} is not alive: it would be restarted")


def says_once(pod, *words):
    """One complaint of it holds these words; it makes none twice, and shows no password."""
    eventually(f"{pod.program} says {words}: {pod.log}",
               lambda: any(all(word in line for word in words) for line in warnings(pod)))
    complaints = [re.sub(r'"timestamp":"[^"]+"', "", line) for line in warnings(pod)]
    if len(set(complaints)) != len(complaints):
        raise SystemExit(f"{pod.program} says again and again: {warnings(pod)}")
    if WRONG in pod.log.read_text() or PASSWORD in pod.log.read_text():
        raise SystemExit(f"{pod.program} shows a password")


def postgres_comes_and_goes(days):
    server = days.postgres()
    url = server.url.replace("@", f":{PASSWORD}@")
    pods = [days.pod(program, DATABASE_URL=url, **more) for program, more in KEEPERS.items()]
    all_become(pods, False)
    for pod in pods:
        says_once(pod, f"127.0.0.1:{server.port}", "the database does not work")
    server.start(PASSWORD)
    all_become(pods, True)
    [catalog] = [pod for pod in pods if pod.program == "productcatalogservice"]
    others = [pod for pod in pods if pod is not catalog]
    server.stop(signal.SIGKILL)
    all_become(others, False)
    all_become([catalog], True)  # what it has read it can serve
    server.start(PASSWORD)
    all_become(pods, True)
    signal_all(server, signal.SIGSTOP)
    all_become(others, False)
    all_become([catalog], True)
    signal_all(server, signal.SIGCONT)
    all_become(pods, True)
    for pod in pods:
        pod.stop()
        others = [fault for fault in pod.faults() if "the database does not work" not in fault]
        if others:
            raise SystemExit("\n".join(others))
    print(f"{len(pods)} programs wait for PostgreSQL, and follow it: away, killed, frozen")
    postgres_refuses(days, server)


def postgres_refuses(days, server):
    url = server.url.replace("@", f":{WRONG}@")
    for program, more in KEEPERS.items():
        pod = days.pod(program, DATABASE_URL=url, **more)
        says_once(pod, "password authentication failed")
        before = refusals_of(server)
        eventually("it tries on", lambda: refusals_of(server) >= before + 3)  # pylint: disable=cell-var-from-loop
        says_once(pod, "password authentication failed")
        all_become([pod], False)
        pod.stop()
    print(f"{len(KEEPERS)} programs that PostgreSQL refuses are alive and not ready, and say why once")


def refusals_of(server):
    return server.log.read_text(errors="replace").count("password authentication failed for user")


def rabbitmq_is_away(days):
    """Orders go on without it, so nobody's readiness follows it."""
    for program in ANNOUNCERS:
        nobody = Nobody()
        pod = days.pod(program, AMQP_URL=f"amqp://boutique:{PASSWORD}@{nobody.address}")
        eventually("it tries again and again", lambda: nobody.came >= 4)  # pylint: disable=cell-var-from-loop
        eventually(f"{program} is ready without RabbitMQ", pod.is_ready)
        before = nobody.came
        for _ in range(100):
            if not pod.is_alive():
                raise SystemExit(f"{program} is not alive without RabbitMQ")
        if nobody.came - before > 100:
            raise SystemExit(f"{program} came to RabbitMQ {nobody.came - before} times while it was asked 100 times")
        says_once(pod, nobody.address, "RabbitMQ cannot be used")
        stop_well(pod)
        print(f"{program} is ready without RabbitMQ, to which it came {nobody.came} times")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, default="build/bin")
    binaries = parser.parse_args().bin.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="boutique-bad-days-"))
    folder.chmod(0o711)  # PostgreSQL is run by somebody else
    days = Days(binaries, folder)
    try:
        check_refusals(binaries, folder)
        peers_that_are_not_there(days)
        redis_comes_late(days)
        redis_refuses(days)
        postgres_comes_and_goes(days)
        rabbitmq_is_away(days)
    finally:
        days.end()
    shutil.rmtree(folder)
    print("ok")


if __name__ == "__main__":
    main()
