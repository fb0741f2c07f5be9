"""The cost of several workers: players held, Redis per player, and a message through another worker.

    .venv/bin/python -m bench.cluster            1, 2 and 4 workers; a table, and JSON behind it; < 6 minutes
    .venv/bin/python -m bench.cluster --cost     only the cost of a delta between workers, in this process
    .venv/bin/python -m bench.cluster --json F   the JSON goes into a file

Everything runs on this machine, the players too: with two cores, four workers cannot hold more than two do.
Compare the figures with each other, not with other machines.
"""

import argparse
import json
import os
import selectors
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from bench.edge_cost import cost
from game.client import RawClient
from game.cluster.redis_store import connect
from game.devtools.local_cluster import Plan, Supervisor

SEATS = 4
HZ = 30
SECONDS = 4.0
SETTLE_S = 1.0
ROOMS = 64
"""Rooms for the costs: few enough for two cores."""
STEPS = (16, 32, 48, 64, 96, 128, 192)
"""Numbers of rooms for the players held, until it fails."""
HELD_GAP_MS = 2000 / HZ
"""Held: p99 of the time between two states of a player is at most two ticks, and almost none is missing."""
HELD_SHARE = 0.97
MOST_S = 340
"""After this time the results so far are printed, and all processes ended."""
PROBES_PER_S = 2
"""How often each worker probes its own mailbox."""
ENVIRON = {
    "RUMPUS_LIMITS__CREATE_PER_MIN": "10000",
    "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
    "RUMPUS_ROOMS__COUNTDOWN_S": "0",
    "RUMPUS_CLUSTER__DRAIN_S": "0",
}
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


class OutOfTime(Exception):
    """The bench has reached its time limit."""


def cpu_s(pid: int) -> float:
    """Seconds of CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


class World:
    """Workers with Redis, and rooms full of players. A context manager."""

    def __init__(self, workers: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.supervisor = Supervisor(Plan(Path(self._folder.name), workers, 0, "", ENVIRON))
        self.people: list[RawClient] = []
        self.rooms = 0

    def __enter__(self) -> "World":
        try:
            self.supervisor.start()
        except BaseException:
            self.__exit__()
            raise
        self.redis = connect(self.supervisor.redis_url, socket_timeout=5)
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.people:
            one.close()
        self.supervisor.stop()
        self._folder.cleanup()

    @property
    def pids(self) -> list[int]:
        """The workers' processes."""
        return [one.process.pid for one in self.supervisor.workers if one.process is not None]

    def fill(self, rooms: int, right: bool) -> None:
        """Open this many rooms; `right`: players are connected to the owner of their room, else to others."""
        ports = [worker.port for worker in self.supervisor.workers]
        while self.rooms < rooms:
            home = self.rooms % len(ports)
            # With two others, players connect to both: a room moves to a majority; there is none.
            away = [(home + 1 + k % max(1, len(ports) - 1)) % len(ports) for k in range(SEATS)]
            self._open([ports[home] if right else ports[one] for one in away], ports[home])
            self.rooms += 1

    def _open(self, ports: list[int], home: int) -> None:
        host = RawClient("127.0.0.1", home).connect()
        joined = host.call("create", {"game": "trails", "options": {"target": 100}})
        code = str(joined["code"])
        seated = []
        for port in ports[1:]:
            one = RawClient("127.0.0.1", port, code=code if port == home else None).connect()
            one.call("join", {"code": code})
            seated.append(one)
        host.call("start")
        host.wait_for(lambda: host.place is not None and host.place.phase == "live", what="the match")
        if ports[0] == home:
            seated.append(host)
        else:
            # The player who opened the room moves to another worker, too.
            token, seat = host.welcome["device"], joined["seat_token"]
            seated.append(RawClient("127.0.0.1", ports[0], device=token, seat=seat).connect())
            host.close()
        self.people += seated

    def play(self, seconds: float) -> tuple[int, float]:
        """Let all clients receive; returns the count of states and p99 of the time between two, in ms."""
        selector = selectors.DefaultSelector()
        last: dict[RawClient, float] = {}
        gaps: list[float] = []
        for one in self.people:
            if not one.closed:
                selector.register(one.socket, selectors.EVENT_READ, one)
        before = sum(one.states for one in self.people)
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            for key, _ in selector.select(until - now):
                one = key.data
                states = one.states
                one.receive()
                if one.closed:
                    selector.unregister(key.fileobj)
                elif one.states > states:
                    at = time.monotonic()
                    if one in last:
                        gaps.append(at - last[one])
                    last[one] = at
        selector.close()
        gaps.sort()
        p99 = gaps[int(len(gaps) * 0.99)] * 1000 if gaps else 0.0
        return sum(one.states for one in self.people) - before, p99

    def measure(self) -> dict[str, Any]:
        """Play for a while: the states received, and the work of the processes and of Redis."""
        self.play(SETTLE_S)
        self.redis.config_resetstat()
        redis_before, info = self._redis_cpu_s(), None
        begun, mine = [cpu_s(pid) for pid in self.pids], time.process_time()
        started = time.monotonic()
        states, p99 = self.play(SECONDS)
        took = time.monotonic() - started
        mine = time.process_time() - mine
        used = [cpu_s(pid) - before for pid, before in zip(self.pids, begun, strict=True)]
        redis_s = self._redis_cpu_s() - redis_before
        info = self.redis.info("commandstats")
        assert isinstance(info, dict)
        published = int(info.get("cmdstat_publish", {}).get("calls", 0))
        people = len(self.people)
        return {
            "workers": len(begun),
            "rooms": self.rooms,
            "people": people,
            "states_per_s_each": round(states / took / people, 1),
            "gap_p99_ms": round(p99, 1),
            "workers_cpu": [round(one / took, 2) for one in used],
            "players_cpu": round(mine / took, 2),
            "redis_cpu_us_per_person_and_s": round(redis_s / took / people * 1e6),
            "redis_commands_per_s": {
                name.removeprefix("cmdstat_"): round(call["calls"] / took, 1)
                for name, call in sorted(info.items())
            },
            "publishes_per_s": round(published / took, 1),
            "publishes_per_s_beyond_probes": round(published / took - PROBES_PER_S * len(begun), 1),
        }

    def _redis_cpu_s(self) -> float:
        cpu: Any = self.redis.info("cpu")
        return float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])


def costs(workers: int, right: bool) -> dict[str, Any]:
    """The cost of a fixed number of rooms, with all players, or none, at the owner of their room."""
    with World(workers) as world:
        world.fill(ROOMS, right)
        return {"at": "the right worker" if right else "a wrong worker", **world.measure()}


def held(workers: int) -> dict[str, Any]:
    """How many players are held: rooms are added until some player waits too long."""
    best: dict[str, Any] = {"workers": workers, "people": 0}
    with World(workers) as world:
        for rooms in STEPS:
            world.fill(rooms, right=True)
            figures = world.measure()
            if figures["gap_p99_ms"] > HELD_GAP_MS or figures["states_per_s_each"] < HZ * HELD_SHARE:
                best["not_held"] = {key: figures[key] for key in HELD_COLUMNS}
                break
            best = {key: figures[key] for key in HELD_COLUMNS}
    return best


HELD_COLUMNS = ("workers", "people", "states_per_s_each", "gap_p99_ms", "workers_cpu", "players_cpu")
COST_COLUMNS = (
    "workers", "at", "people", "states_per_s_each", "gap_p99_ms", "workers_cpu",
    "redis_cpu_us_per_person_and_s", "publishes_per_s", "publishes_per_s_beyond_probes",
)  # fmt: skip


def table(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Print rows as columns of text."""
    lines = [list(columns)] + [[str(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(columns))]
    print(f"\n{title}")
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    sys.stdout.flush()


def whole_edge_us(rows: list[dict[str, Any]]) -> float | None:
    """The CPU time that a delta through another worker costs more than one without.

    It includes both ends, wake-ups, system calls, acknowledgements and Redis. Most of it is spent for each
    publication, not for each delta, so it falls when more rooms share one. The same rooms are measured twice.

    Returns:
        µs of all workers and Redis, for each delta; None without both measurements.
    """
    pair = {row["at"]: row for row in rows if row["workers"] == 2}
    if len(pair) < 2:
        return None
    right, wrong = pair["the right worker"], pair["a wrong worker"]
    more: float = sum(wrong["workers_cpu"]) - sum(right["workers_cpu"])
    redis: float = wrong["redis_cpu_us_per_person_and_s"] - right["redis_cpu_us_per_person_and_s"]
    people: int = wrong["people"]
    deltas_per_s: int = wrong["rooms"] * HZ
    return round((more * 1e6 + redis * people) / deltas_per_s, 1)


def out_of_time(_number: int, _frame: FrameType | None) -> None:
    """Handle the alarm."""
    raise OutOfTime(f"{MOST_S} s are over")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cost", action="store_true", help="only the cost of a delta between workers")
    parser.add_argument("--json", type=Path, help="write the JSON into this file")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(MOST_S)
    result: dict[str, Any] = {"cores": os.cpu_count(), "delta": {}, "costs": [], "held": []}
    cores = f"{result['cores']} cores, the players' process among what runs on them"

    def compare(workers: int, right: bool) -> None:
        result["costs"].append(costs(workers, right))

    def hold(workers: int) -> None:
        result["held"].append(held(workers))

    steps: list[Callable[[], None]] = [lambda: result.update(delta=cost())]
    if not options.cost:
        cases = ((1, True), (2, True), (2, False), (4, True), (4, False))
        steps.extend(partial(compare, workers, right) for workers, right in cases)
        steps.extend(partial(hold, workers) for workers in (1, 2, 4))
    failure = ""
    try:
        for step in steps:
            step()
    except (OutOfTime, OSError, TimeoutError) as error:
        failure = f"{type(error).__name__}: {error}"
    signal.alarm(0)
    result["edge_whole_us_per_delta"] = whole_edge_us(result["costs"])
    table(
        "A room's delta between two workers, in this process, µs of CPU",
        tuple(result["delta"]),
        [result["delta"]],
    )
    if not options.cost:
        table(f"{ROOMS} rooms of {SEATS}, {cores}", COST_COLUMNS, result["costs"])
        print(f"over another worker, both ends and Redis: {result['edge_whole_us_per_delta']} µs a delta")
        table(f"players held: p99 gap ≤ {HELD_GAP_MS:.0f} ms; {cores}", HELD_COLUMNS, result["held"])
    text = json.dumps(result)
    print(f"\n{text}")
    if options.json is not None:
        options.json.write_text(text + "\n")
    if failure:
        sys.exit(f"not all was measured: {failure}")


if __name__ == "__main__":
    main()
