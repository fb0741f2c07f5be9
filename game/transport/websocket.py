"""The gevent shell around one WebSocket: bytes from the kernel, through the parser, to the session.

Reading happens in the event loop, without a greenlet switch: one `recv` per wake-up, all frames of it
parsed at once. A bare binary message goes straight to whoever asked for those; everything else is put into
the inbox, which the connection's own greenlet (the one that served the upgrade request) works off in order.
While that greenlet is at work bare messages queue behind it, so the order of arrival always holds.

Two budgets keep a flood from starving the others: so many frames per turn of the loop, and so many
messages in the inbox before the socket is no longer read (TCP then slows the sender down).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import gevent
from gevent import get_hub, getcurrent
from gevent.hub import Waiter
from gevent.socket import socket as Socket

from game.transport.frames import (
    BINARY,
    CLOSE,
    CONTROL_MAX,
    GOING_AWAY,
    LONE_BINARY,
    LONE_TEXT,
    PING,
    POLICY,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    Limits,
    Parser,
    close_frame,
    frame,
    lone,
    read_close,
)
from game.transport.packets import Malformed
from game.transport.traffic import TRAFFIC
from game.transport.writer import Pipe, raw

if TYPE_CHECKING:
    from game.transport.connection import Session

_RECV_BYTES = 4096  # inputs are a tenth of it; Python sets so much memory aside for every call
_FRAMES_PER_TURN = 128
_INBOX_MAX = 128
_MESSAGES_PER_SLICE = 32
_SLICE_PAUSE_S = 0.001  # a timer, not sleep(0): the loop has to look at the other sockets meanwhile
_UPGRADE_S = 10.0
_LINGER_S = 1.0
_DISCARD_MAX = 262_144


class Upgrade(Protocol):
    """What the HTTP server puts into `environ["wsgi.websocket"]` for a valid upgrade request."""

    def accept(self, serve: Callable[[Socket, bytes], None]) -> None:
        """Answer 101; call `serve` with the socket, and with what was read of it, after the request.

        Raises:
            OSError: the client has gone.
        """


class Connection:
    """One WebSocket of one session, from the upgrade to the last byte.

    Attributes:
        pipe: its writing half.
    """

    # Laid out in this order: what an input touches comes first and side by side.
    __slots__ = ("_busy", "_discarded", "_ended", "_express", "_fd", "_fetch", "_first", "_gone", "_goodbye",
                 "_in_line", "_inbox", "_next_turn", "_parked", "_parser", "_reading", "_reason", "_session",
                 "_waiter", "_watched", "pipe")  # fmt: skip

    pipe: Pipe

    def __init__(self, session: "Session", environ: dict[str, Any]) -> None:
        """Take the upgrade request in `environ`; `run` follows after the request.

        Raises:
            OSError: the client has gone.
        """
        try:
            upgrade: Upgrade = environ["wsgi.websocket"]
        except KeyError:
            raise RuntimeError("serve the application with game.transport.server.Server") from None
        self._session = session
        self._parser = Parser(Limits(session.engine.max_http_buffer_size))
        self._inbox: list[tuple[int, bytes]] = []  # a deque would take 700 bytes before it holds one
        self._busy = True  # the greenlet is not waiting, so nobody may overtake it
        self._parked = False  # the greenlet waits in _park
        self._in_line = False  # its turn to go on will come
        self._waiter: Waiter[None] = Waiter()
        self._ended = False
        self._reason = ""
        self._gone = False  # the TCP connection is of no more use
        self._goodbye = False  # the peer has sent its close frame
        self._discarded = 0
        self._fetch: Callable[[int], bytes]
        self._express: Callable[[bytes], bool | None] | None = None  # False: did not take it
        self._first = LONE_BINARY
        self._fd = -1
        self._reading = False
        self._next_turn: Any = None
        self._watched = False  # the engine will ask for `late_message`
        upgrade.accept(self.run)

    # --- the greenlet ----------------------------------------------------------------------------

    def run(self, sock: Socket, leftover: bytes) -> None:
        """Serve the connection until it ends."""
        session = self._session
        self.pipe = Pipe(sock, session.backlog, self)
        self._fetch = raw(sock).recv
        self._fd = sock.fileno()
        attached = False
        try:
            self._parse(leftover)
            if not session.closed and (not session.connected or self._probe()):
                attached = True
                session.attach(self)
                self._work()
        finally:
            try:
                self.end("server stopping", GOING_AWAY)  # if nothing else has ended it
                if attached:
                    session.close(wait=False, abort=True, reason=self._reason)
                with gevent.Timeout(_LINGER_S, False):  # type: ignore[arg-type]
                    while not self._gone and not (self._goodbye and self.pipe.flushed):
                        self._park()
            finally:
                self._detach()

    def _probe(self) -> bool:
        """Do the upgrade from long-polling: 2probe, 3probe, 5. False if the session stays where it was."""
        session = self._session
        session.offer(self)
        try:
            with gevent.Timeout(_UPGRADE_S, False):  # type: ignore[arg-type]
                if self._next() == b"2probe" and not session.upgrading and not session.upgraded:
                    session.start_upgrade(self)
                    try:
                        self.pipe.send(frame(TEXT, b"3probe"))
                        if self._next() == b"5" and not session.closed:
                            return True
                    finally:
                        session.upgrading = False
        finally:
            session.withdraw(self)
        self.end("upgrade failed", PROTOCOL_ERROR)
        return False

    def _next(self) -> bytes | None:
        """The next text message; None if there is none any more, or it is not text."""
        while not self._inbox:
            if self._ended:
                return None
            self._park()
        opcode, payload = self._inbox.pop(0)
        return payload if opcode == TEXT else None

    def _work(self) -> None:
        """Hand the inbox's messages to the session, in order, until the connection has ended."""
        session, inbox = self._session, self._inbox
        done = 0
        while True:
            while inbox:
                opcode, payload = inbox.pop(0)
                try:
                    session.receive(payload.decode() if opcode == TEXT else payload)
                except Malformed as error:
                    self.end("transport error", PROTOCOL_ERROR, str(error))
                    return
                if session.closed:
                    return
                done += 1
                if done % _MESSAGES_PER_SLICE == 0:
                    gevent.sleep(_SLICE_PAUSE_S)
            if self._ended:
                return
            self._go_on()
            self._busy = False
            self.settle()
            self._park()

    def _park(self) -> None:
        """Wait until there is something to do."""
        self._parked = True
        try:
            self._waiter.get()
        finally:
            self._parked = False
            self._waiter.clear()

    # --- the event loop --------------------------------------------------------------------------

    # hot: once per wake-up of a client; guarded by the S1 bench
    def readable(self) -> None:
        """Take what has come; called by the intake."""
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
                except Exception as error:
                    self._session.failed(error)
                    return
        if not data:
            self.pipe.fail("transport close")
        elif self._ended:
            self._discarded += len(data)
            if self._discarded > _DISCARD_MAX:
                self.pipe.fail(self._reason)
        else:
            self._parse(data)
            if self._inbox:
                self._rouse()

    def settle(self) -> None:
        """Find out again whether short messages may pass everything by: nothing may wait before them."""
        session = self._session
        self._express = None
        if session.engine.max_http_buffer_size < CONTROL_MAX:
            return  # not even what is short may pass unseen
        if not self._busy and not self._ended and self._parser.idle:
            if session.take_bare is not None:
                self._first = LONE_BINARY
                self._express = session.take_bare
            elif session.take_text is not None:
                self._first = LONE_TEXT
                self._express = session.take_text

    def _rouse(self) -> None:
        """Let the greenlet go on, if it waits.

        At once from the event loop, soon from anywhere else; who comes or goes waits in line.
        """
        if not self._parked:
            return
        session = self._session
        if self._ended:
            session.engine.admission.leave(self._wake)
        elif not session.namespaces:
            if not self._in_line:
                self._in_line = True
                session.engine.admission.join(self._wake)
        elif getcurrent() is (hub := get_hub()):
            self._wake()
        else:
            hub.loop.run_callback(self._wake)

    def _wake(self) -> None:
        """Let the greenlet go on, if it still waits; called by the event loop."""
        self._in_line = False
        if self._parked:
            self._parked = False
            self._waiter.switch(None)

    def _parse(self, data: bytes) -> None:
        parser, session = self._parser, self._session
        for opcode, payload in parser.feed(data, _FRAMES_PER_TURN):
            TRAFFIC.messages_in += 1
            if opcode == BINARY and not self._busy and session.take_bare is not None:
                session.receive(payload)
            elif payload == b"3" and opcode == TEXT:
                session.receive("3")  # a pong: must count even while a handler is at work
            elif opcode <= BINARY:
                self._busy = True
                self._express = None
                self._inbox.append((opcode, payload))
            elif opcode == PING:
                self.pipe.send(frame(PONG, payload))
            elif opcode == CLOSE:
                self._goodbye = True
                self.end("transport close", read_close(payload)[0], "")
            if self._ended:
                return
        self.settle()
        if parser.unfinished and not self._watched:
            self._watched = True
            session.engine.expect_end(session, parser.begun)
        if parser.violation is not None:
            self.end("transport error", parser.violation.code, parser.violation.reason)
        elif len(self._inbox) >= _INBOX_MAX:
            self._listen(False)  # until _work has caught up
        elif parser.pending:
            self._listen(False)
            self._go_on()
        else:
            self._listen(True)

    def late_message(self, begun: int) -> int | None:
        """End the connection if the message that was unfinished when this was asked for still is.

        A message may come in any number of pieces, so only its bytes and its time are limited.

        Args:
            begun: the parser's count of messages at that time.

        Returns:
            the count to ask again with, for a later message that is unfinished now; None: need not ask.
        """
        parser = self._parser
        if self._ended or not parser.unfinished:
            self._watched = False
            return None
        if parser.begun == begun and self._reading:
            self.end("transport error", POLICY, "a message took too long")
            return None
        return parser.begun

    def _listen(self, on: bool) -> None:
        """Read what comes, or leave it in the kernel."""
        if on is not self._reading:
            self._reading = on
            intake = self._session.engine.intake
            if on:
                intake.add(self._fd, self)
            else:
                intake.remove(self._fd)

    def _go_on(self) -> None:
        """Read again; first, in turns with everyone else's, parse what a budget has left over."""
        if not self._parser.pending or self._ended:
            self._listen(True)
            return
        if self._next_turn is None:
            self._next_turn = get_hub().loop.timer(0)
        self._next_turn.start(self._turn)

    def _turn(self) -> None:
        self._next_turn.stop()
        if len(self._inbox) < _INBOX_MAX and not self._ended:
            self._parse(b"")
            if self._inbox:
                self._rouse()

    # --- the end ---------------------------------------------------------------------------------

    def end(self, reason: str, code: int | None, text: str | None = None) -> None:
        """End the connection; may be called from anywhere, more than once.

        Args:
            reason: what the session's disconnect handlers are told.
            code: close code for the peer; None cuts the connection without a close frame.
            text: reason for the peer, if it is not `reason`.
        """
        if code is None:
            self.pipe.fail(reason)
            return
        if self._ended:
            return
        self._ended = True
        self._express = None
        self._reason = reason
        if not self._goodbye:
            self._inbox.clear()
        self.pipe.finish(close_frame(code, reason if text is None else text))
        self._rouse()

    def lost(self, reason: str) -> None:
        """The pipe is broken: no more reading either."""
        if not self._ended:
            self._ended = True
            self._express = None
            self._reason = reason
        self._listen(False)
        self._gone = True
        self._rouse()

    def turned(self) -> None:
        """The client may no longer be written to without a look at the pipe, or may be again."""
        self._session.pipe_turned()

    def behind(self) -> None:
        """The client does not take everything: the engine looks after it now and then."""
        self._session.engine.watch(self._session)

    def _detach(self) -> None:
        self.pipe.release()
        self._listen(False)
        if self._next_turn is not None:
            self._next_turn.stop()
            self._next_turn.close()
            self._next_turn = None
