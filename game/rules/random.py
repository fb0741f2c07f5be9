"""Random numbers: a seeded generator below 30 bits that is part of a match's state.

Two multiply-with-carry generators of 14-bit words (G. Marsaglia, "Random number generators", 2003;
multipliers a chosen such that a * 2**14 - 1 and a * 2**13 - 1 are prime, so each has the period
a * 2**13 - 1), read side by side as one 28-bit word.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    One = TypeVar("One")

_FIRST = 32742
_SECOND = 32625
WORD = (1 << 28) - 1
"""The largest word and seed."""


class Random:
    """A deterministic random generator: the same seed gives the same numbers on every interpreter."""

    def __init__(self, seed: int = 0) -> None:
        self.first = 1
        self.second = 1
        self.mix(seed)

    def mix(self, word: int) -> None:
        """Mix a word (0..2**28 - 1) into the state."""
        self.first = (self.first ^ (word & 16383)) & 16383 | (self.first & ~16383)
        self.second = (self.second ^ (word >> 14 & 16383)) & 16383 | (self.second & ~16383)
        # A generator never leaves the states 0 and a * 2**14 - 1.
        if self.first == 0 or self.first == _FIRST * 16384 - 1:
            self.first = 12345
        if self.second == 0 or self.second == _SECOND * 16384 - 1:
            self.second = 54321
        for _ in range(8):
            self.word()

    def word(self) -> int:
        """The next 28 random bits."""
        self.first = first = _FIRST * (self.first & 16383) + (self.first >> 14)
        self.second = second = _SECOND * (self.second & 16383) + (self.second >> 14)
        return (first & 16383) << 14 | second & 16383

    def below(self, n: int) -> int:
        """A number in 0..n - 1, for 1 <= n <= 2**20."""
        return self.word() % n

    def between(self, low: int, high: int) -> int:
        """A number in low..high, both included."""
        return low + self.word() % (high - low + 1)

    def chance(self, percent: int) -> bool:
        """True with a probability of `percent` in 100."""
        return self.word() % 100 < percent

    def shuffle(self, items: "list[int]") -> None:
        """Shuffle a list in place (Fisher and Yates)."""
        for k in range(len(items) - 1, 0, -1):
            other = self.word() % (k + 1)
            items[k], items[other] = items[other], items[k]

    def shuffled(self, items: "list[int]") -> "list[int]":
        """A new list with the same items in a random order."""
        mixed = list(items)
        self.shuffle(mixed)
        return mixed

    def pick(self, items: "Sequence[One]") -> "One":
        """One of the items, each with the same probability. Raises IndexError for an empty list."""
        if not items:
            raise IndexError("there is nothing to pick from")
        return items[self.word() % len(items)]

    def weighted(self, weights: "Sequence[int]") -> int:
        """Draw an index with a probability in proportion to its weight.

        Args:
            weights: 0 or more each, with a sum of 1 to 2**20.

        Returns:
            The index of a weight above 0.

        Raises:
            ValueError: the weights are not in this range.
        """
        total = sum(weights)
        if [weight for weight in weights if weight < 0] or not 0 < total <= 1 << 20:
            raise ValueError("weights are 0 or more with a sum of 1 to 1048576, got %s" % list(weights))
        at = self.word() % total
        k = 0
        while at >= weights[k]:
            at -= weights[k]
            k += 1
        return k

    def draw(self, weights: "Sequence[int]", count: int) -> "list[int]":
        """Draw indexes by weight, none of them twice.

        Args:
            weights: as for `weighted`.
            count: how many; at most the number of weights above 0 are drawn.

        Returns:
            The indexes in the order of the draws.
        """
        rest = list(weights)
        drawn: "list[int]" = []
        while len(drawn) < count and sum(rest) > 0:
            drawn.append(self.weighted(rest))
            rest[drawn[-1]] = 0
        return drawn
