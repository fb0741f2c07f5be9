"""One worker with many rooms: `python -m bench.rooms`, by default 100 rooms of 2 players and 6 bots at 30 Hz.

The server is the real one, and the players are real connections. Prints how late its ticks are by its own
metrics, and how late states are by the players' clocks. With --profile the server is sampled, and the largest
costs are printed.
"""

import argparse
import json
import os
import re
import signal
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import replace

from bench import machine, store
from bench.contestants import Contestant, everyone
from bench.machine import BUILD, Failed, Process
from bench.trial import Figures, median, rounded, run
from game.ops.metrics import BOUNDS_US

BUCKET = re.compile(r'rumpus_tick_lateness_seconds_bucket\{game="[^"]*",le="([^"]+)"\} ([\d.e+]+)')
DROPPED = re.compile(r"rumpus_dropped_ticks_total ([\d.e+]+)")
BOUNDS_S = (*(bound / 1e6 for bound in BOUNDS_US), float("inf"))
SAMPLES = BUILD / "samples.json"
PARTS = {
    "rules": "game/rules/rounds.py:Rounds.step",
    "rules, with the match around them": "game/rules/match.py:Match.step",
    "bots": "game/rooms/match_runner.py:Bots.press",
    "states as bytes": "game/rooms/replication/deltas.py:DeltaStream.state",
    "entries": "game/rooms/replication/inputs.py:InputStream",
    "sending": "game/transport/channel.py:Targets.send",
    "receiving": "game/transport/poller.py:",
    "a room's tick, all in all": "game/rooms/room.py:Room.tick",
}
"""Functions, or prefixes of names, whose share of all time is printed besides the largest costs."""


class Metrics:
    """The server's /metrics at one moment."""

    def __init__(self, port: int) -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        counts = dict.fromkeys(BOUNDS_S, 0.0)
        for bound, count in BUCKET.findall(text):
            counts[float(bound)] += float(count)  # all games together
        self.buckets = sorted(counts.items())
        dropped = DROPPED.search(text)
        self.dropped = float(dropped.group(1)) if dropped else 0.0

    def quantile_ms(self, before: "Metrics", share: float) -> float:
        """The quantile of lateness since `before`, interpolated within a bucket."""
        counts = [
            (bound, now - then) for (bound, now), (_, then) in zip(self.buckets, before.buckets, strict=True)
        ]
        wanted = counts[-1][1] * share
        low_s, under = 0.0, 0.0
        for bound_s, count in counts:
            if count >= wanted and bound_s != float("inf"):
                part = (wanted - under) / (count - under) if count > under else 1.0
                return (low_s + (bound_s - low_s) * part) * 1000
            if bound_s != float("inf"):
                low_s, under = bound_s, count
        return low_s * 1000

    def ticks(self, before: "Metrics") -> int:
        """Ticks of all rooms since `before`."""
        return int(self.buckets[-1][1] - before.buckets[-1][1])


def server(variant: str, players: int, profile: bool) -> Contestant:
    """Our server with this many players in a room, sampled or not."""
    ours = next(one for one in everyone() if one.name == f"ours-{variant}")
    ours = replace(ours, workload=replace(ours.workload, seats=players))
    if not profile:
        return ours
    return replace(ours, command=lambda _: [sys.executable, "-m", "bench.servers.sampled", str(SAMPLES)])


def shares(samples: Mapping[str, int], total: int, most: int) -> list[tuple[str, float]]:
    """The largest counts as shares of all samples."""
    largest = sorted(samples.items(), key=lambda pair: -pair[1])[:most]
    return [(name, count / total) for name, count in largest]


def print_profile() -> dict[str, object]:
    """Print where the time was spent, and return it."""
    seen = json.loads(SAMPLES.read_text())
    total = max(1, seen["samples"])
    selves = shares(seen["self"], total, 16)
    parts = []
    for title, name in PARTS.items():
        found = [count for known, count in seen["within"].items() if known.startswith(name)]
        if found:
            parts.append((title, max(found) / total))
    print(f"\nWhere the server's CPU time went ({total} samples)")
    for title, share in parts:
        print(f"  {share:6.1%}  {title}")
    print("By function, without what it calls (but with what C code it calls)")
    for name, share in selves:
        print(f"  {share:6.1%}  {name}")
    return {"samples": total, "parts": dict(parts), "self": dict(selves)}


def measure(
    one: Contestant, rooms: int, bots: int, span_s: float, windows: int, profile: bool
) -> dict[str, object]:
    """Run it, print the results and return them."""
    moments: list[Metrics] = []

    def watch(process: Process, port: int) -> None:
        moments.append(Metrics(port))
        if profile:
            os.kill(process.pid, signal.SIGUSR1)

    found = run(one, rooms, span_s, windows, bots=bots, watch=watch)
    middle: Figures = median(found)
    befores, afters = moments[::2], moments[1::2]
    pairs = list(zip(befores, afters, strict=True))
    p50, p99, p999 = (
        sorted(after.quantile_ms(before, share) for before, after in pairs)[len(pairs) // 2]
        for share in (0.5, 0.99, 0.999)
    )
    ticks = sum(after.ticks(before) for before, after in pairs) / (span_s * windows)
    dropped = afters[-1].dropped - befores[0].dropped
    seats = one.workload.seats
    print(f"{rooms} rooms of {seats} players and {bots} bots, {one.title}: {ticks:.0f} room-ticks a second")
    print(f"  the server's core is busy by {middle.server_busy:.0%}")
    print(f"  ticks come late by {p50:.2f} ms (p50), {p99:.2f} (p99), {p999:.2f} (p99.9)")
    print(f"  ticks dropped: {dropped:.0f}")
    print(f"  states come late by {max(0, middle.late_p50_ms):.2f} ms (p50), {middle.late_p99_ms:.2f} (p99)")
    print(f"  {middle.server_busy * 1e6 / max(1, ticks):.0f} µs of CPU by room and tick, sending included")
    return {
        "rooms": rooms,
        "players": seats,
        "bots": bots,
        "variant": one.variant,
        "tick_late_ms": {"p50": round(p50, 3), "p99": round(p99, 3), "p99.9": round(p999, 3)},
        "dropped_ticks": dropped,
        "room_ticks_per_s": round(ticks),
        "figures": rounded(middle),
    }


def main() -> int:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(prog="python -m bench.rooms", description=__doc__)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--players", type=int, default=2, help="connections in each room")
    parser.add_argument("--bots", type=int, default=6, help="in each room")
    parser.add_argument("--variant", choices=("delta", "events"), default="delta")
    parser.add_argument("--span", type=float, default=6.0, help="seconds of each of the windows")
    parser.add_argument("--windows", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="sample the server meanwhile")
    asked = parser.parse_args()
    machine.pin_to(machine.cores()[1])
    one = server(asked.variant, asked.players, asked.profile)
    try:
        found = measure(one, asked.rooms, asked.bots, asked.span, asked.windows, asked.profile)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    if asked.profile:
        found["profile"] = print_profile()
    store.record("rooms_profiled" if asked.profile else f"rooms_{asked.variant}", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
