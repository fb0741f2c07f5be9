"""The outbox of rooms whose people may be connected to other workers.

A member with a slash, `process/sid`, is connected to another worker; all others to this one. What goes to a
channel is encoded once, and sent once to each worker that has a connection watching it.
"""

from collections.abc import Callable
from typing import NamedTuple

from game.cluster.connections import LocalOutbox
from game.cluster.messages import (
    AnyMessage,
    ChannelState,
    ClientEvent,
    ClientState,
    Close,
    Enter,
    Exit,
    RoomEvent,
    Strike,
    Unwatch,
    Watch,
    encoded,
)
from game.protocol.events import Payload
from game.protocol.objects import ChatLine
from game.rooms.outbox import Message


class RemoteInfo(NamedTuple):
    """What a room's owner knows of a connection to another worker; see `connections.ConnectionInfo`."""

    as_json: bool
    hashed: bool


UNKNOWN = RemoteInfo(False, False)


def room_of(channel: str) -> str:
    """The code of the room that a channel belongs to."""
    return channel.rstrip("~+")


class ClusterOutbox:
    """Implements Outbox over this worker's own connections and messages to other workers.

    Args:
        local: the outbox to this worker's own connections.
        post: sends a message to a process.
        hold_chat: whether a line of chat (room, line) waits to be saved; `send_now` sends it then.

    Attributes:
        epochs: the epoch of each room here, by code; events and states carry it.
        remote: what is known of connections to other workers, by member.
    """

    def __init__(
        self,
        local: LocalOutbox,
        post: Callable[[str, AnyMessage], bool],
        hold_chat: Callable[[str, ChatLine], bool],
    ) -> None:
        self._local = local
        self._post = post
        self._hold_chat = hold_chat
        self.epochs: dict[str, int] = {}
        self.remote: dict[str, RemoteInfo] = {}
        self._followed: dict[str, str] = {}
        self._entered: dict[str, dict[str, set[str]]] = {}
        self._watchers: dict[str, dict[str, set[str]]] = {}
        self._json: dict[str, int] = {}

    # --- who gets what ------------------------------------------------------------------------

    def enter(self, code: str, member: str) -> None:
        """`member` gets the room's events from now on."""
        process, _, sid = member.rpartition("/")
        if not process:
            self._local.enter(code, member)
            return
        self._entered.setdefault(code, {}).setdefault(process, set()).add(sid)
        self._post(process, Enter(code, sid))

    def exit(self, code: str, member: str) -> None:
        """`member` gets no more of the room's events."""
        process, _, sid = member.rpartition("/")
        if not process:
            self._local.exit(code, member)
            return
        self._discard(self._entered, code, process, sid)
        self._post(process, Exit(code, sid))

    def watch(self, channel: str, member: str) -> None:
        """`member` gets this channel's states from now on, and no other's."""
        process, _, sid = member.rpartition("/")
        before = self._followed.get(member)
        if before is not None and before != channel:
            self._forget(member, before)
        self._followed[member] = channel
        if not process:
            self._local.watch(channel, member)
            return
        self._watchers.setdefault(channel, {}).setdefault(process, set()).add(sid)
        if before != channel and self._is_json(member):
            self._json[channel] = self._json.get(channel, 0) + 1
        self._post(process, Watch(channel, sid))

    def unwatch(self, member: str) -> None:
        """`member` gets no more states of this worker's rooms."""
        channel = self._followed.pop(member, None)
        if channel is None:
            return
        process, _, sid = member.rpartition("/")
        if not process:
            # It may watch a room at another worker by now.
            if self._local.watching(member) == channel:
                self._local.unwatch(member)
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
    def _discard(by_name: dict[str, dict[str, set[str]]], name: str, process: str, sid: str) -> None:
        by_process = by_name.get(name, {})
        sids = by_process.get(process, set())
        sids.discard(sid)
        if not sids:
            by_process.pop(process, None)
        if not by_process:
            by_name.pop(name, None)

    def watched(self, channel: str) -> int:
        """How many connections watch the channel, at all workers."""
        there = self._watchers.get(channel)
        here = self._local.watched(channel)
        return here if there is None else here + sum(map(len, there.values()))

    def wants_json(self, channel: str) -> bool:
        """Whether a connection that watches the channel asked for states as JSON."""
        return channel in self._json or self._local.wants_json(channel)

    def takes_entries(self, member: str) -> bool:
        """Whether a connection takes states as bytes."""
        return not self._is_json(member) if "/" in member else self._local.takes_entries(member)

    def _is_json(self, member: str) -> bool:
        return self.remote.get(member, UNKNOWN).as_json

    def processes(self, code: str) -> list[str]:
        """The other workers that have a connection in a room."""
        return list(self._entered.get(code, ()))

    # --- what is sent -------------------------------------------------------------------------

    def send(self, code: str, event: str, data: Payload) -> None:
        """Send an event to everyone in the room; chat only once it is saved."""
        if isinstance(data, ChatLine) and self._hold_chat(code, data):
            return
        self.send_now(code, event, data)

    def send_now(self, code: str, event: str, data: Payload) -> None:
        """Send an event to everyone in the room."""
        self._local.send(code, event, data)
        there = self._entered.get(code)
        if there is not None:
            message = RoomEvent(code, self.epochs.get(code, 1), event, encoded(data))
            for process in there:
                self._post(process, message)

    def send_one(self, member: str, event: str, data: Payload) -> None:
        """Send an event to one connection."""
        process, _, sid = member.rpartition("/")
        if process:
            self._post(process, ClientEvent(sid, event, encoded(data)))
        else:
            self._local.send_one(member, event, data)

    # hot: once per room and tick
    def state(self, channel: str, message: Message) -> None:
        """Send a state to all who watch the channel."""
        self._local.state(channel, message)
        there = self._watchers.get(channel)
        if there is not None:
            json = message.json() if channel in self._json else None
            epoch = self.epochs.get(room_of(channel), 1)
            state = ChannelState(channel, epoch, message.event, message.binary, json)
            for process in there:
                self._post(process, state)

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one connection."""
        process, _, sid = member.rpartition("/")
        if not process:
            self._local.state_one(member, message, droppable)
            return
        json = message.json() if self._is_json(member) else None
        self._post(process, ClientState(sid, message.event, message.binary, json, droppable))

    def strike(self, member: str, message: str) -> None:
        """Count a message of a connection that makes no sense in its room."""
        process, _, sid = member.rpartition("/")
        if process:
            self._post(process, Strike(sid, message))
        else:
            self._local.strike(member, message)

    def close(self, member: str, code: str, message: str) -> None:
        """Close a connection, after a last event that gives the reason."""
        process, _, sid = member.rpartition("/")
        if process:
            self.remote.pop(member, None)
            self._post(process, Close(sid, code, message))
        else:
            self._local.close(member, code, message)

    # --- rooms that come and go ---------------------------------------------------------------

    def adopt(self, code: str, channel: str | None, member: str) -> None:
        """A room has come with this member, which gets its events and watches `channel` already."""
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
        """A room has gone to another worker, which serves its members from now on."""
        self._entered.pop(code, None)
        for channel in (code, code + "+", code + "~", code + "~+"):
            self._watchers.pop(channel, None)
            self._json.pop(channel, None)
        for member in members:
            self._followed.pop(member, None)
            self.remote.pop(member, None)
        self.epochs.pop(code, None)
