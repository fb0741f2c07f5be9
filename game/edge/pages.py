"""The pages: the built client, health checks for load balancers, and metrics."""

import hmac
import ipaddress
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from flask_talisman import Talisman

from game.edge.assets import Asset, Assets, make_asset, respond
from game.edge.bundles import Bundles
from game.edge.match_pages import MatchPages
from game.edge.origins import requested_hosts
from game.edge.room_pages import RoomPages
from game.protocol.declarations import json_schema
from game.transport.addresses import is_loopback

CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "connect-src": "'self'",
    "img-src": ["'self'", "data:", "blob:"],
    "media-src": ["'self'", "blob:"],  # films of replays, made in the browser
    "worker-src": ["'self'", "blob:"],
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

NOT_BUILT = """<!doctype html><meta charset=utf-8><title>Rumpus</title>
<p>The server runs, but its pages are not built yet. Run <code>make play</code>, or
<code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, and reload."""


NO_METRICS = (
    "Only this machine may read the metrics. Request them from here without a proxy, or set ops.metrics_token"
    " and send it as a bearer token.\n"
)
UNAUTHORISED = (
    "The metrics need the token of ops.metrics_token. Send it as a header: Authorization: Bearer TOKEN\n"
)
_FORWARDED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def may_read_metrics(environ: dict[str, Any], token: str) -> bool:
    """Whether a request may read the metrics: with the token or, if none is set, from this machine."""
    if token:
        scheme, _, given = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    here = is_loopback(str(environ.get("REMOTE_ADDR", "")))
    return here and not was_forwarded(environ) and not _names_a_site(str(environ.get("HTTP_HOST", "")))


def _names_a_site(host: str) -> bool:
    """Whether a Host header names a site of the internet: neither an address nor a name of one word.

    A stranger's page can make a browser here ask for a name that leads to this machine (DNS rebinding): such
    a name is no proof of where the request comes from.

    Args:
        host: the header, with or without a port.

    Returns:
        Whether it does.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return "." in name.lower().removesuffix(".").removesuffix(".localhost")
    return False


def was_forwarded(environ: dict[str, Any]) -> bool:
    """Whether a header shows that a proxy has forwarded this request."""
    return any(name in environ for name in _FORWARDED)


@cache
def protocol_schema() -> Asset:
    """The JSON Schema of the protocol, as `/protocol.json`."""
    return make_asset("protocol.json", json_schema(), forever=False)


def make_app(
    assets: Assets,
    bundles: Bundles,
    ready: Callable[[], bool],
    metrics: Callable[[], bytes] | None,
    sees_redis: Callable[[], bool] | None = None,
    *,
    metrics_token: str = "",
    trusted_proxies: int = 0,
    matches: MatchPages | None = None,
    rooms: RoomPages | None = None,
    wait_for_turn: Callable[[], None] | None = None,
) -> Flask:
    """Make the Flask app.

    Args:
        assets: the files of the built client.
        bundles: the rules documents.
        ready: whether new players may connect to this worker.
        metrics: renders the metrics; None switches them off.
        sees_redis: whether Redis answers this worker, for workers that it does not answer; None for a worker
            that is alone.
        metrics_token: the setting `ops.metrics_token`.
        trusted_proxies: the setting `server.trusted_proxies`.
        matches: the pages of kept matches; None leaves them out.
        rooms: what links to rooms show elsewhere; None: nothing.
        wait_for_turn: see `MatchPages.add_to`.

    Returns:
        the app, without Socket.IO.
    """
    app = Flask("rumpus", static_folder=None)
    _add_security(app, trusted_proxies)
    _add_health(app, ready, sees_redis)
    if metrics is not None:
        _add_metrics(app, metrics, metrics_token)
    if matches is not None:
        matches.add_to(app, wait_for_turn)
    if rooms is not None:
        rooms.add_to(app)
    _add_files(app, assets, bundles, rooms)
    return app


def _add_security(app: Flask, trusted_proxies: int) -> None:
    @app.after_request  # runs after Talisman's, which is registered later
    def allow_own_sockets(response: Response) -> Response:
        # 'self' does not cover WebSockets in every browser, so this host is named.
        hosts = requested_hosts(request.environ, trusted_proxies)
        sockets = "".join(f" ws://{host} wss://{host}" for host in hosts)
        policy = response.headers.get("Content-Security-Policy", "")
        policy = policy.replace("connect-src 'self'", "connect-src 'self'" + sockets)
        response.headers["Content-Security-Policy"] = policy
        return response

    Talisman(
        app,
        force_https=False,
        strict_transport_security=False,
        session_cookie_secure=False,
        content_security_policy=CONTENT_POLICY,
        frame_options="DENY",
        referrer_policy="no-referrer",
        permissions_policy={"camera": "()", "microphone": "()", "geolocation": "()"},
    )

    @app.after_request
    def isolate(response: Response) -> Response:
        # A page may share memory with its workers only if it loads nothing of other sites.
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        return response


def _add_health(app: Flask, ready: Callable[[], bool], sees_redis: Callable[[], bool] | None) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(ok=True)

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        return (jsonify(ready=True), 200) if ready() else (jsonify(ready=False), 503)

    if sees_redis is not None:

        @app.get("/clusterz")
        def clusterz() -> Response:
            if was_forwarded(request.environ):  # other workers connect directly, without a proxy
                abort(404)
            return jsonify(redis=sees_redis())


def _add_metrics(app: Flask, metrics: Callable[[], bytes], token: str) -> None:
    @app.get("/metrics")
    def scrape() -> Response:
        if not may_read_metrics(request.environ, token):
            if token:
                kind = "text/plain; charset=utf-8"
                return Response(UNAUTHORISED, 401, {"WWW-Authenticate": "Bearer"}, content_type=kind)
            return Response(NO_METRICS, status=403, content_type="text/plain; charset=utf-8")
        return Response(metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _add_files(app: Flask, assets: Assets, bundles: Bundles, rooms: RoomPages | None) -> None:
    schema = protocol_schema()

    @app.get("/protocol.json")
    def protocol() -> Response:
        return respond(request, schema)

    @app.get("/")
    @app.get("/<any(r, R, tv, TV, Tv):_kind>/<path:_code>")
    def page(_kind: str = "", _code: str = "") -> Response:
        shown = None if rooms is None else rooms.page(_code if _kind.lower() == "r" else "")
        if shown is not None:
            return shown
        index = assets.files.get("index.html")
        if index is None:
            return Response(NOT_BUILT, status=503, content_type="text/html")
        return respond(request, index)

    @app.get("/<path:name>")
    def file(name: str) -> Response:
        asset = bundles.assets.get(name) or assets.files.get(name) or bundles.moments.find(name)
        if asset is not None:
            return respond(request, asset)
        if "text/html" not in request.headers.get("Accept", ""):
            abort(404)
        # A person followed a wrong link: the client has a page for that.
        found = page()
        found.status_code = 404 if found.status_code == 200 else found.status_code
        return found
