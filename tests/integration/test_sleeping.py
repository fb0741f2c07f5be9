"""Turn-based matches wait for their players, on a server that stops, is killed, or has new rules."""

import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from game.client import Client, Refused
from tests.integration.conftest import NewClient, Serve
from tests.integration.serving import Server

NIM = Path(__file__).with_name("nim.py")
ONE, TWO, THREE = 1, 2, 4


@pytest.fixture
def games(tmp_path: Path) -> Path:
    """A folder with Nim."""
    folder = tmp_path / "games"
    folder.mkdir()
    shutil.copy(NIM, folder)
    return folder


def settings(games: Path, **more: str) -> dict[str, str]:
    return {
        "RUMPUS_GAMES__FOLDERS": str(games),
        "RUMPUS_GAMES__ENABLED": "trails,nim",
        "RUMPUS_ROOMS__SLEEP_AFTER_S": "0",
        "RUMPUS_ROOMS__SEAT_HOLD_S": "1",
        "RUMPUS_ROOMS__EMPTY_ROOM_CLOSE_S": "1",
        **more,
    }


def until(holds: Callable[[], Any], what: str, timeout_s: float = 20.0) -> Any:
    """Wait until `holds()` is true; returns it."""
    deadline = time.monotonic() + timeout_s
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.02)
    return found


def rows(server: Server, query: str = "select code, worker from sleeping") -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(server.folder / "records.db")) as database:
        return list(database.execute(query))


def asleep(server: Server) -> bool:
    return [worker for _, worker in rows(server)] == [""]


def follows(one: Client) -> bool:
    return one.match.following and bool(one.match.state["sticks"])


def begin(server: Server, client: NewClient, **options: int) -> tuple[Client, Client]:
    """Ann and Bob play Nim; it is Ann's turn."""
    ann, bob = client(server), client(server)
    ann.create("nim", name="Ann", options=options or None)
    bob.join(ann.here.code, name="Bob")
    ann.start()
    for one in (ann, bob):
        one.wait_for(partial(follows, one), "the match")
    return ann, bob


def take(one: Client, buttons: int) -> None:
    """Take sticks when it is this client's turn, and wait until they are taken."""
    one.wait_for(lambda: one.match.state["turn"] == one.here.seat, "the turn")
    before = one.match.state["moves"]
    one.press(buttons)
    one.wait_for(lambda: one.match.state["moves"] > before, "the move")
    one.press(0)


def test_a_match_sleeps_and_wakes_with_its_seats_and_its_time(
    serve: Serve, client: NewClient, games: Path
) -> None:
    server = serve(**settings(games))
    ann, bob = begin(server, client)
    take(ann, THREE)
    ticks = ann.match.state["ticks"]
    code, devices = ann.here.code, [one.welcome["device"] for one in (ann, bob)]
    until(lambda: rows(server), "the match in the database")
    ann.close()
    bob.close()
    until(lambda: asleep(server), "sleep")

    home = client(server, device=devices[1])
    (own,) = home.matches().matches
    assert (own.code, own.game, own.others, own.mine, own.turn) == (code, "nim", ["Ann"], True, [])
    other = client(server, device=devices[0])
    (own,) = other.matches().matches
    assert (own.others, own.mine, own.turn) == (["Bob"], False, ["Bob"])
    assert client(server).matches().matches == [], "it is private"

    home.join(code)
    home.wait_for(lambda: home.match.following and home.match.state["sticks"], "the match")
    assert home.here.room["people"][home.here.player]["seat"] == 1
    assert home.match.state["sticks"] == 18
    assert home.match.state["ticks"] < ticks + 100, "time stood still"
    take(home, TWO)
    until(lambda: other.matches().matches[0].mine, "the other's turn")
    home.close()
    until(lambda: asleep(server), "sleep again")


def test_a_match_outlives_a_restart_and_a_kill(serve: Serve, client: NewClient, games: Path) -> None:
    server = serve(**settings(games))
    ann, bob = begin(server, client)
    take(ann, ONE)
    code, device = ann.here.code, bob.welcome["device"]
    assert server.stop() == 0
    assert asleep(server), "a server that stops puts its matches to sleep"
    server.start()
    bob = client(server, device=device)
    bob.join(code)
    bob.wait_for(lambda: bob.match.following and bob.match.state["sticks"] == 20, "the match")
    take(bob, TWO)
    until(lambda: rows(server, "select seat from sleeping_seats where turn") == [(0,)], "the turn is saved")
    server.kill(signal.SIGKILL)
    server.start()
    bob = client(server, device=device)
    bob.join(code)
    bob.wait_for(lambda: bob.match.following and bob.match.state["sticks"] == 18, "the match")


def test_a_player_can_leave_for_good(serve: Serve, client: NewClient, games: Path) -> None:
    server = serve(**settings(games))
    ann, bob = begin(server, client)
    take(ann, ONE)
    code, devices = ann.here.code, [one.welcome["device"] for one in (ann, bob)]
    ann.close()
    bob.close()
    until(lambda: asleep(server), "sleep")
    bob = client(server, device=devices[1])
    bob.resign(code)
    until(lambda: rows(server, "select outcome from matches") == [("decided",)], "the record")
    until(lambda: not rows(server), "the end of the match")
    assert client(server, device=devices[0]).matches().matches == []


def test_changed_rules_are_told_in_a_sentence_and_lose_nothing(
    serve: Serve, client: NewClient, games: Path
) -> None:
    server = serve(**settings(games))
    ann, _ = begin(server, client)
    take(ann, ONE)
    code, device = ann.here.code, ann.welcome["device"]
    server.stop()
    file = games / "nim.py"
    before = file.read_text()
    file.write_text(before.replace("sticks % 4", "sticks % 5"))
    server.start()
    ann = client(server, device=device)
    with pytest.raises(Refused, match="The rules of Nim have changed"):
        ann.join(code)
    assert [one.older_rules for one in ann.matches().matches] == [True]
    server.stop()
    file.write_text(before)
    server.start()
    ann = client(server, device=device)
    ann.join(code)
    ann.wait_for(lambda: ann.match.following and ann.match.state["sticks"] == 20, "the match")
    server.stop()
    file.write_text(before.replace("sticks % 4", "sticks % 5"))
    server.start()
    ann = client(server, device=device)
    ann.resign(code)
    assert ann.matches().matches == []


def test_who_is_forgotten_is_in_no_sleeping_match(serve: Serve, client: NewClient, games: Path) -> None:
    server = serve(**settings(games))
    ann, bob = begin(server, client)
    take(ann, ONE)
    code, devices = ann.here.code, [one.welcome["device"] for one in (ann, bob)]
    ann.close()
    bob.close()
    until(lambda: asleep(server), "sleep")
    ann = client(server, device=devices[0])
    ann.forget()
    assert ann.matches().matches == []
    bob = client(server, device=devices[1])
    (own,) = bob.matches().matches
    assert own.others == ["?"]
    bob.join(code)
    names = {one["name"] for one in bob.here.room["people"].values()}
    assert names == {"?", "Bob"}


def test_without_a_database_a_match_ends_as_others_do(serve: Serve, client: NewClient, games: Path) -> None:
    server = serve(RUMPUS_RECORDS__URL="", **settings(games))
    ann, bob = begin(server, client)
    assert "sleeps" not in ann.here.room
    code, device = ann.here.code, ann.welcome["device"]
    with pytest.raises(Refused, match="keeps no matches"):
        ann.matches()
    ann.close()
    bob.close()

    def gone() -> bool:
        try:
            client(server, device=device).join(code)
        except Refused:
            return True
        return False

    until(gone, "the end of the room", 30)
