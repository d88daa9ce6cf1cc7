#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the README to its word: its table of settings is that of --help, and its grpcurl examples answer as printed.

usage: readme_test.py README BIN_FOLDER BUF

The shop is started on free ports. A grpcurl command runs with grpcurl where there is one, otherwise with `buf curl`,
which takes the same requests. In a printed answer, "…" stands for any text and the order of fields does not matter.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import settings_table


def fail(text):
    sys.exit(f"README: {text}")


def check_settings(readme, what, wanted):
    marked = re.search(rf"<!-- {what} -->\n(.*?)\n<!-- end of {what} -->", readme, re.S)
    if not marked:
        fail(f"the table of {what} has no marks")
    if marked.group(1).strip() != wanted:
        print(wanted)
        fail(f"the table of {what} is not that of --help; the right one is printed above")


class Shop:
    """A boutique on free ports with nothing kept."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [os.path.join(folder, "boutique"), "--port=0", "--grpc-port=0", "--metrics-port=0", "--data-dir=:memory:"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addresses = {}
        if self.process.stdout.readline() != "boutique is ready\n":
            fail("boutique does not start")
        while "metrics" not in self.addresses:
            what, where = self.process.stdout.readline().split()
            self.addresses[what] = where

    def stop(self):
        self.process.terminate()
        if self.process.wait(timeout=30) != 0:
            fail("boutique did not stop cleanly")


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30, check=False)
    return done.stdout


def answer_of(command, grpc, buf):
    """What the grpcurl command prints, on the shop's real port."""
    words = shlex.split(command.replace("\\\n", " "))
    words = [grpc if word == "localhost:50051" else word for word in words]
    if shutil.which("grpcurl"):
        return run(words)
    curl = [buf, "curl", "--protocol", "grpc", "--http2-prior-knowledge"]
    if words[-1] == "list":
        return run(curl + ["--list-services", f"http://{grpc}"])
    data = words[words.index("-d") + 1] if "-d" in words else "{}"
    return run(curl + ["-d", data, f"http://{grpc}/{words[-1]}"])


def matches(wanted, got):
    if wanted == "…":
        return isinstance(got, str) and got != ""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and wanted.keys() == got.keys() and all(matches(wanted[k], got[k]) for k in wanted)
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(map(matches, wanted, got))
    return wanted == got


def split_example(block):
    """The command, which ends with the first line at which its quotes are closed, and what it prints."""
    lines = block.split("\n")
    for count in range(1, len(lines)):
        command = "\n".join(lines[:count])
        try:
            shlex.split(command)
        except ValueError:
            continue
        if not command.endswith("\\"):
            return command, "\n".join(lines[count:])
    return fail(f"no command in {block}")


def check_examples(readme, grpc, buf):
    examples = [split_example(block) for block in re.findall(r"```console\n\$ (grpcurl .*?)```", readme, re.S)]
    services = set()
    for command, printed in examples:
        got = answer_of(command, grpc, buf)
        services.update(re.findall(r"hipstershop\.(\w+)/", command))
        try:
            good = matches(json.loads(printed), json.loads(got)) if printed.startswith("{") else \
                set(printed.split()) == set(got.split())
        except ValueError:
            good = False
        if not good:
            fail(f"{command}\nprints\n{got}\nbut should print\n{printed}")
    listed = set(re.findall(r"hipstershop\.(\w+)\n", examples[0][1]))
    if len(listed) != 10 or services != listed:
        fail(f"no example calls {listed - services}")
    print(f"{len(examples)} passed, 0 failed")


def main():
    readme_path, folder, buf = sys.argv[1:]
    with open(readme_path, encoding="utf-8") as file:
        readme = file.read()
    if not shutil.which("grpcurl") and not os.access(buf, os.X_OK):
        fail(f"neither grpcurl nor {buf} is there: run npm ci in tests/readme")
    check_settings(readme, "settings", settings_table.table(folder))
    check_settings(readme, "settings of loadgenerator", settings_table.load_table(folder))
    shop = Shop(folder)
    try:
        check_examples(readme, shop.addresses["grpc"], buf)
    finally:
        shop.stop()


if __name__ == "__main__":
    main()
