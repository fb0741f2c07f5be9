"""Hostile clients at a worker of a cluster, while others play there."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from game.client import RawClient
from tests.chaos.conftest import ALL, NewRow
from tests.chaos.night import Cluster, Watch, party, until
from tests.chaos.pulse import Pulse

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(300)]

IDLE = 10_000 if ALL else 1_000
HOSTILE = Path(__file__).with_name("hostile.py")
UNCHANGED_S = 0.02
"""The time between two states may grow by this at p99 and counts as equal."""
LINES = 75


def memory_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no such process")


def test_bad_clients_harm_themselves_alone(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row(
        f"1 GB frame, endless fragments, {IDLE} idle handshakes",
        "memory flat, the bad ones closed, others' p99 unchanged",
    )
    worker = whole.workers[0]
    assert worker.process is not None
    pid, port = worker.process.pid, worker.port
    one = party(whole, at=[f"http://127.0.0.1:{port}"] * 2)
    before_kb = memory_kb(pid)
    with Watch(one.people) as watch:
        watch.wait_for_news()
        watch.forget()
        time.sleep(2)  # what is usual, to compare with
        usual = watch.quantile(0.99)
        watch.forget()
        begun = time.monotonic()
        bad = subprocess.Popen(
            [sys.executable, "-S", str(HOSTILE), str(port), str(IDLE)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert bad.stdout is not None
        outcome = json.loads(bad.stdout.readline())
        while time.monotonic() < begun + 5:
            time.sleep(0.05)
        grown_kb = memory_kb(pid) - before_kb
        p99, held = watch.quantile(0.99), pulse.during(begun)
        watch.forget()
        hung_up = time.monotonic()
        bad.communicate(
            timeout=20
        )  # all that were idle hang up in one moment, which is more than was promised
        until(lambda: whole.is_ready(worker), "the worker")
        while time.monotonic() < hung_up + 1:
            time.sleep(0.05)
        worst, held_then = watch.worst_gap_s, pulse.during(hung_up)
    one.close()
    result.measured = (
        f"memory grew {grown_kb / 1024:.1f} MB in all, others' gap p99 {p99 * 1000:.0f} ms, before "
        f"{usual * 1000:.0f} ms; {worst * 1000:.0f} ms at worst when all hung up at once; {held}"
    )
    assert outcome["huge_closed"], "a frame of 1 GB was waited for"
    assert outcome["endless_closed"], "endless fragments were taken"
    assert outcome["idle"] == IDLE
    assert grown_kb < 10_000 + 4 * IDLE
    assert p99 < max(usual, 0.05) + UNCHANGED_S + held.p99_s
    assert worst < 0.15 + held_then.worst_s
    assert worker.process.poll() is None


@pytest.mark.skipif(not ALL, reason="only in make chaos; tests/integration has the short form")
def test_a_client_that_stops_reading_is_closed(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row(
        "client that stops reading", "memory flat (< 2 MB), that client closed, others' p99 unchanged"
    )
    worker = whole.workers[1]
    assert worker.process is not None
    pid, port = worker.process.pid, worker.port
    one = party(whole, at=[f"http://127.0.0.1:{port}"] * 2)
    with Watch(one.people) as watch:
        watch.wait_for_news()
        watch.forget()
        time.sleep(2)  # what is usual, to compare with
        usual = watch.quantile(0.99)
        deaf = RawClient("127.0.0.1", port).connect()
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.call("join", {"code": one.code, "name": "Deaf", "spectate": True})
        before_kb = memory_kb(pid)
        watch.forget()
        begun = time.monotonic()
        for number in range(LINES):
            one.say(number % 2, "\N{GRINNING FACE}" * 200)

        def gone() -> bool:
            people = one.first.here.room["people"].values()
            return not any(person["name"] == "Deaf" and person["connected"] for person in people)

        until(gone, "the deaf one to be let go", 30)
        took = time.monotonic() - begun
        grown_kb = memory_kb(pid) - before_kb
        p99 = watch.quantile(0.99)
        held = pulse.during(begun)
    result.measured = (
        f"closed after {took:.1f} s, memory grew {grown_kb / 1024:.1f} MB, others' gap p99 "
        f"{p99 * 1000:.0f} ms, before {usual * 1000:.0f} ms; {held}"
    )
    deaf.close()
    one.close()
    assert grown_kb < 2048
    assert p99 < max(usual, 0.05) + UNCHANGED_S + held.p99_s
