#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Orders are placed in a mesh while every program and server is killed, paused, and cut off through a proxy. Then a
checker proves that no order was lost and none charged twice, that each that was confirmed was announced, and says how
much there was to prove it by.

usage: tests/integration/crash/run.py [--minutes N] [--seed S] [--bin DIR] [--buyers N] [--servers LIST] [--keep DIR]
  --minutes N   how long it goes wrong (2)
  --seed S      of what goes wrong when; it is printed (drawn)
  --bin DIR     where the programs are (build/bin)
  --buyers N    how many order at once (12), beside a quarter as many at the storefront
  --servers LIST   which of redis,postgres,rabbitmq there are (all): without PostgreSQL, services have files of SQLite
                and no replicas; without RabbitMQ, the order service calls the e-mail service
  --keep DIR    where stores, logs and the journal stay (a folder that is removed if all holds)

Exit status: 0 all holds, 1 something does not.
"""
import argparse
import asyncio
import contextlib
import os
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import shoppers  # pylint: disable=wrong-import-position
import stores  # pylint: disable=wrong-import-position
from mesh import LEASE_SECONDS, SERVERS, Mesh  # pylint: disable=wrong-import-position
from processes import Fault  # pylint: disable=wrong-import-position
from schedule import schedule  # pylint: disable=wrong-import-position

ROOT = pathlib.Path(__file__).resolve().parents[3]
# A mail whose sender died is sent again when that one's time to send it is over, which is three quarters of a minute.
REST_SECONDS = 180
# How often orders are lost on their way, at most, for one that is refunded.
MOST_LOSSES = 50
# What two minutes bring at least; more or less time, more or less.
LEAST_PROGRAM_KILLS, LEAST_SERVER_KILLS, LEAST_PAUSES, LEAST_ORDERS = 100, 3, 3, 300


class Buyers:
    """The program that places orders."""

    def __init__(self, mesh, seed, count):
        self.mesh, self.seed, self.count = mesh, seed, count
        self.journal = mesh.folder / "journal"

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            str(self.mesh.bin / "crash_buyers"), self.journal, str(self.seed), str(self.count),
            env=dict(os.environ) | self.mesh.addresses(), stdin=asyncio.subprocess.PIPE)
        return self

    async def finish(self):
        self.process.stdin.close()
        return await self.process.wait()

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


class Supervisor:
    """Lets things go wrong."""

    def __init__(self, mesh, seed):
        self.mesh, self.random = mesh, random.Random(seed)
        self.counts = {"connections cut": 0, "links held up": 0}
        self.faults = []

    async def happen(self, what, whom, argument):
        try:
            if what in ("kill", "hold", "retire"):
                process = next(each for each in self.mesh.all if each.name == whom)
                await {"kill": lambda: process.kill(argument), "hold": lambda: process.hold(argument),
                       "retire": process.retire}[what]()
            elif what == "cut":
                self.counts["connections cut"] += self.mesh.link(whom).cut(argument, self.random)
            elif what == "lose":
                self.counts["connections cut"] += await self.lose(argument)
            else:
                self.counts["links held up"] += 1
                await self.mesh.link(whom).stall(argument)
        except Exception as error:  # pylint: disable=broad-except
            self.faults.append(f"{what} {whom}: {error}")

    async def lose(self, seconds):
        """Orders gather before they are charged, and again before they are shipped, where they lose their way."""
        charging = asyncio.create_task(self.mesh.link("paymentservice").stall(seconds))
        await asyncio.sleep(seconds / 2)
        lost = await self.mesh.link("shippingservice").lose(seconds)
        await charging
        return lost

    async def run(self, events):
        begun, running = time.monotonic(), []
        for second, *event in events:
            await asyncio.sleep(max(0, begun + second - time.monotonic()))
            running.append(asyncio.create_task(self.happen(*event)))
            if self.faults or self.mesh.faults():
                break
        await asyncio.gather(*running)

    async def lose_until_refunded(self):
        """So that there is a refund, too, if none came about."""
        for _ in range(MOST_LOSSES):
            if self.faults or stores.refunds(self.mesh):
                break
            await self.lose(0.4)


async def at_rest(mesh):
    """Waits until every order is at an end and announced; whether that came about."""
    deadline = time.monotonic() + REST_SECONDS
    for count, what in ((stores.open_orders, "open"), (stores.untold, "not announced")):
        while left := count(mesh):
            if time.monotonic() > deadline:
                print(f"{left} orders are still {what} after {REST_SECONDS} s")
                return False
            await asyncio.sleep(0.2)
    return True


def count_of(output, what):
    found = re.search(rf"^{re.escape(what)}: (\d+)$", output, re.M)
    return int(found[1]) if found else 0


def missing(mesh, output, minutes):
    """What there was too little of for a proof."""
    share = minutes / 2
    kills = sum(program.kills for program in mesh.programs)
    if kills < LEAST_PROGRAM_KILLS * share:
        yield f"only {kills} programs were killed"
    for server in mesh.servers:
        if server.kills < LEAST_SERVER_KILLS * share:
            yield f"{server.name} was killed only {server.kills} times"
        if server.pauses < LEAST_PAUSES * share:
            yield f"{server.name} was paused only {server.pauses} times"
    if count_of(output, "orders CONFIRMED") < LEAST_ORDERS * share:
        yield "too few orders were confirmed"
    for what in ("orders taken over", "charges refunded"):
        if minutes >= 2 and count_of(output, what) == 0:
            yield f"no {what}"


def tell(mesh, supervisor):
    print(f"programs killed: {sum(program.kills for program in mesh.programs)}")
    for each in mesh.all:
        print(f"  {each.name}: killed {each.kills}, paused {each.pauses}, told to stop {each.retirements}")
    print(f"paused: {sum(each.pauses for each in mesh.all)}")
    for what, count in supervisor.counts.items():
        print(f"{what}: {count}")
    for what, name, message in (("resumptions", "checkoutservice", "an interrupted order was taken over"),
                                ("messages delivered again", "emailservice", "a message will be delivered again"),
                                ("RabbitMQ gone, in the order service's eyes", "orderservice", "RabbitMQ went away")):
        print(f"{what}: {sum(1 for _ in stores.logged(mesh.log_of(name), message))}")


async def prove(options, seed, folder):
    async with Mesh(options.bin, folder, options.servers) as mesh:
        supervisor = Supervisor(mesh, seed)
        events = schedule(seed, options.minutes * 60, [each.name for each in mesh.programs],
                          [each.name for each in mesh.servers], [each.name for each in mesh.servers if each.is_slow],
                          [each.name for each in mesh.links], LEASE_SECONDS)
        async with (Buyers(mesh, seed, options.buyers) as buyers,
                    shoppers.Shoppers(mesh, buyers.journal, seed, max(1, options.buyers // 4)) as visitors):
            await supervisor.run(events)
            await supervisor.lose_until_refunded()
            faults = supervisor.faults + mesh.faults()
            if faults:
                return faults
            begun = time.monotonic()
            faults = [fault async for fault in visitors.finish()]
            faults += [] if await buyers.finish() == 0 else ["the buyers' orders did not come to an end"]
            print(f"buyers served after {time.monotonic() - begun:.1f} s")
        faults += [] if await at_rest(mesh) else ["not all orders came to an end"]
        print(f"all at rest after {time.monotonic() - begun:.1f} s")
        stores.write_ledger(folder / "ledger", mesh)
        status, output = await mesh.call("crash_checker", buyers.journal, folder / "ledger", 1)
        print(output, end="")
        print("the storefront's answers:", dict(sorted(visitors.statuses().items())))
        tell(mesh, supervisor)
        faults += [] if status == 0 else [f"the checker objects ({status})"]
        return faults + list(missing(mesh, output, options.minutes)) + mesh.faults()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin")
    parser.add_argument("--buyers", type=int, default=12)
    parser.add_argument("--servers", type=lambda words: words.split(","), default=list(SERVERS))
    parser.add_argument("--keep", type=pathlib.Path, default=None)
    options = parser.parse_args()
    if not {"redis"} <= set(options.servers) <= set(SERVERS):
        parser.error(f"--servers: redis, and any others of {', '.join(SERVERS)}")
    options.bin = options.bin.resolve()
    seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    folder = (options.keep or pathlib.Path(tempfile.mkdtemp(prefix="boutique-crash."))).resolve()
    try:
        faults = asyncio.run(prove(options, seed, folder))
    except Fault as fault:
        faults = [fault]
    for fault in faults:
        print(f"fault: {fault}")
    if faults:
        print(f"stores, logs and journal: {folder}; again: run.py --minutes {options.minutes:g} "
              f"--servers {','.join(options.servers)} --seed {seed}")
    elif not options.keep:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
