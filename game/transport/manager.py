"""The Socket.IO client manager: sessions by sid, channels by name, and every packet's way to its handler.

`SocketIO(app, client_manager=Fanout(), async_mode="gevent", async_handlers=False)` is all that is needed,
served by `game.transport.server.Server`. Any Socket.IO client is served as python-socketio would serve it;
on top of that a `Channel` sends a `Frame` to its members with one kernel call each.

Everything here must be used from one thread, the one that runs gevent's loop.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

import engineio.json
import socketio
from engineio.packet import MESSAGE
from engineio.packet import Packet as EngineIOPacket
from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, Packet

from game import error_log
from game.transport.admission import Admission
from game.transport.channel import Channel
from game.transport.connection import Session
from game.transport.engine import Engine
from game.transport.frames import NORMAL
from game.transport.message import Frame, Framing
from game.transport.packets import Malformed, attach, decode, plain_event, quick_loads
from game.transport.poller import make_intake
from game.transport.slow_client import Flow, SlowClient

__all__ = ["Channel", "Fanout", "Frame", "Framing", "SlowClient"]

_NOBODY = ("", "/", None)


def _ignore(_payload: bytes) -> None:
    """Take nothing."""


class Fanout(socketio.Manager):
    """A socketio.Manager with channels, frames, direct sends and a slow-client policy.

    Attributes:
        intake: reads from all clients.
        admission: the line of those who come and go; give it to the `Server` as well.
        quick_events: handlers of events in "/" that are called right from the event loop, as handler(sid,
            *arguments): they must not block, and nothing is acknowledged. Set them before anyone connects.
        on_stale: called with a sid that has become slow: it gets no droppable messages from now on.
        on_drained: called with a sid that was slow and has taken everything. Send it one keyframe and
            call `resume`; without this callback it is resumed at once. Both must not block either.
        on_pong: called with (sid in "/", milliseconds) when a client has answered a ping. As before.
        direct: no proxy stands in between, so that the kernel's round trips are the clients'.
        on_failure: called with (what, error) when a part of the transport has failed for good, so that nobody
            can be served any more; the process should end. It must not block.
    """

    def __init__(
        self,
        slow_client: SlowClient | None = None,
        *,
        max_payload_bytes: int = 16_384,
        max_attachments: int = 8,
        connect_timeout_s: float | None = 10.0,
        message_timeout_s: float = 10.0,
        max_sessions: int = 0,
    ) -> None:
        """Set the limits of every session.

        Args:
            slow_client: when a client is slow, and too slow.
            max_payload_bytes: of one message or one POST; announced to clients, replaces the
                `max_http_buffer_size` of the server.
            max_attachments: how many binary attachments one packet may have; 0 refuses all.
            connect_timeout_s: a client that is in no namespace for so long is closed; None lets it be.
            message_timeout_s: a WebSocket message that has begun must have come whole so much later.
            max_sessions: more are refused with 503; 0 is no limit.
        """
        super().__init__()
        self.slow_client = slow_client or SlowClient()
        self.max_payload_bytes = max_payload_bytes
        self.max_attachments = max_attachments
        self.connect_timeout_s = connect_timeout_s
        self.message_timeout_s = message_timeout_s
        self.max_sessions = max_sessions
        self.quick_events: dict[str, Callable[..., object]] = {}
        self.on_stale: Callable[[str], None] | None = None
        self.on_drained: Callable[[str], None] | None = None
        self.on_pong: Callable[[str, float], None] | None = None
        self.direct = False
        self.on_failure: Callable[[str, Exception], None] = error_log.report
        self.admission = Admission()
        self.intake = make_intake(self._intake_failed)
        self._entered: dict[str, list[str | None]] = {}  # the rooms of each client, in order
        self._asking: tuple[str, str, int | None] = _NOBODY
        self._sessions: dict[str, Session] = {}  # by Socket.IO sid, whatever the namespace
        self._channels: WeakValueDictionary[str, Channel] = WeakValueDictionary()

    # --- sending ---------------------------------------------------------------------------------

    def channel(self, name: str) -> Channel:
        """The channel of that name; there is never more than one."""
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = Channel(name, self.session)
        return channel

    def send(self, sid: str, frame: Frame, droppable: bool = False) -> bool:
        """Send `frame` to one client in its framing; False if it was dropped or the client has gone."""
        session = self._sessions.get(sid)
        return session is not None and session.deliver(frame, droppable)

    def send_event(self, sid: str, event: str, data: bytes) -> bool:
        """Send an event in "/" whose one argument is JSON already; False if the client has gone."""
        session = self._sessions.get(sid)
        if session is None or session.closed:
            return False
        session.send(EngineIOPacket(MESSAGE, f'2["{event}",{data.decode()}]'))
        return True

    def set_framing(self, sid: str, framing: Framing, take: Callable[[bytes], None] = _ignore) -> None:
        """Choose how the client wants its state messages; it is BINARY until then.

        Args:
            sid: the client's, in "/".
            framing: with BARE its binary messages are no Socket.IO attachments any more but bare messages.
            take: called with each bare message, mostly from the event loop, so it must not block. The
                connection of one that raises is closed.
        """
        session = self._sessions.get(sid)
        if session is None:
            return
        session.framing = framing
        session.set_takers(take if framing is Framing.BARE else None, self._take_text(sid))
        self.membership_changed(session)

    def read(self) -> None:
        """Take what clients have sent by now: call it before a tick, then nothing waits for the one after.

        With many clients they are read from only so, and else once in a few milliseconds.
        """
        self.intake.read()

    def resume(self, sid: str) -> None:
        """Let droppable messages flow again to a client that was stale and has drained."""
        session = self._sessions.get(sid)
        if session is not None:
            session.resume()

    def queued_bytes(self, sid: str) -> int:
        """How many bytes the client has not taken yet, beyond what the kernel holds; 0 if it has gone."""
        session = self._sessions.get(sid)
        return 0 if session is None else session.backlog.queued

    def close(self, sid: str, reason: str, code: int = NORMAL) -> None:
        """Send what is queued, tell the client why, close its connection (all namespaces).

        Returns at once and calls no handler: the disconnect handlers get `reason` soon after.
        A Socket.IO client reconnects after this; to part for good use the server's `disconnect`.
        """
        session = self._sessions.get(sid)
        if session is not None:
            session.end(reason, code)

    def close_all(self, reason: str, code: int = NORMAL) -> None:
        """Refuse new sessions and `close` all there are: the first half of a clean stop."""
        engine: Engine = self.server.eio
        engine.draining = True
        for session in list(engine.sockets.values()):
            session.end(reason, code)

    @property
    def draining(self) -> bool:
        """New sessions are refused with 503, those that exist go on."""
        engine: Engine = self.server.eio
        return engine.draining

    @draining.setter
    def draining(self, value: bool) -> None:
        self.server.eio.draining = value

    @property
    def unanswered(self) -> object:
        """What a handler returns when it answers later."""
        return self.server.not_handled

    def answer_later(self) -> Callable[[Any], None]:
        """A way to acknowledge the event that is being handled, for when its handler has returned."""
        eio_sid, namespace, number = self._asking

        def answer(data: Any) -> None:
            if number is not None:
                packet = self.server.packet_class(ACK, namespace=namespace, id=number, data=[data])
                self.server._send_packet(eio_sid, packet)

        return answer

    # --- what channels and sessions ask ----------------------------------------------------------

    def session(self, sid: str) -> Session | None:
        """The session behind a Socket.IO sid, None if it has gone."""
        return self._sessions.get(sid)

    def membership_changed(self, session: Session) -> None:
        """The session has changed its framing or transport: its channels must sort it anew."""
        session.pipe_turned()

    def flow_changed(self, session: Session, flow: Flow) -> None:
        """The session has become stale, or has drained."""
        if flow is Flow.DRAINED and self.on_drained is None:
            session.resume()
        tell = self.on_stale if flow is Flow.STALE else self.on_drained
        if tell is not None:
            for sid in [session.root_sid] if session.root_sid is not None else list(session.channels):
                tell(sid)

    def _intake_failed(self, error: Exception) -> None:
        self.on_failure("reading from clients", error)

    def pong(self, session: Session, round_trip_ms: float) -> None:
        """The session has answered a ping; a late answer counts as no later than its line explains."""
        if self.on_pong is None or session.root_sid is None:
            return
        longest = session.pipe.longest_round_trip_ms() if self.direct and session.pipe is not None else None
        self.on_pong(session.root_sid, round_trip_ms if longest is None else min(round_trip_ms, longest))

    def _take_text(self, sid: str) -> Callable[[bytes], bool] | None:
        """What is done with a session's short text messages: quick events are taken, others left."""
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
                return False  # complained about by those who come after
            handler = None if event is None else handlers.get(event[0])
            if event is None or handler is None:
                return False
            self._quickly(handler, sid, event)
            return True

        return take

    def _quickly(self, handler: Callable[..., object], sid: str, event: list[Any]) -> None:
        try:
            handler(sid, *event[1:])
        except Exception as error:
            error_log.report(f"handler of {event[0]!r:.50}", error)

    # --- socketio.Manager ------------------------------------------------------------------------

    def set_server(self, server: socketio.Server) -> None:
        """Take over the server's transport; called by python-socketio.

        Raises:
            ValueError: the server was not made for gevent.
        """
        super().set_server(server)
        codec = server.packet_class.json
        self._loads = quick_loads(codec.loads) if codec is engineio.json else codec.loads
        engine = Engine.adopt(server.eio, self)
        engine.on("message", self._message)
        engine.on("disconnect", self._gone)

    def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        """Register a client that is about to enter a namespace."""
        session = self.server.eio.sockets.get(eio_sid)
        sid: str | None = None if session is None else super().pre_connect(eio_sid, namespace)
        if sid is not None:
            self._sessions[sid] = session
            session.namespaces += 1
            if namespace == "/":
                session.root_sid = sid
                session.set_takers(None, self._take_text(sid))
        return sid

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        """Add a client to a room; the room None holds all clients of the namespace."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        entered = self._entered.setdefault(sid, [])
        if room not in entered:
            entered.append(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Remove a client from a room; does nothing if it is not in the room."""
        super().basic_leave_room(sid, namespace, room)
        entered = self._entered.get(sid)
        if entered is not None and room in entered:
            entered.remove(room)
            if not entered:
                del self._entered[sid]

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """Return the rooms that a client is in, its own among them."""
        if not self.is_sid_room(namespace, sid):
            return []
        return [room for room in self._entered.get(sid, ()) if room is not None]

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """Forget a client that has left a namespace; it leaves its channels, too."""
        # As in socketio.BaseManager, but that one looks into every room, and each client has one of its own.
        for room in self._entered.get(sid, [])[:]:
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
        session = self._sessions.pop(sid, None)
        if session is None:
            return
        session.namespaces -= 1
        if not session.namespaces:
            session.engine.expect_join(session)
        for channel in session.channels.pop(sid, ()):
            channel.remove(sid)
        if session.root_sid == sid:
            session.root_sid = None
            session.set_takers(None, None)
            session.framing = Framing.BINARY

    # --- messages --------------------------------------------------------------------------------

    def _message(self, eio_sid: str, data: str | bytes) -> None:
        """Take one Socket.IO packet, or a part of one.

        Does the work of socketio.Server's own dispatcher, which lets a stranger's malformed packet and a
        handler's bug look the same.

        Raises:
            Malformed: it is none, or came out of turn.
        """
        server = self.server
        packet: Packet = server._binary_packet.get(eio_sid)
        if packet is None:
            event = plain_event(self._loads, data)
            if event is not None:
                quick = self.quick_events.get(event[0])
                if quick is not None:
                    sid = self.sid_from_eio_sid(eio_sid, "/")
                    if sid is not None and self.is_connected(sid, "/"):
                        self._quickly(quick, sid, event)
                    return
                self._asking = _NOBODY
                try:
                    server._handle_event(eio_sid, "/", None, event)
                except Exception as error:
                    error_log.report(f"handler of {event[0]!r:.50}", error)
                return
        if packet is not None:
            if not attach(packet, data):
                return
            del server._binary_packet[eio_sid]
        else:
            packet = decode(server.packet_class, data, self.max_attachments)
            if packet.attachment_count:
                if self.sid_from_eio_sid(eio_sid, packet.namespace or "/") is None:
                    raise Malformed("attachments from a client that has not connected")
                server._binary_packet[eio_sid] = packet
                return
        kind, namespace = packet.packet_type, packet.namespace or "/"
        if kind == CONNECT:
            self._enter(eio_sid, namespace, packet.data)
        elif kind == DISCONNECT:
            self._leave(eio_sid, namespace, server.reason.CLIENT_DISCONNECT)
        else:
            try:
                if kind in (EVENT, BINARY_EVENT):
                    self._asking = (eio_sid, namespace, packet.id)
                    server._handle_event(eio_sid, namespace, packet.id, packet.data)
                elif kind in (ACK, BINARY_ACK):
                    server._handle_ack(eio_sid, namespace, packet.id, packet.data)
            except Exception as error:
                name = packet.data[0] if kind in (EVENT, BINARY_EVENT) else "acknowledgement"
                error_log.report(f"handler of {name!r:.50}", error)

    def _enter(self, eio_sid: str, namespace: str, auth: dict[str, Any] | None) -> None:
        server, engine = self.server, self.server.eio
        if not (
            namespace in server.handlers
            or namespace in server.namespace_handlers
            or server.namespaces == "*"
            or namespace in server.namespaces
        ):
            self._refuse(eio_sid, namespace, "Invalid namespace")
            return
        environ = server.environ.get(eio_sid)
        session = engine.sockets.get(eio_sid)
        if session is not None and not session.connects.take(monotonic() * 1000):
            sentence = "You came and went too often. Wait a few seconds."
            self._refuse(eio_sid, namespace, sentence, {"code": "too_fast", "message": sentence})
            return
        try:
            server._handle_connect(eio_sid, namespace, auth)
        except Exception as error:
            error_log.report("connect handler", error)
            self._refuse(eio_sid, namespace, "Internal error")
            sid = self.sid_from_eio_sid(eio_sid, namespace)
            if sid is not None:
                self.basic_disconnect(sid, namespace)
        session = engine.sockets.get(eio_sid)
        if (session is None or session.closing) and environ is not None:
            # The client went away while the handler ran: it has connected, so it must disconnect.
            server.environ[eio_sid] = environ
            self._gone(eio_sid, server.reason.TRANSPORT_CLOSE)

    def _refuse(self, eio_sid: str, namespace: str, message: str, data: dict[str, str] | None = None) -> None:
        told = {"message": message} if data is None else {"message": message, "data": data}
        packet = self.server.packet_class(CONNECT_ERROR, data=told, namespace=namespace)
        self.server._send_packet(eio_sid, packet)

    def _leave(self, eio_sid: str, namespace: str, reason: str) -> None:
        """Run the disconnect handler of one namespace, once, and forget the client there whatever it does."""
        sid = self.sid_from_eio_sid(eio_sid, namespace)
        try:
            self.server._handle_disconnect(eio_sid, namespace, reason)
        except Exception as error:
            error_log.report("disconnect handler", error)
            if sid is not None:
                self.basic_disconnect(sid, namespace)

    def _gone(self, eio_sid: str, reason: str) -> None:
        """The session is over: leave every namespace."""
        for namespace in list(self.get_namespaces()):
            self._leave(eio_sid, namespace, reason)
        self.server.environ.pop(eio_sid, None)
        self.server._binary_packet.pop(eio_sid, None)
