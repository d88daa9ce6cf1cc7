# SPDX-License-Identifier: Apache-2.0
"""The PostgreSQL that kustomize/base deploys: its own start script with Debian's server, on a free port of the loopback.
It asks for a password; the superuser is reached by its socket alone."""
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import subprocess
import time

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "kustomize/base/postgres/postgres.sh"
START_SECONDS = 60


class Postgres:
    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not found:
            raise SystemExit("no PostgreSQL is installed: see ci/packages.sh --test")
        self.path = f"{found[-1]}:{os.environ['PATH']}"  # Debian's own wrappers might take another version
        self.password = secrets.token_hex(16)
        self.process = None
        # It refuses to be run by root.
        self.runner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def url(self):
        return f"postgresql://boutique:{self.password}@127.0.0.1:{self.port}/boutique?sslmode=disable"

    @property
    def environment(self):
        """For programs that use it."""
        return os.environ | {"PATH": self.path, "DATABASE_URL": self.url}

    def start(self):
        """The first time it makes its files, and an empty database."""
        self.folder.mkdir(exist_ok=True)
        if self.runner:
            shutil.chown(self.folder, self.runner.pw_uid, self.runner.pw_gid)
        who = {"user": self.runner.pw_uid, "group": self.runner.pw_gid, "extra_groups": []} if self.runner else {}
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "QUIT", "--", "sh", SCRIPT, "postgres", "-c", "listen_addresses=127.0.0.1", "-c",
                 f"port={self.port}", "-c", "shared_buffers=32MB"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": self.path, "PGDATA": str(self.folder / "data"), "RUN": str(self.folder),
                     "POSTGRES_PASSWORD": self.password}, **who)
        end = time.monotonic() + START_SECONDS
        while self.ask("SELECT 1", check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"PostgreSQL does not start: {self.tail()}")
            time.sleep(0.05)

    def tail(self):
        log = self.folder / "log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def kill(self):
        """What works for it ends with it, and lets go of its files."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)

    def destroy(self):
        self.kill()
        shutil.rmtree(self.folder)

    def ask(self, statement, check=True):
        """As the superuser."""
        return subprocess.run(
            ["psql", "--host", self.folder, "--port", str(self.port), "--username", "postgres", "--dbname", "boutique",
             "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", statement],
            capture_output=True, text=True, check=check, env=self.environment)

    def value(self, statement):
        """The first column of the first row."""
        return self.ask(statement).stdout.split("\n")[0]
