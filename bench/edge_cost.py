"""The cost of one room's delta on its way to another worker: sending and receiving, in one process.

Sent is from the room's outbox to Redis's answer: addressing, the batch, sealing, publishing. Received is from
Redis's bytes to the connection's edge: reading, unsealing, order, acknowledgement, the check of the epoch.
Redis itself is another process and not included.
"""

import itertools
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from game.cluster.homes import Home
from game.cluster.link import Couriers
from game.cluster.messages import AnyLetter, unseal
from game.cluster.outbox import SharedOutbox
from game.cluster.reader import Reader
from game.cluster.redis_store import RedisStore
from game.cluster.remote import Abroad
from game.devtools.local_cluster import Plan, Supervisor
from game.rooms.outbox import Message

LETTERS_PER_FLUSH = 12
"""Rooms whose ticks fall between two publications, as measured with some dozens of rooms."""
DELTA_BYTES = 40
FLUSHES = 400
AT_ONCE = 50
"""Envelopes that lie in the mailbox when it is read; Redis must not get tired of a reader that is behind."""


class _Edge:
    """Connections of the receiver: it counts what would go out to them."""

    def __init__(self) -> None:
        self.states = 0

    def state(self, _channel: str, _message: Message) -> None:
        self.states += 1

    def watched(self, _channel: str) -> int:
        return 0

    def wants_json(self, _channel: str) -> bool:
        return False


def cost() -> dict[str, float]:
    """Microseconds of this process's CPU for each delta."""
    with tempfile.TemporaryDirectory() as folder:
        supervisor = Supervisor(Plan(Path(folder), 0))
        (Path(folder) / "logs").mkdir()
        try:
            supervisor.start_redis()
            return _measure(supervisor.redis_url)
        finally:
            supervisor.stop()


def _measure(url: str) -> dict[str, float]:
    store = RedisStore(url, "cost")
    here, there = Couriers("a"), Couriers("b")
    edge: Any = _Edge()
    codes = [f"ROOM{number:02}" for number in range(LETTERS_PER_FLUSH)]

    def post(process: str, letter: AnyLetter) -> None:
        here.to(process).post(letter)

    outbox = SharedOutbox(edge, post)
    for code in codes:
        outbox.epochs[code] = 3
        outbox.adopt(code, code, "b/somebody")
    nothing: Any = None
    abroad = Abroad("b", nothing, edge, nothing, nothing, nothing, lambda _code: False, lambda: 0)
    abroad.homes.update({code: Home("a", 3) for code in codes})
    reader = Reader(nothing, nothing, edge, nothing, abroad, lambda: 0)
    box: Any = store.listen("b")
    next(box)
    delta = os.urandom(DELTA_BYTES)
    messages = [Message("s", delta, lambda: None) for _ in codes]
    sent = received = 0.0
    clock = itertools.count(1)
    for _ in range(FLUSHES // AT_ONCE):
        begun = time.process_time()
        for _ in range(AT_ONCE):
            for code, message in zip(codes, messages, strict=True):
                outbox.state(code, message)
            store.publish(here.collect(next(clock)))
        sent += time.process_time() - begun
        begun = time.process_time()
        now = next(clock)
        for _ in range(AT_ONCE):
            reader.take("a", there.to("a").take(unseal(next(box)), now))
        # What it owes is an acknowledgement, which travels back as it would.
        acknowledgements = there.collect(now + 1000)
        received += time.process_time() - begun
        for _, data in acknowledgements:
            here.to("b").take(unseal(data), now)
    box.close()
    letters = FLUSHES * LETTERS_PER_FLUSH
    assert edge.states == 2 * letters, "every delta goes out at the sender and at the receiver"
    return {
        "sent_us_per_delta": round(sent / letters * 1e6, 2),
        "received_us_per_delta": round(received / letters * 1e6, 2),
        "deltas_per_publication": LETTERS_PER_FLUSH,
    }
