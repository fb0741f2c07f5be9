"""Loose Ends: everyone draws a line that never ends; touch one and you are out. The last one rides on.

Lengths are in 1/256 of a unit (U), angles in 4096 steps a turn, half-widths in quarters of a unit,
times in ticks of 1/30 s and, in the state, as the match's tick at which something ends.
"""

from game.rules import (
    COSINES,
    INT_MAX,
    NOBODY,
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
    Game,
    Int,
    Ints,
    Options,
    Place,
    Series,
    Subset,
    Track,
    angle_of,
    distance,
    turn_towards,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from game.rules import Match, Mind

    Node = tuple[int, int, int, int, int, Optional["Node"]]

# --- figures -------------------------------------------------------------------------------------

U = 256
HZ = 30
LEFT, RIGHT = 1, 2
COUNT, LIVE, ROUND_END, MATCH_END = 0, 1, 2, 3
COUNT_TICKS, ROUND_END_TICKS = 3 * HZ, 75
HARMLESS = 45
"""Ticks at the start of a round in which nobody inks and nothing hurts."""
FASTER_AT, CLOSING_AT = 30 * HZ, 90 * HZ
SIZES = ((960, 600), (1120, 700), (1280, 800), (1440, 900))
HALF = 10
APART = 160
"""Least distance of two starting points, in units; half of it is the least distance to a wall."""
SHAVE = 3 * U // 2
"""A gap below this between a head and ink is a close shave."""
SAFE = 1 << 20
"""More than any `Ink.nearest`."""
CELL = 12
"""A cell of the ink's index is 2**CELL wide: 16 units."""
PICKUP_REACH = 14 * U
PICKUP_TICKS = (4 * HZ, 7 * HZ)
LONGEST = 12 * HZ
"""Repeats extend an effect to this at most."""
NEVER = INT_MAX
WALL = -1
"""In the place of a seat that is to blame: nobody is."""

ZIP, CRAWL, THIN, GHOST, SQUARE, RUSH, THICK, SWAP, ERASER, WRAP, GAPPY = range(11)
KINDS = ("zip", "crawl", "thin", "ghost", "square", "rush", "thick", "swap", "eraser", "wrap", "gappy")
SECONDS = (4, 5, 7, 3, 5, 4, 6, 5, 0, 8, 6)
"""Kinds up to SQUARE work on who takes them, up to SWAP on everyone of another side, the rest on all."""


# --- state ---------------------------------------------------------------------------------------


class Pickup(Entity):
    """Something to ride over."""

    kind = Choice(*KINDS)
    x = Fixed(24)
    y = Fixed(24)


class Racer(Entity):
    """One seat's line; its id is the seat.

    `trail` can be drawn on its own: a row with pen 0 is where the pen comes down, any other row is
    joined to the row before it by a line of that half-width.
    """

    x = Fixed(24)
    y = Fixed(24)
    heading = Angle(12)
    alive = Flag()
    rides = Flag(doc="takes part in this round; who joins late waits for the next")
    team = Int(0, 0, 4, doc="0: on their own")
    score = Count(max=999, doc="points of the racer's side")
    half = Int(HALF, 4, 40, doc="half-width of the head, quarters of a unit")
    inking = Flag(doc="a row is laid in this step")
    pen = Int(0, 0, 40, doc="half-width of the ink laid; 0 when up and in the step that it comes down in")
    effects = Ints(8, 8, doc="tick at which each effect of the kinds zip to swap ends, 0: off")
    trail = Track("x", "y", "pen", when="inking")

    laid = Series("run", see=NOBODY, doc="`run` at each row of the trail")
    run = Int(see=NOBODY, doc="length of the way in this round")
    pace = Int(768, 0, 1 << 13, see=NOBODY, doc="way in a tick")
    turn = Int(0, -200, 200, see=NOBODY, doc="turn in a tick to the right; negative: swapped, 0: square")
    held = Int(0, 0, 3, see=NOBODY, doc="buttons of the tick before")
    flip = Int(see=NOBODY, doc="tick at which the pen goes up or down")
    brush = Int(SAFE, 0, SAFE, see=NOBODY, doc="the tightest of the close shave that is going on")
    shave = Int(SAFE, 0, SAFE, see=NOBODY, doc="the closest shave of the match, 1/256 unit")
    kills = Int(see=NOBODY)
    lived = Int(see=NOBODY, doc="ticks alive in the match")
    inked = Int(see=NOBODY, doc="units of ink in the match")
    taken = Int(see=NOBODY, doc="pick-ups in the match")


class Arena(Entity):
    """The arena and the course of the match."""

    phase = Choice("count", "live", "roundEnd", "matchEnd")
    until = Int(doc="tick at which this phase ends; 0 while live")
    began = Int(doc="tick at which this round went live")
    round = Count(max=31)
    decider = Flag()
    target = Int(5, 1, 100)
    width = Int(960, 0, 1440, doc="units")
    height = Int(600, 0, 900, doc="units")
    inset = Int(0, 0, 450, doc="how far each wall has come in, units")
    wrap = Int(doc="tick until which the walls are open, 0: solid")
    gappy = Int(doc="tick until which every line is full of gaps, 0: off")
    pickups = Entities(Pickup, 4)
    racers = Entities(Racer, 8)

    expires = Int(NEVER, see=NOBODY, doc="tick at which the next effect ends")
    offer = Int(NEVER, see=NOBODY, doc="tick at which the next pick-up appears")
    offers = Int(see=NOBODY, doc="pick-ups so far")


# --- ink -----------------------------------------------------------------------------------------


def pieces(pace: int, half: int) -> int:
    """Into how many pieces a step is cut so that no line has a hole and no head skips a thin line."""
    return 1 + pace // ((half * 64 + U) * 181 >> 7)


class Ink:
    """Where ink lies, for a head to ask: cells of 16 units, each a chain of the dabs that touch it.

    A dab is a tuple that ends with the next of its chain, so the newest is taken off by looking at it,
    and a rewound match unlays its ink instead of building all of it anew.
    """

    def __init__(self, width: int, height: int) -> None:
        # One cell more on every side: ink and heads reach over the walls.
        self.stride = (width * U >> CELL) + 3
        self.chains: "list[Optional[Node]]" = [None] * (self.stride * ((height * U >> CELL) + 3))
        self.laid: "list[tuple[int, int]]" = []
        self.map: "Optional[Map]" = None

    def lay(self, tick: int, seat: int, x: int, y: int, reach: int, run: int) -> None:
        """Lay a dab of radius `reach`."""
        chains = self.chains
        left = (x - reach >> CELL) + 1
        right = (x + reach >> CELL) + 1
        top = ((y - reach >> CELL) + 1) * self.stride
        bottom = ((y + reach >> CELL) + 1) * self.stride
        for row in range(top, bottom + 1, self.stride):
            for cell in range(row + left, row + right + 1):
                chains[cell] = (x, y, reach, seat, run, chains[cell])
                self.laid.append((tick, cell))

    def line(self, tick: int, seat: int, rows: "list[int]", at: int, run: int, pace: int) -> None:
        """Lay what joins the row at `at` of a trail to the row before it."""
        pen = rows[at + 2]
        if pen:
            x = rows[at]
            y = rows[at + 1]
            self.lay(tick, seat, x, y, pen * 64, run)
            if pace > pen * 45:
                count = pieces(pace, pen)
                for k in range(1, count):
                    self.lay(
                        tick,
                        seat,
                        x + (rows[at - 3] - x) * k // count,
                        y + (rows[at - 2] - y) * k // count,
                        pen * 64,
                        run,
                    )

    def unlay(self, tick: int) -> None:
        """Take off all that was laid after `tick`."""
        laid = self.laid
        while laid and laid[-1][0] > tick:
            cell = laid.pop()[1]
            node = self.chains[cell]
            assert node is not None
            self.chains[cell] = node[5]

    # hot: 240 times a second and room, and the half of a step
    def nearest(self, seat: int, x: int, y: int, reach: int, run: int) -> int:
        """The nearest ink to a head: (gap + U * 64) * 8 + its seat, or SAFE when it is no close shave.

        A gap below 0 is a hit. The gap is exact at 0 and a little large beyond.
        """
        stride = self.stride
        chains = self.chains
        around = reach + SHAVE
        best = SAFE
        left = (x - around >> CELL) + 1
        right = (x + around >> CELL) + 1
        top = ((y - around >> CELL) + 1) * stride
        bottom = ((y + around >> CELL) + 1) * stride
        for row in range(top, bottom + 1, stride):
            for cell in range(row + left, row + right + 1):
                node = chains[cell]
                while node is not None:
                    dx, dy, wide, owner, then, node = node
                    wide += reach
                    # Your own ink cannot hurt you before you are two widths of it away.
                    if owner == seat and run - then < wide + wide:
                        continue
                    dx -= x
                    dy -= y
                    gap = dx * dx + dy * dy - wide * wide
                    if gap < (wide + wide + SHAVE) * SHAVE:
                        # d - w = (d * d - w * w) / (d + w), and d + w is 2 w where it matters
                        code = (gap // (wide + wide) + U * 64) * 8 + owner
                        best = min(best, code)
        return best


# --- the game ------------------------------------------------------------------------------------


class Trails(Game):
    """Loose Ends. One step: steer and move all, test all, then apply all deaths, take, ink."""

    name = "trails"
    title = "Loose Ends"
    blurb = "Draw a line that never ends, and let the others run into it."
    seats = (2, 8)
    tick_hz = HZ
    buttons = ("left", "right")
    options = Options(
        target=Auto(3, 100, doc="points to win, with a lead of 2; auto: 5 for each rival, 40 at most"),
        rounds=Int(12, 3, 30, doc="rounds at most; a draw after them is settled by one decider"),
        speed=Int(90, 60, 150, doc="units a second"),
        turn=Int(156, 100, 260, doc="degrees a second"),
        size=Choice("auto", "small", "medium", "large", "huge", doc="of the arena; auto: by the players"),
        gaps=Flag(True, doc="lines have gaps to slip through"),
        pickups=Subset(*KINDS, doc="what may appear"),
        walls=Choice("solid", "wrap", doc="wrap: out on one side, in on the other"),
        teams=Int(0, 0, 4, doc="teams; 0 or 1: everyone for themselves"),
    )
    presets = (
        ("Classic", {}),
        ("Pure", {"pickups": []}),
        ("Chaos", {"speed": 120, "turn": 190, "size": "small"}),
        ("Teams", {"teams": 2}),
        ("Quick", {"rounds": 3, "target": 100, "speed": 110, "turn": 180}),
        ("Endless", {"walls": "wrap"}),
        ("Slow hands", {"speed": 65, "turn": 130, "pickups": ["crawl", "thin", "ghost", "eraser"]}),
    )
    team_option = "teams"
    bot_styles = ("Cutter", "Hermit", "Gambler")
    events = (
        Event("beat", "left", doc="seconds until the round goes live: 3, 2, 1"),
        Event("go", "round"),
        Event("faster", doc="from now on everyone gains speed"),
        Event("closing", doc="the walls come in"),
        Event("crash", "seat", "by", "x", "y", doc="by: whose line or head it was, -1: the wall"),
        Event("shave", "seat", "by", "gap", doc="missed a line by so little; gap in 1/256 unit"),
        Event("offer", "kind", "x", "y", doc="a pick-up appears"),
        Event("take", "seat", "kind", "x", "y"),
        Event("fade", "seat", "kind", doc="an effect ends; seat -1: everyone's"),
        Event("corner", "seat", doc="a right-angled turn"),
        Event("through", "seat", doc="out on one side, in on the other"),
        Event("roundEnd", "seat", "round", doc="seat: a survivor, -1: nobody is left"),
        Event("decider", doc="the next round decides between those who share the lead"),
        Event("matchEnd", "seat", doc="seat: the winner, or one of those who share"),
    )
    awards = ("Closest shave", "Most knock-outs", "Longest alive", "Most ink", "Collector")
    """Figures: 1/256 unit, knock-outs, seconds, units, pick-ups."""
    State = Arena

    # --- course of the match

    def start(self, m: "Match") -> None:
        """Set up the arena for the seats that are there."""
        s = m.state
        players = len(m.seats)
        sides = []
        for seat in m.seats:
            s.racers.append(Racer(seat, team=m.teams[seat]))
            if side(s.racers[-1]) not in sides:
                sides.append(side(s.racers[-1]))
        size = m.options.size or max(1, (players + 1) // 2)
        s.width, s.height = SIZES[size - 1]
        rivals = players - 1 if len(sides) == players else players - players // max(1, len(sides))
        s.target = m.options.target or max(3, min(40, 5 * rivals))
        self.begin_round(m)

    def step(self, m: "Match", inputs: "list[int]") -> None:
        """Advance by one tick."""
        s = m.state
        if s.phase == LIVE:
            self.ride(m, inputs)
        elif s.phase == COUNT:
            left = s.until - m.tick
            if left == 0:
                s.phase = LIVE
                s.until = 0
                s.began = m.tick
                m.emit("go", s.round)
            elif left % HZ == 0:
                m.emit("beat", left // HZ)
        elif m.tick == s.until:
            self.end_round(m)

    def begin_round(self, m: "Match") -> None:
        """Put every racer who plays on the start, and count down."""
        s = m.state
        options = m.options
        s.phase = COUNT
        s.until = m.tick + COUNT_TICKS
        s.began = 0
        s.round += 1
        s.inset = 0
        s.wrap = NEVER if options.walls else 0
        s.gappy = 0
        s.pickups = []
        s.expires = NEVER
        m.scratch = Ink(s.width, s.height)
        leaders = self.leaders(s)
        starts = self.starts(m)
        for racer in s.racers:
            racer.rides = racer.alive = 1 if not s.decider or side(racer) in leaders else 0
            racer.x, racer.y = starts.pop()
            inward = angle_of(s.width * U // 2 - racer.x, s.height * U // 2 - racer.y)
            racer.heading = (inward + m.rng.between(-398, 398)) & 4095
            racer.inking = racer.pen = racer.run = racer.held = 0
            racer.flip = m.tick + COUNT_TICKS + HARMLESS
            racer.brush = SAFE
            racer.effects = [0] * 8
            racer.trail = []
            racer.laid = []
        s.offer = m.tick + COUNT_TICKS + HARMLESS + m.rng.between(*PICKUP_TICKS) if options.pickups else NEVER
        self.settle(m)

    def starts(self, m: "Match") -> "list[tuple[int, int]]":
        """As many starting points as racers, at least APART from each other, in a random order."""
        s = m.state
        columns = max(2, (len(s.racers) + 1) // 2)
        rows = 1 if len(s.racers) == 2 else 2
        wide = s.width // columns
        high = s.height // rows
        slots = list(range(columns * rows))
        m.rng.shuffle(slots)
        found = []
        for slot in slots[: len(s.racers)]:
            x = slot % columns * wide + APART // 2 + m.rng.below(wide - APART + 1)
            y = slot // columns * high + APART // 2 + m.rng.below(high - APART + 1)
            found.append((x * U, y * U))
        return found

    def end_round(self, m: "Match") -> None:
        """Let go of who left, then begin the next round or end the match."""
        s = m.state
        s.racers = [racer for racer in s.racers if racer.id in m.seats]
        best = 0
        second = 0
        sides: "list[int]" = []
        for racer in s.racers:
            if side(racer) in sides:
                continue
            sides.append(side(racer))
            if racer.score > best:
                second = best
                best = racer.score
            elif racer.score > second:
                second = racer.score
        won = best >= s.target and best >= second + 2
        last = s.round >= m.options.rounds
        if len(sides) < 2 or won or s.decider or (last and best > second):
            self.end_match(m)
            return
        if last:
            s.decider = 1
            m.emit("decider")
        self.begin_round(m)

    def leaders(self, s: Arena) -> "list[int]":
        """The sides that share the highest score."""
        best = 0
        for racer in s.racers:
            best = max(best, racer.score)
        return [side(racer) for racer in s.racers if racer.score == best]

    def end_match(self, m: "Match") -> None:
        """Rank everyone and give the awards."""
        s = m.state
        s.phase = MATCH_END
        s.until = 0
        # Sorted by a key that is never equal: MicroPython's sort does not keep the order of equals.
        ranked = sorted(s.racers, key=lambda racer: racer.id - racer.score * 8)
        places: "list[Place]" = []
        for racer in ranked:
            place = len(places) + 1
            if places and places[-1].points == racer.score:
                place = places[-1].place
            places.append(Place(racer.id, place, racer.score))
        m.finish(places)
        figures = [
            [SAFE - racer.shave, racer.kills, racer.lived // HZ, racer.inked, racer.taken] for racer in ranked
        ]
        for k in range(len(self.awards)):
            most = max([row[k] for row in figures] + [0])
            if most > 0:
                seat = ranked[[row[k] for row in figures].index(most)].id
                m.award(self.awards[k], seat, SAFE - most if k == 0 else most)
        m.emit("matchEnd", places[0].seat if places else WALL)

    def join(self, m: "Match", seat: int) -> None:
        """A latecomer takes the head that was left on this seat, or waits for the next round."""
        s = m.state
        racer = Racer(seat)
        for other in s.racers:
            if other.id == seat:
                racer = other
        if racer not in s.racers:
            s.racers = sorted(s.racers + [racer], key=lambda one: one.id)
            racer.x = s.width * U // 2
            racer.y = s.height * U // 2
        racer.team = m.teams[seat]
        racer.score = 0
        for other in s.racers:
            if other is not racer and side(other) == side(racer):
                racer.score = other.score
        racer.shave = SAFE
        racer.kills = racer.lived = racer.inked = racer.taken = 0

    # --- one tick

    # hot: 30 times a second and room
    def ride(self, m: "Match", inputs: "list[int]") -> None:
        """Steer and move all, test all, apply all deaths, take pick-ups, lay ink."""
        s = m.state
        tick = m.tick
        age = tick - s.began
        if tick >= s.expires:
            self.fade(m)
        if age >= FASTER_AT and age % HZ == 0:
            self.press_on(m, age)
        living = [racer for racer in s.racers if racer.alive]
        jumped = self.move(m, living, inputs)
        if age > HARMLESS:
            dead = self.crashes(m, living, jumped)
            if dead:
                self.bury(m, dead)
                living = [racer for racer in living if racer.alive]
            if s.pickups:
                self.take(m, living)
            self.ink(m, living, jumped)
            if tick >= s.offer:
                self.make_offer(m)
            if dead:
                self.check_round(m, living)

    def move(self, m: "Match", living: "list[Racer]", inputs: "list[int]") -> "list[int]":
        """Steer and move every head; the seats that went through an open wall are returned."""
        s = m.state
        near = s.inset * U
        right = s.width * U - near
        bottom = s.height * U - near
        jumped = []
        for racer in living:
            buttons = inputs[racer.id] & 3
            heading = racer.heading
            if buttons in (LEFT, RIGHT):
                if racer.turn == 0:
                    heading = self.corner(m, racer, buttons)
                elif buttons == RIGHT:
                    heading = heading + racer.turn & 4095
                else:
                    heading = heading - racer.turn & 4095
                racer.heading = heading
            racer.held = buttons
            pace = racer.pace
            racer.run += pace
            x = racer.x + (COSINES[heading] * pace >> 14)
            y = racer.y + (SINES[heading] * pace >> 14)
            if x < near or y < near or x >= right or y >= bottom:
                if s.wrap:
                    x = near + (x - near) % (right - near)
                    y = near + (y - near) % (bottom - near)
                    jumped.append(racer.id)
                    m.emit("through", racer.id)
                else:
                    x = max(near, min(right - 1, x))
                    y = max(near, min(bottom - 1, y))
            racer.x = x
            racer.y = y
        return jumped

    def corner(self, m: "Match", racer: Racer, buttons: int) -> int:
        """The heading of a racer under the right angle's spell, who turns once for each press."""
        if racer.held & buttons:
            return racer.heading
        m.emit("corner", racer.id)
        clockwise = (buttons == RIGHT) != (racer.effects[SWAP] != 0)
        return racer.heading + (1024 if clockwise else -1024) & 4095

    def crashes(self, m: "Match", living: "list[Racer]", jumped: "list[int]") -> "list[tuple[Racer, int]]":
        """Who crashes in this tick, and whose ink or head it was."""
        s = m.state
        nearest = m.scratch.nearest
        near = s.inset * U
        right = s.width * U - near
        bottom = s.height * U - near
        by = [SAFE] * 8
        solid = []
        for racer in living:
            x = racer.x
            y = racer.y
            reach = racer.half * 64
            if not s.wrap and (
                x < near + reach or y < near + reach or x >= right - reach or y >= bottom - reach
            ):
                by[racer.id] = WALL
            if racer.effects[GHOST]:
                continue
            solid.append(racer)
            if by[racer.id] == WALL:
                continue
            code = nearest(racer.id, x, y, reach, racer.run)
            if racer.pace > reach and racer.id not in jumped:
                count = pieces(racer.pace, racer.half)
                for k in range(1, count):
                    back = racer.pace * k // count
                    code = min(
                        code,
                        nearest(
                            racer.id,
                            x - (COSINES[racer.heading] * back >> 14),
                            y - (SINES[racer.heading] * back >> 14),
                            reach,
                            racer.run - back,
                        ),
                    )
            if code < SAFE:
                if code >> 3 < U * 64:
                    by[racer.id] = code & 7
                elif code < racer.brush:
                    racer.brush = code
            elif racer.brush < SAFE:
                self.escape(m, racer)
        for k in range(1, len(solid)):
            one = solid[k]
            for other in solid[:k]:
                if meet(one, other):
                    if by[one.id] != WALL:
                        by[one.id] = other.id
                    if by[other.id] != WALL:
                        by[other.id] = one.id
        return [(racer, by[racer.id]) for racer in living if by[racer.id] < SAFE]

    def escape(self, m: "Match", racer: Racer) -> None:
        """A close shave is over, and the racer lives to tell."""
        gap = (racer.brush >> 3) - U * 64
        m.emit("shave", racer.id, racer.brush & 7, gap)
        racer.shave = min(racer.shave, gap)
        racer.brush = SAFE

    def bury(self, m: "Match", dead: "list[tuple[Racer, int]]") -> None:
        """Apply all deaths of a tick: every other side that still stands gets a point for each."""
        s = m.state
        for racer, by in dead:
            racer.alive = racer.inking = racer.pen = 0
            racer.lived += m.tick - s.began
            racer.inked += racer.run // U
            m.emit("crash", racer.id, by, racer.x, racer.y)
            for other in s.racers:
                if other.id == by != racer.id:
                    other.kills += 1
        standing = [side(racer) for racer in s.racers if racer.alive]
        for racer, _ in dead:
            for other in s.racers:
                if side(other) in standing and side(other) != side(racer):
                    other.score = min(999, other.score + 1)

    def check_round(self, m: "Match", living: "list[Racer]") -> None:
        """End the round when no two sides are left."""
        s = m.state
        for racer in living:
            if side(racer) != side(living[0]):
                return
        for racer in living:
            racer.lived += m.tick - s.began
            racer.inked += racer.run // U
            if racer.brush < SAFE:
                self.escape(m, racer)
        s.phase = ROUND_END
        s.until = m.tick + ROUND_END_TICKS
        m.emit("roundEnd", living[0].id if living else WALL, s.round)

    def ink(self, m: "Match", living: "list[Racer]", jumped: "list[int]") -> None:
        """Lift and lower pens, and lay a row for each that is down."""
        tick = m.tick
        line = m.scratch.line
        for racer in living:
            if tick >= racer.flip:
                self.flip_pen(m, racer)
                racer.pen = 0
            elif racer.inking:
                racer.pen = 0 if jumped and racer.id in jumped else racer.half
            if racer.inking:
                trail = racer.trail
                trail.append(racer.x)
                trail.append(racer.y)
                trail.append(racer.pen)
                racer.laid.append(racer.run)
                line(tick, racer.id, trail, len(trail) - 3, racer.run, racer.pace)

    def flip_pen(self, m: "Match", racer: Racer) -> None:
        """Lift a pen that is down, lower one that is up, and draw by lot how long it stays so."""
        s = m.state
        racer.inking = 1 - racer.inking
        if s.gappy:
            racer.flip = m.tick + m.rng.between(9, 15)
        elif not racer.inking:
            racer.flip = m.tick + m.rng.between(9, 13)
        else:
            racer.flip = m.tick + m.rng.between(36, 99) if m.options.gaps else NEVER

    def press_on(self, m: "Match", age: int) -> None:
        """Once a second in a long round: everyone rides faster, later the walls come in."""
        s = m.state
        if age == FASTER_AT:
            m.emit("faster")
        self.settle(m)
        if age == CLOSING_AT:
            m.emit("closing")
        if age >= CLOSING_AT:
            s.inset = min((age - CLOSING_AT) * 4 // HZ, s.height // 2 - 60)

    # --- pick-ups

    def make_offer(self, m: "Match") -> None:
        """Put a pick-up somewhere away from all heads."""
        s = m.state
        s.offer = m.tick + m.rng.between(*PICKUP_TICKS)
        if len(s.pickups) == 4:
            return
        kinds = [kind for kind in range(len(KINDS)) if m.options.pickups >> kind & 1]
        kind = kinds[m.rng.below(len(kinds))]
        margin = s.inset + 40
        x = y = 0
        for _ in range(8):
            x = m.rng.between(margin, s.width - margin) * U
            y = m.rng.between(margin, s.height - margin) * U
            if not [1 for racer in s.racers if racer.alive and within(racer.x - x, racer.y - y, 80 * U)]:
                break
        s.offers += 1
        s.pickups = s.pickups + [Pickup(s.offers, kind=kind, x=x, y=y)]
        m.emit("offer", kind, x, y)

    def take(self, m: "Match", living: "list[Racer]") -> None:
        """Give each pick-up that a head touches to the nearest."""
        s = m.state
        for pickup in s.pickups:
            taker = None
            least = NEVER
            for racer in living:
                dx = racer.x - pickup.x
                dy = racer.y - pickup.y
                reach = PICKUP_REACH + racer.half * 64
                if within(dx, dy, reach) and dx * dx + dy * dy < least:
                    least = dx * dx + dy * dy
                    taker = racer
            if taker is not None:
                s.pickups = [other for other in s.pickups if other is not pickup]
                taker.taken += 1
                m.emit("take", taker.id, pickup.kind, pickup.x, pickup.y)
                self.apply(m, taker, pickup.kind)

    def apply(self, m: "Match", taker: Racer, kind: int) -> None:
        """Let a pick-up do what it does."""
        s = m.state
        if kind == ERASER:
            m.scratch = Ink(s.width, s.height)
            for racer in s.racers:
                racer.trail = []
                racer.laid = []
            return
        if kind == WRAP:
            if s.wrap != NEVER:
                s.wrap = self.extended(m, s.wrap, kind)
        elif kind == GAPPY:
            s.gappy = self.extended(m, s.gappy, kind)
            for racer in s.racers:
                racer.flip = min(racer.flip, m.tick + m.rng.between(9, 15))
        else:
            for racer in s.racers:
                meant = racer is taker if kind <= SQUARE else side(racer) != side(taker)
                if meant and racer.alive:
                    self.give(m, racer, kind)
        self.settle(m)

    def give(self, m: "Match", racer: Racer, kind: int) -> None:
        """Put a racer under an effect, or keep them under it for longer."""
        effects = list(racer.effects)
        effects[kind] = self.extended(m, effects[kind], kind)
        racer.effects = effects
        if kind == GHOST:
            racer.inking = 0
            racer.flip = effects[kind]

    def extended(self, m: "Match", until: int, kind: int) -> int:
        """Until when an effect lasts that has just been given (again)."""
        return min(max(until, m.tick) + SECONDS[kind] * HZ, m.tick + LONGEST)

    def fade(self, m: "Match") -> None:
        """End what has come to its end."""
        s = m.state
        for racer in s.racers:
            for kind in range(8):
                if 0 < racer.effects[kind] <= m.tick:
                    effects = list(racer.effects)
                    effects[kind] = 0
                    racer.effects = effects
                    m.emit("fade", racer.id, kind)
        if 0 < s.wrap <= m.tick:
            s.wrap = 0
            m.emit("fade", WALL, WRAP)
            self.pull_in(s)
        if 0 < s.gappy <= m.tick:
            s.gappy = 0
            m.emit("fade", WALL, GAPPY)
        self.settle(m)

    def pull_in(self, s: Arena) -> None:
        """Walls turn solid: nobody shall die for having been within them."""
        for racer in s.racers:
            edge = s.inset * U + racer.half * 64 + racer.pace
            racer.x = max(edge, min(s.width * U - edge, racer.x))
            racer.y = max(edge, min(s.height * U - edge, racer.y))

    def settle(self, m: "Match") -> None:
        """Work out each racer's pace, turn and width, and when the next effect ends."""
        s = m.state
        age = m.tick - s.began if s.began else 0
        gained = max(0, min(100, (age - FASTER_AT) // HZ))
        base = m.options.speed * U // HZ * (200 + gained) // 200
        turn = m.options.turn * 4096 // (360 * HZ)
        soonest = NEVER
        for racer in s.racers:
            effects = racer.effects
            pace = base
            for kind in (ZIP, RUSH):
                if effects[kind]:
                    pace = pace * 8 // 5
            if effects[CRAWL]:
                pace = pace * 3 // 5
            racer.pace = max(base * 2 // 5, min(base * 11 // 5, pace))
            racer.turn = 0 if effects[SQUARE] else -turn if effects[SWAP] else turn
            half = HALF
            if effects[THIN]:
                half //= 2
            if effects[THICK]:
                half *= 2
            racer.half = half
            for until in effects:
                if until:
                    soonest = min(soonest, until)
        for until in (s.wrap, s.gappy):
            if until:
                soonest = min(soonest, until)
        s.expires = soonest

    # --- derived data

    def rebuild(self, m: "Match") -> None:
        """Index the ink of all trails."""
        s = m.state
        ink = Ink(s.width, s.height)
        for racer in s.racers:
            runs = racer.laid
            for k in range(1, len(runs)):
                ink.line(m.tick, racer.id, racer.trail, 3 * k, runs[k], runs[k] - runs[k - 1])
        m.scratch = ink

    def rewound(self, m: "Match") -> None:
        """Take the ink off that is newer than the match."""
        m.scratch.unlay(m.tick)
        if m.scratch.map is not None and not m.scratch.map.fits(m.state):
            m.scratch.map = None

    # --- bots

    def bot(self, m: "Match", mind: "Mind") -> int:
        """Look along seven ways to go and take the best; see the section on bots."""
        return decide(m, mind)


def side(racer: Racer) -> int:
    """Whom a racer plays for: their team, or themselves."""
    return racer.team or 8 + racer.id


def within(dx: int, dy: int, reach: int) -> bool:
    """Whether (dx, dy) is shorter than `reach`, which is at most 100 units."""
    return -reach < dx < reach and -reach < dy < reach and dx * dx + dy * dy < reach * reach


def meet(one: Racer, other: Racer) -> bool:
    """Whether two heads touch, at the end of the tick or half-way through it."""
    reach = (one.half + other.half) * 64
    dx = one.x - other.x
    dy = one.y - other.y
    far = reach + one.pace + other.pace
    if dx > far or dx < -far or dy > far or dy < -far:
        return False
    if dx * dx + dy * dy < reach * reach:
        return True
    back = one.pace // 2
    dx -= COSINES[one.heading] * back >> 14
    dy -= SINES[one.heading] * back >> 14
    back = other.pace // 2
    dx += COSINES[other.heading] * back >> 14
    dy += SINES[other.heading] * back >> 14
    return dx * dx + dy * dy < reach * reach


# --- bots ----------------------------------------------------------------------------------------

CUTTER, HERMIT, GAMBLER = 0, 1, 2
WAYS = ((0, 0), (-1, 8), (1, 8), (-1, 20), (1, 20), (-1, 34), (1, 34))
"""What a bot considers: a turn and for how many ticks, then straight on."""
HORIZON = (0, 20, 26, 32, 38, 44)
"""How many ticks ahead a bot of each level looks."""
NOISE = (0, 48, 32, 20, 10, 4)
"""How far off its judgement of a way may be, in quarters of a tick."""
PULL = (12, 12, 20)
"""How much each style wants to get where it wants to, in quarters of a tick."""
DECIDE = 5
"""A bot decides every so many ticks, each in its turn."""
STEP = 9 * U
"""A bot looks at points about so far apart."""
GRAIN = 10
"""A cell of the bots' map is 2**GRAIN wide: 4 units."""
PAD = 36
"""Cells of the map beyond each wall; no bot looks as far."""
FREE, INKED, BEYOND = 0, 1, 2
STRIPES = (b"\1", b"\1\1\1", b"\1\1\1\1\1", b"\1\1\1\1\1\1\1")


class Map:
    """What bots see: a coarse picture of the arena in which ink is as wide as ink and a head together.

    It is made where bots play, as far as they look: a client that predicts never pays for it.
    """

    def __init__(self, s: Arena) -> None:
        self.columns = s.width * U >> GRAIN
        self.rows = s.height * U >> GRAIN
        self.stride = self.columns + 2 * PAD
        self.origin = PAD * self.stride + PAD
        self.cells = bytearray(bytes([BEYOND]) * (self.stride * (self.rows + 2 * PAD)))
        for row in range(1, self.rows - 1):
            at = self.origin + row * self.stride
            self.cells[at + 1 : at + self.columns - 1] = bytes(self.columns - 2)
        self.inset = 0
        self.painted = [0] * 8

    def fits(self, s: Arena) -> bool:
        """Whether nothing is painted that the state does not hold."""
        for racer in s.racers:
            if self.painted[racer.id] > len(racer.trail):
                return False
        return self.inset <= s.inset

    def at(self, x: int, y: int) -> int:
        """The cell of a place."""
        return self.origin + (y >> GRAIN) * self.stride + (x >> GRAIN)

    def follow(self, s: Arena) -> None:
        """Paint what is new."""
        cells = self.cells
        stride = self.stride
        for racer in s.racers:
            rows = racer.trail
            at = self.painted[racer.id]
            while at < len(rows):
                pen = rows[at + 2]
                if pen:
                    # half of the ink, half of an ordinary head, and half a cell for what a cell hides
                    wide = (pen + HALF) * 64 + U * 2 >> GRAIN
                    cell = self.at(rows[at], rows[at + 1]) - wide
                    stripe = STRIPES[wide]
                    for row in range(cell - wide * stride, cell + wide * stride + 1, stride):
                        cells[row : row + len(stripe)] = stripe
                at += 3
            self.painted[racer.id] = at
        while self.inset < s.inset:
            self.inset += 1
            ring = self.inset * U >> GRAIN
            for row in (ring, self.rows - 1 - ring):
                at = self.origin + row * stride
                cells[at : at + self.columns] = bytes([BEYOND]) * self.columns
            for row in range(self.rows):
                at = self.origin + row * stride
                cells[at + ring] = cells[at + self.columns - 1 - ring] = BEYOND

    # hot: 1600 points a second and bot
    def free(self, here: int, path: "tuple[int, ...]", blind: int, wrap: int) -> int:
        """How many points of a path from a cell are free, the first `blind` of ink being no matter."""
        cells = self.cells
        count = 0
        if not blind and not wrap:
            for offset in path:
                if cells[here + offset]:
                    break
                count += 1
            return count
        for offset in path:
            seen = cells[here + offset]
            if seen == BEYOND and wrap:
                column = (here + offset) % self.stride - PAD
                row = (here + offset) // self.stride - PAD
                seen = cells[self.origin + row % self.rows * self.stride + column % self.columns] & INKED
            if seen == BEYOND or (seen and count >= blind):
                break
            count += 1
        return count


PATHS: "dict[int, tuple[tuple[int, ...], ...]]" = {}
"""The WAYS as offsets in a map, by pace, turn, direction and arena: made when first needed."""


def paths(pace: int, turn: int, heading: int, stride: int) -> "tuple[tuple[int, ...], ...]":
    """For each of WAYS the cells it leads over, as offsets, a point every `STEP // pace` ticks.

    Pace and heading are taken as the nearest of few, so that few paths make do for all.
    """
    key = (((pace >> 6) * 128 + (heading + 16 >> 5 & 127)) * 128 + turn) * 512 + stride
    found = PATHS.get(key)
    if found is None:
        if len(PATHS) > 4000:
            PATHS.clear()
        pace = pace >> 6 << 6
        every = max(1, STEP // pace)
        made = []
        for way, ticks in WAYS:
            direction = heading + 16 >> 5 << 5
            x = y = 1 << GRAIN - 1
            way_cells = []
            for tick in range(1, HORIZON[-1] + 1):
                if turn and tick <= ticks:
                    direction += way * turn
                elif tick == max(1, ticks - 7):
                    direction += way * 1024
                x += COSINES[direction & 4095] * pace >> 14
                y += SINES[direction & 4095] * pace >> 14
                column = x >> GRAIN
                row = y >> GRAIN
                if column <= -PAD or column >= PAD or row <= -PAD or row >= PAD:
                    break
                if tick % every == 0:
                    way_cells.append(row * stride + column)
            made.append(tuple(way_cells))
        found = PATHS[key] = tuple(made)
    return found


# hot: 6 times a second and bot; `make bench` prints what a room of eight costs
def decide(m: "Match", mind: "Mind") -> int:
    """The buttons of a bot: of WAYS it takes the one that stays free and leads where it wants."""
    s = m.state
    if (m.tick + mind.seat) % DECIDE or s.phase != LIVE:
        return mind.buttons
    me = None
    for racer in s.racers:
        if racer.id == mind.seat:
            me = racer
    mind.buttons = 0
    if me is None or not me.alive:
        return 0
    if m.scratch.map is None:
        m.scratch.map = Map(s)
    seen = m.scratch.map
    seen.follow(s)

    level = mind.level
    rng = mind.rng
    turn = me.turn if me.turn >= 0 else -me.turn
    every = max(1, STEP // (me.pace >> 6 << 6))
    points = HORIZON[level] // every
    here = seen.at(me.x, me.y)
    blind = max(0, me.effects[GHOST] - m.tick) // every
    gx, gy = goal(m, mind, me)
    wish = turn_towards(me.heading, angle_of(gx - me.x >> 4, gy - me.y >> 4))
    pull = PULL[mind.style]
    best = -1
    chosen = 0
    for k, path in enumerate(paths(me.pace, turn, me.heading, seen.stride)):
        way, ticks = WAYS[k]
        off = wish - way * (ticks * turn if turn else 1024)
        score = (
            4 * every * seen.free(here, path[:points], blind, s.wrap)
            + rng.below(NOISE[level])
            + max(0, pull * (1024 - abs(off)) >> 10)
            + (6 if way == 0 else 0)
        )
        if score > best:
            best = score
            chosen = way
    if chosen == 0:
        return 0
    # A good player turns the other way at once when the controls are swapped.
    swapped = me.effects[SWAP] and rng.chance(20 * level)
    buttons = LEFT if (chosen < 0) != swapped else RIGHT
    if turn:
        mind.buttons = buttons
    return buttons


def goal(m: "Match", mind: "Mind", me: Racer) -> "tuple[int, int]":
    """Where a bot wants to be: ahead of a rival, alone, or at a pick-up, as its style is."""
    s = m.state
    near = None
    least = NEVER
    for racer in s.racers:
        if racer.alive and side(racer) != side(me):
            far = distance(racer.x - me.x >> 4, racer.y - me.y >> 4)
            if far < least:
                least = far
                near = racer
    for pickup in s.pickups:
        far = distance(pickup.x - me.x >> 4, pickup.y - me.y >> 4)
        if far < (6000 if mind.style == GAMBLER else 2000) and pickup.kind != GAPPY:
            return pickup.x, pickup.y
    if near is None:
        return s.width * U // 2, s.height * U // 2
    if mind.style == HERMIT:
        return 2 * me.x - near.x, 2 * me.y - near.y
    lead = 60 * U
    return near.x + (COSINES[near.heading] * (lead >> 4) >> 10), near.y + (
        SINES[near.heading] * (lead >> 4) >> 10
    )


game = Trails()
