"""The report of a run: ratios first, then the gates, then the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.capacity import Probe, carried
from bench.contestants import G1, S1, Contestant, Workload
from bench.trial import Figures

PEERS = {
    "s1": ("ours-bare", ("colyseus-uws", "colyseus-ws", "socketio-json", "stock-json", "floor")),
    "g1": ("ours-events", ("ours-events-compiled", "ours-delta", "game-colyseus-uws", "game-colyseus-ws")),
}
"""By workload: the servers that are compared."""

MOST_PLAYERS = {
    "ours-events": {"game-colyseus-ws": 3.5, "game-colyseus-uws": 2.5},
    "ours-events-compiled": {"game-colyseus-ws": 5.0, "game-colyseus-uws": 3.5},
}
"""How many times as many players as a peer a core carries at least."""
FULL_PLAYERS = 800
"""The gates for the cost of a message hold at this size; with fewer players the idle cost weighs more."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A gate; `found` is None if this run has not measured it."""

    text: str
    found: float | None
    limit: float
    at_least: bool = False

    @property
    def kept(self) -> bool | None:
        """Whether it is kept, None if this run has not measured it."""
        if self.found is None:
            return None
        return self.found >= self.limit if self.at_least else self.found <= self.limit


class Outcome:
    """The results of a run: medians and probes by server."""

    def __init__(
        self,
        contestants: Sequence[Contestant],
        medians: Mapping[str, Figures],
        few: Mapping[str, Figures],
        probes: Mapping[str, list[Probe]],
    ) -> None:
        """Store the results.

        Args:
            contestants: the servers.
            medians: at the workload's full size.
            few: with 400 players.
            probes: of the search for the most players.
        """
        self.contestants = contestants
        self.medians = medians
        self.few = few
        self.probes = probes

    def cost(self, name: str) -> float | None:
        """Server CPU µs by message in S1, by player and second in G1, where messages differ."""
        figures = self.medians.get(name)
        if figures is None:
            return None
        real = any(one.name == name and one.workload is G1 for one in self.contestants)
        return figures.cpu_us_per_player_s if real else figures.cpu_us_per_message

    def ratio(self, name: str, other: str) -> float | None:
        """The cost of one by that of another."""
        mine, theirs = self.cost(name), self.cost(other)
        return None if mine is None or theirs is None else mine / theirs

    def players(self, name: str, late_p99_ms: float = 20.0) -> int | None:
        """The greatest number of players with which p99 of lateness was within the limit."""
        held = [
            probe
            for probe in self.probes.get(name, [])
            if probe.holds and probe.figures is not None and probe.figures.late_p99_ms <= late_p99_ms
        ]
        return max((probe.players for probe in held), default=None)

    def promises(self) -> list[Promise]:
        """All gates, with the result of this run."""
        bare, full = self.few.get("ours-bare"), self.medians.get("ours-bare")

        def at_size(found: float | None) -> float | None:
            return found if full is not None and full.players >= FULL_PLAYERS else None

        found = [
            Promise("S1: by the floor", at_size(self.ratio("ours-bare", "floor")), 1.25),
            Promise("S1: by Colyseus on uWebSockets", at_size(self.ratio("ours-bare", "colyseus-uws")), 0.55),
            Promise("S1: by Colyseus on ws", at_size(self.ratio("ours-bare", "colyseus-ws")), 0.75),
            Promise("S1: players on one core, p99 ≤ 10 ms", self.players("ours-bare", 10.0), 7500, True),
            Promise("S1, 400 players: p99 of lateness, ms", bare.late_p99_ms if bare else None, 3.0),
        ]
        for mine, limits in MOST_PLAYERS.items():
            for peer, limit in limits.items():
                ours, theirs = self.players(mine), self.players(peer)
                found.append(
                    Promise(
                        f"G1: players on one core, {mine[5:]} by {peer[5:]}",
                        ours / theirs if ours and theirs else None,
                        limit,
                        True,
                    )
                )
        events, peers = self.medians.get("ours-events"), ("game-colyseus-uws", "game-colyseus-ws")
        for peer, limit in zip(peers, (0.60, 0.45), strict=True):
            cost = self.ratio("ours-events", peer)
            found.append(Promise(f"G1, 200 players: CPU by {peer[5:]}", cost, limit))
        memory = events.memory_kb_per_player if events else None
        found.append(Promise("G1, 200 players: memory of each, kB", memory, 60.0))
        for peer in peers:
            other = self.medians.get(peer)
            bytes_down = (
                events.down_bytes_per_player_s / other.down_bytes_per_player_s if events and other else None
            )
            found.append(Promise(f"G1: bytes to a player by {peer[5:]}", bytes_down, 0.10))
        return found


def told(promises: Sequence[Promise]) -> list[str]:
    """The gates that were measured, a line for each."""
    lines = []
    for one in promises:
        if one.found is not None:
            sign, verdict = "≥" if one.at_least else "≤", "kept" if one.kept else "NOT KEPT"
            lines.append(f"  {one.text}: {one.found:.4g} ({sign} {one.limit:g}) {verdict}")
    return lines


def ratios(outcome: Outcome) -> dict[str, float]:
    """All ratios of cost, as "one / other"."""
    found = {}
    for mine, others in PEERS.values():
        for other in others:
            ratio = outcome.ratio(mine, other)
            if ratio is not None:
                found[f"{mine} / {other}"] = round(ratio, 3)
    return found


def text(outcome: Outcome) -> str:
    """Everything, for a terminal."""
    lines: list[str] = []
    titles = {one.name: one.title for one in outcome.contestants}
    for workload in (S1, G1):
        mine, others = PEERS[workload.name]
        ratios = [(other, outcome.ratio(mine, other)) for other in others]
        if any(ratio is not None for _, ratio in ratios):
            unit = "a message" if workload is S1 else "a player's second"
            lines.append(f"{workload.title}. {titles[mine]}: what {unit} costs the server's core, compared")
            lines += [f"  {ratio:5.2f} × {titles[other]}" for other, ratio in ratios if ratio is not None]
            lines.append("")
    measured = told(outcome.promises())
    if measured:
        lines += ["Promises", *measured, ""]
    for workload in (S1, G1):
        lines += _table(outcome, workload)
    return "\n".join(lines)


def _table(outcome: Outcome, workload: Workload) -> list[str]:
    rows = [one for one in outcome.contestants if one.workload is workload and one.name in outcome.medians]
    if not rows:
        return []
    players = outcome.medians[rows[0].name].players
    lines = [
        f"{workload.title}, {players} players",
        f"  {'':40}{'µs/':>8}{'µs/':>9}{'core':>6}{'B/s':>7}{'B/s':>6}{'deli-':>7}"
        f"{'late, ms':>14}{'input, ms':>14}{'kB/':>7}{'most':>8}",
        f"  {'':40}{'message':>8}{'player s':>9}{'busy':>6}{'down':>7}{'up':>6}{'very':>7}"
        f"{'p50/p99':>14}{'p50/p99':>14}{'player':>7}{'players':>8}",
    ]
    for one in rows:
        f = outcome.medians[one.name]
        best = carried(outcome.probes.get(one.name, []))
        late = f"{max(0, f.late_p50_ms):.1f}/{f.late_p99_ms:.1f}"
        waited = f"{f.input_p50_ms:.0f}/{f.input_p99_ms:.0f}"
        lines.append(
            f"  {one.title:40}{f.cpu_us_per_message:8.1f}{f.cpu_us_per_player_s:9.0f}{f.server_busy:6.0%}"
            f"{f.down_bytes_per_player_s:7.0f}{f.up_bytes_per_player_s:6.0f}{f.delivery:7.1%}"
            f"{late:>14}{waited:>14}{f.memory_kb_per_player:7.0f}{best.players if best else '–':>8}"
        )
    return [*lines, ""]
