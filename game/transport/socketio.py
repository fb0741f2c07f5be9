"""Flask-SocketIO on this transport: `from game.transport import SocketIO` in place of `from flask_socketio`.

Everything is Flask-SocketIO's own but what carries it: the engine, the way of an emit to its receivers, and
the server that `run` starts. What an app asks for and cannot have here is one error that says what to do.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

import flask_socketio
import gevent
from flask import Flask
from socketio.exceptions import ConnectionRefusedError as SocketIORefused
from werkzeug._reloader import run_with_reloader
from werkzeug.debug import DebuggedApplication

from game.transport.event_context import SUPPORTED, EventContext
from game.transport.frames import GOING_AWAY
from game.transport.manager import ClientManager
from game.transport.message_queue import QueueManager
from game.transport.recovery import RecoveryLimits
from game.transport.server import HttpLimits, Server
from game.transport.slow_client import SlowClientLimits

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["SocketIO"]

DEFAULT_LIMITS = HttpLimits(
    max_connections=0,
    max_connections_per_address=0,
    body_timeout_s=60.0,
    send_timeout_s=60.0,
    min_body_rate=1024,
    max_body_bytes=0,
    chunked_bodies=True,
)
"""What clients of an app may take of its server unless it sets limits: as much as under Flask-SocketIO's."""
DEFAULT_SLOW_CLIENT = SlowClientLimits(
    max_queued_bytes=1 << 20, max_unsent_s=20.0, close_after_s=25.0, max_total_bytes=16 << 20
)
"""When a client is closed that does not read: later than under Rumpus, which sends states."""
_TLS = (
    "keyfile",
    "certfile",
    "ssl_context",
    "ca_certs",
    "server_side",
    "ssl_version",
    "cert_reqs",
    "ciphers",
)


class SocketIO(flask_socketio.SocketIO):
    """A flask_socketio.SocketIO whose clients are served by this transport.

    It takes the arguments of Flask-SocketIO's class, and these:

    Args:
        app: the Flask application; None if `init_app` is called later, or for a process that only emits.
        kwargs: `slow_client`, a `SlowClientLimits`: when a client that does not read is closed.
            `http_limits`, an `HttpLimits`: what clients may take of the server that `run` starts.
            `connection_state_recovery`, True or a `RecoveryLimits`: clients that were away for a moment get
            what they missed. Each event then has one more argument, its offset.

    Raises:
        ValueError: an option that this transport does not have.
    """

    def __init__(self, app: Flask | None = None, **kwargs: Any) -> None:  # noqa: ANN401  as the base class
        self._http_limits: HttpLimits = kwargs.pop("http_limits", DEFAULT_LIMITS)
        self._slow_client: SlowClientLimits = kwargs.pop("slow_client", DEFAULT_SLOW_CLIENT)
        recovery = kwargs.pop("connection_state_recovery", None)
        self._recovery: RecoveryLimits | None = RecoveryLimits() if recovery is True else recovery or None
        self._running: Server | None = None
        self._own_manager: object = None  # that no argument has given
        super().__init__(app, **kwargs)

    def init_app(self, app: Flask | None, **kwargs: Any) -> None:  # noqa: ANN401  as the base class
        """Serve an app; see the class.

        Raises:
            ValueError: an option that this transport does not have.
        """
        if self.server_options.get("client_manager") is self._own_manager:
            self.server_options.pop("client_manager", None)  # an earlier call's
        options = {**self.server_options, **kwargs}
        is_given = options.get("client_manager") is not None
        if app is not None:
            mode = options.get("async_mode") or "gevent"
            if mode != "gevent":
                raise ValueError(f'this transport needs async_mode="gevent", got {mode!r}')
            kwargs["async_mode"] = mode
            kwargs["client_manager"] = manager = self._make_manager(options)
            if not is_given:
                manager.log_refusals = True
            self.server_options.pop("client_manager", None)
            for name in ("message_queue", "channel"):
                kwargs.pop(name, None)
                self.server_options.pop(name, None)
        super().init_app(app, **kwargs)
        if "message_queue" in options:
            self.server_options["message_queue"] = options["message_queue"]  # for a later call
        if not is_given:
            self._own_manager = self.server_options.get("client_manager")

    def _make_manager(self, options: dict[str, Any]) -> ClientManager:
        given, url = options.get("client_manager"), options.get("message_queue")
        if given is not None:
            if not isinstance(given, ClientManager):
                raise ValueError(
                    f"client_manager must be a game.transport.ClientManager, got {type(given).__name__}; "
                    "for a queue give message_queue and leave client_manager out"
                )
            if url:
                raise ValueError("give client_manager or message_queue, not both")
            return given
        if not url:
            return ClientManager(
                self._slow_client, connect_timeout_s=None, connect_burst=0, recovery=self._recovery
            )
        return QueueManager(
            str(url),
            channel=options.get("channel", "flask-socketio"),
            redis_options=options.get("redis_options"),
            slow_client=self._slow_client,
            recovery=self._recovery,
        )

    # hot: once for each event of a client; guarded by bench.drop_in
    def _handle_event(
        self, handler: Callable[..., object], message: str, namespace: str, sid: str, *args: object
    ) -> object:
        """Call a handler in a request context, as Flask-SocketIO does.

        Returns:
            what the handler has returned.

        Raises:
            TimeoutError: in place of gevent's Timeout, which is no Exception: nothing that takes care of a
                handler's failure would see it, and it would end the client.
        """
        try:
            return self._call_handler(handler, message, namespace, sid, *args)
        except gevent.Timeout as error:
            raise TimeoutError(f"a handler has taken too long: {error}") from error

    def _call_handler(
        self, handler: Callable[..., object], message: str, namespace: str, sid: str, *args: object
    ) -> object:
        environ = self.server.get_environ(sid, namespace=namespace)
        if not SUPPORTED or not environ or message in ("connect", "disconnect"):
            return super()._handle_event(handler, message, namespace, sid, *args)
        if type(environ["flask.app"]).request_context is not Flask.request_context:  # it has its own
            return super()._handle_event(handler, message, namespace, sid, *args)
        session = environ.get("saved_session") if self.manage_session else None
        if session is None and self.manage_session:  # the library makes it, at a client's first event
            return super()._handle_event(handler, message, namespace, sid, *args)
        app: Flask = environ["flask.app"]
        with EventContext(app, environ, session) as context:
            request: Any = context.request
            request.sid, request.namespace = sid, namespace
            request.event = {"message": message, "args": args}
            opened = context.session
            try:
                answer = handler(*args)
            except SocketIORefused:
                raise
            except Exception as error:
                on_error = self.exception_handlers.get(namespace, self.default_exception_handler)
                if on_error is None:
                    raise
                return on_error(error)
            if not self.manage_session and getattr(opened, "modified", True):
                app.session_interface.save_session(app, opened, app.response_class())
            return answer

    @property
    def manager(self) -> ClientManager:
        """What carries events to clients; see its fast calls."""
        if self.server is None:
            raise RuntimeError("there is no app yet: give it to SocketIO(app), or call init_app(app)")
        found = self.server.manager
        assert isinstance(found, ClientManager)
        return found

    def run(
        self,
        app: Flask,
        host: str | None = None,
        port: int | None = None,
        **kwargs: Any,  # noqa: ANN401  as the base class
    ) -> None:
        """Serve until `stop`, as Flask-SocketIO's `run` does with gevent.

        Args:
            app: the Flask application.
            host: where to listen; None is 127.0.0.1.
            port: None takes that of the setting SERVER_NAME, else 5000.
            kwargs: `debug`, `use_reloader`, `reloader_options`, `extra_files` and `log_output` as in
                Flask-SocketIO.

        Raises:
            ValueError: an option that this server does not have.
            OSError: the address cannot be had.
        """
        debug = bool(kwargs.pop("debug", app.debug))
        log_output = bool(kwargs.pop("log_output", debug))
        use_reloader = bool(kwargs.pop("use_reloader", debug))
        reloader_options = dict(kwargs.pop("reloader_options", None) or {})
        extra_files = kwargs.pop("extra_files", None)
        if extra_files:
            reloader_options["extra_files"] = extra_files
        kwargs.pop("allow_unsafe_werkzeug", None)  # it is never Werkzeug's
        if any(kwargs.get(name) is not None for name in _TLS):
            raise ValueError(
                "this server speaks no TLS: let nginx, Caddy or a load balancer end it, and leave out "
                "keyfile and certfile"
            )
        unknown = [name for name, value in kwargs.items() if value is not None]
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ValueError(f"run() has no option {names} here; limits are set by http_limits")
        address = (host or "127.0.0.1", _port(app, port))
        app.debug = debug
        if debug:
            self.sockio_mw.wsgi_app = DebuggedApplication(self.sockio_mw.wsgi_app, evalex=True)

        def serve() -> None:
            self.serve(address, log_output=log_output)

        if use_reloader:
            run_with_reloader(serve, **reloader_options)
        else:
            serve()

    def serve(
        self,
        listen: tuple[str, int] | socket.socket,
        *,
        log_output: bool = False,
        on_listening: Callable[[], None] | None = None,
    ) -> None:
        """Serve until `stop`.

        Args:
            listen: host and port, or a socket that listens already.
            log_output: print a line for each request.
            on_listening: called when clients are served.

        Raises:
            OSError: the address cannot be had.
        """
        manager = self.manager
        manager.hold_thread()
        manager.draining = False  # it may have been stopped before
        app: Flask = self.sockio_mw.flask_app
        if not app.debug and "GEVENT_TRACK_GREENLET_TREE" not in os.environ:
            gevent.config.track_greenlet_tree = False  # a look at the stack for each event, for debuggers
        failed: list[Exception] = []

        def fail(_what: str, error: Exception) -> None:
            failed.append(error)
            self.stop()  # only begins it: this is called from the event loop

        manager.on_failure = fail
        served = _logged(app) if log_output else app
        self._running = Server(
            listen, served, limits=self._http_limits, on_failure=fail, admission=manager.admission
        )
        self.wsgi_server = self._running
        if isinstance(manager, QueueManager):
            manager.initialize()  # clients that come back may ask for what was emitted before
        try:
            self._running.start()
            if on_listening is not None:
                on_listening()
            self._running.serve_forever()
            if isinstance(manager, QueueManager):
                manager.finish()
        finally:
            self._running = None
            manager.leave_thread()
        if failed:
            raise failed[0]

    def stop(self) -> None:
        """End `run` soon: new clients are refused, and those that are connected are closed.

        It may be called from a handler, which is answered before the server ends, and from any thread.
        """
        if self._running is not None:
            running, manager = self._running, self.manager

            def stop() -> None:
                manager.close_all("server shutdown", GOING_AWAY)
                # In a greenlet of its own: the caller's may be one of those that the server waits for.
                gevent.spawn(running.stop)

            manager.in_loop(stop)


def _port(app: Flask, port: int | None) -> int:
    if port is not None:
        return port
    name = str(app.config.get("SERVER_NAME") or "")
    return int(name.rsplit(":", 1)[1]) if ":" in name else 5000


def _logged(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """An application that prints a line for each request, when its answer begins."""

    def logged(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        begun = perf_counter()

        def started(status: str, headers: list[tuple[str, str]], *more: object) -> Callable[[bytes], object]:
            path = environ.get("PATH_INFO", "")
            query = environ.get("QUERY_STRING", "")
            line = f"{environ['REQUEST_METHOD']} {path}{'?' if query else ''}{query}"
            now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
            took = perf_counter() - begun
            sys.stderr.write(
                f'{environ.get("REMOTE_ADDR", "-")} - - [{now}] "{line}" {status[:3]} {took:.6f}\n'
            )
            return start_response(status, headers, *more)  # type: ignore[arg-type]  # as it came

        return app(environ, started)

    return logged
