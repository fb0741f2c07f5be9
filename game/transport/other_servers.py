"""WebSockets under other WSGI servers: gunicorn's gevent workers, gevent's own, gevent-websocket, Werkzeug.

WSGI has no WebSockets, but each of these servers lets an application reach the request's socket. The
application answers the upgrade on it, and the server gets it back when the WebSocket has ended. All that
reads and writes here is gevent's, so a server that runs requests in threads of the operating system, or one
after the other, cannot serve it.
"""

from collections.abc import Callable, Iterable
from io import BufferedReader
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Protocol

from gevent import get_hub
from gevent.socket import socket as Socket

from game.transport.upgrade import accept_headers, say_goodbye

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_POLICY_VIOLATION = 1008


class BorrowedSocket:
    """The socket of an upgrade request that another server has read: an `Upgrade`.

    Attributes:
        accepted: the application has taken the WebSocket: HTTP can answer nothing any more.
    """

    def __init__(
        self, environ: "WSGIEnvironment", sock: Socket, reader: BufferedReader | None = None
    ) -> None:
        """Borrow `sock`; `reader` is what the server reads it by, where that may have read ahead."""
        self._environ = environ
        self._sock = sock
        self._reader = reader
        self.accepted = False

    def accept(self, serve: Callable[[Socket, bytes], None]) -> None:
        """Answer 101, and serve the WebSocket to its end (see `Upgrade`)."""
        self.accepted = True  # before the answer: the client may be gone
        lines = ["HTTP/1.1 101 Switching Protocols"]
        lines += [f"{name}: {value}" for name, value in accept_headers(self._environ)]
        self._sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        self.serve(serve)

    def serve(self, serve: Callable[[Socket, bytes], None]) -> None:
        """Serve the WebSocket to its end, after the answer."""
        leftover = self._take_read_ahead()
        self._sock.settimeout(None)
        try:
            serve(self._sock, leftover)
        finally:
            try:
                self._sock.shutdown(SHUT_RDWR)  # the server may write an answer yet, which nobody must get
            except OSError:
                pass

    def _take_read_ahead(self) -> bytes:
        if self._reader is None:
            return b""
        self._sock.settimeout(0)
        return bytes(self._reader.read(len(self._reader.peek())))

    def finish(self, answer: Iterable[bytes], start_response: "StartResponse") -> Iterable[bytes]:
        """Give the connection back to the server.

        Returns:
            what the application returns.

        Raises:
            StopIteration: gunicorn takes it for the end of a connection that needs no answer.
        """
        if not self.accepted:
            return answer
        if "gunicorn.socket" in self._environ:
            raise StopIteration
        start_response("101 Switching Protocols", [])
        return ()


class AnsweringHandler(Protocol):
    """The part of `geventwebsocket.handler.WebSocketHandler` that is used here."""

    socket: Socket
    rfile: BufferedReader
    close_connection: bool


class Stream(Protocol):
    """A `geventwebsocket.websocket.Stream`."""

    handler: AnsweringHandler


class AnsweredWebSocket(Protocol):
    """A `geventwebsocket.websocket.WebSocket`."""

    stream: Stream
    closed: bool


class AnsweredSocket(BorrowedSocket):
    """The socket of a request that gevent-websocket answered with 101 before it called the application."""

    def __init__(self, environ: "WSGIEnvironment", websocket: AnsweredWebSocket) -> None:
        """Borrow the socket below `websocket`."""
        handler = websocket.stream.handler
        super().__init__(environ, handler.socket, handler.rfile)
        self._websocket = websocket
        handler.close_connection = True

    def accept(self, serve: Callable[[Socket, bytes], None]) -> None:
        """Serve the WebSocket to its end (see `Upgrade`)."""
        self.accepted = True
        self._websocket.closed = True  # or the library would send a close frame of its own at the end
        self.serve(serve)

    def finish(self, answer: Iterable[bytes], _start_response: "StartResponse") -> Iterable[bytes]:
        """Give the connection back; a refusal becomes a close frame, since its HTTP answer cannot be sent."""
        if not self.accepted:
            reason = b"".join(answer).decode(errors="replace").strip('"')[:100]
            self.accept(lambda sock, _leftover: say_goodbye(sock, _POLICY_VIOLATION, reason))
        return ()


def borrow_socket(environ: "WSGIEnvironment") -> BorrowedSocket | None:
    """The socket of an upgrade request, if the server gives it away and gevent can serve it."""
    answered: AnsweredWebSocket | None = environ.get("wsgi.websocket")
    if answered is not None and hasattr(answered, "stream"):
        return AnsweredSocket(environ, answered)
    reader = None
    sock = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
    if sock is None and environ.get("SERVER_SOFTWARE", "").startswith("gevent"):
        reader = environ["wsgi.input"]
        sock = getattr(getattr(reader, "raw", None), "_sock", None)
    if type(sock) is not Socket:  # one of TLS neither: the bytes on its file descriptor are not the client's
        return None
    return BorrowedSocket(environ, sock, reader)


def runs_in_threads(environ: "WSGIEnvironment") -> bool:
    """Whether this request is handled where gevent cannot wait: in a thread, or alone in its process."""
    sock = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
    if sock is not None:
        return not isinstance(sock, Socket)
    return bool(environ.get("wsgi.multithread")) and not get_hub().main_hub
