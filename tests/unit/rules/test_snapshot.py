"""Packing is exact, and what is damaged is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules.snapshot import (
    BadSnapshot,
    SnapshotReader,
    dump,
    load,
    pack,
    put,
    put_many,
    put_raw,
    state_hash,
    unpack,
)
from tests.unit.rules.things import Made, lively

numbers = st.integers(-(1 << 30), (1 << 30) - 1)


@given(st.lists(numbers), st.binary(), numbers)
def test_what_is_put_is_taken(values: list[int], raw: bytes, number: int) -> None:
    out = bytearray()
    put_many(out, values)
    put_raw(out, raw)
    put(out, number)
    reader = SnapshotReader(out)
    assert (reader.many(), reader.raw(), reader.take()) == (values, raw, number)
    assert reader.at == len(out)


@given(st.binary(max_size=40))
def test_a_reader_of_anything_raises_nothing_but_bad_pack(data: bytes) -> None:
    for take in (SnapshotReader.take, SnapshotReader.many, SnapshotReader.raw, SnapshotReader.text):
        with contextlib.suppress(BadSnapshot):
            take(SnapshotReader(data))


@given(st.integers(0, 1 << 28), st.integers(0, 90))
def test_a_match_of_every_kind_of_field_is_restored_exactly(seed: int, ticks: int) -> None:
    m = lively(seed, ticks)
    data = dump(m)
    again = load(Made(), data)
    assert dump(again) == data
    assert state_hash(again) == state_hash(m)
    assert again.scratch == m.scratch
    packed = pack(m)
    same = unpack(Made(), packed)
    assert dump(same) == data
    assert pack(same) == packed
    assert same.scratch == m.scratch
    for one in (m, again):
        one.step([(0, 2, 1, 0)])
    assert state_hash(again) == state_hash(m)
    assert dump(again) == dump(m)


def test_the_end_of_a_match_is_packed_as_well() -> None:
    m = lively()
    m.step([(4, 2, 1, 33)])
    again = load(Made(), dump(m))
    assert again.over
    assert [(place.seat, place.place, place.points) for place in again.places] == [(2, 1, 33)]
    assert [(award.kind, award.seat, award.value) for award in again.given] == [(0, 2, 33)]


def test_rows_that_jump_farther_than_two_bytes_are_packed_as_well() -> None:
    m = lively()
    m.state.log = [0, -(1 << 28), 5, 1 << 28, 6, 0]
    assert load(Made(), dump(m)).state.log == m.state.log


@given(st.integers(0, 1 << 28), st.data())
def test_damage_is_found(seed: int, data: st.DataObject) -> None:
    packed = dump(lively(seed, 12))
    damaged = bytearray(packed)
    at = data.draw(st.integers(0, len(packed) - 1))
    damaged[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(packed) - 1))
    for wrong in (damaged, packed[:cut], packed + b"\0", b""):
        with pytest.raises(BadSnapshot):
            load(Made(), wrong)


@pytest.mark.parametrize("part", ["tick", "seats", "inputs", "values", "teams", "over"])
def test_the_hash_covers_the_match(part: str) -> None:
    m = lively()
    before = state_hash(m)
    value = getattr(m, part)
    setattr(
        m,
        part,
        [*value[:-1], value[-1] + 1]
        if isinstance(value, list)
        else not value
        if value is False
        else value + 1,
    )
    assert state_hash(m) != before


def test_the_hash_covers_every_field() -> None:
    m = lively(3, 32)
    seen = {state_hash(m)}
    s = m.state
    for change in (
        lambda: setattr(s, "width", 5),
        lambda: setattr(s, "word", "other"),
        lambda: setattr(s, "mood", 1 - s.mood),
        lambda: setattr(s, "dice", [*s.dice, 0]),
        lambda: s.cells.__setitem__(3, s.cells[3] ^ 1),
        lambda: s.log.extend([1, 2]),
        lambda: s.log.__setitem__(-1, 77),
        lambda: setattr(s.things[0], "secret", s.things[0].secret ^ 1),
        s.things.pop,
        lambda: setattr(m.rng, "second", m.rng.second ^ 1),
    ):
        change()
        assert state_hash(m) not in seen
        seen.add(state_hash(m))
