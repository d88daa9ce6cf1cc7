#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records who calls whom in a mesh that is used in every way and meets bad days, from its programs' own metrics and
connections. It must equal the call sites in the code, the AuthorizationPolicies and the NetworkPolicies.

usage: tests/mesh/with_mesh.sh BIN-DIR tests/calls/run.py [--bin DIR] [--build DIR] [--print]
  --bin DIR     where the programs are (build/bin)
  --build DIR   where kustomizations are composed (build)
  --print       what was recorded, too

Exit status: 0 all holds, 1 something does not, 77 nothing here can render (an error with CI=true).
"""
import argparse
import os
import pathlib
import re
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "manifests"))

import calls  # pylint: disable=wrong-import-position
import compare  # pylint: disable=wrong-import-position
import programs  # pylint: disable=wrong-import-position
import render  # pylint: disable=wrong-import-position
from shopper import Shopper  # pylint: disable=wrong-import-position

PATIENCE = 30
SHIP, CANCEL = "/hipstershop.ShippingService/ShipOrder", "/hipstershop.ShippingService/CancelShipment"
CHARGE, REFUND = "/hipstershop.PaymentService/Charge", "/hipstershop.PaymentService/Refund"
CREATE, RECORD = "/hipstershop.OrderService/CreateOrder", "/hipstershop.OrderService/RecordStep"
CLAIM, WATCH = "/hipstershop.OrderService/ClaimStale", "/hipstershop.OrderService/WatchOrder"
EMAIL = "/hipstershop.EmailService/SendOrderConfirmation"
# The e-mail service remembers in the database what it has sent, where it has a mail server.
REMEMBERED = ("postgres", "emailservice")
# What no overlay runs: the public shop's assistant, which is asked over HTTP.
NOT_CONFIGURED = {"nobody asked for POST /bot"}


def wait_for(what, condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)


def contract_services():
    text = "".join(path.read_text() for path in (calls.ROOT / "protos/hipstershop").glob("*.proto"))
    return re.findall(r"^service (\w+)", text, re.M)


def extensions():
    """Paths of what the public shop does not know: methods, or whole services, that the contract marks so."""
    found = set()
    for proto in (calls.ROOT / "protos/hipstershop").glob("*.proto"):
        service, comment, whole = None, "", False
        for line in map(str.strip, proto.read_text().splitlines()):
            if line.startswith("//"):
                comment += line
                continue
            words = re.match(r"(service|rpc) (\w+)", line)
            marked = "Extension." in comment
            if words and words[1] == "service":
                service, whole = words[2], marked
            elif words and (marked or whole):
                found.add(f"/hipstershop.{service}/{words[2]}")
            comment = ""
    return found


class Started:
    """Programs beside those of the mesh."""

    def __init__(self):
        self.started, self.metrics, self.ports = [], {}, {}

    def start(self, path, word, address):
        program = programs.Program(path, **address)
        self.started.append(program)
        # The lines are "is ready", then what it serves and where, metrics last.
        while not program.read("").startswith("metrics"):
            pass
        said = dict(line.split(maxsplit=1) for line in program.lines if len(line.split()) == 2)
        self.metrics[program.name] = said["metrics"].strip().removeprefix("http://").removesuffix("/metrics")
        self.ports[int(said[word].strip().rstrip("/").rpartition(":")[2])] = program.name
        return said[word].strip()

    def calls_of(self, program):
        return {path for path, code in programs.counts(self.metrics[program], "client") if code is None}

    def answered(self, program, path, code):
        return programs.counts(self.metrics[program], "client")[path, code]

    def connections_of(self, name, mesh):
        """{(callee, caller)} where the caller is the program of that name."""
        pids = {name: next(each.process.pid for each in self.started if each.name == name)}
        return {(callee, caller) for caller, callee in programs.connections(pids, mesh.ports() | self.ports)}

    def stop(self):
        """What went wrong."""
        return [f"{each.name} beside the mesh did not stop well" for each in reversed(self.started) if each.stop()]


class Others(Started):
    """A second frontend, checkout and recommendations, whose every peer is the peer of another make; behind that is an
    order service that has no RabbitMQ."""

    def __init__(self, folder, mesh):
        super().__init__()
        orders = self.start(folder / "orderservice", "grpc", {"EMAIL_SERVICE_ADDR": mesh.address("emailservice")})
        self.peer = peer = programs.Peer(folder, mesh.services() | {"OrderService": orders})
        names = ("AD", "CART", "CURRENCY", "EMAIL", "ORDER", "PAYMENT", "PRODUCT_CATALOG", "SHIPPING")
        address = {f"{name}_SERVICE_ADDR": peer.address for name in names}
        address |= {"COLLECTOR_SERVICE_ADDR": peer.address, "ENABLE_TRACING": "1", "RESUME_INTERVAL": "100ms"}
        address["CHECKOUT_SERVICE_ADDR"] = self.start(folder / "checkoutservice", "grpc", address)
        address["RECOMMENDATION_SERVICE_ADDR"] = self.start(folder / "recommendationservice", "grpc", address)
        self.frontend = self.start(folder / "frontend", "shop", address).removeprefix("http://").rstrip("/")


class WithoutOrders(Started):
    """A third frontend and checkout, in a shop that has no order service; and an e-mail service with a mail server, which
    nobody asks for anything."""

    def __init__(self, folder, mesh):
        super().__init__()
        names = ("AD", "CART", "CURRENCY", "EMAIL", "PAYMENT", "PRODUCT_CATALOG", "RECOMMENDATION", "SHIPPING")
        address = {f"{name}_SERVICE_ADDR": mesh.environment[f"{name}_SERVICE_ADDR"] for name in names}
        address["CHECKOUT_SERVICE_ADDR"] = self.start(folder / "checkoutservice", "grpc", address)
        self.frontend = self.start(folder / "frontend", "shop", address).removeprefix("http://").rstrip("/")
        self.start(folder / "emailservice", "grpc", {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "shop@example.com",
                                                     "DATABASE_URL": mesh.environment["DATABASE_URL"]})


def use(mesh, folder):
    """Everything that the mesh's own frontend has, and the load generator."""
    shopper = Shopper(mesh.address("frontend"))
    before = mesh.health_checks()
    shopper.browse()
    after = mesh.health_checks()
    shopper.fill_cart()
    shopper.buy()
    shopper.leave()
    load = programs.Program(folder / "loadgenerator", ["--users=2", "--rate=100"],
                            FRONTEND_ADDR=mesh.address("frontend"))
    pids = mesh.pids() | {"loadgenerator": load.process.pid}
    found = set()

    def are_connected():
        found.update(programs.connections(pids, mesh.ports()))
        return {(caller, callee) for callee, caller in compare.NO_CALLS - {REMEMBERED}} <= found

    try:
        wait_for("shoppers of the load generator, and everybody at the servers", are_connected)
    finally:
        load.stop()
    asked = {(name, "frontend") for name, count in after.items() if count > before[name]}
    faults = set(shopper.unused()) - NOT_CONFIGURED
    return asked, {(callee, caller) for caller, callee in found}, faults


def comes_to(shopper, state):
    return lambda: shopper.newest()["state"] == state


def strangers(mesh, others):
    """Peers that know no extension; then none but those of the order service, which the public shop has not got."""
    unknown, peer = extensions(), others.peer
    kept = {path for path in unknown if "/hipstershop.OrderService/" in path}
    shopper = Shopper(others.frontend)
    peer.answer(unknown, "UNIMPLEMENTED")
    shopper.browse()
    shopper.fill_cart(can_change=False)
    shopper.ask("GET", "/api/v1/orders", well=(500, 599))
    shopper.order(well=(500, 599))
    wait_for("interrupted orders asked for", lambda: others.answered("checkoutservice", CLAIM, "Unimplemented"))
    peer.carry()
    before = mesh.served(CHARGE)
    for path in (CREATE, RECORD):
        peer.answer([path], "UNIMPLEMENTED")
        # Of what was stored and went no further, the API says that it is on its way.
        shopper.order(well=(500, 599) if path == CREATE else (202, 599))
        peer.carry()
    if mesh.served(CHARGE) != before:
        yield "a card was charged for an order that cannot be recorded"
    peer.answer(unknown - kept, "UNIMPLEMENTED")
    # Another visitor: the first one's order is still being worked on.
    shopper = Shopper(others.frontend)
    shopper.buy()
    peer.answer([WATCH], "UNIMPLEMENTED")
    _, events = shopper.ask("GET", f"/orders/{shopper.newest()['orderId']}/events")
    if "event: lost" not in events:
        yield f"a page that cannot follow its order is not told so: {events}"
    peer.carry()
    peer.answer(unknown - kept, "UNIMPLEMENTED")
    # What became of it can be told by nobody; then what was charged can be given back by nobody.
    for lost in (CHARGE, SHIP):
        peer.lose(lost)
        shopper.order(well=(202, 599))
        wait_for(f"an operator is asked about the lost answer of {lost}", comes_to(shopper, "NEEDS_ATTENTION"))
        peer.carry()
        peer.answer(unknown - kept, "UNIMPLEMENTED")
    asked = unknown & (calls.calls()["frontend"] | calls.calls()["checkoutservice"])
    yield from (f"{path} was never answered with UNIMPLEMENTED" for path in sorted(asked) if not any(
        others.answered(program, path, "Unimplemented") for program in others.metrics))


def bad_days(mesh, others):
    """Answers are lost and parcels refused: money and parcels go back."""
    shopper, peer = Shopper(others.frontend), others.peer
    peer.carry()
    for what, command in (("refused", lambda: peer.answer([SHIP], "INTERNAL")), ("lost", lambda: peer.lose(SHIP))):
        command()
        before = mesh.served(REFUND, "OK"), mesh.served(CANCEL, "OK")
        shopper.order(well=(202, 599))
        wait_for(f"an order whose parcel is {what} is cancelled", comes_to(shopper, "CANCELLED"))
        if before[0] == mesh.served(REFUND, "OK") or before[1] == mesh.served(CANCEL, "OK"):
            yield f"an order whose parcel is {what}: nothing was refunded, or no shipment cancelled"
    peer.carry()
    peer.lose(CHARGE)
    shopper.order(well=(201, 202))
    wait_for("an order whose charge was established", comes_to(shopper, "CONFIRMED"))
    wait_for("spans of the second set", lambda: all(
        others.answered(program, programs.EXPORT, "OK") for program in ("frontend", "checkoutservice")))


def confirmations(mesh, others, without):
    """The order service asks for them where it has no RabbitMQ, and checkout where it has no order service. In the mesh
    nobody asks: its e-mail service hears of orders from RabbitMQ."""
    yield from (f"{program} of the mesh asked for a confirmation" for program in mesh.programs()
                if EMAIL in mesh.calls_of(program))
    Shopper(without.frontend).order()
    wait_for("an e-mail service at its database", lambda: REMEMBERED in without.connections_of("emailservice", mesh))
    wait_for("a confirmation for checkout", lambda: without.answered("checkoutservice", EMAIL, "OK"))
    wait_for("a confirmation for the order service", lambda: others.answered("orderservice", EMAIL, "OK"))


def record_all(mesh, folder):
    """The record, and what went wrong on the way."""
    health, connected, faults = use(mesh, folder)
    others, without = Others(folder, mesh), WithoutOrders(folder, mesh)
    try:
        faults |= {*strangers(mesh, others), *bad_days(mesh, others), *confirmations(mesh, others, without)}
        connected |= others.connections_of("orderservice", mesh) | without.connections_of("checkoutservice", mesh) | \
            without.connections_of("emailservice", mesh)
        made = {program: mesh.calls_of(program) for program in mesh.programs()}
        exported = {program for program in others.metrics if programs.EXPORT in others.calls_of(program)}
        for each in (others, without):
            for program in each.metrics:
                made[program] |= each.calls_of(program) - {calls.HEALTH, programs.EXPORT}
    finally:
        faults |= {*without.stop(), *others.stop()}
        others.peer.stop()
    return compare.Record({program: paths for program, paths in made.items() if paths}, health, connected,
                          exported), faults


def shops(below):
    below.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=below) as folder:
        found = {name: render.compose(name, [], folder) for name in render.OVERLAYS}
        for components in (["network-policies"], ["network-policies", "egress-policies"]):
            found[f"dev + {' + '.join(components)}"] = render.compose("dev", components, folder)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=calls.ROOT / "build/bin")
    parser.add_argument("--build", type=pathlib.Path, default=calls.ROOT / "build")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args()
    begun = time.monotonic()
    try:
        rendered = shops(options.build / "calls")
    except render.NotRendered as error:
        print(f"calls: {error}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 77
    record, faults = record_all(programs.Mesh(contract_services()), options.bin)
    if options.print:
        print("\n".join(f"{caller:24}{callee:24}{path or ''}" for callee, caller, path in
                        sorted(record.edges(), key=lambda edge: (edge[1], edge[0], edge[2] or ""))))
    faults |= {*compare.call_sites(record), *compare.connections(record)}
    faults |= {f"{name}: {fault}" for name, shop in rendered.items() for fault in compare.policies(shop, record)}
    faults |= set(compare.self_test(record, rendered))
    for fault in sorted(faults):
        print(fault)
    print(f"{len(record.edges())} kinds of calls recorded, {len(rendered)} renderings, {len(faults)} faults, "
          f"{time.monotonic() - begun:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
