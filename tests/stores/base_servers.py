# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL and RabbitMQ as kustomize/base starts them: by its scripts and with its settings, with Debian's servers,
on free ports of the loopback."""
import contextlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import struct
import subprocess
import time

import yaml

BASE = pathlib.Path(__file__).resolve().parents[2] / "kustomize/base"
PATIENCE = 90
RABBIT = "/usr/lib/rabbitmq/bin"


def free_ports(count):
    """Below those that connections take: a server that starts again finds its own free."""
    found = []
    for port in random.sample(range(12000, 32000), 1000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise SystemExit("no port is free")


def container_of(folder):
    """Of the StatefulSet of a workload of the base."""
    return yaml.safe_load((folder / "stateful-set.yaml").read_text())["spec"]["template"]["spec"]["containers"][0]


class Server:
    """A store in a folder of its own, run by nobody where this is root: both refuse or dislike root."""

    def __init__(self, name, below):
        self.folder, self.below, self.process = BASE / name, below / name, None
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
    def __init__(self, below):
        super().__init__("postgres", below)
        self.port = free_ports(1)[0]
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not found:
            raise SystemExit("no PostgreSQL is installed: see ci/packages.sh --test")
        self.path = f"{found[-1]}:{os.environ['PATH']}"
        self.url = f"postgresql://boutique@127.0.0.1:{self.port}/boutique"

    def start(self, password):
        run = self.below / "run"
        arguments = [each.replace("addresses=*", "addresses=127.0.0.1") for each in self.container["args"]]
        secret = {"POSTGRES_PASSWORD": password} if password else {}
        self.begin([self.folder / "postgres.sh", *arguments, "-c", f"port={self.port}"],
                   {"PATH": self.path, "PGDATA": str(self.below / "data/postgresql"), "RUN": str(run)} | secret)
        self.wait(lambda: subprocess.run(["pg_isready", "--quiet", "-h", run, "-p", str(self.port), "-U", "postgres"],
                                         env={"PATH": self.path}, check=False).returncode == 0)

    def ask(self, statement, password=None, user="boutique", host="127.0.0.1"):
        """What is answered; None where nobody is let in, or the statement fails."""
        done = subprocess.run(
            ["psql", "--no-password", "--no-psqlrc", "-qtA", "-h", host, "-p", str(self.port), "-U", user, "-d",
             "boutique", "-c", statement], env={"PATH": self.path} | ({"PGPASSWORD": password} if password else {}),
            capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None


class Rabbit(Server):
    def __init__(self, below):
        super().__init__("rabbitmq", below)
        if not pathlib.Path(RABBIT).is_dir():
            raise SystemExit("no RabbitMQ is installed: see ci/packages.sh --test")
        self.port, self.metrics, self.mapper, self.node = free_ports(4)
        self.helper = None
        home = str(below / "rabbitmq/run")
        text = (self.folder / "rabbitmq.conf").read_text().replace("/var/lib/rabbitmq", home)
        for old, new in ((" = 5672", f" = 127.0.0.1:{self.port}"), (" = 9464", f" = {self.metrics}")):
            assert old in text, f"rabbitmq.conf does not say{old}"
            text = text.replace(old, new)
        (self.below / "rabbitmq.conf").write_text(text)
        pod = {each["name"]: each["value"] for each in self.container["env"]}
        self.url = f"amqp://boutique@127.0.0.1:{self.port}"
        self.environment = pod | {
            "PATH": f"{RABBIT}:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home, "RUN": home,
            "ERL_EPMD_PORT": str(self.mapper), "RABBITMQ_DIST_PORT": str(self.node),
            "RABBITMQ_NODENAME": f"boutique-{self.port}@localhost", "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.below / "rabbitmq.conf"), "RABBITMQ_PID_FILE": f"{home}/pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"), "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_MNESIA_BASE": str(self.below / "data")}

    def start(self, password):
        secret = {"RABBITMQ_PASSWORD": password} if password else {}
        self.map_names()
        self.begin([self.folder / "rabbitmq.sh", *self.container["args"]], self.environment | secret)
        self.wait(self.listens)

    def listens(self, port=None):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port or self.port), 5):
            return True
        return False

    def admits(self, user, password):
        """Whether it goes on after a login: frames of AMQP 0-9-1, of which class and method are looked at."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as link, link.makefile("rb") as answers:
            link.sendall(b"AMQP\0\0\x09\x01")
            assert self.method(answers) == (10, 10), "it does not greet"
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

    def map_names(self):
        """Erlang's own helper as a child of this, for Erlang would begin one that outlives it."""
        if self.helper and self.helper.poll() is None:
            return
        self.helper = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "epmd", "-port", str(self.mapper), "-address", "127.0.0.1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user)
        end = time.monotonic() + PATIENCE
        while not self.listens(self.mapper) and time.monotonic() < end:
            time.sleep(0.01)

    def stop(self, how):
        super().stop(how)
        if self.helper:
            self.helper.kill()
            self.helper.wait()
            self.helper = None
