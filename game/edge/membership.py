"""A worker's membership in a cluster: the parts of `game.cluster` put together for one process.

Only a worker that was given a Redis imports this file, and Redis's client with it.
"""

import logging
import os
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress

import gevent

from game.background import Background
from game.cluster.clock import WorldClock, monotonic_ms
from game.cluster.cluster_gateway import SharedFront
from game.cluster.complaint import Complaint
from game.cluster.connections import Edge
from game.cluster.lease import Standing
from game.cluster.link import Couriers
from game.cluster.messages import AnyLetter
from game.cluster.node import Node
from game.cluster.outbox import SharedOutbox
from game.cluster.redis_store import RedisStore
from game.cluster.store import StoreDown
from game.config import Config
from game.edge.message_queue import Queue
from game.edge.tokens import fingerprints
from game.ops.metrics import Figure, single
from game.rooms.room import RoomContext
from game.rooms.service import RoomService
from game.transport.manager import Fanout

log = logging.getLogger("rumpus.cluster")

CLOCK_TRIES = 7
CLOCK_EVERY_S = 30.0
CLOCK_NOISE_US = 500
"""What may lie between a clock's reading and its use in a busy process."""
CLOCK_WARN_US = 250_000
FIRST_WAIT_S = 0.25
MOST_WAIT_S = 5.0
"""Waits between tries to join: each twice the one before, less a random part, so that workers spread."""
BUILD_EVERY_S = 600.0
"""How often the files of this build are kept for another week."""
BUILD_AGAIN_S = 2.0


def new_process(worker_id: str) -> str:
    """A name for this process that no other ever has: who, its pid, and 64 random bits."""
    return f"{worker_id or 'worker'}-{os.getpid()}-{secrets.token_hex(8)}"


class Membership:
    """One process's part in the world that `config.cluster` names; `keys` sign its players' tokens."""

    def __init__(self, config: Config, background: Background, keys: list[str]) -> None:
        self._background = background
        self._settings = config.cluster
        self.process = new_process(config.cluster.worker_id)
        self.store = RedisStore(config.cluster.redis_url, config.cluster.world)
        self._secrets = fingerprints(keys)
        self._couriers = Couriers(self.process)
        self._monotonic_us: Callable[[], int] = lambda: 0
        self._clock = WorldClock(self._monotonic_us)
        self._outbox: SharedOutbox
        self._front: SharedFront
        self.node: Node

    def sees_redis(self) -> bool:
        """Whether Redis answered the last time it was asked, just now."""
        return self.node.sees_store

    def figures(self) -> Iterator[Figure]:
        """How this worker stands among the others, for a scrape."""
        lease = self.node.lease
        yield Figure(
            "lease_standing",
            "1 for how this worker stands to its lease: ok; suspect (it is asking); degraded (Redis is away,"
            " rooms play on from memory); frozen (others have its rooms).",
            "gauge",
            {(one.value,): float(one is lease.standing) for one in Standing},
            ("standing",),
        )
        yield single("lease_age_seconds", "Time since Redis last granted the lease.", lease.age_ms / 1000)
        yield single(
            "redis_latency_seconds", "What the last renewal of the lease took.", lease.latency_ms / 1000
        )
        yield single("redis_up", "Whether Redis answered the last time.", float(lease.answered))
        yield single("peers", "Other workers of this world that are alive.", len(self.node.peers()))
        yield single("draining", "Whether this worker is giving its rooms away.", float(self.node.draining))

    def clocks(self, monotonic_us: Callable[[], int]) -> tuple[Callable[[], int], Callable[[], int]]:
        """The world's clock, in microseconds and in milliseconds: the same for every worker."""
        self._monotonic_us = monotonic_us
        self._clock = WorldClock(monotonic_us)
        return self._clock.us, self._clock.ms

    def outbox(self, edge: Edge) -> SharedOutbox:
        """The way out for this worker's rooms."""

        def post(process: str, letter: AnyLetter) -> None:
            self._front.post(process, letter)

        self._outbox = SharedOutbox(edge, post)
        return self._outbox

    def front(
        self, desk: RoomService, house: RoomContext, edge: Edge, disperse: Callable[[bool], None]
    ) -> SharedFront:
        """What this worker's connections ask."""
        world_ms = self._clock.ms
        self._front = SharedFront(self.process, desk, edge, self._outbox, self._couriers, world_ms)
        self.node = Node(
            self._settings,
            self.process,
            self.store,
            house,
            desk,
            edge,
            self._outbox,
            self._couriers,
            self._front,
            world_ms,
            disperse,
            self._background,
            self._secrets,
        )
        self._front.meet(self.node)
        return self._front

    def queue(self, fanout: Fanout) -> Queue:
        """The message queue for low-rate words."""
        return Queue(self._settings.redis_url, self._settings.world, fanout)

    def start(self, host: str, port: int) -> None:
        """Join the world; returns when Redis answers and takes writes, however long that is.

        Args:
            host: the address that this worker listens on.
            port: its port.
        """
        reached = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host
        self.node.address = self._settings.advertise or f"{reached}:{port}"
        complaint = Complaint(
            lambda reason: log.warning("cannot start: %s; trying again", reason), monotonic_ms
        )
        wait_s = FIRST_WAIT_S
        while True:
            try:
                self._set_clock()
                self.node.start()
                self._background.start("world clock", self._keep_clock)
                return
            except StoreDown as error:
                complaint.fails(str(error))
            gevent.sleep(random.uniform(wait_s / 2, wait_s))
            wait_s = min(wait_s * 2, MOST_WAIT_S)

    def share_build(
        self, build: str, files: dict[str, bytes], keep_serving: Callable[[dict[str, bytes]], None]
    ) -> None:
        """Keep this build's client files where later builds find them, and serve those of earlier ones.

        Pages that were opened before a deploy go on asking for parts of themselves. Runs for ever.
        """
        shared = False
        while True:
            try:
                if not shared or not self.store.renew_build(build):
                    keep_serving(self.store.keep_build(build, files))
                    shared = True
                gevent.sleep(BUILD_EVERY_S)
            except StoreDown:
                gevent.sleep(BUILD_AGAIN_S)

    def _set_clock(self) -> None:
        """Measure Redis's clock: of some tries the fastest, which errs by half its time at most.

        Raises:
            StoreDown: Redis does not answer.
        """
        best: tuple[int, int] | None = None
        for _ in range(CLOCK_TRIES):
            asked_us = self._monotonic_us()
            told_us = self.store.world_us()
            took_us = self._monotonic_us() - asked_us
            if best is None or took_us < best[0]:
                best = (took_us, told_us - asked_us - took_us // 2)
        assert best is not None
        took_us, offset_us = best
        behind_us = self._clock.measured(offset_us, took_us // 2 + CLOCK_NOISE_US)
        if abs(behind_us) > CLOCK_WARN_US:
            log.warning("the world's clock is %.3f s ahead of this worker's", behind_us / 1e6)

    def _keep_clock(self) -> None:
        """Measure the world's clock again and again: no two machines' clocks go alike. Runs for ever."""
        while True:
            gevent.sleep(CLOCK_EVERY_S)
            with suppress(StoreDown):
                self._set_clock()
