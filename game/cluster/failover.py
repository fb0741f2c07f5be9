"""Failover: which other workers are alive, where a room is, and the rooms of workers that are lost.

All leases are read several times a second. A lost worker's room is claimed by the worker that it prefers
(`peers.preferred`), by any worker a little later, and at once by one that has a player asking for it.

The record of a room is read before the room is claimed. A worker that cannot go on with it, since its rules
or the record's format differ, declines: it leaves the room to workers that report to have both. If there are
none, it claims the room, reports that once, sets a copy of the record aside, and opens a lobby with what is
left.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

import gevent
import msgspec

from game import error_log, telemetry
from game.cluster.gateway import ClusterGateway
from game.cluster.lease import Lease, LeaseState
from game.cluster.link import Links
from game.cluster.peers import Peer, PeerInfo, preferred
from game.cluster.persistence import Writer
from game.cluster.remote import LocationUnknown, RoomLocation
from game.cluster.restore import restore, salvage
from game.cluster.store import Owner, Record, Store, StoreDown, process_of
from game.rooms.freeze import BadFreeze, label
from game.rooms.lobby import Lobby
from game.rooms.room import Room, RoomContext
from game.rooms.sleeping import AwakeElsewhere, Waker
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

ANY_WORKER_AFTER_MS = 400
IN_TRANSIT_MS = 600
"""How long a room that was transferred to this worker may be on its way."""
ELSEWHERE_MS = 5000
"""A room that was this worker's once is looked up again after this time."""
UNREADABLE_MS = 2000
"""A room that this worker cannot read is left to others for this long, if there are others."""
LOST_KEYS_MS = 3000
"""After keys may have been lost, a room without a record may still be written again by its owner."""


@dataclass(slots=True)
class _LostLease:
    """A lease that has ended, whose rooms must find an owner."""

    since_ms: int
    reported: bool = False


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """A room whose record could not be read here while it had this owner."""

    owner: Owner
    since_ms: int


class Failover:
    """See the module's text.

    Args:
        settings: the cluster's settings.
        store: what workers share.
        lease: this worker's lease.
        writer: records the rooms that are taken over.
        links: to other workers.
        gateway: learns what becomes of rooms and peers.
        lobby: this worker's rooms.
        context: what a room needs.
        world_ms: the world's clock.
        now_ms: a clock that only rises.

    Attributes:
        alive: the workers that were alive at the last look, this one too, by process.
        draining: this worker takes nothing over any more.
        claims: how many rooms were taken over.
        wake: wakes sleeping matches; None: none are kept.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        store: Store,
        lease: Lease,
        writer: Writer,
        links: Links,
        gateway: ClusterGateway,
        lobby: Lobby,
        context: RoomContext,
        world_ms: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self.alive: dict[str, Peer] = {}
        self.draining = False
        self.claims = 0
        self._settings = settings
        self._store = store
        self._lease = lease
        self._writer = writer
        self._links = links
        self._gateway = gateway
        self._lobby = lobby
        self._context = context
        self._world_ms = world_ms
        self._now_ms = now_ms
        self._process = lease.process
        self._lost: dict[str, _LostLease] = {}
        self._absent_ms: dict[str, int] = {}
        self._drained: set[str] = set()  # processes that were draining when they were last seen
        self._claiming: set[str] = set()
        self._in_transit_ms: dict[str, int] = {}
        self._missing: dict[str, int] = {}
        self._unreadable: dict[str, _Unreadable] = {}
        self.wake: Waker | None = None

    def others(self) -> list[Peer]:
        """The other workers that are alive and take people in."""
        return [
            peer for peer in self.alive.values() if peer.process != self._process and not peer.info.draining
        ]

    # --- lost workers -------------------------------------------------------------------------

    def scan(self) -> None:
        """Look at all leases, and wait until the next time. Raises StoreDown."""
        self.look()
        gevent.sleep(self._settings.scan_ms / 1000 * random.uniform(0.8, 1.2))  # noqa: S311 - spreads load

    def look(self) -> None:
        """Look at all leases, and take over the rooms of lost workers. Raises StoreDown."""
        leases = self._store.leases()
        now_ms = self._now_ms()
        alive = {
            process_of(lease_id): Peer(
                process_of(lease_id), lease_id, msgspec.json.decode(info, type=PeerInfo)
            )
            for lease_id, info in leases.items()
            if info is not None
        }
        known = {process_of(lease_id) for lease_id in leases}
        self._drained = {one for one in self._drained if one in known and one not in alive} | {
            one for one, peer in alive.items() if peer.info.draining
        }
        for process in self._gateway.calls.processes() - set(alive):
            self._gateway.calls.give_up(process)  # the callers look again for where the room is
        if any(peer.info.steady for peer in alive.values() if peer.process != self._process):
            self._lease.peer_is_steady()
        if not self._lease.steady:
            # Leases ran out while nobody could renew them: a worker that stays silent for longer is lost.
            self.alive.update(alive)
            return
        self.alive = alive
        self._check_links(leases, now_ms)
        for lease_id, info in leases.items():
            if info is None and lease_id != self._lease.lease_id:
                self._peer_lost(lease_id, now_ms)
        self._lost = {lease_id: lost for lease_id, lost in self._lost.items() if lease_id in leases}
        self._unreadable = {
            code: one for code, one in self._unreadable.items() if now_ms - one.since_ms < 10 * UNREADABLE_MS
        }
        self._claim_missing(now_ms)

    def _check_links(self, leases: dict[str, bytes | None], now_ms: int) -> None:
        """Give up links to processes that are unknown: others have forgotten them, or keys were lost."""
        for process in [one for one in self._links.known() if one not in self.alive]:
            since_ms = self._absent_ms.setdefault(process, now_ms)
            known = any(process_of(lease_id) == process for lease_id in leases)
            if known or now_ms - since_ms > self._settings.lease_ms:
                self._process_lost(process)
        self._absent_ms = {one: since for one, since in self._absent_ms.items() if one not in self.alive}

    def _process_lost(self, process: str) -> None:
        self._links.forget(process)
        self._gateway.peer_lost(process)

    def _peer_lost(self, lease_id: str, now_ms: int) -> None:
        """A lease has ended: take over those of its rooms that this worker should have."""
        lost = self._lost.setdefault(lease_id, _LostLease(now_ms))
        process = process_of(lease_id)
        rooms = self._store.rooms_of(lease_id)
        if not lost.reported and process not in self.alive:
            lost.reported = True
            if process in self._drained and not rooms:
                log.info("worker has ended after its drain", extra={"peer": lease_id})
            else:
                log.warning("worker is dead", extra={"peer": lease_id})
            self._process_lost(process)
        if self.draining:
            return
        takers = [peer.process for peer in self.alive.values() if peer.info.steady and not peer.info.draining]
        any_worker = now_ms - lost.since_ms >= ANY_WORKER_AFTER_MS
        left = 0
        for code in rooms:
            if (not any_worker and preferred(code, takers) != self._process) or not self._take_over(
                code, lease_id
            ):
                left += 1
        if not left and now_ms - lost.since_ms > ANY_WORKER_AFTER_MS:
            self._store.forget_peer(lease_id)

    def _take_over(self, code: str, lease_id: str) -> bool:
        """Claim a room if a lost lease owns it still.

        Returns:
            False when it must be looked at again.

        Raises:
            StoreDown: the store does not answer.
        """
        try:
            owner = self._store.owner(code)
            if owner is not None and owner.lease_id == lease_id and self._claim(code, owner) is None:
                return code not in self._unreadable
        except StoreDown:
            raise
        except Exception as error:  # noqa: BLE001 - the other rooms must not suffer from this one
            error_log.report(f"taking over room {code}", error)
        return True

    def _claim_missing(self, now_ms: int) -> None:
        """Claim rooms that were transferred to this worker and have not come: the message was lost.

        Its sender may have ended, or its link may have been given up; no other worker would ever claim them.

        Raises:
            StoreDown: the store does not answer.
        """
        lease_id = self._lease.lease_id
        try:
            missing = {code for code in self._store.rooms_of(lease_id) if code not in self._lobby.rooms}
            self._missing = {code: self._missing.get(code, now_ms + IN_TRANSIT_MS) for code in missing}
            for code in [code for code, look_ms in self._missing.items() if look_ms <= now_ms]:
                self._missing[code] = now_ms + ELSEWHERE_MS
                owner = self._store.owner(code)
                if owner is not None and owner.lease_id == lease_id and self._lease.state is LeaseState.OK:
                    room = self._claim(code, owner)
                    if room is not None:
                        self._gateway.recall(room, [one for one in self.alive if one != self._process])
        except StoreDown:
            self._missing.clear()  # rooms that have ended meanwhile are about to be removed
            raise

    # --- claiming -----------------------------------------------------------------------------

    def _claim(self, code: str, owner: Owner) -> Room | None:
        """Go on with a room whose owner is lost; None when another worker does, or may do so better."""
        if code in self._claiming or code in self._lobby.rooms:
            return self._lobby.rooms.get(code)
        self._claiming.add(code)
        try:
            record = self._store.read(code)
            if record is None or self._is_left_to_others(code, owner):
                return None
            opened = self._open(code, owner, record)
            if opened is None:
                return None
            room, problem = opened
            claim = self._store.claim(code, self._lease.lease_id, owner, set_aside=bool(problem))
            if claim is None:
                return None
            if claim.record != record:
                # The lost owner's last write came in between; what the store holds now is what counts.
                room, problem = self._restore(code, claim.record, claim.epoch)
            self._taken_over(room, owner, claim.epoch, problem)
            return room
        finally:
            self._claiming.discard(code)

    def _taken_over(self, room: Room, before: Owner, epoch: int, problem: str) -> None:
        code = room.code
        if problem:
            log.error(
                "room %s cannot be restored: %s; what is left of it goes on in its lobby, and a copy of its"
                " record is kept for a week under its key `aside`",
                code,
                problem,
            )
        self._unreadable.pop(code, None)
        self.claims += 1
        telemetry.failovers.inc()
        telemetry.epochs.inc()
        log.info(
            "room taken over",
            extra={
                "room": code,
                "game": room.game.name,
                "epoch": epoch,
                "owner_before": before.lease_id,
                "with_match": room.runner is not None,
            },
        )
        self._writer.keep(room, Owner(self._lease.lease_id, epoch), opened=True)
        self._writer.log.forget_record(code)
        self._gateway.adopted(room, [], self._world_ms())

    def _open(self, code: str, owner: Owner, record: Record) -> tuple[Room, str] | None:
        """The room out of its record, and what is wrong with it; None: it is left to others for now."""
        room, problem = self._restore(code, record, owner.epoch + 1)
        if problem:
            unreadable = self._unreadable.get(code)
            if unreadable is None or unreadable.owner != owner:
                self._unreadable[code] = _Unreadable(owner, self._now_ms())
                if self._others_may_read(record):
                    log.warning(
                        "room %s cannot be restored here, perhaps by another worker: %s", code, problem
                    )
                    return None
        return room, problem

    def _restore(self, code: str, record: Record, epoch: int) -> tuple[Room, str]:
        try:
            return restore(self._context, record, self._world_ms(), epoch), ""
        except BadFreeze as error:
            return salvage(self._context, code, record, self._world_ms(), epoch), str(error)

    def _is_left_to_others(self, code: str, owner: Owner) -> bool:
        """Whether the room could not be read here a moment ago, and others still have time to try."""
        unreadable = self._unreadable.get(code)
        if unreadable is None or unreadable.owner != owner:
            return False
        return self._now_ms() - unreadable.since_ms < UNREADABLE_MS

    def _others_may_read(self, record: Record) -> bool:
        """Whether another worker reports to have the rules and the format of a record."""
        about = label(record.checkpoint)
        others = [peer.info for peer in self.others()]
        if about is None:
            return bool(others)
        return any(one.plays(about.game, about.rules if about.plays else "", about.format) for one in others)

    # --- where a room is ----------------------------------------------------------------------

    def locate(self, code: str) -> RoomLocation | None:
        """Where a room is; it is claimed first if its owner is lost.

        Returns:
            None when there is no such room.

        Raises:
            LocationUnknown: it cannot be told at present.
        """
        room = self._lobby.rooms.get(code)
        if room is not None and not self._lease.blocked:
            return RoomLocation(self._process, room.epoch)
        if not self._lease.answered or self._lease.state is not LeaseState.OK:
            raise LocationUnknown
        try:
            owner = self._store.owner(code)
            if owner is not None:
                return self._location(code, owner)
            # A store that was restarted with an old file has the old generation, and lacks newer rooms.
            young_ms = self._now_ms() - max(self._lease.store_generation_ms, self._lease.since_ms)
            if young_ms < LOST_KEYS_MS or self._store.generation() != self._lease.store_generation:
                raise LocationUnknown
            return self._woken(code)
        except StoreDown:
            raise LocationUnknown from None

    def _woken(self, code: str) -> RoomLocation | None:
        """Wake the match of a room that no worker has; None when none sleeps there. Raises Refused."""
        if self.wake is None:
            return None
        if self.draining:
            raise LocationUnknown
        try:
            room = self.wake(code)
        except AwakeElsewhere as elsewhere:
            return RoomLocation(elsewhere.worker, elsewhere.epoch)
        return None if room is None else RoomLocation(self._process, room.epoch)

    def lives(self, process: str) -> bool:
        """Whether a worker was alive at the last look."""
        return process == self._process or process in self.alive

    def take_in(self, room: Room) -> None:
        """Go on with a room that was woken."""
        self._writer.keep(room, Owner(self._lease.lease_id, room.epoch), opened=False)
        self._gateway.adopted(room, [], self._world_ms())

    def let_go(self, room: Room) -> bool:
        """Let a room without people leave this worker, since its match sleeps; False when it must stay."""
        if room.code in self._gateway.moving or self._lease.blocked or self._lease.state is not LeaseState.OK:
            return False
        self._gateway.asleep(room)
        return True

    def _location(self, code: str, owner: Owner) -> RoomLocation:
        process = process_of(owner.lease_id)
        known_lost = False
        if owner.lease_id == self._lease.lease_id:
            # It is on its way here; if it never comes, its record is what there is.
            since_ms = self._in_transit_ms.setdefault(code, self._now_ms())
            if self._now_ms() - since_ms < IN_TRANSIT_MS:
                raise LocationUnknown
            self._in_transit_ms.pop(code, None)
        elif process == self._process:
            known_lost = True  # it was transferred to an earlier generation of this worker
        elif self._store.is_alive(owner.lease_id):
            return RoomLocation(process, owner.epoch)
        if self.draining or not (known_lost or self._lease.steady):
            raise LocationUnknown
        room = self._claim(code, owner)
        if room is None:
            raise LocationUnknown
        return RoomLocation(self._process, room.epoch)

    def arrived(self, code: str) -> None:
        """A room that was on its way here has come."""
        self._in_transit_ms.pop(code, None)
