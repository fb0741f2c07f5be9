"""Flask's request context for an event of a client, without what every event of that client has in common.

Flask-SocketIO handles each event in a new request context of the client's first request. Most of its cost
is finding out which view that request's URL belongs to, and that is always the same. Here it is found once
for each client. Everything that a handler can see is as in Flask's own context.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

from flask import Flask, Request
from flask.ctx import RequestContext
from werkzeug.datastructures import EnvironHeaders
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask.sessions import SessionMixin

SUPPORTED = version("flask").split(".")[:2] == ["3", "1"]
"""Later releases build their contexts differently: there Flask's own is used."""
_KEY = "rumpus.place"


class Place:
    """What the requests of all events of a client have in common, among it where the URL belongs."""

    __slots__ = ("copied", "parts", "urls")

    def __init__(self, app: Flask, environ: "WSGIEnvironment") -> None:
        """Find it out, as Flask does."""
        context = RequestContext(app, environ)
        self.urls: MapAdapter | None = context.url_adapter
        if context.url_adapter is not None:
            context.match_request()
        request = context.request
        if request.routing_exception is not None:  # it would keep the frames that have raised it
            request.routing_exception.__traceback__ = request.routing_exception.__context__ = None
        # A class of the application's own may count its objects, or number them.
        self.copied = type(request).__init__ is Request.__init__
        self.parts = dict(vars(request))
        # As Flask does at the end of a request, because it is a cycle; and so are these two.
        environ["werkzeug.request"] = None
        del self.parts["environ"], self.parts["headers"]

    def request(self, app: Flask, environ: "WSGIEnvironment") -> Request:
        """A new request object for an event."""
        if self.copied:
            made = object.__new__(app.request_class)
            parts = vars(made)
            parts.update(self.parts)
            parts["environ"], parts["headers"] = environ, EnvironHeaders(environ)
            return made
        made = app.request_class(environ)
        made.json_module = app.json
        for name in ("url_rule", "view_args", "routing_exception"):
            setattr(made, name, self.parts.get(name))
        return made


class EventContext(RequestContext):
    """A request context of Flask 3.1 for one event."""

    def __init__(self, app: Flask, environ: "WSGIEnvironment", session: "SessionMixin | None") -> None:
        """Make the context of an event; with a `session`, none is opened."""
        place: Place | None = environ.get(_KEY)
        if place is None:
            place = environ[_KEY] = Place(app, environ)
        self.app = app
        self.request = place.request(app, environ)
        self.url_adapter = place.urls
        self.flashes = None
        self._session = session
        self._after_request_functions = []
        self._cv_tokens = []

    def match_request(self) -> None:
        """Nothing: it has been matched."""
