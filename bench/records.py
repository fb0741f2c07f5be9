"""Keeping matches: what it costs a tick, and what it costs at all, beside a plain SQL insert per match.

`python -m bench.records` takes about two minutes. A process steps real matches of eight bots at 30 Hz, as a
worker does, and hands 200 ended matches to the recorder within one second, every five seconds. Printed are:

- the time that handing one over takes of its tick (gate: 0.1 ms);
- how late ticks are without and with records, for SQLite and for PostgreSQL (gate: p99 within 20 %, or
  within half a millisecond, by which two runs of the same program differ here);
- the time from the last of 200 matches to all of them in the database;
- the time for each match in the database, and that of one INSERT of the same bytes into one table: the floor.
"""

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()  # as in a worker

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import gevent
import msgspec
import psycopg

from bench import machine, store
from game.catalogue import load_games
from game.ops.memory import Collector
from game.records.database import Database
from game.records.store import Records, compact
from game.records.writer import Recorder
from game.rooms.ended_match import EndedMatch, EndedSeat
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.rules_document import rules_document
from game.rules import Game
from game.rules.snapshot import state_hash
from game.serve import SWITCH_S
from game.settings import Records as Settings
from tests.unit.records.postgres import find_programs, running

HZ = 30
MATCHES = 12
"""Running matches; they take about a third of a core."""
BURST = 200
SECONDS = 10.0
BURST_EVERY_S = 5.0
WAYS = ("nothing", "sqlite", "postgresql")
TURNS = 3
ENDED_GATE_MS = 0.1
LATE_GATE = 1.2
LATE_SLACK_MS = 0.5


class Bursts:
    """Hands BURST matches to a recorder within a second, every BURST_EVERY_S seconds."""

    def __init__(self, recorder: Recorder, match: EndedMatch) -> None:
        self._recorder = recorder
        self._match = match
        self._next = time.perf_counter() + 1
        self._waiting_since = 0.0
        self._number = 0
        self._took_ms: list[float] = []
        self._saved_s: list[float] = []
        recorder.ended(msgspec.structs.replace(match, id="warm000000"))
        assert recorder.flush(30)

    def turn(self) -> None:
        """Do what is due now; called once a tick."""
        now = time.perf_counter()
        if now >= self._next + 1:
            self._next += BURST_EVERY_S
        if now >= self._next:
            for _ in range(BURST // HZ + 1):
                self._hand_over()
            self._waiting_since = time.perf_counter()
        elif self._waiting_since and not self._recorder.figures()["waiting"]:
            self._saved()

    def _hand_over(self) -> None:
        one = msgspec.structs.replace(self._match, id=f"m{self._number:09d}")
        self._number += 1
        at = time.perf_counter()
        self._recorder.ended(one)
        self._took_ms.append((time.perf_counter() - at) * 1000)

    def _saved(self) -> None:
        self._saved_s.append(time.perf_counter() - self._waiting_since)
        self._waiting_since = 0.0

    def finish(self) -> dict[str, float]:
        """Wait until all is saved; returns the figures."""
        assert self._recorder.flush(60)
        if self._waiting_since:
            self._saved()
        self._took_ms.sort()
        return {
            "ended_p99_ms": self._took_ms[len(self._took_ms) * 99 // 100],
            "saved_s": max(self._saved_s),
            "matches": self._number,
            "lost": self._number + 1 - self._recorder.records.count(),
        }


def _worker(way: str, url: str, folder: Path) -> None:
    """A process that steps matches, and records others. Prints its figures as JSON."""
    game = load_games(["trails"], [])["trails"]
    runners = [_begun(game, seed) for seed in range(MATCHES)]
    Collector().settle()  # as in a worker: with Python's own thresholds a collection takes 100 ms
    sys.setswitchinterval(SWITCH_S)
    bursts: Bursts | None = None
    if way != "nothing":
        recorder = Recorder(Records(Database(url)), Settings(), folder)
        recorder.add_rules(rules_document(game))
        gevent.spawn(recorder.run)
        bursts = Bursts(recorder, _ended_match(game))
    late_ms: list[float] = []
    begun = time.perf_counter()
    tick = 0
    while time.perf_counter() - begun < SECONDS:
        for slot in range(MATCHES):
            due = begun + (tick + slot / MATCHES) / HZ
            gevent.sleep(max(due - time.perf_counter(), 0))
            late_ms.append((time.perf_counter() - due) * 1000)
            runners[slot] = _stepped(game, runners[slot])
        tick += 1
        if bursts is not None:
            bursts.turn()
    late_ms.sort()
    figures = {
        "late_p50_ms": late_ms[len(late_ms) // 2],
        "late_p99_ms": late_ms[len(late_ms) * 99 // 100],
        "late_most_ms": late_ms[-1],
    }
    print(json.dumps(figures if bursts is None else {**figures, **bursts.finish()}), flush=True)
    os._exit(0)


def _begun(game: Game, seed: int) -> MatchRunner:
    seats = tuple(range(8))
    head = Head(game.name, tuple(game.options.defaults()), seats, (0,) * game.seats[1], seed)
    runner = MatchRunner(game, head, lambda: 12345)
    for seat in seats:
        runner.add_bot(seat, 3, seat % len(game.bot_styles))
    return runner


def _stepped(game: Game, runner: MatchRunner) -> MatchRunner:
    return _begun(game, runner.journal.head.seed + 1) if runner.tick().decided else runner


def _ended_match(game: Game) -> EndedMatch:
    """A whole match of eight bots, as a room hands it over."""
    runner = _begun(game, 7)
    while not runner.tick().decided:
        pass
    m = runner.match
    places = {one.seat: one for one in m.places}
    seats = [
        EndedSeat(
            seat=seat,
            device=f"device-{seat}",
            bot=False,
            level=0,
            style=0,
            name=f"Player {seat}",
            colour=seat,
            shape=seat,
            team=0,
            place=places[seat].place,
            points=places[seat].points,
            awards=[],
        )
        for seat in range(8)
    ]
    return EndedMatch(
        id="",
        game=game.name,
        title=game.title,
        tick_hz=game.tick_hz,
        rules=rules_document(game).hash,
        options=dict(zip([field.name for field in game.options.fields], m.chosen, strict=True)),
        preset="",
        started_ms=0,
        ended_ms=1000,
        ticks=m.tick,
        outcome="decided",
        visibility="link",
        room_kind="private",
        final_hash=state_hash(m),
        journal=runner.journal.pack(),
        seats=seats,
        rounds=game.rounds(m),
    )


def _floor(way: str, url: str, match: EndedMatch) -> tuple[float, float]:
    """Milliseconds of one INSERT in a transaction of its own, and of `Records.save` of one match."""
    data = zlib.compress(match.journal)
    records = Records(Database(url))
    records.database.prepare()
    count = 100
    matches = [compact(msgspec.structs.replace(match, id=f"f{n:09d}")) for n in range(count)]
    connection: Any
    if way == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        sign = "?"
    else:
        connection = psycopg.connect(url, autocommit=True)
        sign = "%s"
    blob = "BLOB" if way == "sqlite" else "BYTEA"
    connection.execute(f"CREATE TABLE floor (id TEXT PRIMARY KEY, data {blob})")
    at = time.perf_counter()
    for one in matches:
        connection.execute(f"INSERT INTO floor VALUES ({sign}, {sign})", (one.id, data))
    plain_ms = (time.perf_counter() - at) * 1000 / count
    connection.close()
    at = time.perf_counter()
    for start in range(0, count, 10):
        records.save(matches[start : start + 10])
    ours_ms = (time.perf_counter() - at) * 1000 / count
    records.database.close()
    return plain_ms, ours_ms


def _run(way: str, url: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.records", "--worker", way, url, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=machine.ROOT, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> int:
    """Measure; returns 1 when a gate is missed."""
    if sys.argv[1:2] == ["--worker"]:
        _worker(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    floors: dict[str, tuple[float, float]] = {}
    game = load_games(["trails"], [])["trails"]
    programs = find_programs()
    with ExitStack() as stack:
        server = None if programs is None else stack.enter_context(running(programs))
        for turn in range(TURNS):
            for way in WAYS:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                if way == "postgresql" and server is None:
                    continue
                url = server.url if way == "postgresql" and server else f"sqlite:///{folder}/records.db"
                if way == "postgresql":
                    _empty(url)
                figures = _run(way, url, folder)
                found[way].append(figures)
                print(f"turn {turn + 1}: {way:11}", " ".join(f"{k} {v:.4g}" for k, v in figures.items()))
                if turn == TURNS - 1 and way != "nothing":
                    floors[way] = _floor(way, url, _ended_match(game))
    return _judge(found, floors)


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _judge(found: dict[str, list[dict[str, float]]], floors: dict[str, tuple[float, float]]) -> int:
    def middle(way: str, key: str) -> float:
        return median([figures[key] for figures in found[way]])

    without = middle("nothing", "late_p99_ms")
    missed = 0
    for way, (plain_ms, ours_ms) in floors.items():
        late, ended = middle(way, "late_p99_ms"), middle(way, "ended_p99_ms")
        lost = sum([figures["lost"] for figures in found[way]])
        kept = (
            late <= max(without * LATE_GATE, without + LATE_SLACK_MS) and ended <= ENDED_GATE_MS and not lost
        )
        missed += not kept
        print(
            f"{way}: ticks late p99 {late:.2f} ms, {without:.2f} without; handing over {ended:.4f} ms (p99);"
            f" {BURST} matches saved after {middle(way, 'saved_s'):.2f} s; {ours_ms:.2f} ms a match,"
            f" {plain_ms:.2f} a plain INSERT; lost {lost:.0f}: {'kept' if kept else 'NOT KEPT'}"
        )
    store.record("records", {"turns": found, "floor_ms": floors})
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
