"""Views of what is near: each equals the state's part, with any number of followers."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.rules import Angle, Entities, Entity, Event, Fixed, Flag, Game, Int, Ints, Track
from game.sync.delta import StateDecoder
from game.sync.near import NearEncoder
from game.sync.schema import BadSchema, Schema
from tests.depth import depth
from tests.unit.sync.states import seen


class Rider(Entity):
    x = Fixed(24)
    heading = Angle(12)
    inking = Flag()
    line = Int(3, 1, 12)
    effects = Ints(4, 4)
    trail = Track("x", when="inking", last="line")


class World(Entity):
    until = Int()
    scores = Ints(9, 9)
    riders = Entities(Rider, 100, near=True)


class Field(Game):
    name = "field"
    replication = "delta"
    events = (Event("crash", "seat"), Event("take", "seat", near=True))
    State = World


SCHEMA = Schema.of(Field())


def move(world: World, chance: random.Random) -> None:  # noqa: C901 - a list of what may happen
    """One tick: riders ride, their tracks slide, they come and go."""
    for rider in world.riders:
        if chance.random() < 0.1:
            rider.inking = 1 - rider.inking
        if chance.random() < 0.7:
            rider.x += chance.randrange(900)
        if chance.random() < 0.05:
            rider.effects = [chance.randrange(50) for _ in range(4)]
        if rider.inking:
            rider.trail.append(rider.x)
            if rider.line < 12 and chance.random() < 0.1:
                rider.line += 1
        if len(rider.trail) > rider.line + 4:
            rider.trail = rider.trail[-rider.line :]
        if chance.random() < 0.04:
            rider.trail = []
            rider.line = chance.randint(1, rider.line)
    if chance.random() < 0.2:
        world.until += 5
    if chance.random() < 0.1:
        world.riders = [rider for rider in world.riders if chance.random() < 0.8]
    free = chance.choice((0, 1, 5, 31, 33, 64, 99))
    if chance.random() < 0.2 and free not in [rider.id for rider in world.riders]:
        world.riders = sorted([*world.riders, Rider(free, inking=1)], key=lambda rider: int(rider.id))


class Someone:
    """A follower in both framings, who holds now these, now those."""

    def __init__(self, encoder: NearEncoder, chance: random.Random) -> None:
        self.encoder = encoder
        self.chance = chance
        self.held = self.wished()
        self.by_bytes = StateDecoder(SCHEMA.describe())
        self.by_json = StateDecoder(SCHEMA.describe())
        self.by_bytes.full(encoder.full(self.held))
        self.by_json.apply_json_full(encoder.full_json(self.held))

    def wished(self) -> list[int]:
        """Any of those that there are."""
        return self.encoder.known([number for number in range(100) if self.chance.random() < 0.6])

    def update(self) -> None:
        """The update of a tick."""
        before = self.held
        if self.chance.random() < 0.3:
            self.held = self.wished()
        else:
            self.held = self.encoder.known(before)
        self.by_json.apply_json_changes(self.encoder.update_json(before, self.held))
        self.by_bytes.update(self.encoder.update(before, self.held))

    def check(self, world: World) -> None:
        """All that is known is right, and nothing else is known."""
        expected = seen(SCHEMA, world)
        expected["riders"] = {number: expected["riders"][number] for number in self.held}
        assert self.by_bytes.state == expected
        assert self.by_json.state == expected


@given(st.integers(0, 1 << 30))
@settings(max_examples=depth(20, 60), deadline=None)
def test_everyone_knows_what_is_near_to_them_and_no_more(seed: int) -> None:
    chance = random.Random(seed)
    world = World()
    world.riders = [Rider(number, inking=number % 2) for number in (0, 3, 31, 32, 70)]
    encoder = NearEncoder(SCHEMA)
    encoder.start(world)
    people = [Someone(encoder, chance)]
    for _ in range(40):
        move(world, chance)
        encoder.step(world, with_json=True)
        for one in people:
            one.update()
        if chance.random() < 0.2:
            people.append(Someone(encoder, chance))
        for one in people:
            one.check(world)


def test_what_nobody_holds_costs_nobody_a_byte() -> None:
    world = World()
    world.riders = [Rider(number, inking=1) for number in range(100)]
    encoder = NearEncoder(SCHEMA)
    encoder.start(world)
    for _ in range(3):
        for rider in world.riders:
            rider.x += 300
            rider.trail.append(rider.x)
        encoder.step(world, with_json=False)
        assert encoder.update([], []) == b"\0"
        few, all_of_them = encoder.update([50], [50]), encoder.update(list(range(100)), list(range(100)))
        assert len(few) < 8
        assert len(all_of_them) < 100 * 6


def test_rows_that_both_ends_can_work_out_cost_nothing_on_a_finite_track_either() -> None:
    world = World()
    rider = Rider(0, inking=1)
    world.riders = [rider]
    encoder = NearEncoder(SCHEMA)
    encoder.start(world)
    follower = StateDecoder(SCHEMA.describe())
    follower.full(encoder.full([0]))
    sizes = []
    for step in range(12):
        rider.x += 320
        rider.trail = [*rider.trail[-5:], rider.x] if step == 8 else [*rider.trail, rider.x]
        encoder.step(world, with_json=False)
        update = encoder.update([0], [0])
        follower.update(update)
        sizes.append(len(update))
        assert follower.state["riders"][0]["trail"] == [[x >> 4 << 4] for x in rider.trail[-3:]]
    assert sizes[8] == sizes[7], "being cut at its front costs nothing"


@pytest.mark.parametrize(
    ("state", "replication", "complaint"),
    [
        (type("Late", (Entity,), {"riders": Entities(Rider, 9, near=True), "more": Int()}), "delta", "last"),
        (type("Run", (Entity,), {"riders": Entities(Rider, 9, near=True)}), "events", "delta"),
    ],
)
def test_a_list_in_the_wrong_place_is_refused(state: type[Entity], replication: str, complaint: str) -> None:
    wrong = type("Wrong", (Game,), {"name": "wrong", "replication": replication, "State": state})
    with pytest.raises(BadSchema, match=complaint):
        Schema.of(wrong())
