"""Timed effects, edges of presses, and lists of entities by id: what several games do, once."""

import pytest

from game.rules import INT_MAX, Entity, ended, extended, find, lowest, next_end, pressed, released, without
from game.rules import with_effect as changed


@pytest.mark.parametrize(
    ("until", "tick", "expected"),
    [(0, 100, 130), (100, 100, 130), (110, 100, 140), (150, 100, 160), (160, 100, 160)],
)
def test_a_repeated_effect_lasts_longer_up_to_a_limit(until: int, tick: int, expected: int) -> None:
    assert extended(until, tick, 30, 60) == expected


def test_an_effect_is_changed_in_a_new_list() -> None:
    effects = [0, 5, 0]
    assert changed(effects, 2, 9) == [0, 5, 9]
    assert effects == [0, 5, 0]


def test_effects_end_at_their_tick() -> None:
    effects = [0, 10, 12, 0]
    assert ended(effects, 9) == []
    assert ended(effects, 10) == [1]
    assert ended(effects, 12) == [1, 2]
    assert next_end(effects) == 10
    assert next_end([0, 0]) == INT_MAX


def test_presses_and_releases_are_the_edges_of_what_is_held() -> None:
    assert pressed(0b0110, 0b0011) == 0b0100
    assert released(0b0110, 0b0011) == 0b0001
    assert [lowest(mask) for mask in (0, 1, 0b100, 0b1010)] == [0, 0, 2, 1]


def test_an_entity_is_found_and_left_out_by_identity() -> None:
    one, two = Entity(1), Entity(2)
    assert find([one, two], 2) is two
    assert find([one, two], 3) is None
    assert without([one, two], one) == [two]
