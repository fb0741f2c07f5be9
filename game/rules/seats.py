"""Players among a state's entities, and the sides that they play for.

A player's entity has the seat for its id and, in a game with teams, a field `team` (0: on their own).
"""

from .entity import Entity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional, Protocol, TypeVar

    Player = TypeVar("Player", bound=Entity)

    class Sided(Protocol):
        """An entity with a seat and a team."""

        id: int

        @property
        def team(self) -> int:
            """The number of the team, 0: on their own."""
            ...


LONE = 1 << 10
"""The side of who plays alone is this plus the seat: more than any team's number."""


def find(players: "Sequence[Player]", seat: int) -> "Optional[Player]":
    """The entity of a seat, None when it has none."""
    for one in players:
        if one.id == seat:
            return one
    return None


def seated(players: "list[Player]", new: "Player") -> "list[Player]":
    """A list in the order of ids with this one in it, in place of any other of the same id."""
    others = [one for one in players if one.id != new.id]
    return sorted(others + [new], key=lambda one: one.id)


def side(player: "Sided") -> int:
    """Whom a player plays for: the team, or themselves."""
    return player.team or LONE + player.id


def one_side(players: "Sequence[Sided]") -> bool:
    """Whether nobody here has a rival here; nobody at all has none either."""
    return all(side(one) == side(players[0]) for one in players)


def standings(points: "list[tuple[int, int]]") -> "list[tuple[int, int]]":
    """Of each (side, points) the (points, side) with the most points of that side, the best first."""
    best: "list[tuple[int, int]]" = []
    for of, won in sorted(points, key=lambda one: (-one[1], one[0])):
        if of not in [other for _, other in best]:
            best.append((won, of))
    return best
