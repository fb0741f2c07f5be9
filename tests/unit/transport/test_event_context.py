"""Handlers of events see what they see under Flask-SocketIO, though the client's URL is looked up once."""

import gc
import weakref
from contextlib import suppress
from typing import Any

import flask
import flask_socketio
import pytest
from flask import Flask, Request, g, request, session, url_for
from flask.ctx import RequestContext
from werkzeug.test import EnvironBuilder

from game.transport import SocketIO
from game.transport.event_context import SUPPORTED, EventContext


@pytest.fixture
def app() -> Flask:
    app = Flask("app")
    app.secret_key = "a secret"
    app.add_url_rule("/tea/<int:cup>", "tea", str)
    return app


def environ(path: str = "/socket.io/", cookie: str = "") -> dict[str, Any]:
    made = EnvironBuilder(path=path, query_string="EIO=4&transport=websocket", headers=[("Cookie", cookie)])
    return made.get_environ()


def test_a_context_of_an_event_has_the_parts_of_flasks_own(app: Flask) -> None:
    assert SUPPORTED, (
        "the version of Flask that is installed: adapt event_context.py, or leave it to the library"
    )
    assert set(vars(EventContext(app, environ(), None))) == set(vars(RequestContext(app, environ())))


class Numbered(Request):
    """A request class of an application that has its own idea of a new request."""

    made = 0

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        Numbered.made += 1
        self.number = Numbered.made


def test_the_request_of_an_event_has_the_parts_of_flasks_own(app: Flask) -> None:
    with app.request_context(environ("/tea/7")) as context:
        expected = set(vars(context.request)) - {"cookies"}  # which opening the session reads
    shared = environ("/tea/7")
    for _ in range(2):
        made = EventContext(app, shared, None).request
        assert set(vars(made)) == expected
        assert made.environ is shared


def test_a_request_class_of_the_application_makes_its_requests_itself(app: Flask) -> None:
    app.request_class = Numbered
    shared = environ("/tea/7")
    before = Numbered.made
    requests = [EventContext(app, shared, None).request for _ in range(3)]
    assert [one.number for one in requests] == [before + 2, before + 3, before + 4]  # type: ignore[attr-defined]
    assert requests[2].view_args == {"cup": 7}


def test_two_events_of_a_client_at_the_same_time_do_not_share_a_request(app: Flask) -> None:
    shared = environ("/socket.io/", "flavour=green")
    one, other = EventContext(app, shared, None), EventContext(app, shared, None)
    one.request.sid = "one"  # type: ignore[attr-defined]
    assert not hasattr(other.request, "sid")
    assert dict(one.request.cookies) == dict(other.request.cookies) == {"flavour": "green"}


def test_nothing_of_a_client_is_left_to_the_garbage_collector(app: Flask) -> None:
    """A request's environ may hold the socket of another server."""

    class Held:
        pass

    shared = environ()
    held = shared["gunicorn.socket"] = Held()
    gone = weakref.ref(held)
    gc.disable()
    try:
        for _ in range(2):
            with EventContext(app, shared, None):
                sight()
        del held, shared
        assert gone() is None
    finally:
        gc.enable()


def sight() -> dict[str, object]:
    """What a handler may look at."""
    return {
        "endpoint": request.endpoint,
        "view_args": request.view_args,
        "rule": str(request.url_rule),
        "error": type(request.routing_exception).__name__,
        "path": request.full_path,
        "args": dict(request.args),
        "headers": sorted(request.headers),
        "address": request.remote_addr,
        "json": request.json_module is flask.current_app.json,
        "cookies": dict(request.cookies),
        "session": dict(session),
        "url": url_for("tea", cup=3),
        "external": url_for("tea", cup=3, _external=True),
        "left": getattr(g, "left", None),
        "app": flask.current_app.name,
    }


@pytest.mark.parametrize("path", ["/socket.io/", "/tea/7"])
def test_it_shows_what_flasks_own_shows_again_and_again(app: Flask, path: str) -> None:
    shared = environ(path, "flavour=green")
    with app.request_context(environ(path, "flavour=green")):
        expected = sight()
    for _ in range(3):
        with EventContext(app, shared, None):
            assert sight() == expected
            g.left = "something"
        assert not flask.has_request_context()


def test_a_teardown_and_what_follows_a_request_run_for_each_event(app: Flask) -> None:
    ended: list[BaseException | None] = []
    app.teardown_request(ended.append)
    shared = environ()
    for _ in range(2):
        with EventContext(app, shared, None):
            pass
    with pytest.raises(KeyError), EventContext(app, shared, None):
        raise KeyError("tea")
    assert [type(one) for one in ended] == [type(None), type(None), KeyError]


@pytest.mark.parametrize("manage_session", [True, False])
@pytest.mark.parametrize("kind", [flask_socketio.SocketIO, SocketIO])
def test_a_session_is_kept_from_event_to_event_as_under_flask_socketio(
    app: Flask, kind: type[flask_socketio.SocketIO], manage_session: bool
) -> None:
    socketio = kind(app, manage_session=manage_session, async_mode="gevent")
    seen: list[object] = []

    @socketio.on("add")
    def add(number: int) -> int:
        session["sum"] = session.get("sum", 0) + number
        seen.append((request.event["message"], request.event["args"], request.namespace))  # type: ignore[attr-defined]
        return int(session["sum"])

    @socketio.on_error_default
    def failed(error: Exception) -> str:
        return f"failed: {error} {request.event['message']}"  # type: ignore[attr-defined]

    @socketio.on("fail")
    def fail() -> None:
        raise ValueError("on purpose")

    client = socketio.test_client(app)
    assert [client.emit("add", number, callback=True) for number in (1, 2, 3)] == (
        [1, 3, 6] if manage_session else [1, 2, 3]
    )
    assert client.emit("fail", callback=True) == "failed: on purpose fail"
    assert seen == [("add", (1,), "/"), ("add", (2,), "/"), ("add", (3,), "/")]


class Watched(Flask):
    """An application that looks at the ends of its contexts itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.ends: list[str] = []

    def do_teardown_request(self, *arguments: Any) -> None:
        self.ends.append("request")
        super().do_teardown_request(*arguments)

    def do_teardown_appcontext(self, *arguments: Any) -> None:
        self.ends.append("application")
        super().do_teardown_appcontext(*arguments)


@pytest.mark.parametrize("raised", [None, KeyError("tea")])
def test_signals_and_teardowns_come_in_flasks_order(raised: KeyError | None) -> None:
    signals = (
        flask.appcontext_pushed,
        flask.request_tearing_down,
        flask.appcontext_tearing_down,
        flask.appcontext_popped,
    )

    def heard(make: type[RequestContext], *more: Any) -> list[str]:
        app = Watched("app")
        app.teardown_request(lambda error: app.ends.append(f"teardown of a request: {error!r}"))
        app.teardown_appcontext(lambda error: app.ends.append(f"teardown of a context: {error!r}"))
        listeners = [
            lambda sender, name=one.name, exc=None, **_: sender.ends.append(f"{name} {exc!r}")
            for one in signals
        ]
        for one, listener in zip(signals, listeners, strict=True):
            one.connect(listener, app)
        with suppress(KeyError), make(app, environ(), *more):
            with app.app_context():
                app.ends.append("inside")
            if raised is not None:
                raise raised
        return app.ends

    expected = heard(RequestContext)
    assert len(expected) > 8
    assert heard(EventContext, None) == expected


def test_a_context_around_the_event_is_kept(app: Flask) -> None:
    with app.app_context():
        g.outer = "there"
        with EventContext(app, environ(), None):
            assert g.outer == "there"
        assert g.outer == "there"
    assert not flask.has_app_context()


@pytest.mark.parametrize("kind", [flask_socketio.SocketIO, SocketIO])
def test_a_task_that_copies_the_context_sees_the_event(
    app: Flask, kind: type[flask_socketio.SocketIO]
) -> None:
    socketio = kind(app, async_mode="gevent")
    seen: list[tuple[object, ...]] = []

    @socketio.on("begin")
    def begin() -> None:
        @flask.copy_current_request_context
        def go_on() -> None:
            now: Any = request
            seen.append((now.sid, now.event["message"], now.path, session["n"]))

        session["n"] = len(seen)
        socketio.start_background_task(go_on).join()

    client = socketio.test_client(app)
    for _ in range(3):
        client.emit("begin")
    assert [one[1:] for one in seen] == [("begin", "/socket.io", n) for n in range(3)]
