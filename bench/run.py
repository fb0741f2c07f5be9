"""The bench with other servers: `python -m bench.run`, or `make bench` and `make bench-quick`.

A full run measures every server three times, in turns so that a bad minute affects all of them, and then
searches for the greatest number of players of each, in turns as well and as long as there is time. A quick
run measures S1 with 400 players once, in three windows.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from bench import machine, store
from bench.capacity import Probe, Search
from bench.contestants import G1, QUICK, S1, Contestant, everyone
from bench.machine import BUILD, TROUBLE, Failed
from bench.report import Outcome, ratios, text
from bench.trial import Figures, median, rounded, run

FEW_ROOMS = 50
TURNS = 3
QUICK_SPAN_S = 1.5
BUDGET_S = 2100.0
"""The time limit of a full run; what is not found by then is reported as not found."""
PROBE_S = 45.0
"""About the longest time of a probe; no probe starts later than this before the end."""
LEAST = {"ours-bare": 4800}
"""Where the search starts without figures: at the gate."""


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="S1 with 400 players, once")
    parser.add_argument("--only", default="", help="names of contestants, with commas between them")
    parser.add_argument("--rooms", type=int, help="of 8 players each, instead of the workload's own number")
    parser.add_argument("--span", type=float, help="seconds of each window")
    parser.add_argument("--turns", type=int, default=TURNS, help="how often each is measured (full run)")
    parser.add_argument("--budget", type=float, default=BUDGET_S, help="seconds of a full run")
    parser.add_argument("--no-search", action="store_true", help="do not look for the most players")
    parser.add_argument("--list", action="store_true", help="name all contestants and end")
    return parser.parse_args()


def chosen(only: str, quick: bool) -> list[Contestant]:
    """Choose the servers that are measured, and print why others are not.

    Returns:
        the servers, in order.

    Raises:
        Failed: a name is not known.
    """
    everybody = everyone()
    names = [name for name in only.split(",") if name] or (list(QUICK) if quick else [])
    unknown = sorted(set(names) - {one.name for one in everybody})
    if unknown:
        raise Failed(f"there is no contestant {unknown[0]}; --list names them all")
    found = []
    for one in everybody:
        if names and one.name not in names:
            continue
        missing = one.missing()
        if missing:
            print(f"left out: {one.title}: {missing}")
        else:
            found.append(one)
    return found


def measure(one: Contestant, rooms: int, span_s: float, windows: int, warm_s: float | None) -> list[Figures]:
    """Run one trial and print a line with its result; a failure is printed and gives None."""
    began = time.monotonic()
    try:
        found = run(one, rooms, span_s, windows, warm_s)
    except TROUBLE as error:
        print(f"  {one.name:20} failed: {str(error)[:300]}", flush=True)
        return []
    f = median(found)
    print(
        f"  {one.name:20}{f.players:5} players {f.cpu_us_per_message:7.1f} µs/message"
        f" {f.cpu_us_per_player_s:7.0f} µs/player s  busy {f.server_busy:4.0%}"
        f"  late p99 {f.late_p99_ms:6.1f} ms  delivery {f.delivery:6.1%}  ({time.monotonic() - began:.0f} s)",
        flush=True,
    )
    return found


def measure_all(
    contestants: Iterable[Contestant], turns: int, rooms: int | None, span_s: float | None
) -> dict[str, list[Figures]]:
    """Every server in every turn."""
    found: dict[str, list[Figures]] = {}
    for turn in range(turns):
        print(f"turn {turn + 1} of {turns}", flush=True)
        for one in contestants:
            work = one.workload
            figures = measure(one, rooms or work.rooms, span_s or work.span_s, 1, None)
            found.setdefault(one.name, []).extend(figures)
    return {name: figures for name, figures in found.items() if figures}


def search_in_turns(
    contestants: Iterable[Contestant], medians: dict[str, Figures], until: float
) -> dict[str, list[Probe]]:
    """Probe each server that was measured, one after the other, as long as there is time.

    Args:
        contestants: the servers.
        medians: their figures, from which the first guesses are made.
        until: when to end, by the monotonic clock.

    Returns:
        the probes by the name of the server.
    """
    ways = [
        Search(one, medians[one.name], LEAST.get(one.name, 0)) for one in contestants if one.name in medians
    ]
    print("how many players does one core carry?", flush=True)
    while any(not way.done for way in ways):
        for way in ways:
            if way.done:
                continue
            if time.monotonic() + PROBE_S > until:
                print("  no time for more", flush=True)
                return {way.one.name: way.probes for way in ways}
            print(f"  {way.one.name:20}", end="", flush=True)
            report(way.step())
    return {way.one.name: way.probes for way in ways}


def report(probe: Probe) -> None:
    """One line for one probe."""
    print(f"  {probe.players:6} players: {'yes' if probe.holds else 'no, ' + probe.why}", flush=True)


def written(outcome: Outcome, trials: dict[str, list[Figures]], mode: str) -> dict[str, object]:
    """All results as JSON; `mode` is the kind of the run."""
    contestants = []
    for one in outcome.contestants:
        if one.name not in outcome.medians:
            continue
        probes = [
            {"players": probe.players, "holds": probe.holds, "why": probe.why}
            | ({"figures": rounded(probe.figures)} if probe.figures else {})
            for probe in outcome.probes.get(one.name, [])
        ]
        contestants.append(
            {
                "name": one.name,
                "title": one.title,
                "workload": one.workload.name,
                "median": rounded(outcome.medians[one.name]),
                "trials": [rounded(figures) for figures in trials[one.name]],
                "with_400_players": rounded(outcome.few[one.name]) if one.name in outcome.few else None,
                "most_players": outcome.players(one.name),
                "probes": probes,
            }
        )
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "mode": mode,
        "machine": machine.describe(),
        "workloads": {work.name: asdict(work) for work in (S1, G1)},
        "ratios": ratios(outcome),
        "promises": [asdict(promise) | {"kept": promise.kept} for promise in outcome.promises()],
        "contestants": contestants,
    }


def section(asked: argparse.Namespace) -> str:
    """The section of the file: a partial run must not replace a whole one."""
    if asked.only or asked.rooms or asked.span or asked.turns != TURNS or asked.no_search:
        return "partial"
    return "quick" if asked.quick else "contest"


def main() -> int:
    """Measure, print and store; 1 if our server could not be measured."""
    asked = arguments()
    if asked.list:
        for one in everyone():
            print(f"{one.name:20} {one.workload.name}  {one.title}")
        return 0
    if not (BUILD / "load").exists():
        print("The load client is not built: make bench-build", file=sys.stderr)
        return 2
    until = time.monotonic() + asked.budget
    machine.pin_to(machine.cores()[1])
    if machine.cores()[0] == machine.cores()[1]:
        print("There is one core alone: server and load share it, so latencies mean little.")
    try:
        contestants = chosen(asked.only, asked.quick)
    except Failed as error:
        print(error, file=sys.stderr)
        return 2
    few: dict[str, Figures] = {}
    probes: dict[str, list[Probe]] = {}
    if asked.quick:
        span_s = asked.span or QUICK_SPAN_S
        tried = [(one.name, measure(one, asked.rooms or FEW_ROOMS, span_s, 3, 1.0)) for one in contestants]
        trials = {name: figures for name, figures in tried if figures}
        medians = {name: median(figures) for name, figures in trials.items()}
        few = medians
    else:
        trials = measure_all(contestants, asked.turns, asked.rooms, asked.span)
        medians = {name: median(figures) for name, figures in trials.items()}
        for one in contestants:
            if one.name in ("ours-bare", "ours-json", "colyseus-ws"):
                figures = measure(one, FEW_ROOMS, asked.span or one.workload.span_s, 3, None)
                few |= {one.name: median(figures)} if figures else {}
        if not asked.no_search:
            searched = [one for one in contestants if one.searched]
            probes = search_in_turns(searched, medians, until)
    outcome = Outcome(contestants, medians, few, probes)
    print("\n" + text(outcome))
    store.record(section(asked), written(outcome, trials, "quick" if asked.quick else "full"))
    print(f"All figures: {store.RESULTS.relative_to(machine.ROOT)}")
    return 0 if any(name.startswith("ours") for name in medians) else 1


if __name__ == "__main__":
    sys.exit(main())
