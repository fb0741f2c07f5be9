"""What one room's delta costs on its way to another worker: sending and taking, whole, in one process.

Sending is from the room's outbox to Redis's answer: addressing, batching, encoding, publishing. Receiving is
from Redis's bytes to the connection's outbox: reading, decoding, order, acknowledgement, the check of the
epoch. Redis itself is not in it: it is another process.
"""

import itertools
import os
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from game.cluster.gateway import ClusterGateway
from game.cluster.link import PubSubTransport, Received
from game.cluster.messages import RoomMoved, decode_packet
from game.cluster.outbox import ClusterOutbox
from game.cluster.redis_store import RedisStore
from game.devtools.local_cluster import Plan, Supervisor
from game.rooms.outbox import Message

MESSAGES_PER_FLUSH = 12
"""Rooms whose ticks fall between two publications, as measured with some dozens of rooms."""
DELTA_BYTES = 40
FLUSHES = 400
AT_ONCE = 50
"""Packets that lie in the mailbox when it is read; Redis must not get tired of a reader that is behind."""


class _Edge:
    """The outbox to the receiver's connections: it counts what would go out to them."""

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
    here, there = (PubSubTransport(name, store, lambda: 0) for name in "ab")
    edge: Any = _Edge()
    codes = [f"ROOM{number:02}" for number in range(MESSAGES_PER_FLUSH)]
    outbox = ClusterOutbox(edge, here.post, lambda _code, _line: False)
    for code in codes:
        outbox.epochs[code] = 3
        outbox.adopt(code, code, "b/somebody")
    nothing: Any = None
    placement: Any = SimpleNamespace(blocked=False, spawn=None)  # it is never asked
    gateway = ClusterGateway("b", nothing, edge, nothing, there, nothing, placement, lambda: 0)
    for code in codes:
        gateway.receive("a", Received([RoomMoved(code, 3, "a")]))
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
            store.publish(here.links.collect(next(clock)))
        sent += time.process_time() - begun
        begun = time.process_time()
        now = next(clock)
        for _ in range(AT_ONCE):
            gateway.receive("a", there.links.to("a").receive(decode_packet(next(box)), now))
        # What it owes is an acknowledgement, which travels back as it would.
        acknowledgements = there.links.to("a").collect(now + 1000)
        received += time.process_time() - begun
        for data in acknowledgements:
            here.links.to("b").receive(decode_packet(data), now)
    box.close()
    deltas = FLUSHES * MESSAGES_PER_FLUSH
    assert edge.states == 2 * deltas, "every delta goes out at the sender and at the receiver"
    return {
        "sent_us_per_delta": round(sent / deltas * 1e6, 2),
        "received_us_per_delta": round(received / deltas * 1e6, 2),
        "deltas_per_publication": MESSAGES_PER_FLUSH,
    }
