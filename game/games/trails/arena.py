"""The state of Loose Ends.

Lengths are in 1/256 of a unit (U), angles in 4096 steps a turn, half-widths in quarters of a unit; a time is
the tick of the match at which something ends.
"""

from game.rules import (
    NOBODY,
    PHASES,
    PHASES_DOC,
    Angle,
    Choice,
    Count,
    Entities,
    Entity,
    Fixed,
    Flag,
    Int,
    Ints,
    Series,
    Track,
    side,
    standings,
)

from .tuning import HALF, KINDS, NEVER, SAFE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What games share that are built on this one: a Racer, or an entity with its fields; an Arena likewise.
    # A protocol would be exact, but compiled code reads declared fields only from their own class.
    Head = Any
    Space = Any


class Pickup(Entity):
    """A thing that racers collect by riding over it."""

    kind = Choice(*KINDS, doc="zip to square work on the taker, rush to swap on others, the rest on all")
    x = Fixed(24, doc="position")
    y = Fixed(24, doc="position")


class Racer(Entity):
    """The line of a seat, which is its id.

    `trail` can be drawn alone: a row with pen 0 is where the pen comes down, any other row is joined to the
    row before it by a line of that half-width.
    """

    x = Fixed(24, doc="position of the head")
    y = Fixed(24, doc="position of the head")
    heading = Angle(12, doc="0: right, 1024: down, 2048: left, 3072: up")
    alive = Flag(doc="has not crashed in this round")
    rides = Flag(doc="takes part in this round; a seat that joins late waits for the next")
    team = Int(0, 0, 4, doc="from 1; 0: no team")
    score = Count(max=999, doc="points of the racer's side")
    half = Int(HALF, 4, 40, doc="half-width of the head, in quarters of a unit")
    inking = Flag(doc="the trail gains a row in this tick")
    pen = Int(0, 0, 40, doc="half-width of the ink, in quarters of a unit; 0: up, or coming down")
    effects = Ints(8, 8, doc="tick at which each effect ends, by Pickup.kind from zip to swap; 0: off")
    trail = Track(
        "x", "y", "pen", when="inking", doc="a line of half-width pen from the row before; pen 0: a gap"
    )

    laid = Series("run", see=NOBODY, doc="`run` at each row of the trail")
    bot = Flag(see=NOBODY, doc="a bot plays it")
    run = Int(see=NOBODY, doc="length of the way in this round")
    pace = Int(768, 0, 1 << 13, see=NOBODY, doc="way in a tick")
    turn = Int(0, -200, 200, see=NOBODY, doc="turn in a tick to the right; negative: swapped, 0: square")
    held = Int(0, 0, 3, see=NOBODY, doc="buttons of the tick before")
    flip = Int(see=NOBODY, doc="tick at which the pen goes up or down")
    brush = Int(SAFE, 0, SAFE, see=NOBODY, doc="the tightest of the close shave that is going on")
    shave = Int(SAFE, 0, SAFE, see=NOBODY, doc="the closest shave of the match, 1/256 unit")
    kills = Int(see=NOBODY)
    lived = Int(see=NOBODY, doc="ticks alive in the match")
    inked = Int(see=NOBODY, doc="ink laid in the match, 1/16 unit")
    taken = Int(see=NOBODY, doc="pick-ups in the match")


class Arena(Entity):
    """The arena and the course of the match."""

    phase = Choice(*PHASES, doc=PHASES_DOC)
    until = Int(doc="tick at which this phase ends; 0: not known")
    began = Int(doc="tick at which this round went live")
    round = Count(max=31, doc="number of the round, from 1")
    decider = Flag(doc="this round decides between those who shared the lead")
    target = Int(5, 1, 100, doc="points to win, with a lead of 2")
    width = Int(960, 0, 1440, doc="of the arena, in units")
    height = Int(600, 0, 900, doc="of the arena, in units")
    inset = Int(0, 0, 450, doc="how far each wall has come in, in units")
    hurry = Int(doc="tick from which only bots ride, so that the walls close fast; 0: off")
    wrap = Int(doc="tick until which heads pass through the walls; 0: walls are solid")
    gappy = Int(doc="tick until which every line is full of gaps; 0: off")
    pickups = Entities(Pickup, 4, doc="what can be taken now")
    racers = Entities(Racer, 8, doc="by seat")

    narrow = Int(0, 0, 450, see=NOBODY, doc="inset when the hurry began")
    expires = Int(NEVER, see=NOBODY, doc="tick at which the next effect ends")
    offer = Int(NEVER, see=NOBODY, doc="tick at which the next pick-up appears")
    offers = Int(see=NOBODY, doc="pick-ups so far")
    history = Series(
        "0", "1", "2", "3", "4", "5", "6", "7", see=NOBODY, doc="scores by seat after each round"
    )


def ranked(s: Arena) -> "list[tuple[int, int]]":
    """The (points, side) of each side, best first."""
    return standings([(side(racer), racer.score) for racer in s.racers])
