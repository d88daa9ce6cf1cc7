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


class Others:
    """A second frontend, checkout and recommendations, whose every peer is the peer of another make."""

    def __init__(self, folder, peer):
        names = ("AD", "CART", "CURRENCY", "EMAIL", "ORDER", "PAYMENT", "PRODUCT_CATALOG", "SHIPPING")
        address = {f"{name}_SERVICE_ADDR": peer.address for name in names}
        address |= {"COLLECTOR_SERVICE_ADDR": peer.address, "ENABLE_TRACING": "1", "RESUME_INTERVAL": "100ms"}
        self.started, self.metrics = [], {}
        address["CHECKOUT_SERVICE_ADDR"] = self.start(folder / "checkoutservice", "grpc", address)
        address["RECOMMENDATION_SERVICE_ADDR"] = self.start(folder / "recommendationservice", "grpc", address)
        self.frontend = self.start(folder / "frontend", "shop", address).removeprefix("http://").rstrip("/")

    def start(self, path, word, address):
        program = programs.Program(path, **address)
        self.started.append(program)
        # The lines are "is ready", then what it serves and where, metrics last.
        while not program.read("").startswith("metrics"):
            pass
        said = dict(line.split(maxsplit=1) for line in program.lines if len(line.split()) == 2)
        self.metrics[program.name] = said["metrics"].strip().removeprefix("http://").removesuffix("/metrics")
        return said[word].strip()

    def calls_of(self, program):
        return {path for path, code in programs.counts(self.metrics[program], "client") if code is None}

    def answered(self, program, path, code):
        return programs.counts(self.metrics[program], "client")[path, code]

    def stop(self):
        return [f"{each.name} of the second set did not stop well" for each in reversed(self.started) if each.stop()]


def use(mesh, folder):
    """Everything that the mesh's own frontend has, and the load generator."""
    shopper = Shopper(mesh.address("frontend"))
    before = mesh.health_checks()
    shopper.browse()
    after = mesh.health_checks()
    shopper.fill_cart()
    shopper.buy()
    shopper.leave()
    wait_for("a confirmation", lambda: mesh.served(EMAIL, "OK"))
    load = programs.Program(folder / "loadgenerator", ["--users=2", "--rate=100"],
                            FRONTEND_ADDR=mesh.address("frontend"))
    pids = mesh.pids() | {"loadgenerator": load.process.pid}
    found = set()

    def has_loaded():
        found.update(programs.connections(pids, mesh.ports()))
        return ("loadgenerator", "frontend") in found

    try:
        wait_for("a shopper of the load generator", has_loaded)
    finally:
        load.stop()
    asked = {(name, "frontend") for name, count in after.items() if count > before[name]}
    faults = set(shopper.unused()) - NOT_CONFIGURED
    return asked, {(callee, caller) for caller, callee in found}, faults


def comes_to(shopper, state):
    return lambda: shopper.newest()["state"] == state


def strangers(mesh, peer, others):
    """Peers that know no extension; then none but those of the order service, which the public shop has not got."""
    unknown = extensions()
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


def bad_days(mesh, peer, others):
    """Answers are lost and parcels refused: money and parcels go back."""
    shopper = Shopper(others.frontend)
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


def record_all(mesh, folder):
    """The record, and what went wrong on the way."""
    health, connections, faults = use(mesh, folder)
    peer = programs.Peer(folder, mesh)
    others = Others(folder, peer)
    try:
        faults |= {*strangers(mesh, peer, others), *bad_days(mesh, peer, others)}
        made = {program: mesh.calls_of(program) for program in mesh.programs()}
        exported = {program for program in others.metrics if programs.EXPORT in others.calls_of(program)}
        for program in others.metrics:
            made[program] |= others.calls_of(program) - {calls.HEALTH, programs.EXPORT}
    finally:
        faults |= set(others.stop())
        peer.stop()
    return compare.Record({program: paths for program, paths in made.items() if paths}, health, connections,
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
