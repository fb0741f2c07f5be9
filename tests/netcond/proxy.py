"""A TCP proxy that simulates a bad network: delay, jitter, stalls and cuts between a browser and a server.

Bytes keep their order and none is lost, as in TCP: a lost packet is a stall for the reader. It runs in a
separate thread; profiles may be changed while connections are open.
"""

import asyncio
import random
import threading
from dataclasses import dataclass
from typing import Self

CHUNK = 16384


@dataclass(frozen=True)
class Profile:
    """A line: `rtt_ms` both ways together; each chunk of bytes takes up to `jitter_ms` / 2 more or less.

    `down_mbit_s` is what all connections share on their way to the browser; 0: no limit.
    """

    rtt_ms: float = 0
    jitter_ms: float = 0
    down_mbit_s: float = 0


class Proxy:
    """Listens on a free port of this machine and passes everything on to `target`, a port of it."""

    def __init__(self, target: int, profile: Profile = Profile(), seed: int = 1) -> None:
        self.target = target
        self.profile = profile
        self.port = 0
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._ready = threading.Event()
        self._open_again = 0.0
        self._sent_by = 0.0
        self._refuse_until = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the proxy did not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._stopping is not None
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        """Its address for browsers."""
        return f"http://127.0.0.1:{self.port}"

    def stall(self, ms: float) -> None:
        """Hold everything back for this time."""
        self._loop.call_soon_threadsafe(self._stall, ms / 1000)

    def cut(self, ms: float) -> None:
        """Cut every connection, and allow no new one for this time."""
        self._loop.call_soon_threadsafe(self._cut, ms / 1000)

    def _stall(self, seconds: float) -> None:
        self._open_again = self._loop.time() + seconds

    def _cut(self, seconds: float) -> None:
        self._refuse_until = self._loop.time() + seconds
        for writer in self._writers:
            writer.transport.abort()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._loop.time() < self._refuse_until:
            writer.transport.abort()
            return
        # A connection takes a round trip to make.
        await asyncio.sleep(self.profile.rtt_ms / 1000)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        for source, sink, down in ((reader, far_writer, False), (far_reader, writer, True)):
            task = self._loop.create_task(self._carry(source, sink, down))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _sent(self, size: int, down: bool) -> float:
        """When the last of these bytes has been sent."""
        now = self._loop.time()
        rate = self.profile.down_mbit_s if down else 0
        if not rate:
            return now
        self._sent_by = max(self._sent_by, now) + size * 8 / (rate * 1e6)
        return self._sent_by

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, down: bool) -> None:
        """Pass on one direction of a connection, each chunk when its time has come."""
        under: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = self._loop.create_task(self._deliver(under, sink))
        last = 0.0
        try:
            while True:
                chunk = await source.read(CHUNK)
                jitter_ms = self._chance.uniform(-0.5, 0.5) * self.profile.jitter_ms
                last = max(last, self._sent(len(chunk), down) + (self.profile.rtt_ms / 2 + jitter_ms) / 1000)
                under.put_nowait((last, chunk))
                if not chunk:
                    break
            await delivery
        except (ConnectionError, asyncio.CancelledError):
            delivery.cancel()
        finally:
            sink.close()
            self._writers.discard(sink)

    async def _deliver(self, under: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        while True:
            at, chunk = await under.get()
            while (wait := max(at, self._open_again) - self._loop.time()) > 0:
                await asyncio.sleep(wait)
            if not chunk:
                return
            sink.write(chunk)
            await sink.drain()
