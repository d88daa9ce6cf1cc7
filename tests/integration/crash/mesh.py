# SPDX-License-Identifier: Apache-2.0
"""The mesh under test: every program of the shop, the servers, and the proxy between them all."""
import asyncio
import os

import processes
import proxy

# Program: how many replicas, and the variable in which its callers look for it.
PROGRAMS = {
    "frontend": (1, "FRONTEND_ADDR"),
    "checkoutservice": (2, "CHECKOUT_SERVICE_ADDR"),
    "recommendationservice": (1, "RECOMMENDATION_SERVICE_ADDR"),
    "productcatalogservice": (1, "PRODUCT_CATALOG_SERVICE_ADDR"),
    "currencyservice": (1, "CURRENCY_SERVICE_ADDR"),
    "cartservice": (1, "CART_SERVICE_ADDR"),
    "shippingservice": (2, "SHIPPING_SERVICE_ADDR"),
    "adservice": (1, "AD_SERVICE_ADDR"),
    "paymentservice": (1, "PAYMENT_SERVICE_ADDR"),
    "emailservice": (1, "EMAIL_SERVICE_ADDR"),
    "orderservice": (2, "ORDER_SERVICE_ADDR"),
}
# Each has name, endpoint, start(), kill(), hold(), stop() and variables(address).
SERVERS = (processes.Redis, processes.Postgres)
LEASE_SECONDS = 2
SETTINGS = {"ORDER_LEASE": f"{LEASE_SECONDS}s", "RESUME_INTERVAL": "200ms"}


class Mesh:
    def __init__(self, bin_folder, folder):
        self.folder, self.bin = folder, bin_folder
        self.servers = [make(folder) for make in SERVERS]
        self.programs = []
        self.links = [proxy.Link(server.name, [server]) for server in self.servers]
        for name, (count, _) in PROGRAMS.items():
            replicas = [processes.Program(name if count == 1 else f"{name}-{number}", folder, bin_folder / name,
                                          self.environment) for number in range(1, count + 1)]
            self.programs += replicas
            self.links.append(proxy.Link(name, replicas))

    @property
    def all(self):
        return self.servers + self.programs

    def link(self, name):
        return next(each for each in self.links if each.name == name)

    def addresses(self):
        return {variable: self.link(name).address for name, (_, variable) in PROGRAMS.items()}

    def environment(self):
        found = SETTINGS | self.addresses()
        for server in self.servers:
            found |= server.variables(self.link(server.name).address)
        return found

    def log_of(self, name):
        return [each.log for each in self.programs if each.name.rpartition("-")[0] == name or each.name == name]

    async def __aenter__(self):
        for link in self.links:
            await link.start()
        await asyncio.gather(*(server.start() for server in self.servers))
        await asyncio.gather(*(program.start() for program in self.programs))
        return self

    async def __aexit__(self, *_):
        await asyncio.gather(*(each.stop() for each in self.all))
        for link in self.links:
            await link.stop()

    def faults(self):
        return [fault for each in self.all for fault in each.faults]

    async def call(self, program, *arguments):
        """Runs one of the test's own programs beside the mesh: status and output."""
        process = await asyncio.create_subprocess_exec(
            str(self.bin / program), *map(str, arguments), env=dict(os.environ) | self.addresses(),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        output, _ = await process.communicate()
        return process.returncode, output.decode()
