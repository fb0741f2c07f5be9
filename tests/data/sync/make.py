"""Makes the vectors that hold the codec's two halves together: `python -m tests.data.sync.make`.

Each file is `{"schema": SCHEMA, "frames": [{"hex", "state", "tick", "events"}], "garbled": [hex]}`: a
client that has taken the frames up to one holds its state and knows its tick; each garbled frame, coming
last, is refused and changes nothing. A test asserts that the files are what this command makes.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path

import msgspec

from game.rules import (
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
    Series,
    Text,
    Track,
)
from game.sync.delta import StateEncoder
from game.sync.schema import EVERYONE, Schema
from game.sync.wire import Ack, keyframe, sealed, state_frame
from tests.unit.sync.states import make_game, move

HERE = Path(__file__).parent


class Racer(Entity):
    x = Fixed(24)
    y = Fixed(24)
    heading = Angle(12)
    pen = Int(10, 0, 40)
    inking = Flag()
    score = Count(99)
    trail = Track("x", "y", "pen", when="inking")
    shadow = Track("heading", when="inking")
    name = Text(12)


class Arena(Entity):
    phase = Choice("count", "live", "over")
    racers = Entities(Racer, 8)
    on = Flag()
    clock = Track("phase", when="on")


class Race(Game):
    name = "race"
    State = Arena
    events = (Event("crash", "seat", "by"), Event("go"))


class Bomb(Entity):
    x = Int(0, -500, 500)
    fuse = Count(90)
    parts = Series("x", "y")


class Player(Entity):
    hearts = Count(3, default=3)
    bombs = Entities(Bomb, 6)
    hand = Ints(8, 2, -99999, 99999)


class Board(Entity):
    width = Count(30)
    cells = Grid("width")
    players = Entities(Player, 4)
    word = Text(40)
    far = Int(0, -(1 << 29), (1 << 29) - 1)


class Fuse(Game):
    name = "fuse"
    tick_hz = 10
    State = Board


class Recorder:
    """Writes down what is sent to one view."""

    def __init__(self, game: type[Game]) -> None:
        self.schema = Schema(game, EVERYONE)
        self.state: Entity = game.State()
        self.encoder = StateEncoder(self.schema)
        self.number = 250
        self.tick = 1000
        self.frames: list[dict[str, object]] = []
        self.last = b""

    def _frame(self, data: bytes, events: list[tuple[int, ...]]) -> None:
        self.last = data
        self.frames.append(
            {"hex": data.hex(), "state": self.encoder.full_json(), "tick": self.tick, "events": events}
        )

    def keyframe(self) -> None:
        """Send the whole view."""
        if not self.frames:
            self.encoder.start(self.state)
        self._frame(keyframe(self.number, 3, self.tick, 987654321012, [(2, 9, -1)], self.encoder.full()), [])

    def told(
        self, advance: int = 1, events: list[tuple[int, ...]] | None = None, acks: tuple[Ack, ...] = ()
    ) -> None:
        """Send what changed."""
        self.number += 1
        self.tick += advance
        update = self.encoder.update(self.state)
        self._frame(state_frame(self.number, advance, acks, events or [], update), events or [])

    def vector(self) -> dict[str, object]:
        """All of it, and some garbled frames."""
        chance = random.Random(len(self.frames))
        good = self.last
        flipped = [bytearray(good) for _ in range(6)]
        for data in flipped:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        cut = [good[:length] for length in (0, 1, 2, len(good) // 2, len(good) - 1)]
        body = good[:-2]
        checked = [sealed(body[: len(body) // 2]), sealed(body + b"\0"), sealed(b"\x0f"), sealed(b"\x01")]
        return {
            "schema": msgspec.to_builtins(self.schema.describe()),
            "frames": self.frames,
            "garbled": [bytes(data).hex() for data in (*flipped, *cut, *checked)],
        }


def race() -> Recorder:
    """Tracks that go on, stand still, stop, are cut and told; repeated masks; seats that come and go."""
    view = Recorder(Race)
    arena = view.state
    assert isinstance(arena, Arena)
    arena.racers = [Racer(k, x=k << 12, y=4096, heading=4090, name="Ännchen"[:k]) for k in (0, 1, 5)]
    view.keyframe()
    for step in range(14):
        arena.phase = int(step > 1)
        arena.on = int(4 < step < 9)
        if arena.on and step != 7:
            arena.clock.append(arena.phase)
        for racer in arena.racers:
            racer.inking = int(step > 2 and step + racer.id != 9)
            if step % 6 < 4:
                racer.x += 700 + racer.id
                racer.heading = (racer.heading + 59 * (racer.id - 1)) & 4095
            if racer.inking and step != 11:
                racer.trail.extend((racer.x, racer.y, racer.pen))
                racer.shadow.append(racer.heading)
            if step == 8:
                racer.trail = racer.trail[:3]
            if step == 9:
                racer.shadow = []
        if step == 6:
            arena.racers.insert(2, Racer(3, inking=1, trail=[16, 32, 48]))
            del arena.racers[0]
        view.told(1 + 200 * (step == 4), [(0, 1, -1), (1,)] if step == 5 else [], ((0, 17, 2),) * (step == 3))
        if step == 10:
            view.keyframe()
    return view


def fuse() -> Recorder:
    """Cells one by one and all at once; integers that come and go; lists within lists; far numbers."""
    view = Recorder(Fuse)
    board = view.state
    assert isinstance(board, Board)
    view.keyframe()
    board.width = 13
    board.cells = bytearray(143)
    board.players = [Player(k) for k in (0, 3)]
    view.told()
    board.cells[5] = 7
    board.cells[142] = 255
    board.players[1].bombs = [Bomb(9, x=-5, fuse=75)]
    board.players[0].hand = [99999, 0, -1, 0, 0]
    view.told()
    board.cells = bytearray(k % 2 for k in range(143))
    board.far = -(1 << 29)
    board.word = "Zündschnur 💣"
    board.players[1].bombs[0].parts = [1, -1, 2, -2]
    board.players[1].bombs.append(Bomb(5000))
    view.told()
    board.far = (1 << 29) - 1
    board.players[1].bombs[0].parts = [1, -1, 3, -3, 600, 70000]
    board.players[1].bombs[0].fuse = 74
    board.players[0].hand = [99999]
    view.told()
    board.players[1].bombs[0].fuse = 73
    view.told()
    board.players[1].bombs = []
    board.cells = bytearray()
    view.told(0)
    del board.players[0]
    board.players.append(Player(4, bombs=[Bomb(1, x=1)]))
    view.told(300)
    view.told()
    return view


class Rider(Entity):
    x = Fixed(24)
    inking = Flag()
    pen = Int(10, 0, 40)
    line = Int(3, 1, 9)
    trail = Track("x", "pen", when="inking", last="line")


class World(Entity):
    riders = Entities(Rider, 100, near=True)


class Field(Game):
    name = "field"
    replication = "delta"
    State = World


def field() -> Recorder:
    """Tracks of finite length: they slide, grow, are cut at their front, emptied and sent again."""
    view = Recorder(Field)
    world = view.state
    assert isinstance(world, World)
    one, other = Rider(2, inking=1), Rider(70)
    world.riders = [one, other]
    view.keyframe()

    def ride(steps: int, grows: bool = False) -> None:
        for _ in range(steps):
            one.x += 700
            one.line += 1 if grows else 0
            one.trail.extend((one.x, one.pen))
            view.told()

    ride(5)
    one.trail = one.trail[-6:]
    ride(1)
    ride(2, grows=True)
    view.keyframe()
    ride(1)
    one.pen = 0
    ride(1)
    one.trail = one.trail[-10:]
    one.inking = 0
    view.told()
    one.inking = 1
    one.x += 64
    one.trail.extend((one.x - 32, 10, one.x, 0))
    view.told(2)
    one.trail = []
    one.inking, one.line = 0, 3
    other.trail.extend(range(20))
    view.told()
    other.line = 9
    other.trail = list(range(8))
    view.told()
    world.riders = [other]
    view.told()
    world.riders = [one, other]
    view.told()
    return view


def made(seed: int) -> Callable[[], Recorder]:
    """A random state that moves at random."""

    def record() -> Recorder:
        chance = random.Random(seed)
        view = Recorder(make_game(chance))
        move(view.state, chance)
        view.keyframe()
        for step in range(8):
            move(view.state, chance)
            events: list[tuple[int, ...]] = [
                (kind, *(chance.randrange(-99, 99) for _ in range(count)))
                for kind, count in enumerate(view.schema.event_args)
                if chance.random() < 0.3
            ]
            view.told(chance.choice((1, 1, 2, 500)), events)
            if step == 4:
                view.keyframe()
        return view

    return record


VECTORS: dict[str, Callable[[], Recorder]] = {
    "race": race,
    "fuse": fuse,
    "field": field,
    **{f"made-{seed}": made(seed) for seed in (3, 8, 11, 14, 19, 27)},
}


def text_of(name: str) -> str:
    """What the file of one vector holds: a line a frame."""
    vector = VECTORS[name]().vector()
    lines = []
    for key, value in vector.items():
        if isinstance(value, list):
            inner = ",\n".join(json.dumps(one, separators=(",", ":")) for one in value)
            lines.append(f'"{key}": [\n{inner}\n]')
        else:
            lines.append(f'"{key}": {json.dumps(value, separators=(",", ":"))}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    for vector_name in VECTORS:
        (HERE / f"{vector_name}.json").write_text(text_of(vector_name), encoding="utf-8")
