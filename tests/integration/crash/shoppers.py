# SPDX-License-Identifier: Apache-2.0
"""Shoppers who buy through the storefront's API, and look at its pages. What they do and are told goes to the buyers'
journal; a page is there, or is said to be back soon."""
import asyncio
import collections
import contextlib
import datetime
import json
import random
import re
import uuid

PRODUCTS = ("OLJCESPC7Z", "66VCHSJNUP", "1YMWWN1N4O", "6E92ZMYYFZ")
PATIENCE_SECONDS = 120
# What a page may answer on a bad day; 0 is a connection that broke.
FAIR = {0, 200, 302, 303, 429, 503}
OK, FAILED_PRECONDITION, UNAVAILABLE = 0, 9, 14


async def ask(address, method, path, session, body=None, headers=()):
    """(status, body): the status is 0 if no answer came."""
    host, _, port = address.rpartition(":")
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address}", f"Authorization: Bearer {session}", "Connection: close",
             f"Cookie: shop_session-id={session}", f"Content-Length: {len(content)}", "Content-Type: application/json",
             *headers]
    answer, writer = b"", None
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        answer = await asyncio.wait_for(reader.read(), 15)
    if writer:
        writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.1 (\d+)", head)
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    if not status or length and len(rest) < int(length[1]):
        return 0, b""
    return int(status[1]), rest


class Shopper:
    def __init__(self, mesh, journal, seed):
        self.mesh, self.journal, self.draw = mesh, journal, random.Random(seed)
        self.statuses = collections.Counter()
        self.closing = asyncio.Event()
        self.unanswered = 0

    async def ask(self, method, path, **more):
        status, body = await ask(self.mesh.link("frontend").address, method, path, self.session, **more)
        self.statuses[status] += 1
        if status in (0, 503):
            await asyncio.sleep(0.1)
        return status, body

    def note(self, **line):
        with open(self.journal, "a") as journal:
            journal.write(json.dumps(line) + "\n")

    async def run(self):
        while not self.closing.is_set():
            self.session = str(uuid.UUID(int=self.draw.getrandbits(128), version=4))
            for _ in range(self.draw.randint(1, 3)):
                await self.fill_cart()
                await self.order("%032x" % self.draw.getrandbits(128))
                for path in ("/", "/cart", "/orders", "/product/" + self.draw.choice(PRODUCTS)):
                    await self.ask("GET", path)
                if self.closing.is_set():
                    break

    async def fill_cart(self):
        status = None
        while status != 204 and not self.closing.is_set():
            product, quantity = self.draw.choice(PRODUCTS), self.draw.randint(1, 3)
            status, _ = await self.ask("POST", "/api/v1/cart/items", body={"productId": product, "quantity": quantity})
            self.note(call="add", user=self.session, product=product, quantity=quantity, certain=status == 204)

    async def order(self, key):
        """Until it is known what has become of it. What is said once is believed, also that there is no order."""
        body = {"email": "shopper@example.com", "currency": "EUR",
                "address": {"streetAddress": "1600 Amphitheatre Parkway", "city": "Mountain View", "state": "CA",
                            "country": "United States", "postalCode": "94043"},
                "creditCard": {"creditCardNumber": "4432801561520454", "creditCardCvv": 672,
                               "creditCardExpirationMonth": 12,
                               "creditCardExpirationYear": datetime.date.today().year + 1}}
        loop = asyncio.get_running_loop()
        closed_at = None
        while True:
            status, answer = await self.ask("POST", "/api/v1/checkout", body=body, headers=[f"Idempotency-Key: {key}"])
            code, order_id = self.read(status, answer)
            self.note(call="place", user=self.session, key=key, code=UNAVAILABLE if code is None else code, message="",
                      order="", order_id=order_id, page=True, last=code is not None)
            if code is not None:
                return
            if self.closing.is_set():
                closed_at = closed_at or loop.time()
                if loop.time() > closed_at + PATIENCE_SECONDS:
                    self.unanswered += 1
                    return

    @staticmethod
    def read(status, answer):
        """The code that stands for the answer, None if it leaves the outcome open; and the order's id."""
        problem = json.loads(answer) if status else {}
        if status == 201:
            return OK, problem["orderId"]
        if status == 422:
            return FAILED_PRECONDITION, ""
        if status == 503 and problem["type"].endswith(":order-not-placed"):
            return UNAVAILABLE, ""
        return None, ""


class Shoppers:
    """Several of them."""

    def __init__(self, mesh, journal, seed, count):
        self.all = [Shopper(mesh, journal, seed * 1000 + number) for number in range(count)]

    async def __aenter__(self):
        self.running = [asyncio.create_task(each.run()) for each in self.all]
        return self

    async def finish(self):
        """What was wrong."""
        for each in self.all:
            each.closing.set()
        for fault in await asyncio.gather(*self.running, return_exceptions=True):
            if fault is not None:
                yield f"a shopper gave up: {fault!r}"
        counts = self.statuses()
        for status in counts.keys() - FAIR - {201, 202, 204, 422}:
            yield f"the storefront answered {status}, {counts[status]} times"
        if unanswered := sum(each.unanswered for each in self.all):
            yield f"{unanswered} orders at the storefront were never answered"

    def statuses(self):
        return sum((each.statuses for each in self.all), collections.Counter())

    async def __aexit__(self, *_):
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
