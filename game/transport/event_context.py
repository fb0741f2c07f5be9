"""Flask's request context for an event of a client, without what every event of that client has in common.

Flask-SocketIO handles each event in a new request context of the client's first request. Most of its cost
is finding out which view that request's URL belongs to, and that is always the same. Here it is found once
for each client. Everything that a handler can see is as in Flask's own context.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

from flask import Flask
from flask.ctx import RequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask.sessions import SessionMixin

SUPPORTED = version("flask").split(".")[:2] == ["3", "1"]
"""Later releases build their contexts differently: there Flask's own is used."""
_KEY = "rumpus.place"


class Place:
    """Where a client's first request belongs among an application's URLs."""

    __slots__ = ("arguments", "error", "rule", "urls")

    def __init__(self, app: Flask, environ: "WSGIEnvironment") -> None:
        """Find it out, as Flask does."""
        context = RequestContext(app, environ)
        self.urls: MapAdapter | None = context.url_adapter
        if context.url_adapter is not None:
            context.match_request()
        request = context.request
        self.rule: Rule | None = request.url_rule
        self.arguments = request.view_args
        self.error: HTTPException | None = request.routing_exception
        if self.error is not None:
            self.error.__traceback__ = None  # it would keep the context
        environ["werkzeug.request"] = None  # as Flask does at the end of a request: it is a cycle


class EventContext(RequestContext):
    """A request context of Flask 3.1 for one event."""

    def __init__(self, app: Flask, environ: "WSGIEnvironment", session: "SessionMixin | None") -> None:
        """Make the context of an event; with a `session`, none is opened."""
        place: Place | None = environ.get(_KEY)
        if place is None:
            place = environ[_KEY] = Place(app, environ)
        self.app = app
        request = self.request = app.request_class(environ)
        request.json_module = app.json
        request.url_rule, request.view_args = place.rule, place.arguments
        request.routing_exception = place.error
        self.url_adapter = place.urls
        self.flashes = None
        self._session = session
        self._after_request_functions = []
        self._cv_tokens = []

    def match_request(self) -> None:
        """Nothing: it has been matched."""
