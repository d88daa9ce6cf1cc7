#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole shop takes orders while its databases are copied; then they are destroyed and put back, and every order that
was confirmed before the copy is there, charged and shipped.

usage: backup.py BACKUP-SCRIPT BIN-DIR
"""
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from shop import Shop, eventually, require


def main(script, bin_folder):
    with tempfile.TemporaryDirectory() as work:
        run(script, pathlib.Path(bin_folder, "boutique"), pathlib.Path(work))


def run(script, program, work):
    data, backups = work / "data", work / "backups"
    data.mkdir()
    backups.mkdir()

    def backup(*words):
        return subprocess.run([sys.executable, script, words[0], data, backups, *words[1:]], capture_output=True,
                              text=True, check=False)

    require("no database" in backup("save").stderr, "nothing to save is said so")
    shop = Shop(program, data)
    shop.start()
    try:
        session = str(uuid.uuid4())
        orders, ending = [], threading.Event()

        def shoppers():
            try:
                while not ending.is_set():
                    orders.append(shop.order(session))
            finally:
                ending.set()

        thread = threading.Thread(target=shoppers)
        thread.start()
        while len(orders) < 20 and not ending.is_set():
            time.sleep(0.01)
        for _ in range(3):
            before = list(orders)
            saved = backup("save", "2")
            require(saved.returncode == 0, f"a copy while orders come in, after {len(before)}")
            require(saved.stdout.startswith("saved orders-"), "orders are copied before what was done for them")
            named = int(time.time())  # a copy's name has its second
            while int(time.time()) == named:
                time.sleep(0.02)
        require(not ending.is_set(), "orders were placed meanwhile, none was refused")
        ending.set()
        thread.join()
        names = backup("list").stdout.split()[::2]
        require(len(names) == 8, "two copies of each of four databases stay")

        refused = backup("restore")
        require(refused.returncode == 1 and "in use" in refused.stderr, "a running program's databases are not replaced")
        require(shop.ask(session, "GET", f"/api/v1/orders/{orders[-1]}")[0] == 200, "and nothing happened to them")

        shop.stop(signal.SIGKILL)
        for path in data.glob("*.db"):
            path.write_bytes(b"not a database" * 1000)
        require("no copy of 20000101T000000Z" in backup("restore", "20000101T000000Z").stderr, "no copy of that time")
        restored = backup("restore")
        require(restored.returncode == 0, "the newest copies take the place of what was destroyed")
        shop.start()
        missing = [order for order in before if shop.ask(session, "GET", f"/api/v1/orders/{order}")[0] != 200]
        require(not missing, f"all {len(before)} orders from before the copy are there")
        shop.order(str(uuid.uuid4()))
        # What the copy has as under way is brought to its end first: what it leaves in the cart is not known before.
        shop.ask(session, "POST", "/api/v1/cart/items", {"productId": "6E92ZMYYFZ", "quantity": 1})
        eventually(lambda: shop.check_out(session)[0] == 201, "its buyer can order again")
        shop.stop()
        charges = sqlite3.connect(data / "payments.db").execute("SELECT count(*) FROM charges").fetchone()[0]
        require(charges >= len(before) + 2, "their charges, too, and the shop sells again")

        newest = sorted(backups.glob("orders-*.db"))[-1]
        newest.write_bytes(newest.read_bytes()[:5000])
        broken = backup("restore")
        require(broken.returncode == 1 and "not whole" in broken.stderr, "a broken copy is not put back")
    finally:
        if shop.process.poll() is None:
            shop.stop(signal.SIGKILL)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
