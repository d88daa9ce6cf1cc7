# SPDX-License-Identifier: Apache-2.0
"""A mail server of the test's own, which nobody kills: it writes down which mails it took over."""
import asyncio
import contextlib
import re

SENDER = "Boutique <orders@boutique.example>"


class MailServer:
    def __init__(self, folder):
        self.name, self.record = "mail", folder / "mails"
        self.record.touch()
        self.endpoint = None

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.endpoint = self.server.sockets[0].getsockname()[:2]

    async def stop(self):
        self.server.close()

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            writer.write(b"220 mail.example\r\n")
            while line := await reader.readline():
                command = line.split()[:1]
                if command == [b"DATA"]:
                    writer.write(b"354 go on\r\n")
                    await writer.drain()
                    self._take(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"221 goodbye\r\n" if command == [b"QUIT"] else b"250 mail.example\r\n")
                await writer.drain()
                if command == [b"QUIT"]:
                    break
        writer.close()

    def _take(self, text):
        """The order's id, a line."""
        order = re.search(rb"(?im)^message-id: <order-([^@>]+)@", text)
        with open(self.record, "a") as record:
            record.write((order[1].decode() if order else "unknown") + "\n")

    def variables(self, address):
        return {"SMTP_URL": f"smtp://{address}", "SMTP_TIMEOUT": "1s", "MAIL_FROM": SENDER}
