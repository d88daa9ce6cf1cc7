#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the programs say and do when something that they need is absent, wrong or late: either they end with status 1
and one line that names it, or they start, are alive, and wait; readiness follows their own store and no other service.

usage: bad_days.py [--bin DIR]
"""
import argparse
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import tempfile

from pods import CONTRACT, Deployment, Pod, eventually, variable_of

NOWHERE = "127.0.0.1:1"
PASSWORD = secrets.token_hex(12)
WRONG = secrets.token_hex(12)


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
    yield "currencyservice", {"PORT": str(port)}, [f":{port}"]
    yield "currencyservice", {"METRICS_PORT": str(port)}, [f":{port}"]
    yield "currencyservice", {"DRAIN_DELAY": "soon"}, ["DRAIN_DELAY", "soon"]


def check_refusals(binaries, folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for program, variables, words in refusals(folder, taken.getsockname()[1]):
            status, lines = end_of(binaries, program, **variables)
            if status != 1 or len(lines) != 1 or not all(word in lines[0] for word in [f"{program}: ", *words]):
                raise SystemExit(f"{program} with {variables} ended with {status} and said {lines}")
            print(lines[0])


class Days:
    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.running = []

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

    def end(self):
        for each in self.running:
            each.kill()


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


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, default="build/bin")
    binaries = parser.parse_args().bin.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="boutique-bad-days-"))
    days = Days(binaries, folder)
    try:
        check_refusals(binaries, folder)
        peers_that_are_not_there(days)
        redis_comes_late(days)
        redis_refuses(days)
    finally:
        days.end()
    shutil.rmtree(folder)
    print("ok")


if __name__ == "__main__":
    main()
