# SPDX-License-Identifier: Apache-2.0
"""What kube-proxy is to a pod: an address that stays, behind which pods come and go."""
import asyncio
import random
import threading


class Half(asyncio.Protocol):
    """One end of a connection, which hands on what it gets to the other end."""

    def __init__(self):
        self.own = self.other = None

    def connection_made(self, transport):
        self.own = transport

    def data_received(self, data):
        self.other.own.write(data)

    def eof_received(self):
        self.other.own.write_eof()
        return True

    def connection_lost(self, error):
        if self.other is None or self.other.own is None:
            return
        if error is None:
            self.other.own.close()
        else:
            self.other.own.abort()

    def pause_writing(self):
        self.other.own.pause_reading()

    def resume_writing(self):
        self.other.own.resume_reading()


class Caller(Half):
    """The end of who called the service: finds a pod first."""

    def __init__(self, service):
        super().__init__()
        self.service = service
        self.finding = None
        self.early = b""  # what came before there was a pod
        self.is_over = False  # whether the caller's last byte came before, too

    def connection_made(self, transport):
        super().connection_made(transport)
        transport.pause_reading()
        self.finding = asyncio.ensure_future(self.find())

    # Python before 3.11.4 reads once after connection_made, whatever was paused there.
    def data_received(self, data):
        if self.other is None:
            self.early += data
        else:
            super().data_received(data)

    def eof_received(self):
        if self.other is None:
            self.is_over = True
            return True
        return super().eof_received()

    async def find(self):
        pod = Half()
        pod.other = self
        try:
            host, port = random.choice(self.service.endpoints).split(":")
            await asyncio.get_running_loop().create_connection(lambda: pod, host, int(port))
        except (OSError, IndexError):
            self.own.abort()  # as a Service without endpoints, or with one that has gone, refuses
            return
        self.other = pod
        if self.early:
            pod.own.write(self.early)
        if self.is_over:
            pod.own.write_eof()
        if self.own.is_closing():
            pod.own.abort()
        else:
            self.own.resume_reading()


class Service:
    """endpoints: addresses of the pods that are ready. New connections go to one of them; a connection stays with its
    pod until one of both ends it."""

    def __init__(self, network, name):
        self.name = name
        self.endpoints = []
        self.address = network.run(self.listen())

    async def listen(self):
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Caller(self), "127.0.0.1", 0, backlog=1000)
        return "127.0.0.1:%d" % server.sockets[0].getsockname()[1]


class Network:
    """The thread on which all services are."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)
