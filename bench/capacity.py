"""The greatest number of players on one core: search upwards until it fails, then by bisection."""

from dataclasses import dataclass

from bench.contestants import Contestant
from bench.machine import TROUBLE
from bench.trial import Figures, median, run

LATE_P99_MS = 20.0
DELIVERY = 0.98
LOAD_BUSY = 0.9
MOST_PLAYERS = 9_000
"""Both ends of this many connections fit into 20,000 file descriptors a process, and into the ports."""
GROWTH = 1.3
PRECISION = 1.06
MOST_PROBES = 9
WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe. `holds`: whether the server was good enough; `why`: what was not."""

    players: int
    holds: bool
    why: str
    figures: Figures | None


def judge(figures: Figures) -> str:
    """What is wrong with these figures; empty if nothing is."""
    if figures.load_busy > LOAD_BUSY:
        return f"the load client itself was busy ({figures.load_busy:.0%})"
    if figures.delivery < DELIVERY:
        return f"delivery {figures.delivery:.1%}"
    if figures.late_p99_ms > LATE_P99_MS:
        return f"p99 {figures.late_p99_ms:.1f} ms late"
    return ""


def probe(one: Contestant, rooms: int) -> Probe:
    """Measure with this many rooms; the median of three windows decides, so a single hiccup does not."""
    players = rooms * one.workload.seats
    try:
        figures = median(run(one, rooms, one.workload.probe_s, WINDOWS))
    except TROUBLE as error:
        return Probe(players, False, str(error), None)
    why = judge(figures)
    return Probe(players, not why, why, figures)


class Search:
    """The search for the capacity of one server, a probe at a time, so that several can take turns.

    Attributes:
        one: the server.
        probes: the results so far.
    """

    def __init__(self, one: Contestant, known: Figures, least: int = 0) -> None:
        """Start with a guess from known figures, and at least with `least` players."""
        self.one = one
        self.probes: list[Probe] = []
        seats = one.workload.seats
        guess = max(least, known.players / max(known.server_busy, 0.01) * 0.8)
        self._rooms = max(1, round(min(guess, MOST_PLAYERS) / seats))
        self._best = self._worst = 0

    @property
    def done(self) -> bool:
        """Whether another probe would give nothing new, or there were too many."""
        best, worst = self._best, self._worst
        return (
            len(self.probes) >= MOST_PROBES
            or best * self.one.workload.seats >= MOST_PLAYERS
            or worst == 1
            or (best > 0 and 0 < worst <= best * PRECISION + 1)
        )

    def step(self) -> Probe:
        """Run the next probe."""
        rooms = self._rooms
        found = probe(self.one, rooms)
        self.probes.append(found)
        if found.holds:
            self._best = max(self._best, rooms)
        else:
            self._worst = min(self._worst, rooms) if self._worst else rooms
        if not self._worst:
            self._rooms = min(round(rooms * GROWTH) + 1, MOST_PLAYERS // self.one.workload.seats)
        elif not self._best:
            self._rooms = max(1, int(rooms / GROWTH))
        else:
            self._rooms = (self._best + self._worst) // 2
        return found


def carried(probes: list[Probe]) -> Probe | None:
    """The probe with the most players that held."""
    return max((one for one in probes if one.holds), key=lambda one: one.players, default=None)
