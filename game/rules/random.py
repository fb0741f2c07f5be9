"""Random numbers: a seeded generator below 30 bits that is part of a match's state.

Two multiply-with-carry generators of 14-bit words (G. Marsaglia, "Random number generators", 2003;
multipliers a chosen such that a * 2**14 - 1 and a * 2**13 - 1 are prime, so each has the period
a * 2**13 - 1), read side by side as one 28-bit word.
"""

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
