"""The pages: the built client, health for load balancers, metrics."""

from collections.abc import Callable

from flask import Flask, Response, abort, jsonify, request
from flask_talisman import Talisman

from game.net.assets import Assets, answer
from game.net.bundle import Bundles

CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "connect-src": ["'self'", "ws:", "wss:"],
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


def make_app(
    assets: Assets,
    bundles: Bundles,
    ready: Callable[[], bool],
    metrics: Callable[[], bytes] | None,
    sees_redis: Callable[[], bool] | None = None,
) -> Flask:
    """The Flask app. `ready` says whether new players may come; `metrics` is None when switched off.

    `sees_redis` answers other workers that do not see it; None: this worker is alone.
    """
    app = Flask("rumpus", static_folder=None)
    Talisman(
        app,
        force_https=False,
        strict_transport_security=False,
        session_cookie_secure=False,
        content_security_policy=CONTENT_POLICY,
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
            return jsonify(redis=sees_redis())

    if metrics is not None:

        @app.get("/metrics")
        def scrape() -> Response:
            return Response(metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/")
    @app.get("/r/<path:_code>")
    @app.get("/tv/<path:_code>")
    def page(_code: str = "") -> Response:
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
