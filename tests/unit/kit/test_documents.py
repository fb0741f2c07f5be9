"""The games in README.md and docs/write-a-game.md are whole, and pass the judge just as they are printed."""

from pathlib import Path

import pytest

from game.catalogue import game_of
from game.kit.judge import check
from game.kit.trials import bot_match
from game.rules import LEAVE, Match
from tests.unit.kit.papers import lines_of_code, readme, tutorial, whole_games


@pytest.mark.parametrize(
    ("name", "source"), [("paint", tutorial()), ("sprint", readme()), *whole_games().items()]
)
def test_a_printed_game_passes_check_game(tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text(source)
    game = game_of(path)
    assert game.name == name
    verdict = check(game, path)
    assert verdict.passed, verdict.table()
    assert game.picture


def test_the_tutorials_game_has_less_than_80_lines() -> None:
    assert 40 < lines_of_code(tutorial()) < 80


def test_the_readmes_game_is_short() -> None:
    assert lines_of_code(readme()) <= 45


def test_the_games_of_the_second_part_are_short() -> None:
    lines = {name: lines_of_code(source) for name, source in whole_games().items()}
    assert set(lines) == {"follow", "fleet", "fireflies"}
    assert lines["follow"] <= 120
    assert lines["fleet"] <= 120
    assert lines["fireflies"] <= 80


@pytest.mark.parametrize("name", ["follow", "fireflies"])
def test_bots_play_the_games_of_the_second_part_to_their_ends(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text(whole_games()[name])
    for seed in range(8):
        trial = bot_match(game_of(path), range(4), seed, ticks=20_000)
        m = trial.until(trial.ticks)
        assert m.over
        assert max(place.points for place in m.places) > 5


def follow(tmp_path: Path) -> Match:
    """A match of Follow Suit with three players, at tick 0."""
    path = tmp_path / "follow.py"
    path.write_text(whole_games()["follow"])
    game = game_of(path)
    m = Match(game, game.options.defaults(), [0, 1, 2], [], 4)
    m.begin()
    return m


def chosen(m: Match, seat: int, name: str, index: int) -> None:
    """Let a seat choose."""
    controls = m.game.controls
    assert controls is not None
    m.step(controls.entries(seat, controls.change(name, index)))


def test_in_the_card_game_only_fitting_cards_are_laid_and_only_in_turn(tmp_path: Path) -> None:
    m = follow(tmp_path)
    ann, bob, _ = m.state.players
    chosen(m, 1, "card", 0)
    assert len(bob.hand) == 5
    wrong = [k for k in range(5) if k not in ann.can]
    chosen(m, 0, "card", wrong[0])
    assert (m.state.turn, len(ann.hand)) == (0, 5)
    card = ann.hand[ann.can[0]]
    chosen(m, 0, "card", ann.can[0])
    assert (m.state.turn, m.state.top, len(ann.hand)) == (1, card, 4)
    chosen(m, 1, "act", 0)
    assert (m.state.turn, len(bob.hand)) == (2, 6)


def test_in_the_card_game_no_card_is_ever_lost(tmp_path: Path) -> None:
    m = follow(tmp_path)
    for tick in range(400):
        chosen(m, m.state.turn, "act", 0) if tick % 3 else m.step([])
        if m.over:
            break
        hands = [card for one in m.state.players for card in one.hand]
        assert sorted([*hands, *m.state.drawable, *m.state.laid, m.state.top]) == list(range(36))
    m = follow(tmp_path)
    m.step([(LEAVE, 0, 0, 0)])
    assert (m.state.turn, len(m.state.players)) == (1, 2)
    m.step([(LEAVE, 2, 0, 0)])
    assert m.over
