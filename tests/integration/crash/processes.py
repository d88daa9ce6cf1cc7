# SPDX-License-Identifier: Apache-2.0
"""The shop's programs and the servers that they use, each started again when it was killed."""
import asyncio
import contextlib
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess

START_SECONDS = 60
STOP_SECONDS = 40


class Fault(Exception):
    """Something ended, or did not start, by itself."""


class Process:
    """Something that is started, killed, paused and started again. Its log goes on from one run to the next."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{name}.log"
        self.process = self.endpoint = None
        self.lock = asyncio.Lock()
        self.faults = []
        self.kills = self.pauses = self.retirements = 0
        self.doomed = False

    # Who runs it, in setpriv's words; none for whoever runs this.
    runner = ()
    # Whether it takes seconds to start, so that it is killed less often than others.
    is_slow = False

    def run_by_nobody(self):
        """If this is root, who is nobody to run what refuses root, or should."""
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.runner = ("--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups")
            shutil.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self.folder.parent.chmod(0o711)

    async def launch(self, command, environment, **streams):
        with open(self.log, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                "setpriv", *self.runner, "--pdeathsig", "KILL", "--", *map(str, command), env=environment,
                stdin=subprocess.DEVNULL, stderr=log, **({"stdout": log} | streams))
        self.doomed = False
        self.watch = asyncio.create_task(self._watch(self.process))

    async def _watch(self, process):
        status = await process.wait()
        if not self.doomed:
            self.faults.append(f"{self.name} ended by itself with {status}: {self.tail()}")

    def tail(self):
        return self.log.read_bytes()[-1500:].decode(errors="replace")

    async def start(self):
        try:
            await asyncio.wait_for(self.run(), START_SECONDS)
        except asyncio.TimeoutError:
            raise Fault(f"{self.name} is not ready after {START_SECONDS} s: {self.tail()}") from None

    def signal(self, number):
        """Sends a signal to all of it."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    async def run(self):
        """Starts it and waits until it is ready; sets endpoint."""
        raise NotImplementedError

    async def kill(self, pause=0.0):
        """By SIGKILL; after the pause it is started again."""
        async with self.lock:
            self.doomed = True
            self.endpoint = None
            self.signal(signal.SIGKILL)
            await self.process.wait()
            self.kills += 1
            await asyncio.sleep(pause)
            await self.start()

    async def retire(self):
        """By SIGTERM, which it must obey in time and without a fault; it is started again at once."""
        async with self.lock:
            self.doomed = True
            self.process.terminate()
            try:
                status = await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
            except asyncio.TimeoutError:
                raise Fault(f"{self.name} does not stop within {STOP_SECONDS} s: {self.tail()}") from None
            if status != 0:
                raise Fault(f"{self.name} stopped with {status}: {self.tail()}")
            self.retirements += 1
            await self.start()

    async def hold(self, seconds):
        """By SIGSTOP and SIGCONT."""
        async with self.lock:
            self.signal(signal.SIGSTOP)
            self.pauses += 1
            await asyncio.sleep(seconds)
            self.signal(signal.SIGCONT)

    async def stop(self):
        async with self.lock:
            self.doomed = True
            if self.process and self.process.returncode is None:
                self.signal(signal.SIGKILL)
                await self.process.wait()


class Program(Process):
    """A program of the shop. environment: a function, for the addresses are known late."""

    def __init__(self, name, folder, path, environment):
        super().__init__(name, folder)
        self.path, self.environment = path, environment

    async def run(self):
        own = {"PATH": os.environ["PATH"], "LISTEN_ADDR": "127.0.0.1", "PORT": "0", "METRICS_PORT": "0",
               "DATA_DIR": str(self.folder), **self.environment()}
        await self.launch([self.path], own, stdout=asyncio.subprocess.PIPE)
        while line := (await self.process.stdout.readline()).decode():
            words = line.split()
            if words[:1] in (["grpc"], ["shop"]):
                host, _, port = words[1].removeprefix("http://").rpartition(":")
                self.endpoint = (host, int(port))
                return
        raise Fault(f"{self.name} does not start: {self.tail()}")


class Redis(Process):
    """Keeps the carts. What it has acknowledged is on the disk."""

    def __init__(self, folder):
        super().__init__("redis", folder)
        self.socket = self.folder / "socket"

    async def run(self):
        await self.launch(["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.folder,
                           "--save", "", "--appendonly", "yes", "--appendfsync", "always"], dict(os.environ))
        while not await self._answers():
            if self.process.returncode is not None:
                raise Fault(f"redis does not start: {self.tail()}")
            await asyncio.sleep(0.02)
        self.endpoint = str(self.socket)

    async def _answers(self):
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.socket))
            writer.write(b"PING\r\n")
            answer = await reader.readline()
            writer.close()
        except OSError:
            return False
        return answer.startswith(b"+PONG")  # or -LOADING

    def variables(self, address):
        """What tells the programs of it."""
        return {"REDIS_ADDR": address}


class Postgres(Process):
    """Keeps orders and what belongs to them. A commit that it has acknowledged is on the disk."""

    def __init__(self, folder):
        super().__init__("postgres", folder)
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=pathlib.Path("/usr/bin"))
        self.data = self.folder / "data"
        self.run_by_nobody()

    async def run(self):
        if not self.data.exists():
            await self._make_files()
        while not await self._begin():
            pass

    async def _make_files(self):
        await self.launch([self.bin / "initdb", "--pgdata", self.data, "--username", "shop", "--auth", "trust",
                           "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"], dict(os.environ))
        self.doomed = True
        if await self.process.wait() != 0:
            raise Fault(f"initdb failed: {self.tail()}")

    async def _begin(self):
        """False if what is left of the one that was killed is still in the way."""
        await self.launch([self.bin / "postgres", "-D", self.data, "-c", "listen_addresses=", "-c",
                           f"unix_socket_directories={self.folder}", "-c", "shared_buffers=32MB"], dict(os.environ))
        self.doomed = True
        while not await self._answers():
            if self.process.returncode is not None:
                if "is still in use" in self.tail() or "lock file" in self.tail():
                    return False
                raise Fault(f"postgres does not start: {self.tail()}")
            await asyncio.sleep(0.05)
        self.doomed = False
        self.endpoint = str(self.folder / ".s.PGSQL.5432")
        return True

    async def _answers(self):
        process = await asyncio.create_subprocess_exec(
            str(self.bin / "pg_isready"), "--quiet", "--host", str(self.folder), stderr=subprocess.DEVNULL)
        return await process.wait() == 0

    def signal(self, number):
        """To the server, and then to those that work for it, which have left its process group."""
        if number == signal.SIGCONT:
            self._signal_workers(number)
        super().signal(signal.SIGSTOP if number == signal.SIGKILL else number)
        if number != signal.SIGCONT:
            self._signal_workers(number)
        if number == signal.SIGKILL:
            super().signal(number)

    def _signal_workers(self, number):
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid:
                    os.kill(int(stat.parent.name), number)

    def query(self, schema, sql, **values):
        """The rows, their columns as texts. In the statement :'name' stands for that value."""
        words = [f"--set={name}={value}" for name, value in values.items()]
        done = subprocess.run([self.bin / "psql", "--host", self.folder, "--username", "shop", "--dbname", "postgres",
                               "--no-psqlrc", "--tuples-only", "--no-align", "--field-separator=\t", "--quiet",
                               "--set=ON_ERROR_STOP=1", *words], input=f"SET search_path TO {schema};\n{sql};\n",
                              capture_output=True, text=True, check=True)
        return [tuple(line.split("\t")) for line in done.stdout.splitlines() if line]

    def variables(self, address):
        return {"DATABASE_URL": f"postgresql://shop@{address}/postgres?sslmode=disable"}


def free_ports(count):
    """Different ones, below those that the system gives to connections: nobody takes them while a server is away."""
    most = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]) - 1
    ports = set()
    while len(ports) < count:
        port = random.SystemRandom().randint(10_000, most)
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            ports.add(port)
    return sorted(ports)


class RabbitMq(Process):
    """Carries the events of orders. A message that it has confirmed is on the disk. It has a node name, a cookie and a
    port mapper of its own; the mapper is not killed."""

    is_slow = True
    bin = pathlib.Path("/usr/lib/rabbitmq/bin")

    def __init__(self, folder):
        super().__init__("rabbitmq", folder)
        self.port, self.node_port, self.mapper_port = free_ports(3)
        self.mapper = None
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "default_user = shop\ndefault_pass = open sesame\ndefault_vhost = shop\n"
            "log.console = true\nlog.console.level = info\nlog.file = false\ndisk_free_limit.absolute = 1MB\n")
        self.run_by_nobody()

    def _environment(self):
        return {"PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.folder),
                "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(self.mapper_port),
                "RABBITMQ_NODENAME": "crash@localhost", "RABBITMQ_DIST_PORT": str(self.node_port),
                "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
                "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
                "RABBITMQ_MNESIA_BASE": str(self.folder / "data"), "RABBITMQ_LOG_BASE": str(self.folder / "log"),
                "RABBITMQ_PID_FILE": str(self.folder / "pid"),
                # So its script becomes the server instead of waiting for it, and the server needs no terminal.
                "RABBITMQ_ALLOW_INPUT": "1", "RABBITMQ_SERVER_START_ARGS": "-noinput",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                    "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"}

    async def _start_mapper(self):
        """Until it listens: a server that finds none starts one that stays."""
        self.mapper = await asyncio.create_subprocess_exec(
            "setpriv", *self.runner, "--pdeathsig", "KILL", "--", "epmd", env=self._environment(),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.mapper_port)
                return writer.close()
            await asyncio.sleep(0.02)

    async def run(self):
        if self.mapper is None:
            await self._start_mapper()
        await self.launch([self.bin / "rabbitmq-server"], self._environment())
        while not await self._answers():
            if self.process.returncode is not None:
                raise Fault(f"rabbitmq does not start: {self.tail()}")
            await asyncio.sleep(0.1)
        self.endpoint = ("127.0.0.1", self.port)

    async def _answers(self):
        """It listens when it has started."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(b"AMQP\0\0\x09\1")
            answer = await reader.read(1)
            writer.close()
        except OSError:
            return False
        return answer == b"\1"  # a frame with a method: Connection.Start

    async def stop(self):
        await super().stop()
        if self.mapper and self.mapper.returncode is None:
            self.mapper.kill()
            await self.mapper.wait()

    def variables(self, address):
        return {"AMQP_URL": f"amqp://shop:open%20sesame@{address}/shop"}
