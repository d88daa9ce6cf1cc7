# SPDX-License-Identifier: Apache-2.0
"""Runs a command beside PostgreSQL and RabbitMQ as kustomize/base starts them, PostgreSQL's exporter as the component
monitoring does, and a mail server that takes whatever comes. The command finds in its environment what programs of the
shop need, and where the servers' metrics are.

usage: servers.py POSTGRES_EXPORTER COMMAND…
"""
import os
import pathlib
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading

import yaml

import manifests

sys.path.append(str(manifests.ROOT.parent / "tests/stores"))
import base_servers  # pylint: disable=wrong-import-position,import-error


class Mail(socketserver.StreamRequestHandler):
    """SMTP, as far as a client needs it that gives a letter in."""

    def handle(self):
        self.say("220 mail")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.say("221 bye" if word == b"QUIT" else "250 well")
            if word == b"QUIT":
                return

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True


def begin_exporter(program, postgres, port):
    """By its own settings, with the socket and the port of this machine."""
    patch = yaml.safe_load((manifests.COMPONENT / "postgres-exporter.yaml").read_text())[0]["value"]
    source = {each["name"]: each["value"] for each in patch["env"]}
    at = source["DATA_SOURCE_NAME"].replace("host=/run/postgresql", f"host={postgres.below / 'run'} port={postgres.port}")
    assert str(postgres.port) in at, at
    words = [word.replace(":9464", f"127.0.0.1:{port}") for word in patch["args"]]
    log = open(postgres.below / "exporter.log", "wb")
    return subprocess.Popen([program, *words], env={"DATA_SOURCE_NAME": at}, stdout=log, stderr=log)


def run(exporter, command, postgres, rabbit):
    postgres.start(None)
    rabbit.start(None)
    port = base_servers.free_ports(1)[0]
    exporting = begin_exporter(exporter, postgres, port)
    with MailServer(("127.0.0.1", 0), Mail) as mail:
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        try:
            return subprocess.run(command, check=False, env=os.environ | {
                "DATABASE_URL": postgres.url, "AMQP_URL": rabbit.url,
                "SMTP_URL": f"smtp://127.0.0.1:{mail.server_address[1]}", "MAIL_FROM": "Shop <shop@example.com>",
                "POSTGRES_METRICS_ADDR": f"127.0.0.1:{port}",
                "RABBITMQ_METRICS_ADDR": f"127.0.0.1:{rabbit.metrics}"}).returncode
        finally:
            exporting.kill()
            exporting.wait()
            mail.shutdown()


def main(exporter, *command):
    with tempfile.TemporaryDirectory(prefix="servers-") as below:
        below = pathlib.Path(below)
        below.chmod(0o755)
        postgres, rabbit = base_servers.Postgres(below), base_servers.Rabbit(below)
        try:
            return run(exporter, command, postgres, rabbit)
        finally:
            postgres.stop(signal.SIGKILL)
            rabbit.stop(signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
