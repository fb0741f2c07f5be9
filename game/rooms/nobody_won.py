"""Why nobody has won a match though all in it share the first place. All else reads this answer."""

from collections.abc import Sequence
from typing import NamedTuple

from game.protocol.objects import NobodyWon


class Rank(NamedTuple):
    """How a seat ended: its place from 1 (0: none), its points, and its team (0: none)."""

    place: int
    points: int
    team: int


def why_nobody_won(ranks: Sequence[Rank], *, ended: bool) -> NobodyWon | None:
    """Say why nobody has won.

    Args:
        ranks: of the seats that have a place, or of all.
        ended: the host has ended the match.

    Returns:
        "none_scored": the host ended the match before anybody had a point. "draw": teams are level, or all
        were when the host ended it. None: somebody has won, players win together, or all have lost.
    """
    if len(ranks) < 2 or any(rank.place != 1 for rank in ranks):
        return None
    if ended and all(rank.points == 0 for rank in ranks):
        return "none_scored"
    if ended or len({rank.team for rank in ranks}) > 1:
        return "draw"
    return None
