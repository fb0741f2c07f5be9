"""From a request to a WebSocket: accepting one, probing whether it works, and closing one that is not used.

A client that begins with long-polling opens a WebSocket beside it and probes it: it sends `2probe`, gets
`3probe`, and sends `5` when its last poll has been answered. Only then does the WebSocket take over. A client
may try with several WebSockets; the first that gets to the `5` wins.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from socket import SHUT_WR
from typing import TYPE_CHECKING, Protocol

import gevent
from gevent import getcurrent
from gevent.socket import socket as Socket

from game.transport.frames import (
    CLOSE,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    Parser,
    Received,
    close_frame,
    frame,
    read_close,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PROBE_S = 10.0
_LINGER_S = 1.0
_RECV_BYTES = 4096


class Upgrade(Protocol):
    """What the HTTP server puts into `environ["wsgi.websocket"]` for a valid upgrade request."""

    def accept(self, serve: Callable[[Socket, bytes], None]) -> None:
        """Answer 101; call `serve` with the socket, and with what was read of it, after the request.

        Raises:
            OSError: the client has gone.
        """


def why_no_upgrade(environ: "WSGIEnvironment") -> str | None:
    """The HTTP status that refuses a request for a WebSocket (RFC 6455, 4.2.1); None if it is right."""
    tokens = [token.strip() for token in environ.get("HTTP_CONNECTION", "").lower().split(",")]
    if environ["REQUEST_METHOD"] != "GET" or "upgrade" not in tokens:
        return "400 Bad Request"
    if environ.get("CONTENT_LENGTH", "") not in ("", "0"):
        return "400 Bad Request"
    if environ.get("SERVER_PROTOCOL") != "HTTP/1.1" or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return "426 Upgrade Required"
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except (binascii.Error, ValueError):
        return "400 Bad Request"
    return None if len(key) == 16 else "400 Bad Request"


def accept_headers(environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    """The headers of the answer 101 to a request that `why_no_upgrade` accepts."""
    key = environ["HTTP_SEC_WEBSOCKET_KEY"].encode()
    digest = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest()).decode()
    return [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", digest)]


class ProbeFailed(Exception):
    """The WebSocket does not take over; `code` and `reason` are for its close frame."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Probe:
    """A WebSocket that wants to take over from long-polling.

    Attributes:
        parser: parses what the client sends, from the first byte on.
        begun: its `2probe` was accepted.
    """

    __slots__ = ("_greenlet", "_received", "_sock", "begun", "parser")

    def __init__(self, sock: Socket, parser: Parser) -> None:
        """Probe `sock`, in the current greenlet."""
        self._sock = sock
        self._greenlet = getcurrent()
        self._received: list[Received] = []
        self.parser = parser
        self.begun = False

    def run(self, leftover: bytes, begin: Callable[[], bool]) -> list[Received]:
        """Wait until the client has seen the upgrade through.

        Args:
            leftover: what was read of the socket already.
            begin: called at `2probe`; says whether this WebSocket may go on.

        Returns:
            what the client has sent after that.

        Raises:
            ProbeFailed: it does not work, took too long, or `end` was called.
        """
        try:
            with gevent.Timeout(_PROBE_S, False):  # type: ignore[arg-type]  # False: raise nothing
                self._received = self.parser.feed(leftover)
                if self._next() == b"2probe" and begin():
                    self.begun = True
                    self._sock.sendall(frame(TEXT, b"3probe"))
                    if self._next() == b"5":
                        return self._received
        except OSError:
            pass
        # Made here: an error that one of its own frames holds would be a cycle.
        raise ProbeFailed(PROTOCOL_ERROR, "upgrade failed")

    def end(self, code: int, reason: str) -> None:
        """Let `run` raise `ProbeFailed` soon; may be called from any other greenlet."""
        gevent.kill(self._greenlet, ProbeFailed(code, reason))

    def _next(self) -> bytes | None:
        """The next text message; None if something else comes, or nothing can come any more."""
        while True:
            while self._received:
                opcode, payload = self._received.pop(0)
                if opcode == PING:
                    self._sock.sendall(frame(PONG, payload))
                elif opcode == CLOSE:
                    raise ProbeFailed(read_close(payload)[0], "")
                elif opcode != PONG:
                    return payload if opcode == TEXT else None
            violation = self.parser.violation
            if violation is not None:
                raise ProbeFailed(violation.code, violation.reason)
            data = self._sock.recv(_RECV_BYTES)
            if not data:
                return None
            self._received = self.parser.feed(data)


def say_goodbye(sock: Socket, code: int, reason: str) -> None:
    """Close a WebSocket that is not used.

    It waits a second at most until the client hangs up: closing a socket with unread bytes would reset the
    connection, and the client would not get the close frame.
    """
    try:
        with gevent.Timeout(_LINGER_S, False):  # type: ignore[arg-type]  # False: raise nothing
            sock.sendall(close_frame(code, reason))
            sock.shutdown(SHUT_WR)
            while sock.recv(_RECV_BYTES):
                pass
    except OSError:
        pass
