"""A proxy between a worker and Redis that simulates faults of the network.

It can swallow everything (both ways, connections stay open), refuse connections, and lose, double or delay
messages of mailboxes: pub/sub pushes, which it cuts out of the stream by reading Redis's own format.
"""

import random
import select
import socket
import threading
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass
class _Pair:
    client: socket.socket
    server: socket.socket
    pushes: bytearray = field(default_factory=bytearray)
    held: bytes = b""


def whole_message(data: bytearray) -> int:
    """The length of the whole RESP message at the beginning of `data`; 0 if it is not whole yet."""
    end = data.find(b"\r\n")
    if end < 0:
        return 0
    kind, rest = bytes(data[:1]), end + 2
    if kind in (b"*", b">"):
        at = rest
        for _ in range(int(data[1:end])):
            size = whole_message(data[at:])
            if not size:
                return 0
            at += size
        return at
    if kind == b"$":
        length = int(data[1:end])
        size = rest + (length + 2 if length >= 0 else 0)
        return size if len(data) >= size else 0
    return rest


class FaultProxy:
    """Listens on `port` and talks to Redis at `redis_port`. A context manager.

    Attributes:
        cut: nothing passes, and connections stay open.
        loss, doubling, delay: shares of mailbox messages, 0..1, that are lost, sent twice, or held back until
            the next one has passed.
        faults: how many messages were harmed.
    """

    def __init__(self, redis_port: int, seed: int = 1) -> None:
        self._redis_port = redis_port
        self._chance = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut = False
        self.loss = self.doubling = self.delay = 0.0
        self.faults = 0
        self.messages = 0
        self._pairs: list[_Pair] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)
        for pair in self._pairs:
            pair.client.close()
            pair.server.close()
        self._listener.close()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _run(self) -> None:
        while not self._over.is_set():
            sockets: list[Any] = [self._listener]
            if not self.cut:
                sockets += [one for pair in self._pairs for one in (pair.client, pair.server)]
            ready, _, _ = select.select(sockets, [], [], 0.02)
            for one in ready:
                if one is self._listener:
                    self._accept()
                elif not self.cut:
                    pair = next((two for two in self._pairs if one in (two.client, two.server)), None)
                    if pair is not None:
                        self._pass(pair, one)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._redis_port), 2)
        except OSError:
            client.close()
            return
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pairs.append(_Pair(client, server))

    def _pass(self, pair: _Pair, source: socket.socket) -> None:
        try:
            data = source.recv(65536)
            if not data:
                raise OSError("closed")
            if source is pair.client:
                pair.server.sendall(data)
            else:
                self._down(pair, data)
        except OSError:
            self._pairs.remove(pair)
            pair.client.close()
            pair.server.close()

    def _down(self, pair: _Pair, data: bytes) -> None:
        pair.pushes += data
        while (size := whole_message(pair.pushes)) > 0:
            message = bytes(pair.pushes[:size])
            del pair.pushes[:size]
            for one in self._harm(pair, message):
                pair.client.sendall(one)

    def _harm(self, pair: _Pair, message: bytes) -> list[bytes]:
        head = message[:64]
        if b"message\r\n" not in head or b"g:mb:" not in head:
            return [message]
        self.messages += 1
        held, pair.held = pair.held, b""
        out = [message]
        chance = self._chance.random()
        if chance < self.loss:
            out = []
        elif chance < self.loss + self.doubling:
            out = [message, message]
        elif chance < self.loss + self.doubling + self.delay and not held:
            pair.held, out = message, []
        if len(out) != 1:
            self.faults += 1
        return [*out, held] if held else out
