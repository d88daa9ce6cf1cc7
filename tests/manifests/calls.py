# SPDX-License-Identifier: Apache-2.0
"""What the programs' code says: which methods each program calls, and which the contract has."""
import collections
import functools
import re

from render import ROOT

CALL = re.compile(r"&\s*(\w+)::(\w+)::Stub::(?:Prepare)?Async(\w+)")
PACKAGES = {"pb": "hipstershop", "health": "grpc.health.v1"}
PROGRAM = re.compile(r"boutique_program\((\w+)\s+SOURCES")
HEALTH = "/grpc.health.v1.Health/Check"


def calls_in(text):
    """/package.Service/Method of each call site."""
    return {f"/{PACKAGES[package]}.{service}/{method}" for package, service, method in CALL.findall(text)}


@functools.cache
def rooms():
    """{program: folder of its sources}. boutique calls the others' code and has none of its own."""
    found = {name: path.parent for path in (ROOT / "src").rglob("CMakeLists.txt")
             for name in PROGRAM.findall(path.read_text())}
    found.pop("boutique", None)
    return found


@functools.cache
def calls():
    """{program: {/package.Service/Method, …}} of every program."""
    made = collections.defaultdict(set)
    for program, folder in rooms().items():
        for path in [*folder.rglob("*.cc"), *folder.rglob("*.h")]:
            made[program] |= calls_in(path.read_text())
    return made


def callee_of(path):
    """The workload that serves a method of the contract: its service's name in small letters."""
    return path.split("/")[1].split(".")[-1].lower()


@functools.cache
def contract():
    """Every /package.Service/Method of the contract, and health's."""
    paths = {HEALTH, "/grpc.health.v1.Health/Watch"}
    for proto in (ROOT / "protos/hipstershop").glob("*.proto"):
        text = re.sub(r"//[^\n]*", "", proto.read_text())
        for service, body in re.findall(r"\bservice\s+(\w+)\s*\{(.*?)\n\}", text, re.S):
            paths |= {f"/hipstershop.{service}/{method}" for method in re.findall(r"\brpc\s+(\w+)", body)}
    return paths
