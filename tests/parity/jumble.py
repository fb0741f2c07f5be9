"""A game that uses all of the rules kit in each step, so that two interpreters can be compared."""

from game.rules import (
    COSINES,
    NOBODY,
    SINES,
    Effects,
    Entities,
    Entity,
    Event,
    Fixed,
    Game,
    Grid,
    Int,
    Ints,
    Options,
    SolidBox,
    SolidDisc,
    Solids,
    SolidSegment,
    SolidTiles,
    Timers,
    Turns,
    collide_all,
    limited,
    meeting,
    move,
    rim,
    scaled,
    sweep,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match

U = 256
WIDTH, HEIGHT = 640 * U, 480 * U
WALLS = rim(0, 0, WIDTH, HEIGHT)
WALLS += [
    SolidDisc(200 * U, 150 * U, 30 * U),
    SolidSegment(300 * U, 60 * U, 520 * U, 190 * U, 3 * U),
    SolidSegment(60 * U, 400 * U, 600 * U, 300 * U),
    SolidBox(80 * U, 220 * U, 160 * U, 260 * U),
]
GROUND = Solids(WALLS)
BELLS = Timers("jolt", "hush")
MOODS = Effects("quick", "slow", longest=90)


class Ball(Entity):
    x, y = Fixed(20), Fixed(20)
    vx, vy = Int(0, -8191, 8191), Int(0, -8191, 8191)
    radius = Int(8 * U, 0, 99 * U)
    mass = Int(1, 0, 255)
    moods = Ints(2, 2)
    seen = Int(0, 0, 1 << 15, see=NOBODY)


class Box(Entity):
    width = Int(16, 1, 16)
    cells = Grid("width", 1)
    bells = Ints(48)
    hits = Int()
    balls = Entities(Ball, 16)
    turns = Entities(Turns, 1)


class Jumble(Game):
    """Balls in a box; buttons push them."""

    name, title, seats, tick_hz = "jumble", "Jumble", (2, 8), 30
    buttons = ("left", "right", "up", "down", "act")
    events = (Event("jolt", "seat"),)
    options = Options(keep=Int(90, 0, 100))
    State = Box

    def start(self, m: "Match[Box]") -> None:
        s = m.state
        s.cells = bytearray([1 if m.rng.chance(12) else 0 for _ in range(16 * 12)])
        # More balls than seats; the first are the players'.
        masses = m.rng.draw([5, 4, 3, 2, 1, 1], 4)
        for k in range(12):
            ball = Ball(k, x=m.rng.below(WIDTH), y=m.rng.below(HEIGHT), radius=m.rng.between(3, 20) * U)
            ball.mass = 1 + 60 * masses[k % 4]
            ball.vx, ball.vy = m.rng.between(-5000, 5000), m.rng.between(-5000, 5000)
            s.balls.append(ball)
        turns = Turns(0)
        turns.begin(m.seats, m.tick, ticks=20, bank=100)
        s.turns = [turns]
        s.bells = BELLS.started(s.bells, "jolt", 20)

    def step(self, m: "Match[Box]", inputs: "list[int]") -> None:
        s = m.state
        turns = s.turns[0]
        for seat in m.seats:
            self.push(m, s.balls[seat], inputs[seat], turns)
        if turns.is_up(m.tick):
            turns.remember(s)
            turns.go_on(m.tick, 1 + m.rng.weighted([3, 1]))
        for name, value in BELLS.due(s.bells, m.tick):
            self.ring(m, name, value)
        s.bells = BELLS.later(s.bells, m.tick)
        for ball in s.balls:
            ground = GROUND if ball.id % 3 else SolidTiles(s.cells, 16, 40 * U)
            s.hits += len(move(ball, ground, m.options.keep))
            if ball.id % 3 == 0:
                s.hits += len(move(Ghost(ball), GROUND, m.options.keep))
            ball.x, ball.y = max(0, min(ball.x, WIDTH)), max(0, min(ball.y, HEIGHT))
            angle = m.tick * 77 & 4095
            look = sweep(GROUND, ball.x, ball.y, COSINES[angle] // 3, SINES[angle] // 3, 0)
            ball.seen = look.way if look else 0
            ball.moods = MOODS.later(ball.moods, m.tick)
        s.balls[0].seen = (s.balls[0].seen + meeting(s.balls[0], s.balls[1]) + 1) & 32767
        s.hits += len(collide_all(s.balls, m.options.keep))
        for ball in s.balls:
            ball.x, ball.y = max(0, min(ball.x, WIDTH)), max(0, min(ball.y, HEIGHT))
            ball.vx, ball.vy = limited(scaled(ball.vx, 999, 1000), scaled(ball.vy, 999, 1000), 5700)

    def push(self, m: "Match[Box]", ball: Ball, held: int, turns: Turns) -> None:
        boost = 300 if MOODS.left(ball.moods, "quick", m.tick) else 150
        ball.vx += ((held >> 1 & 1) - (held & 1)) * boost
        ball.vy += ((held >> 3 & 1) - (held >> 2 & 1)) * boost
        if held & 16 and turns.seat == ball.id:
            ball.moods = MOODS.given(ball.moods, "quick", m.tick, 20)
            if turns.ask(ball.id) or m.rng.chance(5):
                turns.take_back(m.state, m.tick)
            elif m.rng.chance(20):
                turns.reverse()

    def ring(self, m: "Match[Box]", name: str, value: int) -> None:
        s = m.state
        if name == "hush":
            return
        order = m.rng.shuffled(list(range(len(s.balls))))
        ball = s.balls[order[value % len(order)]]
        ball.vx, ball.vy = m.rng.between(-5000, 5000), m.rng.between(-5000, 5000)
        s.bells = BELLS.started(s.bells, "jolt", m.tick + 15, value + 1)
        s.bells = BELLS.started(s.bells, "hush", m.tick + 9, m.rng.pick([1, 2, 3]))
        m.emit("jolt", ball.id)

    def leave(self, m: "Match[Box]", seat: int) -> None:
        m.state.turns[0].leave(seat, m.tick)

    def join(self, m: "Match[Box]", seat: int) -> None:
        m.state.turns[0].come_back(seat, m.tick)

    def bot(self, m: "Match[Box]", bot: "BotContext") -> int:
        return bot.rng.below(32) if bot.rng.chance(10) else bot.buttons


class Ghost:
    """A copy of a ball that is moved and thrown away."""

    def __init__(self, ball: Ball) -> None:
        self.x, self.y, self.vx, self.vy, self.radius = ball.x, ball.y, ball.vx, ball.vy, ball.radius
