"""A worker among others: the parts of its cluster put together, and the loops that keep them going.

Everything that waits for Redis runs here, each kind in a greenlet of its own; rooms tick on meanwhile. The
one exception is `gate`: a worker whose lease has run out sends nothing for its rooms before it has asked.
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import gevent
import msgspec
from gevent.lock import Semaphore

from game import error_log
from game.background import Background, Greenlet
from game.cluster import messages as m
from game.cluster.connections import LocalOutbox
from game.cluster.directory import RoomDirectory
from game.cluster.failover import Failover
from game.cluster.gateway import ClusterGateway
from game.cluster.lease import Lease, LeaseState
from game.cluster.link import PubSubTransport
from game.cluster.log_throttle import LogThrottle
from game.cluster.migration import Migration
from game.cluster.outbox import ClusterOutbox
from game.cluster.peers import MismatchReport, Peer, PeerInfo, sees_store
from game.cluster.persistence import CheckpointLog, Writer
from game.cluster.remote import LocationUnknown, RoomLocation
from game.cluster.store import Store, StoreDown
from game.rooms.freeze import FORMAT, LAYOUT
from game.rooms.room import RoomContext
from game.rooms.rules_hash import rules_hash
from game.rooms.service import RoomService
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

OVERLOADED = 0.8
LESS_LOADED = 0.2
"""A worker gets a new room of an overloaded one if its load is lower by this."""
MAX_SEARCHES = 16
"""Greenlets that look for rooms at the same time."""
UPKEEP_S = 0.25
MAX_FAILURES = 10
"""A loop that fails this many times in a row will not recover: the worker ends."""
ASK_PEERS_S = 0.2
ASKED_PEERS = 2
MAX_SPREAD_S = 10.0
"""People who are asked to connect to another worker do so within this time."""


class Node:
    """One worker's part in the cluster. Implements Placement for the gateway and LeaseListener for the lease.

    Args:
        settings: the cluster's settings. process: this worker's process, a name that is never used twice.
        store: what workers share. transport: carries messages to other workers. checkpoints: what is written
        of its rooms. outbox: its rooms' outbox. local: the outbox to its own connections. service: its rooms.
        context: what a room needs. background: runs its loops. refuse_clients: called with True to send all
        clients to other workers, with False to accept them again. world_ms: the world's clock. now_ms: a
        clock that only rises. secrets: fingerprints of its keys.

    Attributes:
        gateway: what its connections ask.
        lease: its lease.
        writer: records its rooms.
        failover: takes rooms of lost workers over.
        migration: moves rooms.
        load: the share of a core that this worker uses.
        directory: the open rooms of all workers.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        process: str,
        store: Store,
        transport: PubSubTransport,
        checkpoints: CheckpointLog,
        outbox: ClusterOutbox,
        local: LocalOutbox,
        service: RoomService,
        context: RoomContext,
        background: Background,
        refuse_clients: Callable[[bool], None],
        world_ms: Callable[[], int],
        now_ms: Callable[[], int],
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.process = process
        self._settings = settings
        self._store = store
        self._transport = transport
        self._checkpoints = checkpoints
        self._service = service
        self._background = background
        self._refuse_clients = refuse_clients
        self._now_ms = now_ms
        self._secrets = secrets
        self._address = ""
        self._rules = {name: rules_hash(type(game)) for name, game in context.games.items()}
        self._mismatches = MismatchReport()
        self.load = 0.0
        self._cpu: tuple[float, float] = (time.process_time(), time.monotonic())
        self._searching = Semaphore(MAX_SEARCHES)
        self._greenlets: list[Greenlet] = []
        self.directory = RoomDirectory(process, service.lobby, checkpoints.is_recorded)
        self.gateway = ClusterGateway(process, service, local, outbox, transport, checkpoints, self, world_ms)
        self.lease = Lease(settings, process, store, self, now_ms)
        self.writer = Writer(
            checkpoints, store, self.lease, service.lobby, outbox, self.gateway, world_ms, now_ms,
            settings.journal_flush_ms,
        )  # fmt: skip
        self.failover = Failover(
            settings, store, self.lease, self.writer, transport.links, self.gateway, service.lobby, context,
            world_ms, now_ms,
        )  # fmt: skip
        self.migration = Migration(
            store, self.lease, self.writer, transport, self.gateway, outbox, service, context, local,
            self.others, world_ms, now_ms,
        )  # fmt: skip

    # --- life ---------------------------------------------------------------------------------

    def start(self, address: str) -> None:
        """Take the lease, then run the loops.

        Args:
            address: host and port at which other workers reach this one over HTTP.

        Raises:
            StoreDown: the store does not answer, or refuses a write or a packet; call it again later.
        """
        self._address = address
        self._transport.check()
        self.lease.begin()
        loops = {
            "renewing the lease": self._renew_lease,
            "looking for rooms of lost workers": self.failover.scan,
            "saving rooms to Redis": self.writer.run_round,
            "sending messages to other workers": self._transport.deliver,
            "listening to Redis": self._listen,
            "moving rooms and listing open ones": self._upkeep,
        }
        start = self._background.start
        self._greenlets = [
            start(task, partial(self._run_forever, task, loop)) for task, loop in loops.items()
        ]

    def stop(self) -> None:
        """Write what is not written, end the loops, and give the lease up: none of them may renew it then."""
        with suppress(StoreDown):
            self.writer.flush()
        with suppress(gevent.Timeout):  # one that hangs must not keep the lease
            gevent.killall(self._greenlets, timeout=1)
        self.resign()

    def resign(self) -> None:
        """Give the lease up, so that other workers need not wait for it to run out."""
        with suppress(StoreDown):
            self._store.resign(self.lease.lease_id)

    def _run_forever(self, task: str, loop: Callable[[], None]) -> None:
        """Run a loop's body again and again; some exceptions are survived.

        Args:
            task: what it does, in an operator's words.
            loop: the body.

        Raises:
            Exception: it has failed MAX_FAILURES times in a row.
        """

        def warn(cause: str) -> None:
            log.error("%s fails: %s", task, cause, extra={"task": task, "reason": cause})

        warnings = LogThrottle(warn, self._now_ms, self._settings.lease_ms * 2)
        failures = 0
        while True:
            try:
                loop()
                warnings.succeeded()
                failures = 0
            except StoreDown as error:
                if self.lease.answered:
                    warnings.failed(str(error))
                else:
                    warnings.succeeded()  # everything fails, and the lease has logged why
                gevent.sleep(0.1)
            except Exception as error:
                failures += 1
                if failures >= MAX_FAILURES:
                    raise
                error_log.report(task, error)
                gevent.sleep(0.1)

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        """Run work that may wait in a greenlet of its own; only some of them at once."""

        def run() -> None:
            with self._searching:
                try:
                    work()
                except Exception as error:  # noqa: BLE001 - one search must not cost the worker
                    error_log.report("a search for a room", error)

        gevent.spawn_later(after_ms / 1000, run)

    @property
    def draining(self) -> bool:
        """Whether this worker takes no new people and gives its rooms away."""
        return self.failover.draining

    @property
    def ready(self) -> bool:
        """Whether new people may come."""
        return not self.draining and self.lease.state is not LeaseState.FROZEN

    @property
    def sees_store(self) -> bool:
        """Whether the store answered the last time it was asked, just now."""
        return self.lease.sees_store

    def drain(self) -> None:
        """Take nothing in any more, move every room, and ask every client to connect to another worker."""
        self.failover.draining = True
        with suppress(StoreDown):
            self.lease.renew()  # which tells the other workers
        self.move_out()
        if self.others():
            self.migration.ask_all_to_move(min(MAX_SPREAD_S, self._settings.drain_s / 3))

    def move_out(self, last: bool = False) -> bool:
        """Move every room that is here to another worker.

        Args:
            last: a match that no other worker can go on with, having other rules, is not waited for any more:
                its room goes without it.

        Returns:
            Whether no room is left here or on its way.
        """
        for room in self._checkpoints.rooms():
            self.migration.move_out(room, last)
        return not self._checkpoints.rooms() and self._transport.links.delivered

    # --- the lease ----------------------------------------------------------------------------

    @property
    def gate_us(self) -> int:
        """The monotonic microsecond at which `gate` must be called before rooms may speak."""
        return self.lease.gate_us

    def gate(self) -> None:
        """The lease has run out: ask before anything is sent."""
        self.lease.gate()

    @property
    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""
        return self.lease.blocked

    def _renew_lease(self) -> None:
        self._measure_load()
        self.lease.renew()
        gevent.sleep(self._settings.heartbeat_ms / 1000)

    def _measure_load(self) -> None:
        before, now = self._cpu, (time.process_time(), time.monotonic())
        if now[1] - before[1] >= 1:
            self.load = (now[0] - before[0]) / (now[1] - before[1])
            self._cpu = now

    def info(self) -> bytes:
        """What the heartbeat reports of this worker."""
        return msgspec.json.encode(self._info())

    def _info(self) -> PeerInfo:
        return PeerInfo(
            address=self._address,
            draining=self.draining,
            load=round(self.load, 3),
            rooms=len(self._service.lobby.rooms),
            steady=self.lease.steady,
            rules=self._rules,
            format=FORMAT,
            layout=LAYOUT,
            secrets=self._secrets,
        )

    def peers(self) -> list[Peer]:
        """Every other worker that was last seen alive."""
        return [peer for peer in self.failover.alive.values() if peer.process != self.process]

    def restore(self) -> None:
        """The store does not have our rooms under this lease id: write them again. Raises StoreDown."""
        self.writer.restore()
        self.directory.forget_published()

    def returned(self, frozen: bool) -> None:
        """The store is back after a silence; `frozen`: our rooms were given up meanwhile."""
        if frozen:
            self._refuse_clients(False)
        self._transport.resend_now()
        self._checkpoints.forget_records()

    def degraded(self) -> None:
        """The store is silent: ask peers about it until that has changed."""
        self._background.start("asking peers about Redis", self._ask_peers, ends=True)

    def _ask_peers(self) -> None:
        while self.lease.state is LeaseState.DEGRADED:
            self.lease.ask_peers()
            gevent.sleep(ASK_PEERS_S)

    def peers_see_store(self) -> bool:
        """Ask some peers whether they see the store."""
        peers = self.peers()
        asked = random.sample(peers, min(ASKED_PEERS, len(peers)))
        answers = [gevent.spawn(sees_store, peer.info.address) for peer in asked]
        gevent.joinall(answers, timeout=1)
        return any(one.value for one in answers)

    def give_up(self) -> None:
        """Other workers have our rooms: send nothing more for them, and send everyone to other workers."""
        for room in self._checkpoints.rooms():
            self._checkpoints.drop(room.code)
            self._service.give_up(room)
        self._refuse_clients(True)

    # --- what the gateway asks ----------------------------------------------------------------

    def others(self) -> list[Peer]:
        """The other workers that are alive and take people in."""
        return self.failover.others()

    def locate(self, code: str) -> RoomLocation | None:
        """Where a room is; it is claimed first if its owner is lost. Raises LocationUnknown."""
        return self.failover.locate(code)

    def see_to(self, code: str) -> None:
        """Let the match of a room be awake somewhere, if it can be told now. Raises Refused."""
        if not self.draining:
            with suppress(LocationUnknown):
                self.failover.locate(code)

    def place_new(self) -> str:
        """This worker, unless it has too much to do and one of two others has less."""
        if self.load < OVERLOADED:
            return self.process
        others = self.others()
        picked = random.sample(others, min(2, len(others)))
        best = min(picked, key=lambda peer: peer.info.load, default=None)
        return self.process if best is None or best.info.load > self.load - LESS_LOADED else best.process

    def place_quick(self, game: str) -> str:
        """The process that has the best room for quick play, this one if no other has a better one."""
        alive = {peer.process for peer in self.others()}
        return self.directory.place_quick(game or self._service.default_game, alive)

    def receive(self, transfer: m.Transfer, sender: str) -> None:
        """A room was transferred to this worker."""
        self.failover.arrived(transfer.code)
        self.migration.receive(transfer, sender)

    def why_unreadable(self, frozen: bytes) -> str:
        """Why this worker cannot go on with a frozen room; "" when it can."""
        return self.migration.why_unreadable(frozen)

    def hold_entry(self, code: str, done: Callable[[bool], None]) -> bool:
        """Call `done` when a room that was just opened is recorded; see `Writer.hold_entry`."""
        return self.writer.hold_entry(code, done)

    # --- loops --------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._transport.listen(self.gateway.receive)

    def _upkeep(self) -> None:
        """Several times a second: what has timed out, and which rooms should be at other workers."""
        gevent.sleep(UPKEEP_S)
        self.gateway.sweep()
        for level, line in self._mismatches.update(self._info(), self.peers()):
            log.log(level, "%s", line)
        if self.draining or self.lease.state is not LeaseState.OK:
            self.migration.forget_majorities()
            return
        self._publish_open_rooms()
        self.migration.check(self._checkpoints.rooms())

    def _publish_open_rooms(self) -> None:
        now_ms = self._now_ms()
        changed = self.directory.changed(now_ms)
        if changed is not None:
            self._store.put_open_rooms(self.process, changed)
        if self.directory.due(now_ms):
            self.directory.read(self._store.open_rooms(), set(self.failover.alive))
