"""Handlers of events see what they see under Flask-SocketIO, though the client's URL is looked up once."""

from typing import Any

import flask
import flask_socketio
import pytest
from flask import Flask, g, request, session, url_for
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


def sight() -> dict[str, object]:
    """What a handler may look at."""
    return {
        "endpoint": request.endpoint,
        "view_args": request.view_args,
        "rule": str(request.url_rule),
        "error": type(request.routing_exception).__name__,
        "path": request.full_path,
        "args": dict(request.args),
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
