"""Loose Ends: everyone draws a line that never ends; touch one and you are out. The last one rides on.

Lengths are in 1/256 of a unit (U), angles in 4096 steps a turn, half-widths in quarters of a unit,
times in ticks of 1/30 s and, in the state, as the match's tick at which something ends.
"""

from game.rules import (
    COSINES,
    INT_MAX,
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
    HashGrid,
    Int,
    Ints,
    Options,
    Rounds,
    Series,
    SteeringPaths,
    Subset,
    Track,
    VisibilityMap,
    angle_of,
    distance,
    find,
    one_side,
    seated,
    side,
    standings,
    turn_towards,
    within,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from game.rules import BotContext, Match
    from game.rules.hashgrid import Disc

# --- figures -------------------------------------------------------------------------------------

U = 256
HZ = 30
LEFT, RIGHT = 1, 2
HARMLESS = 45
"""Ticks at the start of a round in which nobody inks and nothing hurts."""
FASTER_AT, CLOSING_AT = 30 * HZ, 90 * HZ
SIZES = ((960, 600), (1120, 700), (1280, 800), (1440, 900))
HALF = 10
APART = 160
"""Least distance of two starting points, in units; half of it is the least distance to a wall."""
SHAVE = 3 * U // 2
"""A gap below this between a head and ink is a close shave."""
NEAR = 48 * U
"""Heads farther apart cannot meet within a tick."""
SAFE = 1 << 20
"""No close shave: more than what `Ink.nearest` says of one."""
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

    kind = Choice(*KINDS, doc="zip to square work on the taker, rush to swap on others, the rest on all")
    x = Fixed(24, doc="position")
    y = Fixed(24, doc="position")


class Racer(Entity):
    """One seat's line; its id is the seat.

    `trail` can be drawn on its own: a row with pen 0 is where the pen comes down, any other row is
    joined to the row before it by a line of that half-width.
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
    wrap = Int(doc="tick until which heads pass through the walls; 0: walls are solid")
    gappy = Int(doc="tick until which every line is full of gaps; 0: off")
    pickups = Entities(Pickup, 4, doc="what can be taken now")
    racers = Entities(Racer, 8, doc="by seat")

    expires = Int(NEVER, see=NOBODY, doc="tick at which the next effect ends")
    offer = Int(NEVER, see=NOBODY, doc="tick at which the next pick-up appears")
    offers = Int(see=NOBODY, doc="pick-ups so far")
    history = Series(
        "0", "1", "2", "3", "4", "5", "6", "7", see=NOBODY, doc="scores by seat after each round"
    )


# --- ink -----------------------------------------------------------------------------------------


def pieces(pace: int, half: int) -> int:
    """Into how many pieces a step is cut so that no line has a hole and no head skips the thinnest."""
    return 1 + pace // (half * 90 + 362)  # a step is at most the square root of 2 times (half + 1 unit)


class Ink(HashGrid):
    """Where ink lies, derived from the trails: discs as wide as the lines, stamped with the `run` there."""

    def __init__(self, arena: "Any") -> None:
        super().__init__(arena.width * U, arena.height * U, bits=12)
        self.sight: "Optional[Sight]" = None

    def line(self, tick: int, racer: "Any", row: int) -> None:
        """Lay what joins a row of a racer's trail to the row before it."""
        x, y, pen = racer.trail[3 * row : 3 * row + 3]
        if pen == 0:
            return
        run = racer.laid[row]
        # Not the racer's pace: a pick-up may have changed it after the move, and `rebuild` does not know it.
        pace = run - racer.laid[row - 1]
        self.lay(tick, x, y, pen * 64, racer.id, run)
        count = pieces(pace, pen)
        for k in range(1, count):
            dx = (racer.trail[3 * row - 3] - x) * k // count
            dy = (racer.trail[3 * row - 2] - y) * k // count
            self.lay(tick, x + dx, y + dy, pen * 64, racer.id, run)

    # hot: 240 times a second and room, and a third of a step
    def nearest(self, seat: int, x: int, y: int, reach: int, run: int) -> int:
        """The nearest ink to a head, as gap * 8 + whose it is, or SAFE when it is not even a close shave.

        Below 0 it is a hit. The gap is exact at 0 and a little large beyond.
        """
        best = SAFE
        for disc in self.around(x, y, reach + SHAVE):
            below: "Optional[Disc]" = disc
            while below is not None:
                dx, dy, wide, owner, then, below = below
                wide += reach
                # Your own ink cannot hurt you before you are two widths of it away.
                if owner == seat and run - then < wide + wide:
                    continue
                dx -= x
                dy -= y
                gap = dx * dx + dy * dy - wide * wide
                if gap < (wide + wide + SHAVE) * SHAVE:
                    # d - w is (d * d - w * w) / (d + w), and d + w is 2 w where it matters
                    best = min(best, gap // (wide + wide) * 8 + owner)
        return best


# --- the game ------------------------------------------------------------------------------------


class Trails(Rounds):
    """Loose Ends. One step: steer and move all, test all, then apply all deaths, take, ink."""

    name = "trails"
    title = "Loose Ends"
    blurb = "Draw a line that never ends, and let the others run into it."
    seats = (2, 8)
    tick_hz = HZ
    buttons = ("left", "right")
    button_docs = ("turn left while held", "turn right while held")
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
    presets: "tuple[tuple[str, dict[str, Any]], ...]" = (
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
    events = Rounds.events + (
        Event("faster", doc="from now on everyone gets faster"),
        Event("closing", doc="the walls begin to come in"),
        Event("crash", "seat", "by", "x", "y", doc="by: whose line or head it was; -1: the wall"),
        Event("shave", "seat", "by", "gap", doc="narrowly missed the line of seat by; gap in 1/256 unit"),
        Event("offer", "kind", "x", "y", doc="a pick-up appears; x, y in 1/256 unit, as in every event"),
        Event("take", "seat", "kind", "x", "y", doc="a pick-up is taken"),
        Event("fade", "seat", "kind", doc="an effect ends; seat -1: for everyone"),
        Event("corner", "seat", doc="made a right-angled turn"),
        Event("through", "seat", doc="left on one side and came in on the other"),
        Event("decider", doc="the next round decides between those who share the lead"),
    )
    awards: "tuple[str, ...]" = ("Closest shave", "Most knock-outs", "Longest alive", "Most ink", "Collector")
    """Figures: 1/256 unit, knock-outs, seconds, units, pick-ups."""
    State: "type[Entity]" = Arena

    # --- course of the match

    def start(self, m: "Match") -> None:
        """Set up the arena for the seats that are there."""
        s = m.state
        s.racers = [Racer(seat, team=m.teams[seat]) for seat in m.seats]
        players = len(s.racers)
        sides = len(ranked(s))
        s.width, s.height = SIZES[(m.options.size or max(1, (players + 1) // 2)) - 1]
        s.target = m.options.target or max(3, min(40, 5 * (players - players // max(1, sides))))
        self.begin_round(m)

    def deal(self, m: "Match") -> None:
        """Put every racer who plays on the start."""
        s = m.state
        s.inset = s.gappy = 0
        s.wrap = NEVER if m.options.walls else 0
        s.pickups = []
        s.offer = s.until + HARMLESS + m.rng.between(*PICKUP_TICKS)
        m.scratch = Ink(s)
        leaders = [one for points, one in ranked(s) if points == ranked(s)[0][0]]
        starts = self.starts(m)
        for racer in s.racers:
            racer.rides = racer.alive = 1 if not s.decider or side(racer) in leaders else 0
            racer.x, racer.y = starts.pop()
            inward = angle_of(s.width * U // 2 - racer.x, s.height * U // 2 - racer.y)
            racer.heading = (inward + m.rng.between(-398, 398)) & 4095
            racer.inking = racer.pen = racer.run = racer.held = 0
            racer.flip = s.until + HARMLESS
            racer.brush = SAFE
            racer.effects = [0] * 8
            racer.trail = []
            racer.laid = []
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
        self.note(m, [(racer.id, racer.score) for racer in s.racers])
        s.racers = [racer for racer in s.racers if racer.id in m.seats]
        points = [points for points, _ in ranked(s)]
        if len(points) < 2 or s.decider or (points[0] >= s.target and points[0] >= points[1] + 2):
            self.reward(m)
        elif s.round < m.options.rounds:
            self.begin_round(m)
        elif points[0] > points[1]:
            self.reward(m)
        else:
            s.decider = 1
            m.emit("decider")
            self.begin_round(m)

    def reward(self, m: "Match") -> None:
        """End the match and give the awards."""
        s = m.state
        self.end_match(m, [(racer.id, racer.score) for racer in s.racers])
        closest = [racer.shave for racer in s.racers if racer.shave < SAFE]
        for racer in s.racers:
            if closest and racer.shave == min(closest):
                m.award("Closest shave", racer.id, racer.shave)
                break
        m.award_most("Most knock-outs", [(racer.id, racer.kills) for racer in s.racers])
        m.award_most("Longest alive", [(racer.id, racer.lived // HZ) for racer in s.racers])
        m.award_most("Most ink", [(racer.id, racer.inked >> 4) for racer in s.racers])
        m.award_most("Collector", [(racer.id, racer.taken) for racer in s.racers])

    def join(self, m: "Match", seat: int) -> None:
        """A latecomer takes the head that was left on this seat, or waits for the next round."""
        s = m.state
        racer = find(s.racers, seat)
        if racer is None:
            racer = Racer(seat, x=s.width * U // 2, y=s.height * U // 2)
            s.racers = seated(s.racers, racer)
        racer.team = m.teams[seat]
        racer.score = max([0] + [it.score for it in s.racers if it is not racer and side(it) == side(racer)])
        racer.shave = SAFE
        racer.kills = racer.lived = racer.inked = racer.taken = 0

    # --- one tick

    # hot: 30 times a second and room
    def play(self, m: "Match", inputs: "list[int]") -> None:
        """Steer and move all, test all, apply all deaths, take pick-ups, lay ink."""
        s = m.state
        age = m.tick - s.began
        if m.tick >= s.expires:
            self.fade(m)
        if age >= FASTER_AT:
            self.press_on(m, age)
        living = [racer for racer in s.racers if racer.alive]
        jumped = self.move(m, living, inputs)
        if age <= HARMLESS:
            return
        # Whoever runs ahead foretells no deaths, and so needs no ink to run into.
        dead = [] if m.ahead else self.crashes(m, living, jumped)
        if dead:
            self.bury(m, dead)
            living = [racer for racer in living if racer.alive]
            if one_side(living):
                for racer in living:
                    self.rest(m, racer)
                self.close_round(m, living)
                return
        if s.pickups:
            self.take(m, living)
        self.ink(m, living, jumped)
        if m.tick >= s.offer:
            self.make_offer(m)

    def move(self, m: "Match", living: "list[Any]", inputs: "list[int]") -> "list[int]":
        """Steer and move every head; returns the seats that went through an open wall."""
        s = m.state
        # While nothing hurts, walls are soft.
        left = top = s.inset * U + (HALF * 64 if m.tick - s.began <= HARMLESS and not s.wrap else 0)
        right = s.width * U - left
        bottom = s.height * U - top
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
            if x < left or y < top or x >= right or y >= bottom:
                if s.wrap:
                    x = left + (x - left) % (right - left)
                    y = top + (y - top) % (bottom - top)
                    jumped.append(racer.id)
                    m.emit("through", racer.id)
                else:
                    x = max(left, min(right - 1, x))
                    y = max(top, min(bottom - 1, y))
            racer.x = x
            racer.y = y
        return jumped

    def corner(self, m: "Match", racer: "Any", buttons: int) -> int:
        """The heading of a racer under the right angle's spell, who turns once for each press."""
        heading: int = racer.heading
        if racer.held & buttons:
            return heading
        m.emit("corner", racer.id)
        clockwise = (buttons == RIGHT) != (racer.effects[SWAP] != 0)
        return heading + (1024 if clockwise else -1024) & 4095

    def crashes(self, m: "Match", living: "list[Racer]", jumped: "list[int]") -> "list[tuple[Racer, int]]":
        """Who crashes in this tick, and whose ink or head it was; nobody is moved or buried yet."""
        s = m.state
        nearest = m.scratch.nearest
        edge = -NEVER if s.wrap else s.inset * U
        right = s.width * U - edge
        bottom = s.height * U - edge
        by = [SAFE] * 8
        solid: "list[Racer]" = []
        for racer in living:
            x = racer.x
            y = racer.y
            reach = racer.half * 64
            if x - reach < edge or y - reach < edge or x + reach >= right or y + reach >= bottom:
                by[racer.id] = WALL
            if racer.effects[GHOST]:
                continue
            code = nearest(racer.id, x, y, reach, racer.run)
            count = pieces(racer.pace, racer.half)
            if count > 1 and racer.id not in jumped:
                for k in range(1, count):
                    back = racer.pace * k // count
                    dx = COSINES[racer.heading] * back >> 14
                    dy = SINES[racer.heading] * back >> 14
                    code = min(code, nearest(racer.id, x - dx, y - dy, reach, racer.run - back))
            if code < SAFE:
                if code >= 0:
                    racer.brush = min(racer.brush, code)
                elif by[racer.id] == SAFE:
                    by[racer.id] = code & 7
            elif racer.brush < SAFE:
                self.escape(m, racer)
            for other in solid:
                if -NEAR < other.x - x < NEAR and meet(racer, other):
                    for one, its in ((racer, other), (other, racer)):
                        if by[one.id] != WALL:
                            by[one.id] = its.id
            solid.append(racer)
        return [(racer, by[racer.id]) for racer in living if by[racer.id] < SAFE]

    def escape(self, m: "Match", racer: Racer) -> None:
        """A close shave is over, and the racer lives to tell."""
        m.emit("shave", racer.id, racer.brush & 7, racer.brush >> 3)
        racer.shave = min(racer.shave, racer.brush >> 3)
        racer.brush = SAFE

    def bury(self, m: "Match", dead: "list[tuple[Racer, int]]") -> None:
        """Apply all deaths of a tick: every other side that still stands gets a point for each."""
        s = m.state
        for racer, by in dead:
            self.rest(m, racer)
            racer.alive = 0
            m.emit("crash", racer.id, by, racer.x, racer.y)
            for other in s.racers:
                if other.id == by and side(other) != side(racer):
                    other.kills += 1
        standing = [side(racer) for racer in s.racers if racer.alive]
        for racer, _ in dead:
            for other in s.racers:
                if side(other) in standing and side(other) != side(racer):
                    other.score = min(999, other.score + 1)

    def rest(self, m: "Match", racer: Racer) -> None:
        """The ride is over for this round."""
        racer.inking = racer.pen = 0
        racer.lived += m.tick - m.state.began
        racer.brush = SAFE

    def ink(self, m: "Match", living: "list[Racer]", jumped: "list[int]") -> None:
        """Lift and lower pens, and lay a row for each that is down."""
        tick = m.tick
        for racer in living:
            if tick >= racer.flip:
                self.flip_pen(m, racer)
                racer.pen = 0
            elif racer.inking:
                racer.pen = racer.half if racer.trail and racer.id not in jumped else 0
            if racer.inking:
                racer.trail += (racer.x, racer.y, racer.pen)
                racer.laid.append(racer.run)
                racer.inked += racer.pace >> 4
                if not m.ahead:
                    m.scratch.line(tick, racer, len(racer.laid) - 1)

    def flip_pen(self, m: "Match", racer: "Any") -> None:
        """Lift a pen that is down, lower one that is up, and draw by lot how long it stays so."""
        racer.inking = 1 - racer.inking
        if m.state.gappy:
            racer.flip = m.tick + m.rng.between(9, 15)
        elif not racer.inking:
            racer.flip = m.tick + m.rng.between(9, 13)
        else:
            racer.flip = m.tick + m.rng.between(36, 99) if m.options.gaps else NEVER

    def press_on(self, m: "Match", age: int) -> None:
        """In a long round everyone rides faster from second to second, and at last the walls come in."""
        s = m.state
        if age == FASTER_AT:
            m.emit("faster")
        if age % HZ == 0:
            self.settle(m)
        if age < CLOSING_AT:
            return
        if age == CLOSING_AT:
            m.emit("closing")
        inset = min((age - CLOSING_AT) * 4 // HZ, s.height // 2 - 60)
        if inset > s.inset:
            s.inset = inset
            right = s.width - inset
            bottom = s.height - inset
            s.pickups = [
                one for one in s.pickups if inset <= one.x // U < right and inset <= one.y // U < bottom
            ]

    # --- pick-ups

    def make_offer(self, m: "Match") -> None:
        """Put a pick-up somewhere away from all heads."""
        s = m.state
        s.offer = m.tick + m.rng.between(*PICKUP_TICKS)
        if len(s.pickups) == 4:
            return
        kinds = [kind for kind in range(len(KINDS)) if m.options.pickups >> kind & 1]
        if s.wrap == NEVER and WRAP in kinds:
            kinds.remove(WRAP)
        if not kinds:
            return
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
            m.scratch = Ink(s)
            for racer in s.racers:
                racer.trail = []
                racer.laid = []
        elif kind == WRAP:
            if s.wrap != NEVER:
                s.wrap = self.extended(m, s.wrap, kind)
        elif kind == GAPPY:
            s.gappy = self.extended(m, s.gappy, kind)
            for racer in s.racers:
                if not racer.effects[GHOST]:
                    racer.flip = min(racer.flip, m.tick + m.rng.between(9, 15))
        else:
            for racer in s.racers:
                meant = racer is taker if kind <= SQUARE else side(racer) != side(taker)
                if meant and racer.alive:
                    until = self.extended(m, racer.effects[kind], kind)
                    racer.effects = changed(racer.effects, kind, until)
                    if kind == GHOST:
                        racer.inking = racer.pen = 0
                        racer.flip = until
        self.settle(m)

    def extended(self, m: "Match", until: int, kind: int) -> int:
        """Until when an effect lasts that has just been given (again)."""
        return min(max(until, m.tick) + SECONDS[kind] * HZ, m.tick + LONGEST)

    def fade(self, m: "Match") -> None:
        """End what has come to its end."""
        s = m.state
        for racer in s.racers:
            for kind in range(8):
                if 0 < racer.effects[kind] <= m.tick:
                    racer.effects = changed(racer.effects, kind, 0)
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
        ends = [s.wrap, s.gappy]
        for racer in s.racers:
            on = racer.effects
            pace = (
                base * (8 if on[ZIP] else 5) // 5 * (8 if on[RUSH] else 5) // 5 * (3 if on[CRAWL] else 5) // 5
            )
            racer.pace = max(base * 2 // 5, min(base * 11 // 5, pace))
            racer.turn = 0 if on[SQUARE] else -turn if on[SWAP] else turn
            racer.half = HALF * (2 if on[THICK] else 1) // (2 if on[THIN] else 1)
            ends += on
        s.expires = min([end for end in ends if end] + [NEVER])

    # --- derived data

    def rebuild(self, m: "Match") -> None:
        """Find out anew where the ink of all trails lies."""
        m.scratch = Ink(m.state)
        for racer in m.state.racers:
            for row in range(1, len(racer.laid)):
                m.scratch.line(m.tick, racer, row)

    def rewound(self, m: "Match") -> None:
        """Take the ink off that is newer than the match."""
        m.scratch.unlay(m.tick)
        if m.scratch.sight is not None and m.scratch.sight.is_ahead(m.state):
            m.scratch.sight = None

    def bot(self, m: "Match", bot: "BotContext") -> int:
        """The buttons of a bot: every DECIDE ticks, each bot in its turn, it looks and decides."""
        if (m.tick + bot.seat) % DECIDE:
            # A right angle is turned by a press, not by holding on.
            return 0 if bot.memory else bot.buttons
        bot.memory = []
        racer = find(m.state.racers, bot.seat)
        if racer is None or not racer.alive or m.state.phase != LIVE:
            return 0
        if m.scratch.sight is None:
            m.scratch.sight = Sight(m.state)
        m.scratch.sight.follow(m.state)
        return decide(m, bot, racer, m.scratch.sight, goal(m, bot, racer))


def ranked(s: Arena) -> "list[tuple[int, int]]":
    """The points of each side and the side, the best first."""
    return standings([(side(racer), racer.score) for racer in s.racers])


def changed(effects: "list[int]", kind: int, until: int) -> "list[int]":
    """The effects with one of them ending at another tick."""
    return effects[:kind] + [until] + effects[kind + 1 :]


def meet(one: "Any", other: "Any") -> bool:
    """Whether two heads touch, at the end of the tick or half-way through it."""
    dx = one.x - other.x
    dy = one.y - other.y
    reach = (one.half + other.half) * 64
    if not within(dx, dy, reach + one.pace + other.pace):
        return False
    back = one.pace // 2
    ahead = other.pace // 2
    halfway_dx = dx - (COSINES[one.heading] * back >> 14) + (COSINES[other.heading] * ahead >> 14)
    halfway_dy = dy - (SINES[one.heading] * back >> 14) + (SINES[other.heading] * ahead >> 14)
    return within(dx, dy, reach) or within(halfway_dx, halfway_dy, reach)


# --- bots ----------------------------------------------------------------------------------------

CUTTER, HERMIT, GAMBLER = 0, 1, 2
PLAN = ((0, 0), (-1, 8), (1, 8), (-1, 20), (1, 20), (-1, 34), (1, 34))
"""What a bot considers: a direction to turn to and for how many ticks, then straight on."""
WAYS = SteeringPaths(PLAN, ticks=44, spacing=9 * U, nearest=15 * U)
HORIZON = (0, 24, 32, 36, 40, 44)
"""How many ticks ahead a bot of each level looks."""
NOISE = (1, 36, 18, 12, 6, 2)
"""How far off a bot's judgement of a way may be, by level, in quarters of a tick."""
PULL = (26, 14, 28)
"""How much a bot wants to get where it wants to, by style, in quarters of a tick."""
STEADY = 8
"""How much it prefers to go on turning, or not turning, as it does: who wavers hits the wall between."""
GREED = (140, 140, 400)
"""From how far a pick-up lures a bot, by style, in units."""
LEAD = 60
"""How far ahead of a rival's head a bot wants to cross, in units."""
CALM, PATIENCE = 350, 8
"""After so many ticks a bot becomes bolder by one for every so many."""
DECIDE = 5


class Sight(VisibilityMap):
    """What bots see of the arena: ink is as wide as ink and a head together, so a way is but a line."""

    def __init__(self, arena: "Any") -> None:
        super().__init__(arena.width * U, arena.height * U)
        self.seen = [0] * 8

    def follow(self, arena: Arena) -> None:
        """Paint what is new."""
        self.close(arena.inset * U)
        for racer in arena.racers:
            rows = racer.trail
            for k in range(self.seen[racer.id], len(rows), 3):
                if rows[k + 2]:
                    # half of the ink, half of an ordinary head, and half a cell for what a cell hides
                    self.paint(self.at(rows[k], rows[k + 1]), (rows[k + 2] + HALF) * 64 + U * 2 >> 10)
            self.seen[racer.id] = len(rows)

    def is_ahead(self, arena: Arena) -> bool:
        """Whether more was painted than the arena holds."""
        for racer in arena.racers:
            if self.seen[racer.id] > len(racer.trail):
                return True
        return self.rings > (arena.inset >> 2) + 1

    def expect(self, arena: "Any", me: "Any") -> None:
        """Shade where the rivals nearby will be if they go straight on."""
        for racer in arena.racers:
            if racer.alive and racer is not me and within(racer.x - me.x, racer.y - me.y, 90 * U):
                here = self.at(racer.x, racer.y)
                self.shade(here, 1)
                for offset in WAYS.of(racer.pace, abs(racer.turn), racer.heading, self.stride)[0][:4]:
                    self.shade(here + offset, 1)


# hot: 6 times a second and bot
def decide(m: "Match", bot: "BotContext", me: "Any", sight: "Sight", aim: "tuple[int, int]") -> int:
    """Of all ways take the one that stays free and leads where the bot wants to be, which is its aim."""
    s = m.state
    level = bot.level
    if level > 1:
        sight.expect(s, me)
    turn = abs(me.turn)
    every = WAYS.every(me.pace)
    points = max(1, (HORIZON[level] - WAYS.first(me.pace)) // every + 1)
    here = sight.at(me.x, me.y)
    blind = max(0, me.effects[GHOST] - m.tick) // every
    x, y = aim
    wish = turn_towards(me.heading, angle_of(x - me.x >> 4, y - me.y >> 4))
    pull = PULL[bot.style] + max(0, m.tick - s.began - CALM) // PATIENCE
    steady = 1 if bot.buttons == RIGHT else -1 if bot.buttons == LEFT else 0
    best = -1
    chosen = 0
    for (way, ticks), path in zip(PLAN, WAYS.of(me.pace, turn, me.heading, sight.stride)):
        turned = way * (ticks * turn if turn else 1024)
        free = sight.free(here, path[:points], blind, s.wrap)
        score = 4 * every * free + bot.rng.below(NOISE[level])
        if level > 3 and free == points and not s.wrap:
            # No dead ends: what is there where this way leads to?
            beyond = WAYS.of(me.pace, turn, me.heading + turned & 4095, sight.stride)[0]
            score += every * sight.free(here + path[free - 1], beyond[:points], blind)
        score += max(0, pull * (1024 - abs(wish - turned)) >> 10) + (STEADY if way == steady else 0)
        if score > best:
            best = score
            chosen = way
    sight.unshade()
    if chosen == 0:
        return 0
    if turn == 0:
        bot.memory = [1]
    # With swapped controls a good player remembers to turn the other way.
    swapped = me.effects[SWAP] != 0 and bot.rng.chance(20 * level)
    return LEFT if (chosen < 0) != swapped else RIGHT


def goal(m: "Match", bot: "BotContext", me: Racer) -> "tuple[int, int]":
    """Where a bot wants to be: at a pick-up, else ahead of a rival or far from all, as its style is."""
    s = m.state
    least = GREED[bot.style] * U >> 4
    wanted = None
    for pickup in s.pickups:
        far = distance(pickup.x - me.x >> 4, pickup.y - me.y >> 4)
        if far < least:
            least = far
            wanted = pickup
    if wanted is not None:
        return wanted.x, wanted.y
    near = me
    least = NEVER
    for racer in s.racers:
        if racer.alive and side(racer) != side(me):
            far = distance(racer.x - me.x >> 4, racer.y - me.y >> 4)
            if far < least:
                least = far
                near = racer
    if bot.style == HERMIT:
        x = 2 * me.x - near.x
        y = 2 * me.y - near.y
    else:
        x = near.x + COSINES[near.heading] * LEAD // 64
        y = near.y + SINES[near.heading] * LEAD // 64
    margin = s.inset * U + 80 * U
    return max(margin, min(s.width * U - margin, x)), max(margin, min(s.height * U - margin, y))
