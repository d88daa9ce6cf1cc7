# SPDX-License-Identifier: Apache-2.0
"""The stores, read behind the services' backs: in PostgreSQL, or in the SQLite file of a service that has one."""
import contextlib
import json
import sqlite3

REFUNDED = 3  # a state of hipstershop.ChargeRecord


class Store:
    """The tables of one service. Its file and its schema have one name."""

    def __init__(self, mesh, program, name):
        self.schema, self.path = name, mesh.folder / program / f"{name}.db"
        self.server = next((each for each in mesh.servers if each.name == "postgres"), None)

    def query(self, sql, **values):
        """Rows of texts. In the statement :name stands for that value. What is changed stays so."""
        if not self.path.exists():
            for name in values:
                sql = sql.replace(f":{name}", f":'{name}'")
            return self.server.query(self.schema, sql, **values)
        with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as database, database:
            return [tuple(map(str, row)) for row in database.execute(sql, values)]


def orders_of(mesh):
    return Store(mesh, "orderservice", "orders")


def charges_of(mesh):
    return Store(mesh, "paymentservice", "payments")


def shipments_of(mesh):
    return Store(mesh, "shippingservice", "shipments")


def open_orders(mesh):
    """How many orders are not at an end, or not settled."""
    return int(orders_of(mesh).query("SELECT count(*) FROM orders WHERE due_at_ms IS NOT NULL")[0][0])


def orders(mesh):
    return [("order", *row) for row in orders_of(mesh).query("SELECT order_id FROM orders")]


def charges(mesh):
    rows = charges_of(mesh).query("SELECT idempotency_key, state, transaction_id FROM charges")
    return [("charge", *row) for row in rows]


def refunds(mesh):
    """How many charges were given back; one that was only forbidden has no transaction."""
    return sum(1 for _, _, state, transaction in charges(mesh) if state == str(REFUNDED) and transaction)


def shipments(mesh):
    rows = shipments_of(mesh).query("SELECT idempotency_key, state, tracking_id FROM shipments")
    return [("shipment", *row) for row in rows]


def logged(paths, message):
    """The lines with that message in logs of one JSON object a line; the last line of a killed program may be torn."""
    for path in paths:
        for line in path.read_text(errors="replace").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                found = json.loads(line)
                if isinstance(found, dict) and found.get("message") == message:
                    yield found


def events(mesh):
    """Of orders that were confirmed: whether somebody was told."""
    rows = orders_of(mesh).query("SELECT event_id, published_at_ms IS NOT NULL FROM order_events "
                                 "WHERE type = 'order.confirmed'")
    return [("event", event_id.removesuffix(".order.confirmed"), "1" if published in ("t", "1") else "0")
            for event_id, published in rows]


def mails(mesh):
    """Each mail that was taken over."""
    return [("mail", line) for line in mesh.mail.record.read_text().split()]


def claims(mesh):
    """How often somebody began to send an order's mail."""
    rows = Store(mesh, "emailservice", "mail").query("SELECT message_id, claim FROM sent_mail")
    return [("claims", message_id.removeprefix("<order-").partition("@")[0], claim) for message_id, claim in rows]


def picking_lists(mesh):
    return [("picked", *row) for row in shipments_of(mesh).query("SELECT order_id FROM picking_lists")]


def untold(mesh):
    """How many confirmed orders are not announced to all who listen."""
    confirmed = {order_id for order_id, in orders_of(mesh).query("SELECT order_id FROM orders WHERE state = 6")}
    told = {order_id for _, order_id, published in events(mesh) if published == "1"}
    listeners = [told, {order_id for _, order_id in mails(mesh)}]
    if mesh.has("rabbitmq"):
        listeners.append({order_id for _, order_id in picking_lists(mesh)})
    return len(confirmed - set.intersection(*listeners))


def write_ledger(path, mesh):
    rows = orders(mesh) + charges(mesh) + shipments(mesh) + events(mesh) + mails(mesh) + claims(mesh)
    if mesh.has("rabbitmq"):  # without which no lists are made
        rows += [("picking",)] + picking_lists(mesh)
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
