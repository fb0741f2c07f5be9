"""The pages of kept matches, their pictures, and the HTTP API of records."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Flask, Response, request

from game.edge.assets import Asset, Assets, make_asset, respond
from game.edge.kept_matches import KeptMatch, KeptMatches, Problem
from game.edge.origins import base_of
from game.edge.page_texts import Texts, texts_for
from game.edge.previews.child import Job
from game.edge.previews.previews import Busy, Failed, Previews
from game.edge.result_page import Template, match_page, problem_page
from game.protocol import http
from game.protocol.openapi import openapi
from game.transport.addresses import client_address, place_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

PATHS = ("/m/", "/api/v1/")
MAX_PAGES = 2000
PICTURE_VERSION = 1
"""Counts the changes of how previews look; it is part of their ETag."""
PICTURE_CACHE = "public, max-age=86400"
FORMER_CACHE = "public, max-age=300"
"""Of a picture that may be better the next time."""
RETRY_AFTER_S = {"too_many": 5, "busy": 5, "unavailable": 60}
NO_INDEX = "noindex"


class MatchPages:
    """Serves `/m/ID`, `/m/ID.png` and `/api/v1`.

    Args:
        assets: the files of the client, for its page and its font.
        matches: the kept matches.
        previews: draws their pictures.
        public_url: the setting `server.public_url`.
        trusted_proxies: the setting `server.trusted_proxies`.
    """

    def __init__(
        self,
        assets: Assets,
        matches: KeptMatches,
        previews: Previews,
        public_url: str = "",
        trusted_proxies: int = 0,
    ) -> None:
        self._matches = matches
        self._public_url = public_url.rstrip("/")
        self._trusted_proxies = trusted_proxies
        index = assets.files.get("index.html")
        self._template = None if index is None else Template.of(index.body.decode())
        self._previews = previews
        self._made: OrderedDict[tuple[str, ...], tuple[KeptMatch, Asset]] = OrderedDict()
        self._problems: dict[tuple[str, str], Asset] = {}
        self._openapi = make_asset("openapi.json", openapi(), forever=False)

    def add_to(self, app: Flask, wait_for_turn: Callable[[], None] | None = None) -> None:
        """Add the routes.

        Args:
            app: the Flask app.
            wait_for_turn: called before each request, so that a crowd of readers does not hold up ticks.
        """
        if wait_for_turn is not None:
            _take_turns(app, wait_for_turn)
        app.add_url_rule("/m/<match_id>", view_func=self._page)
        app.add_url_rule("/m/<match_id>.png", view_func=self._picture)
        app.add_url_rule("/api/v1/matches/<match_id>", view_func=self._match)
        app.add_url_rule("/api/v1/matches/<match_id>/journal", view_func=self._journal)
        app.add_url_rule("/api/v1/rules/<rules_hash>.json", view_func=self._rules)
        app.add_url_rule("/api/v1/openapi.json", view_func=self._document)

    # --- for people

    def _page(self, match_id: str) -> Response:
        if self._template is None:
            return Response("The pages of this server are not built yet.", status=503, mimetype="text/plain")
        texts = texts_for(request)
        try:
            kept = self._matches.match(match_id, self._network())
        except Problem as problem:
            response = _refused(problem.code, self._problem_page(self._template, problem.code, texts))
        else:
            response = respond(request, self._match_page(self._template, kept, texts))
            if kept.info.visibility != "public":
                response.headers["X-Robots-Tag"] = NO_INDEX
        response.headers["Vary"] = "Accept-Encoding, Accept-Language"
        return response

    def _match_page(self, template: Template, kept: KeptMatch, texts: Texts) -> Asset:
        base = self._base()

        def make() -> bytes:
            return match_page(template, kept.info, base, texts).encode()

        return self._make_once(kept, (kept.info.id, base, texts.language), "match.html", make)

    # hot: a link that many follow
    def _make_once(
        self, kept: KeptMatch, key: tuple[str, ...], name: str, make: Callable[[], bytes]
    ) -> Asset:
        """What is made of a match, kept in memory until the match changes."""
        held = self._made.get(key)
        if held is None or held[0] is not kept:
            held = self._made[key] = kept, make_asset(name, make(), forever=False)
            if len(self._made) > MAX_PAGES:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return held[1]

    def _problem_page(self, template: Template, code: str, texts: Texts) -> Asset:
        key = (code, texts.language)
        if key not in self._problems:
            html = problem_page(template, code, texts)
            self._problems[key] = make_asset("problem.html", html.encode(), forever=False)
        return self._problems[key]

    def _picture(self, match_id: str) -> Response:
        try:
            kept = self._matches.match(match_id, self._network())
            return self._drawn(kept)
        except Problem as problem:
            return _problem(problem.code)
        except Busy:
            return _problem("busy")
        except Failed:
            return _problem("unavailable")

    def _drawn(self, kept: KeptMatch) -> Response:
        info = kept.info
        etag = f"{PICTURE_VERSION}-{info.id}-{info.final_hash:x}-{len(info.seats)}"
        if request.if_none_match.contains(etag):
            response = Response(status=304)
            complete = True
        else:
            network = self._network()
            drawn = self._previews.draw(info.id, lambda font: self._job(kept, network, font))
            response, complete = Response(drawn.png, content_type="image/png"), drawn.complete
        response.headers["Cache-Control"] = PICTURE_CACHE if complete else FORMER_CACHE
        if complete:
            response.set_etag(etag)
        if info.visibility != "public":
            response.headers["X-Robots-Tag"] = NO_INDEX
        return for_other_sites(response)

    def _job(self, kept: KeptMatch, network: str, font: str) -> Job:
        journal = rules = None
        if kept.has_journal:
            # A picture is asked for when the link is pasted somewhere, or when the result is saved.
            self._matches.shared(kept.info.id, network)
            try:
                journal = self._matches.journal(kept.info.id, network).body
                rules = self._matches.rules(kept.info.rules, network).body
            except Problem:
                journal = rules = None  # the card alone
        return Job(match=kept.info, journal=journal, rules=rules, font=font)

    # --- for programs

    def _match(self, match_id: str) -> Response:
        def find() -> Asset:
            kept = self._matches.match(match_id, self._network())
            info = kept.info
            return self._make_once(kept, (info.id,), "match.json", lambda: msgspec.json.encode(info))

        return self._answer(find)

    def _journal(self, match_id: str) -> Response:
        return self._answer(lambda: self._matches.journal(match_id, self._network()))

    def _rules(self, rules_hash: str) -> Response:
        return self._answer(lambda: self._matches.rules(rules_hash, self._network()))

    def _document(self) -> Response:
        return self._answer(lambda: self._openapi)

    def _answer(self, find: Callable[[], Asset]) -> Response:
        try:
            response = respond(request, find())
        except Problem as problem:
            return _problem(problem.code)
        response.headers["X-Robots-Tag"] = NO_INDEX
        return for_other_sites(response)

    # --- what a request says

    def _network(self) -> str:
        return place_of(client_address(request.environ, self._trusted_proxies))

    def _base(self) -> str:
        return base_of(request, self._public_url, self._trusted_proxies)


def _take_turns(app: Flask, wait_for_turn: Callable[[], None]) -> None:
    """Let requests for matches wait for their turn, before Flask begins to work on them."""
    inner = app.wsgi_app

    def in_turn(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PATHS):
            wait_for_turn()
        return inner(environ, start_response)

    app.wsgi_app = in_turn  # type: ignore[method-assign]  # as Flask's documentation does


def _problem(code: str) -> Response:
    """The answer to a program that cannot have what it asked for."""
    body = msgspec.json.encode(http.Problem(code=code, message=http.PROBLEMS[code].message))
    return for_other_sites(_refused(code, make_asset("problem.json", body, forever=False)))


def _refused(code: str, asset: Asset) -> Response:
    response = respond(request, asset)
    response.status_code = http.PROBLEMS[code].status
    response.headers.pop("ETag", None)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = NO_INDEX
    if code in RETRY_AFTER_S:
        response.headers["Retry-After"] = str(RETRY_AFTER_S[code])
    return response


def for_other_sites(response: Response) -> Response:
    """Let pages and programs of other sites read an answer: previews of links are shown there."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
