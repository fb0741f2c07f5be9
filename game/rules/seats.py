"""Entities by id, and the sides that players play for.

A player's entity has its seat as its id and, in a game with teams, a field `team` (0: no team).
"""

from .entity import Entity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional, Protocol, TypeVar

    One = TypeVar("One", bound=Entity)

    class Sided(Protocol):
        """An entity with a seat and a team."""

        id: int

        @property
        def team(self) -> int:
            """The number of the team, 0: no team."""
            ...


_LONG = 12
LONE = 1 << 10
"""The side of a player without a team is this plus the seat, which is more than any team's number."""


def find(entities: "Sequence[One]", id: int) -> "Optional[One]":
    """Find the entity with this id, which is the seat for a player's.

    Args:
        entities: in the order of their ids, as all lists of a state are; a long one is searched by halves.
        id: of the entity.

    Returns:
        The entity; None when there is none.
    """
    if len(entities) > _LONG:
        low = 0
        high = len(entities)
        while low < high:
            middle = (low + high) >> 1
            if entities[middle].id < id:
                low = middle + 1
            else:
                high = middle
        return entities[low] if low < len(entities) and entities[low].id == id else None
    for one in entities:
        if one.id == id:
            return one
    return None


def without(entities: "Sequence[One]", gone: "One") -> "list[One]":
    """A new list without one of its entities."""
    return [one for one in entities if one is not gone]


def seated(entities: "Sequence[One]", new: "One") -> "list[One]":
    """A new list in the order of ids with a new entity, which replaces one of the same id."""
    others = [one for one in entities if one.id != new.id]
    return sorted(others + [new], key=lambda one: one.id)


def side(player: "Sided") -> int:
    """The side that a player plays for: the team, or a side of their own."""
    return player.team or LONE + player.id


def one_side(players: "Sequence[Sided]") -> bool:
    """Whether all these players are on one side; true for no players."""
    return all(side(one) == side(players[0]) for one in players)


def standings(points: "list[tuple[int, int]]") -> "list[tuple[int, int]]":
    """Rank sides: of each (side, points) the (points, side) with the most points of that side, best first."""
    best: "list[tuple[int, int]]" = []
    for of, won in sorted(points, key=lambda one: (-one[1], one[0])):
        if of not in [other for _, other in best]:
            best.append((won, of))
    return best
