"""Why nobody has won: what all pages and the tally read."""

import pytest

from game.rooms.nobody_won import Rank, why_nobody_won


@pytest.mark.parametrize(
    ("ranks", "ended", "reason"),
    [
        ([(1, 3, 0), (2, 1, 0)], False, None),
        ([(1, 3, 0), (1, 3, 0)], False, None),  # players win together
        ([(2, 0, 0), (2, 0, 0)], False, None),  # all have lost
        ([(0, 0, 0), (0, 0, 0)], True, None),  # undecided
        ([(1, 0, 0)], True, None),  # alone
        ([], True, None),
        ([(1, 0, 1), (1, 0, 1)], False, None),  # one team against the game
        ([(1, 2, 1), (1, 2, 2)], False, "draw"),
        ([(1, 0, 1), (1, 0, 2)], False, "draw"),
        ([(1, 0, 1), (1, 0, 2)], True, "none_scored"),
        ([(1, 0, 0), (1, 0, 0)], True, "none_scored"),
        ([(1, 4, 0), (1, 4, 0)], True, "draw"),
        ([(1, 4, 0), (2, 3, 0)], True, None),
    ],
)
def test_why_nobody_has_won(ranks: list[tuple[int, int, int]], ended: bool, reason: str | None) -> None:
    assert why_nobody_won([Rank(*one) for one in ranks], ended=ended) == reason
