"""Databases for the tests of records: SQLite always, PostgreSQL where it is installed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from game.records.database import Database
from game.records.store import Records
from game.rooms.ended_match import EndedAward, EndedMatch, EndedSeat
from game.rooms.journal import Head, Journal
from tests.unit.records.postgres import Postgres, find_programs, running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of this folder."""
    programs = find_programs()
    if programs is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("PostgreSQL is not installed (Debian and Ubuntu: apt-get install postgresql)")
    with running(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The url of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/records.db"
    server: Postgres = request.getfixturevalue("postgres")
    database = Database(server.url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.close()
    return server.url


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    """Records in an empty database with its tables."""
    database = Database(url)
    database.prepare()
    yield Records(database)
    database.close()


@pytest.fixture
def make_match() -> Callable[..., EndedMatch]:
    """Makes ended matches; keywords change their fields."""

    def make(number: int = 0, **changes: object) -> EndedMatch:
        journal = Journal(Head("trails", (1, 2), (0, 1), (0, 0), 1000 + number))
        journal.append(3, [(0, 1, 2, 0)], [7])
        seats = [
            EndedSeat(
                seat=0, device=f"device-{number}", bot=False, level=0, style=0, name="Ada", colour=1, shape=2,
                team=0, place=1, points=5, awards=[EndedAward(award="long", value=9)],
            ),
            EndedSeat(
                seat=1, device="", bot=True, level=3, style=1, name="Bot", colour=4, shape=4,
                team=0, place=2, points=1, awards=[],
            ),
        ]  # fmt: skip
        fields: dict[str, object] = {
            "id": f"match{number:05d}",
            "game": "trails",
            "title": "Loose Ends",
            "tick_hz": 30,
            "rules": "a" * 24,
            "options": {"lives": 1},
            "preset": "",
            "started_ms": 1_000_000 + number,
            "ended_ms": 2_000_000 + number,
            "ticks": 900,
            "outcome": "decided",
            "visibility": "link",
            "room_kind": "private",
            "final_hash": (1 << 28) - 1,
            "journal": journal.pack(),
            "seats": seats,
            "rounds": [[5, 1]],
        }
        return EndedMatch(**{**fields, **changes})  # type: ignore[arg-type]

    return make
