"""The Engine.IO server: python-engineio's, with our connections and one heartbeat for all of them.

python-engineio starts a greenlet for every ping of every client and another for every writer; here a single
greenlet serves all connections. The engine also answers as the protocol's own test-suite demands where
python-engineio does otherwise (no transport named, other methods, malformed bodies, two polls at once).
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import engineio
import gevent
from engineio.packet import OPEN, PING, Packet
from gevent import get_hub
from gevent.event import Event
from gevent.monkey import get_original
from gevent.socket import socket as Socket

from game.transport.admission import Admission
from game.transport.connection import Connection
from game.transport.deadlines import Deadlines
from game.transport.frames import PROTOCOL_ERROR
from game.transport.other_servers import borrow_socket, runs_in_threads
from game.transport.packets import Malformed
from game.transport.poller import Poller
from game.transport.slow_client import Flow, SlowClientLimits
from game.transport.states import State
from game.transport.upgrade import Upgrade, say_goodbye, why_no_upgrade

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from engineio import Response

_WATCH_S = 0.1
_PINGED_AT_ONCE = 500
_OVERDUE_AT_ONCE = 100
_ENDED_AT_ONCE = 10  # a whole crowd that stalls together must not cost the others a tick when it goes
_LEFT = 1000
"""How many closed sessions are remembered: a late request of one of them is not logged as an error."""
_PACE_S = 0.05
_MOST_FAILURES = 10
_PING = Packet(PING)
T = TypeVar("T")
get_ident: Callable[[], int] = get_original("_thread", "get_ident")
"""Of threads of the operating system, not of greenlets."""
NO_WEBSOCKET = (
    "this server hands no WebSocket over to the app: start it by socketio.run(app), or by "
    "`rumpus serve module:socketio`"
)
NO_GEVENT = (
    "this server runs requests in threads or one after the other, where gevent cannot wait: start the app by "
    "socketio.run(app), or by `rumpus serve module:socketio`"
)
OTHER_THREAD = "the server runs in another thread of this process, which has all its clients"
log = logging.getLogger("rumpus.transport")


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one client may take of the engine.

    Attributes:
        slow_client: when a client is slow, and too slow.
        max_payload_bytes: of one message or one POST; announced to clients; None takes the server's option.
        connect_timeout_s: a client that is in no namespace for so long is closed; None never closes it.
        message_timeout_s: a WebSocket message that has begun must be complete after this time.
        max_sessions: more are refused with 503; 0 is no limit.
        connect_burst: how many namespaces a client may enter at once; 0 is no limit.
    """

    slow_client: SlowClientLimits
    max_payload_bytes: int | None
    connect_timeout_s: float | None
    message_timeout_s: float
    max_sessions: int
    connect_burst: int


class EngineEvents(Protocol):
    """Is notified by the engine; nothing here may block."""

    def flow_changed(self, connection: Connection, flow: Flow) -> None:
        """The client has become stale, or has drained."""

    def pong(self, connection: Connection, round_trip_ms: float) -> None:
        """The client has answered a ping."""

    def heartbeat_failed(self, error: Exception) -> None:
        """No client is pinged any more."""


class Engine(engineio.Server):
    """An engineio.Server whose sockets are `Connection`s.

    Attributes:
        draining: new sessions are refused with 503; those that exist go on.
        poller: reads from all the WebSockets.
        admission: the queues of connections that begin or end.
        report: called with (what, error) when the application's code raises an exception.
    """

    def __init__(
        self,
        like: engineio.Server,
        limits: EngineLimits,
        events: EngineEvents,
        poller: Poller,
        admission: Admission,
        report: Callable[[str, Exception], None],
        log_refusals: bool = False,
    ) -> None:
        """Take the place of another engine that nobody has used.

        Args:
            like: has the options and the event handlers that this engine takes over.
            limits: replace the other engine's.
            events: is notified.
            poller: reads from all the WebSockets.
            admission: the queues of connections that begin or end.
            report: called with (what, error) when the application's code raises an exception.
            log_refusals: the first request that is refused for a reason is logged as an error.

        Raises:
            ValueError: the other engine was not made for gevent.
        """
        if like.async_mode != "gevent":
            raise ValueError(f'the transport needs async_mode="gevent", got {like.async_mode!r}')
        super().__init__(
            async_mode="gevent",
            ping_interval=(like.ping_interval, like.ping_interval_grace_period),
            ping_timeout=like.ping_timeout,
            max_http_buffer_size=(
                like.max_http_buffer_size if limits.max_payload_bytes is None else limits.max_payload_bytes
            ),
            allow_upgrades=like.allow_upgrades,
            http_compression=like.http_compression,
            compression_threshold=like.compression_threshold,
            cookie=like.cookie,
            cors_allowed_origins=like.cors_allowed_origins,
            cors_credentials=like.cors_credentials,
            logger=like.logger,
            async_handlers=like.async_handlers,
            monitor_clients=False,
            transports=like.transports,
        )
        self.handlers.update(like.handlers)
        self.draining = False
        self._has_logged = False
        self._log_refusals = log_refusals
        self.slow_client = limits.slow_client
        self.connect_burst = limits.connect_burst
        self.poller = poller
        self.admission = admission
        self.report = report
        self._limits = limits
        self._events = events
        # The heartbeat runs at most once in `_pace_s`, for all clients that are due by then; four times as
        # much less makes sure that it is never late for a client.
        self._pace_s = min(_PACE_S, self.ping_interval / 200, self.ping_timeout / 200)
        # Deadlines name sessions by id: a closed one must not stay in memory until its deadline has passed.
        self._to_ping: Deadlines[str] = Deadlines(self.ping_interval - 4 * self._pace_s)
        self._to_pong: Deadlines[tuple[str, int]] = Deadlines(self.ping_timeout - 4 * self._pace_s)
        self._to_join: Deadlines[str] = Deadlines(limits.connect_timeout_s or 0.0)
        self._to_finish: Deadlines[tuple[str, int]] = Deadlines(limits.message_timeout_s)
        self._behind: set[Connection] = set()
        self._left: deque[str] = deque(maxlen=_LEFT)
        self._watch_wakes = Event()
        self._watching = False
        self._hub: Any = None  # of the thread that serves, and that thread
        self._thread: int | None = None
        self._held = False

    # --- the thread that serves

    def use_this_thread(self) -> None:
        """Serve in this thread from now on; whichever thread has made the engine."""
        hub = get_hub()
        if hub is not self._hub:
            self._hub, self._thread = hub, get_ident()
            self._end_watch()
            self.admission.use_this_thread()

    def hold_thread(self) -> None:
        """Serve in this thread until `leave_thread`; requests in other threads are refused."""
        self.use_this_thread()
        self._held = True

    def leave_thread(self) -> None:
        """Serve in no thread any more: what is sent concerns nobody, and is done at once in any thread."""
        self._hub = self._thread = None
        self._held = False
        self._end_watch()

    def _end_watch(self) -> None:
        """Let the heartbeat begin again: an event that a greenlet waits for belongs to one thread."""
        self._watching = False
        self._watch_wakes.set()
        self._watch_wakes = Event()

    @property
    def in_other_thread(self) -> bool:
        """Whether this is called in another thread than the one that serves, which owns all sockets."""
        return self._thread is not None and get_ident() != self._thread

    def call_soon_threadsafe(self, call: Callable[[], object]) -> None:
        """Let the thread that serves call something soon, in the order of these calls; it must not wait."""
        hub = self._hub
        if hub is None:  # the server has just ended
            call()
        else:
            hub.loop.run_callback_threadsafe(call)

    def start_background_task(
        self, target: Callable[..., object], *args: object, **kwargs: object
    ) -> "gevent.Greenlet[..., object]":
        """Run `target` in a greenlet of its own; most events of clients do. Returns the greenlet."""
        return gevent.spawn(target, *args, **kwargs)

    # --- requests --------------------------------------------------------------------------------

    def handle_request(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one Engine.IO request, as WSGI."""
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        if method not in ("GET", "POST", "OPTIONS"):
            return _answer(self._bad_request("Bad method"), start_response)
        if not any(part.startswith("transport=") for part in query.split("&")):
            return _answer(self._bad_request("Transport unknown"), start_response)
        if runs_in_threads(environ):
            return _answer(self._cannot_serve(NO_GEVENT), start_response)
        asks = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        if asks and not hasattr(environ.get("wsgi.websocket"), "accept"):
            borrowed = borrow_socket(environ)
            if borrowed is None:
                return _answer(self._cannot_serve(NO_WEBSOCKET), start_response)
            answer: Iterable[bytes]
            if why_no_upgrade(environ):
                answer = _answer(self._bad_request("This is no WebSocket handshake"), start_response)
            else:
                environ["wsgi.websocket"] = borrowed
                answer = self._handle(environ, start_response)
            return borrowed.finish(answer, start_response)
        return self._handle(environ, start_response)

    def _handle(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if "wsgi.websocket" in environ:
            connection = self._named_in(query)
            if connection is not None and (connection.upgraded or connection.state is State.UPGRADING):
                # A browser learns nothing from an HTTP error here, so it gets a WebSocket that closes.
                upgrade: Upgrade = environ["wsgi.websocket"]
                upgrade.accept(_turn_away)
                return []
        return super().handle_request(environ, start_response)

    def _named_in(self, query: str) -> Connection | None:
        for part in query.split("&"):
            if part.startswith("sid="):
                return self.sockets.get(part[4:])
        return None

    def _handle_connect(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        transport: str,
        jsonp_index: int | None = None,
    ) -> "Response | Iterable[bytes]":
        if self.draining or 0 < self._limits.max_sessions <= len(self.sockets):
            return {
                "status": "503 SERVICE UNAVAILABLE",
                "headers": [("Content-Type", "text/plain"), ("Retry-After", "1")],
                "response": b"Try again",
            }
        if not self._held:
            self.use_this_thread()
        elif self.in_other_thread:
            return self._cannot_serve(OTHER_THREAD)
        if not self._watching:
            self._watching = True
            self.start_background_task(self._watch)
        sid = self.generate_id()
        connection = Connection(self, sid)
        self.sockets[sid] = connection
        connection.send(Packet(OPEN, {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingInterval": int((self.ping_interval + self.ping_interval_grace_period) * 1000),
            "pingTimeout": int(self.ping_timeout * 1000),
            "maxPayload": self.max_http_buffer_size,
        }))  # fmt: skip
        verdict = self._trigger_event("connect", sid, environ, run_async=False)
        if verdict is not None and verdict is not True:
            self.forget(connection)
            return self._unauthorized(verdict or None)
        self._schedule(self._to_ping, sid)
        self.expect_join(connection)
        if transport == "websocket":
            connection.handle_get_request(environ, start_response)
            return ()
        headers = None
        if self.cookie:
            attributes = self.cookie
            if not isinstance(attributes, dict):
                attributes = {"name": attributes, "path": "/", "SameSite": "Lax"}
            headers = [("Set-Cookie", self._generate_sid_cookie(sid, attributes))]
        return self._ok(connection.poll(), headers=headers, jsonp_index=jsonp_index)

    def _cannot_serve(self, why: str) -> "Response":
        """The answer under a server that does not do; its operator reads once what to start instead."""
        if not self._has_logged:
            self._has_logged = True
            log.error(why)
        return self._bad_request(why)

    def _ok(
        self,
        packets: list[Packet] | None = None,
        headers: list[tuple[str, str]] | None = None,
        jsonp_index: int | None = None,
    ) -> "Response":
        answer = super()._ok(packets, headers, jsonp_index)
        if packets is None:
            answer["response"] = b"ok"
        return answer

    def _log_error_once(self, message: str, message_key: str) -> None:
        """Log a refusal. A client's bad request is not our error, but the author of an app looks for it.

        The last request of a polling client may arrive after its session was closed, which is not an error.
        """
        left = message_key == "bad-sid" and message.rpartition(" ")[2] in self._left
        if self._log_refusals and not left:
            super()._log_error_once(message, message_key)
        else:
            self.logger.info(message)

    # --- what connections notify of --------------------------------------------------------------

    def message(self, connection: Connection, data: str | bytes) -> None:
        """Call the handler of messages.

        Raises:
            Malformed: it could not be understood.
        """
        handler = self.handlers.get("message")
        if handler is None:
            return
        try:
            handler(connection.sid, data)
        except Malformed:
            raise
        except Exception as error:  # noqa: BLE001  the application's fault must not end the client
            self.report("message handler", error)

    def closing(self, connection: Connection, reason: str) -> None:
        """Run the disconnect handlers; called once for each connection."""
        try:
            self._trigger_event("disconnect", connection.sid, reason, run_async=False)
        except Exception as error:  # noqa: BLE001  whatever the application does, the connection must be closed
            self.report("disconnect handler", error)

    def forget(self, connection: Connection) -> None:
        """Drop a session that is over."""
        self.sockets.pop(connection.sid, None)
        self._behind.discard(connection)
        if self._log_refusals:
            self._left.append(connection.sid)

    def flow_changed(self, connection: Connection, flow: Flow) -> None:
        """The client has become stale, or has drained."""
        self._events.flow_changed(connection, flow)

    def pong(self, connection: Connection) -> None:
        """The client has answered a ping; the next one is due in an interval."""
        if connection.awaiting_pong:
            connection.awaiting_pong = False
            self._events.pong(connection, (monotonic() - connection.pinged_s) * 1000)
            self._schedule(self._to_ping, connection.sid)

    def expect_join(self, connection: Connection) -> None:
        """The client is in no namespace, and must enter one in time."""
        if self._limits.connect_timeout_s is not None and connection.state < State.CLOSING:
            self._schedule(self._to_join, connection.sid)

    def expect_end(self, connection: Connection, begun: int) -> None:
        """The client has begun a message, and must end it in time; see `Connection.late_message`."""
        self._schedule(self._to_finish, (connection.sid, begun))

    def watch(self, connection: Connection) -> None:
        """Look at what this client has not taken every tenth of a second, until nothing is left."""
        if not self._behind:
            self._watch_wakes.set()
        self._behind.add(connection)

    # --- the heartbeat ---------------------------------------------------------------------------

    def _schedule(self, deadlines: Deadlines[T], item: T) -> None:
        if not deadlines:
            self._watch_wakes.set()
        deadlines.add(item, monotonic())

    def _watch(self) -> None:
        """Ping clients, close those that do not answer, never join or never read; one greenlet for all."""
        failures = 0  # in a row: one may be a single client's fault, which then is out of the queues
        wakes = self._watch_wakes
        while self._watching and wakes is self._watch_wakes:
            wakes.clear()
            try:
                self._look_round(monotonic())
                failures = 0
            except Exception as error:  # noqa: BLE001  the other clients need their pings
                failures += 1
                if failures >= _MOST_FAILURES:
                    self._watching = False
                    self._events.heartbeat_failed(error)
                    return
                self.report("heartbeat", error)
            wakes.wait(self._next_look())

    def _look_round(self, now: float) -> None:
        for sid in islice(self._to_ping.due(now), _PINGED_AT_ONCE):
            connection = self._living(sid)
            if connection is not None:
                connection.awaiting_pong = True
                connection.beats += 1
                connection.pinged_s = monotonic()
                self._to_pong.add((sid, connection.beats), now)
                connection.send(_PING)
        for sid, beat in islice(self._to_pong.due(now), _OVERDUE_AT_ONCE):
            connection = self._living(sid)
            if connection is not None and connection.awaiting_pong and connection.beats == beat:
                connection.end(self.reason.PING_TIMEOUT)
        for sid in islice(self._to_join.due(now), _OVERDUE_AT_ONCE):
            connection = self._living(sid)
            if connection is not None and not connection.namespaces:
                connection.end("no namespace joined", PROTOCOL_ERROR)
        for sid, begun in islice(self._to_finish.due(now), _OVERDUE_AT_ONCE):
            connection = self._living(sid)
            later = None if connection is None else connection.late_message(begun)
            if later is not None:
                self._to_finish.add((sid, later), now)
        self._look_at_slow(now)

    def _look_at_slow(self, now: float) -> None:
        ended = 0
        for connection in list(self._behind):
            if connection.slow_client.overdue(now):
                if ended < _ENDED_AT_ONCE:
                    connection.end("slow client")
                    ended += 1
            elif not connection.slow_client.queued:
                self._behind.discard(connection)

    def _living(self, sid: str) -> Connection | None:
        """The connection with that session id, or None if it is closed or closing."""
        connection = self.sockets.get(sid)
        return None if connection is None or connection.state >= State.CLOSING else connection

    def _next_look(self) -> float | None:
        queues: tuple[Deadlines[Any], ...] = (self._to_ping, self._to_pong, self._to_join, self._to_finish)
        dues = [due for due in (queue.next_due() for queue in queues) if due is not None]
        now = monotonic()
        if self._behind:
            dues.append(now + _WATCH_S)
        return max(self._pace_s, min(dues) - now) if dues else None

    def shutdown(self) -> None:
        """Stop the heartbeat; call it before the web server stops."""
        self._watching = False
        self._watch_wakes.set()


def _answer(answer: "Response", start_response: "StartResponse") -> list[bytes]:
    start_response(answer["status"], answer["headers"])
    return [answer["response"]]


def _turn_away(sock: Socket, _leftover: bytes) -> None:
    say_goodbye(sock, PROTOCOL_ERROR, "this session has its WebSocket already")
