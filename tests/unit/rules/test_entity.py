"""Entities: declared fields, plain values, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules import INT_MAX, Angle, Entity, Fixed, Flag, Int, Match, Track
from game.rules.snapshot import dump, state_hash
from tests.unit.rules.things import Board, Made, Thing, lively


def test_fields_are_known_in_the_order_of_declaration() -> None:
    assert [field.name for field in Thing.fields] == ["x", "heading", "warm", "path", "secret"]
    assert Thing.values == ("x", "heading", "warm", "secret")
    assert [field.name for field in Board.tables] == ["cells", "dice", "log", "things"]


def test_an_entity_inherits_fields_and_may_declare_one_anew() -> None:
    class Base(Entity):
        one = Int(1)
        two = Int(2)

    class Derived(Base):
        three = Int(3)
        one = Int(4)

    thing = Derived(9)
    assert [field.name for field in Derived.fields] == ["two", "three", "one"]
    assert (thing.id, thing.one, thing.two, thing.three) == (9, 4, 2, 3)
    assert [field.name for field in Base.fields] == ["one", "two"]


def test_each_entity_has_lists_of_its_own() -> None:
    one, two = Board(), Board()
    one.log.append(1)
    one.dice.append(1)
    assert (two.log, two.dice) == ([], [0, 0])


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="Thing has no field y"):
        Thing(1, y=3)


def test_a_track_names_fields_of_its_entity() -> None:
    with pytest.raises(TypeError, match="track path names y, which is no field"):

        class Wrong(Entity):
            x = Fixed(8)
            warm = Flag()
            path = Track("x", "y", when="warm")


def test_a_range_lies_within_30_bits_and_holds_the_default() -> None:
    with pytest.raises(ValueError, match="within 30 bits"):
        Int(0, 0, INT_MAX + 1)
    with pytest.raises(ValueError, match="default 9 is outside 0 to 5"):
        Int(9, 0, 5)


def test_who_sees_a_field_is_one_of_four() -> None:
    with pytest.raises(ValueError, match="see is 'owners'; write ALL, OWNER, HOST or NOBODY"):
        Int(see="owners")


def test_the_wire_drops_what_it_is_told_to() -> None:
    assert Fixed(24, frac=8, wire=4).drop == 4
    assert Angle(12, wire=8).drop == 4
    assert [field.drops for field in Thing.fields if isinstance(field, Track)] == [(4, 4)]


@given(st.integers(0, 1 << 28), st.integers(0, 60), st.lists(st.integers(1, 30), max_size=4))
def test_a_match_comes_back_to_its_mark_from_wherever_it_went(seed: int, ticks: int, ways: list[int]) -> None:
    m = lively(seed, ticks)
    before = dump(m), state_hash(m), m.scratch, list(m.happened)
    mark = m.mark()
    for way in ways:
        for k in range(way):
            m.step([(0, 0, k & 3, 0), (2, 1, 1, 0)] if k % 2 else [(3, 0, 0, 0), (1, 0, k * 99, 0)])
        m.rewind(mark)
        assert (dump(m), state_hash(m), m.scratch, list(m.happened)) == before


def test_a_match_that_is_over_moves_no_more() -> None:
    m = lively()
    m.step([(4, 2, 1, 33)])
    assert m.over
    assert [(place.seat, place.place, place.points) for place in m.places] == [(2, 1, 33)]
    assert [(award.kind, award.seat, award.value) for award in m.given] == [(0, 2, 33)]
    before = [thing.heading for thing in m.state.things]
    m.step([(0, 0, 3, 0)])
    assert [thing.heading for thing in m.state.things] == before


def test_entries_move_seats_buttons_and_chance() -> None:
    m = Match(Made(), [3], [1], [0, 2], 1)
    m.begin()
    m.step([(2, 3, 1, 0), (0, 3, 2, 7)])
    assert m.seats == [1, 3]
    assert m.teams == [0, 2, 0, 1]
    assert (m.inputs[3], m.values[3]) == (2, 7)
    m.step([(3, 3, 0, 0)])
    assert m.seats == [1]
    assert m.inputs[3] == 0
    before = m.rng.first, m.rng.second
    other = Match(Made(), [3], [1], [0, 2], 1)
    other.begin()
    other.step([(2, 3, 1, 0), (0, 3, 2, 7)])
    other.step([(3, 3, 0, 0), (1, 0, 12345, 0)])
    assert (other.rng.first, other.rng.second) != before


def test_running_ahead_ends_with_the_rewind() -> None:
    m = lively()
    mark = m.mark()
    m.ahead = True
    m.step([])
    m.rewind(mark)
    assert not m.ahead
