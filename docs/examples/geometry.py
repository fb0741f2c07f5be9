"""Directions and distances without floats."""

from game.rules import UNIT, angle_of, cos, distance, isqrt, sin, turn_towards, within

assert distance(3, 4) == 5
assert isqrt(99) == 9
assert within(3, 4, 6)
assert not within(3, 4, 5)
assert (cos(0), sin(1024)) == (UNIT, UNIT)  # 1024 is a quarter of a turn
assert angle_of(0, 10) == 1024  # down, because y points down
assert turn_towards(4000, 100) == 196  # the short way, past 0

# A step of 300/256 units in the direction 512, as a Fixed field takes it:
assert (cos(512) * 300 // UNIT, sin(512) * 300 // UNIT) == (212, 212)
