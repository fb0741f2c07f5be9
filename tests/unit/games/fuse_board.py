"""A quiet board of Short Fuse for tests: a live round without crates, men where a test puts them."""

from functools import partial

from game.games.fuse import Fuse
from game.games.fuse.board import Man
from game.games.fuse.tuning import CRATE, FREE, ITEM, MIDDLE, C
from game.rules import LIVE, Match
from tests.unit.games.harness import choose, events_named, steps

GAME = Fuse()
emitted = partial(events_named, GAME)
LEFT, RIGHT, UP, DOWN, BOMB = 1, 2, 4, 8, 16
HOMES = ((11, 9), (11, 7), (11, 5), (11, 3), (9, 9), (9, 7), (9, 5), (9, 3))
"""Where the men stand who have not been put elsewhere."""


def board(seats: int = 2, teams: list[int] | None = None, **options: object) -> Match:
    """A match in its first round, live, the board free of crates, everyone but seat 0 at home."""
    m = Match(GAME, choose(GAME, **options), list(range(seats)), teams or [], 7)
    m.begin()
    go_live(m)
    return m


def go_live(m: Match) -> None:
    """Skip to the round's first tick and clear the board."""
    while m.state.phase != LIVE:
        m.step([])
    m.state.cells = bytearray(FREE if cell == CRATE else cell for cell in m.state.cells)
    for man in m.state.men:
        put(m, man.id, *HOMES[man.id])


def put(m: Match, seat: int, column: int, row: int) -> Man:
    """Put a man into the middle of a cell."""
    man = of(m, seat)
    man.x = column * C + MIDDLE
    man.y = row * C + MIDDLE
    return man


def of(m: Match, seat: int) -> Man:
    """The man on a seat."""
    found: list[Man] = [man for man in m.state.men if man.id == seat]
    return found[0]


def at(m: Match, column: int, row: int) -> int:
    """The number of a cell."""
    number: int = row * m.state.width + column
    return number


def crates(m: Match, *places: tuple[int, int]) -> None:
    """Put crates onto the board."""
    for column, row in places:
        m.state.cells[at(m, column, row)] = CRATE


def item(m: Match, column: int, row: int, kind: int) -> None:
    """Put an item onto the board."""
    m.state.cells[at(m, column, row)] = ITEM + kind


def lay(m: Match, seat: int, column: int, row: int) -> None:
    """Let a man lay a bomb on a cell and come back to where he was; this takes two ticks."""
    man = of(m, seat)
    x, y = man.x, man.y
    put(m, seat, column, row)
    steps(m, 1, **{f"s{seat}": BOMB})
    steps(m, 1, **{f"s{seat}": 0})
    man.x, man.y = x, y


def until(m: Match, event: str, most: int = 400) -> list[tuple[int, ...]]:
    """Step until something happens; everything that happened, that last."""
    happened: list[tuple[int, ...]] = []
    for _ in range(most):
        happened += steps(m, 1)
        if emitted(happened, event):
            return happened
    raise AssertionError(f"no {event} within {most} ticks")


def burning(m: Match) -> set[tuple[int, int]]:
    """The cells in flames, as (column, row)."""
    width = m.state.width
    cells = set()
    for blast in m.state.blasts:
        row, column = divmod(blast.cell, width)
        cells |= {(column + k, row) for k in range(-blast.left, blast.right + 1)}
        cells |= {(column, row + k) for k in range(-blast.up, blast.down + 1)}
    return cells
