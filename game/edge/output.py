"""Output: the rooms' messages become Socket.IO events and state frames on this worker's connections."""

from collections.abc import Callable

import msgspec
from flask_socketio import SocketIO

from game.cluster.connections import ConnectionInfo
from game.edge.connections import ClientConnection, Connections
from game.protocol.events import Bye, Notice, Payload
from game.rooms.outbox import Message
from game.transport.manager import Channel, ClientManager, EncodedMessage, Framing


class Output:
    """The Outbox of the rooms: events are sent by Flask-SocketIO, states by the transport's channels.

    Attributes:
        on_strike: counts a message that made no sense; the connection's handlers set it.
    """

    def __init__(self, socketio: SocketIO, client_manager: ClientManager, connections: Connections) -> None:
        self._socketio = socketio
        self._client_manager = client_manager
        self._connections = connections
        self._json_subscribers: dict[str, int] = {}
        self._channel_of: dict[str, str] = {}
        self._channels: dict[str, Channel] = {}
        self.on_strike: Callable[[ClientConnection, str], object] | None = None

    def enter(self, code: str, member: str) -> None:
        """Add a member to a room: it gets the room's events from now on."""
        self._socketio.server.enter_room(member, code, namespace="/")

    def exit(self, code: str, member: str) -> None:
        """Remove a member from a room."""
        self._socketio.server.leave_room(member, code, namespace="/")

    def send(self, code: str, event: str, data: Payload) -> None:
        """Send an event to everyone in the room."""
        self._socketio.emit(event, msgspec.to_builtins(data), to=code, namespace="/")

    def send_one(self, member: str, event: str, data: Payload) -> None:
        """Send an event to one member."""
        self._socketio.emit(event, msgspec.to_builtins(data), to=member, namespace="/")

    def watch(self, channel: str, member: str) -> None:
        """Subscribe a member to the states of this channel, and to no other."""
        if self._channel_of.get(member) == channel:
            return
        self.unwatch(member)
        self._channel_of[member] = channel
        subscribers = self._channels.get(channel)
        if subscribers is None:
            subscribers = self._channels[channel] = self._client_manager.channel(channel)
        subscribers.add(member)
        if self._is_json(member):
            self._json_subscribers[channel] = self._json_subscribers.get(channel, 0) + 1

    def unwatch(self, member: str) -> None:
        """End the subscription of a member."""
        channel = self._channel_of.pop(member, None)
        if channel is None:
            return
        subscribers = self._channels[channel]
        subscribers.remove(member)
        if not len(subscribers):
            del self._channels[channel]
        if self._is_json(member):
            left = self._json_subscribers.get(channel, 0) - 1
            if left > 0:
                self._json_subscribers[channel] = left
            else:
                self._json_subscribers.pop(channel, None)

    # hot: twice per room and tick
    def watched(self, channel: str) -> int:
        """The number of subscribers of the channel."""
        subscribers = self._channels.get(channel)
        return 0 if subscribers is None else len(subscribers)

    def wants_json(self, channel: str) -> bool:
        """Whether a subscriber of the channel asked for states as JSON."""
        return channel in self._json_subscribers

    def takes_entries(self, member: str) -> bool:
        """Whether a member takes inputs instead of states: these are always bytes."""
        return not self._is_json(member)

    # hot: once per room and tick
    def state(self, channel: str, message: Message) -> None:
        """Send a state to all subscribers of the channel."""
        subscribers = self._channels.get(channel)
        if subscribers is not None:
            subscribers.send(EncodedMessage(message.event, message.binary, message.json))

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one member."""
        self._client_manager.send(
            member, EncodedMessage(message.event, message.binary, message.json), droppable
        )

    def close(self, member: str, code: str, message: str) -> None:
        """Send `bye` with a code and a sentence, and close the connection."""
        client = self._connections.by_sid.get(member)
        if client is None or client.closing:
            return
        client.closing = True
        connection = self._client_manager.connection(member)
        self.send_one(member, "bye", Bye(code=code, message=message))
        # A Socket.IO disconnect tells the client not to reconnect.
        self._socketio.server.disconnect(member, namespace="/")
        if connection is not None:
            connection.end(code)

    def strike(self, member: str, message: str) -> None:
        """Count a message of a connection that makes no sense in its room, and tell its person why."""
        client = self._connections.by_sid.get(member)
        if client is None or client.closing:
            return
        self.send_one(member, "notice", Notice(code="bad_input", message=message))
        if self.on_strike is not None:
            self.on_strike(client, message)

    def watching(self, member: str) -> str | None:
        """The channel that a member is subscribed to, or None."""
        return self._channel_of.get(member)

    def members(self) -> list[str]:
        """The session ids of all connections that are not closing."""
        return [sid for sid, client in self._connections.by_sid.items() if not client.closing]

    def info(self, member: str) -> ConnectionInfo | None:
        """What other workers need to know of a connection; None when it is closed."""
        client = self._connections.by_sid.get(member)
        if client is None or client.closing:
            return None
        return ConnectionInfo(client.device, client.framing is Framing.JSON, client.balancer_key)

    def _is_json(self, member: str) -> bool:
        client = self._connections.by_sid.get(member)
        return client is not None and client.framing is Framing.JSON
