"""The outbox of rooms whose people may be connected to other workers.

A member with a slash, `process/sid`, is connected elsewhere; all others here. What goes to a channel goes
once to each worker that has somebody following it, ready-made.
"""

from collections.abc import Callable

import msgspec

from game.cluster.connections import Edge
from game.cluster.messages import (
    AnyLetter,
    Close,
    Enter,
    Exit,
    State,
    StateOne,
    Tell,
    TellOne,
    Unwatch,
    Watch,
)
from game.protocol.events import Payload
from game.protocol.objects import ChatLine
from game.rooms.outbox import Message


def room_of(channel: str) -> str:
    """The code of the room that a channel belongs to."""
    return channel.removesuffix("+")


class SharedOutbox:
    """Implements Outbox over this worker's own connections and letters to other workers.

    Attributes:
        epochs: the epoch of each room here, by code; what goes out carries it.
        hold_chat: asked with each line of chat; True when it will be told later, by `tell_now`.
        passports: of connections elsewhere, by member: (as_json, hashed).
    """

    def __init__(self, edge: Edge, post: Callable[[str, AnyLetter], None]) -> None:
        self._edge = edge
        self._post = post
        self.epochs: dict[str, int] = {}
        self.hold_chat: Callable[[str, ChatLine], bool] = lambda code, line: False
        self.passports: dict[str, tuple[bool, bool]] = {}
        self._followed: dict[str, str] = {}
        self._entered: dict[str, dict[str, set[str]]] = {}
        self._watchers: dict[str, dict[str, set[str]]] = {}
        self._json: dict[str, int] = {}

    # --- who hears what -----------------------------------------------------------------------

    def enter(self, code: str, member: str) -> None:
        """From now on `member` hears what is said to the room."""
        process, _, sid = member.rpartition("/")
        if not process:
            self._edge.enter(code, member)
            return
        self._entered.setdefault(code, {}).setdefault(process, set()).add(sid)
        self._post(process, Enter(code, sid))

    def exit(self, code: str, member: str) -> None:
        """From now on it does not."""
        process, _, sid = member.rpartition("/")
        if not process:
            self._edge.exit(code, member)
            return
        self._discard(self._entered, code, process, sid)
        self._post(process, Exit(code, sid))

    def watch(self, channel: str, member: str) -> None:
        """`member` follows this channel's states from now on."""
        process, _, sid = member.rpartition("/")
        before = self._followed.get(member)
        if before is not None and before != channel:
            self._forget(member, before)
        self._followed[member] = channel
        if not process:
            self._edge.watch(channel, member)
            return
        self._watchers.setdefault(channel, {}).setdefault(process, set()).add(sid)
        if before != channel and self._is_json(member):
            self._json[channel] = self._json.get(channel, 0) + 1
        self._post(process, Watch(channel, sid))

    def unwatch(self, member: str) -> None:
        """It follows none of this worker's rooms any more."""
        channel = self._followed.pop(member, None)
        if channel is None:
            return
        process, _, sid = member.rpartition("/")
        if not process:
            # It may follow a room elsewhere by now.
            if self._edge.watching(member) == channel:
                self._edge.unwatch(member)
            return
        self._forget(member, channel)
        self._post(process, Unwatch(channel, sid))

    def _forget(self, member: str, channel: str) -> None:
        process, _, sid = member.rpartition("/")
        if not process:
            return
        self._discard(self._watchers, channel, process, sid)
        if self._is_json(member):
            left = self._json.get(channel, 0) - 1
            if left > 0:
                self._json[channel] = left
            else:
                self._json.pop(channel, None)

    @staticmethod
    def _discard(book: dict[str, dict[str, set[str]]], name: str, process: str, sid: str) -> None:
        there = book.get(name, {})
        sids = there.get(process, set())
        sids.discard(sid)
        if not sids:
            there.pop(process, None)
        if not there:
            book.pop(name, None)

    def watched(self, channel: str) -> int:
        """How many follow the channel, here and elsewhere."""
        there = self._watchers.get(channel)
        here = self._edge.watched(channel)
        return here if there is None else here + sum(map(len, there.values()))

    def wants_json(self, channel: str) -> bool:
        """Whether anyone who follows the channel asked for states as JSON."""
        return channel in self._json or self._edge.wants_json(channel)

    def takes_entries(self, member: str) -> bool:
        """Whether a connection takes states as bytes."""
        return not self._is_json(member) if "/" in member else self._edge.takes_entries(member)

    def _is_json(self, member: str) -> bool:
        return self.passports.get(member, (False, False))[0]

    def processes(self, code: str) -> list[str]:
        """The other workers that have somebody in a room."""
        return list(self._entered.get(code, ()))

    # --- what is said -------------------------------------------------------------------------

    def tell(self, code: str, event: str, data: Payload) -> None:
        """Say something to everyone in the room; chat only once it is safe."""
        if isinstance(data, ChatLine) and self.hold_chat(code, data):
            return
        self.tell_now(code, event, data)

    def tell_now(self, code: str, event: str, data: Payload) -> None:
        """Say something to everyone in the room."""
        self._edge.tell(code, event, data)
        there = self._entered.get(code)
        if there is not None:
            letter = Tell(code, self.epochs.get(code, 1), event, msgspec.to_builtins(data))
            for process in there:
                self._post(process, letter)

    def tell_one(self, member: str, event: str, data: Payload) -> None:
        """Say something to one."""
        process, _, sid = member.rpartition("/")
        if process:
            self._post(process, TellOne(sid, event, msgspec.to_builtins(data)))
        else:
            self._edge.tell_one(member, event, data)

    # hot: once per room and tick
    def state(self, channel: str, message: Message) -> None:
        """Send a state to all who follow the channel."""
        self._edge.state(channel, message)
        there = self._watchers.get(channel)
        if there is not None:
            told = message.json() if channel in self._json else None
            epoch = self.epochs.get(room_of(channel), 1)
            letter = State(channel, epoch, message.event, message.binary, told)
            for process in there:
                self._post(process, letter)

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one."""
        process, _, sid = member.rpartition("/")
        if not process:
            self._edge.state_one(member, message, droppable)
            return
        told = message.json() if self._is_json(member) else None
        self._post(process, StateOne(sid, message.event, message.binary, told, droppable))

    def close(self, member: str, code: str, message: str) -> None:
        """Say goodbye and close a connection."""
        process, _, sid = member.rpartition("/")
        if process:
            self.passports.pop(member, None)
            self._post(process, Close(sid, code, message))
        else:
            self._edge.close(member, code, message)

    # --- rooms that come and go ---------------------------------------------------------------

    def adopt(self, code: str, channel: str | None, member: str) -> None:
        """A room has come with this member, who hears and follows it already."""
        process, _, sid = member.rpartition("/")
        if channel is not None:
            self._followed[member] = channel
        if not process:
            return
        self._entered.setdefault(code, {}).setdefault(process, set()).add(sid)
        if channel is not None:
            self._watchers.setdefault(channel, {}).setdefault(process, set()).add(sid)
            if self._is_json(member):
                self._json[channel] = self._json.get(channel, 0) + 1

    def release(self, code: str, members: list[str]) -> None:
        """A room has gone elsewhere; its members go on hearing it from there."""
        self._entered.pop(code, None)
        for channel in (code, code + "+"):
            self._watchers.pop(channel, None)
            self._json.pop(channel, None)
        for member in members:
            self._followed.pop(member, None)
            self.passports.pop(member, None)
        self.epochs.pop(code, None)
