"""The rooms' way out: their messages as Socket.IO events and state frames on this worker's connections."""

from typing import Any

from flask_socketio import SocketIO

from game.cluster.connections import Passport
from game.edge.connections import Visitors
from game.rooms.outbox import Message
from game.transport.manager import Channel, Fanout, Frame, Framing


class Outlet:
    """Implements the rooms' Outbox: low-rate words over Flask-SocketIO, states over the fan-out."""

    def __init__(self, socketio: SocketIO, fanout: Fanout, visitors: Visitors) -> None:
        self._socketio = socketio
        self._fanout = fanout
        self._visitors = visitors
        self._json_watchers: dict[str, int] = {}
        self._watching: dict[str, str] = {}
        self._channels: dict[str, Channel] = {}

    def enter(self, code: str, member: str) -> None:
        """From now on `member` hears what is said to the room."""
        self._socketio.server.enter_room(member, code, namespace="/")

    def exit(self, code: str, member: str) -> None:
        """From now on it does not."""
        self._socketio.server.leave_room(member, code, namespace="/")

    def tell(self, code: str, event: str, data: dict[str, Any]) -> None:
        """Say something to everyone in the room."""
        self._socketio.emit(event, data, to=code, namespace="/")

    def tell_one(self, member: str, event: str, data: dict[str, Any]) -> None:
        """Say something to one."""
        self._socketio.emit(event, data, to=member, namespace="/")

    def watch(self, channel: str, member: str) -> None:
        """`member` follows this channel's states from now on, and no other's."""
        if self._watching.get(member) == channel:
            return
        self.unwatch(member)
        self._watching[member] = channel
        followers = self._channels.get(channel)
        if followers is None:
            followers = self._channels[channel] = self._fanout.channel(channel)
        followers.add(member)
        if self._is_json(member):
            self._json_watchers[channel] = self._json_watchers.get(channel, 0) + 1

    def unwatch(self, member: str) -> None:
        """It follows none any more."""
        channel = self._watching.pop(member, None)
        if channel is None:
            return
        followers = self._channels[channel]
        followers.remove(member)
        if not len(followers):
            del self._channels[channel]
        if self._is_json(member):
            left = self._json_watchers.get(channel, 0) - 1
            if left > 0:
                self._json_watchers[channel] = left
            else:
                self._json_watchers.pop(channel, None)

    # hot: twice per room and tick
    def watched(self, channel: str) -> int:
        """How many follow the channel."""
        followers = self._channels.get(channel)
        return 0 if followers is None else len(followers)

    def wants_json(self, channel: str) -> bool:
        """Whether anyone who follows the channel asked for states as JSON."""
        return channel in self._json_watchers

    def takes_entries(self, member: str) -> bool:
        """Whether a connection takes states as bytes, as entries always are."""
        return not self._is_json(member)

    # hot: once per room and tick
    def state(self, channel: str, message: Message) -> None:
        """Send a state to all who follow the channel."""
        followers = self._channels.get(channel)
        if followers is not None:
            followers.send(Frame(message.event, message.binary, message.json))

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one."""
        self._fanout.send(member, Frame(message.event, message.binary, message.json), droppable)

    def close(self, member: str, code: str, message: str) -> None:
        """Say goodbye and close a connection."""
        visitor = self._visitors.by_sid.get(member)
        if visitor is None or visitor.closing:
            return
        visitor.closing = True
        session = self._fanout.session(member)
        self.tell_one(member, "bye", {"code": code, "message": message})
        # A Socket.IO disconnect tells the client not to come back by itself.
        self._socketio.server.disconnect(member, namespace="/")
        if session is not None:
            session.end(code)

    def watching(self, member: str) -> str | None:
        """The channel that a connection follows."""
        return self._watching.get(member)

    def members(self) -> list[str]:
        """Every connection that stands."""
        return [sid for sid, visitor in self._visitors.by_sid.items() if not visitor.closing]

    def passport(self, member: str) -> Passport | None:
        """What is known of a connection; None when it is gone."""
        visitor = self._visitors.by_sid.get(member)
        if visitor is None or visitor.closing:
            return None
        return Passport(visitor.device, visitor.framing is Framing.JSON, visitor.hash)

    def _is_json(self, member: str) -> bool:
        visitor = self._visitors.by_sid.get(member)
        return visitor is not None and visitor.framing is Framing.JSON
