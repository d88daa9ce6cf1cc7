# SPDX-License-Identifier: Apache-2.0
"""Programs that run: those of the mesh, whose addresses are in the environment, and those that this test starts."""
import collections
import os
import pathlib
import re
import subprocess
import threading
import urllib.request

from calls import HEALTH, callee_of

# A variable that ci/mesh.sh sets for each program.
VARIABLE = re.compile(r"(\w+)_METRICS_ADDR")
SERIES = re.compile(r'^grpc_(client|server)_(started|handled)_total\{([^}]*)\} (\S+)$', re.M)
LABEL = re.compile(r'(\w+)="([^"]*)"')
# What tells of a server, and how it is called in a cluster.
SERVERS = {"REDIS_ADDR": "redis-cart", "DATABASE_URL": "postgres", "AMQP_URL": "rabbitmq"}
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
CODES = {"OK": 0, "INTERNAL": 13, "UNAVAILABLE": 14, "UNIMPLEMENTED": 12}


def counts(metrics_address, side):
    """{(path, code or None): calls}: by code those that ended, and by None those that began."""
    with urllib.request.urlopen(f"http://{metrics_address}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    found = collections.Counter()
    for its_side, _, labels, value in SERIES.findall(text):
        label = dict(LABEL.findall(labels))
        if its_side == side:
            found[f"/{label['grpc_service']}/{label['grpc_method']}", label.get("grpc_code")] += int(float(value))
    return +found


class Program:
    """A program that was started by this test, with its output on hand."""

    def __init__(self, path, arguments=(), **variables):
        environment = {"PATH": os.environ["PATH"], "LISTEN_ADDR": "127.0.0.1", "PORT": "0", "METRICS_PORT": "0",
                       "DATA_DIR": ":memory:", **variables}
        self.name = path.name
        self.log = []
        self.lines = []
        self.process = subprocess.Popen([path, *arguments], env=environment, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True).start()

    def read(self, word):
        """What follows the word on the next line that begins with it; with an empty word, the next line."""
        for line in self.process.stdout:
            self.lines.append(line)
            if not word or line.split()[:1] == [word]:
                return line.strip().removeprefix(word).strip()
        raise RuntimeError(f"{self.name} ended before it said {word}: {''.join(self.lines + self.log)[-2000:]}")

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return -1


class Peer(Program):
    """The peer of another make in front of the mesh's services."""

    def __init__(self, folder, services):
        """services: {name: address}"""
        super().__init__(folder / "calls_peer", [f"hipstershop.{name}={at}" for name, at in services.items()])
        self.address = self.read("grpc")
        self.carry()

    def obey(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.read("done")

    def carry(self):
        """Nothing is answered here but spans, which the mesh has no collector for."""
        self.obey("carry")
        self.answer([EXPORT], "OK")

    def answer(self, paths, code):
        for path in sorted(paths):
            self.obey(f"answer {path} {CODES[code]}")

    def lose(self, path, code="UNAVAILABLE"):
        self.obey(f"lose {path} {CODES[code]}")


class Mesh:
    """The mesh of processes that this runs beside."""

    def __init__(self, services):
        self.environment = dict(os.environ)
        found = [match[1] for match in map(VARIABLE.fullmatch, os.environ) if match]
        self.names = {variable: variable.replace("_", "").lower() for variable in found}
        self.contract = services

    def address(self, program):
        return next(self.environment[f"{variable}_ADDR"] for variable, name in self.names.items() if name == program)

    def metrics(self, program):
        return next(self.environment[f"{variable}_METRICS_ADDR"] for variable, name in self.names.items()
                    if name == program)

    def services(self):
        return {service: self.address(service.lower()) for service in self.contract}

    def programs(self):
        return sorted(self.names.values())

    def pids(self):
        return {name: int(self.environment[f"{variable}_PID"]) for variable, name in self.names.items()}

    def ports(self):
        """Of programs and servers."""
        found = {int(self.address(name).rpartition(":")[2]): name for name in self.programs()}
        return found | {int(re.search(r":(\d+)(/|,|$)", self.environment[variable])[1]): name
                        for variable, name in SERVERS.items()}

    def calls_of(self, program):
        """Paths of the calls of a program, but of health, whose callee they do not say."""
        return {path for path, code in counts(self.metrics(program), "client") if code is None and path != HEALTH}

    def served(self, path, code=None):
        """How often a service answered a method: with that code, or at all."""
        return counts(self.metrics(callee_of(path)), "server")[path, code]

    def health_checks(self):
        """{program: how often its health was asked for}"""
        return {name: counts(self.metrics(name), "server")[HEALTH, None]
                for name in self.programs() if name != "frontend"}


def sockets():
    """{inode: (own port, the other's)} of all established connections on this machine."""
    found = {}
    for name in ("tcp", "tcp6"):
        path = pathlib.Path("/proc/net") / name
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            field = line.split()
            if field[3] == "01":
                found[field[9]] = tuple(int(each.rpartition(":")[2], 16) for each in field[1:3])
    return found


def connections(pids, ports):
    """{(caller, callee)} of the programs' connections, and what goes to no known port as (caller, number).
    pids: {program: its process}, ports: {port: program}"""
    established = sockets()
    for program, pid in pids.items():
        for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(link)
            except FileNotFoundError:
                continue
            own, other = established.get(target.removeprefix("socket:[").rstrip("]"), (None, None))
            # What came in is its caller's connection.
            if own is not None and ports.get(own) != program:
                yield program, ports.get(other, other)
