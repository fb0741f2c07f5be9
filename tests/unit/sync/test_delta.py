"""A client that follows a view knows its state: from the start or later, by bytes or by JSON."""

import copy
import json
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.protocol.objects import TreeInfo
from game.rules import HOST, OWNER, Entities, Entity, Fixed, Flag, Game, Int, Ints, Text, Track
from game.sync.delta import StateDecoder, StateEncoder
from game.sync.described import read_schema
from game.sync.schema import EVERYONE, HOSTS, OWNERS, Schema
from game.sync.varint import BadFrame
from tests.depth import depth

from .states import games, make_game, move, seen

AUDIENCES = st.sampled_from([EVERYONE, EVERYONE, OWNERS, HOSTS, frozenset({"all", "owner", "host"})])
SEEDS = st.integers(0, 1 << 30)


@given(games(), AUDIENCES, SEEDS, st.integers(1, 12))
@settings(max_examples=depth(60, 300), deadline=None)
def test_everyone_who_follows_sees_the_state(
    game: type[Game], see: frozenset[str], seed: int, steps: int
) -> None:
    chance = random.Random(seed)
    schema = Schema(game, see)
    described = read_schema(json.loads(msgspec.json.encode(schema.describe())))
    state = game.State()
    encoder = StateEncoder(schema, 3)
    both = StateEncoder(schema, 3)
    for _ in range(chance.randrange(3)):
        move(state, chance)
    encoder.start(state)
    both.start(state)
    by_json = StateDecoder(described)
    by_json.apply_json_full(json.loads(json.dumps(both.full_json())))
    followers: list[StateDecoder] = []
    for _ in range(steps):
        if chance.random() < 0.4 or not followers:
            late = StateDecoder(described)
            late.full(encoder.full())
            followers.append(late)
        before = seen(schema, state, 3)
        for _ in range(chance.randrange(3)):
            move(state, chance)
        expected = seen(schema, state, 3)
        if chance.random() < 0.3:
            assert all(follower.state == before for follower in followers)
        update = encoder.update(state)
        if update == b"\0":
            assert before == expected
        for follower in followers:
            follower.update(update)
            assert follower.state == expected
        _, changes = both.update_json(state)
        by_json.apply_json_changes(json.loads(json.dumps(changes)))
        assert by_json.state == expected


@given(games(), AUDIENCES, SEEDS)
@settings(max_examples=depth(40, 100), deadline=None)
def test_both_forms_are_made_in_one_go(game: type[Game], see: frozenset[str], seed: int) -> None:
    chance = random.Random(seed)
    schema = Schema(game, see)
    state = game.State()
    one, other = StateEncoder(schema, 3), StateEncoder(schema, 3)
    one.start(state)
    other.start(state)
    for _ in range(4):
        move(state, chance)
        assert one.update(state) == other.update_json(state)[0]
        assert one.full() == other.full()


@given(games(), SEEDS)
@settings(max_examples=depth(40, 100), deadline=None)
def test_what_did_not_change_is_not_told(game: type[Game], seed: int) -> None:
    chance = random.Random(seed)
    schema = Schema(game, EVERYONE)
    state = game.State()
    for _ in range(3):
        move(state, chance)
    encoder = StateEncoder(schema)
    encoder.start(state)
    if not any(field.kind == "track" and getattr(state, field.when) for field in schema.root.fields):
        assert encoder.update(state) == b"\0"
    assert encoder.update_json(state)[1] == {}


@given(games(), SEEDS)
@settings(max_examples=depth(40, 100), deadline=None)
def test_a_keyframe_tells_what_was_told_last_even_if_the_match_has_moved_on(
    game: type[Game], seed: int
) -> None:
    chance = random.Random(seed)
    schema = Schema(game, EVERYONE)
    state = game.State()
    move(state, chance)
    encoder = StateEncoder(schema)
    encoder.start(state)
    expected = seen(schema, state)
    first = encoder.full()
    for entity in [state]:
        _append_only(entity, chance)
    decoder = StateDecoder(schema.describe())
    decoder.full(encoder.full())
    assert decoder.state == expected
    assert encoder.full() == first
    decoder.apply_json_full(encoder.full_json())
    assert decoder.state == expected


def _append_only(state: object, chance: random.Random) -> None:
    """Move on as rules may: lists grow or are replaced, but are not cut in place."""
    for field in state.fields:  # type: ignore[attr-defined]
        value = getattr(state, field.name)
        if field.kind == "entities":
            for one in value:
                _append_only(one, chance)
            setattr(state, field.name, list(value))
        elif field.kind == "series":
            if chance.random() < 0.5:
                value.extend([5] * len(field.columns))
            else:
                setattr(state, field.name, [])
        elif field.kind in ("ints", "grid"):
            value[:] = value[:1]


@given(games(), SEEDS, st.data())
@settings(max_examples=depth(50, 300), deadline=None)
def test_garbled_bodies_change_nothing_or_are_whole(game: type[Game], seed: int, data: st.DataObject) -> None:
    """Without the frame's check: whatever the bytes, a decoder refuses them or reads them to the end."""
    chance = random.Random(seed)
    schema = Schema(game, EVERYONE)
    state = game.State()
    encoder = StateEncoder(schema)
    move(state, chance)
    encoder.start(state)
    decoder = StateDecoder(schema.describe())
    decoder.full(encoder.full())
    for _ in range(3):
        move(state, chance)
        update = encoder.update(state)
        for good, read in ((update, decoder.update), (encoder.full(), None)):
            garbled = _garbled(good, chance) if chance.random() < 0.8 else data.draw(st.binary(max_size=40))
            victim = copy.deepcopy(decoder)
            before = copy.deepcopy(victim.state)
            try:
                victim.update(garbled) if read else victim.full(garbled)
            except BadFrame:
                assert victim.state == before
                victim.update(update)
                assert victim.state == seen(schema, state)
        decoder.update(update)
        encoder.full()


def _garbled(data: bytes, chance: random.Random) -> bytes:
    garbled = bytearray(data)
    roll = chance.randrange(4) if data else 3
    if roll == 0:
        return bytes(garbled[: chance.randrange(len(data))])
    at = chance.randrange(len(data) + (roll == 3))
    if roll == 1:
        garbled[at] ^= 1 << chance.randrange(8)
    elif roll == 2:
        garbled[at] = chance.randrange(256)
    else:
        garbled[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
    return bytes(garbled)


@given(
    games(),
    SEEDS,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["f0", "f1", "keep", "add", "all", "cells", "0", "-1"]), inner)
        ),
        max_leaves=12,
    ),
)
@settings(max_examples=depth(60, 200), deadline=None)
def test_garbled_json_changes_nothing(game: type[Game], seed: int, value: object) -> None:
    schema = Schema(game, EVERYONE)
    state = game.State()
    move(state, random.Random(seed))
    encoder = StateEncoder(schema)
    encoder.start(state)
    decoder = StateDecoder(schema.describe())
    decoder.apply_json_full(encoder.full_json())
    before = copy.deepcopy(decoder.state)
    for read in (decoder.apply_json_full, decoder.apply_json_changes):
        try:
            read(value)
        except BadFrame:
            assert decoder.state == before
        else:
            before = copy.deepcopy(decoder.state)


def test_nothing_can_be_told_before_a_keyframe() -> None:
    decoder = StateDecoder(Schema(make_game(random.Random(1)), EVERYONE).describe())
    with pytest.raises(BadFrame, match="no keyframe"):
        decoder.update(b"\0")


class Walker(Entity):
    x = Fixed(24)
    inking = Flag()
    trail = Track("x", when="inking")
    hand = Ints(5, see=OWNER)
    note = Text(8, see=HOST)


class Field(Entity):
    walkers = Entities(Walker, 8)
    answer = Int(see=HOST)


class Walk(Game):
    name = "walk"
    State = Field


def _walk(*walkers: Walker) -> tuple[Field, StateEncoder, StateDecoder]:
    state = Field()
    state.walkers = list(walkers)
    schema = Schema.of(Walk())
    encoder = StateEncoder(schema)
    encoder.start(state)
    decoder = StateDecoder(schema.describe())
    decoder.full(encoder.full())
    return state, encoder, decoder


def test_a_track_that_goes_on_costs_no_byte() -> None:
    walker = Walker(0, inking=1)
    state, encoder, decoder = _walk(walker)
    for step in range(1, 4):
        walker.x = step * 16
        walker.trail.append(walker.x)
        update = encoder.update(state)
        assert len(update) == (5 if step == 1 else 4)
        decoder.update(update)
    assert decoder.state["walkers"][0]["trail"] == [[16], [32], [48]]


def test_a_track_that_stands_still_gains_a_row_by_an_empty_mask() -> None:
    walker = Walker(0, x=160, inking=1)
    state, encoder, decoder = _walk(walker)
    walker.trail.append(160)
    update = encoder.update(state)
    assert update.hex(" ") == "01 01 00 00"
    decoder.update(update)
    assert decoder.state["walkers"][0]["trail"] == [[160]]


def test_a_rewound_track_is_cut() -> None:
    walker = Walker(0, trail=[16, 32, 48])
    state, encoder, decoder = _walk(walker)
    encoder.full()
    del walker.trail[1:]
    decoder.update(encoder.update(state))
    assert decoder.state["walkers"][0]["trail"] == [[16]]
    decoder.full(encoder.full())
    assert decoder.state["walkers"][0]["trail"] == [[16]]


def test_a_restored_match_tells_no_row_again() -> None:
    walker = Walker(0, trail=[16, 32, 48])
    state, encoder, _ = _walk(walker)
    walker.trail = [16, 32, 48]
    assert encoder.update(state) == b"\0"
    walker.trail = [16, 32, 49, 64]
    assert encoder.update_json(state)[1] == {"walkers": {"0": {"trail": {"keep": 2, "add": [[48], [64]]}}}}


def test_a_seat_is_told_its_own_hand_and_the_host_the_answer() -> None:
    state, encoder, decoder = _walk(Walker(2, hand=[7]), Walker(5, hand=[8]))
    shared = Schema.of(Walk())
    assert b"hand" not in msgspec.json.encode(shared.describe().entities)
    assert decoder.state == {
        "walkers": {2: {"x": 0, "inking": 0, "trail": []}, 5: {"x": 0, "inking": 0, "trail": []}}
    }
    parts = shared.describe().private
    assert parts is not msgspec.UNSET
    assert isinstance(parts.owner, TreeInfo)
    assert isinstance(parts.host, TreeInfo)
    own = StateEncoder(shared.private["owner"], 5)
    own.start(state)
    follower = StateDecoder(parts.owner)
    follower.full(own.full())
    assert follower.state == {"walkers": {5: {"hand": [8]}}}
    state.walkers[0].hand = [1, 2]
    assert own.update(state) == b"\0"
    state.walkers[1].hand = [1, 2]
    follower.update(own.update(state))
    assert follower.state == {"walkers": {5: {"hand": [1, 2]}}}
    host = StateEncoder(shared.private["host"])
    host.start(state)
    state.answer = 42
    state.walkers[0].note = "psst"
    assert host.update_json(state)[1] == {"walkers": {"2": {"note": "psst"}}, "answer": 42}
    assert encoder.update(state) == b"\0"


def test_ids_must_rise() -> None:
    state, encoder, _ = _walk(Walker(2), Walker(5))
    state.walkers.reverse()
    with pytest.raises(ValueError, match="must rise"):
        encoder.update(state)
