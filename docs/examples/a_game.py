"""The smallest game: the player who presses most often within ten seconds wins."""

from game.rules import Button, Controls, Count, Entities, Entity, Event, Game, Match


class Runner(Entity):
    steps = Count(999)


class Track(Entity):
    left = Count(300)
    runners = Entities(Runner, 8)


class Run(Game):
    name, title, seats, tick_hz = "run", "Run", (1, 8), 30
    controls = Controls(Button("go", key="Space", label="Run"))
    events = (Event("stride", "seat"),)
    State = Track

    def start(self, m):
        m.state.left = 10 * self.tick_hz
        m.state.runners = [Runner(seat) for seat in m.seats]

    def step(self, m, inputs):
        for one in m.state.runners:
            if inputs[one.id].go_pressed:
                one.steps += 1
                m.emit("stride", one.id)
        m.state.left -= 1
        if m.state.left == 0:
            m.rank([(one.id, one.steps) for one in m.state.runners])


# What the engine does with it, for a test of your own: seat 1 presses once.
m = Match(Run(), [], [0, 1], [], 7)
m.begin()
m.step([(0, 1, 1, 0)])
for _ in range(299):
    m.step([])
assert m.over
assert [(place.seat, place.place, place.points) for place in m.places] == [(1, 1, 1), (0, 2, 0)]
