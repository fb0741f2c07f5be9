"""The HTTP server: the listening socket with its TCP options, limits, deadlines and a clean stop.

A connection costs little until it has sent a whole request head: no greenlet, no buffers, only a socket and
what has come. So ten thousand that send nothing are cheap, and closed after `handshake_timeout_s`.
"""

import errno
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

from gevent import Greenlet
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer
from gevent.socket import socket as Socket

from game.transport.addresses import place_of
from game.transport.admission import Admission
from game.transport.http import MAX_HEAD_BYTES, Handler, HttpLimits, refusal
from game.transport.poller import make_prompt_poller
from game.transport.sampling import log, log_failure
from game.transport.writer import raw

__all__ = ["HttpLimits", "Server"]

SERVER_FULL = "This server is full at the moment. Try again in a few minutes."
CROWD = "Very many people connect at this moment. Try again in a few seconds."
ADDRESS_FULL = "There are too many connections from your network. Try again in a moment."

_SWEEP_S = 0.25
_SWEPT_AT_ONCE = 500
_BACKLOG = 1024
_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_SHORTAGE_S = 0.1
"""How long nothing is accepted when the system is out of files or memory."""
_ACCEPTED_AT_ONCE = 8
_READ_AT_ONCE = 16
_MOST_WAITING = 1000
"""New connections that may wait: one or two seconds of work. More would wait longer than a page likes to."""
_PATIENCE_S = 0.2
"""A client that has waited longer for its turn may have gone."""
_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", 25)  # Linux; Python names it since 3.12
_NOTSENT_LOWAT_BYTES = 4096
_USER_TIMEOUT_MS = 15_000


def listening_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Bind and listen, with the TCP options that accepted sockets inherit.

    Nagle would hold small frames back for the acknowledgement of the last one (46 ms of jitter, measured);
    the low-water mark makes a stalled peer visible after some 35 kB instead of megabytes; the user timeout
    ends a connection whose peer acknowledges nothing any more.

    Args:
        host: where to listen.
        port: 0 takes a free one.
        shared: other sockets may listen there too (SO_REUSEPORT); the system spreads new connections.

    Returns:
        a non-blocking socket that listens.

    Raises:
        OSError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, _NOTSENT_LOWAT_BYTES)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


class _NewConnection:
    """A connection that has not sent a whole request head yet; it needs the event loop alone.

    Attributes:
        sock: its socket.
        address: of its peer.
        place: what counts as one address, see `place_of`.
        waiting: its request head has not come.
    """

    __slots__ = ("_fd", "_head", "_listener", "address", "place", "sock", "waiting")

    def __init__(self, listener: "Listener", sock: Socket, address: tuple[Any, ...], place: str) -> None:
        self._listener = listener
        self._head = b""
        self.sock = sock
        self.address = address
        self.place = place
        self._fd: int = sock.fileno()
        self.waiting = True
        listener.poller.add(self._fd, self)

    def readable(self) -> None:
        """Take what has come."""
        try:
            data = raw(self.sock).recv(MAX_HEAD_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        seen = max(0, len(self._head) - 3)
        self._head += data
        end = self._head.find(b"\r\n\r\n", seen)
        if not data:
            self.refuse("")
        elif (end if end >= 0 else len(self._head)) > MAX_HEAD_BYTES:
            self.refuse("431 Request Header Fields Too Large")
        elif end >= 0:
            self._detach()
            self._listener.queue(self, self._head)

    def refuse(self, status: str) -> None:
        """Close soon, with a line of HTTP if `status` is not empty."""
        self._detach()
        self._listener.close_soon(self, status)

    def _detach(self) -> None:
        self.waiting = False
        self._listener.poller.remove(self._fd)
        self._listener.forget(self)


class Listener(WSGIServer):
    """gevent's WSGI server with our handler and our limits, in which new connections are cheap.

    Attributes:
        limits: what a client may take.
        count: how many connections there are.
        greenlets: those that serve a connection.
        poller: reads from connections whose request has not come.
        handlers: of the connections that have sent a request.
        stopping: each of them is to end with its next answer.
        report: called with (what, error) when the application raises an exception.
    """

    max_accept = _ACCEPTED_AT_ONCE

    def __init__(
        self,
        sock: socket.socket,
        app: Callable[..., Any],
        limits: HttpLimits,
        on_failure: Callable[[str, Exception], None],
        admission: Admission,
        report: Callable[[str, Exception], None],
    ) -> None:
        """See `Server`; `sock` listens already."""
        self._on_failure = on_failure
        self.report = report
        self._admission = admission
        # The name would be looked up in the DNS otherwise, for seconds if there is none.
        environ = {"SERVER_NAME": sock.getsockname()[0]}
        self.greenlets = Pool()
        super().__init__(sock, app, log=None, error_log=log, spawn=self.greenlets, environ=environ)
        self.loop: Any
        self.limits = limits
        self.handlers: set[Handler] = set()
        self.stopping = False
        self.count = 0
        self._by_place: Counter[str] = Counter()
        self.poller = make_prompt_poller(_READ_AT_ONCE, partial(on_failure, "reading from new connections"))
        self._new: dict[_NewConnection, float] = {}  # with their deadlines, the earliest first
        self._sweeper = self.loop.timer(_SWEEP_S, _SWEEP_S)

    def do_read(self) -> tuple[Socket, tuple[Any, ...]] | None:  # type: ignore[override]  # as gevent's
        """Accept one connection.

        Returns:
            socket and address; None if there is no connection, or the system has no memory or files for it.

        Raises:
            OSError: nothing can be accepted.
        """
        try:
            accepted: tuple[Socket, tuple[Any, ...]] | None = super().do_read()
            return accepted
        except OSError as error:
            if error.errno == errno.ECONNABORTED:
                return None
            if error.errno not in _SHORTAGES:
                raise
            self.report("accepting a connection", error)
            self.stop_accepting()
            self._timer = self.loop.timer(_SHORTAGE_S)
            self._timer.start(self._accept_again)
            return None

    def _accept_again(self) -> None:
        if self.started:
            self.start_accepting()

    def is_fatal_error(self, ex: BaseException) -> bool:
        """Whether nothing can be accepted any more, so that the server cannot go on."""
        fatal = bool(super().is_fatal_error(ex))
        if fatal and isinstance(ex, Exception) and not self.stopping:
            self._on_failure("accepting connections", ex)
        return fatal

    def do_handle(self, sock: Socket, address: tuple[Any, ...]) -> None:
        """Take a connection that was just accepted, or turn it away."""
        limits, place = self.limits, place_of(str(address[0]))
        if 0 < limits.max_connections <= self.count:
            _turn_away(sock, "503 Service Unavailable", SERVER_FULL)
            return
        if 0 < limits.max_connections_per_address <= self._by_place[place]:
            _turn_away(sock, "503 Service Unavailable", ADDRESS_FULL)
            return
        self.count += 1
        self._by_place[place] += 1
        connection = _NewConnection(self, sock, address, place)
        connection.readable()  # mostly the request is there already
        if connection.waiting:
            self._new[connection] = time.monotonic() + limits.handshake_timeout_s
            if not self._sweeper.active:
                self._sweeper.start(self._sweep)

    def _sweep(self) -> None:
        now = time.monotonic()
        for connection, deadline in list(islice(self._new.items(), _SWEPT_AT_ONCE)):
            if deadline <= now:
                connection.refuse("408 Request Timeout")
        if not self._new:
            self._sweeper.stop()

    def forget(self, connection: _NewConnection) -> None:
        """This connection's request head is there, or never will be."""
        self._new.pop(connection, None)

    def close_soon(self, connection: _NewConnection, status: str, sentence: str = "") -> None:
        """Turn a connection away soon: thousands that end at once must not stop the event loop."""
        self._admission.leave(partial(self._close, connection, status, sentence))

    def _close(self, connection: _NewConnection, status: str, sentence: str = "") -> None:
        _turn_away(connection.sock, status, sentence)
        self._left(connection.place)

    def queue(self, connection: _NewConnection, head: bytes) -> None:
        """Serve a connection whose first request head has come, when its turn comes."""
        if self._admission.arriving >= _MOST_WAITING:
            self.close_soon(connection, "503 Service Unavailable", CROWD)
        else:
            self._admission.arrive(partial(self._admit, connection, head, time.monotonic()))

    def _admit(self, connection: _NewConnection, head: bytes, since_s: float) -> None:
        waited_s = time.monotonic() - since_s
        if waited_s > self.limits.handshake_timeout_s or self.stopping:
            self._close(connection, "503 Service Unavailable", "" if self.stopping else CROWD)
        elif waited_s > _PATIENCE_S and _has_hung_up(connection.sock):
            self._close(connection, "")
        else:
            # Started right here, so that the admission measures what it costs.
            greenlet: Any = Greenlet(self._serve, connection.sock, connection.address, connection.place, head)
            self.greenlets.add(greenlet)
            greenlet.switch()

    def _serve(self, sock: Socket, address: tuple[Any, ...], place: str, head: bytes) -> None:
        """Serve a connection to its end; runs in a greenlet of its own."""
        try:
            serve = self._serve_requests(sock, address, head)
            if serve is not None:
                serve()
        except Exception as error:  # noqa: BLE001  whatever failed, the connection must be counted out
            self.report("a WebSocket", error)
        finally:
            sock.close()
            self._left(place)

    def _serve_requests(
        self, sock: Socket, address: tuple[Any, ...], head: bytes
    ) -> Callable[[], None] | None:
        """Serve HTTP requests to the last one.

        Returns:
            what serves the connection after an upgrade. It must run when all that the request needed is
            freed: 15 kB of handler, environs, headers and stack, for as long as the WebSocket is open.
        """
        handler = Handler(sock, address, self, head)
        self.handlers.add(handler)
        try:
            handler.handle()
        finally:
            self.handlers.discard(handler)
        return handler.upgraded

    def _left(self, place: str) -> None:
        """Count a connection out."""
        self.count -= 1
        self._by_place[place] -= 1
        if not self._by_place[place]:
            del self._by_place[place]

    def hang_up(self) -> None:
        """Close all connections that are in no request now, and the others after their answer."""
        self.stopping = True
        self._sweeper.stop()
        for connection in list(self._new):
            connection.refuse("")
        for handler in self.handlers:
            if handler.idle and handler.socket is not None:
                try:
                    handler.socket.shutdown(socket.SHUT_RD)
                except OSError:
                    pass


def _turn_away(sock: Socket, status: str, sentence: str = "") -> None:
    """Close a connection in the event loop, without waiting for anything."""
    if status:
        try:
            raw(sock).send(refusal(status, sentence))
            raw(sock).recv(MAX_HEAD_BYTES)  # closing on unread bytes would be a reset, and lose the answer
        except OSError:
            pass
    sock.close()


def _has_hung_up(sock: Socket) -> bool:
    """Whether the peer has closed its side, having sent one request that was read already."""
    try:
        return not raw(sock).recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


class Server:
    """An HTTP and WebSocket server for one WSGI application.

    ```python
    server = Server(("0.0.0.0", 8080), app)
    gevent.signal_handler(signal.SIGTERM, server.stop)
    server.serve_forever()
    ```

    Attributes:
        port: the one that it listens on.
        stopped: set when `stop` has done its work.
    """

    def __init__(
        self,
        listen: tuple[str, int] | socket.socket,
        app: Callable[..., Any],
        *,
        limits: HttpLimits | None = None,
        on_failure: Callable[[str, Exception], None] | None = None,
        admission: Admission | None = None,
        report: Callable[[str, Exception], None] = log_failure,
    ) -> None:
        """Bind at once, so that a port in use is an error here.

        Args:
            listen: host and port; port 0 takes a free one, see `port`. Or a socket that listens already.
            app: the WSGI application.
            limits: what clients may take.
            on_failure: called with (what, error) when nothing can be accepted any more; None calls `report`.
            admission: the queues of connections that begin or end, e.g. `ClientManager.admission`.
            report: called with (what, error) when the application raises an exception.

        Raises:
            OSError: the address cannot be had.
        """
        limits = limits or HttpLimits()
        _allow_files(limits.max_connections + 256)
        self._admission = admission or Admission(report=report)
        self._listener = Listener(
            listening_socket(*listen) if isinstance(listen, tuple) else listen,
            app,
            limits,
            on_failure or report,
            self._admission,
            report,
        )
        self.port: int = self._listener.socket.getsockname()[1]
        self._stopping = False
        self.stopped = Event()

    @property
    def connections(self) -> int:
        """How many connections there are, including those that have not sent a request."""
        return self._listener.count

    def start(self) -> None:
        """Begin to accept, in this thread's event loop; returns at once."""
        self._admission.use_this_thread()
        self._listener.start()

    def serve_forever(self) -> None:
        """Serve until `stop` has done its work."""
        if not self._listener.started:
            self.start()
        self.stopped.wait()

    def stop(self, timeout: float = 5.0) -> None:
        """Accept no more, wait `timeout` seconds for requests and WebSockets to end, then cut the others.

        WebSockets only end if they are closed: call `ClientManager.close_all` first.
        """
        if self._stopping:
            self.stopped.wait()
            return
        self._stopping = True
        listener = self._listener
        listener.close()
        listener.hang_up()
        listener.greenlets.join(timeout)
        listener.greenlets.kill(block=True, timeout=2.0)
        self.stopped.set()


def _allow_files(count: int) -> None:
    """Raise the soft limit of open files to `count`, or as near to it as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= count:
        return
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < count:
        log.warning(
            "the system allows %d open files, max_connections would need %d: raise it by `ulimit -n`,"
            " or LimitNOFILE of systemd",
            wanted,
            count,
        )
