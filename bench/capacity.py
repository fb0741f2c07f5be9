"""How many players one core carries: look upwards until it does not hold any more, then narrow down."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.contestants import Contestant
from bench.machine import Failed
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
    """One try. `holds` says whether the server was good enough, `why` what was not."""

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
    """Try so many rooms; the median of three windows decides, so that one hiccup does not."""
    players = rooms * one.workload.seats
    try:
        figures = median(run(one, rooms, one.workload.probe_s, WINDOWS))
    except Failed as error:
        return Probe(players, False, str(error), None)
    why = judge(figures)
    return Probe(players, not why, why, figures)


def search(
    one: Contestant,
    known: Figures,
    tell: Callable[[Probe], None],
) -> list[Probe]:
    """All probes, from a guess out of known figures upwards; the largest that holds is the capacity."""
    seats = one.workload.seats
    guess = known.players / max(known.server_busy, 0.01) * 0.8
    rooms = max(1, round(min(guess, MOST_PLAYERS) / seats))
    probes: list[Probe] = []
    best, worst = 0, 0
    while len(probes) < MOST_PROBES:
        found = probe(one, rooms)
        probes.append(found)
        tell(found)
        if found.holds:
            best = max(best, rooms)
        else:
            worst = min(worst, rooms) if worst else rooms
        if best * seats >= MOST_PLAYERS or worst == 1 or (best and worst and worst <= best * PRECISION + 1):
            break
        if not worst:
            rooms = min(round(rooms * GROWTH) + 1, MOST_PLAYERS // seats)
        elif not best:
            rooms = max(1, int(rooms / GROWTH))
        else:
            rooms = (best + worst) // 2
    return probes


def carried(probes: list[Probe]) -> Probe | None:
    """The probe with the most players that held."""
    return max((one for one in probes if one.holds), key=lambda one: one.players, default=None)
