"""A worker among others: its lease, its rooms' records, its mail, and what it does when others fall silent.

Everything that waits for Redis runs here, each kind in a greenlet of its own; rooms tick on meanwhile. The
one exception is `gate`: a worker whose lease has run out says nothing for its rooms before it has asked.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import gevent
import msgspec
from gevent.event import Event
from gevent.lock import RLock, Semaphore

from game.cluster import letters as l
from game.cluster.courier import Couriers
from game.cluster.directory import Directory
from game.cluster.edge import Edge
from game.cluster.neighbours import Info, Neighbour, sees_store
from game.cluster.outbox import SharedOutbox
from game.cluster.recall import recall
from game.cluster.recorder import Recorder
from game.cluster.redis_store import RedisStore
from game.cluster.rendezvous import winner
from game.cluster.shared import Home, SharedFront, Unsure
from game.cluster.store import Owner, StoreDown, process_of
from game.rooms.desk import Desk
from game.rooms.freeze import BadFreeze, freeze, thaw
from game.rooms.room import House, Room
from game.settings import Cluster as ClusterSettings

log = logging.getLogger("rumpus.cluster")

FLUSH_S = 0.004
"""The least time between two publications: letters of one tick travel together."""
HURRY_S = 0.003
"""The least time between two hurried writes."""
ANYONE_AFTER_MS = 400
PROBE_MS = 500
DEAF_MS = 1500
ALONE_MS = 30_000
"""How long rooms go on without the store when no worker sees it."""
MOVE_AGAIN_MS = 60_000
MAJORITY_MS = 10_000
OVERLOADED = 0.8
LOOKING_AT_ONCE = 16
HANDED_MS = 2000


class Standing(Enum):
    """How a worker stands to its lease."""

    OK = "ok"
    SUSPECT = "suspect"
    """The lease may be another's: nothing may be said before that is known."""
    DEGRADED = "degraded"
    """Nobody can be asked: rooms go on, nothing durable is written."""
    FROZEN = "frozen"
    """Others can ask and we cannot: they have our rooms."""


def monotonic_ms() -> int:
    """Milliseconds of this process's clock; stops with the process's machine, not with the process."""
    return time.monotonic_ns() // 1_000_000


@dataclass(slots=True)
class _Lost:
    """A dead incarnation whose rooms must find an owner."""

    since_ms: int
    told: bool = False


class Node:
    """See the module's text. `process` names this worker, never used twice.

    Attributes:
        gate_us: the monotonic microsecond at which `gate` must be called before rooms may speak.
        draining: new people go elsewhere, rooms are on their way out.
    """

    def __init__(
        self,
        settings: ClusterSettings,
        process: str,
        store: RedisStore,
        house: House,
        desk: Desk,
        edge: Edge,
        outbox: SharedOutbox,
        couriers: Couriers,
        front: SharedFront,
        world_ms: Callable[[], int],
        disperse: Callable[[bool], None],
    ) -> None:
        self.process = process
        self.address = ""
        self.store = store
        self.standing = Standing.SUSPECT
        self.gate_us = 0
        self.draining = False
        self.wid = f"{process}.1"
        self.directory = Directory(process, desk.lobby)
        self._settings = settings
        self._house = house
        self._desk = desk
        self._edge = edge
        self._outbox = outbox
        self._couriers = couriers
        self._front = front
        self._world_ms = world_ms
        self._disperse = disperse
        self._recorder = Recorder(world_ms, round(settings.checkpoint_s * 1000))
        self._incarnation = 1
        self._era: str | None = None
        self._era_ms = 0
        self._heard_ms = 0
        self._attempt_ok = False
        self._steady_ms = monotonic_ms()
        self._degraded_ms = 0
        self._neighbours: dict[str, Neighbour] = {}
        self._lost: dict[str, _Lost] = {}
        self._absent: dict[str, int] = {}
        self._claiming: set[str] = set()
        self._handed_ms: dict[str, int] = {}
        self._majorities: dict[str, tuple[str, int]] = {}
        self._moved_ms: dict[str, int] = {}
        self._told_to_move: set[str] = set()
        self._load = 0.0
        self._cpu: tuple[float, float] = (time.process_time(), time.monotonic())
        self._lease_lock = RLock()
        self._write_lock = RLock()
        self._looking = Semaphore(LOOKING_AT_ONCE)
        self._mail = Event()
        self._writes = Event()
        self._round_at = time.monotonic()
        self._probe_ms = 0
        self._box_ms = 0
        self._greenlets: list[gevent.Greenlet[..., Any]] = []
        self.claims = 0
        self.transfers = 0
        outbox.hold_chat = self._hold_chat

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin; returns when the store has answered once."""
        while True:
            try:
                self._begin_lease()
                break
            except StoreDown as error:
                log.warning("Redis does not answer (%s); trying again", error)
                gevent.sleep(0.5)
        loops = (self._beat, self._scan, self._write, self._deliver, self._listen, self._look_round)
        self._greenlets = [gevent.spawn(self._for_ever, loop) for loop in loops]

    def stop(self) -> None:
        """End for good: the lease is given up, so that others need not wait for it to run out."""
        try:
            self.flush()
            self.store.resign(self.wid)
        except StoreDown:
            pass
        gevent.killall(self._greenlets, block=False)

    def _for_ever(self, loop: Callable[[], None]) -> None:
        while True:
            try:
                loop()
            except StoreDown:
                gevent.sleep(0.1)
            except Exception:
                log.exception("%s failed", loop.__name__)
                gevent.sleep(0.1)

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        """Run something beside, that may wait; only some of them at once."""

        def run() -> None:
            with self._looking:
                try:
                    work()
                except Exception:
                    log.exception("a search failed")

        gevent.spawn_later(after_ms / 1000, run)

    # --- the lease ----------------------------------------------------------------------------

    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""
        if self.standing is Standing.OK:
            return monotonic_ms() * 1000 >= self.gate_us
        return self.standing is not Standing.DEGRADED

    @property
    def ready(self) -> bool:
        """Whether new people may come."""
        return not self.draining and self.standing is not Standing.FROZEN

    @property
    def sees_store(self) -> bool:
        """Whether the store answered the last time it was asked, just now."""
        return self._attempt_ok and monotonic_ms() - self._heard_ms < 3 * self._settings.heartbeat_ms

    def _info(self) -> bytes:
        rooms = len(self._desk.lobby.rooms)
        return msgspec.json.encode(
            Info(self.address, self.draining, round(self._load, 3), rooms, self._steady())
        )

    def _begin_lease(self) -> None:
        sent_ms = monotonic_ms()
        era = self.store.beat(self.wid, self._info(), self._settings.lease_ms, first=True)
        if era != self._era:
            self._era_ms = sent_ms
        self._era = era
        self._holds(sent_ms)

    def _holds(self, sent_ms: int) -> None:
        """The lease holds, counted from when it was asked for."""
        now_ms = monotonic_ms()
        if now_ms - self._heard_ms > self._settings.lease_ms:
            self._steady_ms = now_ms
        self._heard_ms = now_ms
        self._attempt_ok = True
        if self.standing in (Standing.DEGRADED, Standing.FROZEN):
            log.warning("Redis is back after %d ms", now_ms - self._degraded_ms)
            if self.standing is Standing.FROZEN:
                self._disperse(False)
            self._couriers.hurry()
            self._mail.set()
            self._recorder.forget_written()
        self.standing = Standing.OK
        self.gate_us = (sent_ms + self._settings.lease_ms) * 1000

    def _beat(self) -> None:
        self._measure()
        with self._lease_lock:
            self._renew()
        gevent.sleep(self._settings.heartbeat_ms / 1000)

    def _renew(self) -> None:
        """Ask for the lease once."""
        sent_ms = monotonic_ms()
        try:
            era = self.store.beat(self.wid, self._info(), self._settings.lease_ms)
        except StoreDown:
            self._attempt_ok = False
            return
        if era is None:
            self._reincarnate()
        elif era != self._era:
            log.warning("Redis has lost its keys: restoring %d rooms", len(self._recorder.rooms()))
            self._era, self._era_ms = era, sent_ms
            self._holds(sent_ms)
            self._restore()
        else:
            self._holds(sent_ms)

    def gate(self) -> None:
        """The lease has run out: one attempt to renew it before anything is said."""
        if self.standing in (Standing.DEGRADED, Standing.FROZEN):
            self.gate_us = 1 << 62
            return
        self.standing = Standing.SUSPECT
        with self._lease_lock:
            if monotonic_ms() * 1000 < self.gate_us:
                self.standing = Standing.OK
                return
            self._renew()
            if self.standing is Standing.SUSPECT:
                self._degrade()

    def _reincarnate(self) -> None:
        """This incarnation is dead for good: take a new name, and those rooms that nobody else took."""
        self.standing = Standing.SUSPECT if self.standing is Standing.OK else self.standing
        self._incarnation += 1
        self.wid = f"{self.process}.{self._incarnation}"
        log.warning("the lease was lost; going on as %s", self.wid)
        try:
            sent_ms = monotonic_ms()
            era = self.store.beat(self.wid, self._info(), self._settings.lease_ms, first=True)
            if era != self._era:
                self._era, self._era_ms = era, sent_ms
            self._restore()
        except StoreDown:
            self._attempt_ok = False
            return
        self._holds(sent_ms)

    def _restore(self) -> None:
        for room in self._recorder.rooms():
            self._restore_room(room)
        self._recorder.forget_written()

    def _restore_room(self, room: Room) -> None:
        owner = self._recorder.owner(room.code)
        if owner is None or room.closed or room.code in self._front.moving:
            return  # a room on its way out is settled by its transfer
        epoch = self.store.restore(room.code, self.wid, owner, freeze(room, self._world_ms()))
        if epoch is None:
            log.warning("room %s is another worker's now", room.code)
            self._recorder.drop(room.code)
            self._front.lost(room)
            return
        room.renew(epoch)
        self._outbox.epochs[room.code] = epoch
        self._recorder.renew(room.code, Owner(self.wid, epoch))

    # --- without the store --------------------------------------------------------------------

    def _degrade(self) -> None:
        self.standing = Standing.DEGRADED
        self.gate_us = 1 << 62
        self._degraded_ms = monotonic_ms()
        log.warning("Redis does not answer: rooms go on, nothing is saved")
        gevent.spawn(self._ask_around)

    def _ask_around(self) -> None:
        """Find out whether Redis is gone or only we are cut off from it."""
        yes = 0
        while self.standing is Standing.DEGRADED:
            others = [one for one in self._neighbours.values() if one.process != self.process]
            asked = random.sample(others, min(2, len(others)))
            seen = [gevent.spawn(sees_store, one.info.address) for one in asked]
            gevent.joinall(seen, timeout=1)
            yes = yes + 1 if any(one.value for one in seen) else 0
            if yes and self.standing is Standing.DEGRADED:
                with self._lease_lock:
                    self._renew()
            waited_ms = monotonic_ms() - self._degraded_ms
            if self.standing is Standing.DEGRADED and (yes >= 2 or (others and waited_ms > ALONE_MS)):
                self._freeze()
                return
            gevent.sleep(0.2)

    def _freeze(self) -> None:
        """Others have our rooms, or will: say nothing more for them, and send everyone on."""
        log.error("cut off from Redis: rooms are left to the others")
        self.standing = Standing.FROZEN
        for room in self._recorder.rooms():
            self._recorder.drop(room.code)
            self._desk.give_up(room)
        self._disperse(True)

    # --- others -------------------------------------------------------------------------------

    def _measure(self) -> None:
        before, now = self._cpu, (time.process_time(), time.monotonic())
        if now[1] - before[1] >= 1:
            self._load = (now[0] - before[0]) / (now[1] - before[1])
            self._cpu = now

    def others(self) -> list[Neighbour]:
        """The other workers that are alive and take people in."""
        return [
            one for one in self._neighbours.values() if one.process != self.process and not one.info.draining
        ]

    def _scan(self) -> None:
        told = self.store.incarnations()
        now_ms = monotonic_ms()
        alive = {
            process_of(wid): Neighbour(process_of(wid), wid, msgspec.json.decode(info, type=Info))
            for wid, info in told.items()
            if info is not None
        }
        for process in self._front.asked() - set(alive):
            self._front.unanswered(process)  # whoever asked looks again for where the room is
        if not self._steady():
            # Leases ran out while nobody could renew them: only who is still silent in a while is dead.
            self._neighbours.update(alive)
            gevent.sleep(self._settings.scan_ms / 1000)
            return
        self._neighbours = alive
        for process in [one for one in self._couriers.known() if one not in alive]:
            # Not even known as dead: others have seen to it already, or its keys were lost a moment ago.
            since_ms = self._absent.setdefault(process, now_ms)
            if any(process_of(wid) == process for wid in told) or now_ms - since_ms > self._settings.lease_ms:
                self._couriers.forget(process)
                self._front.died(process)
        self._absent = {one: since for one, since in self._absent.items() if one not in alive}
        for wid in [wid for wid, info in told.items() if info is None and wid != self.wid]:
            self._mourn(wid, now_ms)
        self._lost = {wid: lost for wid, lost in self._lost.items() if wid in told}
        gevent.sleep(self._settings.scan_ms / 1000 * random.uniform(0.8, 1.2))

    def _steady(self) -> bool:
        """Whether the store has answered for a while: after a silence, owners first get time to return."""
        steady_ms = monotonic_ms() - self._steady_ms
        ok = self.standing is Standing.OK and not self.blocked()
        return ok and steady_ms > self._settings.lease_ms * 3 // 2

    def _may_claim(self) -> bool:
        return not self.draining and self._steady()

    def _mourn(self, wid: str, now_ms: int) -> None:
        lost = self._lost.setdefault(wid, _Lost(now_ms))
        process = process_of(wid)
        if not lost.told and process not in self._neighbours:
            lost.told = True
            log.warning("worker %s is dead", wid)
            self._couriers.forget(process)
            self._front.died(process)
        if self.draining:
            return
        takers = [
            one.process for one in self._neighbours.values() if one.info.steady and not one.info.draining
        ]
        left = 0
        for code in self.store.rooms_of(wid):
            if winner(code, takers) != self.process and now_ms - lost.since_ms < ANYONE_AFTER_MS:
                left += 1
                continue
            owner = self.store.owner(code)
            if owner is not None and owner.wid == wid:
                self._claim(code, owner)
        if not left and now_ms - lost.since_ms > ANYONE_AFTER_MS:
            self.store.bury(wid)

    def _claim(self, code: str, owner: Owner) -> Room | None:
        """Go on with a room whose owner is dead; None when somebody else does already."""
        if code in self._claiming or code in self._desk.lobby.rooms:
            return self._desk.lobby.rooms.get(code)
        self._claiming.add(code)
        try:
            wid = self.wid
            claim = self.store.claim(code, wid, owner)
            if claim is None:
                return None
            try:
                room = recall(self._house, claim, self._world_ms())
            except (BadFreeze, msgspec.MsgspecError, ValueError) as error:
                log.error("room %s cannot be restored: %s", code, error)
                return None
            self.claims += 1
            log.info("took over room %s of %s at epoch %d", code, owner.wid, claim.epoch)
            self._outbox.epochs[code] = room.epoch
            self._recorder.keep(room, Owner(wid, claim.epoch), opened=True)
            self._recorder.forget_room(code)
            self._front.adopted(room, [], self._world_ms())
            return room
        finally:
            self._claiming.discard(code)

    def locate(self, code: str) -> Home | None:
        """The home of a room, claimed first if its owner is dead. Raises Unsure."""
        room = self._desk.lobby.rooms.get(code)
        if room is not None and not self.blocked():
            return Home(self.process, room.epoch)
        if not self._attempt_ok or self.standing is not Standing.OK:
            raise Unsure
        try:
            owner = self.store.owner(code)
            if owner is None:
                if self.store.era() != self._era or monotonic_ms() - self._era_ms < ALONE_MS // 10:
                    raise Unsure
                return None
            return self._home_of(code, owner)
        except StoreDown:
            raise Unsure from None

    def _home_of(self, code: str, owner: Owner) -> Home:
        process = process_of(owner.wid)
        if owner.wid == self.wid:
            # It is on its way here; if it never comes, its record is what there is.
            since_ms = self._handed_ms.setdefault(code, monotonic_ms())
            if monotonic_ms() - since_ms < HANDED_MS:
                raise Unsure
            self._handed_ms.pop(code, None)
        elif process != self.process and self.store.alive(owner.wid):
            return Home(process, owner.epoch)
        if not self._may_claim():
            raise Unsure
        room = self._claim(code, owner)
        if room is None:
            raise Unsure
        return Home(self.process, room.epoch)

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

    # --- records ------------------------------------------------------------------------------

    def _hold_chat(self, code: str, line: dict[str, Any]) -> bool:
        held = self._recorder.hold_chat(code, line)
        if held:
            self._writes.set()
        return held

    def record(self) -> None:
        """There may be a new room, whose owner all should know at once."""
        self._writes.set()

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        """Whether chat of this room waits to be safe; `answer` is called when it is."""
        return self._recorder.hold_answer(code, answer)

    def _write(self) -> None:
        """One round, or what cannot wait for it. A hurried word never puts the round itself off."""
        every_s = self._settings.journal_flush_ms / 1000
        self._writes.wait(max(0.0, self._round_at - time.monotonic()))
        self._writes.clear()
        now = time.monotonic()
        whole = now >= self._round_at
        if whole:
            self._round_at = max(self._round_at + every_s, now + every_s / 2)
        for room in self._desk.lobby:
            if not room.demo and self._recorder.owner(room.code) is None and not room.closed:
                self._recorder.keep(room, Owner(self.wid, room.epoch), opened=False)
                self._outbox.epochs[room.code] = room.epoch
        if self.standing is Standing.OK and not self.blocked():
            self.flush(whole)
        if not whole:
            gevent.sleep(HURRY_S)

    def flush(self, whole: bool = True) -> None:
        """Write what is to be written. Raises StoreDown."""
        with self._write_lock:
            round_ = self._recorder.collect(whole)
            if not round_.writes:
                return
            try:
                answers = self.store.write(round_.writes)
            except StoreDown:
                self._recorder.forget_written()
                raise
            lost, told = self._recorder.written(round_, answers)
            for one in told:
                self._outbox.tell_now(one["code"], "chat", one["line"])
                for then in one["then"]:
                    then()
            for code in lost:
                room = self._desk.lobby.rooms.get(code)
                if room is not None and code not in self._front.moving:
                    self._restore_room(room)
                    self._recorder.forget_room(code)

    # --- mail ---------------------------------------------------------------------------------

    def wake(self) -> None:
        """There are letters to be sent."""
        self._mail.set()

    def _deliver(self) -> None:
        self._mail.wait(0.02 if not self._couriers.idle else 0.25)
        self._mail.clear()
        now_ms = monotonic_ms()
        mail = self._couriers.collect(now_ms)
        if now_ms - self._probe_ms >= PROBE_MS:
            self._probe_ms = now_ms
            mail.append((self.process, b""))
        if mail:
            self.store.publish(mail)
        gevent.sleep(FLUSH_S)

    def _listen(self) -> None:
        self._box_ms = monotonic_ms()
        for data in self.store.listen(self.process):
            now_ms = monotonic_ms()
            if data is None or not data:
                if data is not None:
                    self._box_ms = now_ms
                elif now_ms - self._box_ms > DEAF_MS:
                    log.warning("nothing comes out of the mailbox: opening it anew")
                    return
                continue
            self._box_ms = now_ms
            try:
                envelope = l.unseal(data)
            except msgspec.MsgspecError as error:
                log.error("an envelope that is none: %s", error)
                continue
            if envelope.sender == self.process:
                continue
            taken = self._couriers.to(envelope.sender).take(envelope, now_ms)
            if taken.letters or taken.restarted or taken.restored:
                self._front.take(envelope.sender, taken)

    # --- moving rooms -------------------------------------------------------------------------

    def transfer(self, room: Room, to: Neighbour) -> bool:
        """Hand a room over to another worker while it runs; False when it stays."""
        code = room.code
        if code in self._front.moving or room.closed:
            return False
        self._front.moving[code] = []
        try:
            self.flush()
        except StoreDown:
            self._front.settled(code)
            return False
        owner = self._recorder.owner(code)
        if owner is None or room.closed:
            self._front.settled(code)
            return False
        room.publish()
        self._desk.halt(room)
        now_ms = self._world_ms()
        frozen = freeze(room, now_ms)
        try:
            with self._write_lock:
                epoch = self.store.transfer(code, owner, to.wid, frozen)
        except StoreDown:
            self._desk.go_on(room)
            self._recorder.forget_written()
            self._front.settled(code)
            return False
        self._recorder.drop(code)
        if epoch is None:
            self._front.moving.pop(code)
            self._front.lost(room)
            return False
        self._front.post(to.process, l.Handed(code, epoch, frozen, room.tick_at_ms, self._attached(room)))
        self._front.handed_over(room, Home(to.process, epoch))
        self.transfers += 1
        return True

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
                member = f"{self.process}/{member}"
            attached.append(
                l.Attached(person.id, member, as_json, hashed, person.away, person.predicts, person.rtt)
            )
        return attached

    def receive(self, handed: l.Handed, sender: str) -> None:
        """A room was given to this worker."""
        code = handed.code
        self._handed_ms.pop(code, None)
        known = self._desk.lobby.rooms.get(code)
        if known is not None and known.epoch >= handed.epoch:
            return
        room = thaw(self._house, handed.frozen, self._world_ms(), [], 0, handed.epoch)
        self._recorder.keep(room, Owner(self.wid, handed.epoch), opened=True)
        self._moved_ms[code] = monotonic_ms()
        self._front.adopted(room, handed.attached, handed.tick_at_ms)
        log.info("room %s came from %s at epoch %d", code, sender, handed.epoch)

    def drain(self) -> None:
        """Hand every room over and tell everyone here to connect to another worker."""
        self.draining = True
        try:
            with self._lease_lock:
                self._renew()
        except StoreDown:
            pass
        for room in self._recorder.rooms():
            self._hand_on(room)
        spread_s = min(10.0, self._settings.drain_s / 3)
        if self.others():
            for sid in self._edge.members():
                gevent.spawn_later(random.uniform(0, spread_s), self._edge.tell_one, sid, "move", {})

    def _hand_on(self, room: Room) -> None:
        """Give a room to whoever should have it when this worker is gone."""
        others = {one.process: one for one in self.others()}
        for _ in range(3):
            to = winner(room.code, others)
            if to is None or room.closed or self.transfer(room, others[to]):
                return
            del others[to]

    # --- order --------------------------------------------------------------------------------

    def _look_round(self) -> None:
        """Once in a quarter second: what was given up, and which rooms should be elsewhere."""
        gevent.sleep(0.25)
        self._front.sweep()
        if self.draining or self.standing is not Standing.OK:
            return
        self._publish_list()
        for room in self._recorder.rooms():
            self._repair(room)

    def _publish_list(self) -> None:
        changed = self.directory.changed(monotonic_ms())
        if changed is not None:
            self.store.put_list(self.process, changed)
        if self.directory.due(monotonic_ms()):
            self.directory.read(self.store.lists(), set(self._neighbours))

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
            # Who came by the room's code is where the load balancer sends everyone else.
            votes[process] = votes.get(process, 0) + (3 if hashed else 1)
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
            to = next((one for one in self.others() if one.process == most), None)
            if to is not None:
                self.transfer(room, to)
