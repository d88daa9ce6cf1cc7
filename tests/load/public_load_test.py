#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ten customers who behave as those of Online Boutique's public load generator do, without its pauses for thought:
its six tasks with its weights, at least 500 requests, and not one of them may fail.

usage: public_load_test.py [--bin DIR] [--requests N] [--users N] [--seed N] [URL]
  URL         the shop to test, for example http://127.0.0.1:8080; without it (and without FRONTEND_ADDR, host:port, in
              the environment) a `boutique` of its own on free ports, which must also stop properly
  --bin DIR   where that boutique is (build/bin)
"""
import argparse
import collections
import http.client
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PRODUCTS = ["0PUK6V6EV0", "1YMWWN1N4O", "2ZYFJ3GM2N", "66VCHSJNUP", "6E92ZMYYFZ", "9SIQT8TOJO", "L9ECAV7KIM",
            "LS4PSXUNUM", "OLJCESPC7Z"]
CURRENCIES = ["EUR", "USD", "JPY", "CAD", "GBP", "TRY"]
STATES = ["CA", "NY", "WA", "TX", "OR", "MA", "IL", "FL"]
MOST_REDIRECTIONS = 10


class Tally:
    """What was asked for and how it ended. Safe from any thread."""

    def __init__(self, wanted):
        self.lock = threading.Lock()
        self.wanted = wanted
        self.requests = collections.Counter()
        self.seconds = collections.defaultdict(list)
        self.failures = []

    def note(self, name, seconds, failure):
        with self.lock:
            self.requests[name] += 1
            self.seconds[name].append(seconds)
            if failure:
                self.failures.append(f"{name}: {failure}")

    def is_enough(self):
        with self.lock:
            return sum(self.requests.values()) >= self.wanted


class Browser:
    """One connection that is kept, with cookies, that follows redirections."""

    def __init__(self, url, tally):
        parts = urllib.parse.urlsplit(url)
        self.host, self.base = parts.netloc, parts.path.rstrip("/")
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = make(self.host, timeout=30)
        self.cookies = {}
        self.tally = tally

    def get(self, path, name=None):
        self.visit("GET", path, None, name or path)

    def post(self, path, form, name=None):
        self.visit("POST", path, urllib.parse.urlencode(form), name or path)

    def visit(self, method, path, body, name):
        """One request of the load test: it fails unless the last answer of its redirections is a good one."""
        began = time.monotonic()
        try:
            failure = self.follow(method, self.base + path, body)
        except (OSError, http.client.HTTPException) as error:
            failure = f"{type(error).__name__} {error}"
            self.connection.close()
        self.tally.note(f"{method} {name}", time.monotonic() - began, failure)

    def follow(self, method, path, body):
        for _ in range(MOST_REDIRECTIONS):
            status, location = self.exchange(method, path, body)
            if status not in (301, 302, 303, 307, 308):
                return "" if 200 <= status < 400 else f"status {status} for {path}"
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(f"http://{self.host}{path}", location))
            if parts.netloc != self.host:
                return f"sent away to {location}"
            path = parts.path + ("?" + parts.query if parts.query else "")
            if status in (301, 302, 303):
                method, body = "GET", None
        return f"more than {MOST_REDIRECTIONS} redirections"

    def exchange(self, method, path, body):
        headers = {"User-Agent": "public-load-test"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return answer.status, answer.headers.get("Location", "")


def visa(rng):
    """Sixteen digits that begin with 4 and pass Luhn's check."""
    digits = [4] + [rng.randrange(10) for _ in range(14)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[::2]) + sum(digits[1::2])
    return "".join(map(str, digits)) + str(-doubled % 10)


class Customer:
    def __init__(self, browser, rng):
        self.browser, self.rng = browser, rng
        self.tasks = [(self.index, 1), (self.set_currency, 2), (self.browse_product, 10), (self.add_to_cart, 2),
                      (self.view_cart, 3), (self.checkout, 1)]

    def shop_until(self, is_enough):
        self.index()
        tasks, weights = zip(*self.tasks)
        while not is_enough():
            self.rng.choices(tasks, weights)[0]()

    def index(self):
        self.browser.get("/")

    def set_currency(self):
        self.browser.post("/setCurrency", {"currency_code": self.rng.choice(CURRENCIES)})

    def browse_product(self):
        self.browser.get("/product/" + self.rng.choice(PRODUCTS), "/product/…")

    def view_cart(self):
        self.browser.get("/cart")

    def add_to_cart(self):
        product = self.rng.choice(PRODUCTS)
        self.browser.get("/product/" + product, "/product/…")
        self.browser.post("/cart", {"product_id": product, "quantity": self.rng.randint(1, 10)})

    def checkout(self):
        self.add_to_cart()
        year = time.gmtime().tm_year
        self.browser.post("/cart/checkout", {
            "email": f"customer{self.rng.randrange(10**6)}@example.com",
            "street_address": f"{self.rng.randint(1, 9999)} Example Street",
            "zip_code": f"{self.rng.randint(501, 99950):05}",
            "city": "Exampleville",
            "state": self.rng.choice(STATES),
            "country": "United States",
            "credit_card_number": visa(self.rng),
            "credit_card_expiration_month": self.rng.randint(1, 12),
            "credit_card_expiration_year": self.rng.randint(year + 1, year + 71),
            "credit_card_cvv": str(self.rng.randint(100, 999)),
        })


class Boutique:
    """A `boutique` on free ports without files."""

    def __init__(self, folder):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [folder / "boutique", "--port=0", "--grpc-port=0", "--metrics-port=0", "--data-dir=:memory:"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = ""
        for line in self.process.stdout:
            words = line.split()
            if len(words) == 2 and words[0] == "shop":
                self.url = words[1]
            if len(words) == 2 and words[0] == "metrics":  # the last of its lines
                break
        if not self.url:
            sys.exit("boutique does not start: " + self.read_log())

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        """What was wrong with its end, or nothing."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return ["boutique did not stop"]
        faults = [line for line in self.read_log().splitlines() if '"severity":"error"' in line]
        return ([f"boutique ended with status {status}"] if status else []) + faults


def shop_together(url, users, requests, seed):
    tally = Tally(requests)
    customers = [Customer(Browser(url, tally), random.Random(f"{seed} {i}")) for i in range(users)]
    threads = [threading.Thread(target=customer.shop_until, args=(tally.is_enough,)) for customer in customers]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{'request':<24}{'count':>8}{'median ms':>12}{'p99 ms':>12}")
    for name, count in sorted(tally.requests.items()):
        times = sorted(tally.seconds[name])
        print(f"{name:<24}{count:>8}{1000 * times[count // 2]:>12.1f}{1000 * times[count * 99 // 100]:>12.1f}")
    total = sum(tally.requests.values())
    print(f"{total} requests of {users} users in {time.monotonic() - began:.1f} s (seed {seed}), "
          f"{len(tally.failures)} failures")
    missing = {"GET /", "POST /setCurrency", "GET /product/…", "POST /cart", "GET /cart",
               "POST /cart/checkout"} - set(tally.requests)
    return tally.failures + [f"never asked for: {name}" for name in sorted(missing)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "build/bin")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--users", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    parser.add_argument("url", nargs="?", default=os.environ.get("FRONTEND_ADDR", ""))
    options = parser.parse_args()

    url = options.url
    if url and "://" not in url:
        url = "http://" + url
    own = None if url else Boutique(options.bin)
    faults = shop_together(url or own.url, options.users, options.requests, options.seed)
    if own:
        faults += own.stop()
    for fault in faults[:50]:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
