"""Matches on a real server reach the database, whatever ends first: the match, the server, or the rules."""

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from game.client import Client
from tests.integration.conftest import NewClient, Serve
from tests.integration.kept import BLINK, Kept
from tests.integration.serving import Server
from tests.integration.test_operators_view import scrape, value


@pytest.fixture
def games(tmp_path: Path) -> Path:
    """A folder with a game of one second."""
    folder = tmp_path / "games"
    folder.mkdir()
    shutil.copy(BLINK, folder)
    return folder


def settings(games: Path) -> dict[str, str]:
    return {
        "RUMPUS_GAMES__FOLDERS": str(games),
        "RUMPUS_GAMES__ENABLED": "trails,blink",
        "RUMPUS_ROOMS__RESULTS_S": "60",
    }


def kept(server: Server) -> Kept:
    return Kept(f"sqlite:///{server.folder / 'records.db'}")


def record(client: Client) -> str:
    """Play one match to its end; the id of its record."""
    client.start()
    client.wait_for(lambda: client.here.phase == "results", "the results", 20)
    return str(client.here.room["results"]["record"])


def saved(server: Server, matches: int) -> None:
    """Wait until this many matches are in the database."""
    while value(scrape(server)[0], "rumpus_records_written_total") < matches:
        pass


def test_a_match_is_kept_and_replays_after_its_rules_were_changed_and_removed(
    serve: Serve, client: NewClient, games: Path
) -> None:
    server = serve(**settings(games))
    ann = client(server)
    ann.create("blink", name="Ann")
    ann.add_bot()
    match_id = record(ann)
    saved(server, 1)
    (one,) = kept(server).matches()
    assert (one.match.id, one.match.outcome, one.match.ticks) == (match_id, "decided", 30)
    assert [seat.name for seat in one.match.seats if not seat.bot] == ["Ann"]
    assert kept(server).differing() == []

    file = games / "blink.py"
    file.write_text(file.read_text().replace("m.rng.below(1 << 20)", "m.rng.below(1 << 19)"))
    server.stop()
    again = server.start()
    assert kept(again).differing() == [], "today's rules do not matter"
    bob = client(again)
    bob.create("blink", name="Bob")
    second = record(bob)
    saved(again, 1)
    first, other = kept(again).matches()
    assert other.match.id == second
    assert first.match.rules != other.match.rules

    server.stop()
    file.unlink()
    assert kept(server).differing() == [], "nor does the game"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_running_match_is_kept_when_its_server_stops(
    serve: Serve, client: NewClient, games: Path, number: signal.Signals
) -> None:
    server = serve(**settings(games))
    ann = client(server)
    ann.create("blink", name="Ann", preset="Long")
    ann.start()
    ann.wait_for(lambda: ann.match.following and ann.match.tick > 20, "the match")
    server.kill(number)
    assert server.stop() == 0
    (one,) = kept(server).matches()
    assert one.match.outcome == "left"
    assert one.match.ticks > 20
    assert kept(server).differing() == []


def test_a_kept_match_outlives_the_kill_of_its_server(serve: Serve, client: NewClient, games: Path) -> None:
    server = serve(**settings(games))
    clients = [client(server) for _ in range(3)]
    for one in clients:
        one.create("blink")
    ids = [record(clients[0])]
    saved(server, 1)
    with closing(sqlite3.connect(server.folder / "records.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")  # the database is away
        ids += [record(one) for one in clients]
        figures = scrape(server)[0]
        while value(figures, "rumpus_records_queue") or not value(figures, "rumpus_records_spool_bytes"):
            figures = scrape(server)[0]
        server.kill(signal.SIGKILL)
    server.start()
    while len(found := [one.match.id for one in kept(server).matches()]) < len(ids):
        assert server.alive
    assert sorted(found) == sorted(ids)


def test_nothing_is_kept_without_a_database(serve: Serve, client: NewClient, games: Path) -> None:
    server = serve(RUMPUS_RECORDS__URL="", **settings(games))
    ann = client(server)
    ann.create("blink")
    ann.start()
    ann.wait_for(lambda: ann.here.phase == "results", "the results", 20)
    assert "record" not in ann.here.room["results"]
    assert "rumpus_records_written_total" not in {name for name, _ in scrape(server)[0]}
    assert not (server.folder / "records.db").exists()
