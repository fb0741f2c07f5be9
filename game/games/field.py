"""Open Field: Loose Ends for a hundred in one world. Lines are of finite length, and who crashes comes back.

The figures are those of Loose Ends. A line is as long as its rider's `line` says, in rows of one step each;
whoever makes another crash gets a longer one. A crashed rider's line is gone at once. Nobody is told more of
the world than what is near, and where about everyone is.
"""

from game.games.trails import (
    CRAWL,
    CUTTER,
    GHOST,
    GREED,
    HALF,
    HARMLESS,
    HERMIT,
    HZ,
    KINDS,
    LEAD,
    NEAR,
    NEVER,
    PICKUP_REACH,
    RUSH,
    SQUARE,
    SWAP,
    THICK,
    THIN,
    WALL,
    ZIP,
    Ink,
    Pickup,
    Sight,
    Trails,
    U,
    changed,
    decide,
    meet,
    pieces,
)
from game.rules import (
    COSINES,
    COUNT,
    LIVE,
    NOBODY,
    PHASES,
    PHASES_DOC,
    SINES,
    Angle,
    Auto,
    Choice,
    Count,
    Entities,
    Entity,
    Event,
    Fixed,
    Flag,
    Int,
    Ints,
    Options,
    Series,
    Subset,
    Track,
    angle_of,
    find,
    seated,
    within,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from game.rules import BotContext, Match
    from game.rules.hashgrid import Disc

MOST = 100
"""Seats."""
ROOMY, EACH = 1000, 38
"""A world is ROOMY units wide and EACH for every rider: 4800 with a hundred."""
REACH = 820 * U
"""How far from a head its player is told of the world, to each side."""
UNKNOWN = (-NEVER, 0, 0, 0, 0)
STALE, SLACK = 10, 60 * U
"""A line's bounds are worked out anew after so many ticks; in between it gets no farther out than this."""
COUNT_TICKS = 3 * HZ
BACK_TICKS = 3 * HZ
"""How long a crashed rider is out."""
SAFE_TICKS = HARMLESS + 15
"""A rider who comes back is a ghost for so long."""
EDGE = 220
"""Nobody comes back nearer to a wall, in units."""
ROOM, CLEAR = 280 * U, 70 * U
"""How far from all heads, and from ink, a rider comes back if there is such a place."""
LONGEST_LINE = 360
GROWTH = 30
"""Rows by which the line of who made another crash grows, one in a step."""
SPARE = 60
"""Rows beyond those that count, before a line is cut to these."""
BOUNTY = 5
"""Points for making another crash."""
RIDE_TICKS = 5 * HZ
"""Who rides for so long without a crash has a point, and then another."""
LOOK_EVERY = 40
"""Ticks from one look at where about a rider is to the next."""
MAP = 64
"""Cells of the map to each side."""
SWEEP = 300
"""Cells of the ink that are swept in a tick."""
OFFER_TICKS = 8
AFFECTED = 600 * U
"""How far a pick-up that works on others reaches."""
DECIDE = 6


# --- state ---------------------------------------------------------------------------------------


class Rider(Entity):
    """One seat's line; its id is the seat. Rows are those of Loose Ends: joined to the row before, if pen."""

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


class World(Entity):
    """The world and what all know of it."""

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
    pickups = Entities(Pickup, 64, doc="what can be taken now")
    riders = Entities(Rider, MOST, near=True, doc="by seat, those near you")

    inset = Int(see=NOBODY, doc="the walls stay where they are")
    wrap = Int(see=NOBODY)
    gappy = Int(see=NOBODY)
    offer = Int(see=NOBODY, doc="tick at which the next pick-up appears")
    offers = Int(see=NOBODY, doc="pick-ups so far")


# --- ink -----------------------------------------------------------------------------------------


class FieldInk(Ink):
    """Where ink lies. A disc counts from its owner's `floors` on; what lies below is swept out by and by.

    A newcomer's `run` starts at 0 again. `base` is added to it, so that the stamps of a seat only rise.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.floors = [0] * MOST
        self.base = [0] * MOST
        self.at = 0
        self.bounds: "list[tuple[int, int, int, int, int]]" = [UNKNOWN] * MOST

    def lay(self, tick: int, x: int, y: int, radius: int, owner: int, stamp: int) -> None:
        """Lay a disc on top of all that it touches, for good: a rewound match makes its ink anew."""
        bits = self.bits
        stride = self.stride
        chains = self.chains
        left = (x - radius >> bits) + 1
        right = (x + radius >> bits) + 2
        bottom = ((y + radius >> bits) + 2) * stride
        stamp += self.base[owner]
        for row in range(((y - radius >> bits) + 1) * stride, bottom, stride):
            for cell in range(row + left, row + right):
                chains[cell] = (x, y, radius, owner, stamp, chains[cell])

    def count_from(self, seat: int, run: int) -> None:
        """Let the seat's ink count that is laid at this `run` or later, and no other."""
        self.floors[seat] = run + self.base[seat]

    def vacate(self, seat: int, run: int) -> None:
        """Let no ink of the seat count any more, also for its next player; `run` is the last stamp."""
        self.floors[seat] = NEVER
        self.base[seat] += run

    # hot: once for each head and step
    def struck(self, seat: int, x: int, y: int, reach: int, run: int) -> int:
        """Whose ink a head touches, or -1. Of several it is the ink that it is deepest in.

        The order of the discs must not matter: a restored match lays them in another one.
        """
        floors = self.floors
        run += self.base[seat]
        found = -1
        least = 0
        for disc in self.around(x, y, reach):
            below: "Optional[Disc]" = disc
            while below is not None:
                dx, dy, wide, owner, then, below = below
                if then < floors[owner]:
                    continue
                wide += reach
                # Your own ink cannot hurt you before you are two widths of it away.
                if owner == seat and run - then < wide + wide:
                    continue
                dx -= x
                dy -= y
                if within(dx, dy, wide):
                    gap = dx * dx + dy * dy - wide * wide
                    if found < 0 or gap < least or (gap == least and owner < found):
                        found = owner
                        least = gap
        return found

    def sweep(self) -> None:
        """Take out of some cells what counts no more."""
        chains = self.chains
        floors = self.floors
        first = self.at
        self.at = last = min(first + SWEEP, len(chains))
        for cell in range(first, last):
            disc = chains[cell]
            if disc is None:
                continue
            kept = []
            while disc is not None:
                if disc[4] >= floors[disc[3]]:
                    kept.append(disc)
                disc = disc[5]
            chain: "Optional[Disc]" = None
            while kept:
                one = kept.pop()
                chain = (one[0], one[1], one[2], one[3], one[4], chain)
            chains[cell] = chain
        if last == len(chains):
            self.at = 0

    def bounds_of(self, tick: int, rider: Rider) -> "tuple[int, int, int, int, int]":
        """The tick at which they were worked out, and the left, top, right and bottom of a line."""
        found = self.bounds[rider.id]
        if tick - found[0] >= STALE or tick < found[0]:
            rows = rider.trail[-3 * rider.line :]
            xs = rows[::3]
            ys = rows[1::3]
            xs.append(rider.x)
            ys.append(rider.y)
            found = (tick, min(xs) - SLACK, min(ys) - SLACK, max(xs) + SLACK, max(ys) + SLACK)
            self.bounds[rider.id] = found
        return found


# --- the game ------------------------------------------------------------------------------------


class Field(Trails):
    """Open Field. One step: come back, steer and move all, test all, apply all deaths, take, ink."""

    name = "field"
    title = "Open Field"
    blurb = "A hundred lines in one wide world: make them run into yours, and yours grows."
    seats = (2, MOST)
    preset_of = "trails"
    crowd = 40
    replication = "delta"
    options = Options(
        minutes=Int(4, 1, 30, doc="length of the match"),
        line=Int(4, 2, 8, doc="seconds of ink that a new line holds"),
        speed=Int(105, 60, 150, doc="units a second"),
        turn=Int(165, 100, 260, doc="degrees a second"),
        size=Auto(1200, 4800, doc="of the world, units to each side; auto: by the riders at the start"),
        gaps=Flag(True, doc="lines have gaps to slip through"),
        pickups=Subset(*KINDS[: SWAP + 1], doc="what may appear"),
    )
    presets = (
        ("Classic", {}),
        ("Long lines", {"line": 8}),
        ("Pure", {"pickups": []}),
        ("Rush hour", {"size": 1800, "speed": 120, "turn": 190}),
        ("Quick", {"minutes": 2}),
    )
    team_option = ""
    events = (
        Event("beat", "left", doc="seconds until the match goes live: 3, 2, 1"),
        Event("go", "round", doc="the match goes live"),
        Event("crash", "seat", "by", "x", "y", doc="by: whose line or head it was; -1: the wall"),
        Event("take", "seat", "kind", "x", "y", near=True, doc="a pick-up is taken; x, y in 1/256 unit"),
        Event("fade", "seat", "kind", near=True, doc="an effect ends"),
        Event("corner", "seat", near=True, doc="made a right-angled turn"),
        Event("through", "seat", near=True, doc="never sent in this game"),
        Event("matchEnd", "seat", doc="seat: the winner, or one of those who share the win; -1: none"),
    )
    awards = ("Most knock-outs", "Longest alive", "Most ink", "Collector")
    """Figures: knock-outs, seconds, units, pick-ups."""
    State = World

    # --- course of the match

    def start(self, m: "Match") -> None:
        """Set up the world for the seats that are there."""
        s = m.state
        side = m.options.size or min(4800, ROOMY + EACH * len(m.seats))
        s.width = s.height = side
        s.until = m.tick + COUNT_TICKS
        s.riders = [Rider(seat) for seat in m.seats]
        m.scratch = FieldInk(s)
        for rider in s.riders:
            self.spawn(m, rider, s.until)
        m.emit("beat", COUNT_TICKS // HZ)

    def went_live(self, m: "Match") -> None:
        """From here on the clock runs."""
        s = m.state
        s.until = m.tick + m.options.minutes * 60 * HZ

    def rounds(self, m: "Match") -> "list[list[int]]":
        """There are none."""
        return []

    def join(self, m: "Match", seat: int) -> None:
        """A newcomer rides at once."""
        s = m.state
        self.leave(m, seat)
        rider = Rider(seat)
        s.riders = seated(s.riders, rider)
        self.spawn(m, rider, max(m.tick, s.until) if s.phase == COUNT else m.tick)

    def leave(self, m: "Match", seat: int) -> None:
        """Who leaves is gone with the line and the points."""
        s = m.state
        gone = find(s.riders, seat)
        if gone is not None:
            m.scratch.vacate(seat, gone.run)
        s.riders = [rider for rider in s.riders if rider is not gone]
        s.scores[seat] = s.radar[seat] = 0

    def spawn(self, m: "Match", rider: Rider, tick: int) -> None:
        """Put a rider where there is room, as a ghost for a while from `tick` on."""
        s = m.state
        x = y = 0
        for _ in range(10):
            x = m.rng.between(EDGE, s.width - EDGE) * U
            y = m.rng.between(EDGE, s.height - EDGE) * U
            if self.is_clear(m, x, y):
                break
        rider.x = x
        rider.y = y
        inward = angle_of(s.width * U // 2 - x, s.height * U // 2 - y)
        rider.heading = (inward + m.rng.between(-700, 700)) & 4095
        rider.alive = 1
        rider.inking = rider.pen = rider.held = rider.grow = rider.back = 0
        rider.line = m.options.line * HZ
        rider.since = tick
        rider.flip = tick + SAFE_TICKS
        rider.effects = changed([0] * 8, GHOST, tick + SAFE_TICKS)
        rider.trail = []
        rider.laid = []
        # Whatever was laid before counts no more.
        rider.run += U
        m.scratch.count_from(rider.id, rider.run)
        m.scratch.bounds[rider.id] = UNKNOWN
        self.fit(m, rider)
        self.spot(s, rider)

    def is_clear(self, m: "Match", x: int, y: int) -> bool:
        """Whether there is room for a rider to come back."""
        for rider in m.state.riders:
            if rider.alive and within(rider.x - x, rider.y - y, min(ROOM, m.state.width * U // 8)):
                return False
        ink: FieldInk = m.scratch
        return ink.struck(-1, x, y, CLEAR, 0) < 0

    def spot(self, s: World, rider: Rider) -> None:
        """Note where about a rider is."""
        cell = s.width * U // MAP
        s.radar[rider.id] = 1 + rider.x // cell + rider.y // cell * MAP if rider.alive else 0

    def reward(self, m: "Match") -> None:
        """The time is over: rank everyone and give the awards."""
        s = m.state
        for rider in s.riders:
            if rider.alive:
                rider.longest = max(rider.longest, m.tick - rider.since)
        self.end_match(m, [(rider.id, s.scores[rider.id]) for rider in s.riders])
        m.award_most("Most knock-outs", [(rider.id, rider.kills) for rider in s.riders])
        m.award_most("Longest alive", [(rider.id, rider.longest // HZ) for rider in s.riders])
        m.award_most("Most ink", [(rider.id, rider.inked >> 4) for rider in s.riders])
        m.award_most("Collector", [(rider.id, rider.taken) for rider in s.riders])

    # --- one tick

    # hot: 30 times a second and room; python -m bench.field measures it
    def play(self, m: "Match", inputs: "list[int]") -> None:
        """Come back, steer and move all, test all, apply all deaths, take pick-ups, lay ink."""
        s = m.state
        tick = m.tick
        living = []
        for rider in s.riders:
            if (tick + rider.id) % LOOK_EVERY == 0:
                self.spot(s, rider)
            if rider.alive:
                if tick >= rider.expires:
                    self.wane(m, rider)
                if (tick - rider.since) % RIDE_TICKS == 0 and tick > rider.since:
                    s.scores[rider.id] += 1
                living.append(rider)
            elif tick >= rider.back:
                self.spawn(m, rider, tick)
        self.move(m, living, inputs)
        # Whoever runs ahead foretells no deaths.
        dead = [] if m.ahead else self.collisions(m, living)
        for rider, by in dead:
            self.crash(m, rider, by)
        if dead:
            living = [rider for rider in living if rider.alive]
        self.gather(m, living)
        self.draw(m, living)
        m.scratch.sweep()
        if tick >= s.offer:
            self.make_offer(m)
        if tick >= s.until:
            self.reward(m)

    def collisions(self, m: "Match", living: "list[Rider]") -> "list[tuple[Rider, int]]":
        """Who crashes in this tick, and whose ink or head it was."""
        s = m.state
        struck = m.scratch.struck
        right = s.width * U
        bottom = s.height * U
        found: "list[tuple[int, Rider, int]]" = []
        solid: "list[tuple[int, int, Rider]]" = []
        for rider in living:
            x = rider.x
            y = rider.y
            reach = rider.half * 64
            if x < reach or y < reach or x + reach >= right or y + reach >= bottom:
                found.append((rider.id, rider, WALL))
                continue
            if rider.effects[GHOST]:
                continue
            solid.append((x, rider.id, rider))
            by = struck(rider.id, x, y, reach, rider.run)
            count = pieces(rider.pace, rider.half)
            for k in range(1, count):
                back = rider.pace * k // count
                dx = COSINES[rider.heading] * back >> 14
                dy = SINES[rider.heading] * back >> 14
                if by < 0:
                    by = struck(rider.id, x - dx, y - dy, reach, rider.run - back)
            if by >= 0:
                found.append((rider.id, rider, by))
        solid.sort(key=lambda one: (one[0], one[1]))
        for k in range(len(solid)):
            x, _, rider = solid[k]
            for j in range(k + 1, len(solid)):
                if solid[j][0] - x >= NEAR:
                    break
                other = solid[j][2]
                if meet(rider, other):
                    found.append((rider.id, rider, other.id))
                    found.append((other.id, other, rider.id))
        # In the order of seats, and each but once: by ink rather than by a head.
        found.sort(key=lambda one: (one[0], 0 if one[2] == WALL else 1, one[2]))
        dead: "list[tuple[Rider, int]]" = []
        for _, rider, by in found:
            if not dead or dead[-1][0] is not rider:
                dead.append((rider, by))
        return dead

    def crash(self, m: "Match", rider: Rider, by: int) -> None:
        """A rider is out for a while, and the line is gone; who made it happen gains by it."""
        s = m.state
        m.emit("crash", rider.id, by, rider.x, rider.y)
        rider.alive = rider.inking = rider.pen = 0
        rider.longest = max(rider.longest, m.tick - rider.since)
        rider.back = m.tick + BACK_TICKS
        rider.effects = [0] * 8
        rider.expires = NEVER
        rider.trail = []
        rider.laid = []
        m.scratch.floors[rider.id] = NEVER
        s.radar[rider.id] = 0
        other = find(s.riders, by) if by != rider.id else None
        if other is not None:
            other.kills += 1
            other.grow = min(other.grow + GROWTH, LONGEST_LINE - other.line)
            s.scores[by] += BOUNTY

    def draw(self, m: "Match", living: "list[Rider]") -> None:
        """Lift and lower pens, lay a row for each that is down, and let the ends of lines go."""
        tick = m.tick
        scratch = m.scratch
        for rider in living:
            if tick >= rider.flip:
                self.flip_pen(m, rider)
                rider.pen = 0
            elif rider.inking:
                rider.pen = rider.half if rider.trail else 0
            if not rider.inking:
                continue
            rows = rider.trail
            laid = rider.laid
            rows += (rider.x, rider.y, rider.pen)
            laid.append(rider.run)
            rider.inked += rider.pace >> 4
            count = len(laid)
            if rider.grow:
                rider.grow -= 1
                rider.line += 1
            scratch.line(tick, rider, count - 1)
            if count >= rider.line:
                # What joins the last row to the one before it counts no more: that one may be cut away.
                scratch.count_from(rider.id, laid[-rider.line] + 1)
                if count >= rider.line + SPARE:
                    rider.trail = rows[-3 * rider.line :]
                    rider.laid = laid[-rider.line :]

    # --- pick-ups

    def make_offer(self, m: "Match") -> None:
        """Put a pick-up somewhere; there is one for every two riders, and a few."""
        s = m.state
        s.offer = m.tick + OFFER_TICKS
        if len(s.pickups) >= min(64, 4 + len(s.riders) // 2):
            return
        kinds = [kind for kind in range(SWAP + 1) if m.options.pickups >> kind & 1]
        if kinds:
            s.offers += 1
            kind = kinds[m.rng.below(len(kinds))]
            x = m.rng.between(60, s.width - 60) * U
            y = m.rng.between(60, s.height - 60) * U
            s.pickups = s.pickups + [Pickup(s.offers, kind=kind, x=x, y=y)]

    def gather(self, m: "Match", living: "list[Rider]") -> None:
        """Give a pick-up to whoever rides over it; a quarter of them is looked at in each tick."""
        s = m.state
        for pickup in s.pickups:
            if (pickup.id + m.tick) % 4:
                continue
            x = pickup.x
            y = pickup.y
            for rider in living:
                if -NEAR < rider.x - x < NEAR and within(
                    rider.x - x, rider.y - y, PICKUP_REACH + rider.half * 64
                ):
                    s.pickups = [other for other in s.pickups if other is not pickup]
                    rider.taken += 1
                    m.emit("take", rider.id, pickup.kind, x, y)
                    self.affect(m, rider, pickup.kind, living)
                    break

    def affect(self, m: "Match", taker: Rider, kind: int, living: "list[Rider]") -> None:
        """Let a pick-up do what it does: to its taker, or to everyone else nearby."""
        for rider in living:
            if kind <= SQUARE:
                meant = rider is taker
            else:
                meant = (
                    rider is not taker
                    and -AFFECTED < rider.x - taker.x < AFFECTED
                    and -AFFECTED < rider.y - taker.y < AFFECTED
                )
            if meant:
                until = self.extended(m, rider.effects[kind], kind)
                rider.effects = changed(rider.effects, kind, until)
                if kind == GHOST:
                    rider.inking = rider.pen = 0
                    rider.flip = until
                self.fit(m, rider)

    def wane(self, m: "Match", rider: Rider) -> None:
        """End what has come to its end."""
        for kind in range(8):
            if 0 < rider.effects[kind] <= m.tick:
                rider.effects = changed(rider.effects, kind, 0)
                m.emit("fade", rider.id, kind)
        self.fit(m, rider)

    def fit(self, m: "Match", rider: Rider) -> None:
        """Work out a rider's pace, turn and width, and when the next effect ends."""
        on = rider.effects
        base = m.options.speed * U // HZ
        turn = m.options.turn * 4096 // (360 * HZ)
        pace = base * (8 if on[ZIP] else 5) // 5 * (8 if on[RUSH] else 5) // 5 * (3 if on[CRAWL] else 5) // 5
        rider.pace = max(base * 2 // 5, min(base * 11 // 5, pace))
        rider.turn = 0 if on[SQUARE] else -turn if on[SWAP] else turn
        rider.half = HALF * (2 if on[THICK] else 1) // (2 if on[THIN] else 1)
        rider.expires = min([end for end in on if end] + [NEVER])

    # --- what is near

    def near(self, m: "Match", seat: int) -> "list[int]":
        """Everyone any part of whose line is in sight of a seat, or for onlookers of who leads."""
        s = m.state
        me = find(s.riders, seat)
        if me is None:
            best = -1
            for rider in s.riders:
                if rider.alive and s.scores[rider.id] > best:
                    best = s.scores[rider.id]
                    me = rider
        x = me.x if me is not None else s.width * U // 2
        y = me.y if me is not None else s.height * U // 2
        bounds_of = m.scratch.bounds_of
        found = []
        for rider in s.riders:
            _, left, top, right, bottom = bounds_of(m.tick, rider)
            if left - REACH < x < right + REACH and top - REACH < y < bottom + REACH:
                found.append(rider.id)
        return found

    # --- derived data

    def rebuild(self, m: "Match") -> None:
        """Find out anew where the ink of all lines lies."""
        m.scratch = FieldInk(m.state)
        m.scratch.floors = [NEVER] * MOST
        for rider in m.state.riders:
            count = len(rider.laid)
            first = max(0, count - rider.line)
            if rider.alive:
                m.scratch.count_from(rider.id, rider.laid[first] + 1 if count else rider.run)
            for row in range(first + 1, count):
                m.scratch.line(m.tick, rider, row)

    def rewound(self, m: "Match") -> None:
        """Make the ink anew."""
        self.rebuild(m)

    def bot(self, m: "Match", bot: "BotContext") -> int:
        """The buttons of a bot: every DECIDE ticks, each bot in its turn, it looks and decides."""
        if (m.tick + bot.seat) % DECIDE:
            # A right angle is turned by a press, not by holding on.
            return 0 if bot.memory else bot.buttons
        bot.memory = []
        rider = find(m.state.riders, bot.seat)
        if rider is None or not rider.alive or m.state.phase != LIVE:
            return 0
        if m.scratch.sight is None:
            m.scratch.sight = FieldSight(m.state)
        sight = m.scratch.sight
        sight.keep_up(m)
        return decide(m, bot, rider, sight, aim(m, bot, rider))


# --- bots ----------------------------------------------------------------------------------------

PAINT_EVERY = 3
"""Ticks between two looks at what is new: a cell of the picture is wider than a head's way in that time."""
HUNT = 420 * U
"""From how far a rival draws a bot."""


class FieldSight(Sight):
    """What bots see of the world: ink is painted as it is laid, and wiped out as it goes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.painted: "list[list[tuple[int, int, int]]]" = [[] for _ in range(MOST)]
        self.newest = [-1] * MOST
        self.looked = -NEVER

    def keep_up(self, m: "Match") -> None:
        """Paint what is new and wipe out what is gone."""
        if m.tick - self.looked < PAINT_EVERY:
            return
        self.looked = m.tick
        floors = m.scratch.floors
        for rider in m.state.riders:
            seat = rider.id
            base = m.scratch.base[seat]
            painted = self.painted[seat]
            laid = rider.laid
            k = len(laid) - 1
            newest = self.newest[seat] - base
            floor = floors[seat] - base
            if k >= 0:
                self.newest[seat] = laid[k] + base
            rows = rider.trail
            while k >= 0 and laid[k] > newest and laid[k] >= floor:
                pen = rows[3 * k + 2]
                if pen:
                    cell = self.at(rows[3 * k], rows[3 * k + 1])
                    # half of the ink, half of an ordinary head, and half a cell for what a cell hides
                    wide = (pen + HALF) * 64 + U * 2 >> 10
                    self.paint(cell, wide)
                    painted.append((laid[k] + base, cell, wide))
                k -= PAINT_EVERY
        for seat in range(MOST):
            painted = self.painted[seat]
            gone = 0
            for run, cell, wide in painted:
                if run >= floors[seat]:
                    break
                self.wipe(cell, wide)
                gone += 1
            if gone:
                del painted[:gone]

    def wipe(self, cell: int, wide: int) -> None:
        """Free a square of cells."""
        cells = self.cells
        nothing = bytes(2 * wide + 1)
        for row in range(cell - wide - wide * self.stride, cell + wide * self.stride, self.stride):
            cells[row : row + 2 * wide + 1] = nothing

    def expect(self, arena: "Any", me: "Any") -> None:
        """Shade where the rivals nearby will be if they go straight on."""
        x = me.x
        y = me.y
        for rider in arena.riders:
            if not (-90 * U < rider.x - x < 90 * U and -90 * U < rider.y - y < 90 * U):
                continue
            if rider.alive and rider is not me:
                self.shade(self.at(rider.x, rider.y), 1)
                dx = COSINES[rider.heading] * 9 * U >> 14
                dy = SINES[rider.heading] * 9 * U >> 14
                for k in range(2, 6):
                    self.shade(self.at(rider.x + dx * k, rider.y + dy * k), 1)


def aim(m: "Match", bot: "BotContext", me: Rider) -> "tuple[int, int]":
    """Where a bot wants to be: at a pick-up, else ahead of a rival nearby or away from it, or elsewhere."""
    s = m.state
    x = me.x
    y = me.y
    reach = GREED[bot.style] * U
    best = NEVER
    wanted = None
    for pickup in s.pickups:
        dx = pickup.x - x
        dy = pickup.y - y
        if -reach < dx < reach and -reach < dy < reach and abs(dx) + abs(dy) < best:
            best = abs(dx) + abs(dy)
            wanted = pickup
    if wanted is not None:
        return wanted.x, wanted.y
    near = None
    best = NEVER
    for rider in s.riders:
        dx = rider.x - x
        dy = rider.y - y
        if not (-HUNT < dx < HUNT and -HUNT < dy < HUNT):
            continue
        if rider.alive and rider is not me and abs(dx) + abs(dy) < best:
            best = abs(dx) + abs(dy)
            near = rider
    if near is None:
        there = m.scratch.floors[bot.seat] + bot.seat * 977
        x = s.width * U // 4 + there % (s.width * U // 2)
        y = s.height * U // 4 + there // 3 % (s.height * U // 2)
    elif bot.style == HERMIT:
        x = 2 * x - near.x
        y = 2 * y - near.y
    else:
        lead = LEAD if bot.style == CUTTER else LEAD // 2
        x = near.x + COSINES[near.heading] * lead // 64
        y = near.y + SINES[near.heading] * lead // 64
    margin = 80 * U
    return max(margin, min(s.width * U - margin, x)), max(margin, min(s.height * U - margin, y))
