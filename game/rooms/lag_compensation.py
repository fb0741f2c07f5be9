"""Fair buzzing: when did somebody really press, given what they claim and what their line makes possible?

A client shows a light at a time that it was told of ahead and sends the milliseconds from light to press.
The server knows when the press arrived, and from round trips that it timed itself how long the person's line
usually takes. Rules see only the outcome, and nobody is given a better time by a claim than the line allows:

- a claim that the line makes impossible counts for nothing, and the press is taken to have travelled as fast
  as this line ever does;
- one that it makes possible counts, but no press is taken to have travelled longer than nearly all pings do;
- over many presses the claims have to leave what the pings say for the way, in the fast ones as in all. What
  they leave beyond that, and beyond what everybody's screen takes, comes off again; who claims so much that
  it cannot be chance is judged by arrival, and pays it back.
"""

from collections import deque
from collections.abc import Iterable
from math import sqrt

KEPT = 40
"""Round trips that are remembered of a line, and claims."""
MARGIN_MS = 60
"""How far beyond its usual delays a line is believed to stray at all."""
LONGEST_MS = 250
"""No one-way delay counts for more. Where the edge knows the line only by answers, who answers pings late on
purpose gains no more than this."""
UNKNOWN: tuple[float, float, float] = (0, 40, 150)
"""The delays of a line that was not measured yet."""
FEW = 3
SLACK_MS = 3
"""What clocks that count whole milliseconds, and frames, may be wrong by."""
SPREAD_MS = 4
"""A line's delays are taken to spread by no less than this."""
STEADY_MS = 30
"""How far above the usual delay a way counts in full, however steady the line is."""
CERTAIN, LIKELY = 2.0, 0.25
"""Standard errors from which on a surplus is no chance, and from which on it is taken off."""
LEAD_MS, MOST_LEAD_MS = 8, 25
"""What showing a light takes, while it is not known of the others, and the most that is allowed for."""


class LatencyModel:
    """One person's way to the server, as it was measured, and what their claims left for it.

    `lead` is how much longer, in ms, than its pings the line's presses take on average; None if not known.
    """

    __slots__ = ("_claims", "_delays", "lead")

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=KEPT)
        self._claims: deque[tuple[int, float]] = deque(maxlen=KEPT)
        self.lead: float | None = None

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

    def reaction(self, claim_ms: int | None, elapsed_ms: float, lead_ms: float = LEAD_MS) -> int:
        """Milliseconds from light to press, 1 or more, for a press that arrived `elapsed_ms` after the light.

        `lead_ms` is what a press takes beside the line, as `common_lead` tells. Without a claim it is the
        time of arrival less the shortest delay: never better than the truth.
        """
        shortest, usual, longest = self.delays()
        by_arrival = max(1, round(elapsed_ms - shortest))
        if claim_ms is None:
            return by_arrival
        # On a steady line nothing is longer than usual: a lie must show there as well.
        limit = max(longest, usual + STEADY_MS)
        mean, spread = self._upper(usual, limit)
        way = elapsed_ms - claim_ms
        # Too early a claim is no credit for later: below the usual delay all ways are alike.
        self._claims.append((claim_ms, min(max(way, usual), limit) - mean))
        if len(self._claims) >= FEW:
            self.lead = sum(surplus for _, surplus in self._claims) / len(self._claims)
        if not shortest - MARGIN_MS <= way <= longest + MARGIN_MS + lead_ms:
            return by_arrival
        owed = 0.0
        for surpluses in self._views():
            error = spread / sqrt(len(surpluses))
            surplus = sum(surpluses) / len(surpluses) - lead_ms
            if len(surpluses) >= FEW and surplus > CERTAIN * error + SLACK_MS:
                return by_arrival + round(surplus)
            owed = max(owed, surplus - LIKELY * error)
        return max(1, round(max(claim_ms + owed, elapsed_ms - longest - lead_ms - SLACK_MS)))

    def _upper(self, usual: float, limit: float) -> tuple[float, float]:
        """Mean and spread of the delays, the shorter half taken as usual and outliers as `limit`."""
        known: Iterable[float] = self._delays if len(self._delays) >= FEW else UNKNOWN
        ways = [min(max(delay, usual), limit) for delay in known]
        mean = sum(ways) / len(ways)
        return mean, max(SPREAD_MS, sqrt(sum((way - mean) ** 2 for way in ways) / len(ways)))

    def _views(self) -> Iterable[list[float]]:
        """The surpluses of all claims, and of the faster half: who lies only where it pays lies there."""
        ranked = [surplus for _, surplus in sorted(self._claims)]
        yield ranked
        if len(ranked) >= 2 * FEW:
            yield ranked[: (len(ranked) + 1) // 2]


def common_lead(others: Iterable[LatencyModel]) -> float:
    """What presses take beside their lines, in ms, by the others in a room: the median of who is known.

    It is what screens and browsers take, and alike for all; one person cannot move it.
    """
    known = sorted(line.lead for line in others if line.lead is not None)
    if len(known) < FEW:
        return LEAD_MS
    return min(max(known[len(known) // 2], 0.0), MOST_LEAD_MS)
