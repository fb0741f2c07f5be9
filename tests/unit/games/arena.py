"""A quiet arena of Loose Ends for tests: a live round in which nothing happens that the test does not do."""

from functools import partial

from game.games.trails import Trails
from game.games.trails.arena import Pickup, Racer
from game.games.trails.ink import Ink
from game.games.trails.tuning import CLOSING_AT, HARMLESS, NEVER, SAFE, U
from game.rules import LIVE, Match
from tests.unit.games.harness import choose, events_named, steps

GAME = Trails()
emitted = partial(events_named, GAME)
LEFT, RIGHT = 1, 2


def arena(seats: int = 2, teams: list[int] | None = None, **options: object) -> Match:
    """A match in its first round, live and past the harmless part, all heads along the top, pens up."""
    m = Match(GAME, choose(GAME, **options), list(range(seats)), teams or [], 7)
    m.begin()
    go_live(m)
    return m


def go_live(m: Match) -> None:
    """Skip to where the round is live and ink hurts; nothing appears and nobody inks of their own accord."""
    while m.state.phase != LIVE:
        m.step([])
    m.state.began = m.tick - HARMLESS - 1
    m.state.offer = NEVER
    for racer in m.state.racers:
        racer.flip = NEVER
        place(m, racer.id, 100 + 60 * racer.id, 100, 1024)


def place(m: Match, seat: int, x: int, y: int, heading: int) -> Racer:
    """Put a racer somewhere, in units."""
    racer = of(m, seat)
    racer.x = x * U
    racer.y = y * U
    racer.heading = heading
    return racer


def of(m: Match, seat: int) -> Racer:
    """The racer on a seat."""
    found: list[Racer] = [racer for racer in m.state.racers if racer.id == seat]
    return found[0]


def park(m: Match, *seats: int) -> None:
    """Take racers out of the way for good: they stand still in the top left corner, ten units apart."""
    for seat in seats:
        racer = place(m, seat, 20 + 20 * seat, 20, 1024)
        racer.pace = 0


def pen_down(m: Match, seat: int) -> None:
    """Let a racer ink from the next step on."""
    of(m, seat).flip = m.tick + 1


def after_pen(m: Match, seat: int) -> None:
    """Let the pen stay as it is."""
    of(m, seat).flip = NEVER


def wall_of_ink(m: Match, seat: int, x: int, top: int, bottom: int, pen: int = 10) -> None:
    """Draw a line of a seat's ink from (x, top) to (x, bottom), long ago, as riding along it would have."""
    racer = of(m, seat)
    run = -20000 * U
    racer.trail += [x * U, top * U, 0]
    racer.laid.append(run)
    for y in range(top * U + racer.pace, bottom * U, racer.pace or 768):
        run += racer.pace
        racer.trail += [x * U, y, pen]
        racer.laid.append(run)
    GAME.rebuild(m)


def offer(m: Match, kind: int, x: int, y: int) -> None:
    """Put a pick-up somewhere, in units."""
    m.state.offers += 1
    m.state.pickups = [*m.state.pickups, Pickup(m.state.offers, kind=kind, x=x * U, y=y * U)]


def later(m: Match, age: int) -> None:
    """Make the round `age` ticks old."""
    m.tick += age
    m.state.began = m.tick - age


__all__ = [
    "CLOSING_AT",
    "GAME",
    "HARMLESS",
    "LEFT",
    "NEVER",
    "RIGHT",
    "SAFE",
    "Ink",
    "U",
    "after_pen",
    "arena",
    "emitted",
    "go_live",
    "later",
    "of",
    "offer",
    "park",
    "pen_down",
    "place",
    "steps",
    "wall_of_ink",
]
