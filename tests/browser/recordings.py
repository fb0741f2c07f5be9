"""Matches of bots as the server keeps them, made without one, and served to a page from here.

So the replay page can be tested with any game and any journal, also with such as no server would keep.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from game.rooms.journal import Head, Journal
from game.rooms.rules_document import rules_document
from game.rules import Game, Match
from game.rules.snapshot import state_hash
from tests.unit.games.harness import bot_match

STARTED_MS = 1_795_000_000_000
NAMES = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gail", "Hugo")


@dataclass
class Recording:
    """What `/api/v1` answers about one match."""

    match: dict[str, Any]
    journal: bytes
    rules: bytes
    requests: list[str] = field(default_factory=list)

    def _serve(self, context: BrowserContext, page_url: str) -> None:
        answers = {
            f"/api/v1/matches/{self.match['id']}": ("application/json", json.dumps(self.match).encode()),
            f"/api/v1/matches/{self.match['id']}/journal": ("application/octet-stream", self.journal),
            f"/api/v1/rules/{self.match['rules']}.json": ("application/json", self.rules),
        }

        def answer(route: Route) -> None:
            path = route.request.url.split("?")[0].removeprefix(page_url.rstrip("/"))
            self.requests.append(path)
            if path in answers:
                kind, body = answers[path]
                route.fulfill(content_type=kind, body=body)
            else:
                route.fulfill(status=404, json={"code": "not_found", "message": "There is no such match."})

        context.route("**/api/v1/**", answer)

    def open(self, page: Page, page_url: str, query: str = "") -> None:
        """Answer for this match in a page's browser, and go to it from the home page."""
        self._serve(page.context, page_url)
        page.goto(page_url)
        page.evaluate(
            "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
            f"/m/{self.match['id']}{query}",
        )


def record(
    game: Game, seats: int, seed: int, ticks: int, options: Mapping[str, object] | None = None
) -> Recording:
    """Play a match of bots, of at most `ticks` ticks, and keep it."""
    played = bot_match(game, range(seats), seed, ticks=ticks, options=options, levels=(2, 4, 3), hashed=False)
    head = Head(game.name, tuple(played.chosen), tuple(played.seats), tuple(played.teams), played.seed)
    journal = Journal(head)
    m = Match(game, played.chosen, played.seats, played.teams, played.seed)
    m.begin()
    due = played.at()
    for tick in range(played.ticks):
        entries = due.get(tick, [])
        if entries:
            journal.append(tick, entries, [0] * len(entries))
        m.step(entries)
    rules = rules_document(game)
    length_ms = played.ticks * 1000 // game.tick_hz
    places = {place.seat: place for place in m.places}
    return Recording(
        match={
            "id": f"Test{game.name.title():_<6}"[:10].replace("_", "0"),
            "game": game.name,
            "title": game.title,
            "tick_hz": game.tick_hz,
            "rules": rules.hash,
            "options": {
                one.name: value for one, value in zip(game.options.fields, played.chosen, strict=True)
            },
            "preset": "",
            "started_ms": STARTED_MS,
            "ended_ms": STARTED_MS + length_ms,
            "ticks": played.ticks,
            "outcome": "decided" if m.over else "left",
            "visibility": "link",
            "room_kind": "private",
            "final_hash": state_hash(m),
            "seats": [
                {
                    "seat": seat,
                    "bot": seat > 1,
                    "level": 3 if seat > 1 else 0,
                    "style": 0,
                    "name": NAMES[seat % 8] + (f" {seat // 8 + 1}" if seat > 7 else ""),
                    "colour": seat % 8,
                    "shape": (seat + seat // 8) % 8,
                    "team": 0,
                    "place": places[seat].place if seat in places else 0,
                    "points": places[seat].points if seat in places else 0,
                    "awards": [
                        {"award": game.awards[one.kind], "value": one.value}
                        for one in m.given
                        if one.seat == seat
                    ],
                }
                for seat in played.seats
            ],
            "rounds": [],
        },
        journal=zlib.compress(journal.pack(), 9),
        rules=rules.body,
    )
