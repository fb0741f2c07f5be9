"""Migration: rooms that move to another worker while they run, and people who are asked to follow their room.

A room moves when its worker is drained, and when most of its people are connected to another worker.
"""

import logging
import random
import zlib
from collections.abc import Callable

import gevent
from gevent.event import AsyncResult

from game import telemetry
from game.cluster import messages as m
from game.cluster.connections import LocalOutbox
from game.cluster.gateway import ClusterGateway
from game.cluster.lease import Lease
from game.cluster.link import PubSubTransport
from game.cluster.outbox import UNKNOWN, ClusterOutbox, RemoteInfo
from game.cluster.peers import Peer, preferred
from game.cluster.persistence import Writer, past_of
from game.cluster.remote import RoomLocation
from game.cluster.restore import report_incomplete, salvage
from game.cluster.store import NO_PAST, Owner, Past, Record, Store, StoreDown
from game.rooms.freeze import FORMAT, LAYOUT, BadFreeze, freeze, thaw
from game.rooms.room import Room, RoomContext
from game.rooms.rules_hash import rules_hash
from game.rooms.service import RoomService

log = logging.getLogger("rumpus.cluster")

MOVE_AGAIN_MS = 60_000
MAJORITY_MS = 10_000
OFFER_S = 1.5
"""How long another worker may take to say whether it can go on with a room."""
HASHED_VOTES = 3
"""People whom the load balancer placed by the room's code count as this many: others will come that way."""
TRIES = 3
"""How many workers a room is offered to at a time."""


class Migration:
    """See the module's text.

    Args:
        store: what workers share.
        lease: this worker's lease.
        writer: records its rooms.
        transport: to other workers.
        gateway: learns of rooms that come and go.
        outbox: the rooms' outbox.
        service: this worker's rooms.
        context: what a room needs.
        local: the outbox to this worker's own connections.
        others: the workers that take rooms in.
        world_ms: the world's clock.
        now_ms: a clock that only rises.

    Attributes:
        transfers: how many rooms were transferred to other workers.
    """

    def __init__(
        self,
        store: Store,
        lease: Lease,
        writer: Writer,
        transport: PubSubTransport,
        gateway: ClusterGateway,
        outbox: ClusterOutbox,
        service: RoomService,
        context: RoomContext,
        local: LocalOutbox,
        others: Callable[[], list[Peer]],
        world_ms: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self.transfers = 0
        self._store = store
        self._lease = lease
        self._writer = writer
        self._transport = transport
        self._gateway = gateway
        self._outbox = outbox
        self._service = service
        self._context = context
        self._local = local
        self._others = others
        self._world_ms = world_ms
        self._now_ms = now_ms
        self._majorities: dict[str, tuple[str, int]] = {}
        self._moved_ms: dict[str, int] = {}
        self._asked_to_move: set[str] = set()

    # --- to another worker --------------------------------------------------------------------

    def transfer(self, room: Room, to: Peer, with_match: bool = True) -> bool:
        """Transfer a room to another worker while it runs.

        Args:
            room: the room.
            to: the worker.
            with_match: False: leave the match behind. The room can go to a worker with other rules then; its
                people find themselves in the lobby.

        Returns:
            False when the room stays.
        """
        code, moving = room.code, self._gateway.moving
        if not with_match and room.sleeping.holds:
            return False  # it sleeps when this worker ends
        if code in moving or room.closed or self._transport.links.to(to.process).broken:
            return False
        setback = "" if with_match or room.runner is None else "match_lost"
        if not self._can_read(to, room, with_match) or room.closed or code in moving:
            return False
        moving[code] = []
        owner = self._last_write(room, to)
        if owner is None:
            self._gateway.settled(code)
            return False
        room.publisher.publish()
        self._service.suspend(room)
        frozen = freeze(room, self._world_ms(), with_match, setback)
        past = past_of(room) if with_match else NO_PAST
        try:
            with self._writer.writing:
                epoch = self._store.transfer(code, owner, to.lease_id, frozen, past)
        except StoreDown:
            self._service.resume_time(room)
            self._writer.log.forget_records()
            self._gateway.settled(code)
            return False
        self._writer.log.drop(code)
        if epoch is None:
            moving.pop(code)
            self._gateway.lost(room)
            return False
        if setback:
            room.recording.end("left")
        self._send(room, to, epoch, frozen, past)
        return True

    def _last_write(self, room: Room, to: Peer) -> Owner | None:
        """Write what is not written of a room; its owner, None when it must stay."""
        try:
            self._writer.flush()
            # After a silence of the store it may be another generation, and this one would never own the
            # room.
            there = self._store.is_alive(to.lease_id)
        except StoreDown:
            return None
        return self._writer.log.owner(room.code) if there and not room.closed else None

    def _send(self, room: Room, to: Peer, epoch: int, frozen: bytes, past: Past) -> None:
        """The store has given the room away: send it with its connections."""
        packed = zlib.compress(past.data, 1) if past.data else b""
        transfer = m.Transfer(
            room.code, epoch, frozen, room.tick_at_ms, self._attached(room), to.lease_id, packed
        )
        self._transport.post(to.process, transfer)
        self._gateway.transferred(room, RoomLocation(to.process, epoch))
        self.transfers += 1
        telemetry.migrations.labels("out").inc()
        log.info(
            "room moved away",
            extra={"room": room.code, "game": room.game.name, "epoch": epoch, "peer": to.lease_id},
        )

    def _can_read(self, to: Peer, room: Room, with_match: bool) -> bool:
        """Whether a worker can go on with a room; it is asked, and may take a while, unless that is known."""
        playing = with_match and room.runner is not None
        rules = rules_hash(type(room.game)) if playing else ""
        if to.info.format < FORMAT:
            return False  # it would take a match of other rules for one of its own
        if not to.info.plays(room.game.name, rules, FORMAT):
            return False
        if to.info.layout == LAYOUT:
            return True
        answer: AsyncResult[bool] = AsyncResult()
        frozen = freeze(room, self._world_ms(), with_match)
        self._gateway.calls.offer(
            to.process, room.code, frozen, lambda reply: answer.set(reply is not None and reply.ok)
        )
        return bool(answer.wait(OFFER_S))

    def why_unreadable(self, frozen: bytes) -> str:
        """Why this worker cannot go on with a frozen room; "" when it can."""
        try:
            thaw(self._context, frozen, self._world_ms(), [], 0, 1)
        except BadFreeze as error:
            log.warning("a room that is offered to this worker stays where it is: %s", error)
            return str(error)
        return ""

    def _attached(self, room: Room) -> list[m.Attachment]:
        attached: list[m.Attachment] = []
        for person in room.people.values():
            member = person.member
            if member is None:
                continue
            as_json, hashed = self._remote_info(member, room.code)
            if "/" not in member:
                member = f"{self._lease.process}/{member}"
            attached.append(
                m.Attachment(person.id, member, as_json, hashed, person.away, person.predicts, person.rtt)
            )
        return attached

    def _remote_info(self, member: str, code: str) -> RemoteInfo:
        """What the owner of room `code` should know of a connection to this worker or another one."""
        if "/" in member:
            return self._outbox.remote.get(member, UNKNOWN)
        info = self._local.info(member)
        return UNKNOWN if info is None else RemoteInfo(info.as_json, info.balancer_key == code)

    def move_out(self, room: Room, last: bool = False) -> None:
        """Transfer a room to the worker that it prefers after this one; `last`: even without its match."""
        for with_match in (True, False) if last else (True,):
            others = {peer.process: peer for peer in self._others()}
            for _ in range(TRIES):
                to = preferred(room.code, others)
                if to is None:
                    break
                if room.closed or self.transfer(room, others[to], with_match):
                    return
                del others[to]

    def ask_all_to_move(self, spread_s: float) -> None:
        """Ask every client here to connect to another worker, at random times within `spread_s`."""
        for sid in self._local.members():
            after_s = random.uniform(0, spread_s)  # noqa: S311 - spreads load
            gevent.spawn_later(after_s, self._local.send_one, sid, "move", {})

    # --- from another worker ------------------------------------------------------------------

    def receive(self, transfer: m.Transfer, sender: str) -> None:
        """A room was transferred to this worker."""
        code = transfer.code
        known = self._service.lobby.rooms.get(code)
        if known is not None and known.epoch >= transfer.epoch:
            return
        try:
            past = zlib.decompress(transfer.past) if transfer.past else b""
            room = thaw(self._context, transfer.frozen, self._world_ms(), [], 0, transfer.epoch, past=past)
            report_incomplete(room)
        except (BadFreeze, zlib.error) as error:
            log.error("room %s came from %s and cannot be read: %s", code, sender, error)
            record = Record(transfer.frozen, [], [])
            room = salvage(self._context, code, record, self._world_ms(), transfer.epoch)
        lease_id = transfer.to or self._lease.lease_id
        self._writer.keep(room, Owner(lease_id, transfer.epoch), opened=True)
        self._moved_ms[code] = self._now_ms()
        self._gateway.adopted(room, transfer.attached, transfer.tick_at_ms)
        telemetry.migrations.labels("in").inc()
        telemetry.epochs.inc()
        log.info(
            "room moved here",
            extra={"room": code, "game": room.game.name, "epoch": transfer.epoch, "peer": sender},
        )
        if lease_id != self._lease.lease_id:
            try:
                self._writer.restore_room(room)  # it was transferred to the generation before this one
            except StoreDown:
                log.warning("room %s belongs to a lease that has ended; a worker will claim it", code)

    # --- rooms and people that should be elsewhere ----------------------------------------------

    def forget_majorities(self) -> None:
        """Where people are cannot be judged at present: the time that this takes does not count."""
        self._majorities.clear()

    def check(self, rooms: list[Room]) -> None:
        """Move rooms to where most of their people are, and people to where their room is."""
        now_ms = self._now_ms()
        codes = {room.code for room in rooms}
        self._majorities = {code: most for code, most in self._majorities.items() if code in codes}
        self._moved_ms = {
            code: moved_ms for code, moved_ms in self._moved_ms.items() if now_ms - moved_ms < MOVE_AGAIN_MS
        }
        self._asked_to_move &= self._outbox.remote.keys()
        for room in rooms:
            self._follow_majority(room, self._count_votes(room))

    def _count_votes(self, room: Room) -> dict[str, int]:
        """How many votes each process has as this room's place, "" for this one; strays are asked to come."""
        votes: dict[str, int] = {}
        strays: list[str] = []
        placed_here = False
        for person in room.people.values():
            member = person.member
            if member is None:
                continue
            process = member.rpartition("/")[0]
            hashed = self._remote_info(member, room.code).hashed
            votes[process] = votes.get(process, 0) + (HASHED_VOTES if hashed else 1)
            placed_here = placed_here or (hashed and not process)
            if process and not hashed:
                strays.append(member)
        if placed_here:
            for member in strays:
                if member not in self._asked_to_move:
                    self._asked_to_move.add(member)
                    self._outbox.send_one(member, "move", {})
        return votes

    def _follow_majority(self, room: Room, votes: dict[str, int]) -> None:
        now_ms = self._now_ms()
        most = max(votes, key=lambda process: votes[process], default="")
        if not most or votes[most] * 2 <= sum(votes.values()):
            self._majorities.pop(room.code, None)
            return
        before = self._majorities.get(room.code)
        if before is None or before[0] != most:
            self._majorities[room.code] = (most, now_ms)
        elif (
            now_ms - before[1] >= MAJORITY_MS
            and now_ms - self._moved_ms.get(room.code, -MOVE_AGAIN_MS) >= MOVE_AGAIN_MS
        ):
            del self._majorities[room.code]
            self._moved_ms[room.code] = now_ms
            to = next((peer for peer in self._others() if peer.process == most), None)
            if to is not None:
                self.transfer(room, to)
