"""Random numbers: the same seed gives the same numbers everywhere. In a match, use `m.rng`."""

from game.rules import Random

rng = Random(20)
deck = rng.shuffled(list(range(52)))
assert sorted(deck) == list(range(52))
assert 1 <= rng.between(1, 6) <= 6
assert rng.pick("abc") in "abc"
assert rng.weighted([0, 5, 0]) == 1
assert sorted(rng.draw([1, 1, 8], 3)) == [0, 1, 2]
assert Random(20).shuffled(list(range(52))) == deck
