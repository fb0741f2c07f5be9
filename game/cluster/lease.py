"""The lease: whether this worker may speak for its rooms, and under which name.

One lease holds for the whole worker. A lease that was lost is never taken up again: the worker goes on under
a new name, as a new *incarnation*. This file does not know what a room is; what must happen to rooms is told
to its `Keeper`.
"""

import logging
import random
from collections.abc import Callable
from enum import Enum
from typing import Protocol

import gevent
from gevent.lock import RLock

from game import telemetry
from game.cluster.clock import monotonic_ms
from game.cluster.complaint import Complaint
from game.cluster.peers import Neighbour, sees_store
from game.cluster.store import Store, StoreDown
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

JUST_NOW_MS = 400
"""A renewal that failed no longer ago need not be tried once more before rooms go on without the store."""
NEVER_US = 1 << 62


class Standing(Enum):
    """How a worker stands to its lease."""

    OK = "ok"
    SUSPECT = "suspect"
    """The lease may be another's: nothing may be said before that is known."""
    DEGRADED = "degraded"
    """No worker is known to see the store: rooms go on from memory, nothing durable is written."""
    FROZEN = "frozen"
    """Another worker sees the store and we do not: others have our rooms."""


class Keeper(Protocol):
    """Who keeps the rooms that the lease is for."""

    def info(self) -> bytes:
        """What the heartbeat tells the others."""

    def peers(self) -> list[Neighbour]:
        """Every other worker that was last seen alive."""

    def restore(self) -> None:
        """The store has no record of our rooms under this name: write them anew. Raises StoreDown."""

    def returned(self, frozen: bool) -> None:
        """The store is back after a silence; `frozen`: our rooms were given up meanwhile."""

    def start_beside(self, name: str, run: Callable[[], None]) -> None:
        """Run something until it returns; an exception in it ends this worker."""

    def give_up(self) -> None:
        """Others have our rooms, or will: say nothing more for them, and send everyone on."""


class Lease:
    """See the module's text. `process` names this worker, never used twice; `now_ms` is any rising clock.

    Attributes:
        wid: the present incarnation's name.
        gate_us: the monotonic microsecond at which `gate` must be called before rooms may speak.
        era: the world's era, another one when the store has lost its keys; era_ms: since when it is known.
        latency_ms: what the last renewal took.
        answered: whether the store answered the last time it was asked for the lease.
        since_ms: since when the store has answered without a silence longer than a lease.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        process: str,
        store: Store,
        keeper: Keeper,
        now_ms: Callable[[], int] = monotonic_ms,
    ) -> None:
        self.process = process
        self.wid = f"{process}.1"
        self.standing = Standing.SUSPECT
        self.gate_us = 0
        self.era: str | None = None
        self.era_ms = 0
        self.answered = False
        self._settings = settings
        self._store = store
        self._keeper = keeper
        self._now_ms = now_ms
        self._incarnation = 1
        self._heard_ms = 0
        self._failed_ms = -JUST_NOW_MS
        self.since_ms = now_ms()
        self._steady_ms = self.since_ms
        self._fresh = True
        self._degraded_ms = 0
        self._reason = ""
        self.latency_ms = 0
        self._complaint = Complaint(
            lambda reason: log.warning("rooms go on, nothing is saved: %s", reason), now_ms
        )
        self._lock = RLock()

    @property
    def age_ms(self) -> int:
        """How long ago the store last granted the lease."""
        return self._now_ms() - self._heard_ms

    @property
    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""
        if self.standing is Standing.OK:
            return self._now_ms() * 1000 >= self.gate_us
        return self.standing is not Standing.DEGRADED

    @property
    def sees_store(self) -> bool:
        """Whether the store answered the last time it was asked, just now."""
        return self.answered and self._now_ms() - self._heard_ms < 3 * self._settings.heartbeat_ms

    @property
    def steady(self) -> bool:
        """Whether the store has answered for a while: after a silence, owners first get time to return."""
        steady_ms = self._now_ms() - self._steady_ms
        ok = self.standing is Standing.OK and not self.blocked
        return ok and steady_ms > self._settings.lease_ms * 3 // 2

    def vouched(self) -> None:
        """Another worker has seen the store for long enough: who was just started need not wait for that."""
        if self._fresh:
            self._steady_ms = self._now_ms() - self._settings.lease_ms * 2

    # --- renewing -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin the first lease. Raises StoreDown."""
        sent_ms = self._now_ms()
        era = self._store.beat(self.wid, self._keeper.info(), self._settings.lease_ms, first=True)
        self._learn(era, sent_ms)
        self._holds(sent_ms)
        self._store.reconnected()

    def beat(self) -> None:
        """Renew, and wait until the next time."""
        self.renew()
        gevent.sleep(self._settings.heartbeat_ms / 1000)

    def renew(self) -> None:
        """Ask for the lease once."""
        with self._lock:
            self._renew()

    def _renew(self) -> None:
        sent_ms = self._now_ms()
        try:
            era = self._store.beat(self.wid, self._keeper.info(), self._settings.lease_ms)
        except StoreDown as error:
            self._failed(error)
            return
        if era is None:
            self._reincarnate()
            return
        self.latency_ms = self._now_ms() - sent_ms
        lost = era != self.era
        self._learn(era, sent_ms)
        self._holds(sent_ms)
        if self._store.reconnected():
            self._keeper.returned(False)  # what is recorded may be older than what was written
        if lost:
            log.warning("Redis has lost its keys: restoring our rooms")
            telemetry.epochs.inc()
            try:
                self._keeper.restore()
            except StoreDown as error:
                self._failed(error)  # what is not restored yet is found by the next round of writes

    def _learn(self, era: str | None, sent_ms: int) -> None:
        if era != self.era:
            self.era, self.era_ms = era, sent_ms

    def _failed(self, error: StoreDown) -> None:
        self.answered = False
        self._failed_ms = self._now_ms()
        self._reason = str(error)
        if self.standing is Standing.DEGRADED:
            self._complaint.fails(self._reason)

    def _holds(self, sent_ms: int) -> None:
        """The lease holds, counted from when it was asked for."""
        now_ms = self._now_ms()
        if now_ms - self._heard_ms > self._settings.lease_ms:
            self.since_ms = self._steady_ms = now_ms
            self._fresh = not self._heard_ms
        self._heard_ms = now_ms
        self.answered = True
        before, self.standing = self.standing, Standing.OK
        self.gate_us = (sent_ms + self._settings.lease_ms) * 1000
        if before in (Standing.DEGRADED, Standing.FROZEN):
            self._complaint.works()
            log.warning("Redis is back", extra={"away_ms": now_ms - self._degraded_ms})
            self._keeper.returned(before is Standing.FROZEN)

    def _reincarnate(self) -> None:
        """This incarnation is dead for good: take a new name, and those rooms that nobody else took."""
        self.standing = Standing.SUSPECT if self.standing is Standing.OK else self.standing
        self._incarnation += 1
        self.wid = f"{self.process}.{self._incarnation}"
        telemetry.lost_leases.inc()
        log.warning("the lease was lost; going on under another name", extra={"wid": self.wid})
        try:
            sent_ms = self._now_ms()
            era = self._store.beat(self.wid, self._keeper.info(), self._settings.lease_ms, first=True)
            self._learn(era, sent_ms)
            self._keeper.restore()
        except StoreDown as error:
            self._failed(error)
            return
        self._holds(sent_ms)

    def gate(self) -> None:
        """The lease has run out: one attempt to renew it before anything is said.

        An attempt that has just failed counts for it: this process ran meanwhile, and rooms need not wait.
        """
        if self.standing in (Standing.DEGRADED, Standing.FROZEN):
            self.gate_us = NEVER_US
            return
        self.standing = Standing.SUSPECT
        if self._failed_just_now():
            self._degrade()
            return
        with self._lock:
            if self._now_ms() * 1000 < self.gate_us:
                self.standing = Standing.OK
                return
            if not self._failed_just_now():
                self._renew()
            if self.standing is Standing.SUSPECT:
                self._degrade()

    def _failed_just_now(self) -> bool:
        return self._failed_ms > self._heard_ms and self._now_ms() - self._failed_ms <= JUST_NOW_MS

    # --- without the store --------------------------------------------------------------------

    def _degrade(self) -> None:
        self.standing = Standing.DEGRADED
        self.gate_us = NEVER_US
        self._degraded_ms = self._now_ms()
        self._complaint.fails(self._reason)
        self._keeper.start_beside("asking others about Redis", self._ask_around)

    def _ask_around(self) -> None:
        """Find out whether Redis is gone or only we are cut off from it.

        Rooms are left to others only if another worker sees the store: then those go on with them. A worker
        that does not answer proves nothing, so rooms go on here until they end, however long Redis is away.
        """
        yes = 0
        while self.standing is Standing.DEGRADED:
            others = self._keeper.peers()
            asked = random.sample(others, min(2, len(others)))
            seen = [gevent.spawn(sees_store, one.info.address) for one in asked]
            gevent.joinall(seen, timeout=1)
            yes = yes + 1 if any(one.value for one in seen) else 0
            if yes and self.standing is Standing.DEGRADED:
                self.renew()
            if self.standing is Standing.DEGRADED and yes >= 2:
                log.error("cut off from Redis: rooms are left to the others")
                self.standing = Standing.FROZEN
                self._keeper.give_up()
                return
            gevent.sleep(0.2)
