"""The gates of the hot path: `python -m bench.gates`, or `make bench-gates`.

Three parts, which `--parts` chooses from. *servers*: S1 with 800 players and then with 400, the real game G1,
and the greatest number of players where a gate exists. All servers take turns, in the searches too, so that a
bad minute affects all of them. There is a time limit: what is not found by then is reported as not found, and
a server that fails is reported and left out. *drop-in*: an app of Flask-SocketIO under both transports, see
`drop_in.py`. *storm*: 2,000 connections a second, see `visits.py`.
"""

import argparse
import sys
import time
from collections.abc import Iterable

from bench import drop_in, machine, store
from bench.capacity import Probe
from bench.contestants import Contestant, everyone
from bench.machine import BUILD
from bench.report import Outcome, Promise, text, told
from bench.run import FEW_ROOMS, measure, measure_all, search_in_turns, written
from bench.trial import Figures, median
from bench.visits import open_files_as_allowed, storm

S1_NAMES = ("ours-bare", "ours-json", "colyseus-uws", "colyseus-ws", "floor")
S1_TURNS, S1_SPAN_S = 3, 4.0
G1_NAMES = ("ours-events", "ours-events-compiled", "game-colyseus-uws", "game-colyseus-ws")
G1_TURNS, G1_SPAN_S = 1, 10.0
SEARCHED = ("ours-bare", *G1_NAMES)
BUDGET_S = 840.0
PARTS = ("servers", "drop-in", "storm")
ASLEEP_S = 40.0


def present(names: Iterable[str]) -> list[Contestant]:
    """The servers that can run here; prints why others cannot."""
    found = []
    for one in everyone():
        if one.name in names:
            missing = one.missing()
            if missing:
                print(f"left out: {one.title}: {missing}", flush=True)
            else:
                found.append(one)
    return found


def servers(until: float, search: bool) -> list[Promise]:
    """Measure ours beside other servers; returns the gates."""
    framework, game = present(S1_NAMES), present(G1_NAMES)
    trials: dict[str, list[Figures]] = measure_all(framework, S1_TURNS, None, S1_SPAN_S)
    few: dict[str, Figures] = {}
    for one in framework:
        if one.name == "ours-bare":
            figures = measure(one, FEW_ROOMS, S1_SPAN_S, 3, None)
            few |= {one.name: median(figures)} if figures else {}
    trials |= measure_all(game, G1_TURNS, None, G1_SPAN_S)
    medians = {name: median(figures) for name, figures in trials.items()}
    probes: dict[str, list[Probe]] = {}
    if search:
        searched = [one for one in framework + game if one.name in SEARCHED]
        probes = search_in_turns(searched, medians, until)
    outcome = Outcome(framework + game, medians, few, probes)
    print("\n" + text(outcome))
    store.record("gates" if search else "partial", written(outcome, trials, "gates"))
    return outcome.promises()


def storm_promises() -> list[Promise]:
    """Measure connections that come far too fast; returns the gates."""
    open_files_as_allowed()
    found, _ = storm(2000, 20.0, 60.0, BUILD)
    store.record("visits_storm", found)
    before_kb, _, after_kb = found["memory_kb"]
    return [
        Promise("2,000 connects a second: ticks late at p99, ms", found["tick_late_ms"]["p99"], 20.0),
        Promise("a minute later: memory by that before", after_kb / before_kb, 1.10),
    ]


def main() -> int:
    """Measure, print and store; 1 if a gate is missed or could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.gates", description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="with commas between them")
    parser.add_argument("--budget", type=float, default=BUDGET_S, help="seconds for the servers")
    parser.add_argument("--no-search", action="store_true", help="do not look for the most players")
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    if not set(parts) <= set(PARTS):
        parser.error(f"the parts are {', '.join(PARTS)}")
    if not (BUILD / "load").exists():
        print("The load client is not built: make bench-build", file=sys.stderr)
        return 2
    machine.pin_to(machine.cores()[1])
    gates: list[Promise] = []
    if "servers" in parts:
        gates += servers(time.monotonic() + asked.budget, not asked.no_search)
    if "drop-in" in parts:
        gates += drop_in.promises(drop_in.measure(5, ASLEEP_S))
    if "storm" in parts:
        gates += storm_promises()
    print("\nGates", *told(gates), sep="\n")
    for gate in gates:
        if gate.kept is None:
            print(f"not looked at: {gate.text}")
    return 0 if all(gate.kept for gate in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
