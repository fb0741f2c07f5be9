"""Fair buzzing: when did somebody really press, given what they claim and what their line makes possible?

A client shows a light at a time that it was told of ahead and sends the milliseconds from light to press.
The server knows when the press arrived, and from round trips that it timed itself how long the person's line
usually takes. Claims that fit are believed; the others count for nothing. Rules see only the outcome.
"""

from collections import deque

KEPT = 40
"""Round trips that are remembered of a line."""
MARGIN_MS = 60
"""How far beyond its usual delays a line is believed to stray."""
LONGEST_MS = 250
"""No one-way delay counts for more: who answers pings late on purpose gains no more than this."""
UNKNOWN: tuple[float, float, float] = (0, 40, 150)
"""The delays of a line that was not measured yet."""
FEW = 3
GIVEN = 8
"""Believed claims that are looked at together."""
BIAS_MS = 20
"""What such claims may be better than the line on the whole before it is taken off."""


class Line:
    """One person's way to the server, as it was measured."""

    __slots__ = ("_better", "_delays")

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=KEPT)
        self._better: deque[float] = deque(maxlen=GIVEN)

    def measured(self, round_trip_ms: float) -> None:
        """The server has timed a round trip."""
        self._delays.append(min(max(round_trip_ms, 0) / 2, LONGEST_MS))

    def delays(self) -> tuple[float, float, float]:
        """One-way delays in ms: hardly ever shorter (p5), usual (p50), hardly ever longer (p95)."""
        known = sorted(self._delays)
        last = len(known) - 1
        if last + 1 < FEW:
            return UNKNOWN
        return known[round(last * 0.05)], known[round(last * 0.5)], known[round(last * 0.95)]

    def reaction(self, claim_ms: int | None, elapsed_ms: float) -> int:
        """Milliseconds from light to press, 1 or more, for a press that arrived `elapsed_ms` after the light.

        Without a claim, or with one that the line makes impossible, it is the time of arrival less the usual
        delay: lying wins nothing on average. Whose claims are believed but always better than the line have
        the difference taken off.
        """
        shortest, usual, longest = self.delays()
        if (
            claim_ms is None
            or not elapsed_ms - longest - MARGIN_MS <= claim_ms <= elapsed_ms - shortest + MARGIN_MS
        ):
            return max(1, round(elapsed_ms - usual))
        bias = 0.0
        if len(self._better) >= FEW:
            middle = sorted(self._better)[len(self._better) // 2]
            bias = middle if middle > BIAS_MS else 0.0
        self._better.append(elapsed_ms - usual - claim_ms)
        return max(1, round(claim_ms + bias))
