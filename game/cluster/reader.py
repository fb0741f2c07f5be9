"""The reader: what other workers write, carried out here.

A letter is about a room here and a connection there, or the other way round.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from game import error_log
from game.cluster import messages as l
from game.cluster.connections import Edge
from game.cluster.gateway import Answer, Later
from game.cluster.homes import MOVED
from game.cluster.link import Taken
from game.cluster.outbox import SharedOutbox, room_of
from game.cluster.remote import Abroad
from game.protocol import commands as c
from game.rooms.errors import NoSuchRoom, Refused
from game.rooms.handlers import HANDLERS, argument_of
from game.rooms.outbox import Message
from game.rooms.service import RoomService
from game.sync.wire import InputMessage

if TYPE_CHECKING:
    from game.cluster.cluster_gateway import SharedFront

WAYS_IN: dict[str, type[c.Command]] = {"create": c.Create, "join": c.Join, "quick": c.Quick}


class Reader:
    """Reads for `front`. `now_ms` is the world's clock."""

    def __init__(
        self,
        front: "SharedFront",
        desk: RoomService,
        edge: Edge,
        outbox: SharedOutbox,
        abroad: Abroad,
        now_ms: Callable[[], int],
    ) -> None:
        self._front = front
        self._desk = desk
        self._edge = edge
        self._outbox = outbox
        self._abroad = abroad
        self._now_ms = now_ms

    def take(self, sender: str, taken: Taken) -> None:
        """Read what came from another process."""
        if taken.restarted or taken.restored:
            self._front.doubt(sender)
        for letter in taken.letters:
            try:
                self._read(sender, letter)
            except Exception as error:
                error_log.report(f"a letter of {sender}, {type(letter).__name__},", error)

    def _read(self, sender: str, letter: l.AnyLetter) -> None:
        edge = self._edge
        match letter:
            case l.State():
                if self._abroad.is_news(sender, room_of(letter.channel), letter.epoch):
                    told = letter.json
                    edge.state(letter.channel, Message(letter.event, letter.binary, lambda: told))
            case l.Pressed():
                message = InputMessage(letter.seat, letter.first_seq, letter.inputs)
                self._desk.press(f"{sender}/{letter.sid}", message, self._now_ms())
            case l.Measured():
                self._desk.measured(f"{sender}/{letter.sid}", letter.round_trip_ms)
            case l.StateOne():
                said = letter.json
                message_one = Message(letter.event, letter.binary, lambda: said)
                edge.state_one(letter.sid, message_one, letter.droppable)
            case l.Tell():
                if self._abroad.is_news(sender, letter.code, letter.epoch):
                    edge.tell(letter.code, letter.event, letter.data)
            case l.TellOne():
                edge.tell_one(letter.sid, letter.event, letter.data)
            case l.Ask():
                self._answer(sender, letter)
            case l.Answered():
                self._front.asks.answered(letter)
            case l.Left():
                self._desk.detach(f"{sender}/{letter.sid}", self._now_ms())
            case l.Follow():
                self._desk.follow(f"{sender}/{letter.sid}")
            case l.Enter():
                if edge.passport(letter.sid) is not None:
                    edge.enter(letter.code, letter.sid)
            case l.Exit():
                if edge.passport(letter.sid) is not None:
                    edge.exit(letter.code, letter.sid)
            case l.Watch():
                if edge.passport(letter.sid) is not None:
                    edge.watch(letter.channel, letter.sid)
            case l.Unwatch():
                if edge.watching(letter.sid) == letter.channel:
                    edge.unwatch(letter.sid)
            case l.Close():
                edge.close(letter.sid, letter.code, letter.message)
            case l.Handed():
                self._front.finder.receive(letter, sender)
            case l.Moved():
                self._abroad.moved(letter)
            case l.Offer():
                why = self._front.finder.can_read(letter.frozen)
                refusal: dict[str, Any] = {"code": "unreadable", "message": why} if why else {}
                self._front.post(sender, l.Answered(letter.id, not why, 0, refusal))

    def _answer(self, sender: str, ask: l.Ask) -> None:
        """Carry out what a connection elsewhere asks of a room here."""
        member = f"{sender}/{ask.sid}"

        def answer(told: Answer | Refused) -> None:
            if isinstance(told, Refused):
                data: dict[str, Any] = {"code": told.code, "message": told.message}
                self._front.post(sender, l.Answered(ask.id, False, 0, data))
            else:
                place = self._desk.place(member)
                epoch = place[0].epoch if place is not None else 0
                self._front.post(sender, l.Answered(ask.id, True, epoch, msgspec.to_builtins(told)))
            if ask.what in WAYS_IN or ask.what == "resume":
                self._front.doubted.pop(member, None)
                self._desk.follow(member)

        if self._front.finder.blocked():
            answer(MOVED)
            return
        before = self._outbox.passports.get(member)
        self._outbox.passports[member] = (ask.as_json, ask.hashed or (before is not None and before[1]))
        try:
            told = self._carry_out(member, ask, answer)
        except (Refused, msgspec.ValidationError) as error:
            told = error if isinstance(error, Refused) else Refused("bad_request", str(error))
        except Exception as error:
            error_log.report(f"command {ask.what!r} of {sender}", error)
            told = Refused("internal", "Something went wrong here. Try again.")
        if told is not None:
            answer(told)

    def _carry_out(self, member: str, ask: l.Ask, later: Later) -> Answer | Refused | None:
        now_ms = self._now_ms()
        here = ask.code in self._desk.lobby.rooms and ask.code not in self._front.moving
        if ask.what in ("create", "quick"):
            entered = self._desk.enter(member, ask.device, _way_in(ask), now_ms)
            return self._front.when_recorded(member, entered, later)
        if not here:
            return MOVED
        if ask.what == "join":
            entered = self._desk.enter(member, ask.device, _way_in(ask), now_ms)
            return self._front.when_recorded(member, entered, later)
        if ask.what == "resume":
            joined = self._desk.resume(member, ask.device, ask.code, now_ms)
            return joined if joined is not None else NoSuchRoom()
        if self._desk.place(member) is None:
            return MOVED
        order = HANDLERS.get(ask.what)
        if order is None:  # the other worker is newer
            return Refused("busy", "The server is being renewed. Try again in a moment.")
        command = msgspec.convert(ask.payload, argument_of(ask.what))
        return self._front.order_here(member, ask.what, command, now_ms, later)


def _way_in(ask: l.Ask) -> c.Command:
    command = msgspec.convert(ask.payload, WAYS_IN[ask.what])
    return msgspec.structs.replace(command, place=ask.place)
