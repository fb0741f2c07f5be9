"""One client: an Engine.IO session over long-polling or a WebSocket, from the first request to the last byte.

Stands where python-engineio has its own `Socket`; the engine in `engine.py` makes these instead. What happens
to a connection and what follows is written in the tables of `states.py`; the effects are here.

A WebSocket is read in the event loop, without a greenlet switch: one `recv` per wake-up, all its frames
parsed at once. A bare binary message, or an event that needs no greenlet, is handled right there;
everything else is put into the inbox, which the connection's own greenlet (the one that served the upgrade
request) handles in order. While that greenlet is at work all messages queue behind it, so they are always
handled in the order of arrival.

Two budgets keep one client's flood from delaying the others: frames per turn of the loop, and messages in the
inbox before the socket is not read any more (TCP then slows the sender down).
"""

import base64
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

import gevent
from engineio import Server as EngineIOServer
from engineio.exceptions import EngineIOError, QueueEmpty, SocketIsClosedError
from engineio.packet import CLOSE as CLOSE_PACKET
from engineio.packet import NOOP, Packet
from engineio.payload import Payload
from gevent import get_hub, getcurrent
from gevent.hub import Waiter
from gevent.socket import socket as Socket

from game.transport.admission import Admission
from game.transport.channel import Channel
from game.transport.frames import (
    BINARY,
    CLOSE,
    CONTROL_MAX,
    GOING_AWAY,
    INTERNAL_ERROR,
    LONE_BINARY,
    LONE_TEXT,
    NORMAL,
    PING,
    POLICY,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    Parser,
    Received,
    close_frame,
    frame,
    lone,
    read_close,
)
from game.transport.message import EncodedMessage, Framing
from game.transport.packets import Malformed
from game.transport.poller import Poller
from game.transport.polling import PollQueue, size_of
from game.transport.slow_client import Flow, SlowClient, SlowClientLimits
from game.transport.states import (
    CLOSING_TRANSITIONS,
    TRANSITIONS,
    Closing,
    ClosingEffect,
    ClosingEvent,
    Effect,
    Event,
    State,
    Turn,
    follow,
)
from game.transport.traffic import TRAFFIC
from game.transport.upgrade import Probe, ProbeFailed, Upgrade, say_goodbye
from game.transport.writer import Writer, raw

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONNECT_EVERY_S = 5.0
"""How often a client may enter a namespace in the long run, if that is limited."""
_MAX_PACKETS_PER_POST = 256
"""The body is limited in bytes already; this keeps one request from being 8,000 packets. An app may raise
it as under python-engineio, by `Payload.max_decode_packets`."""
_RECV_BYTES = 4096  # inputs are a tenth of it; Python sets so much memory aside for every call
_FRAMES_PER_TURN = 128
_INBOX_MAX = 128
_MESSAGES_PER_SLICE = 32
_SLICE_PAUSE_S = 0.001  # a timer, not sleep(0): the loop has to look at the other sockets meanwhile
_LINGER_S = 1.0
_DISCARD_MAX = 262_144
# As names of this module: Python looks them up at a tenth of what an enum's member costs.
_RUNNING, _IDLE, _PENDING, _CALLED = Turn.RUNNING, Turn.IDLE, Turn.PENDING, Turn.CALLED
_OPEN = Closing.OPEN
REASON = EngineIOServer.reason
"""Why a session ended, as python-engineio names it."""


class ConnectionEngine(Protocol):
    """What a connection needs of the engine that made it.

    Attributes:
        slow_client: when a client is slow.
        connect_burst: how many namespaces a client may enter at once; 0 is no limit.
        max_http_buffer_size: the longest message of a client, in bytes.
        ping_interval: seconds from a pong to the next ping.
        ping_timeout: seconds that a client has to answer a ping.
        poller: reads from all the WebSockets.
        admission: the queues of connections that begin or end.
        report: called with (what, error) when the application's code raises an exception.
    """

    slow_client: SlowClientLimits
    connect_burst: int
    max_http_buffer_size: int
    ping_interval: float
    ping_timeout: float
    poller: Poller
    admission: Admission
    report: Callable[[str, Exception], None]

    def message(self, connection: "Connection", data: str | bytes) -> None:
        """Handle an Engine.IO message.

        Raises:
            Malformed: it could not be understood.
        """

    def pong(self, connection: "Connection") -> None:
        """The client has answered a ping."""

    def closing(self, connection: "Connection", reason: str) -> None:
        """Run the disconnect handlers; called once for each connection."""

    def forget(self, connection: "Connection") -> None:
        """The session is over."""

    def flow_changed(self, connection: "Connection", flow: Flow) -> None:
        """The client has become stale, or has drained."""

    def watch(self, connection: "Connection") -> None:
        """The client does not take everything: look at its `slow_client` at intervals."""

    def expect_end(self, connection: "Connection", begun: int) -> None:
        """The client has begun a message; call `late_message` when it should have ended."""


class Connection:
    """What engineio.Server expects of its sockets, and the client's WebSocket.

    Attributes:
        sid: the Engine.IO session id (not a Socket.IO sid).
        session: python-engineio's user session.
        state: where the session stands.
        closed: the session is over.
        root_sid: the Socket.IO sid in the namespace "/", once there is one.
        framing: how the client wants its state messages.
        take_bare: gets each bare binary message, if that framing is agreed.
        take_text: may handle a short text message in the event loop; returns True if it did.
        channels: those that the client is in, by the Socket.IO sid that was added.
        namespaces: how many the client is in, or about to be.
        awaiting_pong: a ping is on its way since `pinged_s`; `beats` counts the pings.
        slow_client: counts what the client has not taken yet.
        writer: the write side of the WebSocket, from the time it is used on.
    """

    # Python orders them by name: what an input touches (`_express`, `_fetch`, `_first`) lies side by side.
    __slots__ = (
        "_closing",
        "_discarded",
        "_enter_due_s",
        "_express",
        "_fd",
        "_fetch",
        "_first",
        "_inbox",
        "_next_turn",
        "_parser",
        "_polled",
        "_probes",
        "_reading",
        "_reason",
        "_turn",
        "_waiter",
        "_watched",
        "awaiting_pong",
        "beats",
        "channels",
        "closed",
        "engine",
        "framing",
        "namespaces",
        "pinged_s",
        "root_sid",
        "session",
        "sid",
        "slow_client",
        "state",
        "take_bare",
        "take_text",
        "writer",
    )  # fmt: skip

    _parser: Parser
    _fetch: Callable[[int], bytes]
    _waiter: "Waiter[None]"

    def __init__(self, engine: ConnectionEngine, sid: str) -> None:
        self.engine = engine
        self.sid = sid
        self.session: dict[str, Any] = {}
        self.state = State.OPENING
        self.closed = False
        self.root_sid: str | None = None
        self.framing = Framing.BINARY
        self.take_bare: Callable[[bytes], None] | None = None
        self.take_text: Callable[[bytes], bool] | None = None
        self.channels: dict[str, set[Channel]] = {}
        self.namespaces = 0
        self._enter_due_s = 0.0
        self.awaiting_pong = False
        self.pinged_s = 0.0
        self.beats = 0
        self.slow_client = SlowClient(engine.slow_client, self._flow_changed)
        self._polled: PollQueue | None = PollQueue()
        self._probes: list[Probe] = []
        self.writer: Writer | None = None
        self._closing = _OPEN
        self._turn = _RUNNING
        self._inbox: list[Received] = []  # a deque would take 700 bytes before it holds one
        self._reason = ""
        self._discarded = 0
        self._express: Callable[[bytes], bool | None] | None = None  # False: did not take it
        self._first = LONE_BINARY
        self._fd = -1
        self._reading = False
        self._next_turn: Any = None
        self._watched = False  # the engine will ask for `late_message`

    def __repr__(self) -> str:
        return f"<Connection {self.sid} {self.state.name}>"

    @property
    def connected(self) -> bool:
        """Whether the connect handlers have accepted the client."""
        return self.state is not State.OPENING

    @property
    def upgraded(self) -> bool:
        """Whether the client uses its WebSocket."""
        return self.writer is not None

    def may_enter(self, now_s: float) -> bool:
        """Whether the client may enter a namespace now; each is answered by a long greeting.

        It may `connect_burst` times at once, and once in CONNECT_EVERY_S seconds in the long run.

        Returns:
            False if it has to wait.
        """
        burst = self.engine.connect_burst
        due_s = max(self._enter_due_s, now_s)
        if burst and due_s - now_s > (burst - 1) * CONNECT_EVERY_S:
            return False
        self._enter_due_s = due_s + CONNECT_EVERY_S
        return True

    # --- out -------------------------------------------------------------------------------------

    def send(self, pkt: Packet) -> None:
        """Send one Engine.IO packet, in order with everything else.

        Raises:
            SocketIsClosedError: the session is over.
        """
        if self.closed:
            raise SocketIsClosedError
        if self.writer is not None:
            self.writer.send(_wire(pkt))
        else:
            self._queue([pkt])

    def deliver(self, message: EncodedMessage, droppable: bool) -> bool:
        """Send a state message in this client's framing; False if it was dropped."""
        if self.closed:
            return False
        if self.writer is not None:
            return self.writer.send(message.wire(self.framing), droppable)
        packets = message.packets(self.framing)
        if not self.slow_client.admits(sum(map(size_of, packets)), droppable, monotonic()):
            return False
        return self._queue(packets)

    def resume(self) -> None:
        """Let droppable messages flow again after the client was stale and has drained."""
        self.slow_client.resume()
        if self.writer is not None:
            self.writer.unblock()

    def _queue(self, packets: list[Packet]) -> bool:
        polled, now = self._polled, monotonic()
        if polled is None:
            return False
        for packet in packets:
            if not self.slow_client.add(size_of(packet), now):
                self.end("slow client")
                return False
            polled.put(packet)
        return True

    def _flow_changed(self, flow: Flow) -> None:
        if flow is Flow.STALE and self.writer is not None:
            self.writer.blocked = True
        try:
            self.engine.flow_changed(self, flow)
        except Exception as error:  # noqa: BLE001  the application's fault ends this connection, and no other
            self.engine.report(f"slow-client callback for {flow.name}", error)
            self.end("transport error")

    # --- in --------------------------------------------------------------------------------------

    def receive(self, encoded: str | bytes) -> None:
        """Take one Engine.IO packet.

        Raises:
            Malformed: it is no packet; the caller closes the connection.
        """
        if isinstance(encoded, bytes):
            if self.take_bare is not None:
                try:
                    self.take_bare(encoded)
                except Exception as error:  # noqa: BLE001  the application's fault ends this connection
                    self._bare_failed(error)
            else:
                self.engine.message(self, encoded)
            return
        kind = encoded[:1]
        if kind == "4":
            self.engine.message(self, encoded[1:])
        elif kind == "3":
            self.engine.pong(self)
        elif kind == "1":
            self.close(wait=False, abort=True, reason=REASON.CLIENT_DISCONNECT)
        elif kind == "b":
            try:
                data = base64.b64decode(encoded[1:], validate=True)
            except ValueError:  # not base64, or not even ASCII
                raise Malformed("not base64") from None
            self.receive(data)
        elif kind not in ("2", "5", "6"):  # a stray probe, upgrade or noop does no harm
            raise Malformed("not an Engine.IO packet")

    def _bare_failed(self, error: Exception) -> None:
        """The application has failed at a bare message."""
        self.engine.report("taking a bare message", error)
        self.end("transport error", INTERNAL_ERROR)

    def set_takers(self, bare: Callable[[bytes], None] | None, text: Callable[[bytes], bool] | None) -> None:
        """Set `take_bare` and `take_text`."""
        self.take_bare, self.take_text = bare, text
        self._settle()

    # --- long-polling ----------------------------------------------------------------------------

    def handle_get_request(
        self, environ: "WSGIEnvironment", _start_response: "StartResponse"
    ) -> list[Packet] | tuple[()]:
        """Answer a GET: accept the WebSocket that it asks for, or wait for packets.

        Returns:
            the packets to answer with; or (), the WSGI response after an upgrade.

        Raises:
            EngineIOError: a second poll at the same time, or nothing came for too long; the session is over.
        """
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            self._accept(environ)
            return ()
        if self.state is State.UPGRADING:
            return [Packet(NOOP)]
        if self._polled is not None and self._polled.waited_for:
            self.close(wait=False, reason=REASON.TRANSPORT_ERROR)
            raise EngineIOError("two polls at once")
        return self.poll()

    def poll(self) -> list[Packet]:
        """Wait for packets and take them all.

        Returns:
            the packets; a NOOP if the client may not poll any more.

        Raises:
            QueueEmpty: nothing came for too long; the session is over.
        """
        if self.state is State.OPENING:
            self._on(Event.ACCEPT)
        polled = self._polled
        if polled is None:
            return [Packet(NOOP)]
        if not polled:
            polled.wait(self.engine.ping_interval + self.engine.ping_timeout)
        if not polled:
            if self.state is not State.POLLING:
                return [Packet(NOOP)]
            self.close(wait=False, reason=REASON.TRANSPORT_ERROR)
            raise QueueEmpty
        return self._take_polled(polled)

    def handle_post_request(self, environ: "WSGIEnvironment") -> None:
        """Take the packets in a POST's body.

        Raises:
            EngineIOError: it is malformed or too long; the session is over.
            Malformed: never; it becomes an EngineIOError.
        """
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            if not 0 <= length <= self.engine.max_http_buffer_size:
                raise Malformed("the body is too long")
            packets = environ["wsgi.input"].read(length).decode().split("\x1e")
            if len(packets) > max(_MAX_PACKETS_PER_POST, Payload.max_decode_packets):
                raise Malformed("too many packets in one body")
            for encoded in packets:
                if self.closed:
                    return
                self.receive(encoded)
        except (ValueError, OSError) as error:  # Malformed or no number, no UTF-8, no body in time
            self.close(wait=False, reason=REASON.TRANSPORT_ERROR)
            raise EngineIOError(str(error)) from None

    def _take_polled(self, polled: PollQueue) -> list[Packet]:
        packets, size = polled.take()
        self.slow_client.take(size, monotonic())
        return packets

    # --- the way to the WebSocket ----------------------------------------------------------------

    def _accept(self, environ: "WSGIEnvironment") -> None:
        try:
            # The environ is kept as long as the session, and would keep the whole request.
            upgrade: Upgrade = environ.pop("wsgi.websocket")
        except KeyError:
            raise RuntimeError("serve the application with game.transport.server.Server") from None
        opening = self.state is State.OPENING
        try:
            upgrade.accept(self._begin if opening else self._probe)
        except OSError:
            if opening:
                self.close(wait=False, abort=True, reason=REASON.TRANSPORT_CLOSE)

    def _begin(self, sock: Socket, leftover: bytes) -> None:
        parser = Parser(self.engine.max_http_buffer_size)
        self._serve(sock, parser, parser.feed(leftover, _FRAMES_PER_TURN))

    def _probe(self, sock: Socket, leftover: bytes) -> None:
        """Let a WebSocket take over from long-polling, if it works."""
        probe = Probe(sock, Parser(self.engine.max_http_buffer_size))
        self._probes.append(probe)
        try:
            received = probe.run(leftover, self._start_upgrade)
        except ProbeFailed as failed:
            if probe.begun:
                self._on(Event.PROBE_FAILED)
            say_goodbye(sock, failed.code, failed.reason)
            return
        finally:
            self._probes.remove(probe)
        self._serve(sock, probe.parser, received)

    def _start_upgrade(self) -> bool:
        """Hold packets back while a WebSocket takes over; False if another one does, or none may."""
        if self.state is not State.POLLING:
            return False
        self._on(Event.PROBE)
        return True

    def _switch_to(self, writer: Writer) -> None:
        """Use the WebSocket from now on, beginning with what was queued before it existed."""
        polled = self._polled
        while polled:  # a callback may add the keyframe of a client that has caught up just now
            for packet in self._take_polled(polled):
                writer.send(_wire(packet))
        self._polled = None
        self.writer = writer
        writer.unblock()
        for other in self._probes:
            other.end(PROTOCOL_ERROR, "this session has its WebSocket already")
        self.reorder()

    # --- the WebSocket's greenlet ----------------------------------------------------------------

    def _serve(self, sock: Socket, parser: Parser, received: list[Received]) -> None:
        """Serve the WebSocket until it ends.

        Args:
            sock: its socket.
            parser: has parsed all that was read of it.
            received: what came out of that.
        """
        if self.state not in (State.OPENING, State.UPGRADING):  # the session has ended meanwhile
            say_goodbye(sock, GOING_AWAY, "server stopping")
            return
        self._parser = parser
        self._waiter = Waiter()
        self._fetch = raw(sock).recv
        self._fd = sock.fileno()
        writer = Writer(sock, self.slow_client, self)
        try:
            self._on(Event.ATTACH)
            self._switch_to(writer)
            if self._closing is _OPEN:
                self._take(received)
            self._work()
        finally:
            try:
                self._close_socket("server stopping", GOING_AWAY)  # if nothing else has
                self.close(wait=False, abort=True, reason=self._reason)
                with gevent.Timeout(_LINGER_S, False):  # type: ignore[arg-type]  # False: raise nothing
                    while not self._has_parted(writer):
                        self._park()
            finally:
                self._detach(writer)

    def _has_parted(self, writer: Writer) -> bool:
        """Whether the closing handshake is over, so that the socket may be closed."""
        if self._closing is Closing.CLOSE_RECEIVED:
            return writer.flushed
        return self._closing is Closing.GONE

    def _work(self) -> None:
        """Handle the inbox's messages, in order, until the WebSocket has ended."""
        inbox = self._inbox
        done = 0
        while True:
            while inbox:
                opcode, payload = inbox.pop(0)
                try:
                    self.receive(payload.decode() if opcode == TEXT else payload)
                except Malformed as error:
                    self._close_socket("transport error", PROTOCOL_ERROR, str(error))
                    return
                if self.closed:
                    return
                done += 1
                if done % _MESSAGES_PER_SLICE == 0:
                    gevent.sleep(_SLICE_PAUSE_S)
            if self._closing is not _OPEN:
                return
            self._go_on()
            self._turn = _IDLE
            self._settle()
            self._park()

    def _park(self) -> None:
        """Wait until there is something to do."""
        self._turn = _IDLE
        try:
            self._waiter.get()
        finally:
            self._turn = _RUNNING
            self._waiter.clear()

    # --- the event loop --------------------------------------------------------------------------

    # hot: once per wake-up of a client; guarded by the S1 bench
    def readable(self) -> None:  # noqa: C901  another call would cost each input 5 %
        """Take what has come; called by the poller."""
        try:
            data = self._fetch(_RECV_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        TRAFFIC.bytes_in += len(data)
        express = self._express
        if express is not None:
            payload = lone(data, self._first)  # nearly always, and not half the work of what follows
            if payload is not None:
                TRAFFIC.messages_in += 1
                try:
                    if express(payload) is not False:
                        return
                except Exception as error:  # noqa: BLE001  the application's fault ends this connection
                    self._bare_failed(error)
                    return
        if not data:
            self._cut("transport close")
        elif self._closing is not _OPEN:
            self._discarded += len(data)
            if self._discarded > _DISCARD_MAX:
                self._cut(self._reason)
        else:
            self._take(self._parser.feed(data, _FRAMES_PER_TURN))
            if self._inbox:
                self._rouse()

    def _settle(self) -> None:
        """Find out again whether short messages may be handled at once: only if none waits before them."""
        self._express = None
        if self.writer is None or self.engine.max_http_buffer_size < CONTROL_MAX:
            return  # in the second case even a short message must be measured
        if self._turn is _IDLE and self._closing is _OPEN and self._parser.idle:
            if self.take_bare is not None:
                self._first = LONE_BINARY
                self._express = self.take_bare
            elif self.take_text is not None:
                self._first = LONE_TEXT
                self._express = self.take_text

    def _take(self, received: list[Received]) -> None:
        """Handle or queue what the parser has found."""
        for opcode, payload in received:
            TRAFFIC.messages_in += 1
            if opcode == BINARY and self._turn is _IDLE and self.take_bare is not None:
                self.receive(payload)
            elif payload == b"3" and opcode == TEXT:
                self.receive("3")  # a pong: must count even while a handler is at work
            elif opcode <= BINARY:
                if self._turn is _IDLE:
                    self._turn = _PENDING
                self._express = None
                self._inbox.append((opcode, payload))
            else:
                self._take_control(opcode, payload)
            if self._closing is not _OPEN:
                return
        self._settle()
        self._pace()

    def _take_control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING and self.writer is not None:
            self.writer.send(frame(PONG, payload))
        elif opcode == CLOSE:
            answer = close_frame(read_close(payload)[0])
            self._change_closing(ClosingEvent.PEER_CLOSE, "transport close", answer)

    def _pace(self) -> None:
        """Decide whether to go on reading, after what was read has been parsed."""
        parser = self._parser
        if parser.unfinished and not self._watched:
            self._watched = True
            self.engine.expect_end(self, parser.begun)
        if parser.violation is not None:
            self._close_socket("transport error", parser.violation.code, parser.violation.reason)
        elif len(self._inbox) >= _INBOX_MAX:
            self._listen(False)  # until _work has caught up
        elif parser.pending:
            self._listen(False)
            self._go_on()
        elif not self._reading:
            self._listen(True)

    def _rouse(self) -> None:
        """Let the greenlet go on, if it waits.

        At once from the event loop, soon from elsewhere; a connection that begins or ends waits in a queue.
        """
        if self._turn is _RUNNING:
            return
        if self._closing is not _OPEN:
            self._turn = _CALLED
            self.engine.admission.leave(self._wake)
        elif self._turn is _CALLED:
            return
        elif not self.namespaces:
            self._turn = _CALLED
            self.engine.admission.join(self._wake)
        elif getcurrent() is (hub := get_hub()):
            self._wake()
        else:
            self._turn = _CALLED
            hub.loop.run_callback(self._wake)

    def _wake(self) -> None:
        """Let the greenlet go on, if it still waits; called by the event loop."""
        if self._turn is not _RUNNING:
            self._waiter.switch(None)

    def late_message(self, begun: int) -> int | None:
        """End the connection if the message that was unfinished when this was asked for still is.

        A message may come in any number of pieces, so only its bytes and its time are limited.

        Args:
            begun: the parser's count of messages at that time.

        Returns:
            the count to ask again with, for a later message that is unfinished now; None: do not ask again.
        """
        if self.writer is None:
            return None
        parser = self._parser
        if self._closing is not _OPEN or not parser.unfinished:
            self._watched = False
            return None
        if parser.begun == begun and self._reading:
            self._close_socket("transport error", POLICY, "a message took too long")
            return None
        return parser.begun

    def _listen(self, on: bool) -> None:
        """Read what comes, or leave it in the kernel."""
        if on is not self._reading:
            self._reading = on
            if on:
                self.engine.poller.add(self._fd, self)
            else:
                self.engine.poller.remove(self._fd)

    def _go_on(self) -> None:
        """Read again; first parse, in turns with other connections, what a budget has left over."""
        if not self._parser.pending or self._closing is not _OPEN:
            self._listen(True)
            return
        if self._next_turn is None:
            self._next_turn = get_hub().loop.timer(0)
        self._next_turn.start(self._take_next_turn)

    def _take_next_turn(self) -> None:
        self._next_turn.stop()
        if len(self._inbox) < _INBOX_MAX and self._closing is _OPEN:
            self._take(self._parser.feed(b"", _FRAMES_PER_TURN))
            if self._inbox:
                self._rouse()

    # --- what the writer notifies of -------------------------------------------------------------

    def lost(self, reason: str) -> None:
        """The TCP connection was cut; see `WriterOwner`."""
        self._change_closing(ClosingEvent.LOST, reason)

    def reorder(self) -> None:
        """The writer is blocked now, or no longer: channels send to it in another way."""
        for channels in self.channels.values():
            for channel in channels:
                channel.reorder()

    def behind(self) -> None:
        """The client does not take everything; see `WriterOwner`."""
        self.engine.watch(self)

    # --- the end ---------------------------------------------------------------------------------

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:  # noqa: ARG002
        """Run the disconnect handlers, once and in this greenlet, then close the transport.

        Args:
            wait: there because python-engineio passes it; nothing is waited for.
            abort: the client is gone, or has disconnected: send no CLOSE packet.
            reason: what the handlers get as the reason.
        """
        if self._on(Event.CLOSE) is not Effect.RUN_HANDLERS:
            return
        try:
            self.engine.closing(self, reason or REASON.SERVER_DISCONNECT)
            if not abort:
                self.send(Packet(CLOSE_PACKET))
        finally:
            self._on(Event.HANDLED)
            self._close_socket(reason or "", NORMAL)
            for probe in self._probes:
                probe.end(NORMAL, reason or "")

    def end(self, reason: str, code: int | None = None) -> None:
        """Close from where no handler may run: the event loop, or the middle of a broadcast.

        The handlers run soon, in the connection's own greenlet.

        Args:
            reason: what the handlers and, with a code, the client get as the reason.
            code: WebSocket close code; None cuts the connection without a close frame.
        """
        if self.writer is None:
            if self.state < State.CLOSING:
                gevent.spawn(self.close, False, False, reason)
        elif code is None:
            self._cut(reason)
        else:
            self._close_socket(reason, code)

    def _close_socket(self, reason: str, code: int, text: str | None = None) -> None:
        """Begin the closing handshake; `text` is the client's reason, if it is another than the handlers'."""
        self._change_closing(ClosingEvent.END, reason, close_frame(code, reason if text is None else text))

    def _cut(self, reason: str) -> None:
        if self.writer is not None:
            self.writer.fail(reason)

    def _on(self, event: Event) -> Effect:
        """Change the session's state, and do what needs no more than that."""
        self.state, effect = follow(TRANSITIONS, self.state, event)
        self.closed = self.state is State.CLOSED
        if effect is Effect.END_POLL and self._polled is not None:
            self._polled.wake()
        elif effect is Effect.RELEASE:
            self._release()
        return effect

    def _change_closing(self, event: ClosingEvent, reason: str, last: bytes = b"") -> None:
        """Change the WebSocket's state, and do what follows.

        Args:
            event: what happens.
            reason: what the disconnect handlers get as the reason, if this is the beginning of the end.
            last: the close frame.
        """
        was_open = self._closing is _OPEN
        self._closing, effect = follow(CLOSING_TRANSITIONS, self._closing, event)
        if effect is ClosingEffect.NOTHING:
            return
        self._express = None
        if was_open:
            self._reason = reason
        if effect is ClosingEffect.STOP_READING:
            self._listen(False)
        else:
            if effect is ClosingEffect.SEND_CLOSE:
                self._inbox.clear()
            if self.writer is not None:
                self.writer.finish(last)
        self._rouse()

    def _release(self) -> None:
        """Drop all references into reference cycles, so that the closed connection is freed at once.

        Closed connections that wait for the garbage collector fill the memory, and then one collection of
        thousands of them stops every match for a second.
        """
        if self._polled is not None:
            self._polled.wake()
            self._polled = None
        self.engine.forget(self)
        self.slow_client.mute()
        self.take_bare = self.take_text = None
        for sid, channels in self.channels.items():
            for channel in list(channels):
                channel.remove(sid)
        self.channels.clear()

    def _detach(self, writer: Writer) -> None:
        """Let go of the event loop and of the socket."""
        self.writer = None
        writer.release()
        self._listen(False)
        if self._next_turn is not None:
            self._next_turn.stop()
            self._next_turn.close()
            self._next_turn = None


def _wire(packet: Packet) -> bytes:
    """The packet as one WebSocket frame, made once however many receivers share the packet."""
    wire: bytes | None = packet.__dict__.get("wire")
    if wire is None:
        wire = frame(BINARY, packet.data) if packet.binary else frame(TEXT, packet.encode().encode())
        packet.__dict__["wire"] = wire
    return wire
