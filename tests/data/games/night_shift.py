"""Night Shift: all players together against three waves of ghosts, and then against their chief."""

from game.rules import (
    NOBODY,
    UNIT,
    Angle,
    Button,
    Choice,
    Controls,
    Count,
    Entities,
    Entity,
    Event,
    Fixed,
    Game,
    Grid,
    Int,
    Options,
    Pointer,
    SolidTiles,
    Stick,
    angle_of,
    cos,
    distance,
    find,
    move,
    seated,
    sin,
    sweep,
    within,
    without,
)
from game.rules.drawing import (
    Bar,
    Camera,
    Cells,
    Circle,
    Label,
    Line,
    Mark,
    On,
    Polygon,
    Scores,
    Shape,
    World,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match, SeatInput

U, TILE, HZ = 256, 40, 20
KINDS = ("#" * 24, "#......................#", "#...##..........##.....#", "#...#......##....#.....#")
MAP = "".join([KINDS[int(kind)] for kind in "011231131321110"])
WIDE, HIGH = 24 * TILE, 15 * TILE
DOORS = ((80, 80), (880, 80), (80, 520), (880, 520))
PACE, SHOT_PACE, GHOST_PACE = 4 * U, 16 * U, 3 * U // 2


class Guard(Entity):
    x, y = Fixed(19, wire=0), Fixed(19, wire=0)
    vx, vy = Int(0, -8191, 8191, see=NOBODY), Int(0, -8191, 8191, see=NOBODY)
    radius = 13 * U
    aim = Angle(wire=6)
    health = Count(100, default=100)
    score = Count(9999, doc="ghosts that this guard stopped")
    cool = Count(60, see=NOBODY, doc="ticks until the next shot")


class Shot(Entity):
    """A bullet; (x, y) is where it was fired, (to_x, to_y) where it ended. It is drawn for a moment."""

    x, y = Fixed(19, wire=0), Fixed(19, wire=0)
    to_x, to_y = Fixed(19, wire=0), Fixed(19, wire=0)
    until = Int(see=NOBODY)


class Ghost(Entity):
    """It floats to the nearest guard, through walls."""

    x, y = Fixed(19, wire=0), Fixed(19, wire=0)
    radius = Int(12 * U, 0, 40 * U, see=NOBODY)
    health = Count(24)
    chief = Choice("no", "yes")


class Yard(Entity):
    width = Count(24, default=24)
    cells = Grid("width", high=1)
    wave = Count(4, doc="1 to 3; 4: the chief")
    coming = Count(99, doc="ghosts of this wave that are still outside")
    made = Count(9999, see=NOBODY, doc="the id of the newest shot or ghost")
    guards = Entities(Guard, 8)
    ghosts = Entities(Ghost, 6)
    shots = Entities(Shot, 24)


class NightShift(Game):
    name, title, seats, tick_hz = "night_shift", "Night Shift", (1, 8), HZ
    blurb = "Hold the yard together until the chief falls."
    controls = Controls(
        Stick("move", keys="WASD", label="Walk"),
        Pointer("aim", width=WIDE, height=HIGH, label="Aim"),
        Button("fire", key="Space", pad="RT", label="Fire", touch="right"),
    )
    options = Options(ghosts=Int(4, 2, 20, doc="in a wave, for each player"), harm=Int(2, 1, 9))
    presets = (("Night", {}), ("Short", {"ghosts": 3}))
    events = (Event("shot", "seat"), Event("fell", "seat", "x", "y"), Event("wave", "number"))
    State = Yard
    picture = (
        World(WIDE, HIGH, grid=0),
        Camera("guards", alive="health"),
        Cells("cells", size=TILE, colours=("", "line"), gap=0),
        Line("shots", "x", "y", "to_x", "to_y", width=3, colour="accent"),
        Shape("ghosts", "cross", size=12, colour="danger", when=("chief", "==", "no")),
        Circle("ghosts", size=26, colour="danger", when=("chief", "==", "yes")),
        Bar("ghosts", "health", 24, y="y", width=52, when=("chief", "==", "yes"), colour="text"),
        Polygon("guards", ((10, -5), (26, -5), (26, 5), (10, 5)), heading="aim", when="health"),
        Mark("guards", size=13, alive="health"),
        Bar("guards", "health", 100, width=34, height=4, colour="accent", unless=("health", "==", 100)),
        Label("", "The chief is here!", WIDE // 2, 20, size=22, colour="danger", when=("wave", "==", 4)),
        Scores("guards", alive="health", round="wave"),
        On("shot", sound="click"),
        On("fell", sound="take", burst=12, x="x", y="y", colour="danger"),
        On("wave", sound="go", say="Wave {number}"),
    )

    def start(self, m: "Match[Yard]") -> None:
        m.state.cells = bytearray([1 if cell == "#" else 0 for cell in MAP])
        for seat in m.seats:
            self.join(m, seat)
        self.next_wave(m)

    def join(self, m: "Match[Yard]", seat: int) -> None:
        x, y = 400 + seat % 4 * 50, 200 + seat // 4 * 200
        m.state.guards = seated(m.state.guards, Guard(seat, x=x * U, y=y * U))

    def leave(self, m: "Match[Yard]", seat: int) -> None:
        m.state.guards = [one for one in m.state.guards if one.id != seat]

    def next_wave(self, m: "Match[Yard]") -> None:
        s = m.state
        s.wave += 1
        s.coming = 1 if s.wave == 4 else min(24, m.options.ghosts * max(1, len(m.seats)))
        m.emit("wave", s.wave)

    def step(self, m: "Match[Yard]", inputs: "list[SeatInput]") -> None:
        s = m.state
        walls = SolidTiles(s.cells, s.width, TILE * U)
        s.shots = [shot for shot in s.shots if shot.until > m.tick]
        for guard in s.guards:
            if guard.health:
                self.act(m, walls, guard, inputs[guard.id])
        for ghost in s.ghosts:
            self.hunt(m, ghost)
        if s.coming and len(s.ghosts) < 6 and m.tick % (20 if len(m.seats) < 3 else 8) == 0:
            self.let_in(m)
        if not [guard for guard in s.guards if guard.health]:
            m.lose(s.wave)
        elif not s.coming and not s.ghosts:
            if s.wave == 4:
                m.win(s.wave)
            else:
                self.next_wave(m)

    def act(self, m: "Match[Yard]", walls: "SolidTiles", guard: "Guard", does: "SeatInput") -> None:
        guard.vx, guard.vy = does.move.x * PACE // 127, does.move.y * PACE // 127
        move(guard, walls, keep=0)
        guard.aim = angle_of(does.aim.x - guard.x // U, does.aim.y - guard.y // U)
        guard.cool = max(0, guard.cool - 1)
        if does.fire and guard.cool == 0 and len(m.state.shots) < 24:
            guard.cool = 6
            self.fire(m, walls, guard)

    def fire(self, m: "Match[Yard]", walls: "SolidTiles", guard: "Guard") -> None:
        """The bullet flies until it meets a wall or a ghost: 24 pieces of a way, each half a ghost long."""
        s = m.state
        dx, dy = cos(guard.aim) * SHOT_PACE // UNIT, sin(guard.aim) * SHOT_PACE // UNIT
        x, y = guard.x, guard.y
        for _ in range(24):
            hit = sweep(walls, x, y, dx, dy, 0)
            x, y = (hit.x, hit.y) if hit is not None else (x + dx, y + dy)
            struck = [one for one in s.ghosts if within(one.x - x, one.y - y, one.radius + 4 * U)]
            if struck:
                self.strike(m, guard, struck[0])
            if struck or hit is not None:
                break
        s.made += 1
        s.shots = s.shots + [Shot(s.made, x=guard.x, y=guard.y, to_x=x, to_y=y, until=m.tick + 2)]
        m.emit("shot", guard.id)

    def strike(self, m: "Match[Yard]", guard: "Guard", ghost: "Ghost") -> None:
        ghost.health -= 1
        if ghost.health == 0:
            guard.score += 1
            m.state.ghosts = without(m.state.ghosts, ghost)
            m.emit("fell", guard.id, ghost.x // U, ghost.y // U)

    def hunt(self, m: "Match[Yard]", ghost: "Ghost") -> None:
        alive = [guard for guard in m.state.guards if guard.health]
        if not alive:
            return
        prey = min(alive, key=lambda one: (distance(one.x - ghost.x, one.y - ghost.y), one.id))
        way = angle_of(prey.x - ghost.x, prey.y - ghost.y)
        ghost.x += cos(way) * GHOST_PACE // UNIT
        ghost.y += sin(way) * GHOST_PACE // UNIT
        if within(prey.x - ghost.x, prey.y - ghost.y, ghost.radius + prey.radius + 2 * U) and m.tick % 4 == 0:
            prey.health = max(0, prey.health - m.options.harm * (3 if ghost.chief else 1))

    def let_in(self, m: "Match[Yard]") -> None:
        s = m.state
        chief = 1 if s.wave == 4 else 0
        x, y = m.rng.pick(DOORS)
        radius = (24 if chief else 12) * U
        s.coming -= 1
        s.made += 1
        s.ghosts = s.ghosts + [
            Ghost(s.made, x=x * U, y=y * U, radius=radius, health=24 if chief else 2, chief=chief)
        ]

    def bot(self, m: "Match[Yard]", bot: "BotContext") -> int:
        """Face the nearest ghost, fire, and step back from it."""
        me = find(m.state.guards, bot.seat)
        if me is None or not me.health or not m.state.ghosts:
            return 0
        if (m.tick + bot.seat) % (13 - 2 * bot.level):
            return bot.buttons
        near = min(m.state.ghosts, key=lambda one: (distance(one.x - me.x, one.y - me.y), one.id))
        dx, dy = (near.x - me.x) // U, (near.y - me.y) // U
        miss = 40 - 7 * bot.level
        bot.point("aim", near.x // U + bot.rng.below(miss) - miss // 2, near.y // U)
        far = distance(dx, dy)
        back = 1 if far > 220 else -1
        x, y = (WIDE // 2 - me.x // U) // 4, (HIGH // 2 - me.y // U) // 4
        bot.move("move", dx * back * 100 // max(1, far) + x, dy * back * 100 // max(1, far) + y)
        return bot.hold("fire") if far < 350 else 0
