#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The load generator against the shop: ten shoppers who behave as those of Online Boutique's public load generator do,
without its pauses for thought, and then an open loop. Every kind of request is made, and not one of them may fail.

usage: public_load_test.py [--bin DIR] [--requests N] [HOST:PORT]
  HOST:PORT   the shop to test; without it (and without FRONTEND_ADDR in the environment) a `boutique` of its own on free
              ports, which must also stop properly
  --bin DIR   where the programs are (build/bin)
"""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

REQUESTS = ["GET / ", "POST /setCurrency ", "GET /product/[id] ", "POST /cart ", "GET /cart ", "POST /cart/checkout "]
CLOSED = ["--users=10", "--rate=1000", "--think-min=0", "--think-max=0"]
OPEN = ["--users=20", "--arrivals=200"]


class Boutique:
    """A `boutique` on free ports without files."""

    def __init__(self, folder):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [folder / "boutique", "--port=0", "--grpc-port=0", "--metrics-port=0", "--data-dir=:memory:"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.address = ""
        for line in self.process.stdout:
            words = line.split()
            if len(words) == 2 and words[0] == "shop":
                self.address = words[1].removeprefix("http://")
            if len(words) == 2 and words[0] == "metrics":  # the last of its lines
                break
        if not self.address:
            sys.exit("boutique does not start: " + self.read_log())

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        """What was wrong with its end, or nothing."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return ["boutique did not stop"]
        faults = [line for line in self.read_log().splitlines() if '"severity":"error"' in line]
        return ([f"boutique ended with status {status}"] if status else []) + faults


def shop_with(folder, address, *options):
    """Status and output of a load generator with these options."""
    environment = {"PATH": os.environ["PATH"], "FRONTEND_ADDR": address, "LOG_LEVEL": "warning"}
    done = subprocess.run([folder / "loadgenerator", "--metrics-port=0", *options], env=environment,
                          stdout=subprocess.PIPE, text=True, timeout=240, check=False)
    print(done.stdout)
    return done.returncode, done.stdout


def faults_of_load(folder, address, requests):
    for name, load in (("closed loop", CLOSED), ("open loop", OPEN)):
        status, table = shop_with(folder, address, *load, f"--requests={requests}", f"--min-requests={requests}",
                                  "--max-failures=0")
        if status != 0:
            yield f"{name}: status {status}"
        yield from (f"{name}: never asked for {each}" for each in REQUESTS if f"\n{each}" not in table)


def faults_of_verdict(folder, address):
    for name, options, expected in (
            ("too few requests", ["--requests=20", "--min-requests=21"], 3),
            ("too slow", ["--requests=20", "--max-p99=1ns"], 3),
            ("an unknown option", ["--no-such-option"], 1)):
        status, _ = shop_with(folder, address, *CLOSED, *options)
        if status != expected:
            yield f"{name}: status {status} instead of {expected}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "build/bin")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("address", nargs="?", default=os.environ.get("FRONTEND_ADDR", ""))
    options = parser.parse_args()

    own = None if options.address else Boutique(options.bin)
    address = options.address or own.address
    faults = [*faults_of_load(options.bin, address, options.requests), *faults_of_verdict(options.bin, address)]
    if own:
        faults += own.stop()
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
