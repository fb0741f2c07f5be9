"""Turns with a clock: one seat is skipped, one goes away."""

from game.rules import Turns

turns = Turns(0)
turns.begin([0, 1, 2, 3], tick=0, ticks=100)
assert (turns.seat, turns.until) == (0, 100)
assert turns.go_on(tick=30) == 1
assert turns.go_on(tick=40, places=2) == 3  # seat 2 is skipped
turns.reverse()
assert turns.go_on(tick=50) == 2
turns.leave(1, tick=55)
assert turns.go_on(tick=60) == 0  # past seat 1, which is away
assert not turns.is_up(159)
assert turns.is_up(160)
assert turns.present() == [0, 2, 3]
