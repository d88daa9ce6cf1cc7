# SPDX-License-Identifier: Apache-2.0
"""The mesh under test: every program of the shop, the servers, and the proxy between them all."""
import asyncio
import os

import mail
import processes
import proxy

# Program: how many replicas where they share a store, and the variable in which its callers look for it.
PROGRAMS = {
    "frontend": (1, "FRONTEND_ADDR"),
    "checkoutservice": (2, "CHECKOUT_SERVICE_ADDR"),
    "recommendationservice": (1, "RECOMMENDATION_SERVICE_ADDR"),
    "productcatalogservice": (1, "PRODUCT_CATALOG_SERVICE_ADDR"),
    "currencyservice": (1, "CURRENCY_SERVICE_ADDR"),
    "cartservice": (1, "CART_SERVICE_ADDR"),
    "shippingservice": (2, "SHIPPING_SERVICE_ADDR"),
    "adservice": (1, "AD_SERVICE_ADDR"),
    "paymentservice": (2, "PAYMENT_SERVICE_ADDR"),
    "emailservice": (2, "EMAIL_SERVICE_ADDR"),
    "orderservice": (2, "ORDER_SERVICE_ADDR"),
}
# Each has name, endpoint, start(), kill(), hold(), stop() and variables(address).
SERVERS = {"redis": processes.Redis, "postgres": processes.Postgres, "rabbitmq": processes.RabbitMq}
# What keeps its state in a file of its own without PostgreSQL, so that there is one of it.
KEEPERS = {"orderservice", "paymentservice", "shippingservice", "emailservice"}
# What speaks to RabbitMQ.
LISTENERS = ("orderservice", "shippingservice", "emailservice")
LEASE_SECONDS = 2
SETTINGS = {"ORDER_LEASE": f"{LEASE_SECONDS}s", "RESUME_INTERVAL": "200ms"}


class Mesh:
    def __init__(self, bin_folder, folder, servers=tuple(SERVERS)):
        """servers: which of them there are. Without PostgreSQL there is SQLite, without RabbitMQ there are calls."""
        self.folder, self.bin = folder, bin_folder
        folder.mkdir(parents=True, exist_ok=True)
        self.servers = [SERVERS[name](folder) for name in servers]
        self.mail = mail.MailServer(folder)
        self.programs = []
        self.links = [proxy.Link(server.name, [server]) for server in [*self.servers, self.mail]]
        for name, (most, _) in PROGRAMS.items():
            count = 1 if name in KEEPERS and "postgres" not in servers else most
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
        for server in [*self.servers, self.mail]:
            found |= server.variables(self.link(server.name).address)
        return found

    def has(self, server):
        return any(each.name == server for each in self.servers)

    def log_of(self, name):
        return [each.log for each in self.programs if each.name.rpartition("-")[0] == name or each.name == name]

    async def __aenter__(self):
        for link in self.links:
            await link.start()
        await self.mail.start()
        await asyncio.gather(*(server.start() for server in self.servers))
        await asyncio.gather(*(program.start() for program in self.programs))
        if self.has("rabbitmq"):
            await self._await_queues()
        return self

    async def _await_queues(self):
        """All who use them have found them, or made them."""
        logs = [log for name in LISTENERS for log in self.log_of(name)]
        while missing := [log for log in logs if '"RabbitMQ answers"' not in log.read_text(errors="replace")]:
            if faults := self.faults():
                raise processes.Fault(f"{missing[0].stem} does not find RabbitMQ: {faults}")
            await asyncio.sleep(0.05)

    async def __aexit__(self, *_):
        await asyncio.gather(*(each.stop() for each in self.all))
        await self.mail.stop()
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
