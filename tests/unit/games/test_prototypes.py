"""Doodle and Night Shift, the prototypes of tests/data/games: whole games of a pen and words, and of aim."""

from pathlib import Path
from typing import Any

import pytest

from game.catalogue import game_of
from game.kit.judge import check
from game.kit.secrecy import views_of
from game.kit.trials import Entry, bot_match
from game.rules import Game, Match, find
from game.rules.match import PRESS
from tests.unit.kit.papers import lines_of_code

FOLDER = Path(__file__).parents[2] / "data" / "games"
NAMES = ("doodle", "night_shift")


def running(name: str, seats: int, **options: int) -> Match:
    """A match at tick 0."""
    game: Any = game_of(FOLDER / f"{name}.py")
    m = Match(game, game.options.merge(game.options.defaults(), options), list(range(seats)), [], 11)
    m.begin()
    return m


def player(m: Match, seat: int) -> Any:
    """The player of a seat in Doodle."""
    return find(m.state.players, seat)


def does(game: Game, seat: int, **values: object) -> list[Entry]:
    """The entries of these controls of a seat."""
    assert game.controls is not None
    changes = [game.controls.change(name, value) for name, value in values.items()]
    return [entry for change in changes for entry in game.controls.entries(seat, change)]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_a_prototype_passes_check_game(name: str) -> None:
    path = FOLDER / f"{name}.py"
    assert lines_of_code(path.read_text()) <= 220
    verdict = check(game_of(path), path)
    assert verdict.passed, verdict.table()


# --- Doodle


def guessed(m: Match, text: str) -> Any:
    """Let seat 1 guess; returns its player."""
    m.step(does(m.game, 1, guess=text))
    return player(m, 1)


def test_only_the_drawer_is_sent_the_word() -> None:
    m = running("doodle", 3)
    word = player(m, 0).word
    assert len(word) >= 3
    assert [one.word for one in m.state.players] == [word, "", ""]
    views = views_of(m, [0, 1, 2])
    assert word.encode() in views[0]
    for viewer in ("everybody", 1, 2):
        assert word.encode() not in views[viewer]


def test_strokes_of_the_drawer_are_drawn_and_those_of_others_are_not() -> None:
    m = running("doodle", 3)
    m.step(does(m.game, 0, pen=[(10, 20, 0), (30, 40, 1)]) + does(m.game, 1, pen=[(5, 5, 0)]))
    m.step(does(m.game, 0, pen=[(50, 60, 1), (200, 200, 0)]))
    assert [line.trail for line in m.state.lines] == [[10, 20, 30, 40, 50, 60], [200, 200]]


def test_a_guess_is_right_near_or_said_aloud() -> None:
    m = running("doodle", 3)
    word = player(m, 0).word
    one = guessed(m, "zebra crossing")
    assert (one.said, one.talks, one.close, one.right) == ("zebra crossing", 1, 0, 0)
    one = guessed(m, word + "x")
    assert (one.said, one.close, one.right) == ("…", 1, 0)
    one = guessed(m, f" {word.upper()} ")
    assert (one.right, one.close, one.talks) == (1, 0, 0)
    assert one.score > 90
    assert player(m, 0).score == 30


def test_a_right_guess_is_not_sent_to_the_others() -> None:
    m = running("doodle", 3)
    word = player(m, 0).word
    guessed(m, word)
    assert word.encode() not in views_of(m, [2])[2] + views_of(m, [2])["everybody"]


def test_the_word_is_shown_when_all_know_it_and_the_next_player_draws() -> None:
    m = running("doodle", 2)
    word = player(m, 0).word
    guessed(m, word)
    assert (m.state.phase, m.state.hint, m.state.drawer) == (1, word, -1)
    for _ in range(80):
        m.step([])
    assert (m.state.phase, m.state.drawer, m.state.lines) == (0, 1, [])


def test_the_word_is_shown_when_the_drawer_leaves() -> None:
    m = running("doodle", 3)
    m.step([(3, 0, 0, 0)])
    assert m.state.phase == 1
    for _ in range(81):
        m.step([])
    assert m.state.drawer == 1


def test_bots_draw_and_guess() -> None:
    game = game_of(FOLDER / "doodle.py")
    trial = bot_match(game, range(4), 5, ticks=20_000)
    m = trial.until(trial.ticks)
    assert m.over
    assert max(place.points for place in m.places) > 100
    assert max(len(one.state.lines) for one in trial.replay()) >= 2


# --- Night Shift


def test_a_stick_walks_and_walls_stop_it() -> None:
    m = running("night_shift", 1)
    for _ in range(400):
        m.step(does(m.game, 0, move=[-127, 0]) if m.tick == 0 else [])
        m.state.ghosts = []
        m.state.coming = 9
    guard = m.state.guards[0]
    assert 0 <= guard.x - (200 + 13) * 256 <= 4  # beside the pillar
    assert guard.y == 200 * 256


def test_the_pointer_aims_and_a_shot_ends_at_a_wall() -> None:
    m = running("night_shift", 1)
    m.step([*does(m.game, 0, aim=[400, 0]), (PRESS, 0, 1, 0)])
    shot = m.state.shots[0]
    assert m.state.guards[0].aim == 3072  # upwards
    assert shot.to_x == 400 * 256
    assert abs(shot.to_y - 40 * 256) <= 2
    m.step([])
    m.step([])
    assert m.state.shots == []


def test_a_shot_stops_a_ghost() -> None:
    m = running("night_shift", 1)
    while not m.state.ghosts:
        m.step([])
    ghost = m.state.ghosts[0]
    ghost.x, ghost.y, m.state.coming = 400 * 256, 100 * 256, 5
    entries = [*does(m.game, 0, aim=[400, 0]), (PRESS, 0, 1, 0)]
    for _ in range(14):
        m.step(entries)
        entries = []
    assert find(m.state.ghosts, ghost.id) is None
    assert m.state.guards[0].score == 1


def test_all_win_or_lose_together() -> None:
    m = running("night_shift", 3)
    for guard in m.state.guards:
        guard.health = 0
    m.step([])
    assert [(place.seat, place.place) for place in m.places] == [(0, 2), (1, 2), (2, 2)]
    m = running("night_shift", 2)
    m.state.wave, m.state.coming = 4, 0
    m.step([])
    assert [(place.seat, place.place) for place in m.places] == [(0, 1), (1, 1)]


def test_bots_stop_many_ghosts() -> None:
    game = game_of(FOLDER / "night_shift.py")
    trial = bot_match(game, range(4), 3, ticks=12_000)
    m = trial.until(trial.ticks)
    assert m.over
    assert sum(guard.score for guard in m.state.guards) > 20
