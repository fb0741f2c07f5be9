"""The Engine.IO server: python-engineio's, with our sessions, our WebSockets and one heartbeat for all.

python-engineio starts a greenlet for every ping of every client and another for every writer; here a single
greenlet watches over all sessions. It also answers as the protocol's own test-suite demands where
python-engineio does otherwise (no transport named, other methods, malformed bodies, two polls at once).
"""

from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any

import engineio
from engineio.packet import OPEN, PING, Packet
from gevent.event import Event
from gevent.socket import socket as Socket

from game import error_log
from game.transport.admission import Admission
from game.transport.connection import Session
from game.transport.deadlines import Deadlines
from game.transport.frames import PROTOCOL_ERROR, close_frame
from game.transport.packets import Malformed
from game.transport.poller import Intake
from game.transport.slow_client import Flow, SlowClient
from game.transport.websocket import Upgrade

if TYPE_CHECKING:
    from game.transport.manager import Fanout

_WATCH_S = 0.1
_PINGED_AT_ONCE = 500
_OVERDUE_AT_ONCE = 100
_ENDED_AT_ONCE = 10  # a whole crowd that stalls together must not cost the others a tick when it goes
_PACE_S = 0.05
_MOST_FAILURES = 10
_PING = Packet(PING)


class Engine(engineio.Server):
    """An engineio.Server whose sockets are `Session`s.

    `adopt` turns a server that python-socketio has already made into one of these: that is the only hook
    that Flask-SocketIO leaves.

    Attributes:
        draining: new sessions are refused with 503; those that exist go on.
        intake: reads from all the WebSockets.
        admission: the line of those who come and go.
    """

    draining: bool
    slow_client: SlowClient
    intake: Intake
    admission: Admission
    _fanout: "Fanout"
    _pace_s: float
    # Deadlines name sessions by id: a closed session must not stay in memory until its deadline has passed.
    _to_ping: Deadlines[str]
    _to_pong: Deadlines[tuple[str, int]]
    _to_join: Deadlines[str]
    _to_finish: Deadlines[tuple[str, int]]
    _behind: set[Session]
    _watch_wakes: Event
    _watching: bool

    @classmethod
    def adopt(cls, server: engineio.Server, fanout: "Fanout") -> "Engine":
        """Make an Engine of `server`, in place.

        Raises:
            ValueError: it was not made for gevent.
        """
        if server.async_mode != "gevent":
            raise ValueError(f'the transport needs async_mode="gevent", got {server.async_mode!r}')
        server.__class__ = cls
        engine: Engine = server
        engine._fanout = fanout
        engine.draining = False
        engine.slow_client = fanout.slow_client
        engine.max_http_buffer_size = fanout.max_payload_bytes
        # The heartbeat turns at most once per pace, for all who are due by then; four paces less make
        # sure that it is never late for anyone.
        engine._pace_s = min(_PACE_S, engine.ping_interval / 200, engine.ping_timeout / 200)
        engine._to_ping = Deadlines(engine.ping_interval - 4 * engine._pace_s)
        engine._to_pong = Deadlines(engine.ping_timeout - 4 * engine._pace_s)
        engine._to_join = Deadlines(fanout.connect_timeout_s or 0.0)
        engine._to_finish = Deadlines(fanout.message_timeout_s)
        engine.intake = fanout.intake
        engine.admission = fanout.admission
        engine._behind = set()
        engine._watch_wakes = Event()
        engine._watching = False
        return engine

    # --- requests --------------------------------------------------------------------------------

    def handle_request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one Engine.IO request, as WSGI."""
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        if method not in ("GET", "POST", "OPTIONS"):
            return _answer(self._bad_request("Bad method"), start_response)
        if not any(part.startswith("transport=") for part in query.split("&")):
            return _answer(self._bad_request("Transport unknown"), start_response)
        if "wsgi.websocket" in environ:
            session = self._named_in(query)
            if session is not None and (session.upgraded or session.upgrading):
                # A browser learns nothing from an HTTP error here, so it gets a WebSocket that closes.
                upgrade: Upgrade = environ["wsgi.websocket"]
                upgrade.accept(_turn_away)
                return []
        return super().handle_request(environ, start_response)

    def _named_in(self, query: str) -> Session | None:
        for part in query.split("&"):
            if part.startswith("sid="):
                session: Session | None = self.sockets.get(part[4:])
                return session
        return None

    def _handle_connect(
        self, environ: dict[str, Any], start_response: Any, transport: str, jsonp_index: int | None = None
    ) -> Any:
        if self.draining or 0 < self._fanout.max_sessions <= len(self.sockets):
            return {
                "status": "503 SERVICE UNAVAILABLE",
                "headers": [("Content-Type", "text/plain"), ("Retry-After", "1")],
                "response": b"Try again",
            }
        if not self._watching:
            self._watching = True
            self.start_background_task(self._watch)
        sid = self.generate_id()
        session = Session(self, sid)
        self.sockets[sid] = session
        session.send(Packet(OPEN, {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingInterval": int((self.ping_interval + self.ping_interval_grace_period) * 1000),
            "pingTimeout": int(self.ping_timeout * 1000),
            "maxPayload": self.max_http_buffer_size,
        }))  # fmt: skip
        verdict = self._trigger_event("connect", sid, environ, run_async=False)
        if verdict is not None and verdict is not True:
            self.forget(session)
            return self._unauthorized(verdict or None)
        self._schedule(self._to_ping, sid)
        self.expect_join(session)
        if transport == "websocket":
            return session.handle_get_request(environ, start_response)
        session.connected = True
        headers = None
        if self.cookie:
            attributes = self.cookie
            if not isinstance(attributes, dict):
                attributes = {"name": attributes, "path": "/", "SameSite": "Lax"}
            headers = [("Set-Cookie", self._generate_sid_cookie(sid, attributes))]
        return self._ok(session.poll(), headers=headers, jsonp_index=jsonp_index)

    def _ok(self, packets: Any = None, headers: Any = None, jsonp_index: int | None = None) -> Any:
        answer = super()._ok(packets, headers, jsonp_index)
        if packets is None:
            answer["response"] = b"ok"
        return answer

    def _log_error_once(self, message: str, message_key: str) -> None:
        """A stranger's bad request is not our error."""
        self.logger.info(message)

    # --- what sessions tell ----------------------------------------------------------------------

    def message(self, session: Session, data: str | bytes) -> None:
        """Hand a message to whoever handles them.

        Raises:
            Malformed: it could not be understood.
        """
        handler = self.handlers.get("message")
        if handler is None:
            return
        try:
            handler(session.sid, data)
        except Malformed:
            raise
        except Exception as error:
            error_log.report("message handler", error)

    def closing(self, session: Session, reason: str) -> None:
        """Tell the disconnect handlers; called once for each session."""
        try:
            self._trigger_event("disconnect", session.sid, reason, run_async=False)
        except Exception as error:
            error_log.report("disconnect handler", error)

    def forget(self, session: Session) -> None:
        """Drop a session that is over."""
        self.sockets.pop(session.sid, None)
        self._behind.discard(session)

    def transport_changed(self, session: Session) -> None:
        """The session has moved to a WebSocket."""
        self._fanout.membership_changed(session)

    def flow_changed(self, session: Session, flow: Flow) -> None:
        """The session has become stale, or has drained."""
        self._fanout.flow_changed(session, flow)

    def pong(self, session: Session) -> None:
        """The client has answered a ping; the next one is due in an interval."""
        if session.awaiting_pong:
            session.awaiting_pong = False
            self._fanout.pong(session, (monotonic() - session.pinged_s) * 1000)
            self._schedule(self._to_ping, session.sid)

    def expect_join(self, session: Session) -> None:
        """The session is in no namespace: it should not stay so."""
        if self._fanout.connect_timeout_s is not None and not session.closing:
            self._schedule(self._to_join, session.sid)

    def expect_end(self, session: Session, begun: int) -> None:
        """The session's client has begun a message, and must end it in time; see `Session.late_message`."""
        self._schedule(self._to_finish, (session.sid, begun))

    def watch(self, session: Session) -> None:
        """Look at this session's backlog every tenth of a second, until it is gone."""
        if not self._behind:
            self._watch_wakes.set()
        self._behind.add(session)

    # --- the heartbeat ---------------------------------------------------------------------------

    def _schedule(self, deadlines: Deadlines[Any], item: Any) -> None:
        if not deadlines:
            self._watch_wakes.set()
        deadlines.add(item, monotonic())

    def _watch(self) -> None:
        """Ping, miss pongs, close who never joined or never reads; one greenlet for all sessions."""
        failures = 0  # in a row: one may be a session's fault, which then is out of the queues
        while self._watching:
            self._watch_wakes.clear()
            try:
                self._look_round(monotonic())
                failures = 0
            except Exception as error:
                failures += 1
                if failures >= _MOST_FAILURES:
                    self._watching = False
                    self._fanout.on_failure("heartbeat", error)
                    return
                error_log.report("heartbeat", error)
            self._watch_wakes.wait(self._next_look())

    def _look_round(self, now: float) -> None:
        for sid in islice(self._to_ping.due(now), _PINGED_AT_ONCE):
            session = self._open_session(sid)
            if session is not None:
                session.awaiting_pong = True
                session.beats += 1
                session.pinged_s = monotonic()
                self._to_pong.add((sid, session.beats), now)
                session.send(_PING)
        for sid, beat in islice(self._to_pong.due(now), _OVERDUE_AT_ONCE):
            session = self._open_session(sid)
            if session is not None and session.awaiting_pong and session.beats == beat:
                session.end(self.reason.PING_TIMEOUT)
        for sid in islice(self._to_join.due(now), _OVERDUE_AT_ONCE):
            session = self._open_session(sid)
            if session is not None and not session.namespaces:
                session.end("no namespace joined", PROTOCOL_ERROR)
        for sid, begun in islice(self._to_finish.due(now), _OVERDUE_AT_ONCE):
            session = self._open_session(sid)
            later = None if session is None else session.late_message(begun)
            if later is not None:
                self._to_finish.add((sid, later), now)
        ended = 0
        for session in list(self._behind):
            if session.backlog.overdue(now):
                if ended < _ENDED_AT_ONCE:
                    session.end("slow client")
                    ended += 1
            elif not session.backlog.queued:
                self._behind.discard(session)

    def _open_session(self, sid: str) -> Session | None:
        """The session with that id, or None if it is closed or closing."""
        session: Session | None = self.sockets.get(sid)
        return None if session is None or session.closing or session.closed else session

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


def _answer(answer: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response(answer["status"], answer["headers"])
    return [answer["response"]]


def _turn_away(sock: Socket, _leftover: bytes) -> None:
    try:
        sock.sendall(close_frame(PROTOCOL_ERROR, "this session has its WebSocket already"))
    except OSError:
        pass
