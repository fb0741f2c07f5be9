"""A small game in a world that is larger than the screen: a stick, and a camera with a map."""

from game.rules import Controls, Entities, Entity, Fixed, Game, Stick, seated
from game.rules.drawing import Box, Camera, Mark, Scores, Shape, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match, SeatInput

WIDE, HIGH = 2000, 1500
STONES = 60


class Walker(Entity):
    x = Fixed(16, 4, wire=1)
    y = Fixed(16, 4, wire=1)


class Stone(Entity):
    x = Fixed(16, 4, wire=1)
    y = Fixed(16, 4, wire=1)


class Land(Entity):
    walkers = Entities(Walker, 8)
    stones = Entities(Stone, STONES)


class Roam(Game):
    """Walk about; after a minute everybody is a winner."""

    name = "roam"
    title = "Roam"
    blurb = "Walk through a wide land."
    seats = (1, 8)
    controls = Controls(Stick("move", keys="arrows"))
    picture = (
        World(WIDE, HIGH, grid=100),
        Camera("walkers", view=(640, 400), upright=(360, 560)),
        Box("stones", width=40, height=40, colour="muted"),
        Shape("stones", "diamond", size=10, colour="accent"),
        Mark("walkers", size=16),
        Scores("walkers", points="id"),
    )
    State = Land

    def start(self, m: "Match[Land]") -> None:
        m.state.walkers = [
            Walker(seat, x=(200 + 220 * seat) << 4, y=(150 + 120 * seat) << 4) for seat in m.seats
        ]
        m.state.stones = [
            Stone(k, x=m.rng.between(40, WIDE - 40) << 4, y=m.rng.between(40, HIGH - 40) << 4)
            for k in range(STONES)
        ]

    def step(self, m: "Match[Land]", inputs: "list[SeatInput]") -> None:
        for walker in m.state.walkers:
            move = inputs[walker.id].move
            walker.x = min(max(walker.x + move.x, 0), WIDE << 4)
            walker.y = min(max(walker.y + move.y, 0), HIGH << 4)
        if m.tick >= 1800:
            m.rank([(walker.id, 1) for walker in m.state.walkers])

    def leave(self, m: "Match[Land]", seat: int) -> None:
        m.state.walkers = [walker for walker in m.state.walkers if walker.id != seat]

    def join(self, m: "Match[Land]", seat: int) -> None:
        m.state.walkers = seated(m.state.walkers, Walker(seat, x=WIDE << 3, y=HIGH << 3))

    def bot(self, m: "Match[Land]", bot: "BotContext") -> int:
        if m.tick % 30 == 0:
            bot.move("move", bot.rng.between(-127, 127), bot.rng.between(-127, 127))
        return 0
