"""A connection that has ended is out of memory at once, without the garbage collector, however it ended.

Closed connections that wait for a collection fill the memory, and the collection stops every match.
"""

import json
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.transport.raw import WEBSOCKET, Polling, Raw

ROOT = Path(__file__).parents[3]
VISITS = 12


class CountedWorker:
    """A running counted_worker."""

    def __init__(self, log: Path, **settings: str) -> None:
        self._log = log
        with log.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.transport.counted_worker", json.dumps(settings)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, log.read_text()
        self.port = int(line)

    def ask(self, path: str) -> dict[str, Any]:
        """What it answers to a GET."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def objects(self) -> Counter[str]:
        """How many objects there are by class, once nobody is connected but the one who asks."""
        deadline = time.monotonic() + 20
        while True:
            told = self.ask("/objects")
            if told["connections"] == 1:
                return Counter(told["objects"])
            assert time.monotonic() < deadline, f"connections stay: {told}"
            time.sleep(0.05)

    def more_than(self, before: Counter[str], times: int) -> dict[str, int]:
        """By how much the classes have grown that have grown `times` or more; waits until there are none."""
        deadline = time.monotonic() + 5
        while True:
            grown = {name: more for name, more in (self.objects() - before).items() if more >= times}
            if not grown or time.monotonic() > deadline:
                return grown
            time.sleep(0.05)

    def end(self) -> None:
        """End it; it must not have complained."""
        self._process.terminate()
        try:
            assert self._process.wait(15) == 0
        finally:
            self._process.kill()
            assert self._process.stdout is not None
            self._process.stdout.close()
        assert "Traceback" not in self._log.read_text()


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountedWorker]:
    one = CountedWorker(tmp_path_factory.mktemp("counted") / "worker.log")
    yield one
    one.end()


def cut(sock: socket.socket) -> None:
    """Close with a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


# --- ways to come and go --------------------------------------------------------------------------


def joined_and_gone(port: int) -> None:
    with Raw.joined(port):
        pass


def joined_and_reset(port: int) -> None:
    with Raw.joined(port) as raw:
        cut(raw.sock)


def said_goodbye(port: int) -> None:
    with Raw.joined(port, framing="bare") as raw:
        raw.send(8, b"\x03\xe8")
        assert raw.is_closed()


def said_goodbye_to_the_namespace(port: int) -> None:
    with Raw.joined(port) as raw:
        raw.text("41")
        raw.text("1")
        assert raw.is_closed()


def never_joined(port: int) -> None:
    with Raw.upgraded(port):
        pass


def broke_the_protocol(port: int) -> None:
    with Raw.joined(port) as raw:
        raw.sock.sendall(b"\x81\x05hello")
        assert raw.is_closed()


def sent_nonsense(port: int) -> None:
    with Raw.joined(port) as raw:
        raw.text("42{}")
        assert raw.is_closed()


def sent_half_a_message(port: int) -> None:
    with Raw.joined(port) as raw:
        raw.send(1, b"42[", fin=False)


def gave_orders(port: int) -> None:
    with Raw.joined(port, framing="json") as raw:
        raw.text('420["clock",{"client":1}]')
        while not raw.packet().startswith("430"):
            pass


def was_refused(port: int) -> None:
    with Raw.upgraded(port) as raw:
        raw.text('40{"version":99}')
        assert raw.packet().startswith("44")


def handshake_reset(port: int) -> None:
    with Raw(port) as raw:
        raw.sock.sendall(raw.request(WEBSOCKET))
        cut(raw.sock)


def handshake_left(port: int) -> None:
    with Raw(port) as raw:
        raw.sock.sendall(raw.request(WEBSOCKET))


def upgrade_refused(port: int) -> None:
    with Raw(port) as raw:
        raw.sock.sendall(raw.request(WEBSOCKET, Sec_WebSocket_Version="12"))
        assert raw.read_head().startswith(b"HTTP/1.1 426 ")


def half_a_head(port: int) -> None:
    with Raw(port) as raw:
        raw.sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")


def polled(port: int) -> None:
    polling = Polling(port)
    polling.post("40")
    polling.get()
    polling.post("1")


def opened(port: int) -> tuple[Polling, Raw]:
    """A session on long-polling, and a WebSocket that wants to take it over."""
    polling = Polling(port)
    polling.post("40")
    polling.get()
    raw = Raw.upgraded(port, f"{WEBSOCKET}&sid={polling.sid}")
    return polling, raw


def upgraded(port: int) -> None:
    _, raw = opened(port)
    with raw:
        raw.text("2probe")
        assert raw.frame() == (1, b"3probe")
        raw.text("5")
        raw.text('420["clock",{"client":1}]')
        while not raw.packet().startswith("430"):
            pass


def upgrade_aborted(port: int) -> None:
    polling, raw = opened(port)
    with raw:
        raw.text("2probe")
        assert raw.frame() == (1, b"3probe")
        cut(raw.sock)
    polling.post("1")


def upgrade_never_begun(port: int) -> None:
    polling, raw = opened(port)
    with raw:
        polling.post("1")
        assert raw.is_closed()


WAYS = [
    joined_and_gone, joined_and_reset, said_goodbye, said_goodbye_to_the_namespace, never_joined,
    broke_the_protocol, sent_nonsense, sent_half_a_message, gave_orders, was_refused, handshake_reset,
    handshake_left, upgrade_refused, half_a_head, polled, upgraded, upgrade_aborted, upgrade_never_begun,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_closed_connection_leaves_nothing_in_memory(
    counted: CountedWorker, way: Callable[[int], None]
) -> None:
    for _ in range(2):
        way(counted.port)
    before = counted.objects()
    counted.ask("/garbage")
    for _ in range(VISITS):
        way(counted.port)
    assert counted.more_than(before, VISITS // 2) == {}
    assert counted.ask("/garbage")["unreachable"] < VISITS


def test_an_open_websocket_keeps_nothing_of_its_request(counted: CountedWorker) -> None:
    def more() -> Counter[str]:
        return Counter(counted.ask("/objects")["objects"]) - before

    before = counted.objects()
    with ExitStack() as stack:
        for _ in range(VISITS):
            stack.enter_context(Raw.joined(counted.port))
        deadline = time.monotonic() + 3  # the server pings later, and nobody answers
        while (left := more())["Handler"] or left["Connection"] < VISITS:
            assert time.monotonic() < deadline, left
        assert left["OldMessage"] == 0, "the headers"
