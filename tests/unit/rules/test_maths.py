"""Integer geometry agrees with the real one."""

import math

from hypothesis import given
from hypothesis import strategies as st

from game.rules import ANGLES, UNIT, angle_of, cos, distance, isqrt, sin, turn_towards


def test_sine_and_cosine_are_right_to_one_part_of_the_unit() -> None:
    for angle in range(-ANGLES, 2 * ANGLES):
        assert abs(sin(angle) - UNIT * math.sin(angle * math.tau / ANGLES)) < 1
        assert abs(cos(angle) - UNIT * math.cos(angle * math.tau / ANGLES)) < 1
    assert (sin(1024), cos(0), sin(3072), cos(2048)) == (UNIT, UNIT, -UNIT, -UNIT)


@given(st.integers(0, (1 << 30) - 1))
def test_the_square_root_is_rounded_down(n: int) -> None:
    assert isqrt(n) == math.isqrt(n)


@given(st.integers(-16383, 16383), st.integers(-16383, 16383))
def test_a_distance_is_rounded_down(dx: int, dy: int) -> None:
    assert distance(dx, dy) == math.isqrt(dx * dx + dy * dy)


@given(st.integers(-(1 << 24), 1 << 24), st.integers(-(1 << 24), 1 << 24))
def test_a_long_distance_is_right_to_a_thousandth(dx: int, dy: int) -> None:
    true = math.hypot(dx, dy)
    assert abs(distance(dx, dy) - true) <= true / 1000 + 1


@given(st.integers(-(1 << 24), 1 << 24), st.integers(-(1 << 24), 1 << 24))
def test_an_angle_is_right_to_one_step(dx: int, dy: int) -> None:
    if abs(dx) + abs(dy) < 2:
        return
    true = math.atan2(dy, dx) * ANGLES / math.tau
    off = (angle_of(dx, dy) - true + ANGLES / 2) % ANGLES - ANGLES / 2
    assert abs(off) < 1.5


def test_the_angle_of_nowhere_is_0() -> None:
    assert angle_of(0, 0) == 0
    assert [angle_of(1, 0), angle_of(0, 1), angle_of(-1, 0), angle_of(0, -1)] == [0, 1024, 2048, 3072]


@given(st.integers(0, 4095), st.integers(0, 4095))
def test_a_turn_is_the_shorter_one(heading: int, target: int) -> None:
    turn = turn_towards(heading, target)
    assert -2048 <= turn < 2048
    assert (heading + turn) & 4095 == target
