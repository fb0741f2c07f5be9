"""Nim: a small turn-based game whose matches sleep, for tests.

There are 21 sticks. Each player in turn takes one, two or three. The player who takes the last stick wins.
"""

from game.rules import BotContext, Count, Entity, Game, Int, Ints, Match, Options, pressed


class Table(Entity):
    """The whole state of a match; `held` are the buttons of each seat in the last tick."""

    sticks = Count(max=99)
    turn = Int(0, 0, 3)
    moves = Count(max=99)
    passes = Count(max=999)
    ticks = Count(max=1 << 28)
    held = Ints(4, high=7)


class Nim(Game):
    """Take one, two or three sticks; the last one wins."""

    name, title, seats, tick_hz = "nim", "Nim", (2, 4), 20
    blurb = "Take one, two or three sticks. The last one wins."
    buttons = ("one", "two", "three")
    options = Options(sticks=Int(21, 3, 99), hours=Int(0, 0, 336))
    replication = "delta"
    sleeps = True
    turn_hours = "hours"
    State = Table

    def start(self, m: Match) -> None:
        m.state.sticks = m.options.sticks
        m.state.turn = m.seats[0]
        m.state.held = [0, 0, 0, 0]

    def turn(self, m: Match) -> "list[int]":
        return [] if m.over else [m.state.turn]

    def time_up(self, m: Match, seat: int) -> None:
        if seat == m.state.turn:
            m.state.passes += 1
            self._next(m)

    def leave(self, m: Match, seat: int) -> None:
        if len(m.seats) == 1:
            m.rank([(m.seats[0], 1)])
        elif seat == m.state.turn:
            self._next(m)

    def step(self, m: Match, inputs: "list[int]") -> None:
        state = m.state
        state.ticks += 1
        before, state.held = state.held, list(inputs[:4])
        now = pressed(inputs[state.turn], before[state.turn])
        taken = 1 if now & 1 else 2 if now & 2 else 3 if now & 4 else 0
        if taken and taken <= state.sticks:
            state.sticks -= taken
            state.moves += 1
            if state.sticks == 0:
                m.rank([(seat, int(seat == state.turn)) for seat in m.seats])
            else:
                self._next(m)

    @staticmethod
    def _next(m: Match) -> None:
        later = [seat for seat in m.seats if seat > m.state.turn]
        m.state.turn = (later or m.seats)[0]

    def bot(self, m: Match, bot: BotContext) -> int:
        if m.over or m.state.turn != bot.seat or m.tick % 10 < 5:
            return 0
        count: int = m.state.sticks % 4
        return 1 << max(count - 1, 0)
