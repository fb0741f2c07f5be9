"""A worker's membership in a cluster: its store, clock, link and outbox, and how it joins and reports.

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
from game.cluster.connections import LocalOutbox
from game.cluster.lease import LeaseState
from game.cluster.link import PubSubTransport
from game.cluster.log_throttle import LogThrottle
from game.cluster.node import Node
from game.cluster.outbox import ClusterOutbox
from game.cluster.persistence import CheckpointLog
from game.cluster.redis_store import RedisStore
from game.cluster.store import StoreDown
from game.config import Config
from game.edge.message_queue import MessageQueue
from game.edge.tokens import fingerprints
from game.ops.metrics import Figure, single
from game.rooms.ended_match import EndedMatch, OnEnded
from game.rooms.invitation import Invitation, invitation_to_frozen
from game.rooms.room import RoomContext
from game.rooms.service import RoomService
from game.transport.manager import ClientManager

log = logging.getLogger("rumpus.cluster")

CLOCK_TRIES = 7
CLOCK_EVERY_S = 30.0
CLOCK_NOISE_US = 500
"""What may lie between a clock's reading and its use in a busy process."""
CLOCK_WARN_US = 250_000
FIRST_WAIT_S = 0.25
MAX_WAIT_S = 5.0
"""Waits between tries to join: each twice the one before, less a random part, so that workers spread."""
BUILD_EVERY_S = 600.0
"""How often the files of this build are kept for another week."""
BUILD_AGAIN_S = 2.0
_ALL_ADDRESSES = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


def new_process(worker_id: str) -> str:
    """A name for this process that no other ever has: its worker id, its pid, and 64 random bits."""
    return f"{worker_id or 'worker'}-{os.getpid()}-{secrets.token_hex(8)}"


class Membership:
    """One process's part in the world that `config.cluster` names.

    Args:
        config: the settings of this run.
        background: runs what must run as long as the process.
        keys: the keys that sign tokens, the newest last.
        local: the outbox to this worker's own connections.
        monotonic_us: the machine's monotonic clock in microseconds.
        record: takes ended matches to be kept; None: they are not.

    Attributes:
        process: the name of this process.
        clock: the world's clock, the same for every worker.
        outbox: the outbox for this worker's rooms.
    """

    def __init__(
        self,
        config: Config,
        background: Background,
        keys: list[str],
        local: LocalOutbox,
        monotonic_us: Callable[[], int],
        record: OnEnded | None = None,
    ) -> None:
        self._settings = config.cluster
        self._background = background
        self._secrets = fingerprints(keys)
        self._local = local
        self._monotonic_us = monotonic_us
        self.process = new_process(config.cluster.worker_id)
        self._store = RedisStore(config.cluster.redis_url, config.cluster.world)
        self.clock = WorldClock(monotonic_us)
        self._transport = PubSubTransport(self.process, self._store, monotonic_ms)
        checkpoint_ms = round(config.cluster.checkpoint_s * 1000)
        self._checkpoints = CheckpointLog(self.clock.ms, checkpoint_ms, record or (lambda _match: None))
        self.outbox = ClusterOutbox(local, self._transport.post, self._checkpoints.hold_chat)

    def make_node(
        self, service: RoomService, context: RoomContext, refuse_clients: Callable[[bool], None]
    ) -> Node:
        """The node that serves this worker's rooms.

        Args:
            service: the rooms.
            context: what a room needs.
            refuse_clients: called with True to send all clients to other workers, with False to accept them.

        Returns:
            The node; give it to `start`.
        """
        return Node(
            self._settings,
            self.process,
            self._store,
            self._transport,
            self._checkpoints,
            self.outbox,
            self._local,
            service,
            context,
            self._background,
            refuse_clients,
            self.clock.ms,
            monotonic_ms,
            self._secrets,
        )

    def hold_ended(self, code: str, match: EndedMatch) -> None:
        """Take the ended match of a room, see `CheckpointLog.hold_ended`."""
        self._checkpoints.hold_ended(code, match)

    def holds_ended(self, match_id: str) -> bool:
        """Whether an ended match waits until Redis has its end."""
        return self._checkpoints.holds_ended(match_id)

    def make_queue(self, client_manager: ClientManager) -> MessageQueue:
        """The message queue for rare events to the clients of all workers."""
        return MessageQueue(self._settings.redis_url, self._settings.world, client_manager)

    def start(self, node: Node, host: str, port: int) -> None:
        """Join the world; returns when Redis answers and takes writes, however long that takes.

        Args:
            node: the node of this worker.
            host: the address that this worker listens on.
            port: its port.
        """
        reached = "127.0.0.1" if host in _ALL_ADDRESSES else host
        address = self._settings.advertise or f"{reached}:{port}"
        warnings = LogThrottle(
            lambda cause: log.warning("cannot start: %s; trying again", cause), monotonic_ms
        )
        wait_s = FIRST_WAIT_S
        while True:
            try:
                self._set_clock()
                node.start(address)
                self._background.start("world clock", self._keep_clock)
                return
            except StoreDown as error:
                warnings.failed(str(error))
            gevent.sleep(random.uniform(wait_s / 2, wait_s))  # noqa: S311 - spreads load
            wait_s = min(wait_s * 2, MAX_WAIT_S)

    @staticmethod
    def figures(node: Node) -> Iterator[Figure]:
        """The cluster's figures of a node, for a scrape."""
        lease = node.lease
        yield Figure(
            "lease_standing",
            "1 for how this worker stands to its lease: ok; suspect (it is asking); degraded (Redis is away,"
            " rooms play on from memory); frozen (others have its rooms).",
            "gauge",
            {(one.value,): float(one is lease.state) for one in LeaseState},
            ("standing",),
        )
        yield single("lease_age_seconds", "Time since Redis last granted the lease.", lease.age_ms / 1000)
        yield single(
            "redis_latency_seconds", "What the last renewal of the lease took.", lease.latency_ms / 1000
        )
        yield single("redis_up", "Whether Redis answered the last time.", float(lease.answered))
        yield single("peers", "Other workers of this world that are alive.", len(node.peers()))
        yield single("draining", "Whether this worker is giving its rooms away.", float(node.draining))

    def share_build(
        self, build: str, files: dict[str, bytes], keep_serving: Callable[[dict[str, bytes]], None]
    ) -> None:
        """Keep this build's client files where later builds find them, and serve those of earlier builds.

        Pages that were opened before a deploy go on asking for parts of themselves. Runs for ever.

        Args:
            build: the build's id.
            files: its files, by path.
            keep_serving: called with the files of earlier builds.
        """
        shared = False
        while True:
            try:
                if not shared or not self._store.renew_build(build):
                    keep_serving(self._store.keep_build(build, files))
                    shared = True
                gevent.sleep(BUILD_EVERY_S)
            except StoreDown:
                gevent.sleep(BUILD_AGAIN_S)

    def invitation(self, code: str) -> Invitation | None:
        """The invitation to a room of another worker, from what it has recorded; None also without Redis."""
        try:
            record = self._store.read(code)
        except StoreDown:
            return None
        return None if record is None else invitation_to_frozen(record.checkpoint)

    def _set_clock(self) -> None:
        """Measure Redis's clock: the fastest of some tries counts, which errs by half its time at most.

        Raises:
            StoreDown: Redis does not answer.
        """
        best: tuple[int, int] | None = None
        for _ in range(CLOCK_TRIES):
            asked_us = self._monotonic_us()
            redis_us = self._store.world_us()
            took_us = self._monotonic_us() - asked_us
            if best is None or took_us < best[0]:
                best = (took_us, redis_us - asked_us - took_us // 2)
        assert best is not None
        took_us, offset_us = best
        behind_us = self.clock.measured(offset_us, took_us // 2 + CLOCK_NOISE_US)
        if abs(behind_us) > CLOCK_WARN_US:
            log.warning("the world's clock is %.3f s ahead of this worker's", behind_us / 1e6)

    def _keep_clock(self) -> None:
        """Measure the world's clock regularly: no two machines' clocks run alike. Runs for ever."""
        while True:
            gevent.sleep(CLOCK_EVERY_S)
            with suppress(StoreDown):
                self._set_clock()
