"""Two hundred clients that read nothing for a minute: the whole of what test_slow_clients.py has in small.

Takes more than a minute, so it runs with `make chaos` alone.
"""

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests.integration.transport.conftest import ROOT, App, Start
from tests.integration.transport.raw import Raw

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not os.environ.get("TESTS_CHAOS"), reason="takes over a minute: make chaos"),
    pytest.mark.timeout(240),
]

MANY = 200
STALLED_S = 60.0
USUAL_S = 15.0
HZ = 30
BACK_AT_ONCE = 4
"""This many closed clients reconnect, four times a second: handshakes are not what is measured."""
MOST_KB = 2048
"""Of memory for each; the kernel's own buffers are not in it."""
FLOOR_MS = 1.0
"""Below this nobody tells late from punctual, and 20 % of it is noise."""


class Neighbour:
    """Somebody in another room, in a process of their own."""

    def __init__(self, app: App) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.transport.punctual", str(app.port), "b", str(HZ)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def lateness(self) -> dict[str, dict[str, float]]:
        """What they saw since they were last asked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, dict[str, float]] = json.loads(self._process.stdout.readline())
        return found

    def go(self) -> None:
        """They leave."""
        self._process.kill()
        self._process.communicate()


def test_two_hundred_that_read_nothing_for_a_minute_harm_themselves_alone(start: Start) -> None:
    patient = {"ping_interval": 300, "ping_timeout": 300}  # so that nothing closes them but what is tested
    app = start(http={"max_connections_per_address": 0}, server=patient)
    neighbour = Neighbour(app)
    stalled: list[Raw] = []
    try:
        app.do("tick", channel="b", size=60, every_s=1 / HZ, droppable=True)
        app.until(lambda state: state["members"]["b"] == 1)
        stalled += [Raw.joined(app.port, rcvbuf=4096, framing="bare", channel="a") for _ in range(MANY)]
        app.do("tick", channel="a", size=300, every_s=1 / HZ, droppable=True)
        neighbour.lateness()
        watch(app, stalled, USUAL_S)
        usual = neighbour.lateness()
        before = app.state()
        before_kb, gone = before["rss_kb"], len(before["disconnects"])
        assert {reason for _, reason in before["disconnects"]} <= {"transport close"}

        most_kb = closed = 0
        until = time.monotonic() + STALLED_S
        while time.monotonic() < until:
            state = app.state()
            most_kb = max(most_kb, state["rss_kb"] - before_kb)
            closed = len(state["disconnects"]) - gone
            for _ in range(min(BACK_AT_ONCE, MANY + closed - len(stalled))):  # they read as little again
                stalled.append(Raw.joined(app.port, rcvbuf=4096, framing="bare", channel="a"))
            time.sleep(0.25)
        during = neighbour.lateness()
    finally:
        neighbour.go()
        for raw in stalled:
            raw.sock.close()
    each_kb = most_kb / MANY
    print(
        f"\n{MANY} stalled for {STALLED_S:.0f} s: {closed} closed, {each_kb:.1f} kB each, {usual=} {during=}"
    )
    assert closed >= MANY
    assert {reason for _, reason in app.state()["disconnects"][gone:]} >= {"slow client"}
    assert most_kb < MANY * MOST_KB
    assert during["messages"]["count"] > STALLED_S * HZ * 0.8
    allowed = max(usual["messages"]["p99"], FLOOR_MS)
    noise = max(usual["machine"]["p99"], during["machine"]["p99"])  # what the machine itself is late by
    assert during["messages"]["p99"] <= allowed + max(allowed * 0.2, noise)


def watch(app: App, all_of_them: list[Raw], seconds: float) -> None:
    """As it is later, but they read what they get: look, and let as many come in, for so long."""
    until = time.monotonic() + seconds
    for turn in itertools.count():
        if time.monotonic() > until:
            return
        if turn % 5 == 0:
            app.state()
            for _ in range(BACK_AT_ONCE):
                Raw.joined(app.port, rcvbuf=4096, framing="bare").sock.close()
        for one in all_of_them:
            with suppress(BlockingIOError):
                one.sock.recv(65536, socket.MSG_DONTWAIT)
        time.sleep(0.05)
