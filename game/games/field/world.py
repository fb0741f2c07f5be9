"""The state of Open Field. Each player is sent only what is near, and roughly where everyone is."""

from game.games.trails import HALF, NEVER, Pickup
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
)

from .tuning import LONGEST_LINE, MOST, MOST_ORBS, ORB_ROWS


class Rider(Entity):
    """The line of a seat, which is its id. A row of the trail with a pen is joined to the row before it."""

    x = Fixed(24, doc="position of the head")
    y = Fixed(24, doc="position of the head")
    heading = Angle(12, doc="0: right, 1024: down, 2048: left, 3072: up")
    alive = Flag(doc="rides; after a crash it is 0 until tick `back`")
    half = Int(HALF, 4, 40, doc="half-width of the head, in quarters of a unit")
    inking = Flag(doc="the trail gains a row in this tick")
    pen = Int(0, 0, 40, doc="half-width of the ink, in quarters of a unit; 0: up, or coming down")
    line = Int(1, 1, LONGEST_LINE, doc="how many rows at the end of the trail count")
    back = Int(doc="tick at which a crashed rider comes back")
    effects = Ints(8, 8, doc="tick at which each effect ends, by Pickup.kind from zip to swap; 0: off")
    trail = Track(
        "x",
        "y",
        "pen",
        when="inking",
        last="line",
        doc="a line of half-width pen from the row before; pen 0: a gap",
    )

    laid = Series("run", see=NOBODY, doc="`run` at each row of the trail")
    run = Int(see=NOBODY, doc="length of the way in the match")
    pace = Int(768, 0, 1 << 13, see=NOBODY, doc="way in a tick")
    turn = Int(0, -200, 200, see=NOBODY, doc="turn in a tick to the right; negative: swapped, 0: square")
    held = Int(0, 0, 3, see=NOBODY, doc="buttons of the tick before")
    flip = Int(see=NOBODY, doc="tick at which the pen goes up or down")
    expires = Int(NEVER, see=NOBODY, doc="tick at which the next effect ends")
    grow = Int(see=NOBODY, doc="rows by which the line is to grow still")
    since = Int(see=NOBODY, doc="tick at which this ride began")
    kills = Int(see=NOBODY)
    longest = Int(see=NOBODY, doc="ticks of the longest ride")
    inked = Int(see=NOBODY, doc="ink laid in the match, 1/16 unit")
    taken = Int(see=NOBODY, doc="pick-ups in the match")


class Orb(Entity):
    """What makes the line of the rider longer who takes it."""

    x = Fixed(24, doc="position")
    y = Fixed(24, doc="position")
    rows = Count(max=ORB_ROWS, doc="by which the line grows")
    seat = Int(-1, -1, MOST - 1, doc="who left it at a crash; -1: nobody")


class World(Entity):
    """The world, and what everyone knows of it."""

    phase = Choice(*PHASES, doc=PHASES_DOC)
    until = Int(doc="tick at which this phase ends")
    began = Int(doc="tick at which the match went live")
    round = Count(max=1, default=1, doc="always 1")
    width = Int(4800, 0, 4800, doc="of the world, in units")
    height = Int(4800, 0, 4800, doc="of the world, in units")
    scores = Ints(MOST, MOST, doc="points by seat")
    radar = Ints(
        MOST,
        MOST,
        doc="about where each seat's head is: 1 + column + 64 * row on a map of 64 by 64 cells; 0: it is out",
    )
    leader = Int(-1, -1, MOST - 1, doc="seat of the only one with the most points, a few ticks ago; -1: none")
    orbs = Entities(Orb, MOST_ORBS, doc="that lie about")
    pickups = Entities(Pickup, 64, doc="what can be taken now")
    riders = Entities(Rider, MOST, near=True, doc="by seat, those near you")

    inset = Int(see=NOBODY, doc="the walls stay where they are")
    wrap = Int(see=NOBODY)
    gappy = Int(see=NOBODY)
    offer = Int(see=NOBODY, doc="tick at which the next pick-up appears")
    offers = Int(see=NOBODY, doc="pick-ups so far")
    dropped = Int(see=NOBODY, doc="orbs so far")
