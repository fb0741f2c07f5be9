"""A worker among others: the parts of its membership put together, and the loops that keep them going.

Everything that waits for Redis runs here, each kind in a greenlet of its own; rooms tick on meanwhile. The
one exception is `gate`: a worker whose lease has run out says nothing for its rooms before it has asked.
"""

import logging
import random
import time
from collections.abc import Callable
from functools import partial

import gevent
import msgspec
from gevent.lock import Semaphore

from game import error_log
from game.background import Background, Greenlet
from game.cluster import messages as l
from game.cluster.clock import monotonic_ms
from game.cluster.cluster_gateway import SharedFront
from game.cluster.complaint import Complaint
from game.cluster.connections import Edge
from game.cluster.directory import Directory
from game.cluster.failover import Takeover
from game.cluster.homes import Home
from game.cluster.lease import Lease, Standing
from game.cluster.link import Couriers
from game.cluster.migration import Moves
from game.cluster.outbox import SharedOutbox
from game.cluster.peers import Info, Neighbour
from game.cluster.persistence import Recorder
from game.cluster.post import Post
from game.cluster.redis_store import RedisStore
from game.cluster.scribe import Scribe
from game.cluster.store import StoreDown
from game.cluster.strangers import Strangers
from game.rooms.freeze import FORMAT, LAYOUT
from game.rooms.room import RoomContext
from game.rooms.rules_hash import rules_hash
from game.rooms.service import RoomService
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

OVERLOADED = 0.8
LOOKING_AT_ONCE = 16
LOOK_ROUND_S = 0.25
MOST_FAILURES = 10
"""A loop that fails this many times in a row will not recover: the worker ends."""


def _name(loop: Callable[[], None]) -> str:
    """What the log calls a loop."""
    return loop.__qualname__.replace("._", ".")


class Node:
    """Implements Finder for the front and Keeper for the lease. `process` is never used twice.

    Attributes:
        address: where others reach this worker over HTTP.
        draining: new people go elsewhere, rooms are on their way out.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        process: str,
        store: RedisStore,
        house: RoomContext,
        desk: RoomService,
        edge: Edge,
        outbox: SharedOutbox,
        couriers: Couriers,
        front: SharedFront,
        world_ms: Callable[[], int],
        disperse: Callable[[bool], None],
        background: Background,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.process = process
        self._background = background
        self.address = ""
        self.lease = Lease(settings, process, store, self)
        self._settings = settings
        self._store = store
        self._desk = desk
        self._couriers = couriers
        self._front = front
        self._disperse = disperse
        recorder = Recorder(world_ms, round(settings.checkpoint_s * 1000))
        self.directory = Directory(process, desk.lobby, recorder.is_recorded)
        self._scribe = Scribe(
            recorder, store, self.lease, desk.lobby, outbox, front, world_ms, settings.journal_flush_ms
        )
        self._post = Post(process, store, couriers, front)
        self._takeover = Takeover(
            settings, store, self.lease, self._scribe, couriers, front, desk.lobby, house, world_ms
        )
        self._moves = Moves(
            store, self.lease, self._scribe, front, outbox, desk, house, edge, self.others, world_ms
        )
        self._rules = {name: rules_hash(type(game)) for name, game in house.games.items()}
        self._secrets = secrets
        self._strangers = Strangers()
        self._load = 0.0
        self._cpu: tuple[float, float] = (time.process_time(), time.monotonic())
        self._looking = Semaphore(LOOKING_AT_ONCE)
        self._greenlets: list[Greenlet] = []
        outbox.hold_chat = self._scribe.hold_chat

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: take the lease, then run the loops.

        Raises:
            StoreDown: the store does not answer, or refuses a write or a letter; call it again later.
        """
        self._store.publish([(self.process, b"")])  # letters have a connection of their own, and own rights
        self.lease.begin()
        loops = (
            self._beat, self._takeover.scan, self._scribe.rounds, self._post.deliver, self._post.listen,
            self._look_round,
        )  # fmt: skip
        start = self._background.start
        self._greenlets = [start(_name(loop), partial(self._for_ever, loop)) for loop in loops]

    def stop(self) -> None:
        """End for good: the lease is given up, so that others need not wait for it to run out."""
        try:
            self._scribe.flush()
        except StoreDown:
            pass
        self.resign()
        gevent.killall(self._greenlets, block=False)

    def resign(self) -> None:
        """Give the lease up, so that others need not wait for it to run out."""
        try:
            self._store.resign(self.lease.wid)
        except StoreDown:
            pass

    def _for_ever(self, loop: Callable[[], None]) -> None:
        """Run a loop's body again and again. Some exceptions are survived: one room's, or one letter's.

        Raises:
            Exception: it has failed MOST_FAILURES times in a row.
        """
        complaint = Complaint(
            lambda reason: log.error("%s fails: %s", _name(loop), reason),
            monotonic_ms,
            self._settings.lease_ms * 2,
        )
        failures = 0
        while True:
            try:
                loop()
                complaint.works()
                failures = 0
            except StoreDown as error:
                if self.lease.answered:
                    complaint.fails(str(error))
                else:
                    complaint.works()  # everything fails, and the lease has told why
                gevent.sleep(0.1)
            except Exception as error:
                failures += 1
                if failures >= MOST_FAILURES:
                    raise
                error_log.report(_name(loop), error)
                gevent.sleep(0.1)

    def start_beside(self, name: str, run: Callable[[], None]) -> None:
        """Run something until it returns; an exception in it ends this worker."""
        self._background.start(name, run, ends=True)

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        """Run something beside, that may wait; only some of them at once."""

        def run() -> None:
            with self._looking:
                try:
                    work()
                except Exception:
                    log.exception("a search failed")

        gevent.spawn_later(after_ms / 1000, run)

    @property
    def draining(self) -> bool:
        """Whether new people go elsewhere, and rooms are on their way out."""
        return self._takeover.leaving

    @property
    def ready(self) -> bool:
        """Whether new people may come."""
        return not self.draining and self.lease.standing is not Standing.FROZEN

    @property
    def sees_store(self) -> bool:
        """Whether the store answered the last time it was asked, just now."""
        return self.lease.sees_store

    def drain(self) -> None:
        """Take nothing in any more, hand every room over and tell everyone here to connect elsewhere."""
        self._takeover.leaving = True
        try:
            self.lease.renew()  # which tells the others
        except StoreDown:
            pass
        self.hand_over()
        if self.others():
            self._moves.send_away(min(10.0, self._settings.drain_s / 3))

    def hand_over(self, last: bool = False) -> bool:
        """Hand over every room that is here by now; whether nothing is left here or on its way.

        Args:
            last: a match that no other worker can go on with, having other rules, is not waited for any
                more: its room goes without it.
        """
        for room in self._scribe.recorder.rooms():
            self._moves.hand_on(room, last)
        return not self._scribe.recorder.rooms() and self._couriers.delivered

    # --- the lease ----------------------------------------------------------------------------

    @property
    def gate_us(self) -> int:
        """The monotonic microsecond at which `gate` must be called before rooms may speak."""
        return self.lease.gate_us

    def gate(self) -> None:
        """The lease has run out: ask before anything is said."""
        self.lease.gate()

    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""
        return self.lease.blocked

    def _beat(self) -> None:
        self._measure()
        self.lease.beat()

    def _measure(self) -> None:
        before, now = self._cpu, (time.process_time(), time.monotonic())
        if now[1] - before[1] >= 1:
            self._load = (now[0] - before[0]) / (now[1] - before[1])
            self._cpu = now

    def info(self) -> bytes:
        """What the heartbeat tells the others."""
        return msgspec.json.encode(self._info())

    def _info(self) -> Info:
        return Info(
            address=self.address,
            draining=self.draining,
            load=round(self._load, 3),
            rooms=len(self._desk.lobby.rooms),
            steady=self.lease.steady,
            rules=self._rules,
            format=FORMAT,
            layout=LAYOUT,
            secrets=self._secrets,
        )

    def peers(self) -> list[Neighbour]:
        """Every other worker that was last seen alive."""
        return [one for one in self._takeover.neighbours.values() if one.process != self.process]

    def restore(self) -> None:
        """The store has no record of our rooms under this name: write them anew. Raises StoreDown."""
        self._scribe.restore()
        self.directory.forget_told()

    def returned(self, frozen: bool) -> None:
        """The store is back after a silence."""
        if frozen:
            self._disperse(False)
        self._post.hurry()
        self._scribe.recorder.forget_written()

    def give_up(self) -> None:
        """Others have our rooms, or will: say nothing more for them, and send everyone on."""
        for room in self._scribe.recorder.rooms():
            self._scribe.recorder.drop(room.code)
            self._desk.give_up(room)
        self._disperse(True)

    # --- what the front asks ------------------------------------------------------------------

    def others(self) -> list[Neighbour]:
        """The other workers that are alive and take people in."""
        return self._takeover.others()

    def locate(self, code: str) -> Home | None:
        """The home of a room, claimed first if its owner is dead. Raises Unsure."""
        return self._takeover.locate(code)

    def place_new(self) -> str:
        """Here, unless this worker has too much to do and one of two others has less."""
        if self._load < OVERLOADED:
            return self.process
        others = self.others()
        picked = random.sample(others, min(2, len(others)))
        best = min(picked, key=lambda one: one.info.load, default=None)
        return self.process if best is None or best.info.load > self._load - 0.2 else best.process

    def quick_home(self, game: str, device: str) -> str:
        """The process with the best room for quick play, this one if no other has a better."""
        alive = {one.process for one in self.others()}
        return self.directory.quick_home(game or self._desk.default_game, alive)

    def receive(self, handed: l.Handed, sender: str) -> None:
        """A room was given to this worker."""
        self._takeover.arrived(handed.code)
        self._moves.receive(handed, sender)

    def takes_chat(self, code: str) -> bool:
        """Whether one more line of a room may wait to be saved."""
        return self._scribe.recorder.takes_chat(code)

    def takes_answers(self, code: str) -> bool:
        """Whether one more answer may wait for the lines of a room."""
        return self._scribe.recorder.takes_answers(code)

    def can_read(self, frozen: bytes) -> str:
        """Why this worker cannot go on with a frozen room; "" when it can."""
        return self._moves.can_read(frozen)

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        """Whether chat of this room waits to be safe; `answer` is called when it is."""
        return self._scribe.recorder.hold_answer(code, answer)

    def hold_way_in(self, code: str, done: Callable[[bool], None]) -> bool:
        """Whether a room here waits to be recorded; `done` is told when it is, or that it takes too long."""
        return self._scribe.hold_way_in(code, done)

    def record(self) -> None:
        """There may be a new room, whose owner all should know at once."""
        self._scribe.wake()

    def wake(self) -> None:
        """There are letters to be sent."""
        self._post.wake()

    # --- order --------------------------------------------------------------------------------

    def _look_round(self) -> None:
        """Some times a second: what was given up, and which rooms should be elsewhere."""
        gevent.sleep(LOOK_ROUND_S)
        self._front.sweep()
        for level, line in self._strangers.look(self._info(), self.peers()):
            log.log(level, "%s", line)
        if self.draining or self.lease.standing is not Standing.OK:
            self._moves.forget_majorities()
            return
        self._publish_list()
        self._moves.look_round(self._scribe.recorder.rooms())

    def _publish_list(self) -> None:
        changed = self.directory.changed(monotonic_ms())
        if changed is not None:
            self._store.put_list(self.process, changed)
        if self.directory.due(monotonic_ms()):
            self.directory.read(self._store.lists(), set(self._takeover.neighbours))
