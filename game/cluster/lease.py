"""The lease: whether this worker may speak for its rooms, and under which generation of its name.

One lease holds for the whole worker. A lease that has ended is never taken up again: the worker goes on under
the next generation. This file does not know what a room is; its listener does.

`TRANSITIONS` is the whole of it. While the store answers, a worker is OK. When the lease has run out by its
own clock, it is SUSPECT: it says nothing before one more renewal. If the store does not answer that either,
the worker is DEGRADED: its rooms go on from memory, and nothing durable is written, until it learns that a
peer does see the store. Then its rooms are the others', and it is FROZEN.
"""

import logging
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from gevent.lock import RLock

from game import telemetry
from game.cluster.log_throttle import LogThrottle
from game.cluster.store import Store, StoreDown
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

JUST_NOW_MS = 400
"""A renewal that failed no longer ago than this is not tried again before rooms go on without the store."""
NEVER_US = 1 << 62
SIGHTINGS = 2
"""So often in a row must a peer see the store that does not answer us."""


class LeaseState(Enum):
    """Whether a worker may speak for its rooms."""

    OK = "ok"
    SUSPECT = "suspect"
    """Other workers may have the rooms: nothing may be sent before that is known."""
    DEGRADED = "degraded"
    """No worker is known to see the store: rooms go on from memory, nothing durable is written."""
    FROZEN = "frozen"
    """Another worker sees the store and this one does not: others have its rooms."""


class LeaseEvent(Enum):
    """What can happen to a lease."""

    GRANTED = "granted"
    """The store has begun or renewed it."""
    REFUSED = "refused"
    """The store has ended the lease of this generation."""
    UNREACHABLE = "unreachable"
    """The store did not answer a renewal."""
    EXPIRED = "expired"
    """It has run out by this worker's clock."""
    UNCONFIRMED = "unconfirmed"
    """It has run out, and the store did not answer one more renewal."""
    CUT_OFF = "cut off"
    """A peer has seen the store several times while this worker did not."""


class Effect(Enum):
    """What is done at a transition."""

    NONE = "none"
    NEXT_GENERATION = "begin the lease of the next generation"
    CONFIRM = "renew once, before anything is sent"
    STOP_ASKING = "let the gate be: renewals go on by themselves"
    DEGRADE = "go on from memory, and ask peers whether they see the store"
    WARN = "log why the store does not answer"
    RETURN = "the store is back: write what was not written"
    RETURN_EMPTY = "the store is back: take people in again"
    GIVE_UP = "leave the rooms to others"


_S, _E, _F = LeaseState, LeaseEvent, Effect
TRANSITIONS: dict[tuple[LeaseState, LeaseEvent], tuple[LeaseState, Effect]] = {
    (_S.OK, _E.GRANTED): (_S.OK, _F.NONE),
    (_S.OK, _E.REFUSED): (_S.SUSPECT, _F.NEXT_GENERATION),
    (_S.OK, _E.UNREACHABLE): (_S.OK, _F.NONE),  # the lease holds until it runs out
    (_S.OK, _E.EXPIRED): (_S.SUSPECT, _F.CONFIRM),
    (_S.OK, _E.UNCONFIRMED): (_S.OK, _F.NONE),
    (_S.OK, _E.CUT_OFF): (_S.OK, _F.NONE),
    (_S.SUSPECT, _E.GRANTED): (_S.OK, _F.NONE),
    (_S.SUSPECT, _E.REFUSED): (_S.SUSPECT, _F.NEXT_GENERATION),
    (_S.SUSPECT, _E.UNREACHABLE): (_S.SUSPECT, _F.NONE),  # the gate decides
    (_S.SUSPECT, _E.EXPIRED): (_S.SUSPECT, _F.CONFIRM),
    (_S.SUSPECT, _E.UNCONFIRMED): (_S.DEGRADED, _F.DEGRADE),
    (_S.SUSPECT, _E.CUT_OFF): (_S.SUSPECT, _F.NONE),
    (_S.DEGRADED, _E.GRANTED): (_S.OK, _F.RETURN),
    (_S.DEGRADED, _E.REFUSED): (_S.DEGRADED, _F.NEXT_GENERATION),
    (_S.DEGRADED, _E.UNREACHABLE): (_S.DEGRADED, _F.WARN),
    (_S.DEGRADED, _E.EXPIRED): (_S.DEGRADED, _F.STOP_ASKING),
    (_S.DEGRADED, _E.UNCONFIRMED): (_S.DEGRADED, _F.NONE),
    (_S.DEGRADED, _E.CUT_OFF): (_S.FROZEN, _F.GIVE_UP),
    (_S.FROZEN, _E.GRANTED): (_S.OK, _F.RETURN_EMPTY),
    (_S.FROZEN, _E.REFUSED): (_S.FROZEN, _F.NEXT_GENERATION),
    (_S.FROZEN, _E.UNREACHABLE): (_S.FROZEN, _F.NONE),
    (_S.FROZEN, _E.EXPIRED): (_S.FROZEN, _F.STOP_ASKING),
    (_S.FROZEN, _E.UNCONFIRMED): (_S.FROZEN, _F.NONE),
    (_S.FROZEN, _E.CUT_OFF): (_S.FROZEN, _F.NONE),
}


class LeaseListener(Protocol):
    """The owner of the rooms that the lease is for."""

    def info(self) -> bytes:
        """What the heartbeat reports of this worker."""

    def restore(self) -> None:
        """The store does not have our rooms under this lease id: write them again. Raises StoreDown."""

    def returned(self, frozen: bool) -> None:
        """The store is back after a silence; `frozen`: our rooms were given up meanwhile."""

    def degraded(self) -> None:
        """The store is silent: call `ask_peers` regularly while the lease is DEGRADED."""

    def peers_see_store(self) -> bool:
        """Ask some peers whether they see the store."""

    def give_up(self) -> None:
        """Other workers have our rooms: send nothing more for them, and send everyone to other workers."""


class Lease:
    """One worker's lease.

    Args:
        settings: how long it holds, and how often it is renewed.
        process: this worker's process.
        store: where it is kept.
        listener: the owner of the rooms.
        now_ms: a clock that only rises, in ms.

    Attributes:
        lease_id: `process.generation`.
        state: see LeaseState.
        gate_us: when `gate` must be called before rooms may speak, in µs of the clock.
        store_generation: the store's; another one when it has lost its keys.
        store_generation_ms: since when it is known.
        latency_ms: what the last renewal took.
        answered: whether the store answered the last renewal.
        since_ms: since when the store has answered without a silence longer than a lease.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        process: str,
        store: Store,
        listener: LeaseListener,
        now_ms: Callable[[], int],
    ) -> None:
        self.process = process
        self.lease_id = f"{process}.1"
        self.state = LeaseState.SUSPECT
        self.gate_us = 0
        self.store_generation: str | None = None
        self.store_generation_ms = 0
        self.answered = False
        self.latency_ms = 0
        self.since_ms = now_ms()
        self._settings = settings
        self._store = store
        self._listener = listener
        self._now_ms = now_ms
        self._generation = 1
        self._granted_ms = 0
        self._failed_ms = -JUST_NOW_MS
        self._steady_ms = self.since_ms
        self._first_grant = True
        self._degraded_ms = 0
        self._sightings = 0
        self._cause = ""
        self._warnings = LogThrottle(
            lambda cause: log.warning("rooms go on, nothing is saved: %s", cause), now_ms
        )
        self._lock = RLock()
        self._effects: dict[Effect, Callable[[], None]] = {
            Effect.NONE: lambda: None,
            Effect.NEXT_GENERATION: self._begin_next_generation,
            Effect.CONFIRM: self._confirm,
            Effect.STOP_ASKING: self._stop_asking,
            Effect.DEGRADE: self._degrade,
            Effect.WARN: lambda: self._warnings.failed(self._cause),
            Effect.RETURN: lambda: self._return(frozen=False),
            Effect.RETURN_EMPTY: lambda: self._return(frozen=True),
            Effect.GIVE_UP: self._give_up,
        }

    def _apply(self, event: LeaseEvent) -> None:
        self.state, effect = TRANSITIONS[self.state, event]
        self._effects[effect]()

    # --- what others ask ------------------------------------------------------------------------

    @property
    def age_ms(self) -> int:
        """How long ago the store last granted the lease."""
        return self._now_ms() - self._granted_ms

    @property
    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""
        if self.state is LeaseState.OK:
            return self._now_ms() * 1000 >= self.gate_us
        return self.state is not LeaseState.DEGRADED

    @property
    def sees_store(self) -> bool:
        """Whether the store answered the last renewal, and that was just now."""
        return self.answered and self.age_ms < 3 * self._settings.heartbeat_ms

    @property
    def steady(self) -> bool:
        """Whether the store has answered for a while: after a silence, owners first get time to return."""
        steady_ms = self._now_ms() - self._steady_ms
        ok = self.state is LeaseState.OK and not self.blocked
        return ok and steady_ms > self._settings.lease_ms * 3 // 2

    def peer_is_steady(self) -> None:
        """A peer has seen the store for long enough: a worker that was just started need not wait."""
        if self._first_grant:
            self._steady_ms = self._now_ms() - self._settings.lease_ms * 2

    # --- what happens to it -----------------------------------------------------------------------

    def begin(self) -> None:
        """Begin the first lease. Raises StoreDown."""
        self._begin_lease(then=lambda: None)
        self._store.reconnected()

    def renew(self) -> None:
        """Ask for the lease once."""
        with self._lock:
            self._renew()

    def gate(self) -> None:
        """The lease has run out: renew it once before anything is sent.

        An attempt that has just failed counts for it: this process ran meanwhile, and rooms need not wait.
        """
        self._apply(LeaseEvent.EXPIRED)

    def ask_peers(self) -> None:
        """Find out whether the store is gone, or only this worker is cut off from it.

        Rooms are left to others only if another worker sees the store: then that one goes on with them. A
        worker that does not answer proves nothing, so rooms go on here until they end, however long the store
        is away.
        """
        seen = self._listener.peers_see_store()
        self._sightings = self._sightings + 1 if seen else 0
        if seen and self.state is LeaseState.DEGRADED:
            self.renew()
        if self._sightings >= SIGHTINGS:
            self._apply(LeaseEvent.CUT_OFF)

    # --- how --------------------------------------------------------------------------------------

    def _begin_lease(self, then: Callable[[], None]) -> None:
        """Begin the lease of this generation; `then` is done before it counts. Raises StoreDown."""
        sent_ms = self._now_ms()
        found = self._store.heartbeat(
            self.lease_id, self._listener.info(), self._settings.lease_ms, first=True
        )
        self._learn(found, sent_ms)
        then()
        self._granted(sent_ms)

    def _renew(self) -> None:
        sent_ms = self._now_ms()
        try:
            found = self._store.heartbeat(self.lease_id, self._listener.info(), self._settings.lease_ms)
        except StoreDown as error:
            self._unreachable(error)
            return
        if found is None:
            self._apply(LeaseEvent.REFUSED)
            return
        self.latency_ms = self._now_ms() - sent_ms
        keys_lost = found != self.store_generation
        self._learn(found, sent_ms)
        self._granted(sent_ms)
        if self._store.reconnected():
            self._listener.returned(False)  # what is recorded may be older than what was written
        if keys_lost:
            log.warning("Redis has lost its keys: restoring our rooms")
            telemetry.epochs.inc()
            try:
                self._listener.restore()
            except StoreDown as error:
                self._unreachable(error)  # what is not restored yet is found by the next round of writes

    def _learn(self, store_generation: str | None, sent_ms: int) -> None:
        if store_generation != self.store_generation:
            self.store_generation, self.store_generation_ms = store_generation, sent_ms

    def _granted(self, sent_ms: int) -> None:
        """The lease holds, counted from when it was asked for."""
        now_ms = self._now_ms()
        if now_ms - self._granted_ms > self._settings.lease_ms:
            self.since_ms = self._steady_ms = now_ms
            self._first_grant = not self._granted_ms
        self._granted_ms = now_ms
        self.answered = True
        self.gate_us = (sent_ms + self._settings.lease_ms) * 1000
        self._apply(LeaseEvent.GRANTED)

    def _unreachable(self, error: StoreDown) -> None:
        self.answered = False
        self._failed_ms = self._now_ms()
        self._cause = str(error)
        self._apply(LeaseEvent.UNREACHABLE)

    def _failed_just_now(self) -> bool:
        return self._failed_ms > self._granted_ms and self._now_ms() - self._failed_ms <= JUST_NOW_MS

    # --- effects ----------------------------------------------------------------------------------

    def _begin_next_generation(self) -> None:
        """Begin the next lease, and own those rooms again that no other worker has taken."""
        self._generation += 1
        self.lease_id = f"{self.process}.{self._generation}"
        telemetry.lost_leases.inc()
        log.warning("the lease was lost; going on under the next one", extra={"lease": self.lease_id})
        try:
            self._begin_lease(then=self._listener.restore)
        except StoreDown as error:
            self._unreachable(error)

    def _confirm(self) -> None:
        if not self._failed_just_now():
            with self._lock:
                if self.state is not LeaseState.SUSPECT:
                    return  # it was renewed while this waited
                if not self._failed_just_now():
                    self._renew()
        if self.state is LeaseState.SUSPECT:
            self._apply(LeaseEvent.UNCONFIRMED)

    def _stop_asking(self) -> None:
        self.gate_us = NEVER_US

    def _degrade(self) -> None:
        self.gate_us = NEVER_US
        self._degraded_ms = self._now_ms()
        self._sightings = 0
        self._warnings.failed(self._cause)
        self._listener.degraded()

    def _return(self, *, frozen: bool) -> None:
        self._warnings.succeeded()
        log.warning("Redis is back", extra={"away_ms": self._now_ms() - self._degraded_ms})
        self._listener.returned(frozen)

    def _give_up(self) -> None:
        log.error("cut off from Redis: rooms are left to the others")
        self._listener.give_up()
