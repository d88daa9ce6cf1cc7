#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Three Redis servers with their sentinels, started by the scripts of the component redis-replicated, on three addresses
of the loopback. The master is killed under load, comes back, and then all of them at once. Beside the load on Redis itself the
shop takes things into carts: its cart service follows the master.

usage: replicated.py SCRIPTS-FOLDER BIN-DIR
"""
import http.client
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

HOSTS = ["127.0.7.1", "127.0.7.2", "127.0.7.3"]
PASSWORD = secrets.token_hex(16)
OPTIONS = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--protected-mode", "no"]


def free_port():
    """A port that is free on all three addresses."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOSTS[0], 0))
            port = probe.getsockname()[1]
        try:
            for host in HOSTS[1:]:
                with socket.socket() as other:
                    other.bind((host, port))
            return port
        except OSError:
            continue


class Connection:
    """Redis's protocol over a socket: just what is asked here. Errors of Redis are raised as RuntimeError."""

    def __init__(self, host, port, password=None):
        self.socket = socket.create_connection((host, port), timeout=2)
        self.file = self.socket.makefile("rb")
        if password:
            self.ask("AUTH", password)

    def ask(self, *words):
        parts = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("closed")
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"-":
            raise RuntimeError(rest)
        if kind == b"*":
            return None if rest == "-1" else [self.reply() for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == "-1" else self.file.read(int(rest) + 2)[:-2].decode()
        return rest


class Pod:
    """One server and its sentinel, as they are in one pod."""

    def __init__(self, number, scripts, folder, ports):
        self.host, self.scripts = HOSTS[number], scripts
        self.folder = pathlib.Path(folder, str(number))
        self.folder.mkdir()
        self.ports = ports
        self.programs = []

    def start(self, peers):
        environment = os.environ | {
            "SELF": self.host, "FIRST": HOSTS[0], "PEERS": peers, "DATA": str(self.folder), "REDIS_PASSWORD": PASSWORD,
            "REDIS_PORT": str(self.ports[0]), "SENTINEL_PORT": str(self.ports[1]), "LOCAL_HOST": self.host,
            "DOWN_AFTER": "1000"}
        redis = ["redis-server", "--dir", str(self.folder), *OPTIONS, "--bind", self.host]
        log = open(self.folder / "log", "ab")
        for script, words in (("redis.sh", redis), ("sentinel.sh", ["--bind", self.host])):
            self.programs.append(subprocess.Popen(["sh", str(self.scripts / script), *words], env=environment,
                                                  stdout=log, stderr=log))
        log.close()

    def kill(self):
        for program in self.programs:
            program.send_signal(signal.SIGKILL)
            program.wait()
        self.programs = []

    def redis(self):
        return Connection(self.host, self.ports[0], PASSWORD)

    def role(self):
        return self.redis().ask("ROLE")[0]

    def master(self):
        return Connection(self.host, self.ports[1]).ask("SENTINEL", "get-master-addr-by-name", "boutique")[0]


def eventually(what, condition, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                print(f"ok: {what}")
                return
        except (OSError, RuntimeError, TypeError, IndexError):
            pass
        time.sleep(0.05)
    raise SystemExit(f"not within {seconds} s: {what}")


class Load(threading.Thread):
    """Adds one line after another to a cart wherever the master is, and notes when each was acknowledged."""

    def __init__(self, pods):
        super().__init__(daemon=True)
        self.pods, self.acknowledged, self.ending, self.next = pods, [], False, 0

    def master(self):
        for pod in self.pods:
            try:
                return Connection(pod.master(), pod.ports[0], PASSWORD)
            except (OSError, RuntimeError, TypeError):
                continue
        raise ConnectionError("no sentinel knows a master")

    def run(self):
        while not self.ending:
            try:
                connection = self.master()
                while not self.ending:
                    self.next += 1
                    connection.ask("HINCRBY", "cart:shopper", f"line-{self.next}", 1)
                    self.acknowledged.append((time.monotonic(), self.next))
                    time.sleep(0.0005)
            except (OSError, RuntimeError):
                time.sleep(0.05)


class Shop(threading.Thread):
    """The whole shop with its carts in that Redis; as a thread, shoppers who add one thing after another."""

    def __init__(self, program, ports):
        super().__init__(daemon=True)
        self.port = free_port()
        addresses = ",".join(f"{host}:{ports[1]}" for host in HOSTS)
        self.process = subprocess.Popen(
            [str(program), f"--port={self.port}", "--grpc-port=0", "--metrics-port=0", "--data-dir=:memory:",
             f"--redis-addr={addresses},sentinel=boutique"],
            env=os.environ | {"REDIS_PASSWORD": PASSWORD}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.acknowledged, self.refused, self.ending = [], 0, False

    def ask(self, session, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, json.dumps(body) if body else None,
                           {"Authorization": f"Bearer {session}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def lines(self, session):
        return len(self.ask(session, "GET", "/api/v1/cart")[1]["items"])

    def run(self):
        while not self.ending:
            session = str(uuid.uuid4())
            try:
                status, _ = self.ask(session, "POST", "/api/v1/cart/items", {"productId": "6E92ZMYYFZ", "quantity": 1})
            except OSError:
                status = 0
            if status == 204:
                self.acknowledged.append((time.monotonic(), session))
            else:
                self.refused += 1
                time.sleep(0.02)


def main(scripts, programs):
    ports = (free_port(), free_port())
    with tempfile.TemporaryDirectory() as folder:
        pods = [Pod(number, scripts, folder, ports) for number in range(3)]
        shop = Shop(programs / "boutique", ports)
        try:
            run(pods, shop)
        except BaseException:
            for pod in pods:
                print(f"== {pod.host}", (pod.folder / "log").read_text()[-3000:], sep="\n", file=sys.stderr)
            raise
        finally:
            shop.process.kill()
            for pod in pods:
                pod.kill()


def run(pods, shop):
    first, second, third = pods
    for pod in pods:
        pod.start(peers=first.host)
    eventually("the first is the master and two follow",
               lambda: first.redis().ask("ROLE")[0] == "master" and len(first.redis().ask("ROLE")[2]) == 2)
    for pod in pods:
        eventually("its sentinel knows the two others", lambda pod=pod: len(
            Connection(pod.host, pod.ports[1]).ask("SENTINEL", "sentinels", "boutique")) == 2)
        eventually("and both replicas", lambda pod=pod: len(
            Connection(pod.host, pod.ports[1]).ask("SENTINEL", "replicas", "boutique")) == 2)

    load = Load(pods)
    load.start()
    shop.start()
    eventually("the shop fills carts", lambda: len(shop.acknowledged) > 50)
    eventually("load runs", lambda: len(load.acknowledged) > 1000)
    killed = time.monotonic()
    first.kill()
    eventually("lines are acknowledged again", lambda: load.acknowledged[-1][0] > killed + 1)
    back = next(when for when, _ in load.acknowledged if when > killed + 0.2) - killed
    eventually("and the shop's carts are filled again", lambda: shop.acknowledged[-1][0] > killed + 1)
    eventually("there is a new master", lambda: second.master() in (second.host, third.host))
    master = second if second.master() == second.host else third
    other = third if master is second else second

    first.start(peers=other.host)
    eventually("the old master comes back as a replica", lambda: first.role() == "slave")
    load.ending = shop.ending = True
    load.join(10)
    shop.join(30)
    empty = [when for when, session in shop.acknowledged if shop.lines(session) != 1]
    print(f"{len(shop.acknowledged)} carts acknowledged, {shop.refused} refused, {len(empty)} lost")
    if any(not killed - 1 < when <= killed + 0.2 for when in empty):
        raise SystemExit("lost: carts that were acknowledged long before the master died, or after")
    kept = {int(line.split("-")[1]) for line in master.redis().ask("HKEYS", "cart:shopper")}
    lost = [(when, line) for when, line in load.acknowledged if line not in kept]
    print(f"{len(load.acknowledged)} lines acknowledged, {len(lost)} lost; the master was away for {back:.1f} s")
    if any(not killed - 1 < when <= killed + 0.2 for when, _ in lost):
        raise SystemExit("lost: lines that were acknowledged long before the master died, or after")
    eventually("the replicas have every line", lambda: all(
        pod.redis().ask("HLEN", "cart:shopper") == master.redis().ask("HLEN", "cart:shopper") for pod in pods))

    for pod in pods:
        pod.kill()
    first.start(peers=first.host)
    eventually("after an outage of all, the first remembers that it is not the master", lambda: first.role() == "slave")
    other.start(peers=first.host)
    master.start(peers=first.host)
    eventually("there is one master, and it takes writes",
               lambda: load.master().ask("HINCRBY", "cart:shopper", "after", 1) is not None)
    if load.master().ask("HLEN", "cart:shopper") != str(len(kept) + 1):
        raise SystemExit("lines were lost although every server had them")
    print("ok: every line survived")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
