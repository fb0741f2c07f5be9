"""One HTTP connection: gevent's WSGI handler with deadlines, strict heads, short errors and our upgrade.

There is a deadline for a request's head, one for its body and one for taking the answer; a kept-alive
connection may be idle between requests. A client's mistake is answered by a line of HTTP, never by a
traceback in the log.
"""

import errno
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from gevent import Timeout
from gevent.pywsgi import WSGIHandler
from gevent.socket import socket as Socket

from game.transport.heads import BadRequest, check_head
from game.transport.upgrade import accept_headers, why_no_upgrade

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_HEAD_BYTES = 16_384
_READ_AHEAD_BYTES = 4096
_PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What a client may take of the server.

    Attributes:
        max_connections: at the same time; more are closed at once. 0 is no limit.
        max_connections_per_address: the same for one IPv4 address or one IPv6 /64; 0 is no limit, which is
            right behind a proxy, where all connections have the proxy's address.
        handshake_timeout_s: for a whole request head.
        body_timeout_s: for a request's body, on top of what it takes at `min_body_rate`.
        keepalive_s: between two requests.
        send_timeout_s: to take an answer, on top of what it takes at `min_send_rate`.
        min_send_rate: slowest pace at which an answer may be read, in bytes/s.
        min_body_rate: slowest pace at which a body may come, in bytes/s; 0 lets no body take longer than
            `body_timeout_s`.
        max_body_bytes: longest request body; 0 is no limit.
        chunked_bodies: bodies whose length is not announced are taken; their limit is the application's.
    """

    max_connections: int = 10_000
    max_connections_per_address: int = 256
    handshake_timeout_s: float = 5.0
    body_timeout_s: float = 10.0
    keepalive_s: float = 30.0
    send_timeout_s: float = 10.0
    min_send_rate: int = 1024
    min_body_rate: int = 0
    max_body_bytes: int = 1_048_576
    chunked_bodies: bool = False


def refusal(status: str, sentence: str = "") -> bytes:
    """A whole HTTP answer that refuses a request and closes.

    Args:
        status: e.g. "400 Bad Request".
        sentence: the body, for people; the status if it is empty.

    Returns:
        status line, headers and body.
    """
    text = (sentence or status).encode()
    return b"HTTP/1.1 %b\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (
        status.encode(),
        len(text),
        text,
    )


class HttpServer(Protocol):
    """What a handler needs of the server.

    Attributes:
        limits: what a client may take.
        stopping: each connection is to end with its next answer.
        report: called with (what, error) when the application raises an exception.
    """

    limits: HttpLimits
    stopping: bool
    report: Callable[[str, Exception], None]


class RequestReader(io.RawIOBase):
    """Reads what was read of a socket already, then the socket, but never past a deadline.

    Attributes:
        deadline: `time.monotonic()` at which reading gives up.
        min_rate: None for a head; of a body the bytes/s that move the deadline, or 0. Then the time that the
            application takes between two reads does not count.
        budget: how many more bytes may be read, None for any number.
    """

    def __init__(self, sock: Socket, head: bytes) -> None:
        super().__init__()
        self._sock: Socket | None = sock
        self._head = head
        self.deadline = 0.0
        self.min_rate: int | None = None
        self._rests_since = 0.0
        self.budget: int | None = None

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read into `buffer` what is there.

        Returns:
            the number of bytes; 0 at the end.

        Raises:
            TimeoutError: the deadline has passed.
            BadRequest: the budget is used up.
        """
        view = memoryview(buffer)
        size = min(len(view), len(self._head))
        if size:
            view[:size] = self._head[:size]
            self._head = self._head[size:]
        elif self._sock is not None:
            begun = time.monotonic()
            if self.min_rate is not None:
                self.deadline += begun - self._rests_since
            left = self.deadline - begun
            if left <= 0:
                raise TimeoutError(errno.ETIMEDOUT, "the client is too slow")
            self._sock.settimeout(left)
            size = int(self._sock.recv_into(view))
            if self.min_rate is not None:
                self._rests_since = time.monotonic()
                self.deadline += size / self.min_rate if self.min_rate else 0.0
        if self.budget is not None:
            self.budget -= size
            if self.budget < 0:
                raise BadRequest("431 Request Header Fields Too Large")
        return size

    def begin_body(self, timeout_s: float, min_rate: int) -> None:
        """Read a body from now on; see `HttpLimits`."""
        self.budget = None
        self.min_rate = min_rate
        self._rests_since = time.monotonic()
        self.deadline = self._rests_since + timeout_s

    def detach_socket(self) -> None:
        """Return what was read already and then end, without touching the socket again."""
        self._sock = None
        self.budget = None


class Handler(WSGIHandler):
    """Serves the requests of one connection.

    Attributes:
        idle: between two requests, so that a stopping server may cut it.
        upgraded: serves the connection from the end of its last request on, if that was a WebSocket upgrade.
    """

    server: HttpServer  # type: ignore[assignment]  # gevent wants its own class
    environ: dict[str, Any]
    path: str
    rfile: Any
    socket: Any
    ignored_socket_errors = (*WSGIHandler.ignored_socket_errors, errno.ETIMEDOUT, errno.ENOTCONN)

    def __init__(self, sock: Socket, address: tuple[Any, ...], server: HttpServer, head: bytes) -> None:
        """Serve a connection.

        Args:
            sock: its socket.
            address: the client's.
            server: has the limits.
            head: what was read of the socket already: a whole request head, maybe more.
        """
        self._limits: HttpLimits = server.limits
        self._reader = RequestReader(sock, head)
        rfile = io.BufferedReader(self._reader, _READ_AHEAD_BYTES)
        super().__init__(sock, address, server, rfile)  # type: ignore[call-arg,arg-type]  # not in its stub
        self.idle = False
        self.upgraded: Callable[[], None] | None = None
        self._sending_s = 0.0

    # --- reading ---------------------------------------------------------------------------------

    def read_requestline(self) -> str:
        """Wait for the next request and read its first line; empty if there is none."""
        if self.server.stopping:
            return ""
        self._reader.budget = MAX_HEAD_BYTES + _READ_AHEAD_BYTES
        self._reader.min_rate = None
        self._reader.deadline = time.monotonic() + self._limits.keepalive_s
        self.idle = True
        try:
            line: str = super().read_requestline()
        except BadRequest:
            return ""
        finally:
            self.idle = False
        self._reader.deadline = time.monotonic() + self._limits.handshake_timeout_s
        return line

    def read_request(self, raw_requestline: str) -> bool:  # type: ignore[override]
        """Read the head; refuse one that could be understood in two ways.

        Returns:
            True.

        Raises:
            BadRequest: it is refused; `_handle_client_error` makes the answer.
        """
        lines: list[bytes] = []
        while (line := self.rfile.readline(MAX_HEAD_BYTES + 1)) != b"\r\n":
            if not line:
                raise BadRequest("400 Bad Request")
            lines.append(line)
        check_head(raw_requestline.encode("latin-1"), lines, chunked=self._limits.chunked_bodies)
        body, self.rfile = self.rfile, io.BytesIO(b"".join([*lines, b"\r\n"]))
        try:
            super().read_request(raw_requestline)
        finally:
            self.rfile = body
        if 0 < self._limits.max_body_bytes < (self.content_length or 0):
            raise BadRequest("413 Content Too Large")
        self._reader.begin_body(self._limits.body_timeout_s, self._limits.min_body_rate)
        return True

    def handle_one_request(self) -> tuple[str, bytes] | Literal[True] | None:
        """Serve one request.

        Returns:
            True to go on, None to close the connection, or status and answer to close it with.
        """
        try:
            return super().handle_one_request()
        except ValueError as error:  # a head that parses, but not into an environ
            return self._handle_client_error(error)

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        status = "400 Bad Request"
        if isinstance(ex, BadRequest):
            status = ex.status
        elif isinstance(ex, TimeoutError):
            status = "408 Request Timeout"
        return status, refusal(status)

    def handle_one_response(self) -> None:
        """Serve the request that was read; it is the last one if its body did not come whole."""
        super().handle_one_response()
        if self.wsgi_input is not None and self.wsgi_input.position < (self.content_length or 0):
            self.close_connection = True

    # --- answering -------------------------------------------------------------------------------

    def run_application(self) -> None:
        """Call the application, with the WebSocket upgrade in its environ if one is asked for."""
        environ = self.environ
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            refused = why_no_upgrade(environ)
            if refused is not None:
                self.close_connection = True
                headers = [("Sec-WebSocket-Version", "13"), ("Content-Type", "text/plain")]
                self.start_response(refused, headers)
                self.result = [refused.encode()]
                self.process_result()
                return
            environ["wsgi.websocket"] = self
        try:
            super().run_application()
        finally:
            # This handler has its environ: a cycle, which only a garbage collection could free.
            environ.pop("wsgi.websocket", None)

    def accept(self, serve: Callable[[Socket, bytes], None]) -> None:
        """Answer 101; `serve` gets the socket once the application has returned (see websocket.Upgrade)."""
        self.start_response("101 Switching Protocols", accept_headers(self.environ))
        self.close_connection = True
        self.write(b"")
        self._reader.detach_socket()
        leftover: bytes = self.rfile.read()
        self.rfile.close()  # gives its buffer back; the socket stays open
        self.socket.settimeout(None)
        self.upgraded = partial(serve, self.socket, leftover)
        self.socket = None  # or it would be closed with the request

    def finalize_headers(self) -> None:
        """Announce the last answer to the client, so that it does not send into a closing socket."""
        super().finalize_headers()
        self.close_connection = self.close_connection or self.server.stopping
        headers: Any = self.response_headers  # pairs of bytes by now
        if self.close_connection and all(name.lower() != b"connection" for name, _ in headers):
            headers.append((b"Connection", b"close"))

    def _sendall(self, data: bytes) -> None:
        """Send a part of the answer; a client that takes it too slowly gets no more."""
        view = memoryview(data)
        if not self.response_length:
            self._sending_s = 0.0
        for start in range(0, len(view), _PIECE_BYTES):
            taken_s = self.response_length / self._limits.min_send_rate
            left = self._limits.send_timeout_s + taken_s - self._sending_s
            self.socket.settimeout(max(0.01, left))
            # The time that the application takes to make the next part is not the client's.
            begun = time.monotonic()
            super()._sendall(view[start : start + _PIECE_BYTES])  # type: ignore[misc]
            self._sending_s += time.monotonic() - begun

    def handle_error(
        self,
        t: type[BaseException] | None,  # noqa: ARG002  as in WSGIHandler
        v: BaseException | None,
        tb: TracebackType | None,  # noqa: ARG002  as in WSGIHandler
    ) -> None:
        """The application has raised an exception: report it, and send 500 if nothing was sent yet."""
        if isinstance(v, OSError):
            self.close_connection = True
            return
        if isinstance(v, Timeout):  # which is no Exception
            v = TimeoutError(f"a view has taken too long: {v}").with_traceback(v.__traceback__)
        if isinstance(v, Exception):
            self.server.report(f"{self.command} {self.path.partition('?')[0]!r:.80}", v)
        self.close_connection = True
        if not self.response_length:
            try:
                self.socket.sendall(refusal("500 Internal Server Error"))
            except OSError:
                pass

    def log_error(self, msg: str, *args: object) -> None:
        """Log nothing: a client's bad request is not our error."""

    def log_request(self) -> None:
        """Log nothing: access logs belong to the proxy."""
