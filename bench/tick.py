"""The cost of one tick of one room without a network: `python -m bench.tick`.

Plays Loose Ends with 8 bots as fast as possible and prints µs per room and tick by part: bots, rules, the
state as bytes (`delta`), the stream of inputs (`events`). Rounds of all lengths and countdowns are
included.
"""

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from time import perf_counter

from bench import machine, store
from game.games.trails import Trails
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.replication.deltas import DeltaStream
from game.rooms.replication.replication import MatchStreams

SEATS = 8


class Clocked:
    """Measures the time that is spent in chosen methods."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def watch(self, part: str, owner: object, method: str) -> None:
        """Count the time in `owner.method` as `part`."""
        original: Callable[..., object] = getattr(owner, method)
        self.seconds.setdefault(part, 0.0)

        def clocked(*words: object) -> object:
            began = perf_counter()
            try:
                return original(*words)
            finally:
                self.seconds[part] += perf_counter() - began

        setattr(owner, method, clocked)


def play(ticks: int, seed: int, level: int) -> dict[str, float]:
    """Play that many ticks; returns µs per tick by part."""
    chance = random.Random(seed)
    game = Trails()
    options = game.options.merge(game.options.defaults(), {"target": 100, "rounds": 30})
    clock = Clocked()
    runner: MatchRunner | None = None
    began = perf_counter()
    for _ in range(ticks):
        if runner is None or runner.match.over:
            head = Head(game.name, tuple(options), tuple(range(SEATS)), (0,) * SEATS, chance.getrandbits(28))
            runner = MatchRunner(game, head, lambda: chance.getrandbits(28))
            streams = MatchStreams(runner, 1)
            for seat in range(SEATS):
                runner.add_bot(seat, level, seat % len(game.bot_styles))
            clock.watch("bots", runner._bots, "press")  # noqa: SLF001 - a part of what is measured
            clock.watch("rules", runner.match, "step")
            clock.watch("events", streams.inputs, "add")
            clock.watch("events", streams.inputs, "message")
            clock.watch("delta", streams.state, "state")
        streams.add(runner, runner.tick(), True)
        assert isinstance(streams.state, DeltaStream)
        streams.state.state(runner.match, False)
        streams.inputs.message(runner.match)
    whole = perf_counter() - began
    parts = {part: seconds * 1e6 / ticks for part, seconds in clock.seconds.items()}
    return parts | {"all": whole * 1e6 / ticks}


def main() -> int:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(prog="python -m bench.tick", description=__doc__)
    parser.add_argument("--ticks", type=int, default=5000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--level", type=int, default=2, help="of the bots, 1 to 5")
    asked = parser.parse_args()
    machine.pin_to(machine.cores()[0])
    turns = [play(asked.ticks, seed, asked.level) for seed in range(asked.turns)]
    middle = {part: round(statistics.median(turn[part] for turn in turns), 1) for part in turns[0]}
    compiled = bool(machine.describe()["compiled_rules"])
    print(
        f"µs per room and tick, {SEATS} bots of level {asked.level}{', compiled rules' if compiled else ''}"
    )
    for part, cost in middle.items():
        print(f"  {part:8}{cost:8.1f}")
    name = "tick_compiled" if compiled else "tick"
    store.record(name, {"level": asked.level, "ticks": asked.ticks, "us_per_room_tick": middle})
    return 0


if __name__ == "__main__":
    sys.exit(main())
