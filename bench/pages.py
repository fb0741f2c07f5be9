"""The pages of kept matches: `python -m bench.pages`. How many a second, and what they cost the ticks.

A real server with matches of all games gets requests for `/m/ID` over 16 connections: first none, then 500 a
second, then as many as it answers, then pictures that must be drawn, one after the other. Gates: at least 500
pages a second, and at 500 a second p99 of the ticks' lateness at most 2 ms above what it is without requests.
"""

import argparse
import os
import select
import socket
import sys
import tempfile
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path

import msgspec

from bench import machine, store
from bench.machine import Failed
from bench.rooms import Metrics
from bench.visits import start
from game.catalogue import load_games
from game.kit.trials import bot_match
from game.records.database import Database
from game.records.store import Records, compact
from game.rooms.ended_match import EndedMatch, EndedSeat
from game.rooms.journal import Head, Journal
from game.rooms.rules_document import rules_document
from game.rules.snapshot import state_hash

PAGES_PER_S = 500
CONNECTIONS = 16
MATCHES = 200
PICTURES = 6
MOST_MORE_MS = 2.0
"""How much later ticks may come at p99 while pages are served."""


def fill(folder: Path) -> list[str]:
    """Write matches to a new database; returns their ids."""
    for old in folder.glob("records.db*"):
        old.unlink()
    game = load_games(["trails"], [])["trails"]
    trial = bot_match(game, range(4), 7, ticks=900)
    journal = Journal(Head(game.name, tuple(trial.chosen), tuple(trial.seats), (0,) * 8, trial.seed))
    for tick, due in sorted(trial.entries.items()):
        journal.append(tick, due, [0] * len(due))
    seats = [
        EndedSeat(
            seat=seat, device="", bot=False, level=0, style=0, name=f"Player {seat}", colour=seat, shape=seat,
            team=0, place=seat + 1, points=20 - seat, awards=[],
        )
        for seat in range(4)
    ]  # fmt: skip
    document = rules_document(game)
    first = EndedMatch(
        id="", game=game.name, title=game.title, tick_hz=game.tick_hz, rules=document.hash, options={},
        preset="", started_ms=1_764_200_000_000, ended_ms=1_764_200_030_000, ticks=trial.ticks,
        outcome="decided", visibility="link", room_kind="private",
        final_hash=state_hash(trial.until(trial.ticks)), journal=journal.pack(), seats=seats, rounds=[],
    )  # fmt: skip
    database = Database(f"sqlite:///{folder / 'records.db'}")
    database.prepare()
    ids = [f"bench{number:05}" for number in range(MATCHES)]
    packed = compact(first)
    Records(database).save([msgspec.structs.replace(packed, id=one) for one in ids], [document])
    database.close()
    return ids


class Readers:
    """Connections that ask for pages again and again, each for the next one when it has its answer.

    Attributes:
        waits_s: how long each answer took.
        failed: answers that were not 200.
    """

    def __init__(self, port: int, ids: list[str]) -> None:
        self.waits_s: list[float] = []
        self.failed = 0
        self._ids = ids
        self._asked = 0
        self._since: dict[socket.socket, float] = {}
        self._got: dict[socket.socket, bytearray] = {}
        self._idle: deque[socket.socket] = deque()
        for _ in range(CONNECTIONS):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._got[sock] = bytearray()
            self._idle.append(sock)

    def run(self, seconds: float, rate: float) -> float:
        """Ask for `rate` pages a second, 0: as many as are answered; returns the answers a second."""
        begun_s, asked = time.monotonic(), 0
        self.waits_s.clear()
        while (now_s := time.monotonic()) < begun_s + seconds:
            while self._idle and (not rate or asked < (now_s - begun_s) * rate):
                self._ask(self._idle.popleft())
                asked += 1
            readable, _, _ = select.select(list(self._since), [], [], 0.001)
            for sock in readable:
                self._read(sock)
        return len(self.waits_s) / seconds

    def _ask(self, sock: socket.socket) -> None:
        self._asked += 1
        path = f"/m/{self._ids[self._asked % len(self._ids)]}"
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: bench.example\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        self._since[sock] = time.monotonic()

    def _read(self, sock: socket.socket) -> None:
        got = self._got[sock]
        data = sock.recv(1 << 16)
        if not data:
            raise Failed("the server closed a connection")
        got += data
        end = got.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(got[:end]).lower()
        size = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
        if len(got) < end + 4 + size:
            return
        got.clear()
        self.waits_s.append(time.monotonic() - self._since.pop(sock))
        self.failed += not head.startswith(b"http/1.1 200")
        self._idle.append(sock)


def draw(port: int, ids: list[str]) -> list[float]:
    """Ask for pictures, one after the other; returns how long each took."""
    took = []
    for one in ids:
        begun_s = time.monotonic()
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(f"GET /m/{one}.png HTTP/1.0\r\nHost: bench.example\r\n\r\n".encode())
            answer = b""
            while data := sock.recv(1 << 16):
                answer += data
        if b" 200 " not in answer[:16]:
            raise Failed(f"a picture answered {answer[:40]!r}")
        took.append(time.monotonic() - begun_s)
    return took


def measure(seconds: float) -> tuple[dict[str, object], list[str]]:
    """Measure everything; returns the figures and the gates that were missed."""
    found: dict[str, object] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rumpus-bench-")))
        ids = fill(folder)
        server, port = start(stack, folder)
        readers = Readers(port, ids)
        late: dict[str, float] = {}

        def lateness(name: str, before: Metrics) -> None:
            after = Metrics(port)
            late[name] = after.quantile_ms(before, 0.99)
            worst = after.quantile_ms(before, 1.0)
            print(
                f"  {name}: {after.ticks(before)} ticks, late by {late[name]:.2f} ms (p99), {worst:.1f} (all)"
            )
            found[f"late_ms {name}"] = {"p99": round(late[name], 2), "p100": round(worst, 1)}

        before = Metrics(port)
        time.sleep(seconds)
        lateness("without requests", before)
        readers.run(1.0, 200)
        for name, rate in ((f"{PAGES_PER_S} pages a second", PAGES_PER_S), ("as many as possible", 0)):
            before = Metrics(port)
            begun_s = server.cpu_s()
            per_s = readers.run(seconds, rate)
            cpu_ms = (server.cpu_s() - begun_s) * 1000 / max(1, len(readers.waits_s))
            waits = sorted(readers.waits_s)
            p50, p99 = (waits[int(len(waits) * share)] * 1000 for share in (0.5, 0.99))
            print(f"  {name}: {per_s:.0f} a second, answered in {p50:.1f} ms (p50), {p99:.1f} (p99)")
            print(f"  {name}: {cpu_ms:.2f} ms of CPU time for each page, the matches' own included")
            lateness(name, before)
            found[name] = {"per_s": round(per_s), "ms": {"p50": round(p50, 1), "p99": round(p99, 1)}}
            found[f"cpu_ms {name}"] = round(cpu_ms, 2)
        most = per_s
        before = Metrics(port)
        took = draw(port, ids[:PICTURES])
        print(f"  {len(took)} pictures, drawn in {sum(took) / len(took):.2f} s each")
        lateness("pictures", before)
        found["picture_s"] = round(sum(took) / len(took), 2)
    missed = []
    if readers.failed:
        missed.append(f"{readers.failed} answers were not 200")
    if most < PAGES_PER_S:
        missed.append(f"{most:.0f} pages a second, at least {PAGES_PER_S}")
    more = late[f"{PAGES_PER_S} pages a second"] - late["without requests"]
    if more > MOST_MORE_MS:
        missed.append(f"ticks came {more:.1f} ms later at p99, at most {MOST_MORE_MS:g}")
    return found, missed


def main() -> int:
    """Measure, print and store; 1 if a gate is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each part")
    asked = parser.parse_args()
    machine.pin_to(machine.cores()[1])
    print(f"pages: load before it {os.getloadavg()[0]:.1f}")
    try:
        found, missed = measure(asked.seconds)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    store.record("pages", found)
    for complaint in missed:
        print(f"gate missed: {complaint}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
