"""The pages: the built client, health for load balancers, metrics."""

import hmac
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from flask_talisman import Talisman

from game.edge.assets import Asset, Assets, answer, make_asset
from game.edge.bundles import Bundles
from game.edge.origins import asked_hosts
from game.protocol.shapes import json_schema
from game.transport.addresses import is_loopback

CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "connect-src": "'self'",
    "img-src": ["'self'", "data:", "blob:"],
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
    "Metrics are for this machine alone. Ask from here without a proxy, or set ops.metrics_token and send "
    "it as a bearer token.\n"
)
_FORWARDED = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


def may_scrape(environ: dict[str, Any], token: str) -> bool:
    """Whether a request may read the metrics: by the token or, if none is set, from this machine itself."""
    if token:
        expected = f"Bearer {token}".encode()
        return hmac.compare_digest(str(environ.get("HTTP_AUTHORIZATION", "")).encode(), expected)
    return not was_forwarded(environ) and is_loopback(str(environ.get("REMOTE_ADDR", "")))


def was_forwarded(environ: dict[str, Any]) -> bool:
    """Whether a proxy says that it hands a request on from somebody else."""
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
) -> Flask:
    """The Flask app. `ready` says whether new players may come; `metrics` is None when switched off.

    `sees_redis` answers other workers that do not see it; None: this worker is alone. For `metrics_token`
    and `trusted_proxies` see the settings of these names.
    """
    app = Flask("rumpus", static_folder=None)

    @app.after_request  # runs after Talisman's, which is registered later
    def allow_own_sockets(response: Response) -> Response:
        # 'self' does not cover WebSockets in every browser, so this host is named.
        hosts = asked_hosts(request.environ, trusted_proxies)
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
        # Only pages that let nothing of other sites in may share memory with their workers.
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        return response

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(ok=True)

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        return (jsonify(ready=True), 200) if ready() else (jsonify(ready=False), 503)

    if sees_redis is not None:

        @app.get("/clusterz")
        def clusterz() -> Response:
            if was_forwarded(request.environ):  # other workers ask directly, whatever stands in front
                abort(404)
            return jsonify(redis=sees_redis())

    if metrics is not None:

        @app.get("/metrics")
        def scrape() -> Response:
            if not may_scrape(request.environ, metrics_token):
                return Response(NO_METRICS, status=403, content_type="text/plain; charset=utf-8")
            return Response(metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")

    schema = protocol_schema()

    @app.get("/protocol.json")
    def protocol() -> Response:
        return answer(request, schema)

    @app.get("/")
    @app.get("/<any(r, R, tv, TV, Tv):_kind>/<path:_code>")
    def page(_kind: str = "", _code: str = "") -> Response:
        found = assets.respond(request, "index.html")
        return Response(NOT_BUILT, status=503, content_type="text/html") if found is None else found

    @app.get("/<path:name>")
    def file(name: str) -> Response:
        rules = bundles.assets.get(name)
        found = answer(request, rules) if rules is not None else assets.respond(request, name)
        if found is None and "text/html" in request.headers.get("Accept", ""):
            # A person followed a wrong link: the client has a page for that.
            found = page()
            found.status_code = 404 if found.status_code == 200 else found.status_code
        if found is None:
            abort(404)
        return found

    return app
