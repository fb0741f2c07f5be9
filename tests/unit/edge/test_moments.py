"""The moments of games: what they hold, and how they are served."""

import json
from typing import cast

import pytest

from game.catalogue import load_games
from game.edge.bundles import Bundles
from game.edge.moments import LONG_S, SKIPPED_S, play
from tests.unit.rooms.toys import Broken


def test_a_moment_is_the_middle_of_a_match_and_always_the_same() -> None:
    game = load_games(["lastcard"], [])["lastcard"]
    naps: list[float] = []
    moment = play(game, naps.append)
    frames = cast("list[list[int]]", moment["frames"])
    assert moment["first"] == SKIPPED_S * game.tick_hz
    assert len(frames) == 1 + LONG_S * game.tick_hz
    assert moment["bots"] == [0, 1, 2, 0, 1]
    assert play(game, lambda _: None) == moment
    # Other threads run between the ticks.
    assert len(naps) > (SKIPPED_S + LONG_S) * game.tick_hz - 2


def test_a_slow_game_shows_its_liveliest_seconds_and_a_large_world_few_frames() -> None:
    games = load_games(["thumbs", "field"], [])
    thumbs = play(games["thumbs"], lambda _: None)
    assert cast("int", thumbs["first"]) > SKIPPED_S * games["thumbs"].tick_hz
    field = play(games["field"], lambda _: None)
    assert field["step"] == 3
    assert len(cast("list[object]", field["bots"])) == 8


def test_moments_are_made_when_they_are_asked_for_and_listed_with_the_rules() -> None:
    games = load_games(["trails", "lastcard"], [])
    bundles = Bundles(games)
    index = json.loads(bundles.assets["rules/index.json"].body)
    assert set(index["moments"]) == set(index["practice"]) == {"trails", "lastcard"}
    assert set(index["games"]) == {"trails"}  # the other has secrets, which no live match tells a browser
    path = index["moments"]["lastcard"].removeprefix("/")
    found = bundles.moments.find(path)
    assert found is not None
    assert bundles.moments.find(path) is found
    assert found.cache.endswith("immutable")
    moment = json.loads(found.body)
    assert moment["info"]["title"] == "Last Card"
    assert moment["schema"]["game"] == "lastcard"
    assert bundles.moments.find("moments/lastcard-000000000000.json") is None


def test_a_game_whose_rules_fail_has_no_moment_and_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    bundles = Bundles({"broken": Broken()})
    path = bundles.moments.paths["broken"].removeprefix("/")
    assert [bundles.moments.find(path) for _ in range(3)] == [None] * 3
    assert caplog.text.count("the moment of broken") == 1
