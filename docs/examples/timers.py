"""What happens at a later tick: timers with a number, and effects that add up."""

from game.rules import Effects, Timers

BELLS = Timers("storm", "revive")
bells = BELLS.started([], "revive", 90, 3)  # seat 3 comes back at tick 90
bells = BELLS.started(bells, "storm", 40)
assert BELLS.due(bells, 40) == [("storm", 0)]
bells = BELLS.later(bells, 40)
assert BELLS.end(bells, "revive", 3) == 90
assert BELLS.end(bells, "storm") == -1

MOODS = Effects("fast", "shield", longest=120)
moods = [0, 0]  # as `Ints(2, 2)` begins
moods = MOODS.given(moods, "fast", tick=10, ticks=60)
moods = MOODS.given(moods, "fast", tick=20, ticks=60)
assert MOODS.left(moods, "fast", 20) == 110
assert MOODS.ended(moods, 130) == ["fast"]
assert MOODS.left(MOODS.later(moods, 130), "fast", 130) == 0
