"""Takeover: which other workers live, and the rooms of those that do not.

The dead are found by looking at all leases some times a second; a room is claimed by the one worker that a
hash of its code names, by anybody a little later, and at once by whoever has a player asking for it.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

import gevent
import msgspec

from game import telemetry
from game.cluster.clock import monotonic_ms
from game.cluster.cluster_gateway import SharedFront
from game.cluster.homes import Home, Unsure
from game.cluster.lease import Lease, Standing
from game.cluster.link import Couriers
from game.cluster.peers import Info, Neighbour
from game.cluster.redis_store import RedisStore
from game.cluster.rendezvous import winner
from game.cluster.restore import recall, salvage
from game.cluster.scribe import Scribe
from game.cluster.store import Owner, Record, StoreDown, process_of
from game.rooms.freeze import BadFreeze, label
from game.rooms.lobby import Lobby
from game.rooms.room import Room, RoomContext
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

ANYONE_AFTER_MS = 400
HANDED_MS = 600
"""How long a room that was given to this worker may be on its way."""
ELSEWHERE_MS = 5000
"""A room that once was this worker's is looked up again after so long."""
UNREADABLE_MS = 2000
"""A room that this worker cannot read is left to others for so long, if there are others."""
LOST_KEYS_MS = 3000
"""After keys may have been lost, a room without a record may still be written again by its owner."""


@dataclass(slots=True)
class _Lost:
    """A dead incarnation whose rooms must find an owner."""

    since_ms: int
    told: bool = False


@dataclass(frozen=True, slots=True)
class _Unread:
    """A room whose record could not be read here, as it was then."""

    owner: Owner
    since_ms: int


class Takeover:
    """See the module's text. `world_ms` is the world's clock.

    Attributes:
        neighbours: the workers that were alive at the last look, this one too, by process.
        leaving: this worker takes nothing over any more.
        claims: how many rooms were taken over.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        store: RedisStore,
        lease: Lease,
        scribe: Scribe,
        couriers: Couriers,
        front: SharedFront,
        lobby: Lobby,
        house: RoomContext,
        world_ms: Callable[[], int],
    ) -> None:
        self.neighbours: dict[str, Neighbour] = {}
        self.leaving = False
        self.claims = 0
        self._settings = settings
        self._store = store
        self._lease = lease
        self._scribe = scribe
        self._couriers = couriers
        self._front = front
        self._lobby = lobby
        self._house = house
        self._world_ms = world_ms
        self._lost: dict[str, _Lost] = {}
        self._absent: dict[str, int] = {}
        self._claiming: set[str] = set()
        self._handed_ms: dict[str, int] = {}
        self._missing: dict[str, int] = {}
        self._unread: dict[str, _Unread] = {}

    @property
    def process(self) -> str:
        """This worker."""
        return self._lease.process

    def others(self) -> list[Neighbour]:
        """The other workers that are alive and take people in."""
        return [
            one for one in self.neighbours.values() if one.process != self.process and not one.info.draining
        ]

    # --- the dead -----------------------------------------------------------------------------

    def scan(self) -> None:
        """Look at all leases, and wait until the next time."""
        self.look()
        gevent.sleep(self._settings.scan_ms / 1000 * random.uniform(0.8, 1.2))

    def look(self) -> None:
        """Look at all leases, and take over what the dead have left."""
        told = self._store.incarnations()
        now_ms = monotonic_ms()
        alive = {
            process_of(wid): Neighbour(process_of(wid), wid, msgspec.json.decode(info, type=Info))
            for wid, info in told.items()
            if info is not None
        }
        for process in self._front.asks.owing() - set(alive):
            self._front.asks.unanswered(process)  # whoever asked looks again for where the room is
        if any(one.info.steady for one in alive.values() if one.process != self.process):
            self._lease.vouched()
        if self._lease.steady:
            self.neighbours = alive
            self._miss(alive, told, now_ms)
            for wid in [wid for wid, info in told.items() if info is None and wid != self._lease.wid]:
                self._mourn(wid, now_ms)
            self._lost = {wid: lost for wid, lost in self._lost.items() if wid in told}
            self._unread = {
                code: one for code, one in self._unread.items() if now_ms - one.since_ms < 10 * UNREADABLE_MS
            }
            self._seek(now_ms)
        else:
            # Leases ran out while nobody could renew them: only who is still silent in a while is dead.
            self.neighbours.update(alive)

    def _miss(self, alive: dict[str, Neighbour], told: dict[str, bytes | None], now_ms: int) -> None:
        """Give up letters to who is not even known as dead: others have seen to it, or keys were lost."""
        for process in [one for one in self._couriers.known() if one not in alive]:
            since_ms = self._absent.setdefault(process, now_ms)
            if any(process_of(wid) == process for wid in told) or now_ms - since_ms > self._settings.lease_ms:
                self._gone(process)
        self._absent = {one: since for one, since in self._absent.items() if one not in alive}

    def _gone(self, process: str) -> None:
        self._couriers.forget(process)
        self._front.died(process)

    def _mourn(self, wid: str, now_ms: int) -> None:
        lost = self._lost.setdefault(wid, _Lost(now_ms))
        process = process_of(wid)
        if not lost.told and process not in self.neighbours:
            lost.told = True
            log.warning("worker is dead", extra={"peer": wid})
            self._gone(process)
        if self.leaving:
            return
        takers = [
            one.process for one in self.neighbours.values() if one.info.steady and not one.info.draining
        ]
        left = 0
        for code in self._store.rooms_of(wid):
            if winner(code, takers) != self.process and now_ms - lost.since_ms < ANYONE_AFTER_MS:
                left += 1
                continue
            try:
                owner = self._store.owner(code)
                if owner is not None and owner.wid == wid and self._claim(code, owner) is None:
                    left += 1 if code in self._unread else 0
            except StoreDown:
                raise
            except Exception:
                log.exception("room %s could not be taken over", code)  # the others do not suffer from that
        if not left and now_ms - lost.since_ms > ANYONE_AFTER_MS:
            self._store.bury(wid)

    def _seek(self, now_ms: int) -> None:
        """Go on with rooms that were given to this worker and have not come: their letter is lost.

        Its sender may have died, or the post may have given up; nobody else would ever claim them.
        """
        wid = self._lease.wid
        try:
            gone = {code for code in self._store.rooms_of(wid) if code not in self._lobby.rooms}
            self._missing = {code: self._missing.get(code, now_ms + HANDED_MS) for code in gone}
            for code in [code for code, look_ms in self._missing.items() if look_ms <= now_ms]:
                self._missing[code] = now_ms + ELSEWHERE_MS
                owner = self._store.owner(code)
                if owner is not None and owner.wid == wid and self._lease.standing is Standing.OK:
                    room = self._claim(code, owner)
                    if room is not None:
                        others = [one for one in self.neighbours if one != self.process]
                        self._front.call_back(room, others)
        except StoreDown:
            self._missing.clear()  # what has ended meanwhile is about to be written
            raise

    def _claim(self, code: str, owner: Owner) -> Room | None:
        """Go on with a room whose owner is dead; None when somebody else does, or may do better.

        The record is read first: a room that this worker cannot go on with is not taken from one that can.
        """
        if code in self._claiming or code in self._lobby.rooms:
            return self._lobby.rooms.get(code)
        self._claiming.add(code)
        try:
            record = self._store.read(code)
            if record is None or self._is_for_others(code, owner):
                return None
            room, problem = self._open(code, owner, record)
            if room is None:
                return None
            claim = self._store.claim(code, self._lease.wid, owner, set_aside=bool(problem))
            if claim is None:
                return None
            if claim.record != record:
                # The dead owner's last write came in between; what the store holds now is what counts.
                room, problem = self._reopen(code, claim.epoch, claim.record)
            if problem:
                log.error(
                    "room %s cannot be restored: %s; what is left of it goes on in its lobby, and a copy"
                    " of its record is kept for a week under its key `aside`",
                    code,
                    problem,
                )
            self._unread.pop(code, None)
            self.claims += 1
            telemetry.failovers.inc()
            telemetry.epochs.inc()
            log.info(
                "room taken over",
                extra={
                    "room": code,
                    "game": room.game.name,
                    "epoch": claim.epoch,
                    "owner_before": owner.wid,
                    "with_match": room.runner is not None,
                },
            )
            self._scribe.keep(room, Owner(self._lease.wid, claim.epoch), opened=True)
            self._scribe.recorder.forget_room(code)
            self._front.adopted(room, [], self._world_ms())
            return room
        finally:
            self._claiming.discard(code)

    def _open(self, code: str, owner: Owner, record: Record) -> tuple[Room | None, str]:
        """The room out of its record and what is wrong with it; None: it is left to others for now."""
        epoch = owner.epoch + 1
        try:
            return recall(self._house, record, self._world_ms(), epoch), ""
        except BadFreeze as error:
            unread = self._unread.get(code)
            if unread is None or unread.owner != owner:
                self._unread[code] = _Unread(owner, monotonic_ms())
                if self._others_may_read(record):
                    log.warning("room %s cannot be restored here, perhaps by another worker: %s", code, error)
                    return None, str(error)
            return salvage(self._house, code, record, self._world_ms(), epoch), str(error)

    def _reopen(self, code: str, epoch: int, record: Record) -> tuple[Room, str]:
        try:
            return recall(self._house, record, self._world_ms(), epoch), ""
        except BadFreeze as error:
            return salvage(self._house, code, record, self._world_ms(), epoch), str(error)

    def _is_for_others(self, code: str, owner: Owner) -> bool:
        """Whether the room could not be read here a moment ago, and others still have time to try."""
        unread = self._unread.get(code)
        if unread is None or unread.owner != owner:
            return False
        return monotonic_ms() - unread.since_ms < UNREADABLE_MS

    def _others_may_read(self, record: Record) -> bool:
        """Whether another worker may go on with what this one cannot: by what they say of themselves."""
        about = label(record.checkpoint)
        others = [one.info for one in self.others()]
        if about is None:
            return bool(others)
        return any(one.plays(about.game, about.rules if about.plays else "", about.format) for one in others)

    # --- where a room is ----------------------------------------------------------------------

    def locate(self, code: str) -> Home | None:
        """The home of a room, claimed first if its owner is dead. Raises Unsure."""
        room = self._lobby.rooms.get(code)
        if room is not None and not self._lease.blocked:
            return Home(self.process, room.epoch)
        if not self._lease.answered or self._lease.standing is not Standing.OK:
            raise Unsure
        try:
            owner = self._store.owner(code)
            if owner is None:
                # An old file has the old era, and lacks rooms that were opened after it.
                young = monotonic_ms() - max(self._lease.era_ms, self._lease.since_ms) < LOST_KEYS_MS
                if young or self._store.era() != self._lease.era:
                    raise Unsure
                return None
            return self._home_of(code, owner)
        except StoreDown:
            raise Unsure from None

    def _home_of(self, code: str, owner: Owner) -> Home:
        process = process_of(owner.wid)
        known_dead = False
        if owner.wid == self._lease.wid:
            # It is on its way here; if it never comes, its record is what there is.
            since_ms = self._handed_ms.setdefault(code, monotonic_ms())
            if monotonic_ms() - since_ms < HANDED_MS:
                raise Unsure
            self._handed_ms.pop(code, None)
        elif process == self.process:
            known_dead = True  # it was given to a name that this worker does not bear any more
        elif self._store.alive(owner.wid):
            return Home(process, owner.epoch)
        if self.leaving or not (known_dead or self._lease.steady):
            raise Unsure
        room = self._claim(code, owner)
        if room is None:
            raise Unsure
        return Home(self.process, room.epoch)

    def arrived(self, code: str) -> None:
        """A room that was on its way here has come."""
        self._handed_ms.pop(code, None)
