# SPDX-License-Identifier: Apache-2.0
"""Visitors who order by the shop's API, again and again, and remember what they were told."""
import contextlib
import http.client
import json
import threading
import time
import uuid

PRODUCT = "6E92ZMYYFZ"
CARD = {"creditCardNumber": "4432801561520454", "creditCardCvv": 672, "creditCardExpirationMonth": 1,
        "creditCardExpirationYear": time.gmtime().tm_year + 2}
ORDER = {"email": "ada@example.com", "currency": "EUR", "creditCard": CARD,
         "address": {"streetAddress": "1 Main Street", "city": "London", "state": "CA", "country": "United States",
                     "postalCode": "94043"}}
CONFIRMED, REFUNDED, CANCELLED = 6, 8, 9  # hipstershop.OrderState
STANDING = 1  # hipstershop.ChargeRecord.State


class Visitor:
    """A session of its own; every order has one, so that its cart is there until it is confirmed."""

    def __init__(self, address):
        self.address = address
        self.session = str(uuid.uuid4())
        self.key = str(uuid.uuid4())
        self.status, self.order_id, self.answers = 0, "", []

    def ask(self, method, path, body=None, **headers):
        """Status and text; 0 and why where no answer came."""
        headers |= {"Cookie": f"shop_session-id={self.session}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(self.address, timeout=60)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, None if body is None else json.dumps(body),
                                   {name.replace("_", "-"): value for name, value in headers.items()})
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                return 0, repr(error)

    def fill_cart(self):
        """What was answered instead of what should be, or nothing."""
        status, text = self.ask("POST", "/api/v1/cart/items", {"productId": PRODUCT, "quantity": 1})
        return "" if 200 <= status < 300 else f"a cart was answered with {status}: {text[:300]}"

    def is_refused(self):
        """Whether the last answer says that there is no order, nor will this key ever make one."""
        return self.status == 503 and "another Idempotency-Key" in self.answers[-1][1]

    def order(self):
        """Whether the order is said to be confirmed."""
        self.status, text = self.ask("POST", "/api/v1/checkout", ORDER, Idempotency_Key=self.key)
        self.answers.append((self.status, text))
        if self.status in (200, 201):
            self.order_id = json.loads(text)["orderId"]
        return bool(self.order_id)


class Buyers:
    def __init__(self, address, number=4):
        self.address = address
        self.visitors = []
        self.refused = []
        self.ending = False
        self.threads = [threading.Thread(target=self.buy, daemon=True) for _ in range(number)]
        for thread in self.threads:
            thread.start()

    def buy(self):
        while not self.ending:
            visitor = Visitor(self.address)
            refused = visitor.fill_cart()
            if refused:
                self.refused.append(refused)
                continue
            visitor.order()
            self.visitors.append(visitor)

    def confirmed(self):
        return sum(bool(each.order_id) for each in self.visitors)

    def leave(self):
        self.ending = True
        for thread in self.threads:
            thread.join(90)

    def settle(self):
        """Whoever was not told of an order repeats it, with the same key, once all programs are there."""
        refused = [each for each in self.visitors if not each.order_id]
        seen = sorted({each.status for each in refused})
        print(f"{self.confirmed()} orders confirmed, {len(refused)} not, with {seen}", flush=True)
        for visitor in refused:
            end = time.monotonic() + 30
            while not (visitor.is_refused() or visitor.order() or 200 <= visitor.status < 500):
                if time.monotonic() > end:
                    break

    def faults(self):
        """What is wrong with the answers."""
        yield from self.refused
        for visitor in self.visitors:
            first, text = visitor.answers[0]
            if first not in (200, 201, 202, 503, 504):
                yield f"an order was answered with {first}: {text[:300]}"
            if not visitor.order_id and not visitor.is_refused():
                yield f"an order is never placed: {visitor.answers[-1]}"


def faults_on_record(database, all_buyers):
    """What is wrong with what PostgreSQL has, after the end."""
    orders = {}
    for row in database.ask("SELECT user_id, order_id, idempotency_key, state FROM orders.orders").splitlines():
        user, order_id, key, state = row.split("|")
        orders.setdefault(user, []).append((order_id, key, int(state)))
    for buyers in all_buyers:
        for visitor in buyers.visitors:
            kept = orders.get(visitor.session, [])
            if visitor.order_id and kept != [(visitor.order_id, visitor.key, CONFIRMED)]:
                yield f"order {visitor.order_id} of {visitor.key} was confirmed; on record are {kept}"
            if not visitor.order_id and any(state not in (REFUNDED, CANCELLED) for _, _, state in kept):
                yield f"an order of {visitor.key} was refused; on record are {kept}"
    # Each order's key is its charge's, of which there can be one: with as many as orders nobody has paid twice.
    number = sum(state == CONFIRMED for kept in orders.values() for _, _, state in kept)
    standing = int(database.ask(f"SELECT count(*) FROM payments.charges WHERE state = {STANDING}"))
    print(f"{number} orders confirmed on record, {standing} charges stand", flush=True)
    if standing != number:
        yield f"{number} orders are confirmed, and {standing} charges stand"
