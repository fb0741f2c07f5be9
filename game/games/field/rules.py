"""The rules of Open Field.

A line is as long as its rider's `line` says, in rows of one step each; it grows when its rider makes another
one crash. The line of a crashed rider disappears at once.
"""

from game.games.trails import (
    CRAWL,
    GHOST,
    HALF,
    HZ,
    KINDS,
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
    Pickup,
    Trails,
    U,
    decide,
    meet,
    pieces,
)
from game.rules import (
    COSINES,
    COUNT,
    LIVE,
    SINES,
    Auto,
    Event,
    Flag,
    Int,
    Options,
    Subset,
    angle_of,
    ended,
    find,
    next_end,
    seated,
    with_effect,
    within,
    without,
)

from .bots import FieldSight, aim
from .ink import UNKNOWN, FieldInk
from .tuning import (
    AFFECTED,
    BACK_TICKS,
    BOUNTY,
    CLEAR,
    COUNT_TICKS,
    CROWN_BOUNTY,
    CROWN_TICKS,
    CRUMB,
    CRUMB_TICKS,
    DECIDE,
    EACH,
    EDGE,
    GROWTH,
    INWARD,
    LONGEST_LINE,
    LOOK_EVERY,
    MAP,
    MOST,
    MOST_ORBS,
    OFFER_TICKS,
    ORB_CELL,
    ORB_EACH,
    ORB_REACH,
    ORB_ROWS,
    ORB_STRIDE,
    ORBS,
    REACH,
    RIDE_TICKS,
    ROOM,
    ROOMY,
    SAFE_TICKS,
    SPARE,
)
from .world import Orb, Rider, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match


class Field(Trails):
    """Open Field. One step: come back, steer and move all, test all, apply all deaths, take, ink."""

    name = "field"
    title = "Open Field"
    blurb = "A hundred lines in one wide world. Collect orbs, grow long, and bring down the leader."
    how = "Eat sparks to grow. Cut others off, and touch nobody."
    minutes = 3
    accent = "#5FE3C8"
    ground = "#031F26"
    seats = (2, MOST)
    crowd = 40
    replication = "delta"
    options = Options(
        minutes=Int(2, 1, 30, doc="length of the match"),
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
        ("Quick", {"minutes": 1}),
    )
    team_option = ""
    knows_bots = False
    events = (
        Event("beat", "left", doc="seconds until the match goes live: 3, 2, 1"),
        Event("go", "round", doc="the match goes live"),
        Event("crash", "seat", "by", "x", "y", doc="by: whose line or head it was; -1: the wall"),
        Event("bounty", "seat", "of", doc="brought down the one who led"),
        Event("crown", "seat", doc="leads from now on; -1: nobody does"),
        Event("orb", "seat", "x", "y", near=True, doc="an orb is taken; x, y in 1/256 unit"),
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
        """Set up the world, with a rider for each seat."""
        s: World = m.state
        side = m.options.size or min(4800, ROOMY + EACH * len(m.seats))
        s.width = s.height = side
        s.until = m.tick + COUNT_TICKS
        s.riders = [Rider(seat) for seat in m.seats]
        m.scratch = FieldInk(s)
        for rider in s.riders:
            self.spawn(m, rider, s.until)
        m.emit("beat", COUNT_TICKS // HZ)

    def went_live(self, m: "Match") -> None:
        """Start the clock of the match."""
        s: World = m.state
        s.until = m.tick + m.options.minutes * 60 * HZ

    def rounds(self, m: "Match") -> "list[list[int]]":  # noqa: ARG002 (as in Game)
        """The match has no rounds."""
        return []

    def join(self, m: "Match", seat: int) -> None:
        """Let a newcomer ride at once."""
        s: World = m.state
        self.leave(m, seat)
        rider = Rider(seat)
        s.riders = seated(s.riders, rider)
        self.spawn(m, rider, max(m.tick, s.until) if s.phase == COUNT else m.tick)

    def leave(self, m: "Match", seat: int) -> None:
        """Remove a rider with its line and its points."""
        s: World = m.state
        gone = find(s.riders, seat)
        if gone is not None:
            m.scratch.vacate(seat, gone.run)
            s.riders = without(s.riders, gone)
        s.scores[seat] = s.radar[seat] = 0
        if s.leader == seat:
            s.leader = -1

    def look_for_people(self, m: "Match") -> None:
        """A rider who is out comes back soon: nobody waits for bots."""

    def spawn(self, m: "Match", rider: Rider, tick: int) -> None:
        """Put a rider where there is room, as a ghost for SAFE_TICKS from `tick` on."""
        s: World = m.state
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
        rider.effects = with_effect([0] * 8, GHOST, tick + SAFE_TICKS)
        rider.trail = []
        rider.laid = []
        # Ink that was laid before does not count any more.
        rider.run += U
        m.scratch.count_from(rider.id, rider.run)
        m.scratch.bounds[rider.id] = UNKNOWN
        self.fit(m, rider)
        self.spot(s, rider)

    def is_clear(self, m: "Match", x: int, y: int) -> bool:
        """Whether there is room for a rider at a point."""
        for rider in m.state.riders:
            if rider.alive and within(rider.x - x, rider.y - y, min(ROOM, m.state.width * U // 8)):
                return False
        ink: FieldInk = m.scratch
        return ink.struck(-1, x, y, CLEAR, 0) < 0

    def spot(self, s: World, rider: Rider) -> None:
        """Mark a rider's cell on the map."""
        cell = s.width * U // MAP
        s.radar[rider.id] = 1 + rider.x // cell + rider.y // cell * MAP if rider.alive else 0

    def stop(self, m: "Match") -> None:
        """Rank everyone by the points so far."""
        self.reward(m)

    def reward(self, m: "Match") -> None:
        """End the match and give the awards."""
        s: World = m.state
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
    def play(self, m: "Match", inputs: "list[int]") -> None:  # noqa: C901 (hot)
        """Bring riders back, steer and move all, test all, apply all deaths, take pick-ups, lay ink."""
        s: World = m.state
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
        # A match that is ahead predicts no deaths.
        dead = [] if m.ahead else self.collisions(m, living)
        for rider, by in dead:
            self.crash(m, rider, by)
        if dead:
            living = [rider for rider in living if rider.alive]
        self.gather(m, living)
        self.collect(m, living)
        self.draw(m, living)
        m.scratch.sweep()
        if tick >= s.offer:
            self.make_offer(m)
        if tick % CRUMB_TICKS == 0:
            self.scatter(m)
        if tick % CROWN_TICKS == 0:
            self.crown(m)
        if tick >= s.until:
            self.reward(m)

    # hot: a hundred heads a tick
    def collisions(self, m: "Match", living: "list[Rider]") -> "list[tuple[Rider, int]]":  # noqa: C901 (hot)
        """The riders that crash in this tick, and whose ink or head it was."""
        s: World = m.state
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
        # In the order of seats, and each rider once: by ink rather than by a head.
        found.sort(key=lambda one: (one[0], 0 if one[2] == WALL else 1, one[2]))
        dead: "list[tuple[Rider, int]]" = []
        for _, rider, by in found:
            if not dead or dead[-1][0] is not rider:
                dead.append((rider, by))
        return dead

    def crash(self, m: "Match", rider: Rider, by: int) -> None:
        """Put a rider out for BACK_TICKS, and remove the line; the owner of the ink or head gains."""
        s: World = m.state
        m.emit("crash", rider.id, by, rider.x, rider.y)
        rider.alive = rider.inking = rider.pen = 0
        rider.longest = max(rider.longest, m.tick - rider.since)
        rider.back = m.tick + BACK_TICKS
        rider.effects = [0] * 8
        rider.expires = NEVER
        self.spill(m, rider)
        rider.trail = []
        rider.laid = []
        m.scratch.floors[rider.id] = NEVER
        s.radar[rider.id] = 0
        other = find(s.riders, by) if by != rider.id else None
        if other is not None:
            other.kills += 1
            other.grow = min(other.grow + GROWTH, LONGEST_LINE - other.line)
            if rider.id == s.leader:
                m.emit("bounty", by, rider.id)
            s.scores[by] += CROWN_BOUNTY if rider.id == s.leader else BOUNTY

    def spill(self, m: "Match", rider: Rider) -> None:
        """Leave orbs where a crashed rider's line was: together half of its length."""
        rows = rider.trail[-3 * rider.line :]
        count = len(rows) // 3
        orbs = min(ORBS, 1 + count // ORB_EACH)
        worth = max(CRUMB, min(ORB_ROWS, count // (2 * orbs)))
        for k in range(orbs):
            at = 3 * ((2 * k + 1) * count // (2 * orbs))
            if at < len(rows):
                self.drop(m, rows[at], rows[at + 1], worth, rider.id)
            else:
                self.drop(m, rider.x, rider.y, worth, rider.id)

    def scatter(self, m: "Match") -> None:
        """Put a small orb somewhere, one for every two riders and a few more."""
        s: World = m.state
        loose = len([1 for orb in s.orbs if orb.seat < 0])
        if loose < min(MOST_ORBS // 2, 8 + len(s.riders) // 2):
            x = m.rng.between(60, s.width - 60) * U
            y = m.rng.between(60, s.height - 60) * U
            self.drop(m, x, y, CRUMB, -1)

    def drop(self, m: "Match", x: int, y: int, rows: int, seat: int) -> None:
        """Put an orb at a point within the world."""
        s: World = m.state
        if len(s.orbs) == MOST_ORBS:
            m.scratch.remove(s.orbs[0])
            s.orbs = s.orbs[1:]
        s.dropped += 1
        x = max(0, min(s.width * U - 1, x))
        y = max(0, min(s.height * U - 1, y))
        orb = Orb(s.dropped, x=x, y=y, rows=rows, seat=seat)
        s.orbs = s.orbs + [orb]
        m.scratch.put(orb)

    # hot: a hundred heads a tick
    def collect(self, m: "Match", living: "list[Rider]") -> None:
        """Give orbs to the riders who touch them."""
        s: World = m.state
        orbs = m.scratch.orbs
        for rider in living:
            lying = orbs.get((rider.y >> ORB_CELL) * ORB_STRIDE + (rider.x >> ORB_CELL))
            if not lying:
                continue
            for orb in list(lying):
                if within(orb.x - rider.x, orb.y - rider.y, ORB_REACH):
                    s.orbs = without(s.orbs, orb)
                    m.scratch.remove(orb)
                    rider.grow = max(0, min(rider.grow + orb.rows, LONGEST_LINE - rider.line))
                    m.emit("orb", rider.id, orb.x, orb.y)

    def crown(self, m: "Match") -> None:
        """Crown the only rider with the most points."""
        s: World = m.state
        best = 0
        leader = -1
        for rider in s.riders:
            points = s.scores[rider.id]
            if points > best:
                best = points
                leader = rider.id
            elif points == best:
                leader = -1
        if leader != s.leader:
            s.leader = leader
            m.emit("crown", leader)

    def draw(self, m: "Match", living: "list[Rider]") -> None:
        """Lift and lower pens, record a row for each pen that is down, and cut the ends of lines."""
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
                # The line from the last row to the one before it does not count: that row may be cut off.
                scratch.count_from(rider.id, laid[-rider.line] + 1)
                if count >= rider.line + SPARE:
                    rider.trail = rows[-3 * rider.line :]
                    rider.laid = laid[-rider.line :]

    # --- pick-ups

    def make_offer(self, m: "Match") -> None:
        """Put a pick-up somewhere; there are 4, and one for every two riders."""
        s: World = m.state
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
        """Give pick-ups to the riders who touch them; each tick looks at a quarter of the pick-ups."""
        s: World = m.state
        for pickup in s.pickups:
            if (pickup.id + m.tick) % 4:
                continue
            x = pickup.x
            y = pickup.y
            for rider in living:
                if -NEAR < rider.x - x < NEAR and within(
                    rider.x - x, rider.y - y, PICKUP_REACH + rider.half * 64
                ):
                    s.pickups = without(s.pickups, pickup)
                    rider.taken += 1
                    m.emit("take", rider.id, pickup.kind, x, y)
                    self.use(m, rider, pickup.kind, living)
                    break

    def use(self, m: "Match", taker: Rider, kind: int, living: "list[Rider]") -> None:
        """Apply a pick-up of a kind to its taker, or to all others nearby."""
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
                self.affect(m, rider, kind)
                self.fit(m, rider)

    def wane(self, m: "Match", rider: Rider) -> None:
        """Switch off the effects whose time is over."""
        for kind in ended(rider.effects, m.tick):
            rider.effects = with_effect(rider.effects, kind, 0)
            m.emit("fade", rider.id, kind)
        self.fit(m, rider)

    def fit(self, m: "Match", rider: Rider) -> None:
        """Compute a rider's pace, turn and width, and when the next effect ends."""
        on = rider.effects
        base = m.options.speed * U // HZ
        turn = m.options.turn * 4096 // (360 * HZ)
        pace = base * (8 if on[ZIP] else 5) // 5 * (8 if on[RUSH] else 5) // 5 * (3 if on[CRAWL] else 5) // 5
        rider.pace = max(base * 2 // 5, min(base * 11 // 5, pace))
        rider.turn = 0 if on[SQUARE] else -turn if on[SWAP] else turn
        rider.half = HALF * (2 if on[THICK] else 1) // (2 if on[THIN] else 1)
        rider.expires = next_end(on)

    # --- what is near

    def near(self, m: "Match", seat: int) -> "list[int]":
        """The riders of whose line any part is near a seat's head, or for spectators near the leader's."""
        s: World = m.state
        me = find(s.riders, seat)
        if me is None:
            best = -1
            for rider in s.riders:
                if rider.alive and s.scores[rider.id] > best:
                    best = s.scores[rider.id]
                    me = rider
        x = me.x if me is not None else s.width * U // 2
        y = me.y if me is not None else s.height * U // 2
        x = max(min(INWARD, s.width * U // 2), min(max(s.width * U - INWARD, s.width * U // 2), x))
        y = max(min(INWARD, s.height * U // 2), min(max(s.height * U - INWARD, s.height * U // 2), y))
        bounds_of = m.scratch.bounds_of
        found = []
        for rider in s.riders:
            _, left, top, right, bottom = bounds_of(m.tick, rider)
            if left - REACH < x < right + REACH and top - REACH < y < bottom + REACH:
                found.append(rider.id)
        return found

    # --- derived data

    def rebuild(self, m: "Match") -> None:
        """Lay the ink of all lines."""
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
        """Lay the ink of all lines again."""
        self.rebuild(m)

    def bot(self, m: "Match", bot: "BotContext") -> int:
        """Decide for a bot, every DECIDE ticks; bots take turns."""
        if (m.tick + bot.seat) % DECIDE:
            # A right angle needs a press; a held button does nothing.
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
