"""Lag compensation for reaction games: when did a player press, by their claim and their latency?

A client shows a light at a time that it received ahead, and sends the milliseconds from light to press. The
server knows when the press arrived and, from round trips that it timed, the latency of the connection. The
rules see only the outcome, and a claim gives no better time than the latency allows:

- a claim that the latency makes impossible does not count, and the press is taken to have travelled as fast
  as this connection ever does;
- a possible claim counts, but no press is taken to have travelled longer than nearly all pings do;
- over many presses the claims must leave as much for the way as the pings do, among the fast ones as among
  all. What they leave beyond that, and beyond what every screen takes, is added to the time again. A player
  whose surplus cannot be chance is judged by arrival, and the surplus is added.
"""

from collections.abc import Iterable
from math import sqrt

KEPT = 40
"""Round trips that are remembered of a connection, and claims."""
MARGIN_MS = 60
"""How far beyond its usual delays a connection may stray."""
LONGEST_MS = 250
"""No one-way delay counts for more. A client that answers pings late on purpose gains no more than this."""
UNKNOWN: tuple[float, float, float] = (0, 40, 150)
"""The delays of a connection that was not measured yet."""
FEW = 3
SLACK_MS = 3
"""The error of clocks that count whole milliseconds, and of frames."""
SPREAD_MS = 4
"""The delays of a connection are taken to spread by no less than this."""
STEADY_MS = 30
"""How far above the usual delay a way counts in full, however steady the connection is."""
CERTAIN, LIKELY = 2.0, 0.25
"""Standard errors from which a surplus is no chance, and from which it is added to the time."""
LEAD_MS, MOST_LEAD_MS = 8, 25
"""What showing a light takes while it is unknown of the others, and the most that is accepted."""


class LatencyModel:
    """The latency of one person's connection, as measured, and what their claims left for it.

    Attributes:
        lead: how many ms longer than its pings the presses take on average; None while it is unknown.
    """

    __slots__ = ("_claims", "_delays", "lead")

    def __init__(self) -> None:
        # Lists: an empty deque takes 700 bytes, and in most games there are no claims.
        self._delays: list[float] = []
        self._claims: list[tuple[int, float]] = []
        self.lead: float | None = None

    def measured(self, round_trip_ms: float) -> None:
        """The server has timed a round trip."""
        self._delays.append(min(max(round_trip_ms, 0) / 2, LONGEST_MS))
        del self._delays[:-KEPT]

    def delays(self) -> tuple[float, float, float]:
        """One-way delays in ms: hardly ever shorter (p5), usual (p50), hardly ever longer (p95)."""
        known = sorted(self._delays)
        last = len(known) - 1
        if last + 1 < FEW:
            return UNKNOWN
        return known[round(last * 0.05)], known[round(last * 0.5)], known[round(last * 0.95)]

    def reaction(self, claim_ms: int | None, elapsed_ms: float, lead_ms: float = LEAD_MS) -> int:
        """The reaction time that counts for a press. Without a claim it is never better than the truth.

        Args:
            claim_ms: the milliseconds from light to press that the client claims; None: it claims nothing.
            elapsed_ms: the milliseconds from the light to the arrival of the press.
            lead_ms: what a press takes besides the connection, see `common_lead`.

        Returns:
            Milliseconds from light to press, 1 or more.
        """
        shortest, usual, longest = self.delays()
        by_arrival = max(1, round(elapsed_ms - shortest))
        if claim_ms is None:
            return by_arrival
        # On a steady connection nothing is longer than usual: a lie must show there as well.
        limit = max(longest, usual + STEADY_MS)
        mean, spread = self._upper(usual, limit)
        way = elapsed_ms - claim_ms
        # Too early a claim is no credit for later: below the usual delay all ways are alike.
        self._claims.append((claim_ms, min(max(way, usual), limit) - mean))
        del self._claims[:-KEPT]
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
        """The surpluses of all claims, and of the faster half, where a lie pays."""
        ranked = [surplus for _, surplus in sorted(self._claims)]
        yield ranked
        if len(ranked) >= 2 * FEW:
            yield ranked[: (len(ranked) + 1) // 2]


def common_lead(others: Iterable[LatencyModel]) -> float:
    """What presses take besides the connections, by the other people in a room.

    It is what screens and browsers take, and similar for all; one person cannot move it.

    Returns:
        The median of the known leads, in ms.
    """
    known = sorted(one.lead for one in others if one.lead is not None)
    if len(known) < FEW:
        return LEAD_MS
    return min(max(known[len(known) // 2], 0.0), MOST_LEAD_MS)
