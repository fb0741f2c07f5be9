"""Loose Ends: bots are worth playing against, and cheap."""

from statistics import median

import pytest

from game.games.trails import Trails
from tests.unit.games.contests import round_seconds, rounds_won, taken_by_style

GAME = Trails()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        pytest.param(1, 2, marks=pytest.mark.full),
        pytest.param(2, 4, marks=pytest.mark.full),
        (3, 5),
    ],
)
def test_a_higher_level_wins_more_rounds(weak: int, strong: int) -> None:
    won = rounds_won(GAME, (weak, strong), range(10), ticks=4000)
    assert won[strong] > won[weak] * 5 // 4, won


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seats", "seconds"),
    [(2, 18), *(pytest.param(*more, marks=pytest.mark.full) for more in ((4, 25), (8, 27)))],
)
def test_a_round_of_bots_lasts_about_as_long_as_it_should(seats: int, seconds: int) -> None:
    lasted = round_seconds(GAME, seats, range(900, 910), ticks=4000)
    assert seconds * 0.7 < median(lasted) < seconds * 1.3


def test_styles_differ() -> None:
    taken = taken_by_style(GAME, range(10), ticks=3000)
    assert taken["Gambler"] > taken["Cutter"]
    assert taken["Gambler"] > taken["Hermit"]


def test_bots_manage_with_swapped_controls_right_angles_and_open_walls() -> None:
    pickups = ["swap", "square", "wrap", "ghost", "thick"]
    lasted = round_seconds(GAME, 4, range(6), ticks=3000, level=5, pickups=pickups, walls="wrap")
    assert median(lasted) > 15
