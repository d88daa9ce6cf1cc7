#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL and RabbitMQ as kustomize/base starts them, by its scripts and with its settings, with Debian's servers: a
start makes what is not there, and who may log in afterwards is as the environment of that start says. What was kept stays.

usage: starts.py BASE-FOLDER
"""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import yaml

PATIENCE = 90
# What breaks SQL, JSON, shells and URLs that are put together carelessly.
PASSWORD, NEXT = "it's \"1\\2\" %41$HOME`x`@:/ü", "another"
RABBIT = "/usr/lib/rabbitmq/bin"


def require(condition, what):
    if not condition:
        raise SystemExit(f"fault: {what}")
    print(f"ok: {what}", flush=True)


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def container_of(folder):
    """Of the StatefulSet of a workload of the base."""
    return yaml.safe_load((folder / "stateful-set.yaml").read_text())["spec"]["template"]["spec"]["containers"][0]


class Server:
    """A store in a folder of its own, run by nobody where this is root: both refuse or dislike root."""

    def __init__(self, base, name, below):
        self.folder, self.below, self.process = base / name, below / name, None
        self.container = container_of(self.folder)
        self.user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        for each in ("", "data", "run", "tmp"):
            (self.below / each).mkdir()
            if self.user:
                shutil.chown(self.below / each, self.user["user"], pwd.getpwnam("nobody").pw_gid)
        self.log = self.below / "log"

    def begin(self, words, environment):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", "sh", *words], env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, cwd=self.below, **self.user)

    def wait(self, ready):
        end = time.monotonic() + PATIENCE
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{self.folder.name} does not start: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self, how):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(PATIENCE)

    def says(self, secret):
        return secret in self.log.read_text(errors="replace")


class Postgres(Server):
    def __init__(self, base, below):
        super().__init__(base, "postgres", below)
        self.port = free_ports(1)[0]
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not found:
            raise SystemExit("no PostgreSQL is installed: see ci/packages.sh --test")
        self.path = f"{found[-1]}:{os.environ['PATH']}"

    def start(self, password):
        run = self.below / "run"
        arguments = [each.replace("listen_addresses=*", "listen_addresses=127.0.0.1") for each in self.container["args"]]
        secret = {"POSTGRES_PASSWORD": password} if password else {}
        self.begin([self.folder / "postgres.sh", *arguments, "-c", f"port={self.port}"],
                   {"PATH": self.path, "PGDATA": str(self.below / "data/postgresql"), "RUN": str(run)} | secret)
        self.wait(lambda: subprocess.run(["pg_isready", "--quiet", "-h", run, "-p", str(self.port), "-U", "postgres"],
                                         env={"PATH": self.path}, check=False).returncode == 0)

    def ask(self, statement, password=None, user="boutique", host="127.0.0.1"):
        """What is answered; None where nobody is let in, or the statement fails."""
        done = subprocess.run(
            ["psql", "--no-password", "--no-psqlrc", "-qtA", "-h", host, "-p", str(self.port), "-U", user, "-d", "boutique",
             "-c", statement], env={"PATH": self.path} | ({"PGPASSWORD": password} if password else {}),
            capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None


def postgres(base, below):
    server = Postgres(base, below)
    try:
        server.start(None)
        require(server.ask("CREATE EXTENSION pg_trgm; CREATE TABLE kept AS SELECT 7 AS seven; SELECT current_user") ==
                "boutique", "the first start makes a database whose owner needs no password, and may have its extension")
        require(server.ask("SELECT 1", user="postgres") is None, "nobody else comes by the network")
        require(server.ask("SELECT count(*) > 0 FROM pg_stat_activity", user="monitor", host=server.below / "run") == "t",
                "the pod's own containers can watch it")
        data = server.below / "data/postgresql"
        server.stop(signal.SIGKILL)
        # What a volume's fsGroup does to it.
        data.chmod(0o770)
        server.start(PASSWORD)
        require(server.ask("SELECT seven FROM kept", PASSWORD) == "7", "after a crash, with a password: what was there is there")
        require(server.ask("SELECT 1") is None and server.ask("SELECT 1", "x") is None, "nobody comes without it")
        require(not server.says(PASSWORD), "and it is not logged")
        server.stop(signal.SIGINT)
        server.start(NEXT)
        require(server.ask("SELECT 1", NEXT) == "1" and server.ask("SELECT 1", PASSWORD) is None, "it can be changed")
        server.stop(signal.SIGINT)
        server.start(None)
        require(server.ask("SELECT seven FROM kept") == "7", "and be taken away")
        server.stop(signal.SIGINT)
        require((server.below / "run/pg_hba.conf").stat().st_mode & 0o077 == 0, "its files are its own")
        shutil.rmtree(data)
        (server.below / "data/postgresql.new").mkdir(mode=0o700)
        (server.below / "data/postgresql.new/half").touch()
        if server.user:
            for path in (server.below / "data").rglob("*"):
                shutil.chown(path, "nobody", "nogroup")
        server.start(None)
        require(server.ask("SELECT 1") == "1", "a first start that was cut off is begun anew")
    finally:
        server.stop(signal.SIGKILL)


class Rabbit(Server):
    def __init__(self, base, below):
        super().__init__(base, "rabbitmq", below)
        self.port, self.metrics, self.mapper, self.node = free_ports(4)
        home = str(below / "rabbitmq/run")
        text = (self.folder / "rabbitmq.conf").read_text().replace("/var/lib/rabbitmq", home)
        for old, new in ((" = 5672", f" = 127.0.0.1:{self.port}"), (" = 9464", f" = {self.metrics}")):
            require(old in text, f"its settings say{old}")
            text = text.replace(old, new)
        (self.below / "rabbitmq.conf").write_text(text)
        pod = {each["name"]: each["value"] for each in self.container["env"]}
        require("127,0,0,1" in pod["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] and pod["ERL_EPMD_ADDRESS"] == "127.0.0.1",
                "Erlang's own ports are the pod's alone")
        self.environment = pod | {
            "PATH": f"{RABBIT}:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home, "RUN": home,
            "ERL_EPMD_PORT": str(self.mapper), "RABBITMQ_DIST_PORT": str(self.node),
            "RABBITMQ_NODENAME": f"boutique-{self.port}@localhost", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.below / "rabbitmq.conf"), "RABBITMQ_PID_FILE": f"{home}/pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"), "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_MNESIA_BASE": str(self.below / "data")}

    def start(self, password):
        secret = {"RABBITMQ_PASSWORD": password} if password else {}
        self.begin([self.folder / "rabbitmq.sh", *self.container["args"]], self.environment | secret)
        self.wait(self.listens)

    def listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5):
            return True
        return False

    def admits(self, user, password):
        """Whether it goes on after a login: frames of AMQP 0-9-1 on channel 0, of which class and method are looked at."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as link, link.makefile("rb") as answers:
            link.sendall(b"AMQP\0\0\x09\x01")
            require(self.method(answers) == (10, 10), "it greets")
            plain = f"\0{user}\0{password}".encode()
            start = struct.pack(">HHI", 10, 11, 0) + b"\x05PLAIN" + struct.pack(">I", len(plain)) + plain + b"\x05en_US"
            link.sendall(struct.pack(">BHI", 1, 0, len(start)) + start + b"\xce")
            with contextlib.suppress(ConnectionError):  # as it ends who is refused
                return self.method(answers) == (10, 30)
            return False

    @staticmethod
    def method(answers):
        header = answers.read(7)
        if len(header) < 7:
            return None
        payload = answers.read(struct.unpack(">BHI", header)[2] + 1)
        return struct.unpack(">HH", payload[:4])

    def stop(self, how):
        super().stop(how)
        subprocess.run(["epmd", "-port", str(self.mapper), "-kill"], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rabbitmq(base, below):
    if not pathlib.Path(RABBIT).is_dir():
        raise SystemExit("no RabbitMQ is installed: see ci/packages.sh --test")
    server = Rabbit(base, below)
    try:
        server.start(None)
        require(server.admits("boutique", "guest"), "its one user comes with what clients send who have no password")
        require(not server.admits("guest", "guest"), "and there is no other")
        with socket.create_connection(("127.0.0.1", server.metrics), PATIENCE) as link:
            link.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            text = b"".join(iter(lambda: link.recv(65536), b"")).decode()
        require(re.search(r"^rabbitmq_connections ", text, re.M), "its metrics are where every program has its")
        server.stop(signal.SIGKILL)
        server.start(PASSWORD)
        require(server.admits("boutique", PASSWORD), "after a crash, with a password, he comes with that")
        require(not server.admits("boutique", "guest"), "and not without it")
        require(not server.says(PASSWORD), "it is not logged")
        server.stop(signal.SIGTERM)
    finally:
        server.stop(signal.SIGKILL)


def main(base):
    with tempfile.TemporaryDirectory(prefix="starts-") as below:
        below = pathlib.Path(below)
        below.chmod(0o755)
        postgres(base, below)
        rabbitmq(base, below)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
