"""The gateway: what connections ask of rooms, wherever those are.

`LocalGateway` knows this worker's rooms alone. `ClusterGateway` serves its own rooms, forwards what concerns
rooms at other workers, and carries out what other workers ask of rooms here. It also does what it means for
connections when rooms come, go or are lost; who owns a room is decided by Placement.

An answer is returned at once; or None is returned, and `later` is called with it in the end.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import gevent
import msgspec

from game import error_log
from game.cluster import messages as m
from game.cluster.connections import LocalOutbox
from game.cluster.link import PubSubTransport, Received
from game.cluster.outbox import UNKNOWN, ClusterOutbox, RemoteInfo, room_of
from game.cluster.persistence import CheckpointLog
from game.cluster.remote import (
    BUSY,
    MOVED,
    REPLY_MS,
    UNSAVED,
    Later,
    PendingCalls,
    Placement,
    RemoteSessions,
    RoomLocation,
)
from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.continuation import Continue
from game.rooms.errors import NoSuchRoom, Refused
from game.rooms.handlers import HANDLERS, argument_of
from game.rooms.lobby import normal_code
from game.rooms.outbox import Message
from game.rooms.room import Room
from game.rooms.service import RoomService
from game.rooms.sleeping import Waker
from game.sync.wire import InputMessage

SUSPECT_MS = 3000
"""How long a person whose messages may be lost has to come back."""
WAYS_IN: dict[str, type[c.Command]] = {
    "create": c.Create,
    "join": c.Join,
    "quick": c.Quick,
    "continue": Continue,
}


class RoomGateway(Protocol):
    """What the edge asks; `sid` names one of its connections."""

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Joined | None:
        """Carry out Create, Join, Quick or Demo. Raises Refused."""

    def knock(self, sid: str, device: str, command: c.Knock, now_ms: int, later: Later) -> c.Knocked | None:
        """Ask whether a code would let a device in. Raises Refused."""

    def arrived(self, sid: str) -> None:
        """The connection has the answer that put it into a room: send it the running match."""

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room; `done` is called with JOINED, None: it is gone."""

    def resign(self, sid: str, device: str, code: str, now_ms: int, later: Later) -> None:
        """Let a device leave a room for good, also one that sleeps; `later` is called with the answer."""

    def follow(self, sid: str) -> None:
        """Send the connection a keyframe of the running match."""

    def order(
        self, sid: str, name: str, command: c.Command, now_ms: int, later: Later
    ) -> c.CommandAnswer | None:
        """Carry out a command of a person in a room. Raises Refused."""

    def press(self, sid: str, message: InputMessage, now_ms: int) -> None:
        """Take inputs in."""

    def measured(self, sid: str, round_trip_ms: float) -> None:
        """A round trip to the connection was timed."""

    def detach(self, sid: str, now_ms: int) -> None:
        """The connection is closed."""


class LocalGateway:
    """The gateway of a worker that is alone.

    Args:
        service: its rooms.
        wake: wakes sleeping matches; None: none are kept.
        is_open: whether a connection is still there.
    """

    def __init__(
        self,
        service: RoomService,
        wake: Waker | None = None,
        is_open: Callable[[str], bool] = lambda _sid: True,
    ) -> None:
        self._service = service
        self._wake = wake
        self._is_open = is_open
        self.arrived = service.follow
        self.follow = service.follow
        self.press = service.press
        self.measured = service.measured
        self.detach = service.detach

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Joined | None:
        """Carry out Create, Join, Quick or Demo. Raises Refused."""
        if not isinstance(command, c.Join) or self._wake is None:
            return self._service.enter(sid, device, command, now_ms)
        try:
            return self._service.enter(sid, device, command, now_ms)
        except Refused as refused:
            if refused.code != "no_room":
                raise

        def enter() -> None:
            try:
                self._woken(command.code)
                if self._is_open(sid):
                    later(self._service.enter(sid, device, command, now_ms))
            except Refused as refused:
                later(refused)

        gevent.spawn(enter)
        return None

    def knock(self, sid: str, device: str, command: c.Knock, now_ms: int, later: Later) -> c.Knocked | None:
        """Ask whether a code would let a device in. Raises Refused."""
        try:
            return self._service.knock(device, command, now_ms)
        except Refused as refused:
            if refused.code != "no_room" or self._wake is None:
                raise

        def knock() -> None:
            try:
                self._woken(command.code)
                if self._is_open(sid):
                    later(self._service.knock(device, command, now_ms))
            except Refused as refused:
                later(refused)

        gevent.spawn(knock)
        return None

    def _may_sleep(self, code: str) -> bool:
        return self._wake is not None and self._service.lobby.find(code) is None

    def _woken(self, code: str) -> None:
        """Wake the match of a room if one sleeps there.

        For a room that is here and lets nobody in, the records are searched as well, by a code that no room
        has: a refusal must not take less time because there is a room.

        Raises:
            Refused: it cannot be woken, or not now.
            BUSY: waking it has failed.
        """
        if self._wake is not None:
            try:
                self._wake("" if self._service.lobby.find(code) is not None else normal_code(code))
            except Refused:
                raise
            except Exception as error:  # noqa: BLE001 - the caller waits for an answer
                error_log.report(f"waking room {normal_code(code)}", error)
                raise BUSY from None

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room; `done` is called with JOINED, None: it is gone."""
        if not self._may_sleep(code):
            done(self._service.resume(sid, device, code, now_ms))
            return

        def resume() -> None:
            with suppress(Refused):
                self._woken(code)
            if self._is_open(sid):
                done(self._service.resume(sid, device, code, now_ms))

        gevent.spawn(resume)

    def resign(self, sid: str, device: str, code: str, now_ms: int, later: Later) -> None:
        """Let a device leave a room for good, also one that sleeps; `later` is called with the answer."""
        del sid

        def resign() -> None:
            try:
                self._woken(code)
                later(c.Done() if self._service.resign(code, device, now_ms) else NoSuchRoom())
            except Refused as refused:
                later(refused)

        gevent.spawn(resign)

    def order(
        self, sid: str, name: str, command: c.Command, now_ms: int, later: Later
    ) -> c.CommandAnswer | None:
        """Carry out a command of a person in a room. Raises Refused."""
        del later
        return self._service.command(sid, name, command, now_ms)


class ClusterGateway:
    """The gateway of a worker among others.

    Args:
        process: this worker.
        service: its rooms.
        local: the outbox to its own connections.
        outbox: the rooms' outbox.
        transport: to other workers.
        log: what waits to be saved.
        placement: where rooms are.
        now_ms: the world's clock.

    Attributes:
        calls: calls to other workers.
        moving: rooms on their way to another worker, by code, with what must wait until they are there.
    """

    def __init__(
        self,
        process: str,
        service: RoomService,
        local: LocalOutbox,
        outbox: ClusterOutbox,
        transport: PubSubTransport,
        log: CheckpointLog,
        placement: Placement,
        now_ms: Callable[[], int],
    ) -> None:
        self.moving: dict[str, list[Callable[[], None]]] = {}
        self.calls = PendingCalls(local, transport.post, placement.spawn, now_ms)
        self._process = process
        self._service = service
        self._local = local
        self._outbox = outbox
        self._post = transport.post
        self._log = log
        self._placement = placement
        self._now_ms = now_ms
        self._suspects: dict[str, int] = {}
        """Members at other workers that may be gone, and until when they may come back."""
        self._sessions = RemoteSessions(
            process, service, local, self.calls, transport.post, placement, self._enter_here,
            self.moving.__contains__, now_ms,
        )  # fmt: skip
        self._handlers = self._message_handlers()

    # --- what connections here ask ------------------------------------------------------------

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Joined | None:
        """Carry out Create, Join, Quick or Demo, here or at another worker. Raises Refused."""
        del now_ms
        if self._placement.blocked:
            raise BUSY
        if isinstance(command, c.Join):
            code = normal_code(command.code)
            if self._is_here(code):
                return self._enter_here(sid, device, command, later)
            self._sessions.enter_by_code(sid, device, command, code, later)
            return None
        target, what = self._process, ""
        if isinstance(command, c.Create):
            target, what = self._placement.place_new(), "create"
        elif isinstance(command, Continue):
            target, what = self._placement.place_new(), "continue"
        elif isinstance(command, c.Quick):
            target, what = self._placement.place_quick(command.game or ""), "quick"
        if target == self._process:
            return self._enter_here(sid, device, command, later)

        def replied(reply: m.Reply | None) -> None:
            self._sessions.entered(sid, target, reply, later)

        self.calls.call(target, sid, device, what, "", command, replied)
        return None

    def knock(self, sid: str, device: str, command: c.Knock, now_ms: int, later: Later) -> c.Knocked | None:
        """Ask whether a code would let a device in, wherever the room is. Raises Refused."""
        del now_ms
        if self._placement.blocked:
            raise BUSY
        code = normal_code(command.code)
        if self._is_here(code):
            return self._service.knock(device, command, self._now_ms())
        self._sessions.knock(sid, device, command, code, later)
        return None

    def _is_here(self, code: str) -> bool:
        return code in self._service.lobby.rooms and code not in self.moving

    def _enter_here(self, sid: str, device: str, command: c.Command, later: Later) -> Joined | None:
        answer = self._service.enter(sid, device, command, self._now_ms())
        self._sessions.leave(sid, answer.code)
        return self._when_recorded(sid, answer, later)

    def _when_recorded(self, member: str, answer: Joined, later: Later) -> Joined | None:
        """Hold the answer to a way into a room back until the room is recorded.

        The answer has the room's code: people to whom it is given may use it at another worker, which looks
        the room up in the store.

        Returns:
            The answer if the room is recorded; None when `later` will be called.
        """
        code = answer.code

        def done(recorded: bool) -> None:
            now = self._service.joined(member)  # the room has changed meanwhile
            if now is None or now.code != code:
                later(BUSY)
            elif recorded:
                later(now)
            else:
                self._service.command(member, "leave", c.Nothing(), self._now_ms())
                later(BUSY)

        return None if self._placement.hold_entry(code, done) else answer

    def arrived(self, sid: str) -> None:
        """The connection has its answer: a room here sends its match now, a remote one has sent it along."""
        if sid not in self._sessions.rooms:
            self._service.follow(sid)

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room, wherever that is."""
        if self._is_here(code) and not self._placement.blocked:
            done(self._service.resume(sid, device, code, now_ms))
            return
        self._sessions.resume(sid, device, code, now_ms + REPLY_MS, done)

    def resign(self, sid: str, device: str, code: str, now_ms: int, later: Later) -> None:
        """Let a device leave a room for good, wherever that is; it is woken if it sleeps."""
        del now_ms
        self._sessions.resign(sid, device, normal_code(code), self._now_ms() + REPLY_MS, later)

    def follow(self, sid: str) -> None:
        """Send the connection a keyframe of the running match."""
        code = self._sessions.rooms.get(sid)
        if code is None:
            self._service.follow(sid)
        elif (location := self._sessions.location_of(sid)) is not None:
            self._post(location.process, m.Follow(sid, code))

    def order(
        self, sid: str, name: str, command: c.Command, now_ms: int, later: Later
    ) -> c.CommandAnswer | None:
        """Carry out a command, here or where the room is. Raises Refused."""
        code = self._sessions.rooms.get(sid)
        if code is not None:
            self._sessions.order(sid, code, name, command, later)
            return None
        if self._placement.blocked:
            raise BUSY
        return self._order_here(sid, name, command, now_ms, later)

    def _order_here(
        self, member: str, name: str, command: c.Command, now_ms: int, later: Later
    ) -> c.CommandAnswer | None:
        """Carry out a command in a room here, for a connection here or at another worker. Raises Refused."""
        place = self._service.place(member)
        if place is None:
            return self._service.command(member, name, command, now_ms)
        room, person = place
        if room.code in self.moving:
            self.moving[room.code].append(lambda: self._order_moved(member, name, command, later))
            return None
        if isinstance(command, c.Say):
            if not self._log.takes_answers(room.code):
                raise BUSY
            if command.n > room.chat.writer(person.id).last_n and not self._log.takes_chat(room.code):
                raise UNSAVED
        answer = self._service.command(member, name, command, now_ms)
        if name == "chat" and self._log.hold_answer(room.code, lambda: later(answer)):
            return None
        return answer

    def _order_moved(self, member: str, name: str, command: c.Command, later: Later) -> None:
        """A command waited while its room moved: it goes where the room went."""
        if "/" in member:
            later(MOVED)
            return
        try:
            answer = self.order(member, name, command, self._now_ms(), later)
        except Refused as refused:
            later(refused)
        else:
            if answer is not None:
                later(answer)

    # hot: every press of every player
    def press(self, sid: str, message: InputMessage, now_ms: int) -> None:
        """Take inputs in, or send them where the room is."""
        code = self._sessions.rooms.get(sid)
        if code is None:
            self._service.press(sid, message, now_ms)
        elif (location := self._sessions.location_of(sid)) is not None:
            inputs = m.Inputs(
                sid, code, message.seat, message.first_seq, message.inputs, message.changes, message.named
            )
            self._post(location.process, inputs)

    def measured(self, sid: str, round_trip_ms: float) -> None:
        """A round trip to the connection was timed."""
        code = self._sessions.rooms.get(sid)
        if code is None:
            self._service.measured(sid, round_trip_ms)
        elif (location := self._sessions.location_of(sid)) is not None:
            self._post(location.process, m.RoundTrip(sid, code, round_trip_ms))

    def detach(self, sid: str, now_ms: int) -> None:
        """The connection is closed."""
        if sid not in self._sessions.rooms:
            self._service.detach(sid, now_ms)
        self._sessions.forget(sid)
        if self._local.watching(sid) is not None:
            self._local.unwatch(sid)

    # --- what other workers send --------------------------------------------------------------

    # hot: once per packet
    def receive(self, sender: str, received: Received) -> None:
        """Carry out what another process sent."""
        if received.restarted or received.restored:
            self.suspect(sender)
        handlers = self._handlers
        for message in received.messages:
            try:
                handlers[type(message)](sender, message)
            except Exception as error:  # noqa: BLE001 - one message must not cost the others
                error_log.report(f"carrying out a message of worker {sender}", error)

    def _message_handlers(self) -> dict[type[m.PeerMessage], Callable[[str, Any], None]]:
        """What is done with each message; it is called with the sender and the message."""
        local, service = self._local, self._service
        return {
            m.ChannelState: self._channel_state,
            m.ClientState: self._client_state,
            m.Inputs: self._inputs,
            m.RoundTrip: lambda sender, one: service.measured(f"{sender}/{one.sid}", one.round_trip_ms),
            m.RoomEvent: self._room_event,
            m.ClientEvent: lambda _, one: local.send_one(one.sid, one.event, m.decode_event(one.data)),
            m.Call: self._called,
            m.Reply: lambda _, one: self.calls.replied(one),
            m.Disconnected: lambda sender, one: service.detach(f"{sender}/{one.sid}", self._now_ms()),
            m.Follow: lambda sender, one: service.follow(f"{sender}/{one.sid}"),
            m.Enter: self._enter,
            m.Exit: self._exit,
            m.Watch: self._watch,
            m.Unwatch: self._unwatch,
            m.Close: lambda _, one: local.close(one.sid, one.code, one.message),
            m.Strike: lambda _, one: local.strike(one.sid, one.message),
            m.Transfer: lambda sender, one: self._placement.receive(one, sender),
            m.RoomMoved: lambda _, one: self._sessions.moved(one),
            m.Offer: self._offered,
        }

    def _enter(self, _sender: str, message: m.Enter) -> None:
        if self._local.info(message.sid) is not None:
            self._local.enter(message.code, message.sid)

    def _exit(self, _sender: str, message: m.Exit) -> None:
        if self._local.info(message.sid) is not None:
            self._local.exit(message.code, message.sid)

    def _watch(self, _sender: str, message: m.Watch) -> None:
        if self._local.info(message.sid) is not None:
            self._local.watch(message.channel, message.sid)

    def _unwatch(self, _sender: str, message: m.Unwatch) -> None:
        if self._local.watching(message.sid) == message.channel:
            self._local.unwatch(message.sid)

    # hot: every state of a room elsewhere
    def _channel_state(self, sender: str, message: m.ChannelState) -> None:
        if self._sessions.is_current(sender, room_of(message.channel), message.epoch):
            json = message.json
            self._local.state(message.channel, Message(message.event, message.binary, lambda: json))

    def _client_state(self, _sender: str, message: m.ClientState) -> None:
        json = message.json
        state = Message(message.event, message.binary, lambda: json)
        self._local.state_one(message.sid, state, message.droppable)

    # hot: every press of a player elsewhere
    def _inputs(self, sender: str, message: m.Inputs) -> None:
        batch = InputMessage(message.seat, message.first_seq, message.inputs, message.changes, message.named)
        self._service.press(f"{sender}/{message.sid}", batch, self._now_ms())

    def _room_event(self, sender: str, message: m.RoomEvent) -> None:
        if self._sessions.is_current(sender, message.code, message.epoch):
            self._local.send(message.code, message.event, m.decode_event(message.data))

    def _offered(self, sender: str, offer: m.Offer) -> None:
        why = self._placement.why_unreadable(offer.frozen)
        refusal = m.Refusal("unreadable", why) if why else m.Refusal()
        self._post(sender, m.Reply(offer.id, not why, 0, m.encoded(refusal)))

    def _called(self, sender: str, call: m.Call) -> None:
        """Carry out what a connection at another worker asks of a room here, and reply."""
        member = f"{sender}/{call.sid}"

        def reply(answer: c.CommandAnswer | Refused) -> None:
            if isinstance(answer, Refused):
                refusal = m.encoded(m.Refusal(answer.code, answer.message))
                self._post(sender, m.Reply(call.id, False, 0, refusal))
            else:
                place = self._service.place(member)
                epoch = place[0].epoch if place is not None else 0
                self._post(sender, m.Reply(call.id, True, epoch, m.encoded(answer)))
            if call.what in WAYS_IN or call.what == "resume":
                self._suspects.pop(member, None)
                self._service.follow(member)

        if self._placement.blocked:
            reply(MOVED)
            return
        before = self._outbox.remote.get(member, UNKNOWN)
        self._outbox.remote[member] = RemoteInfo(call.as_json, call.hashed or before.hashed)
        try:
            answer = self._carry_out(member, call, reply)
        except Refused as refused:
            answer = refused
        except msgspec.DecodeError as error:
            answer = Refused("bad_request", str(error))
        except Exception as error:  # noqa: BLE001 - the caller waits for a reply
            error_log.report(f"command {call.what!r}, passed on by worker {sender},", error)
            answer = Refused("internal", "Something went wrong here. Try again.")
        if answer is not None:
            reply(answer)

    def _carry_out(self, member: str, call: m.Call, later: Later) -> c.CommandAnswer | Refused | None:
        now_ms = self._now_ms()
        if call.what not in ("create", "quick", "continue") and not self._is_here(call.code):
            return MOVED
        if call.what in WAYS_IN:
            command = msgspec.msgpack.decode(call.payload, type=WAYS_IN[call.what])
            command = msgspec.structs.replace(command, place=call.place)
            entered = self._service.enter(member, call.device, command, now_ms)
            return self._when_recorded(member, entered, later)
        if call.what == "knock":
            knock = msgspec.structs.replace(
                msgspec.msgpack.decode(call.payload, type=c.Knock), place=call.place
            )
            return self._service.knock(call.device, knock, now_ms)
        if call.what == "resume":
            joined = self._service.resume(member, call.device, call.code, now_ms)
            return joined if joined is not None else NoSuchRoom()
        if call.what == "resign":
            return c.Done() if self._service.resign(call.code, call.device, now_ms) else NoSuchRoom()
        if self._service.place(member) is None:
            return MOVED
        if call.what not in HANDLERS:  # the other worker is newer
            return Refused("busy", "The server is being renewed. Try again in a moment.")
        command = msgspec.msgpack.decode(call.payload, type=argument_of(call.what))
        return self._order_here(member, call.what, command, now_ms, later)

    # --- upkeep -------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Give up what was not replied to and people that did not come back; forget what is gone.

        Call it several times a second.
        """
        now_ms = self._now_ms()
        self.calls.expire()
        self._sessions.forget_unused()
        for member in [member for member, until_ms in self._suspects.items() if until_ms <= now_ms]:
            del self._suspects[member]
            self._service.detach(member, now_ms)
        for member in [member for member in self._outbox.remote if self._service.place(member) is None]:
            del self._outbox.remote[member]
        for code in [code for code in self._outbox.epochs if code not in self._service.lobby.rooms]:
            del self._outbox.epochs[code]

    # --- when something was lost --------------------------------------------------------------

    def suspect(self, process: str) -> None:
        """Messages from or to a process may be lost: its people and ours attach to their rooms again."""
        self.calls.give_up(process)
        for sid in self._sessions.at(process):
            self._sessions.reattach(sid)
        until_ms = self._now_ms() + SUSPECT_MS
        for member in self._members_at(process):
            self._suspects.setdefault(member, until_ms)

    def peer_lost(self, process: str) -> None:
        """A process has ended: its people are gone, its rooms will be at other workers."""
        self.calls.give_up(process)
        now_ms = self._now_ms()
        for member in self._members_at(process):
            self._service.detach(member, now_ms)
        for sid in self._sessions.at(process):
            self._sessions.reattach(sid)

    def _members_at(self, process: str) -> list[str]:
        prefix = process + "/"
        return [
            person.member
            for room in self._service.lobby
            for person in room.people.values()
            if person.member is not None and person.member.startswith(prefix)
        ]

    # --- when a room comes or goes ------------------------------------------------------------

    def lost(self, room: Room) -> None:
        """Another worker owns a room that was here: its people are attached to it there."""
        for process in self._outbox.processes(room.code):
            self._post(process, m.RoomMoved(room.code, room.epoch, ""))
        self._release(room)
        self._sessions.reattach_all(room.code)

    def transferred(self, room: Room, location: RoomLocation) -> None:
        """A room has moved: this worker serves its own people of the room from there."""
        for process in self._outbox.processes(room.code):
            if process != location.process:
                self._post(process, m.RoomMoved(room.code, location.epoch, location.process))
        self._release(room)
        self._sessions.learn(room.code, location)
        self.settled(room.code)

    def asleep(self, room: Room) -> None:
        """A room without people leaves this worker, since its match sleeps: its record is removed."""
        self._service.fall_asleep(room)
        self._outbox.release(room.code, [])

    def _release(self, room: Room) -> None:
        members = [person.member for person in room.people.values() if person.member is not None]
        self._service.give_up(room)
        self._outbox.release(room.code, members)
        for member in members:
            if "/" not in member:
                self._sessions.rooms[member] = room.code

    def recall(self, room: Room, processes: list[str]) -> None:
        """A room has come without its connections: all workers attach theirs again."""
        for process in processes:
            self._post(process, m.RoomMoved(room.code, room.epoch, ""))
        self._sessions.reattach_all(room.code)

    def settled(self, code: str) -> None:
        """A room has moved, or stays after all: do what waited for that."""
        for work in self.moving.pop(code, []):
            work()

    def adopted(self, room: Room, attached: list[m.Attachment], tick_at_ms: int) -> None:
        """A room has come with its connections: name them as this worker does, and step the room."""
        self._outbox.epochs[room.code] = room.epoch
        members: dict[str, str] = {}
        for one in attached:
            member = self._adopt(room, one)
            if member is not None:
                members[one.person] = member
        self._sessions.locations.pop(room.code, None)
        room.taken_over(tick_at_ms)
        self._service.take_in(room, members)
        if room.setback:
            # What these clients know of the room is outdated: they are sent all of it again.
            for player, member in members.items():
                self._outbox.send_one(member, "joined", room.publisher.joined(room.people[player]))
                self._service.follow(member)

    def _adopt(self, room: Room, one: m.Attachment) -> str | None:
        """Attach one connection; its name at this worker, None if it is gone."""
        process, _, sid = one.member.rpartition("/")
        member = sid if process == self._process else one.member
        person = room.people.get(one.person)
        if person is None or (member == sid and self._local.info(sid) is None):
            return None
        person.member, person.gone_ms, person.away = member, None, one.away
        person.predicts, person.rtt = one.predicts, one.rtt
        for number in person.seats():
            room.seats[number].held = False
        if member == sid:
            self._sessions.rooms.pop(sid, None)
        else:
            self._outbox.remote[member] = RemoteInfo(one.as_json, one.hashed)
        channel = None
        if not one.away:
            channel = room.replication.channel_of(person)
        self._outbox.adopt(room.code, channel, member)
        return member
