"""A made-up game that uses every kind of field, for tests of the rules API."""

from game.rules import (
    NOBODY,
    Angle,
    Choice,
    Count,
    Entities,
    Entity,
    Event,
    Fixed,
    Flag,
    Game,
    Grid,
    Int,
    Ints,
    Match,
    Options,
    Place,
    Series,
    Text,
    Track,
)


class Thing(Entity):
    """One of a list."""

    x = Fixed(20)
    heading = Angle(12)
    warm = Flag()
    path = Track("x", "heading", when="warm")
    secret = Int(0, -100, 100, see=NOBODY)


class Board(Entity):
    """A root with a field of every kind."""

    width = Int(4, 1, 9)
    cells = Grid("width", 3)
    word = Text(12)
    mood = Choice("calm", "wild")
    dice = Ints(6, 2, 0, 6)
    log = Series("tick", "what")
    points = Count(max=50)
    things = Entities(Thing, 5)


class Made(Game):
    """Adds and drops things, draws, logs: all by chance and by what is pressed."""

    name = "made"
    seats = (1, 4)
    buttons = ("add", "drop")
    events = (Event("added", "id"), Event("dropped", "id"))
    options = Options(speed=Int(3, 1, 9))
    awards = ("Busiest",)
    commands = ("say", "end")
    State = Board

    def start(self, m: Match) -> None:
        m.state.cells = bytearray(12)
        self.rebuild(m)

    def step(self, m: Match, inputs: list[int]) -> None:
        s = m.state
        for seat in m.seats:
            if inputs[seat] & 1 and len(s.things) < 5:
                s.things.append(Thing(m.tick * 8 + seat, x=m.rng.below(1000)))
                m.emit("added", s.things[-1].id)
            elif inputs[seat] & 2 and s.things:
                m.emit("dropped", s.things[0].id)
                del s.things[0]
        for thing in s.things:
            thing.heading = thing.heading + m.options.speed * 9 & 4095
            thing.warm = m.rng.below(2)
            thing.secret = m.rng.between(-100, 100)
            if thing.warm:
                thing.path += [thing.x, thing.heading]
        s.cells[m.rng.below(12)] = m.rng.below(4)
        s.dice = [m.rng.below(7) for _ in range(m.rng.below(7))]
        if m.tick % 3 == 0:
            s.log += [m.tick, -m.rng.below(1 << 20)]
        if m.tick % 40 == 0:
            s.log = []
        s.mood = m.rng.below(2)
        m.scratch = sum(s.cells)

    def command(self, m: Match, seat: int, verb: int, value: int) -> None:
        if verb == 0:
            m.state.word = "é" * (value % 7)
        else:
            m.award("Busiest", seat, value)
            m.finish([Place(seat, 1, value)])

    def rebuild(self, m: Match) -> None:
        m.scratch = sum(m.state.cells)


def lively(seed: int = 1, ticks: int = 30) -> Match:
    """A match in which much has happened."""
    m = Match(Made(), [3], [0, 2], [], seed)
    m.begin()
    for tick in range(ticks):
        m.step([(0, 0, 1 + tick % 2, 0), (4, 0, 0, tick)] if tick % 4 < 3 else [(0, 2, 1, 5)])
    return m
