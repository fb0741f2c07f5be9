"""Moves: rooms that go to another worker while they run, and people who are asked to go to their room."""

import logging
import random
from collections.abc import Callable

import gevent
from gevent.event import AsyncResult

from game import telemetry
from game.cluster import messages as l
from game.cluster.clock import monotonic_ms
from game.cluster.cluster_gateway import SharedFront
from game.cluster.connections import Edge
from game.cluster.homes import Home
from game.cluster.lease import Lease
from game.cluster.outbox import SharedOutbox
from game.cluster.peers import Neighbour
from game.cluster.redis_store import RedisStore
from game.cluster.rendezvous import winner
from game.cluster.restore import salvage
from game.cluster.scribe import Scribe
from game.cluster.store import Owner, Record, StoreDown
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
"""Who came by the room's code is where the load balancer sends everyone else, and counts as so many."""


class Moves:
    """See the module's text. `others` tells the workers that take rooms in; `world_ms` is the world's clock.

    Attributes:
        transfers: how many rooms were handed over.
    """

    def __init__(
        self,
        store: RedisStore,
        lease: Lease,
        scribe: Scribe,
        front: SharedFront,
        outbox: SharedOutbox,
        desk: RoomService,
        house: RoomContext,
        edge: Edge,
        others: Callable[[], list[Neighbour]],
        world_ms: Callable[[], int],
    ) -> None:
        self.transfers = 0
        self._store = store
        self._lease = lease
        self._scribe = scribe
        self._front = front
        self._outbox = outbox
        self._desk = desk
        self._house = house
        self._edge = edge
        self._others = others
        self._world_ms = world_ms
        self._majorities: dict[str, tuple[str, int]] = {}
        self._moved_ms: dict[str, int] = {}
        self._told_to_move: set[str] = set()

    # --- handing over -------------------------------------------------------------------------

    def transfer(self, room: Room, to: Neighbour, with_match: bool = True) -> bool:
        """Hand a room over to another worker while it runs; False when it stays.

        Without its match it can go to a worker with other rules; its people find themselves in the lobby.
        """
        code = room.code
        if code in self._front.moving or room.closed or not self._front.reaches(to.process):
            return False
        setback = "" if with_match or room.runner is None else "match_lost"
        if not self._is_read_by(to, room, with_match) or room.closed or code in self._front.moving:
            return False
        self._front.moving[code] = []
        try:
            self._scribe.flush()
            # After a silence of the store it may bear a new name, and this one would never come to life.
            there = self._store.alive(to.wid)
        except StoreDown:
            there = False
        owner = self._scribe.recorder.owner(code)
        if not there or owner is None or room.closed:
            self._front.settled(code)
            return False
        room.publish()
        self._desk.halt(room)
        frozen = freeze(room, self._world_ms(), with_match, setback)
        try:
            with self._scribe.writing:
                epoch = self._store.transfer(code, owner, to.wid, frozen)
        except StoreDown:
            self._desk.go_on(room)
            self._scribe.recorder.forget_written()
            self._front.settled(code)
            return False
        self._scribe.recorder.drop(code)
        if epoch is None:
            self._front.moving.pop(code)
            self._front.lost(room)
            return False
        handed = l.Handed(code, epoch, frozen, room.tick_at_ms, self._attached(room), to.wid)
        self._front.post(to.process, handed)
        self._front.handed_over(room, Home(to.process, epoch))
        self.transfers += 1
        telemetry.migrations.labels("out").inc()
        log.info(
            "room moved away",
            extra={"room": code, "game": room.game.name, "epoch": epoch, "peer": to.wid},
        )
        return True

    def _is_read_by(self, to: Neighbour, room: Room, with_match: bool) -> bool:
        """Whether a worker can go on with a room: asked before the room is its own, unless it is known.

        May wait for the answer.
        """
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
        self._front.asks.offer(
            to.process, room.code, frozen, lambda told: answer.set(told is not None and told.ok)
        )
        return bool(answer.wait(OFFER_S))

    def can_read(self, frozen: bytes) -> str:
        """Why this worker cannot go on with a frozen room; "" when it can."""
        try:
            thaw(self._house, frozen, self._world_ms(), [], 0, 1)
        except BadFreeze as error:
            log.warning("a room that is offered to this worker stays where it is: %s", error)
            return str(error)
        return ""

    def _attached(self, room: Room) -> list[l.Attached]:
        attached: list[l.Attached] = []
        for person in room.people.values():
            member = person.member
            if member is None:
                continue
            if "/" in member:
                as_json, hashed = self._outbox.passports.get(member, (False, False))
            else:
                passport = self._edge.passport(member)
                as_json = passport is not None and passport.as_json
                hashed = passport is not None and passport.hash == room.code
                member = f"{self._lease.process}/{member}"
            attached.append(
                l.Attached(person.id, member, as_json, hashed, person.away, person.predicts, person.rtt)
            )
        return attached

    def receive(self, handed: l.Handed, sender: str) -> None:
        """A room was given to this worker."""
        code = handed.code
        known = self._desk.lobby.rooms.get(code)
        if known is not None and known.epoch >= handed.epoch:
            return
        try:
            room = thaw(self._house, handed.frozen, self._world_ms(), [], 0, handed.epoch)
        except BadFreeze as error:
            log.error("room %s came from %s and cannot be read: %s", code, sender, error)
            room = salvage(self._house, code, Record(handed.frozen, [], []), self._world_ms(), handed.epoch)
        self._scribe.keep(room, Owner(handed.to or self._lease.wid, handed.epoch), opened=True)
        self._moved_ms[code] = monotonic_ms()
        self._front.adopted(room, handed.attached, handed.tick_at_ms)
        telemetry.migrations.labels("in").inc()
        telemetry.epochs.inc()
        log.info(
            "room moved here",
            extra={"room": code, "game": room.game.name, "epoch": handed.epoch, "peer": sender},
        )
        if handed.to not in ("", self._lease.wid):
            try:
                self._scribe.restore_room(room)  # it was given to the name that we had a moment ago
            except StoreDown:
                log.warning("room %s belongs to a name that is dead; somebody claims it", code)

    def hand_on(self, room: Room, last: bool = False) -> None:
        """Give a room to the worker that should have it after this one; `last`: even without its match."""
        for with_match in (True, False) if last else (True,):
            others = {one.process: one for one in self._others()}
            for _ in range(3):
                to = winner(room.code, others)
                if to is None:
                    break
                if room.closed or self.transfer(room, others[to], with_match):
                    return
                del others[to]

    def send_away(self, spread_s: float) -> None:
        """Ask everyone here to connect to another worker, some sooner and some later."""
        for sid in self._edge.members():
            gevent.spawn_later(random.uniform(0, spread_s), self._edge.tell_one, sid, "move", {})

    # --- order --------------------------------------------------------------------------------

    def forget_majorities(self) -> None:
        """Who is where cannot be judged at present: the time that this takes counts for nothing."""
        self._majorities.clear()

    def look_round(self, rooms: list[Room]) -> None:
        """Repair whatever should be elsewhere."""
        now_ms = monotonic_ms()
        codes = {room.code for room in rooms}
        self._majorities = {code: most for code, most in self._majorities.items() if code in codes}
        self._moved_ms = {
            code: moved_ms for code, moved_ms in self._moved_ms.items() if now_ms - moved_ms < MOVE_AGAIN_MS
        }
        for room in rooms:
            self._repair(room)

    def _repair(self, room: Room) -> None:
        """Move a room to where most of its people are, and people to where their room is."""
        votes: dict[str, int] = {}
        strays: list[str] = []
        homely = False
        for person in room.people.values():
            member = person.member
            if member is None:
                continue
            process, _, sid = member.rpartition("/")
            if process:
                hashed = self._outbox.passports.get(member, (False, False))[1]
            else:
                passport = self._edge.passport(sid)
                hashed = passport is not None and passport.hash == room.code
                homely = homely or hashed
            votes[process] = votes.get(process, 0) + (HASHED_VOTES if hashed else 1)
            if process and not hashed:
                strays.append(member)
        if homely:
            for member in strays:
                if member not in self._told_to_move:
                    self._told_to_move.add(member)
                    self._outbox.tell_one(member, "move", {})
        self._told_to_move &= {member for member in self._told_to_move if member in self._outbox.passports}
        self._follow_majority(room, votes)

    def _follow_majority(self, room: Room, votes: dict[str, int]) -> None:
        now_ms = monotonic_ms()
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
            to = next((one for one in self._others() if one.process == most), None)
            if to is not None:
                self.transfer(room, to)
