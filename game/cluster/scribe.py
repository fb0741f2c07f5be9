"""The scribe: carries the recorder's rounds to the store, and sees to rooms whose record is not theirs.

Rounds come at a fixed rate; what cannot wait is written between them.
"""

import logging
import time
from collections.abc import Callable

import gevent
from gevent.event import Event
from gevent.lock import RLock

from game.cluster.cluster_gateway import SharedFront
from game.cluster.lease import Lease, Standing
from game.cluster.outbox import SharedOutbox
from game.cluster.persistence import Recorder
from game.cluster.redis_store import RedisStore
from game.cluster.store import Owner, StoreDown
from game.protocol.events import Notice
from game.protocol.objects import ChatLine
from game.rooms.freeze import freeze
from game.rooms.lobby import Lobby
from game.rooms.room import Room

log = logging.getLogger("rumpus.cluster")

NOT_KEPT = Notice(code="unsaved", message="Results cannot be saved at the moment. This one will not be kept.")
RENEW_MS = 600_000
"""How often what the store holds of rooms in use is kept from expiring; it lasts an hour at least."""
HURRY_S = 0.003
"""The least time between two hurried writes."""


class Scribe:
    """Writes for this worker's rooms. `world_ms` is the world's clock, `every_ms` the time between rounds.

    Attributes:
        recorder: the books.
        writing: held while a round, or a change of owner, is on its way.
    """

    def __init__(
        self,
        recorder: Recorder,
        store: RedisStore,
        lease: Lease,
        lobby: Lobby,
        outbox: SharedOutbox,
        front: SharedFront,
        world_ms: Callable[[], int],
        every_ms: int,
    ) -> None:
        self.recorder = recorder
        self.writing = RLock()
        self._store = store
        self._lease = lease
        self._lobby = lobby
        self._outbox = outbox
        self._front = front
        self._world_ms = world_ms
        self._every_s = every_ms / 1000
        self._wakes = Event()
        self._round_at = time.monotonic()
        self._renewed_ms = world_ms()

    def wake(self) -> None:
        """There may be something that cannot wait."""
        self._wakes.set()

    def hold_chat(self, code: str, line: ChatLine) -> bool:
        """Keep a line of chat back until it is safe; False when the room is not recorded."""
        held = self.recorder.hold_chat(code, line)
        if held:
            self._wakes.set()
        return held

    def rounds(self) -> None:
        """One round, or what cannot wait for it. A hurried word never puts the round itself off."""
        self._wakes.wait(max(0.0, self._round_at - time.monotonic()))
        self._wakes.clear()
        now = time.monotonic()
        whole = now >= self._round_at
        if whole:
            self._round_at = max(self._round_at + self._every_s, now + self._every_s / 2)
        self.write(whole)
        if not whole:
            gevent.sleep(HURRY_S)

    def write(self, whole: bool = True) -> None:
        """Write what there is to be written if the lease holds; not `whole`: what cannot wait.

        Raises:
            StoreDown: the store did not answer; nothing is lost, the next call writes it.
        """
        for room in self._lobby:
            if not room.demo and self.recorder.owner(room.code) is None and not room.closed:
                self.keep(room, Owner(self._lease.wid, room.epoch), opened=False)
        self.recorder.give_up_openings()
        self._call()
        if self._lease.standing is Standing.OK and not self._lease.blocked:
            self.flush(whole)
            self._renew()
        else:
            self._note()

    def _call(self) -> None:
        """Answer those who waited for a record."""
        calls, self.recorder.calls = self.recorder.calls, []
        for call in calls:
            call()

    def _renew(self) -> None:
        """Keep what the store holds of rooms in use from expiring. Raises StoreDown."""
        now_ms = self._world_ms()
        if abs(now_ms - self._renewed_ms) < RENEW_MS:
            return
        wid = self._lease.wid
        codes = [room.code for room in self.recorder.rooms()]
        ours = [code for code in codes if (owner := self.recorder.owner(code)) and owner.wid == wid]
        if ours:
            self._store.renew(wid, ours)
        self._renewed_ms = now_ms

    def hold_way_in(self, code: str, done: Callable[[bool], None]) -> bool:
        """Call `done` when a room that was just opened is recorded; False: there is nothing to wait for."""
        room = self._lobby.rooms.get(code)
        if room is None or room.demo:
            return False
        if self.recorder.owner(code) is None:
            self.keep(room, Owner(self._lease.wid, room.epoch), opened=False)
        held = self.recorder.hold_opening(code, done)
        if held:
            self._wakes.set()
        return held

    def flush(self, whole: bool = True) -> None:
        """Write what is to be written. Raises StoreDown."""
        with self.writing:
            self._note()
            round_ = self.recorder.collect(whole)
            if not round_.writes:
                return
            try:
                answers = self._store.write(round_.writes)
            except StoreDown:
                self.recorder.forget_written()
                raise
            lost, told = self.recorder.written(round_, answers)
            for one in told:
                self._outbox.tell_now(one.code, "chat", one.line)
                for then in one.then:
                    then()
            self._call()
            for code in lost:
                room = self._lobby.rooms.get(code)
                if room is not None and code not in self._front.moving:
                    self.restore_room(room)
                    self.recorder.forget_room(code)

    def _note(self) -> None:
        for room in self.recorder.note():
            log.error("room %s: the result of match %d is not kept", room.code, room.match_number)
            self._outbox.tell_now(room.code, "notice", NOT_KEPT)

    def keep(self, room: Room, owner: Owner, *, opened: bool) -> None:
        """Record a room from now on; `opened`: its record exists, with this owner, as the room is now."""
        self.recorder.keep(room, owner, opened=opened)
        self._outbox.epochs[room.code] = room.epoch

    def restore(self) -> None:
        """The store has none of our records, or under an older name: write them anew. Raises StoreDown."""
        for room in self.recorder.rooms():
            self.restore_room(room)
        self.recorder.forget_written()

    def restore_room(self, room: Room) -> None:
        """Own a room anew, or leave it to whoever has a better right. Raises StoreDown."""
        owner = self.recorder.owner(room.code)
        if owner is None or room.closed or room.code in self._front.moving:
            return  # a room on its way out is settled by its transfer
        wid = self._lease.wid
        epoch = self._store.restore(room.code, wid, owner, freeze(room, self._world_ms()))
        if epoch is None:
            self.recorder.drop(room.code)
            self._front.lost(room)
            return
        room.renew(epoch)
        self._outbox.epochs[room.code] = epoch
        self.recorder.renew(room.code, Owner(wid, epoch))
