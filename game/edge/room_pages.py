"""The page of a room's link, and of the site, for programs that show links: a title, a sentence, a picture.

The page is the client's own with other tags. A person with the link may know the room's host and game. A code
that is hidden, locked or wrong gives the page of the site, and so does any code after many tries.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from html import escape

import msgspec
from flask import Flask, Response, request

from game.edge.assets import Asset, Assets, make_asset, respond
from game.edge.match_pages import PICTURE_CACHE, for_other_sites
from game.edge.origins import base_of
from game.edge.page_texts import ENGLISH, Texts, texts_for
from game.edge.previews.child import GameJob
from game.edge.previews.previews import Busy, Failed, Previews
from game.edge.result_page import SITE, Template, meta, picture_tags, play_link, text_tags
from game.protocol import http
from game.rooms.invitation import Invitation
from game.rooms.lobby import normal_code
from game.rooms.rate_limit import Bucket
from game.rules import Game
from game.transport.addresses import client_address, place_of

PER_MINUTE = 30
"""Pages of rooms that one network may ask for; beyond that it gets the page of the site."""
MOST_NETWORKS = 10_000
MOST_PAGES = 500
PICTURE_VERSION = 1
"""Counts the changes of how the pictures look; it is part of their ETag."""


class RoomPages:
    """Serves `/r/CODE`, `/` to programs, and `/preview/GAME.png`.

    Args:
        assets: the files of the client.
        games: the games of this worker by name.
        invitation: finds the invitation to a room by its code; it may ask Redis.
        previews: draws the pictures.
        public_url: the setting `server.public_url`.
        trusted_proxies: the setting `server.trusted_proxies`.
    """

    def __init__(
        self,
        assets: Assets,
        games: Mapping[str, Game],
        invitation: Callable[[str], Invitation | None],
        previews: Previews,
        public_url: str = "",
        trusted_proxies: int = 0,
    ) -> None:
        index = assets.files.get("index.html")
        self._index = index
        self._template = None if index is None else Template.of(index.body.decode())
        self._games = games
        self._invitation = invitation
        self._previews = previews
        self._public_url = public_url.rstrip("/")
        self._trusted_proxies = trusted_proxies
        self._asked: OrderedDict[str, Bucket] = OrderedDict()
        self._made: OrderedDict[tuple[str, ...], Asset] = OrderedDict()

    def add_to(self, app: Flask) -> None:
        """Add the routes of the pictures; the pages are asked for by `page`."""
        app.add_url_rule("/preview.png", view_func=self._site_picture)
        app.add_url_rule("/preview/<game>.png", view_func=self._game_picture)

    def page(self, code: str = "") -> Response | None:
        """The page of a room's code, "" for that of the site.

        Browsers get the site's page as it was built, because their service worker knows it by its hash.

        Args:
            code: as the address has it.

        Returns:
            The page; None: there is nothing to add to the client's own.
        """
        if self._template is None or self._index is None:
            return None
        found = self._found(code) if code else None
        if found is None and "Sec-Fetch-Mode" in request.headers:
            return None
        base = base_of(request, self._public_url, self._trusted_proxies)
        texts = texts_for(request)
        key = (code if found else "", base, texts.language, *(found or ()))
        asset = self._made.get(key)
        if asset is None:
            html = self._html(self._template, code, found, base, texts)
            asset = self._made[key] = make_asset("room.html", html.encode(), forever=False)
            if len(self._made) > MOST_PAGES:
                self._made.popitem(last=False)
        response = respond(request, asset)
        response.headers["Vary"] = "Accept-Encoding, Accept-Language, Sec-Fetch-Mode"
        if code:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _found(self, code: str) -> Invitation | None:
        network = place_of(client_address(request.environ, self._trusted_proxies))
        now_ms = time.monotonic() * 1000
        bucket = self._asked.pop(network, None) or Bucket(PER_MINUTE / 60, PER_MINUTE)
        self._asked[network] = bucket
        if len(self._asked) > MOST_NETWORKS:
            self._asked.popitem(last=False)
        if not bucket.take(now_ms):
            return None
        found = self._invitation(normal_code(code))
        return found if found is not None and found.game in self._games else None

    def _html(self, template: Template, code: str, found: Invitation | None, base: str, texts: Texts) -> str:
        title, description, picture, path = SITE, texts.home, "/preview.png", "/"
        if found is not None:
            game = self._games[found.game]
            title = texts.invites.format(host=found.host, title=game.title)
            description = f"{game.blurb} {texts.invited}"
            picture, path = f"/preview/{game.name}.png", f"/r/{code}"
        tags = text_tags(texts, title, description)
        if base:
            tags.append(meta("property", "og:url", base + path))
            tags += picture_tags(base + picture, title)
        return template.page(
            texts, title, "\n    ".join(tags) + "\n  ", self._card(title, description, texts)
        )

    def _card(self, title: str, description: str, texts: Texts) -> str:
        games = "".join(
            f"<li><strong>{escape(game.title)}</strong> {escape(game.blurb)}</li>"
            for game in self._games.values()
        )
        return (
            f'<main class="result-card panel"><h1>{escape(title)}</h1><p>{escape(description)}</p>'
            f"<p><strong>{escape(texts.game_needs_script)}</strong></p><ul>{games}</ul>{play_link(texts)}</main>"
        )

    # --- pictures

    def _site_picture(self) -> Response:
        return self._picture("", SITE, ENGLISH.home, None)

    def _game_picture(self, game: str) -> Response:
        found = self._games.get(game)
        if found is None:
            return self._site_picture()
        return self._picture(found.name, found.title, found.blurb, found.seats)

    def _picture(self, game: str, title: str, blurb: str, seats: tuple[int, int] | None) -> Response:
        job = GameJob(game=game, title=title, blurb=blurb, seats=seats, font="")
        described = hashlib.sha256(msgspec.msgpack.encode(job)).hexdigest()[:16]
        etag = f"{PICTURE_VERSION}-{described}"
        if request.if_none_match.contains(etag):
            response = Response(status=304)
        else:
            try:
                drawn = self._previews.draw(
                    f"game/{described}", lambda font: msgspec.structs.replace(job, font=font)
                )
            except (Busy, Failed) as error:
                code = "busy" if isinstance(error, Busy) else "unavailable"
                return Response(
                    http.PROBLEMS[code].message, http.PROBLEMS[code].status, mimetype="text/plain"
                )
            response = Response(drawn.png, content_type="image/png")
        response.headers["Cache-Control"] = PICTURE_CACHE
        response.set_etag(etag)
        return for_other_sites(response)
