"""Three rounds; the seat that is drawn by lot wins each."""

from game.rules import (
    NOBODY,
    PHASES,
    PHASES_DOC,
    Choice,
    Count,
    Entities,
    Entity,
    Int,
    Match,
    Rounds,
    Series,
    find,
)


class Player(Entity):
    score = Count(9)


class Table(Entity):
    phase = Choice(*PHASES, doc=PHASES_DOC)
    until = Int()
    began = Int()
    round = Count(3)
    history = Series("one", "two", see=NOBODY)
    players = Entities(Player, 2)


class Lots(Rounds):
    name, title, seats, tick_hz, break_ticks = "lots", "Lots", (2, 2), 10, 5
    buttons = ("act",)
    State = Table

    def start(self, m):
        m.state.players = [Player(seat) for seat in m.seats]
        self.begin_round(m)

    def deal(self, m):
        """Nothing to set up."""

    def play(self, m, inputs):
        winner = find(m.state.players, m.rng.below(2))
        winner.score += 1
        self.close_round(m, [winner])

    def end_round(self, m):
        points = [(one.id, one.score) for one in m.state.players]
        self.note(m, points)
        if m.state.round == 3:
            self.end_match(m, points)
        else:
            self.begin_round(m)


m = Match(Lots(), [], [0, 1], [], 5)
m.begin()
while not m.over:
    m.step([])
assert sum(one.score for one in m.state.players) == 3
assert len(m.game.rounds(m)) == 3
