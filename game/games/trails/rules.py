"""The rules of Loose Ends: steer and move, crash, ink, pick-ups and their effects."""

from game.rules import (
    COSINES,
    LIVE,
    SINES,
    Auto,
    Choice,
    Event,
    Flag,
    Int,
    Options,
    Rounds,
    Subset,
    angle_of,
    ended,
    extended,
    find,
    next_end,
    one_side,
    pressed,
    seated,
    side,
    with_effect,
    within,
    without,
)

from .arena import Arena, Pickup, Racer, ranked
from .bots import Sight, decide, goal
from .ink import Ink, meet, pieces
from .tuning import (
    APART,
    CLOSING_AT,
    CLOSING_TICKS,
    CRAWL,
    DECIDE,
    ERASER,
    FASTER_AT,
    GAPPY,
    GHOST,
    HALF,
    HARMLESS,
    HURRY_TICKS,
    HZ,
    KINDS,
    LEFT,
    LONGEST,
    NEAR,
    NEVER,
    PICKUP_REACH,
    PICKUP_TICKS,
    RIGHT,
    RUSH,
    SAFE,
    SECONDS,
    SIZES,
    SQUARE,
    SWAP,
    THICK,
    THIN,
    TIGHT,
    WALL,
    WRAP,
    ZIP,
    U,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from game.rules import BotContext, Entity, Match

    from .arena import Head


class Trails(Rounds):
    """Loose Ends. One step: steer and move all, test all, then apply all deaths, take, ink."""

    name = "trails"
    title = "Loose Ends"
    blurb = "Draw a line that never ends, and let the others run into it."
    how = "Steer left and right. Touch no line, not even your own."
    minutes = 3
    accent = "#FFC857"
    ground = "#0B1020"
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
    knows_bots = True
    bot_styles = ("Cutter", "Hermit", "Gambler")
    events = Rounds.events + (
        Event("faster", doc="from now on everyone gets faster"),
        Event("closing", doc="the walls begin to come in"),
        Event("hurry", doc="only bots ride, and people wait: the walls close fast"),
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

    def start(self, m: "Match[Arena]") -> None:
        """Add a racer for each seat, and begin the first round."""
        s = m.state
        s.racers = [Racer(seat, team=m.teams[seat]) for seat in m.seats]
        players = len(s.racers)
        sides = len(ranked(s))
        s.width, s.height = SIZES[(m.options.size or max(1, (players + 1) // 2)) - 1]
        s.target = m.options.target or max(3, min(40, 5 * (players - players // max(1, sides))))
        self.begin_round(m)

    def deal(self, m: "Match[Arena]") -> None:
        """Put every racer of this round on a starting point."""
        s = m.state
        s.inset = s.gappy = s.hurry = 0
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

    def starts(self, m: "Match[Arena]") -> "list[tuple[int, int]]":
        """A starting point for each racer, at least APART from each other, in random order."""
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

    def end_round(self, m: "Match[Arena]") -> None:
        """Remove the racers of players who left, then begin the next round or end the match."""
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

    def stop(self, m: "Match[Arena]") -> None:
        """Rank everyone by the points so far."""
        m.state.racers = [racer for racer in m.state.racers if racer.id in m.seats]
        self.reward(m)

    def reward(self, m: "Match[Arena]") -> None:
        """End the match and give the awards."""
        s = m.state
        self.end_match(m, [(racer.id, racer.score) for racer in s.racers])
        closest = [racer.shave for racer in s.racers if racer.shave < SAFE]
        for racer in s.racers:
            if closest and racer.shave == min(closest):
                m.award("Closest shave", racer.id, racer.shave)
                break
        shaves = [(racer.id, racer.shave) for racer in s.racers if racer.shave < SAFE]
        m.show_figures("Closest shave", shaves, fewest=True)
        m.award_most("Most knock-outs", [(racer.id, racer.kills) for racer in s.racers])
        m.award_most("Longest alive", [(racer.id, racer.lived // HZ) for racer in s.racers])
        m.award_most("Most ink", [(racer.id, racer.inked >> 4) for racer in s.racers])
        m.award_most("Collector", [(racer.id, racer.taken) for racer in s.racers])

    def join(self, m: "Match[Arena]", seat: int) -> None:
        """Give a newcomer the racer that was left on this seat, or one that waits for the next round."""
        s = m.state
        racer = find(s.racers, seat)
        if racer is None:
            racer = Racer(seat, x=s.width * U // 2, y=s.height * U // 2)
            s.racers = seated(s.racers, racer)
        racer.team = m.teams[seat]
        racer.score = max([0] + [it.score for it in s.racers if it is not racer and side(it) == side(racer)])
        racer.shave = SAFE
        racer.kills = racer.lived = racer.inked = racer.taken = 0
        racer.bot = 0
        self.look_for_people(m)

    def leave(self, m: "Match[Arena]", seat: int) -> None:  # noqa: ARG002 (as in Game)
        """The racer rides straight on until it crashes."""
        self.look_for_people(m)

    def bot_plays(self, m: "Match[Arena]", seat: int, bot: bool) -> None:
        """A bot plays this seat from now on, or a person again."""
        racer = find(m.state.racers, seat)
        if racer is not None:
            racer.bot = 1 if bot else 0
        self.look_for_people(m)

    def went_live(self, m: "Match[Arena]") -> None:
        """People may wait from the beginning, while others decide the match."""
        self.look_for_people(m)

    def look_for_people(self, m: "Match[Arena]") -> None:
        """Hurry while people are here but none of them rides: nobody wants to wait for bots."""
        s = m.state
        people = [racer for racer in s.racers if not racer.bot and racer.id in m.seats]
        wanted = s.phase == LIVE and bool(people) and not [1 for racer in people if racer.alive]
        if wanted and not s.hurry:
            s.hurry = m.tick
            s.narrow = s.inset
            s.offer = NEVER
            s.pickups = []
            self.shut(m)
            m.emit("hurry")
        elif s.hurry and not wanted:
            s.hurry = 0
            s.offer = m.tick + m.rng.between(*PICKUP_TICKS)

    def shut(self, m: "Match[Arena]") -> None:
        """Make open walls solid: between walls that meet there is no way through."""
        s = m.state
        if s.wrap:
            s.wrap = 0
            m.emit("fade", WALL, WRAP)
            self.pull_in(s)

    # --- one tick

    # hot: 30 times a second and room
    def play(self, m: "Match[Arena]", inputs: "list[int]") -> None:
        """Steer and move all, test all, apply all deaths, take pick-ups, lay ink."""
        s = m.state
        age = m.tick - s.began
        if m.tick >= s.expires:
            self.fade(m)
        if age >= FASTER_AT or s.hurry:
            self.press_on(m, age)
        living = [racer for racer in s.racers if racer.alive]
        jumped = self.move(m, living, inputs)
        if age <= HARMLESS:
            return
        # A match that is ahead predicts no deaths, and so needs no ink.
        dead = [] if m.ahead else self.crashes(m, living, jumped)
        if dead:
            self.knock_out(m, dead)
            living = [racer for racer in living if racer.alive]
            if one_side(living):
                for racer in living:
                    self.rest(m, racer)
                self.close_round(m, living)
                return
            self.look_for_people(m)
        if s.pickups:
            self.take(m, living)
        self.ink(m, living, jumped)
        if m.tick >= s.offer:
            self.make_offer(m)

    def move(self, m: "Match", living: "list[Head]", inputs: "list[int]") -> "list[int]":
        """Steer and move every head; returns the seats that passed through an open wall."""
        s = m.state
        # While nothing hurts, walls only stop heads.
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

    def corner(self, m: "Match", racer: "Head", buttons: int) -> int:
        """The new heading of a racer with the effect SQUARE: a right angle for each press."""
        heading: int = racer.heading
        if not pressed(buttons, racer.held):
            return heading
        m.emit("corner", racer.id)
        clockwise = (buttons == RIGHT) != (racer.effects[SWAP] != 0)
        return heading + (1024 if clockwise else -1024) & 4095

    # hot: a call for each head and test would cost a tenth of the step
    def crashes(  # noqa: C901 (hot)
        self, m: "Match[Arena]", living: "list[Racer]", jumped: "list[int]"
    ) -> "list[tuple[Racer, int]]":
        """The racers that crash in this tick, and whose ink or head it was; the state stays as it is."""
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

    def escape(self, m: "Match[Arena]", racer: Racer) -> None:
        """A close shave is over, and the racer survived it."""
        m.emit("shave", racer.id, racer.brush & 7, racer.brush >> 3)
        racer.shave = min(racer.shave, racer.brush >> 3)
        racer.brush = SAFE

    def knock_out(self, m: "Match[Arena]", dead: "list[tuple[Racer, int]]") -> None:
        """Apply all deaths of a tick: every other side that still rides gets a point for each."""
        s = m.state
        for racer, by in dead:
            self.rest(m, racer)
            racer.alive = 0
            m.emit("crash", racer.id, by, racer.x, racer.y)
            killer = find(s.racers, by)
            if killer is not None and side(killer) != side(racer):
                killer.kills += 1
        standing = [side(racer) for racer in s.racers if racer.alive]
        for racer, _ in dead:
            for other in s.racers:
                if side(other) in standing and side(other) != side(racer):
                    other.score = min(999, other.score + 1)

    def rest(self, m: "Match[Arena]", racer: Racer) -> None:
        """End a racer's ride in this round."""
        racer.inking = racer.pen = 0
        racer.lived += m.tick - m.state.began
        racer.brush = SAFE

    def ink(self, m: "Match[Arena]", living: "list[Racer]", jumped: "list[int]") -> None:
        """Lift and lower pens, and record a row for each pen that is down."""
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

    def flip_pen(self, m: "Match", racer: "Head") -> None:
        """Lift or lower a pen, and choose at random how long it stays so."""
        racer.inking = 1 - racer.inking
        if m.state.gappy:
            racer.flip = m.tick + m.rng.between(9, 15)
        elif not racer.inking:
            racer.flip = m.tick + m.rng.between(9, 13)
        else:
            racer.flip = m.tick + m.rng.between(36, 99) if m.options.gaps else NEVER

    def press_on(self, m: "Match[Arena]", age: int) -> None:
        """Speed up a long round: racers get faster every second, then the walls come in."""
        s = m.state
        if age == FASTER_AT:
            m.emit("faster")
        if age % HZ == 0:
            self.settle(m)
        if age == CLOSING_AT and not s.hurry:
            m.emit("closing")
        half = s.height // 2
        gone = max(0, age - CLOSING_AT)
        inset = half * gone // CLOSING_TICKS * gone // CLOSING_TICKS
        if s.hurry:
            inset = max(inset, s.narrow + (half - s.narrow) * (m.tick - s.hurry) // HURRY_TICKS)
        inset = min(inset, half)
        if inset > s.inset:
            if inset > half - TIGHT:
                self.shut(m)
            s.inset = inset
            right = s.width - inset
            bottom = s.height - inset
            s.pickups = [
                one for one in s.pickups if inset <= one.x // U < right and inset <= one.y // U < bottom
            ]

    # --- pick-ups

    def make_offer(self, m: "Match[Arena]") -> None:
        """Put a pick-up somewhere away from all heads."""
        s = m.state
        s.offer = m.tick + m.rng.between(*PICKUP_TICKS)
        if len(s.pickups) == 4 or s.inset > s.height // 2 - TIGHT:
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

    def take(self, m: "Match[Arena]", living: "list[Racer]") -> None:
        """Give each pick-up that heads touch to the nearest head."""
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
                s.pickups = without(s.pickups, pickup)
                taker.taken += 1
                m.emit("take", taker.id, pickup.kind, pickup.x, pickup.y)
                self.apply(m, taker, pickup.kind)

    def apply(self, m: "Match[Arena]", taker: Racer, kind: int) -> None:
        """Apply a pick-up of a kind."""
        s = m.state
        if kind == ERASER:
            m.scratch = Ink(s)
            for racer in s.racers:
                racer.trail = []
                racer.laid = []
        elif kind == WRAP:
            if s.wrap != NEVER:
                s.wrap = self.end_of(m, s.wrap, kind)
        elif kind == GAPPY:
            s.gappy = self.end_of(m, s.gappy, kind)
            for racer in s.racers:
                if not racer.effects[GHOST]:
                    racer.flip = min(racer.flip, m.tick + m.rng.between(9, 15))
        else:
            for racer in s.racers:
                meant = racer is taker if kind <= SQUARE else side(racer) != side(taker)
                if meant and racer.alive:
                    self.affect(m, racer, kind)
        self.settle(m)

    def affect(self, m: "Match", racer: "Head", kind: int) -> None:
        """Give a racer an effect, or extend it."""
        until = self.end_of(m, racer.effects[kind], kind)
        racer.effects = with_effect(racer.effects, kind, until)
        if kind == GHOST:
            racer.inking = racer.pen = 0
            racer.flip = until

    def end_of(self, m: "Match", until: int, kind: int) -> int:
        """The tick at which an effect ends that is given now; `until` is where it ended before, or 0."""
        return extended(until, m.tick, SECONDS[kind] * HZ, LONGEST)

    def fade(self, m: "Match[Arena]") -> None:
        """Switch off the effects whose time is over."""
        s = m.state
        for racer in s.racers:
            for kind in ended(racer.effects, m.tick):
                racer.effects = with_effect(racer.effects, kind, 0)
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
        """Walls become solid: move heads away from them, so that nobody crashes at once."""
        for racer in s.racers:
            edge = s.inset * U + racer.half * 64 + racer.pace
            racer.x = max(edge, min(s.width * U - edge, racer.x))
            racer.y = max(edge, min(s.height * U - edge, racer.y))

    def settle(self, m: "Match[Arena]") -> None:
        """Compute each racer's pace, turn and width, and when the next effect ends."""
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
        s.expires = next_end(ends)

    # --- derived data

    def rebuild(self, m: "Match[Arena]") -> None:
        """Lay the ink of all trails."""
        m.scratch = Ink(m.state)
        for racer in m.state.racers:
            for row in range(1, len(racer.laid)):
                m.scratch.line(m.tick, racer, row)

    def rewound(self, m: "Match[Arena]") -> None:
        """Remove the ink that is newer than the match."""
        m.scratch.unlay(m.tick)
        if m.scratch.sight is not None and m.scratch.sight.is_ahead(m.state):
            m.scratch.sight = None

    def bot(self, m: "Match[Arena]", bot: "BotContext") -> int:
        """Decide for a bot, every DECIDE ticks; bots take turns."""
        if (m.tick + bot.seat) % DECIDE:
            # A right angle needs a press; a held button does nothing.
            return 0 if bot.memory else bot.buttons
        bot.memory = []
        racer = find(m.state.racers, bot.seat)
        if racer is None or not racer.alive or m.state.phase != LIVE:
            return 0
        if m.scratch.sight is None:
            m.scratch.sight = Sight(m.state)
        m.scratch.sight.follow(m.state)
        return decide(m, bot, racer, m.scratch.sight, goal(m, bot, racer))
