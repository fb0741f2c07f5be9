"""Blink: a match of one second, for tests of what comes after it."""

from game.rules import BotContext, Count, Entities, Entity, Game, Int, Match, Options, seated


class Eye(Entity):
    """One player; its id is the seat."""

    open = Int(0, 0, 1)
    luck = Count(max=1 << 20)


class Room(Entity):
    """The whole state of a match."""

    left = Count(max=36_000)
    eyes = Entities(Eye, max=8)


class Blink(Game):
    """The player with more luck when the time is over has won."""

    name, title, seats, tick_hz = "blink", "Blink", (1, 8), 30
    blurb = "It is over before it began."
    buttons = ("blink",)
    options = Options(ticks=Int(30, 1, 36_000))
    presets = (("Classic", {}), ("Long", {"ticks": 36_000}))
    State = Room

    def start(self, m: Match) -> None:
        m.state.left = m.options.ticks
        for seat in m.seats:
            self.join(m, seat)

    def join(self, m: Match, seat: int) -> None:
        m.state.eyes = seated(m.state.eyes, Eye(seat))

    def leave(self, m: Match, seat: int) -> None:
        m.state.eyes = [one for one in m.state.eyes if one.id != seat]

    def step(self, m: Match, inputs: "list[int]") -> None:
        for eye in m.state.eyes:
            eye.open = 1 - (inputs[eye.id] & 1)
            eye.luck = m.rng.below(1 << 20)
        m.state.left -= 1
        if m.state.left == 0:
            m.rank([(one.id, one.luck) for one in m.state.eyes])

    def bot(self, m: Match, bot: BotContext) -> int:
        return m.tick // 8 & 1
