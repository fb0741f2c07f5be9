"""A game with a control of every kind; its state shows what the controls did."""

from game.rules import (
    ALL,
    Button,
    Choose,
    Controls,
    Entities,
    Entity,
    Flag,
    Game,
    Int,
    Pointer,
    Stick,
    Stroke,
    Text,
    Typed,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match, SeatInput


class Hand(Entity):
    fires = Int(0, 0, 100000)
    releases = Int(0, 0, 100000)
    held = Flag()
    x = Int(480, -100000, 100000)
    y = Int(300, -100000, 100000)
    aim_x = Int(0, 0, 960)
    aim_y = Int(0, 0, 600)
    word = Text(24)
    live = Text(24)
    card = Int(-1, -1, 64)
    points = Int(0, 0, 1000000)
    pen_x = Int(0, 0, 2048)
    pen_y = Int(0, 0, 2048)


class Desk(Entity):
    drawer = Int(0, -1, 8)
    hands = Entities(Hand, 4, see=ALL)


class Everything(Game):
    """Counts and keeps what every control does."""

    name = "everything"
    title = "Everything"
    blurb = "Every control."
    seats = (1, 4)
    tick_hz = 30
    controls = Controls(
        Button("fire", key="Space", pad="A", touch="right"),
        Stick("move", keys="WASD"),
        Pointer("aim", width=960, height=600),
        Typed("word", chars=24, live=True),
        Choose("card", most=64),
        Stroke("pen", size=2048, only="drawer"),
        Button("swap", key="KeyE", pad="B", touch="right"),
    )
    State = Desk

    def start(self, m: "Match[Desk]") -> None:
        m.state.hands = [Hand(seat) for seat in m.seats]

    def step(self, m: "Match[Desk]", inputs: "list[SeatInput]") -> None:
        for hand in m.state.hands:
            one = inputs[hand.id]
            if one.fire_pressed:
                hand.fires += 1
            if one.fire_released:
                hand.releases += 1
            hand.held = 1 if one.fire else 0
            hand.x = (hand.x + one.move.x) % 1000
            hand.y = (hand.y + one.move.y) % 1000
            hand.aim_x = one.aim.x
            hand.aim_y = one.aim.y
            if one.word is not None:
                hand.word = one.word
            hand.live = one.word_live
            if one.card >= 0:
                hand.card = one.card
            for x, y, down in one.pen:
                hand.points += 1 + down
                hand.pen_x = x
                hand.pen_y = y
        if m.tick % 64 == 0:
            m.state.drawer = (m.state.drawer + 1) % 4
        if m.tick >= 1200:
            m.rank([(hand.id, hand.fires) for hand in m.state.hands])

    def join(self, m: "Match[Desk]", seat: int) -> None:
        m.state.hands = sorted(
            [hand for hand in m.state.hands if hand.id != seat] + [Hand(seat)], key=lambda hand: hand.id
        )

    def leave(self, m: "Match[Desk]", seat: int) -> None:
        m.state.hands = [hand for hand in m.state.hands if hand.id != seat]

    def bot(self, m: "Match[Desk]", bot: "BotContext") -> int:
        if m.tick % 4:
            return bot.buttons
        rng = bot.rng
        bot.move("move", rng.below(400) - 200, rng.below(400) - 200)
        bot.point("aim", rng.below(960), rng.below(600))
        if rng.below(8) == 0:
            bot.write("word", "héllo " + str(rng.below(100)))
        if rng.below(8) == 0:
            bot.choose("card", rng.below(64))
        if m.state.drawer == bot.seat:
            bot.draw("pen", [(rng.below(2048), rng.below(2048), k % 2) for k in range(5)])
        return bot.hold("fire") if rng.below(2) else bot.hold("swap")
