#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole shop takes orders, kept in PostgreSQL, while its database is copied; then the server is destroyed, a new one
gets the copy, and every order that was confirmed before it is there, charged, shipped and announced. Carts stay in their
Redis all the while: what an order has taken out of a cart before is not taken out again.

usage: postgres_backup.py BACKUP-SCRIPT BIN-DIR
"""
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from base_servers import Postgres
from shop import Shop, eventually, free_port, require

SHOPPERS = 4
CONFIRMED = "orders.orders WHERE state = 6"
UNPUBLISHED = "SELECT count(*) FROM orders.order_events WHERE published_at_ms IS NULL"


class Carts:
    """A Redis that nobody copies and nobody destroys."""

    def __init__(self, folder):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", folder, "--save", ""],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self):
        self.process.kill()
        self.process.wait()


class Shoppers:
    """Each places one order after another until it is told to stop, or is refused."""

    def __init__(self, shop):
        self.shop, self.ending, self.orders = shop, threading.Event(), []  # (session, order)
        self.sessions = [str(uuid.uuid4()) for _ in range(SHOPPERS)]
        self.threads = [threading.Thread(target=self.buy, args=(session,)) for session in self.sessions]
        for thread in self.threads:
            thread.start()

    def buy(self, session):
        try:
            while not self.ending.is_set():
                self.orders.append((session, self.shop.order(session)))
        finally:
            self.ending.set()

    def await_orders(self, more):
        wanted = len(self.orders) + more
        while len(self.orders) < wanted and not self.ending.is_set():
            time.sleep(0.01)

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()


def in_cart(shop, session):
    return sum(line["quantity"] for line in shop.ask(session, "GET", "/api/v1/cart")[1]["items"])


class Test:
    def __init__(self, script, program, work):
        self.script, self.work = script, work
        self.backups = work / "backups"
        self.backups.mkdir()
        self.password = secrets.token_hex(16)
        self.carts = Carts(work)
        self.shop = Shop(program, work / "data", REDIS_ADDR=f"127.0.0.1:{self.carts.port}")
        self.make_server()

    def make_server(self):
        """With nothing in it, not started."""
        self.server = Postgres(self.work)
        self.shop.environment |= {"DATABASE_URL": self.server.url, "DATABASE_PASSWORD": self.password}

    def value(self, statement):
        """The first column of the first row."""
        return self.server.ask(statement, self.password).split("\n")[0]

    def backup(self, *words, **environment):
        return subprocess.run([self.script, words[0], self.backups, *words[1:]], capture_output=True, text=True,
                              check=False, env=os.environ | {
                                  "PATH": self.server.path, "DATABASE_URL": self.server.url, "PGPASSWORD": self.password} |
                              environment)

    def end(self):
        if self.shop.process and self.shop.process.poll() is None:
            self.shop.stop(signal.SIGKILL)
        self.server.stop(signal.SIGKILL)
        self.carts.end()

    def run(self):
        require(self.backup("save").returncode == 1 and not list(self.backups.iterdir()), "no server, and no copy")
        self.server.start(self.password)
        wrong = self.backup("save", PGPASSWORD="guess")
        require(wrong.returncode == 1 and "password" in wrong.stderr, "a wrong password is said so")
        (self.work / "data").mkdir()
        self.shop.start()
        shoppers = Shoppers(self.shop)
        before = self.copy(shoppers)
        shoppers.await_orders(more=20)
        require(not shoppers.ending.is_set(), "orders were placed meanwhile, none was refused")
        shoppers.stop()
        self.refuse_while_in_use(shoppers)
        for session in shoppers.sessions:
            eventually(lambda session=session: in_cart(self.shop, session) == 0, "what was ordered left its cart")
            self.shop.ask(session, "POST", "/api/v1/cart/items", {"productId": "6E92ZMYYFZ", "quantity": 1})
        self.replace_the_server()
        self.check(shoppers, before)
        self.refuse_broken_copies()
        self.restore_again()
        self.publish_again()

    def copy(self, shoppers):
        """Three times, while orders come in; the orders from before the last."""
        shoppers.await_orders(more=20)
        for _ in range(3):
            before = list(shoppers.orders)
            saved = self.backup("save", "2")
            require(saved.returncode == 0, f"a copy while orders come in, after {len(before)} {saved.stderr}".strip())
            shoppers.await_orders(more=5)
            time.sleep(1.1)  # a copy's name has its second
        names = self.backup("list").stdout.split()[::2]
        require(len(names) == 2 == len(list(self.backups.iterdir())) and names == sorted(names), "two copies stay")
        return before

    def refuse_while_in_use(self, shoppers):
        refused = self.backup("restore")
        require(refused.returncode == 1 and "in use" in refused.stderr, "a database in use is not replaced")
        session, order = shoppers.orders[-1]
        require(self.shop.ask(session, "GET", f"/api/v1/orders/{order}")[0] == 200, "and nothing happened to it")

    def replace_the_server(self):
        self.shop.stop(signal.SIGKILL)
        self.server.stop(signal.SIGKILL)
        shutil.rmtree(self.server.below)
        self.make_server()
        self.server.start(self.password)
        require("no copy of 20000101T000000Z" in self.backup("restore", "20000101T000000Z").stderr, "no copy of that time")
        restored = self.backup("restore")
        require(restored.returncode == 0, f"a new server gets the newest copy {restored.stderr}".strip())
        self.shop.start()

    def check(self, shoppers, before):
        value = self.value
        missing = [order for session, order in before
                   if self.shop.ask(session, "GET", f"/api/v1/orders/{order}")[0] != 200]
        require(not missing, f"all {len(before)} orders from before the copy are there")
        eventually(lambda: value("SELECT count(*) FROM orders.orders WHERE due_at_ms IS NOT NULL") == "0",
                   "what was copied half done has come to its end")
        require(value("SELECT count(*) FROM orders.orders WHERE state NOT IN (6, 9)") == "0", "and needs nobody")
        confirmed = value(f"SELECT count(*) FROM {CONFIRMED}")
        require(value("SELECT count(*) FROM payments.charges WHERE state = 1") == confirmed and
                value("SELECT count(*) FROM shipments.shipments WHERE state = 1") == confirmed and
                value(f"SELECT count(*) FROM {CONFIRMED} AND order_id NOT IN (SELECT idempotency_key FROM "
                      "payments.charges WHERE state = 1)") == "0",
                f"each of {confirmed} confirmed orders has its charge and its parcel, and no other order has")
        eventually(lambda: value(UNPUBLISHED) == "0" and
                   value("SELECT count(*) FROM shipments.picking_lists") == confirmed, "and is announced")
        for session in shoppers.sessions:
            require(in_cart(self.shop, session) == 1, "what was put into a cart since is still in it")
        self.shop.order(str(uuid.uuid4()))
        print(f"ok: the shop sells again; {len(shoppers.orders) - len(before)} orders came after the copy began")

    def refuse_broken_copies(self):
        newest = sorted(self.backups.glob("*.dump"))[-1]
        whole = newest.read_bytes()
        middle = len(whole) // 2
        for broken in (whole[:middle], whole[:middle] + bytes(16) + whole[middle + 16:], b""):
            newest.write_bytes(broken)
            refused = self.backup("restore")
            require(refused.returncode == 1 and "not whole" in refused.stderr, "a broken copy is not put back")
        newest.write_bytes(whole)

    def half_a_pg_restore(self):
        """A folder with a pg_restore that ends in the midst of what is to be restored."""
        folder = self.work / "half"
        folder.mkdir()
        real = shutil.which("pg_restore", path=self.server.path)
        (folder / "pg_restore").write_text(
            f'#!/bin/sh\ncase "$*" in *--file=-*) {real} "$@" | head -n 300; exit 1 ;; *) exec {real} "$@" ;; esac\n')
        (folder / "pg_restore").chmod(0o755)
        return folder

    def restore_again(self):
        self.shop.stop()
        count_aside = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%_before_%'"
        there_already = self.value(count_aside)
        orders = self.value(f"SELECT count(*) FROM {CONFIRMED}")
        broken_off = self.backup("restore", PATH=f"{self.half_a_pg_restore()}:{self.server.path}")
        require(broken_off.returncode == 1 and "nothing was changed" in broken_off.stderr and
                self.value(f"SELECT count(*) FROM {CONFIRMED}") == orders and
                self.value(count_aside) == there_already,
                "a restore that breaks off changes nothing")
        require(self.backup("restore").returncode == 0, "a database that is there is replaced")
        aside = self.value("SELECT max(nspname) FROM pg_namespace WHERE nspname LIKE 'orders_before_%'")
        require(self.value(f"SELECT count(*) FROM {aside}.orders WHERE state = 6") == orders, "and stays beside it")
        self.shop.start()
        self.shop.order(str(uuid.uuid4()))
        copied = self.backup("save")
        contents = subprocess.run(["pg_restore", "--list", sorted(self.backups.glob("*.dump"))[-1]], check=True,
                                  capture_output=True, text=True, env={"PATH": self.server.path}).stdout
        require(copied.returncode == 0 and " SCHEMA - orders " in contents and "before" not in contents,
                "but is not copied with the next copy")

    def publish_again(self):
        """As after the loss of what held the events: whoever has seen one already does nothing."""
        def lists():
            return self.value("SELECT count(*) || ' ' || max(made_at_ms) FROM shipments.picking_lists")
        eventually(lambda: self.value(UNPUBLISHED) == "0", "the events of what was restored are published")
        before = lists()
        self.server.ask("UPDATE orders.order_events SET published_at_ms = NULL, taken_until_ms = 0", self.password)
        eventually(lambda: self.value(UNPUBLISHED) == "0", "all are published again when they are asked for")
        require(lists() == before, "and no list is made twice")


def main(script, bin_folder):
    with tempfile.TemporaryDirectory() as work:
        pathlib.Path(work).chmod(0o755)  # the server's user finds its own folder in it
        test = Test(script, bin_folder / "boutique", pathlib.Path(work))
        try:
            test.run()
        except BaseException:
            if test.server.log.exists():
                print(test.server.log.read_text(errors="replace")[-2000:], file=sys.stderr)
            raise
        finally:
            test.end()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
