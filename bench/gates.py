"""The gates of the hot path: `python -m bench.gates`, or `make bench-gates`.

S1 with 800 players and then with 400, the real game G1, and the greatest number of players where a gate
exists. All servers take turns, in the searches too, so that a bad minute affects all of them. There is a
time limit: what is not found by then is reported as not found, and a server that fails is reported and left
out.
"""

import argparse
import sys
import time
from collections.abc import Iterable

from bench import machine, store
from bench.capacity import Probe
from bench.contestants import Contestant, everyone
from bench.machine import BUILD
from bench.report import Outcome, text
from bench.run import FEW_ROOMS, measure, measure_all, search_in_turns, written
from bench.trial import Figures, median

S1_NAMES = ("ours-bare", "ours-json", "colyseus-uws", "colyseus-ws", "floor")
S1_TURNS, S1_SPAN_S = 3, 4.0
G1_NAMES = ("ours-events", "ours-events-compiled", "game-colyseus-ws")
G1_TURNS, G1_SPAN_S = 1, 10.0
SEARCHED = ("ours-bare", *G1_NAMES)
BUDGET_S = 690.0


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


def main() -> int:
    """Measure, print and store; 1 if a gate is missed or could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.gates", description=__doc__)
    parser.add_argument("--budget", type=float, default=BUDGET_S, help="seconds, all in all")
    parser.add_argument("--no-search", action="store_true", help="do not look for the most players")
    asked = parser.parse_args()
    if not (BUILD / "load").exists():
        print("The load client is not built: make bench-build", file=sys.stderr)
        return 2
    until = time.monotonic() + asked.budget
    machine.pin_to(machine.cores()[1])
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
    if not asked.no_search:
        searched = [one for one in framework + game if one.name in SEARCHED]
        probes = search_in_turns(searched, medians, until)
    outcome = Outcome(framework + game, medians, few, probes, bool(machine.describe()["compiled_rules"]))
    print("\n" + text(outcome))
    store.record("partial" if asked.no_search else "gates", written(outcome, trials, "gates"))
    promised = [promise for promise in outcome.promises() if "delta" not in promise.text]
    for promise in promised:
        if promise.kept is None:
            print(f"not looked at: {promise.text}")
    return 0 if all(promise.kept for promise in promised) else 1


if __name__ == "__main__":
    sys.exit(main())
