"""The Socket.IO client manager: clients by sid, channels by name, and every packet's way to its handler.

`SocketIO(app, client_manager=ClientManager(), async_mode="gevent", async_handlers=False)` is all that is
needed, served by `game.transport.server.Server`. Any Socket.IO client is served as python-socketio would
serve it; on top of that a `Channel` sends a `EncodedMessage` to its members with one kernel call each.

Everything here must be used from one thread, the one that runs gevent's loop; only `emit` may be called
from any thread.
"""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import engineio.json
import socketio
from bidict import ValueDuplicationError
from engineio.packet import MESSAGE
from engineio.packet import Packet as EngineIOPacket
from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, Packet

from game.transport.admission import Admission
from game.transport.channel import Channel
from game.transport.connection import Connection
from game.transport.engine import Engine, EngineLimits, get_ident
from game.transport.frames import NORMAL
from game.transport.library import PrivateServer, amend_connect_packets
from game.transport.message import EncodedMessage, EventMessage, Framing
from game.transport.packets import Malformed, attach, decode, plain_event, quick_loads
from game.transport.poller import make_poller
from game.transport.recovery import Recovery, RecoveryLimits, Session
from game.transport.sampling import log_failure
from game.transport.slow_client import Flow, SlowClientLimits
from game.transport.states import State
from game.transport.tracing import trace_handlers

__all__ = ["Channel", "ClientManager", "EncodedMessage", "Framing", "RecoveryLimits", "SlowClientLimits"]

_NOBODY = ("", "/", None)
_FEW = 2
"""A room of fewer clients needs no channel."""

_LONGEST_CLAIM = 64
"""Characters of what a client says to have been before."""


class Claim(NamedTuple):
    """A client that comes back.

    Attributes:
        pid: its secret.
        session: what it had.
        missed: what it did not get.
    """

    pid: str
    session: Session
    missed: list[EventMessage]


def _ignore(_payload: bytes) -> None:
    """Do nothing."""


class ClientManager(socketio.Manager):
    """A socketio.Manager with channels, direct sends and a slow-client policy.

    Attributes:
        poller: reads from all clients.
        admission: the queues of connections that begin or end; give it to the `Server` as well.
        quick_events: handlers of events in "/" that are called in the event loop, as handler(sid, *args).
            They must not block, and nothing is acknowledged. Set them before clients connect.
        on_stale: called with the sid of a client that has become slow: it gets no droppable messages now.
        on_drained: called with the sid of a slow client that has taken everything. Send it one keyframe and
            call `resume`; without this callback it is resumed at once. Neither may block.
        on_pong: called with (sid in "/", milliseconds) when a client has answered a ping. It must not block.
        direct: no proxy stands in between, so that the kernel's round trips are the clients'.
        log_refusals: the first request that is refused for a reason (origin, transport, session) is logged as
            an error, as python-engineio does it; else only at level INFO. Set it before the server is made.
        on_failure: called with (what, error) when a part of the transport has failed for good, so that no
            client can be served any more; the process should end. It must not block.
    """

    def __init__(
        self,
        slow_client: SlowClientLimits | None = None,
        *,
        max_payload_bytes: int | None = None,
        max_attachments: int | None = None,
        connect_timeout_s: float | None = 10.0,
        message_timeout_s: float = 10.0,
        max_sessions: int = 0,
        connect_burst: int = 10,
        recovery: RecoveryLimits | None = None,
        report: Callable[[str, Exception], None] = log_failure,
    ) -> None:
        """Set the limits of every client.

        Args:
            slow_client: when a client is slow, and too slow.
            max_payload_bytes: of one message or one POST; announced to clients; None takes the
                `max_http_buffer_size` of the server.
            max_attachments: how many binary attachments one packet may have; 0 refuses all, None takes any.
            connect_timeout_s: a client that is in no namespace for so long is closed; None never closes it.
            message_timeout_s: a WebSocket message that has begun must be complete after this time.
            max_sessions: more are refused with 503; 0 is no limit.
            connect_burst: how many namespaces a client may enter at once, and then one in five seconds; 0 is
                no limit.
            recovery: what is kept for clients that are away for a moment; None keeps nothing.
            report: called with (what, error) when a handler or a callback raises an exception.
        """
        super().__init__()
        self._limits = EngineLimits(
            slow_client or SlowClientLimits(),
            max_payload_bytes,
            connect_timeout_s,
            message_timeout_s,
            max_sessions,
            connect_burst,
        )
        self._max_attachments = sys.maxsize if max_attachments is None else max_attachments
        self._report = report
        self.quick_events: dict[str, Callable[..., object]] = {}
        self.on_stale: Callable[[str], None] | None = None
        self.on_drained: Callable[[str], None] | None = None
        self.on_pong: Callable[[str, float], None] | None = None
        self.direct = False
        self.log_refusals = False
        self.on_failure: Callable[[str, Exception], None] = report
        self.admission = Admission(report=report)
        self.poller = make_poller(self._poller_failed, report)
        self._entered: dict[str, list[str | None]] = {}  # the rooms of each client, in order
        self._asking: tuple[str, str, int | None] = _NOBODY
        self._recovery = None if recovery is None else Recovery(recovery)
        self._claims: dict[tuple[str, str], Claim] = {}
        """By eio_sid and namespace, of clients that are about to enter."""
        self._offsets: dict[int, str | None] = {}
        """Of the event that each native thread is about to emit; without one it gets a new one."""
        self._restored: set[str] = set()
        self._connections: dict[str, Connection] = {}  # by Socket.IO sid, whatever the namespace
        self._channels: WeakValueDictionary[str, Channel] = WeakValueDictionary()
        self._rooms: dict[tuple[str, str | None], Channel] = {}
        """By namespace and name, rooms to which something was emitted while several clients were there."""

    def __len__(self) -> int:
        """The number of clients; one that is in several namespaces counts once."""
        return len(self._engine.sockets)

    def __bool__(self) -> bool:
        """A manager without clients is a manager."""
        return True

    # --- sending ---------------------------------------------------------------------------------

    def channel(self, name: str) -> Channel:
        """The channel of that name; there is never more than one."""
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = Channel(name, self._connections.get)
        return channel

    def send(self, sid: str, message: EncodedMessage, droppable: bool = False) -> bool:
        """Send `message` to one client in its framing; False if it was dropped or the client has gone."""
        connection = self._connections.get(sid)
        return connection is not None and connection.deliver(message, droppable)

    def send_event(self, sid: str, event: str, data: bytes) -> bool:
        """Send an event in "/" whose one argument is JSON already; False if the client has gone."""
        connection = self._connections.get(sid)
        if connection is None or connection.closed:
            return False
        connection.send(EngineIOPacket(MESSAGE, f'2["{event}",{data.decode()}]'))
        return True

    def set_framing(self, sid: str, framing: Framing, take: Callable[[bytes], None] = _ignore) -> None:
        """Choose how the client wants its state messages; it is BINARY until then.

        Args:
            sid: the client's, in "/".
            framing: with BARE its binary messages are no Socket.IO attachments any more but bare messages.
            take: called with each bare message, mostly from the event loop, so it must not block. If it
            raises
                an exception, the client is closed.
        """
        connection = self._connections.get(sid)
        if connection is None:
            return
        connection.framing = framing
        connection.set_takers(take if framing is Framing.BARE else None, self._take_text(sid))
        connection.reorder()

    def read(self) -> None:
        """Take what clients have sent by now: call it before a tick, then nothing waits for the one after.

        Many clients are otherwise read from only once in a few milliseconds.
        """
        self.poller.read()

    def resume(self, sid: str) -> None:
        """Let droppable messages flow again to a client that was stale and has drained."""
        connection = self._connections.get(sid)
        if connection is not None:
            connection.resume()

    def queued_bytes(self, sid: str) -> int:
        """How many bytes the client has not taken yet, beyond what the kernel holds; 0 if it has gone."""
        connection = self._connections.get(sid)
        return 0 if connection is None else connection.slow_client.queued

    def close(self, sid: str, reason: str, code: int = NORMAL) -> None:
        """Send what is queued, then close the client's connection with a reason (all namespaces).

        Returns at once and calls no handler: the disconnect handlers get `reason` soon after.
        A Socket.IO client reconnects after this; it does not after the server's `disconnect`.
        """
        connection = self._connections.get(sid)
        if connection is not None:
            connection.end(reason, code)

    def close_all(self, reason: str, code: int = NORMAL) -> None:
        """Refuse new clients and `close` all there are: the first half of a clean stop."""
        self._engine.draining = True
        for connection in list(self._engine.sockets.values()):
            connection.end(reason, code)

    def hold_thread(self) -> None:
        """Serve clients in this thread until `leave_thread`, whichever thread has made the manager."""
        self._engine.hold_thread()

    def leave_thread(self) -> None:
        """Serve no clients any more: any thread may do what is left to be done."""
        self._engine.leave_thread()

    def in_loop(self, call: Callable[[], object]) -> None:
        """Call something that does not wait, in the thread that serves: now, or soon from another thread."""
        if self._engine.in_other_thread:
            self._engine.call_soon_threadsafe(call)
        else:
            call()

    @property
    def draining(self) -> bool:
        """Whether new clients are refused with 503; those that are connected go on."""
        return self._engine.draining

    @draining.setter
    def draining(self, value: bool) -> None:
        self._engine.draining = value

    @property
    def unanswered(self) -> object:
        """What a handler returns if it acknowledges the event later."""
        return self.server.not_handled

    def answer_later(self) -> Callable[[object], None]:
        """A function that acknowledges the event that is being handled, after its handler has returned."""
        eio_sid, namespace, number = self._asking

        def answer(data: object) -> None:
            if number is not None:
                packet = self.server.packet_class(ACK, namespace=namespace, id=number, data=[data])
                self._private.send_packet(eio_sid, packet)

        return answer

    def connection(self, sid: str) -> Connection | None:
        """The connection behind a Socket.IO sid; None if the client has gone."""
        return self._connections.get(sid)

    # --- what the engine notifies of -------------------------------------------------------------

    def flow_changed(self, connection: Connection, flow: Flow) -> None:
        """The client has become stale, or has drained."""
        if flow is Flow.DRAINED and self.on_drained is None:
            connection.resume()
        notify = self.on_stale if flow is Flow.STALE else self.on_drained
        if notify is not None:
            root = connection.root_sid
            for sid in [root] if root is not None else list(connection.channels):
                notify(sid)

    def pong(self, connection: Connection, round_trip_ms: float) -> None:
        """The client has answered a ping; the kernel's round trip limits how late the answer counts as."""
        if self.on_pong is None or connection.root_sid is None:
            return
        writer = connection.writer
        longest = writer.longest_round_trip_ms() if self.direct and writer is not None else None
        self.on_pong(connection.root_sid, round_trip_ms if longest is None else min(round_trip_ms, longest))

    def heartbeat_failed(self, error: Exception) -> None:
        """No client is pinged any more."""
        self.on_failure("heartbeat", error)

    def _poller_failed(self, error: Exception) -> None:
        self.on_failure("reading from clients", error)

    def _take_text(self, sid: str) -> Callable[[bytes], bool] | None:
        """Make the function that handles a client's short text messages: quick events, and no others."""
        handlers, loads = self.quick_events, self._loads
        if not handlers:
            return None

        # hot: once per input of a client with ordinary framing; guarded by the S1 bench
        def take(payload: bytes) -> bool:
            if payload[:3] != b"42[" or not payload.isascii():
                return False
            try:
                event = plain_event(loads, payload[1:].decode())
            except Malformed:
                return False  # refused when the greenlet comes to it
            handler = None if event is None else handlers.get(event[0])
            if event is None or handler is None:
                return False
            self._quickly(handler, sid, event)
            return True

        return take

    def _quickly(self, handler: Callable[..., object], sid: str, event: list[Any]) -> None:
        try:
            handler(sid, *event[1:])
        except Exception as error:  # noqa: BLE001  a handler's bug must not end the client
            self._report(f"handler of {event[0]!r:.50}", error)

    # --- socketio.Manager ------------------------------------------------------------------------

    def set_server(self, server: socketio.Server) -> None:
        """Replace the server's engine by ours; called by python-socketio when the server is built.

        Raises:
            ValueError: the server was not made for gevent.
        """
        super().set_server(server)
        if self._recovery is not None:
            amend_connect_packets(server, self._add_pid)
        trace_handlers(server)
        codec = server.packet_class.json
        self._loads = quick_loads(codec.loads) if codec is engineio.json else codec.loads
        self._private = PrivateServer(server)
        engine = Engine(
            server.eio, self._limits, self, self.poller, self.admission, self._report, self.log_refusals
        )
        engine.on("message", self._message)
        engine.on("disconnect", self._gone)
        self._engine = server.eio = engine

    def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """Register a client that is about to enter a namespace."""
        connection = self._engine.sockets.get(eio_sid)
        if connection is None and eio_sid not in self.server.environ:
            return None  # it has gone since it asked; a client of Flask-SocketIO's tests has an environ
        claim = self._claims.pop((eio_sid, namespace), None)
        if claim is None:
            sid = super().pre_connect(eio_sid, namespace)
        else:
            sid = self._enter_again(eio_sid, namespace, claim.session)
        if sid is None:
            return None
        if self._recovery is not None:
            self._recovery.begin(sid, namespace, None if claim is None else claim.pid)
        if connection is not None:
            connection.namespaces += 1
            if namespace == "/":
                connection.root_sid = sid
                connection.set_takers(None, self._take_text(sid))
        # Before the application's handler runs, and may emit more: events come in order.
        for message in () if claim is None else claim.missed:
            self._emit_to(sid, eio_sid, message)
        return sid

    def _enter_again(self, eio_sid: str, namespace: str, session: Session) -> str | None:
        """As `pre_connect` of the library, with the sid and the rooms that the client had."""
        sid = session.sid
        try:
            self.basic_enter_room(sid, namespace, None, eio_sid=eio_sid)
        except ValueDuplicationError:
            return None  # this connection is in the namespace already
        for room in session.rooms:
            self.basic_enter_room(sid, namespace, room, eio_sid=eio_sid)  # type: ignore[arg-type]  # or a number
        self.pending_connect.setdefault(namespace, []).append(sid)
        self._restored.add(sid)
        return sid

    def recovered(self, sid: str) -> bool:
        """Whether a client came back to its rooms and got what it missed, instead of starting over."""
        return sid in self._restored

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Add a client to a room; the room None holds all clients of the namespace."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        if eio_sid is not None:  # it enters the namespace, whose channel may want its connection at once
            connection = self._engine.sockets.get(eio_sid)
            if connection is not None:
                self._connections[sid] = connection
        entered = self._entered.setdefault(sid, [])
        if room not in entered:
            entered.append(room)
            channel = self._rooms.get((namespace, room))
            if channel is not None and not channel.add(sid):
                self._drop_room_channel(namespace, room)  # a client of a test, which has no connection

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Remove a client from a room; does nothing if it is not in the room."""
        super().basic_leave_room(sid, namespace, room)
        entered = self._entered.get(sid)
        if entered is not None and room in entered:
            entered.remove(room)
            if not entered:
                del self._entered[sid]
            channel = self._rooms.get((namespace, room))
            if channel is not None:
                channel.remove(sid)
                if len(channel) < _FEW:
                    self._drop_room_channel(namespace, room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """Return the rooms that a client is in, its own among them."""
        if not self.is_sid_room(namespace, sid):
            return []
        return [room for room in self._entered.get(sid, ()) if room is not None]

    def basic_disconnect(self, sid: str, namespace: str, **_kwargs: object) -> None:
        """Forget a client that has left a namespace; it leaves its channels, too."""
        # As in socketio.BaseManager, but that one looks into every room, and each client has one of its own.
        for room in self._entered.get(sid, [])[:]:
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        self._restored.discard(sid)
        if self._recovery is not None:
            self._recovery.drop(sid)  # unless it was kept
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
        connection = self._connections.pop(sid, None)
        if connection is None:
            return
        connection.namespaces -= 1
        if not connection.namespaces:
            self._engine.expect_join(connection)
        for channel in connection.channels.pop(sid, ()):
            channel.remove(sid)
        if connection.root_sid == sid:
            connection.root_sid = None
            connection.set_takers(None, None)
            connection.framing = Framing.BINARY

    # --- emitting --------------------------------------------------------------------------------

    def emit(
        self,
        event: str,
        data: object,
        namespace: str,
        room: str | list[str] | None = None,
        skip_sid: str | list[str] | None = None,
        callback: Callable[..., object] | None = None,
        to: str | list[str] | None = None,
        **kwargs: object,  # noqa: ARG002  what python-socketio's other managers take
    ) -> None:
        """Emit an event as socketio.Manager does; to several clients it is encoded and framed once.

        Args:
            event: its name.
            data: its argument; a tuple holds several, None stands for no argument.
            namespace: in which it is sent.
            room: a room or a list of rooms, which may be clients' sids; None is the whole namespace.
            skip_sid: who gets nothing.
            callback: called with what the clients answer.
            to: the same as `room`.
            kwargs: what python-socketio's other managers take.
        """
        where = to or room
        if callback is not None:
            emit = partial(super().emit, event, data, namespace, where, skip_sid, callback)
            self.in_loop(emit)
            return
        rooms: list[str | None] = [*where] if isinstance(where, list | tuple) else [where]
        if self._recovery is None and not any(room in self.rooms.get(namespace, ()) for room in rooms):
            return
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        skipped = skip_sid if isinstance(skip_sid, list) else [] if skip_sid is None else [skip_sid]
        offset = None
        if self._recovery is not None:
            offset = self._offsets.get(get_ident()) or self._recovery.next_offset()
            arguments.append(offset)
        encoded = self._encoded(event, namespace, arguments)
        if self._engine.in_other_thread:  # not by `in_loop`, since this is what every emit costs
            emit = partial(self._emit_encoded, namespace, rooms, skipped, encoded, offset)
            self._engine.call_soon_threadsafe(emit)
        else:
            self._emit_encoded(namespace, rooms, skipped, encoded, offset)

    def _emit_encoded(
        self,
        namespace: str,
        rooms: list[str | None],
        skipped: list[str],
        encoded: list[str | bytes],
        offset: str | None,
    ) -> None:
        if self._recovery is None or offset is None:
            message = EventMessage(encoded)
        else:
            message = self._recovery.add(offset, namespace, rooms, skipped, encoded)
        if len(rooms) == 1:
            self._emit_to_room(namespace, rooms[0], skipped, message)
        elif rooms:
            for sid, eio_sid in list(self.get_participants(namespace, rooms)):
                if sid not in skipped:
                    self._emit_to(sid, eio_sid, message)

    def _emit_to_room(
        self, namespace: str, room: str | None, skipped: list[str], message: EventMessage
    ) -> None:
        members = self.rooms.get(namespace, {}).get(room, {})
        if len(members) >= _FEW and not any(sid in members for sid in skipped):
            channel = self._room_channel(namespace, room, members)
            if channel is not None:
                channel.send(message, droppable=False)  # type: ignore[arg-type]  # as an EncodedMessage
                return
        for sid, eio_sid in list(members.items()):
            if sid not in skipped:
                self._emit_to(sid, eio_sid, message)

    def _encoded(self, event: str, namespace: str, arguments: list[Any]) -> list[str | bytes]:
        """The packet of an event: a text, then its attachments."""
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, *arguments])
        encoded = packet.encode()
        return encoded if isinstance(encoded, list) else [encoded]

    def _emit_to(self, sid: str, eio_sid: str, message: EventMessage) -> None:
        connection = self._connections.get(sid)
        if connection is not None:
            connection.deliver(message, False)  # type: ignore[arg-type]  # as an EncodedMessage
            return
        for packet in message.packets(Framing.BINARY):  # a client of a test, which has no connection
            self._private.send_eio_packet(eio_sid, packet)

    def _room_channel(self, namespace: str, room: str | None, members: "Mapping[str, str]") -> Channel | None:
        """The channel of a room; None if it has a client without a connection."""
        channel = self._rooms.get((namespace, room))
        if channel is None:
            channel = Channel(f"{namespace} {room}", self._connections.get)
            self._rooms[namespace, room] = channel
            if not all(channel.add(sid) for sid in list(members)):
                self._drop_room_channel(namespace, room)
                return None
        return channel

    def _drop_room_channel(self, namespace: str, room: str | None) -> None:
        """Let a room have no channel; its members must not hold it, or each new one would stay in memory."""
        channel = self._rooms.pop((namespace, room))
        for sid in list(channel.members):
            channel.remove(sid)

    # --- messages --------------------------------------------------------------------------------

    # hot: once for each event of a client with ordinary framing that needs a greenlet
    def _message(self, eio_sid: str, data: str | bytes) -> None:
        """Take one Socket.IO packet, or a part of one.

        Does the work of socketio.Server's own dispatcher, which treats a client's malformed packet and a
        handler's bug alike.

        Raises:
            Malformed: it is no packet, or came out of turn.
        """
        packet = self._private.partial_packets.get(eio_sid)
        event = plain_event(self._loads, data) if packet is None else None
        if event is None:
            self._take_packet(eio_sid, packet, data)
            return
        quick = self.quick_events.get(event[0])
        if quick is not None:
            sid = self.sid_from_eio_sid(eio_sid, "/")
            if sid is not None and self.is_connected(sid, "/"):
                self._quickly(quick, sid, event)
            return
        self._asking = _NOBODY
        try:
            self._private.handle_event(eio_sid, "/", None, event)
        except Exception as error:  # noqa: BLE001  a handler's bug must not end the client
            self._report(f"handler of {event[0]!r:.50}", error)

    def _take_packet(self, eio_sid: str, packet: Packet | None, data: str | bytes) -> None:
        """Take a packet that is no plain event.

        Args:
            eio_sid: the client's Engine.IO session id.
            packet: the packet whose attachment `data` is; None if `data` is another packet.
            data: what has come.

        Raises:
            Malformed: it is no packet, or came out of turn.
        """
        if packet is None:
            packet = decode(self.server.packet_class, data, self._max_attachments)
            if packet.attachment_count:
                if self.sid_from_eio_sid(eio_sid, packet.namespace or "/") is None:
                    raise Malformed("attachments from a client that has not connected")
                self._private.partial_packets[eio_sid] = packet
                return
        else:
            if not attach(packet, data):
                return
            del self._private.partial_packets[eio_sid]
        kind, namespace = packet.packet_type, packet.namespace or "/"
        if kind == CONNECT:
            self._enter(eio_sid, namespace, packet.data)
        elif kind == DISCONNECT:
            self._leave(eio_sid, namespace, self.server.reason.CLIENT_DISCONNECT)
        else:
            self._dispatch(eio_sid, namespace, packet)

    def _dispatch(self, eio_sid: str, namespace: str, packet: Packet) -> None:
        """Handle an event or an acknowledgement."""
        is_event = packet.packet_type in (EVENT, BINARY_EVENT)
        try:
            if is_event:
                self._asking = (eio_sid, namespace, packet.id)
                self._private.handle_event(eio_sid, namespace, packet.id, packet.data)
            elif packet.id is not None and packet.packet_type in (ACK, BINARY_ACK):
                self._private.handle_ack(eio_sid, namespace, packet.id, packet.data)
        except Exception as error:  # noqa: BLE001  a handler's bug must not end the client
            name = packet.data[0] if is_event else "acknowledgement"
            self._report(f"handler of {name!r:.50}", error)

    def _enter(self, eio_sid: str, namespace: str, auth: dict[str, Any] | None) -> None:
        server = self.server
        if not (
            namespace in server.handlers
            or namespace in server.namespace_handlers
            or server.namespaces == "*"
            or namespace in server.namespaces
        ):
            self._refuse(eio_sid, namespace, "Invalid namespace")
            return
        environ = server.environ.get(eio_sid)
        connection = self._engine.sockets.get(eio_sid)
        if connection is not None and not connection.may_enter(monotonic()):
            sentence = "You came and went too often. Wait a few seconds."
            self._refuse(eio_sid, namespace, sentence, {"code": "too_fast", "message": sentence})
            return
        auth = self._claim(eio_sid, namespace, auth)
        try:
            self._private.handle_connect(eio_sid, namespace, auth)
        except Exception as error:  # noqa: BLE001  the application's bug refuses this client
            self._report("connect handler", error)
            sid = self.sid_from_eio_sid(eio_sid, namespace)
            if sid is not None and server.always_connect:
                self._send_away(sid, namespace)
            else:
                self._refuse(eio_sid, namespace, "Internal error")
                if sid is not None:
                    self.basic_disconnect(sid, namespace)
        self._claims.pop((eio_sid, namespace), None)
        connection = self._engine.sockets.get(eio_sid)
        if (connection is None or connection.state >= State.CLOSING) and environ is not None:
            # The client went away while the handler ran: it has connected, so it must disconnect.
            server.environ[eio_sid] = environ
            self._gone(eio_sid, server.reason.TRANSPORT_CLOSE)

    def _send_away(self, sid: str, namespace: str) -> None:
        """Disconnect a client that was told that it is connected."""
        try:
            self.server.disconnect(sid, namespace=namespace, ignore_queue=True)
        except Exception as error:  # noqa: BLE001  the application's
            self._report("disconnect handler", error)
            self.basic_disconnect(sid, namespace)

    # --- recovery --------------------------------------------------------------------------------

    def _add_pid(self, packet: Packet) -> None:
        """Tell a client that has entered a namespace how it comes back."""
        if self._recovery is not None and isinstance(packet.data, dict):
            pid = self._recovery.pid(packet.data.get("sid", ""))
            if pid is not None:
                packet.data["pid"] = pid

    def _claim(self, eio_sid: str, namespace: str, auth: object) -> Any:  # noqa: ANN401  what a client sent
        """Look up who a client says that it was.

        Returns:
            What the application gets of what the client said.
        """
        recovery = self._recovery
        if recovery is None or not isinstance(auth, dict) or "pid" not in auth:
            return auth
        rest = {name: value for name, value in auth.items() if name not in ("pid", "offset")} or None
        pid, offset = auth["pid"], auth.get("offset")
        if not isinstance(pid, str) or len(pid) > _LONGEST_CLAIM:
            return rest
        if not isinstance(offset, str) or len(offset) > _LONGEST_CLAIM:
            offset = None
        lost = recovery.here(pid, namespace)
        if lost is not None:
            if not self.is_connected(lost, namespace) or self.eio_sid_from_sid(lost, namespace) == eio_sid:
                return rest
            self._lose(lost, namespace)
        session = recovery.take(pid, namespace) or self._session_elsewhere(pid, namespace)
        missed = None if session is None else recovery.missed(session, offset)
        if session is not None and missed is not None:
            self._claims[eio_sid, namespace] = Claim(pid, session, missed)
        return rest

    def _lose(self, sid: str, namespace: str) -> None:
        """End a connection that nobody noticed to be lost: its client is back on another one."""
        eio_sid = self.eio_sid_from_sid(sid, namespace)
        if eio_sid is None or not self.is_connected(sid, namespace):
            return
        self._keep_session(sid, namespace)
        connection = self._engine.sockets.get(eio_sid)
        self._leave(eio_sid, namespace, self.server.reason.TRANSPORT_CLOSE)
        if connection is not None:
            connection.end(self.server.reason.TRANSPORT_CLOSE)

    def _keep_session(self, sid: str, namespace: str) -> None:
        """The connection of a client is lost."""
        if self._recovery is not None:
            kept = self._recovery.keep(sid, self.get_rooms(sid, namespace))
            if kept is not None:
                self._kept(*kept)

    def _kept(self, pid: str, session: Session) -> None:
        """A session is kept in this worker; a manager with a queue gives it to all."""

    def _session_elsewhere(self, pid: str, namespace: str) -> Session | None:  # noqa: ARG002  for a queue
        """The session of a client that another worker had."""
        return None

    # --- leaving ---------------------------------------------------------------------------------

    def _refuse(self, eio_sid: str, namespace: str, message: str, data: dict[str, str] | None = None) -> None:
        error = {"message": message} if data is None else {"message": message, "data": data}
        packet = self.server.packet_class(CONNECT_ERROR, data=error, namespace=namespace)
        self._private.send_packet(eio_sid, packet)

    def _leave(self, eio_sid: str, namespace: str, reason: str) -> None:
        """Run the disconnect handler of one namespace, once; the client leaves even if the handler fails."""
        sid = self.sid_from_eio_sid(eio_sid, namespace)
        try:
            self._private.handle_disconnect(eio_sid, namespace, reason)
        except Exception as error:  # noqa: BLE001  whatever the application does, the client has left
            self._report("disconnect handler", error)
            if sid is not None:
                self.basic_disconnect(sid, namespace)

    def _gone(self, eio_sid: str, reason: str) -> None:
        """The session is over: leave every namespace."""
        for namespace in list(self.get_namespaces()):
            if self._recovery is not None and reason != self.server.reason.SERVER_DISCONNECT:
                sid = self.sid_from_eio_sid(eio_sid, namespace)
                if sid is not None and self.is_connected(sid, namespace):
                    self._keep_session(sid, namespace)
            self._leave(eio_sid, namespace, reason)
        self.server.environ.pop(eio_sid, None)
        self._private.partial_packets.pop(eio_sid, None)
