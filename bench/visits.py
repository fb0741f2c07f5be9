"""Short connections: `python -m bench.visits flat` and `python -m bench.visits storm`.

Matches run at the same time on the same, real server. `flat`: 50,000 visits, a few at a time; memory must
stay flat within 5 %, and no tick may be more than 20 ms late. `storm`: 2,000 connections a second for 20
seconds from thousands of loopback addresses; ticks are at most 20 ms late at p99, and a minute later the
memory is back within 10 %. A visit connects, enters the namespace, receives `welcome`, and leaves.
"""

import argparse
import os
import resource
import select
import socket
import struct
import sys
import threading
import time
from collections import Counter, deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bench import machine, store
from bench.machine import Failed, Process
from bench.rooms import Metrics
from game.client import RawClient

GAMES = ("trails", "fuse", "thumbs", "field")
LATE_S = 0.02
SOURCES = 4096
SETTLE_S = 3.0
REQUEST = (
    b"GET /socket.io/?EIO=4&transport=websocket&h=%d HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
JOIN = b"40{}"
BIND_LATE = 24  # IP_BIND_ADDRESS_NO_PORT of Linux, for which Python has no name


def client_frame(payload: bytes) -> bytes:
    """A masked text frame; the mask is zero."""
    return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload


@dataclass(slots=True, eq=False)
class Visit:
    """One connection: the bytes received, and its stage."""

    sock: socket.socket
    born_s: float
    ends_s: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    stage: str = "connecting"


@dataclass
class Visitors:
    """Makes visits, `rate` a second, at most `most` at the same time; each stays `stay_s` after its welcome.

    Attributes:
        outcomes: how visits ended.
        waits_s: from connecting to the welcome.
    """

    port: int
    rate: float
    most: int
    stay_s: float = 0.0
    patience_s: float = 10.0
    outcomes: Counter[str] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._poll = select.epoll()
        self._visits: dict[int, Visit] = {}
        self._staying: deque[Visit] = deque()  # in the order in which they leave
        self._number = 0

    def run(self, visits: int) -> None:
        """Make a number of visits and wait until each has ended."""
        begun_s, made = time.monotonic(), 0
        while made < visits or self._visits:
            now_s = time.monotonic()
            while made < min(visits, (now_s - begun_s) * self.rate) and len(self._visits) < self.most:
                self._come(now_s)
                made += 1
            for number, event in self._poll.poll(0.001, 512):
                visit = self._visits.get(number)
                if visit is not None:
                    self._hear(visit, event)
            self._leave(time.monotonic())

    def _come(self, now_s: float) -> None:
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_IP, BIND_LATE, 1)
        self._number += 1
        place = self._number % SOURCES
        sock.bind((f"127.{1 + place // 65536}.{place // 256 % 256}.{place % 256}", 0))
        sock.connect_ex(("127.0.0.1", self.port))
        self._visits[sock.fileno()] = Visit(sock, now_s)
        self._poll.register(sock.fileno(), select.EPOLLOUT | select.EPOLLIN)

    def _hear(self, visit: Visit, event: int) -> None:
        try:
            if visit.stage == "connecting" and event & select.EPOLLOUT:
                visit.sock.send(REQUEST % self._number)
                visit.stage = "shaking hands"
                self._poll.modify(visit.sock.fileno(), select.EPOLLIN)
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                data = visit.sock.recv(65536)
                if not data:
                    self._end(visit, "refused" if b" 503 " in visit.got[:16] else f"cut while {visit.stage}")
                    return
                visit.got += data
        except BlockingIOError:
            return
        except OSError as error:
            self._end(visit, f"{error.strerror} while {visit.stage}")
            return
        self._advance(visit)

    def _advance(self, visit: Visit) -> None:
        """Go to the next stage if the server has answered."""
        if visit.stage == "shaking hands" and b"\r\n\r\n" in visit.got:
            if not visit.got.startswith(b"HTTP/1.1 101 "):
                self._end(visit, "refused")
                return
            visit.stage = "entering"
            visit.sock.send(client_frame(JOIN))
        if visit.stage == "entering":
            if b'["welcome",' in visit.got:
                visit.stage = "staying"
                now_s = time.monotonic()
                self.waits_s.append(now_s - visit.born_s)
                visit.ends_s = now_s + self.stay_s
                self._staying.append(visit)
            elif b"44{" in visit.got:
                self._end(visit, "refused by name")
        elif visit.stage == "staying":
            visit.got.clear()

    def _leave(self, now_s: float) -> None:
        while self._staying and self._staying[0].ends_s <= now_s:
            visit = self._staying.popleft()
            if visit.stage == "staying":
                self._end(visit, "greeted")
        for visit in list(islice(self._visits.values(), 100)):  # the oldest come first
            if visit.stage != "staying" and now_s - visit.born_s > self.patience_s:
                self._end(visit, f"gave up while {visit.stage}")

    def _end(self, visit: Visit, outcome: str) -> None:
        self.outcomes[outcome if visit.stage != "staying" else "greeted"] += 1
        visit.stage = "over"
        number = visit.sock.fileno()
        self._poll.unregister(number)
        del self._visits[number]
        visit.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        visit.sock.close()


class Watchers:
    """Connections that watch a demonstration of each game, so that matches run. A context manager."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._clients: list[RawClient] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> "Watchers":
        for game in GAMES:
            client = RawClient.at(self._url).connect()
            client.call("demo", {"game": game})
            self._clients.append(client)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()
        for client in self._clients:
            client.close()

    def _read(self) -> None:
        while not self._ends.is_set():
            readable, _, _ = select.select([one for one in self._clients if not one.closed], [], [], 0.1)
            for client in readable:
                client.receive()


def start(stack: ExitStack, folder: Path) -> tuple[Process, int]:
    """Start the server; returns its process and port."""
    env = {
        "PORT": "0",
        "RUMPUS_SERVER__HOST": "127.0.0.1",
        "RUMPUS_SERVER__SECRET_FILE": str(folder / "secret"),
        "RUMPUS_RECORDS__URL": f"sqlite:///{folder / 'records.db'}",
        "RUMPUS_RECORDS__FOLDER": str(folder),
        "RUMPUS_SERVER__LOG_LEVEL": "error",
    }
    server = Process([sys.executable, "server.py"], machine.cores()[0], env)
    stack.enter_context(server)
    port = int(server.await_match(r"localhost:(\d+)"))
    stack.enter_context(Watchers(f"http://127.0.0.1:{port}"))
    time.sleep(SETTLE_S)
    return server, port


def late_share(after: Metrics, before: Metrics) -> tuple[int, int]:
    """How many ticks there were, and how many of them came later than LATE_S."""
    within = next(
        count - then
        for (bound, count), (_, then) in zip(after.buckets, before.buckets, strict=True)
        if bound >= LATE_S
    )
    ticks = after.ticks(before)
    return ticks, round(ticks - within)


def report(visitors: Visitors, took_s: float) -> dict[str, object]:
    """Print the outcomes of the visits, and return them."""
    waits = sorted(visitors.waits_s)
    done = sum(visitors.outcomes.values())
    p50, p99 = (waits[int(len(waits) * share)] if waits else 0.0 for share in (0.5, 0.99))
    print(f"  {done} connections in {took_s:.0f} s ({done / took_s:.0f} a second): {dict(visitors.outcomes)}")
    print(f"  welcomed after {p50 * 1000:.0f} ms (p50), {p99 * 1000:.0f} (p99)")
    return {"connections": done, "seconds": round(took_s, 1), "outcomes": dict(visitors.outcomes)}


def flat(visits: int, rate: float, folder: Path) -> tuple[dict[str, object], list[str]]:
    """Make many visits; returns the figures and the gates that were missed."""
    with ExitStack() as stack:
        server, port = start(stack, folder)
        visitors = Visitors(port, rate, most=40)
        visitors.run(visits // 10)  # caches fill, and limits learn their addresses
        time.sleep(SETTLE_S)
        before_kb, before, begun_s = server.memory_bytes() // 1024, Metrics(port), time.monotonic()
        visitors.run(visits - visits // 10)
        took_s = time.monotonic() - begun_s
        after = Metrics(port)
        time.sleep(SETTLE_S)
        after_kb = server.memory_bytes() // 1024
    ticks, late = late_share(after, before)
    grown = after_kb / before_kb - 1
    found = report(visitors, took_s)
    print(f"  memory {before_kb} kB, then {after_kb} ({grown:+.1%})")
    print(f"  {ticks} ticks, {late} of them more than {LATE_S * 1000:.0f} ms late")
    found |= {"memory_kb": [before_kb, after_kb], "ticks": ticks, "late_ticks": late}
    missed = []
    if grown > 0.05:
        missed.append(f"memory grew by {grown:.1%}, at most 5 %")
    if late:
        missed.append(f"{late} ticks were more than {LATE_S * 1000:.0f} ms late, none may be")
    if visitors.outcomes["greeted"] != visits:
        missed.append(f"{visitors.outcomes['greeted']} of {visits} were greeted")
    return found, missed


def storm(rate: float, span_s: float, calm_s: float, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Connect far more often than the server can answer; returns figures and missed gates."""
    with ExitStack() as stack:
        server, port = start(stack, folder)
        Visitors(port, 200, most=40).run(1000)
        time.sleep(SETTLE_S)
        before_kb, before = server.memory_bytes() // 1024, Metrics(port)
        most_kb = [before_kb]
        ends = threading.Event()

        def watch() -> None:
            while not ends.wait(0.5):
                most_kb.append(server.memory_bytes() // 1024)

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        visitors = Visitors(port, rate, most=15_000, stay_s=2.0, patience_s=6.0)
        begun_s = time.monotonic()
        visitors.run(round(rate * span_s))
        took_s = time.monotonic() - begun_s
        after = Metrics(port)
        ends.set()
        watching.join()
        time.sleep(calm_s)
        after_kb = server.memory_bytes() // 1024
    ticks, late = late_share(after, before)
    p99_ms, worst_ms = after.quantile_ms(before, 0.99), after.quantile_ms(before, 1.0)
    grown = after_kb / before_kb - 1
    found: dict[str, Any] = report(visitors, took_s)
    print(f"  memory {before_kb} kB, at most {max(most_kb)}, {calm_s:.0f} s later {after_kb} ({grown:+.1%})")
    print(
        f"  {ticks} ticks come late by {p99_ms:.1f} ms (p99), {worst_ms:.0f} (all); {late} by more than 20 ms"
    )
    print(f"  ticks dropped: {after.dropped - before.dropped:.0f}")
    found |= {
        "memory_kb": [before_kb, max(most_kb), after_kb],
        "tick_late_ms": {"p99": round(p99_ms, 2), "p100": round(worst_ms, 1)},
        "dropped_ticks": after.dropped - before.dropped,
    }
    missed = []
    if p99_ms > LATE_S * 1000:
        missed.append(f"ticks were {p99_ms:.1f} ms late at p99, at most 20")
    if grown > 0.10:
        missed.append(f"memory is {grown:.1%} above what it was, at most 10 %")
    return found, missed


def open_files_as_allowed() -> None:
    """Let this process have as many sockets as the system allows it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> int:
    """Measure, print and store; 1 if a gate is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.visits", description=__doc__)
    parser.add_argument("gate", choices=("flat", "storm"))
    parser.add_argument("--visits", type=int, default=50_000, help="of flat")
    parser.add_argument("--rate", type=float, default=0.0, help="a second: 500 in flat, 2,000 in storm")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the storm lasts")
    parser.add_argument(
        "--calm", type=float, default=60.0, help="seconds between the storm and the last look"
    )
    asked = parser.parse_args()
    machine.pin_to(machine.cores()[1])
    open_files_as_allowed()
    folder = machine.BUILD
    folder.mkdir(exist_ok=True)
    print(f"{asked.gate}: load before it {os.getloadavg()[0]:.1f}")
    try:
        if asked.gate == "flat":
            found, missed = flat(asked.visits, asked.rate or 500, folder)
        else:
            found, missed = storm(asked.rate or 2000, asked.seconds, asked.calm, folder)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    store.record(f"visits_{asked.gate}", found)
    for complaint in missed:
        print(f"gate missed: {complaint}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
