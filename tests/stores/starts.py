#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL and RabbitMQ as kustomize/base starts them: a start makes what is not there, and who may log in afterwards
is as the environment of that start says. What was kept stays."""
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from base_servers import PATIENCE, Postgres, Rabbit

# What breaks SQL, JSON, shells and URLs that are put together carelessly.
PASSWORD, NEXT = "it's \"1\\2\" %41$HOME`x`@:/ü", "another"


def require(condition, what):
    if not condition:
        raise SystemExit(f"fault: {what}")
    print(f"ok: {what}", flush=True)


def postgres(below):
    server = Postgres(below)
    try:
        server.start(None)
        require(server.ask("CREATE EXTENSION pg_trgm; CREATE TABLE kept AS SELECT 7 AS seven; SELECT current_user") ==
                "boutique", "the first start makes a database whose owner needs no password, and its extension")
        require(server.ask("SELECT 1", user="postgres") is None, "nobody else comes by the network")
        socket_folder = server.below / "run"
        require(server.ask("SELECT count(*) > 0 FROM pg_stat_activity", user="monitor", host=socket_folder) == "t",
                "the pod's own containers can watch it")
        data = server.below / "data/postgresql"
        server.stop(signal.SIGKILL)
        # What a volume's fsGroup does to it.
        data.chmod(0o770)
        # In a container that starts anew the number of the one that was killed is that of another process.
        with subprocess.Popen(["sleep", "600"], **server.user) as other:
            lock = data / "postmaster.pid"
            lock.write_text(f"{other.pid}\n" + lock.read_text().split("\n", 1)[1])
            server.start(PASSWORD)
            other.kill()
        require(server.ask("SELECT seven FROM kept", PASSWORD) == "7",
                "after a crash, with a password: what was there is there")
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


def rabbitmq(below):
    server = Rabbit(below)
    try:
        require("127,0,0,1" in server.environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] and
                server.environment["ERL_EPMD_ADDRESS"] == "127.0.0.1", "Erlang's own ports are the pod's alone")
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


def main():
    with tempfile.TemporaryDirectory(prefix="starts-") as below:
        below = pathlib.Path(below)
        below.chmod(0o755)
        postgres(below)
        rabbitmq(below)


if __name__ == "__main__":
    main()
