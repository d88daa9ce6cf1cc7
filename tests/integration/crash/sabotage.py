#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each invariant is broken on purpose in a shop at rest, one after the other, and the checker must object to exactly
that, and name the order.

usage: tests/integration/crash/sabotage.py [--bin DIR]
  --bin DIR   where the programs are (build/bin)
"""
import argparse
import asyncio
import json
import pathlib
import re
import sys
import tempfile
import uuid

sys.dont_write_bytecode = True

import stores  # pylint: disable=wrong-import-position
from mesh import Mesh  # pylint: disable=wrong-import-position
from run import ROOT, at_rest  # pylint: disable=wrong-import-position

CONFIRMED, CANCELLED = 6, 9
INVARIANTS = {"charge", "shipment", "key", "told", "cart", "announced", "mail", "picked", "open", "attention"}
OBJECTION = re.compile(r"^objection: (\w+) (\S+): (.*)$", re.M)


class Failure(Exception):
    """The checker did not do what it should."""


class Sabotage:
    """A deed is a method; it says of which invariant and of whom the checker must then complain."""

    def __init__(self, mesh):
        self.mesh, self.folder = mesh, mesh.folder
        self.journal, self.ledger = self.folder / "journal", self.folder / "ledger"
        rows = stores.orders_of(mesh).query(
            "SELECT state, order_id, user_id, idempotency_key FROM orders ORDER BY sequence")
        self.orders = {state: [row[1:] for row in rows if row[0] == str(state)] for state in (CONFIRMED, CANCELLED)}

    def order(self, state):
        """(id, user, key) of an order that was left alone so far."""
        if not self.orders[state]:
            raise Failure(f"there are too few orders in state {state} to break")
        return self.orders[state].pop()

    @staticmethod
    def key():
        return str(uuid.uuid4())

    async def deed(self, *words):
        status, output = await self.mesh.call("crash_saboteur", *words)
        if status != 0:
            raise Failure(output)

    def told(self, key):
        """The last word that the journal has for the key."""
        lines = map(json.loads, self.journal.read_text().splitlines())
        return [line for line in lines if line.get("key") == key and line["last"]][-1]

    def forge(self, line):
        with open(self.journal, "a") as journal:
            journal.write(json.dumps(line) + "\n")

    async def a_charge_is_given_back(self):
        order_id, _, _ = self.order(CONFIRMED)
        await self.deed("refund", order_id)
        return "charge", order_id

    async def a_charge_is_of_another_amount(self):
        order_id, _, _ = self.order(CONFIRMED)
        stores.charges_of(self.mesh).query("UPDATE charges SET units = units + 1 WHERE idempotency_key = :key",
                                           key=order_id)
        return "charge", order_id

    async def a_charge_stands_for_a_cancelled_order(self):
        order_id, _, _ = self.order(CANCELLED)
        charges = stores.charges_of(self.mesh)
        if charges.query("SELECT state FROM charges WHERE idempotency_key = :key", key=order_id):
            charges.query("UPDATE charges SET state = 1 WHERE idempotency_key = :key", key=order_id)
        else:
            await self.deed("charge", order_id)
        return "charge", order_id

    async def a_charge_stands_for_nothing(self):
        key = self.key()
        await self.deed("charge", key)
        return "charge", key

    async def a_parcel_is_called_back(self):
        order_id, _, _ = self.order(CONFIRMED)
        await self.deed("call-back", order_id)
        return "shipment", order_id

    async def a_parcel_is_sent_for_a_cancelled_order(self):
        order_id, _, _ = self.order(CANCELLED)
        await self.deed("ship", order_id)
        return "shipment", order_id

    async def a_parcel_is_sent_for_nothing(self):
        key = self.key()
        await self.deed("ship", key)
        return "shipment", key

    async def a_key_is_answered_in_two_ways(self):
        _, _, key = self.order(CANCELLED)
        self.forge(self.told(key) | {"message": "something else"})
        return "key", key

    async def a_confirmed_order_is_not_on_record(self):
        _, user, key = self.order(CONFIRMED)
        invented = self.key()
        self.forge(self.told(key) | {"user": user, "key": invented})
        return "told", invented

    async def an_order_is_refused_and_confirmed(self):
        order_id, _, key = self.order(CONFIRMED)
        self.forge(self.told(key) | {"code": 9, "order": "", "message": "refused"})
        return "told", order_id

    async def an_order_is_confirmed_and_cancelled(self):
        order_id, _, key = self.order(CANCELLED)
        self.forge(self.told(key) | {"code": 0, "order": "00", "message": ""})
        return "told", order_id

    async def an_order_is_on_record_with_other_details(self):
        order_id, _, key = self.order(CONFIRMED)
        lines = [json.loads(line) for line in self.journal.read_text().splitlines()]
        for line in lines:
            if line.get("key") == key and line["order"]:
                line["order"] += "00"
        self.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return "told", order_id

    async def an_order_is_nobodys(self):
        key = self.key()
        await self.deed("order", "somebody", key)
        return "told", key

    async def a_cart_holds_more_than_was_added(self):
        _, user, _ = self.order(CONFIRMED)
        await self.deed("add", user, "6E92ZMYYFZ")
        return "cart", user

    async def a_cart_holds_less_than_was_added(self):
        _, user, _ = self.order(CONFIRMED)
        self.forge({"call": "add", "user": user, "product": "9SIQT8TOJO", "quantity": 1, "certain": True})
        return "cart", user

    async def a_buyer_is_not_sent_a_mail(self):
        order_id, _, _ = self.order(CONFIRMED)
        record = self.mesh.mail.record
        record.write_text("".join(line for line in record.read_text().splitlines(True) if line.strip() != order_id))
        return "announced", order_id

    async def an_event_is_lost(self):
        order_id, _, _ = self.order(CONFIRMED)
        stores.orders_of(self.mesh).query("DELETE FROM order_events WHERE event_id = :event",
                                          event=f"{order_id}.order.confirmed")
        return "announced", order_id

    async def an_event_is_never_delivered(self):
        order_id, _, _ = self.order(CONFIRMED)
        stores.orders_of(self.mesh).query(
            "UPDATE order_events SET published_at_ms = NULL, taken_until_ms = 9000000000000 WHERE event_id = :event",
            event=f"{order_id}.order.confirmed")
        return "announced", order_id

    def send(self, order_id):
        with open(self.mesh.mail.record, "a") as record:
            record.write(order_id + "\n")
        return "mail", order_id

    async def a_mail_is_sent_twice(self):
        return self.send(self.order(CONFIRMED)[0])

    async def a_mail_is_sent_for_a_cancelled_order(self):
        return self.send(self.order(CANCELLED)[0])

    async def a_mail_is_sent_for_nothing(self):
        return self.send(self.key())

    async def a_picking_list_is_missing(self):
        order_id, _, _ = self.order(CONFIRMED)
        stores.shipments_of(self.mesh).query("DELETE FROM picking_lists WHERE order_id = :order", order=order_id)
        return "picked", order_id

    def pick(self, order_id):
        stores.shipments_of(self.mesh).query("INSERT INTO picking_lists (order_id, made_at_ms) VALUES (:order, 0)", order=order_id)
        return "picked", order_id

    async def a_picking_list_is_made_for_a_cancelled_order(self):
        return self.pick(self.order(CANCELLED)[0])

    async def a_picking_list_is_made_for_nothing(self):
        return self.pick(self.key())

    async def an_order_is_left_open(self):
        _, user, _ = self.order(CONFIRMED)
        key = self.key()
        self.forge({"call": "place", "user": user, "key": key, "code": 14, "message": "", "order": "", "last": True})
        await self.deed("order", user, key)
        return "open", key

    async def a_buyer_has_no_answer(self):
        _, user, _ = self.order(CONFIRMED)
        key = self.key()
        self.forge({"call": "place", "user": user, "key": key, "code": 14, "message": "", "order": "", "last": False})
        return "open", key

    async def an_order_waits_for_a_person(self):
        _, user, _ = self.order(CONFIRMED)
        key = self.key()
        self.forge({"call": "place", "user": user, "key": key, "code": 14, "message": "", "order": "", "last": True})
        await self.deed("stick", user, key)
        return "attention", key

    def deeds(self):
        return [name for name in vars(type(self)) if name.startswith(("a_", "an_"))]

    async def objections(self):
        """{(invariant, about): text}"""
        stores.write_ledger(self.ledger, self.mesh)
        status, output = await self.mesh.call("crash_checker", self.journal, self.ledger, 0)
        if status > 1:
            raise Failure(output)
        return {(invariant, about): text for invariant, about, text in OBJECTION.findall(output)}


async def prove(options, folder):
    """The deeds that the checker did not see, or not as such."""
    failures = []
    async with Mesh(options.bin, folder) as mesh:
        status, output = await mesh.call("crash_buyers", folder / "journal", 7, 8, 20)
        if status != 0 or not await at_rest(mesh):
            raise Failure(f"the buyers are not served: {output}")
        sabotage = Sabotage(mesh)
        known = await sabotage.objections()
        if known:
            raise Failure(f"the checker objects to a shop at rest: {known}")
        for name in sabotage.deeds():
            expected = await getattr(sabotage, name)()
            found = await sabotage.objections()
            new = {about: text for about, text in found.items() if known.get(about) != text}
            known = found
            text = new.get(expected)
            print(f"{name.replace('_', ' ')}: {' '.join(expected)}: {text}")
            if text is None:
                failures.append(f"{name}: the checker found {new} instead of {expected}")
        invariants = {invariant for invariant, _ in known}
        failures += [f"no deed broke {name}" for name in INVARIANTS - invariants]
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bin")
    options = parser.parse_args()
    options.bin = options.bin.resolve()
    with tempfile.TemporaryDirectory(prefix="boutique-sabotage.") as folder:
        failures = asyncio.run(prove(options, pathlib.Path(folder).resolve()))
    for failure in failures:
        print(f"failure: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
