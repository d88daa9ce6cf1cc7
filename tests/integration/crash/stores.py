# SPDX-License-Identifier: Apache-2.0
"""The stores, read behind the services' backs: one function for each, by where today's are kept."""
import contextlib
import json
import sqlite3


def query(path, sql):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(sql).fetchall()


def change(path, sql, values):
    """Writes to a store, which nobody but the services should. How many rows."""
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as database, database:
        return database.execute(sql, values).rowcount


def orders_of(folder):
    return folder / "orderservice" / "orders.db"


def charges_of(folder):
    return folder / "paymentservice" / "payments.db"


def shipments_of(folder):
    return folder / "shippingservice" / "shipments.db"


def open_orders(folder):
    """How many orders are not at an end, or not settled."""
    return query(orders_of(folder), "SELECT count(*) FROM orders WHERE due_at_ms IS NOT NULL")[0][0]


def orders(folder):
    return [("order", order_id) for order_id, in query(orders_of(folder), "SELECT order_id FROM orders")]


def charges(folder):
    return [("charge", *row)
            for row in query(charges_of(folder), "SELECT idempotency_key, state, transaction_id FROM charges")]


def shipments(folder):
    return [("shipment", *row)
            for row in query(shipments_of(folder), "SELECT idempotency_key, state, tracking_id FROM shipments")]


def logged(paths, message):
    """The lines with that message in logs of one JSON object a line; the last line of a killed program may be torn."""
    for path in paths:
        for line in path.read_text(errors="replace").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                found = json.loads(line)
                if isinstance(found, dict) and found.get("message") == message:
                    yield found


def announced(mesh):
    return [("announced", line["order_id"])
            for line in logged(mesh.log_of("emailservice"), "order confirmed to its buyer")]


def write_ledger(path, mesh):
    rows = orders(mesh.folder) + charges(mesh.folder) + shipments(mesh.folder) + announced(mesh)
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
