# SPDX-License-Identifier: Apache-2.0
"""A visitor who uses every page and every method of the API, and orders."""
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from render import ROOT

PRODUCT = "6E92ZMYYFZ"
OTHER = "OLJCESPC7Z"
YEAR = time.gmtime().tm_year + 2
FORM = {"email": "ada@example.com", "street_address": "1 Main Street", "zip_code": "94043", "city": "London",
        "state": "CA", "country": "United States", "credit_card_number": "4432801561520454",
        "credit_card_expiration_month": "1", "credit_card_expiration_year": str(YEAR), "credit_card_cvv": "672"}
ORDER = {"email": FORM["email"], "currency": "EUR",
         "address": {"streetAddress": "1 Main Street", "city": "London", "state": "CA", "country": "United States",
                     "postalCode": "94043"},
         "creditCard": {"creditCardNumber": FORM["credit_card_number"], "creditCardCvv": 672,
                        "creditCardExpirationMonth": 1, "creditCardExpirationYear": YEAR}}
DOLLARS = {"currencyCode": "USD", "units": "10"}
ROUTE = re.compile(r'\{"(GET|POST|PUT|DELETE)", "(/[^"]*)", \w+\}')


class Shopper:
    """One visitor's session. used has "METHOD /path" of all that was answered well."""

    def __init__(self, address):
        self.address = address
        self.used = set()
        self.visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def ask(self, method, path, body=None, json_body=None, well=(200, 299), **headers):
        """Status and text of the answer; ends the test where the status is not between those of well."""
        if json_body is not None:
            body, headers["Content-Type"] = json.dumps(json_body), "application/json"
        elif body is not None:
            body = urllib.parse.urlencode(body)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://{self.address}{path}", None if body is None else body.encode(),
                                         headers, method=method)
        try:
            with self.visitor.open(request, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        if well is not None and not well[0] <= status <= well[1]:
            raise RuntimeError(f"{method} {path} is answered with {status}: {text[:600]}")
        if status < 400:
            self.used.add(f"{method} {path}")
        return status, text

    def put_into_cart(self):
        self.ask("POST", "/api/v1/cart/items", json_body={"productId": PRODUCT, "quantity": 1})

    def order(self, well=(201, 201)):
        """Status of an order by the API, and what the answer says."""
        self.put_into_cart()
        status, text = self.ask("POST", "/api/v1/checkout", json_body=ORDER, well=well,
                                Idempotency_Key=str(uuid.uuid4()))
        return status, json.loads(text)

    def browse(self):
        for path in ("/", "/category/kitchen", "/search?q=mug", f"/product/{PRODUCT}", f"/product-meta/{PRODUCT}",
                     "/cart", "/assistant", "/health", "/catalog", "/api/v1/openapi.json", "/api/v1/products",
                     "/api/v1/products?query=mug&currency=EUR", f"/api/v1/products/{PRODUCT}", "/api/v1/cart",
                     "/api/v1/currencies"):
            self.ask("GET", path)
        self.ask("POST", "/setCurrency", {"currency_code": "EUR"})
        self.ask("GET", "/")
        self.ask("POST", "/api/v1/convert", json_body={"from": DOLLARS, "toCode": "EUR"})
        self.ask("POST", "/api/v1/quote?currency=EUR", json_body={"items": [{"productId": PRODUCT, "quantity": 1}]})

    def fill_cart(self, can_change=True):
        """can_change: whether lines can be set, which is an extension."""
        item = f"/api/v1/cart/items/{PRODUCT}"
        changed = (200, 299) if can_change else (400, 599)
        self.ask("POST", "/cart", {"product_id": PRODUCT, "quantity": "1"})
        self.ask("POST", "/cart", {"product_id": OTHER, "quantity": "1"})
        self.ask("POST", "/cart/update", {"product_id": PRODUCT, "quantity": "2"}, well=changed)
        self.ask("PUT", item, json_body={"quantity": 3}, well=changed)
        self.ask("GET", "/cart")
        self.ask("GET", "/api/v1/cart?currency=EUR")
        self.ask("DELETE", item, well=changed)
        self.ask("POST", "/cart/empty", {})
        self.ask("DELETE", "/api/v1/cart")

    def buy(self):
        """Orders in each way, and looks at the orders."""
        self.put_into_cart()
        self.ask("POST", "/cart/checkout", FORM)
        self.put_into_cart()
        self.ask("POST", "/create-order", json_body=ORDER)
        _, order = self.order()
        # With an empty cart it is asked whether the key has been ordered before.
        self.ask("POST", "/api/v1/checkout", json_body=ORDER, well=(400, 499), Idempotency_Key=str(uuid.uuid4()))
        for path in ("/orders", f"/orders/{order['orderId']}", f"/orders/{order['orderId']}/events", "/api/v1/orders", f"/api/v1/orders/{order['orderId']}"):
            self.ask("GET", path)
        self.ask("GET", f"/orders/pending?key={uuid.uuid4()}&since={int(time.time() * 1000)}")

    def leave(self):
        self.ask("GET", "/logout")

    def newest(self):
        return json.loads(self.ask("GET", "/api/v1/orders")[1])["orders"][0]

    def unused(self):
        """Routes of the gateway's tables that nobody used."""
        paths = {each.split("?")[0] for each in self.used}
        for room in ("api/register_api.cc", "pages/register_pages.cc"):
            for method, path in ROUTE.findall((ROOT / "src/gateway" / room).read_text()):
                form = re.compile(re.sub(r":\w+", "[^/]+", f"{method} {path}"))
                if not any(form.fullmatch(each) for each in paths):
                    yield f"nobody asked for {method} {path}"
