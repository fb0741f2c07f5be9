"""Remote sessions: connections of this worker whose room is at another worker.

What they ask goes to the worker that owns the room, their room's *location*. When that is lost or gone, they
are attached to the room again, wherever it is by then. Looking a location up may take a while, and happens in
greenlets that `Placement.spawn` starts; everything else is at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from game.cluster import messages as m
from game.cluster.connections import LocalOutbox
from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.errors import NoSuchRoom, Refused
from game.rooms.service import RoomService

Later = Callable[[c.CommandAnswer | Refused], None]
"""Called with an answer that could not be given at once."""

REPLY_MS = 5000
"""How long another worker may take to reply."""
RETRY_MS = 60
"""What was unknown is asked again after this time."""
PATIENCE_MS = 40_000
"""How long a connection that was in a room is kept while its room cannot be found."""
BUSY = Refused("busy", "The server is busy with something. Try again in a moment.")
UNSAVED = Refused("busy", "Chat cannot be saved at the moment, so this was not sent. Try again later.")
MOVED = Refused("moved", "This room has moved.")


class LocationUnknown(Exception):
    """Where a room is cannot be told at present; ask again in a moment."""


@dataclass(frozen=True, slots=True)
class RoomLocation:
    """The process that owns a room, and since which epoch."""

    process: str
    epoch: int


class Placement(Protocol):
    """What the gateway asks about where rooms are."""

    @property
    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""

    def locate(self, code: str) -> RoomLocation | None:
        """Where a room is; it is claimed first if its owner is lost.

        Returns:
            None when there is no such room.

        Raises:
            LocationUnknown: it cannot be told at present.
        """

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        """Run work that may wait in a greenlet of its own."""

    def place_new(self) -> str:
        """The process that should get a new room."""

    def place_quick(self, game: str) -> str:
        """The process that has the best room for quick play; `game` is "" for the default."""

    def receive(self, transfer: m.Transfer, sender: str) -> None:
        """A room was transferred to this worker."""

    def why_unreadable(self, frozen: bytes) -> str:
        """Why this worker cannot go on with a frozen room; "" when it can."""

    def hold_entry(self, code: str, done: Callable[[bool], None]) -> bool:
        """Whether a room here waits to be recorded, so that other workers find it.

        Args:
            code: the room's code.
            done: called with True when it is recorded, with False when that takes too long.

        Returns:
            False when there is nothing to wait for; `done` is not called then.
        """


# --- calls to other workers -----------------------------------------------------------------------------

Done = Callable[[m.Reply | None], None]
"""Called with the reply; None: none will come."""


@dataclass(slots=True)
class _PendingCall:
    process: str
    until_ms: int
    done: Done


class PendingCalls:
    """Calls to other workers that are not replied to yet.

    Args:
        local: the outbox to this worker's own connections.
        post: sends a message to a process; False while nothing gets there.
        spawn: runs work after some ms.
        now_ms: the world's clock.
    """

    def __init__(
        self,
        local: LocalOutbox,
        post: Callable[[str, m.AnyMessage], bool],
        spawn: Callable[[Callable[[], None], int], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._local = local
        self._post = post
        self._spawn = spawn
        self._now_ms = now_ms
        self._pending: dict[int, _PendingCall] = {}
        self._last_id = 0

    def call(
        self, process: str, sid: str, device: str, what: str, code: str, command: c.Command, done: Done
    ) -> None:
        """Send a connection's command to a process; see messages.Call for the arguments."""
        info = self._local.info(sid)
        self._last_id += 1
        self._pending[self._last_id] = _PendingCall(process, self._now_ms() + REPLY_MS, done)
        as_json = info is not None and info.as_json
        hashed = info is not None and info.balancer_key == code
        payload = msgspec.to_builtins(command)
        place = payload.pop("place", "")
        call = m.Call(self._last_id, sid, device, what, code, as_json, hashed, m.encoded(payload), place)
        if not self._post(process, call):
            del self._pending[call.id]
            self._spawn(lambda: done(None), RETRY_MS)

    def offer(self, process: str, code: str, frozen: bytes, done: Done) -> None:
        """Ask a process whether it can go on with a frozen room."""
        self._last_id += 1
        self._pending[self._last_id] = _PendingCall(process, self._now_ms() + REPLY_MS, done)
        if not self._post(process, m.Offer(self._last_id, code, frozen)):
            del self._pending[self._last_id]
            done(None)

    def replied(self, reply: m.Reply) -> None:
        """A reply has come."""
        pending = self._pending.pop(reply.id, None)
        if pending is not None:
            pending.done(reply)

    def expire(self) -> None:
        """Give up calls that were not replied to in time; call it several times a second."""
        now_ms = self._now_ms()
        self._give_up([number for number, one in self._pending.items() if one.until_ms <= now_ms])

    def processes(self) -> set[str]:
        """The processes that owe a reply."""
        return {one.process for one in self._pending.values()}

    def give_up(self, process: str) -> None:
        """A process will not reply any more."""
        self._give_up([number for number, one in self._pending.items() if one.process == process])

    def _give_up(self, numbers: list[int]) -> None:
        for number in numbers:
            self._pending.pop(number).done(None)


# --- connections whose room is at another worker --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for a room, for a connection that wants to get into it.

    Attributes:
        code: the room's code.
        until_ms: when to give up.
        here: called when the room is at this worker.
        there: called with the process at which it is.
        missing: called when there is no such room.
        give_up: called when the time is up.
        refused: called when it sleeps and cannot be woken.
        wanted: whether to go on.
    """

    code: str
    until_ms: int
    here: Callable[[], None]
    there: Callable[[str], None]
    missing: Callable[[], None]
    give_up: Callable[[], None]
    refused: Callable[[Refused], None]
    wanted: Callable[[], bool] = lambda: True


class RemoteSessions:
    """This worker's connections whose room is at another worker.

    Args:
        process: this worker.
        service: its rooms.
        local: the outbox to its own connections.
        calls: to other workers.
        post: sends a message to a process.
        placement: where rooms are.
        enter_here: carries a way into a room out at this worker.
        is_moving: whether a room here is on its way to another worker.
        now_ms: the world's clock.

    Attributes:
        rooms: the room of each such connection, by sid.
        locations: where those rooms are, as far as it is known.
    """

    def __init__(
        self,
        process: str,
        service: RoomService,
        local: LocalOutbox,
        calls: PendingCalls,
        post: Callable[[str, m.AnyMessage], bool],
        placement: Placement,
        enter_here: Callable[[str, str, c.Command, Later], Joined | None],
        is_moving: Callable[[str], bool],
        now_ms: Callable[[], int],
    ) -> None:
        self.rooms: dict[str, str] = {}
        self.locations: dict[str, RoomLocation] = {}
        self._process = process
        self._service = service
        self._local = local
        self._calls = calls
        self._post = post
        self._placement = placement
        self._enter_here = enter_here
        self._is_moving = is_moving
        self._now_ms = now_ms
        self._attaching: set[str] = set()

    # hot: every press of a player whose room is elsewhere
    def location_of(self, sid: str) -> RoomLocation | None:
        """Where the room of a connection is; None when it is here, unknown, or there is none."""
        return self.locations.get(self.rooms.get(sid, ""))

    def at(self, process: str) -> list[str]:
        """The connections whose room is at a process, or at an unknown one."""
        where = {sid: self.locations.get(code) for sid, code in self.rooms.items()}
        return [sid for sid, location in where.items() if location is None or location.process == process]

    def forget_unused(self) -> None:
        """Forget the locations of rooms in which no connection is."""
        used = set(self.rooms.values())
        for code in [code for code in self.locations if code not in used]:
            del self.locations[code]

    # --- coming and going ---------------------------------------------------------------------

    def leave(self, sid: str, code: str) -> None:
        """The connection is in room `code` now: it leaves the one in which it was at another worker."""
        before = self.rooms.pop(sid, None)
        if before is not None and before != code and before in self.locations:
            info = self._local.info(sid)
            device = info.device if info is not None else ""
            process = self.locations[before].process
            self._calls.call(process, sid, device, "leave", before, c.Nothing(), lambda _: None)

    def forget(self, sid: str) -> None:
        """The connection is closed."""
        self._attaching.discard(sid)
        location = self.location_of(sid)
        code = self.rooms.pop(sid, "")
        if location is not None:
            self._post(location.process, m.Disconnected(sid, code))

    def enter_by_code(self, sid: str, device: str, command: c.Join, code: str, later: Later) -> None:
        """Bring a connection into a room, wherever that is."""

        def here() -> None:
            try:
                answer = self._enter_here(sid, device, command, later)
            except Refused as refused:
                later(refused)
            else:
                if answer is not None:
                    later(answer)

        def there(process: str) -> None:
            def replied(reply: m.Reply | None) -> None:
                if _is_moved(reply):
                    self._search_again(search)
                else:
                    self.entered(sid, process, reply, later)

            self._calls.call(process, sid, device, "join", code, command, replied)

        search = self._make_search(code, here, there, later, lambda: self._is_open(sid))
        self._search(search)

    def knock(self, sid: str, device: str, command: c.Knock, code: str, later: Later) -> None:
        """Ask whether a code would let a device in, wherever the room is."""

        def here() -> None:
            if self._is_moving(code) or self._placement.blocked:
                self._search_again(search)
                return
            try:
                later(self._service.knock(device, command, self._now_ms()))
            except Refused as refused:
                later(refused)

        def there(process: str) -> None:
            def replied(reply: m.Reply | None) -> None:
                if _is_moved(reply):
                    self._search_again(search)
                elif reply is None or not reply.ok:
                    later(BUSY if reply is None else _refusal(reply))
                else:
                    later(c.read_answer("knock", reply.data))

            self._calls.call(process, sid, device, "knock", code, command, replied)

        search = self._make_search(code, here, there, later)
        self._search(search)

    def _is_open(self, sid: str) -> bool:
        return self._local.info(sid) is not None

    def _make_search(
        self,
        code: str,
        here: Callable[[], None],
        there: Callable[[str], None],
        later: Later,
        wanted: Callable[[], bool] = lambda: True,
    ) -> _Search:
        """A search for somebody who waits at the door: no room and a late answer are refusals."""
        return _Search(
            code,
            self._now_ms() + REPLY_MS,
            here,
            there,
            lambda: later(NoSuchRoom()),
            lambda: later(BUSY),
            later,
            wanted,
        )

    def _search(self, search: _Search, after_ms: int = 0) -> None:
        """Look for a room, in a greenlet of its own."""

        def look() -> None:
            if not search.wanted():
                return
            try:
                location = self._placement.locate(search.code)
            except LocationUnknown:
                self._search_again(search)
                return
            except Refused as refused:
                search.refused(refused)
                return
            if not search.wanted():  # the store took its time
                return
            if location is None:
                search.missing()
            elif location.process == self._process:
                search.here()
            else:
                self.learn(search.code, location)
                search.there(location.process)

        self._placement.spawn(look, after_ms)

    def _search_again(self, search: _Search) -> None:
        """Look for a room once more in a moment, if there is time left."""
        if self._now_ms() >= search.until_ms:
            search.give_up()
        else:
            self._search(search, RETRY_MS)

    def entered(self, sid: str, process: str, reply: m.Reply | None, later: Later) -> None:
        """Another process has replied to a way into a room."""
        if reply is None or not reply.ok:
            later(BUSY if reply is None else _refusal(reply))
            return
        joined = c.read_joined(reply.data)
        if self._local.info(sid) is None:
            self._post(process, m.Disconnected(sid, joined.code))
        else:
            self._settle(sid, joined.code, RoomLocation(process, reply.epoch))
            later(joined)

    def _settle(self, sid: str, code: str, location: RoomLocation) -> None:
        """The connection is in a room at another worker from now on."""
        place = self._service.place(sid)
        if place is not None and place[0].code != code:
            self._service.command(sid, "leave", c.Nothing(), self._now_ms())
        self.leave(sid, code)
        self.rooms[sid] = code
        self.learn(code, location)

    def learn(self, code: str, location: RoomLocation) -> None:
        """Remember where a room is, unless something newer is known."""
        known = self.locations.get(code)
        if known is None or location.epoch >= known.epoch:
            self.locations[code] = location

    def resume(
        self, sid: str, device: str, code: str, until_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room, wherever that is.

        Args:
            sid: its new connection.
            device: the device.
            code: the room's code.
            until_ms: when to give up; the connection is closed then, and the client comes back later.
            done: called with JOINED, or with None when there is no such room.
        """

        def give_up() -> None:
            # A room that cannot be found is not gone: a client that comes back later may find it.
            self._local.close(sid, "draining", "The server looks for your room. One moment.")

        def here() -> None:
            if self._is_moving(code) or self._placement.blocked:
                self._search_again(search)
                return
            self.rooms.pop(sid, None)
            done(self._service.resume(sid, device, code, self._now_ms()))

        def there(process: str) -> None:
            def replied(reply: m.Reply | None) -> None:
                self._resumed(sid, process, reply, search, done)

            self._calls.call(process, sid, device, "resume", code, c.Nothing(), replied)

        def missing(_refused: Refused | None = None) -> None:
            done(None)

        search = _Search(code, until_ms, here, there, missing, give_up, missing, lambda: self._is_open(sid))
        self._search(search)

    def resign(self, sid: str, device: str, code: str, until_ms: int, later: Later) -> None:
        """Let a device leave a room for good, wherever that is.

        Args:
            sid: its connection.
            device: the device.
            code: the room's code.
            until_ms: when to give up.
            later: called with the answer.
        """

        def here() -> None:
            if self._is_moving(code) or self._placement.blocked:
                self._search_again(search)
            elif self._service.resign(code, device, self._now_ms()):
                later(c.Done())
            else:
                later(NoSuchRoom())

        def there(process: str) -> None:
            def replied(reply: m.Reply | None) -> None:
                if _is_moved(reply):
                    self._search_again(search)
                elif reply is None or not reply.ok:
                    later(BUSY if reply is None else _refusal(reply))
                else:
                    later(c.Done())

            self._calls.call(process, sid, device, "resign", code, c.Nothing(), replied)

        search = _Search(code, until_ms, here, there, lambda: later(NoSuchRoom()), lambda: later(BUSY), later)
        self._search(search)

    def _resumed(
        self,
        sid: str,
        process: str,
        reply: m.Reply | None,
        search: _Search,
        done: Callable[[Joined | None], None],
    ) -> None:
        """Another process has replied to a `resume`."""
        code = search.code
        if self._local.info(sid) is None:
            if reply is not None and reply.ok:
                self._post(process, m.Disconnected(sid, code))
        elif reply is None or _is_moved(reply):
            self.locations.pop(code, None)
            self._search_again(search)
        elif not reply.ok:
            done(None)
        else:
            self._settle(sid, code, RoomLocation(process, reply.epoch))
            done(c.read_joined(reply.data))

    # --- what happens there -------------------------------------------------------------------

    def order(self, sid: str, code: str, name: str, command: c.Command, later: Later) -> None:
        """Have a command carried out where the room is."""

        def replied(reply: m.Reply | None) -> None:
            if reply is None or _is_moved(reply):
                if self.locations.get(code, location) != location:
                    self.order(sid, code, name, command, later)
                else:
                    later(BUSY)
                    self.reattach(sid)
            elif reply.ok:
                if name == "leave":
                    self.rooms.pop(sid, None)
                later(c.read_answer(name, reply.data))
            else:
                later(_refusal(reply))

        location = self.locations.get(code)
        info = self._local.info(sid)
        if location is None or info is None:
            later(BUSY)
            self.reattach(sid)
        else:
            self._calls.call(location.process, sid, info.device, name, code, command, replied)

    # hot: every state of a room elsewhere
    def is_current(self, sender: str, code: str, epoch: int) -> bool:
        """Whether what a process sends of a room is not outdated; learns from it where the room is."""
        location = self.locations.get(code)
        if location is None or (epoch == location.epoch and sender == location.process):
            return True
        if epoch <= location.epoch:
            return False
        self.locations[code] = RoomLocation(sender, epoch)
        return True

    def moved(self, message: m.RoomMoved) -> None:
        """A room has moved, perhaps to an unknown process."""
        known = self.locations.get(message.code)
        if message.process:
            self.learn(message.code, RoomLocation(message.process, message.epoch))
        elif known is not None and known.epoch <= message.epoch:
            self.reattach_all(message.code)

    def reattach_all(self, code: str) -> None:
        """Attach every connection of a room again."""
        for sid in [sid for sid, room in self.rooms.items() if room == code]:
            self.reattach(sid)

    def reattach(self, sid: str) -> None:
        """Attach a connection to its room again, wherever that is by now, and send it all of the room."""
        code, info = self.rooms.get(sid), self._local.info(sid)
        if code is None or info is None or sid in self._attaching:
            return
        self._attaching.add(sid)

        def done(joined: Joined | None) -> None:
            self._attaching.discard(sid)
            if joined is None:
                self.rooms.pop(sid, None)
                self._local.close(sid, "closed", "This room has ended.")
                return
            self._local.send_one(sid, "joined", joined)
            if sid not in self.rooms:
                self._service.follow(sid)

        self.resume(sid, info.device, code, self._now_ms() + PATIENCE_MS, done)


def _refusal(reply: m.Reply) -> Refused:
    refusal = m.refusal_of(reply)
    return Refused(refusal.code, refusal.message)


def _is_moved(reply: m.Reply | None) -> bool:
    """Whether the room is not at the worker that replied."""
    return reply is not None and not reply.ok and m.refusal_of(reply).code == "moved"
