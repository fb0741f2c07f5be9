"""One Engine.IO session, over either transport: what it gets, what it sends, how it ends.

Stands where python-engineio has its own `Socket`; the engine in `engine.py` makes these instead. Packets
that come in are judged here; how WebSocket bytes become packets is the business of `websocket.py`.
"""

import base64
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

import gevent
from engineio.exceptions import EngineIOError, QueueEmpty, SocketIsClosedError
from engineio.packet import CLOSE, NOOP, Packet
from gevent.event import Event

from game import error_log
from game.rooms.rate_limit import Bucket
from game.transport.frames import BINARY, INTERNAL_ERROR, NORMAL, PROTOCOL_ERROR, TEXT, frame
from game.transport.message import Frame, Framing
from game.transport.packets import Malformed
from game.transport.slow_client import Backlog, Flow
from game.transport.websocket import Connection
from game.transport.writer import Pipe

if TYPE_CHECKING:
    from game.transport.channel import Channel
    from game.transport.engine import Engine

CONNECTS_PER_S = 0.2
CONNECT_BURST = 10
_MAX_PACKETS_PER_POST = 256
"""The body is limited in bytes already; this keeps one request from being 8,000 packets."""


class Session:
    """What engineio.Server expects of its sockets.

    Attributes:
        sid: the Engine.IO session id (not a Socket.IO sid).
        root_sid: the Socket.IO sid in the namespace "/", once there is one.
        framing: how state messages are wanted.
        take_bare: gets each bare binary message, when that framing is agreed.
        take_text: may take a short text message right from the event loop: True if it did.
        channels: those it is in, by the Socket.IO sid that was added.
        namespaces: how many the client is in, or about to be.
        connects: how many more namespaces it may enter: each answers with a long greeting.
        awaiting_pong: a ping is on its way since `pinged_s`; `beats` says which.
    """

    def __init__(self, engine: "Engine", sid: str) -> None:
        self.engine = engine
        self.sid = sid
        self.session: dict[str, Any] = {}  # python-engineio's user session
        self.connected = False
        self.upgrading = False
        self.upgraded = False
        self.closing = False
        self.closed = False
        self.root_sid: str | None = None
        self.framing = Framing.BINARY
        self.take_bare: Callable[[bytes], None] | None = None
        self.take_text: Callable[[bytes], bool] | None = None
        self.channels: dict[str, set[Channel]] = {}
        self.namespaces = 0
        self.connects = Bucket(CONNECTS_PER_S, CONNECT_BURST)
        self.awaiting_pong = False
        self.pinged_s = 0.0
        self.beats = 0
        self.backlog = Backlog(engine.slow_client, self._flow_changed)
        self.pipe: Pipe | None = None
        self._connection: Connection | None = None
        self._candidates: set[Connection] = set()  # WebSockets that want to take over from long-polling
        self._polled: list[tuple[Packet, int]] = []
        self._poll_wakes: Event | None = None  # there while a poll is waiting

    # --- out -------------------------------------------------------------------------------------

    def send(self, pkt: Packet) -> None:
        """Send one Engine.IO packet, in order with everything else.

        Raises:
            SocketIsClosedError: the session is over.
        """
        if self.closed:
            raise SocketIsClosedError
        if self.pipe is not None:
            self.pipe.send(_wire(pkt))
        else:
            self._queue([pkt])

    def deliver(self, message: Frame, droppable: bool) -> bool:
        """Send a state message in this session's framing; False if it was dropped."""
        if self.closed:
            return False
        if self.pipe is not None:
            return self.pipe.send(message.wire(self.framing), droppable)
        packets = message.packets(self.framing)
        if not self.backlog.admits(sum(map(_size, packets)), droppable, monotonic()):
            return False
        return self._queue(packets)

    def resume(self) -> None:
        """Let droppable messages flow again after the client was stale and has drained."""
        self.backlog.resume()
        if self.pipe is not None:
            self.pipe.unblock()

    def pipe_turned(self) -> None:
        """The pipe is blocked now, or no longer: channels send to it in another way."""
        for channels in self.channels.values():
            for channel in channels:
                channel.reorder()

    def _queue(self, packets: list[Packet]) -> bool:
        now = monotonic()
        for packet in packets:
            if not self.backlog.add(_size(packet), now):
                self.end("slow client")
                return False
            self._polled.append((packet, _size(packet)))
        if self._poll_wakes is not None:
            self._poll_wakes.set()
        return True

    def _flow_changed(self, flow: Flow) -> None:
        if flow is Flow.STALE and self.pipe is not None:
            self.pipe.blocked = True
        try:
            self.engine.flow_changed(self, flow)
        except Exception as error:
            error_log.report(f"slow-client callback for {flow.name}", error)
            self.end("transport error")

    # --- in --------------------------------------------------------------------------------------

    def receive(self, encoded: str | bytes) -> None:
        """Take one Engine.IO packet.

        Raises:
            Malformed: it is none; the caller closes the session.
        """
        if isinstance(encoded, bytes):
            if self.take_bare is not None:
                try:
                    self.take_bare(encoded)
                except Exception as error:
                    self.failed(error)
            else:
                self.engine.message(self, encoded)
            return
        kind = encoded[:1]
        if kind == "4":
            self.engine.message(self, encoded[1:])
        elif kind == "3":
            self.engine.pong(self)
        elif kind == "1":
            self.close(wait=False, abort=True, reason=self.engine.reason.CLIENT_DISCONNECT)
        elif kind == "b":
            try:
                data = base64.b64decode(encoded[1:], validate=True)
            except ValueError:  # not base64, or not even ASCII
                raise Malformed("not base64") from None
            self.receive(data)
        elif kind not in ("2", "5", "6"):  # a stray probe, upgrade or noop does no harm
            raise Malformed("not an Engine.IO packet")

    def failed(self, error: Exception) -> None:
        """The application failed at a bare message."""
        error_log.report("taking a bare message", error)
        self.end("transport error", INTERNAL_ERROR)

    def set_takers(self, bare: Callable[[bytes], None] | None, text: Callable[[bytes], bool] | None) -> None:
        """Set `take_bare` and `take_text`."""
        self.take_bare, self.take_text = bare, text
        if self._connection is not None:
            self._connection.settle()

    def late_message(self, begun: int) -> int | None:
        """See `Connection.late_message`."""
        return None if self._connection is None else self._connection.late_message(begun)

    # --- long-polling ----------------------------------------------------------------------------

    def handle_get_request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a GET: run the WebSocket until it ends, or wait for packets.

        Raises:
            EngineIOError: a second poll at the same time, or nothing came for too long; the session is over.
        """
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            try:
                Connection(self, environ)
            except OSError:
                if not self.connected:
                    self.close(wait=False, abort=True, reason=self.engine.reason.TRANSPORT_CLOSE)
            return []
        if self.upgrading:
            return [Packet(NOOP)]
        if self._poll_wakes is not None:
            self.close(wait=False, reason=self.engine.reason.TRANSPORT_ERROR)
            raise EngineIOError("two polls at once")
        return self.poll()

    def poll(self) -> list[Packet]:
        """Wait for packets and take them all; a NOOP if the session closed or is upgrading."""
        if not self._polled:
            self._poll_wakes = Event()
            try:
                self._poll_wakes.wait(self.engine.ping_interval + self.engine.ping_timeout)
            finally:
                self._poll_wakes = None
        if not self._polled:
            if self.closed or self.upgrading:
                return [Packet(NOOP)]
            self.close(wait=False, reason=self.engine.reason.TRANSPORT_ERROR)
            raise QueueEmpty
        return self._take_polled()

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take the packets in a POST's body.

        Raises:
            EngineIOError: it is malformed or too long; the session is over.
        """
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            if not 0 <= length <= self.engine.max_http_buffer_size:
                raise Malformed("the body is too long")
            packets = environ["wsgi.input"].read(length).decode().split("\x1e")
            if len(packets) > _MAX_PACKETS_PER_POST:
                raise Malformed("too many packets in one body")
            for encoded in packets:
                if self.closed:
                    return
                self.receive(encoded)
        except (ValueError, OSError) as error:  # Malformed or no number, no UTF-8, no body in time
            self.close(wait=False, reason=self.engine.reason.TRANSPORT_ERROR)
            raise EngineIOError(str(error)) from None

    def _take_polled(self) -> list[Packet]:
        taken, self._polled = self._polled, []
        self.backlog.take(sum(size for _, size in taken), monotonic())
        return [packet for packet, _ in taken]

    # --- transports ------------------------------------------------------------------------------

    def offer(self, connection: Connection) -> None:
        """`connection` would like to take over from long-polling; the first to see it through does."""
        self._candidates.add(connection)

    def withdraw(self, connection: Connection) -> None:
        """`connection` does not any more."""
        self._candidates.discard(connection)
        if not self.upgraded and self._connection is connection:
            self._connection = None  # stay on long-polling

    def start_upgrade(self, connection: Connection) -> None:
        """Hold packets back while `connection` takes over from long-polling, and end the waiting poll."""
        self.upgrading = True
        self._connection = connection
        if self._poll_wakes is not None:
            self._poll_wakes.set()

    def attach(self, connection: Connection) -> None:
        """Use `connection` from now on, beginning with what was queued before it existed."""
        self._connection = connection
        self.connected = self.upgraded = True
        self.upgrading = False
        while self._polled:  # a callback may add the keyframe of a client that has caught up just now
            for packet in self._take_polled():
                connection.pipe.send(_wire(packet))
        self.pipe = connection.pipe
        self.pipe.unblock()
        for other in self._candidates - {connection}:
            other.end("this session has its WebSocket already", PROTOCOL_ERROR)
        self.engine.transport_changed(self)

    # --- the end ---------------------------------------------------------------------------------

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Run the disconnect handlers, once and in this greenlet, then close the transport.

        Args:
            wait: there for python-engineio; nothing is waited for.
            abort: the client is gone, or said goodbye itself: send no CLOSE packet.
            reason: what the handlers are told.
        """
        if self.closed or self.closing:
            return
        self.closing = True
        try:
            self.engine.closing(self, reason or self.engine.reason.SERVER_DISCONNECT)
            if not abort:
                self.send(Packet(CLOSE))
        finally:
            self.closed = True
            if self._poll_wakes is not None:
                self._poll_wakes.set()
            self.engine.forget(self)
            connections = self._candidates
            if self._connection is not None:
                connections.add(self._connection)
            self._release()
            for connection in connections:
                connection.end(reason or "", NORMAL)

    def _release(self) -> None:
        """Drop all references into reference cycles, so that the closed session is freed at once.

        Closed sessions that wait for the garbage collector fill the memory, and then one collection of
        thousands of them stops every match for a second.
        """
        self._connection = self.pipe = None
        self._candidates = set()
        self.backlog.mute()
        self.take_bare = self.take_text = None
        for sid, channels in self.channels.items():
            for channel in list(channels):
                channel.remove(sid)
        self.channels.clear()

    def end(self, reason: str, code: int | None = None) -> None:
        """Close from where no handler may run: the event loop, or the middle of a broadcast.

        The handlers run soon, in the session's own greenlet.

        Args:
            reason: what the handlers and, with a code, the client are told.
            code: WebSocket close code; None cuts the connection without a word.
        """
        if self.upgraded and self._connection is not None:
            self._connection.end(reason, code)
        elif not self.closing:
            gevent.spawn(self.close, False, False, reason)

    def __repr__(self) -> str:
        return f"<Session {self.sid} {'websocket' if self.pipe else 'polling'}>"


def _wire(packet: Packet) -> bytes:
    """The packet as one WebSocket frame, made once however many receivers share the packet."""
    wire: bytes | None = packet.__dict__.get("wire")
    if wire is None:
        wire = frame(BINARY, packet.data) if packet.binary else frame(TEXT, packet.encode().encode())
        packet.__dict__["wire"] = wire
    return wire


def _size(packet: Packet) -> int:
    """About how many bytes of memory the packet's data holds."""
    return len(packet.data) if isinstance(packet.data, str | bytes) else 64
