# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy of the test's own: everything that the shop's programs say to each other and to their servers goes
through it, and can be cut or held up."""
import asyncio
import contextlib
import socket
import struct

CHUNK = 1 << 16


def sever(writer):
    """Ends a connection at once, as a network that breaks does: what is under way is lost."""
    own = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if own is not None and own.family != socket.AF_UNIX:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Link:
    """The way to one program or server, or to one of several replicas. Its address stays while they come and go."""

    def __init__(self, name, targets):
        """targets: what has `endpoint`: None, (host, port), or the path of a socket."""
        self.name, self.targets = name, targets
        self.turn = 0
        self.connections = set()
        self.open = asyncio.Event()
        self.open.set()

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = "127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]

    async def stop(self):
        self.server.close()
        self.cut(1.0, None)

    async def _connect(self):
        for _ in self.targets:
            self.turn += 1
            endpoint = self.targets[self.turn % len(self.targets)].endpoint
            with contextlib.suppress(OSError):
                if isinstance(endpoint, tuple):
                    return await asyncio.open_connection(*endpoint)
                if endpoint:
                    return await asyncio.open_unix_connection(endpoint)
        return None

    async def _serve(self, reader, writer):
        peer = await self._connect()
        if peer is None:
            return sever(writer)
        writers = (writer, peer[1])
        self.connections.add(writers)
        try:
            await asyncio.gather(self._carry(reader, peer[1]), self._carry(peer[0], writer))
        except (OSError, asyncio.CancelledError):  # the latter at the end
            pass
        finally:
            self.connections.discard(writers)
            for each in writers:
                sever(each)

    async def _carry(self, reader, writer):
        while data := await reader.read(CHUNK):
            await self.open.wait()
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    def cut(self, share, random):
        """Severs that share of the connections. How many there were."""
        doomed = [each for each in self.connections if random is None or random.random() < share]
        for writers in doomed:
            for writer in writers:
                sever(writer)
        return len(doomed)

    async def stall(self, seconds):
        """Holds back all that is said for so long."""
        self.open.clear()
        await asyncio.sleep(seconds)
        self.open.set()

    async def lose(self, seconds):
        """Holds back all that is said for so long, and severs it: nothing of that ever arrives. How many there were."""
        self.open.clear()
        await asyncio.sleep(seconds)
        lost = self.cut(1.0, None)
        self.open.set()
        return lost
