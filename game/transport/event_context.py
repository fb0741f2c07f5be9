"""Flask's request context for an event of a client, without what every event of that client has in common.

Flask-SocketIO handles each event in a new request context of the client's first request. Most of its cost
is finding out which view that request's URL belongs to, and that is always the same. Here it is found once
for each client. A signal without receivers is not sent, and teardown functions are called only if the
application has some. A handler sees exactly what it sees in Flask's own contexts.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

from flask import Flask, Request
from flask.ctx import AppContext, RequestContext
from flask.globals import _cv_app, _cv_request
from flask.signals import (
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    request_tearing_down,
)
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


class EventAppContext(AppContext):
    """An application context of Flask 3.1 for one event."""

    def push(self) -> None:
        """Make it the current one."""
        self._cv_tokens.append(_cv_app.set(self))
        if appcontext_pushed.receivers:
            appcontext_pushed.send(self.app, _async_wrapper=self.app.ensure_sync)

    def pop(self, exc: BaseException | None = None) -> None:
        """Take it away; `exc` is what the handler has raised."""
        app = self.app
        try:
            if len(self._cv_tokens) == 1 and (
                app.teardown_appcontext_funcs
                or appcontext_tearing_down.receivers
                or type(app).do_teardown_appcontext is not Flask.do_teardown_appcontext
            ):
                app.do_teardown_appcontext(exc)
        finally:
            current = _cv_app.get()
            _cv_app.reset(self._cv_tokens.pop())
        if current is not self:
            raise AssertionError(f"Popped wrong app context. ({current!r} instead of {self!r})")
        if appcontext_popped.receivers:
            appcontext_popped.send(app, _async_wrapper=app.ensure_sync)


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

    def copy(self) -> RequestContext:
        """A context of Flask's own with the same request, for `copy_current_request_context`."""
        return RequestContext(
            self.app, environ=self.request.environ, request=self.request, session=self._session
        )

    def push(self) -> None:
        """Make it the current one, with a context of its application."""
        app = self.app
        around = _cv_app.get(None)
        app_context: AppContext | None = None
        if around is None or around.app is not app:
            own = type(app).app_context is Flask.app_context
            app_context = EventAppContext(app) if own else app.app_context()
            app_context.push()
        self._cv_tokens.append((_cv_request.set(self), app_context))
        if self._session is None:
            interface = app.session_interface
            self._session = interface.open_session(app, self.request)
            if self._session is None:
                self._session = interface.make_null_session(app)

    def pop(self, exc: BaseException | None = None) -> None:
        """Take it away; `exc` is what the handler has raised."""
        app, last = self.app, len(self._cv_tokens) == 1
        try:
            if last:
                if (
                    app.teardown_request_funcs
                    or request_tearing_down.receivers
                    or type(app).do_teardown_request is not Flask.do_teardown_request
                ):
                    app.do_teardown_request(exc)
                close = getattr(type(self.request), "close", None)  # an application's class may lack it
                if close is not None and (close is not Request.close or "files" in vars(self.request)):
                    close(self.request)
        finally:
            current = _cv_request.get()
            token, app_context = self._cv_tokens.pop()
            _cv_request.reset(token)
            if last:
                current.request.environ["werkzeug.request"] = None  # it is a cycle
            if app_context is not None:
                app_context.pop(exc)
            if current is not self:
                raise AssertionError(f"Popped wrong request context. ({current!r} instead of {self!r})")
