"""A guess that is right, one that is nearly right, and one that is not."""

from game.rules import folded, mistakes

assert folded("  Crème   Brûlée ") == "creme brulee"
assert folded("STRAßE") == "strasse"
assert mistakes("huose", "house") == 1  # two letters are swapped
assert mistakes("hous", "house") == 1
assert mistakes("cat", "house") == 3  # three or more
