"""Kept matches for the tests of the pages: matches of bots with people's names, in a real database."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from flask.testing import FlaskClient

from game.edge.assets import Assets
from game.edge.bundles import Bundles
from game.edge.kept_matches import KeptMatches, Records
from game.edge.match_pages import MatchPages
from game.edge.pages import make_app
from game.edge.previews.previews import Previews
from game.kit.trials import bot_match
from game.records import store
from game.records.database import Database
from game.records.store import compact
from game.records.writer import Recorder
from game.rooms.ended_match import EndedAward, EndedMatch, EndedSeat
from game.rooms.rules_document import RulesDocument, rules_document
from game.rules import Game
from game.rules.snapshot import state_hash
from game.settings import Records as Settings
from tests.unit.records.matches import journal_of

ID = "Abcdefgh12"
DEVICE = "device-that-nobody-may-see"
INDEX = """<!doctype html>
<html lang="en">
  <head>
    <meta name="description" content="Play together." />
    <meta property="og:title" content="Rumpus" />
    <title>Rumpus</title>
    <script type="module" src="/assets/index-1.js"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>Rumpus needs JavaScript.</noscript>
  </body>
</html>
"""


def played(
    game: Game, names: Sequence[str] = ("Ann", "Bob"), ticks: int = 200, **changes: Any
) -> tuple[EndedMatch, RulesDocument]:
    """A match of as many bots as names, which the first one wins, and the rules that it was played by."""
    document = rules_document(game)
    trial = bot_match(game, range(len(names)), 7, ticks=ticks)
    m = trial.until(trial.ticks)
    seats = [
        EndedSeat(
            seat=seat,
            device=f"{DEVICE}-{seat}",
            bot=False,
            level=0,
            style=0,
            name=name,
            colour=seat % 8,
            shape=seat % 8,
            team=0,
            place=seat + 1,
            points=20 - seat,
            awards=[EndedAward(award=game.awards[0], value=3)] if seat == 0 else [],
        )
        for seat, name in enumerate(names)
    ]
    match = EndedMatch(
        id=ID,
        game=game.name,
        title=game.title,
        tick_hz=game.tick_hz,
        rules=document.hash,
        options={},
        preset="",
        started_ms=1_764_200_000_000,
        ended_ms=1_764_200_100_000,
        ticks=trial.ticks,
        outcome="decided",
        visibility="link",
        room_kind="private",
        final_hash=state_hash(m),
        journal=journal_of(trial).pack(),
        seats=seats,
        rounds=[],
    )
    return msgspec.structs.replace(match, **changes), document


@cache
def _empty_database() -> Path:
    """A database with its tables, which is copied: making them takes most of a second."""
    path = Path(tempfile.mkdtemp(), "records.db")
    database = Database(f"sqlite:///{path}")
    database.prepare()
    database.close()
    return path


class Site:
    """A server's pages with records in a new SQLite file, and a clock that tests turn.

    Args:
        folder: an empty folder.
        games: the games that this server has now.
        settings: of `MatchPages` and `KeptMatches`.
    """

    def __init__(self, folder: Path, games: Sequence[Game] = (), **settings: Any) -> None:
        client = folder / "client"
        client.mkdir()
        (client / "index.html").write_text(INDEX)
        self.path = folder / "records.db"
        shutil.copy(_empty_database(), self.path)
        self.database = Database(f"sqlite:///{self.path}")
        self.records = store.Records(self.database)
        self.recorder = Recorder(self.records, Settings(), folder)
        self.now_s = time.monotonic()
        assets, bundles = Assets(client), Bundles({game.name: game for game in games})
        kept_in: Records | None = settings.pop("kept_in", self.recorder)
        rules_here: Callable[[str], Any] = bundles.documents.get
        kept = KeptMatches(
            kept_in, rules_here, settings.pop("per_s", 100), settings.pop("burst", 1000), lambda: self.now_s
        )
        pages = MatchPages(assets, kept, Previews(assets.font, time.monotonic), **settings)
        trusted_proxies = settings.get("trusted_proxies", 0)
        app = make_app(assets, bundles, lambda: True, None, trusted_proxies=trusted_proxies, matches=pages)
        self.client: FlaskClient = app.test_client()

    def keep(self, match: EndedMatch, document: RulesDocument) -> None:
        """Write a match to the database."""
        self.records.save([compact(match)], [document])

    def lose_database(self) -> None:
        """From now on the database's file is damaged."""
        for path in self.path.parent.glob("records.db*"):
            path.unlink()
        self.path.write_bytes(b"no database" * 1000)
