"""One app, unchanged, under Flask-SocketIO's own transport and under ours: clients see the same."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.cluster.processes import RedisServer
from tests.integration.serving import ROOT

EXAMPLE = ROOT / "docs/examples/chat.py"
WAIT_S = 30.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def chat(log: Path, **environ: str) -> Iterator[str]:
    """The example, served; yields its address."""
    port = free_port()
    with log.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, str(EXAMPLE)],
            env={**os.environ, "PORT": str(port), "PYTHONPATH": str(ROOT), **environ},
            stdout=out,
            stderr=out,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(url), f"the example: {log.read_text()}")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.read() == b"<h1>Chat</h1>")
    except OSError:
        return False


def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, f"not within {WAIT_S} s: {what}"
        time.sleep(0.02)


def has_word(log: Path, word: str) -> bool:
    return word in log.read_text()


class Someone:
    """A client that notes all events."""

    def __init__(self, url: str, transport: str, name: str = "") -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", lambda event, *data: self.heard.append((event, *data)))
        self.client.on("*", lambda event, *data: self.heard.append((event, *data)), namespace="/score")
        self.client.connect(
            url, transports=[transport], auth={"name": name}, namespaces=["/", "/score"], wait_timeout=20
        )

    def call(self, event: str, *data: object, namespace: str = "/") -> Any:
        return self.client.call(event, data if len(data) != 1 else data[0], namespace=namespace, timeout=20)

    def hears(self, *event: object) -> None:
        until(lambda: event in self.heard, f"{event} in {self.heard}")


def transcript(url: str, transport: str) -> list[Any]:
    """What two people see who use everything of the app."""
    lines: list[Any] = []
    ann, bob = Someone(url, transport, "Ann"), Someone(url, transport)
    for one, name in ((ann, "Ann"), (bob, "Bob")):
        one.client.emit("join", {"room": "tea", "name": name})
        ann.hears("joined", {"name": name, "rooms": ["tea"]})
    lines.append(ann.call("say", {"room": "tea", "text": "hällo 🙂"}))
    bob.hears("said", {"room": "tea", "text": "hällo 🙂"})
    ann.client.emit("shout", ("one", 2, None))
    bob.hears("shouted", "one", 2, None)
    ann.client.emit("picture", bytes(range(256)) * 8)
    bob.hears("picture", {"bytes": bytes(range(256)) * 8, "size": 2048})
    ann.client.emit("count", 5)
    ann.hears("number", 5)
    ann.client.emit("fail")
    ann.hears("failed", "this handler always fails")
    lines.append(ann.call("add", 3, namespace="/score"))
    lines.append(bob.call("leave", {"room": "tea", "name": "Bob"}))
    ann.hears("left", "Bob")
    lines.append(ann.call("say", {"room": "tea", "text": "alone"}))
    lines.append(bob.call("say", {"room": "x" * 100_000, "text": "long"}))
    for one in (ann, bob):
        lines.append(one.heard)
        one.client.disconnect()
    return lines


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chat")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_clients_see_what_they_see_under_flask_socketio(folder: Path, transport: str) -> None:
    with chat(folder / "stock.log", STOCK="1") as stock, chat(folder / "ours.log") as ours:
        expected = transcript(stock, transport)
        assert transcript(ours, transport) == expected
    assert len(expected) == 7


def test_a_large_message_goes_up_and_comes_down(folder: Path) -> None:
    with chat(folder / "large.log") as url:
        ann = Someone(url, "websocket")
        picture = os.urandom(700_000)
        for _ in range(3):
            ann.client.emit("picture", picture)
        until(lambda: len(ann.heard) == 4, "three large pictures")
        assert ann.heard[-1] == ("picture", {"bytes": picture, "size": 700_000})
        ann.client.disconnect()


@pytest.mark.needs_redis
def test_workers_share_rooms_over_redis_which_may_go_away(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis:
        queue = {"QUEUE": redis.url}
        with chat(tmp_path / "a.log", **queue) as first, chat(tmp_path / "b.log", **queue) as second:
            ann, bob = Someone(first, "websocket"), Someone(second, "websocket")
            for one, name in ((ann, "Ann"), (bob, "Bob")):
                one.client.emit("join", {"room": "tea", "name": name})
            ann.hears("joined", {"name": "Bob", "rooms": ["tea"]})
            assert ann.call("say", {"room": "tea", "text": "over there"}) == {"length": 10}
            bob.hears("said", {"room": "tea", "text": "over there"})
            ann.client.emit("picture", b"\x00\xff")
            bob.hears("picture", {"bytes": b"\x00\xff", "size": 2})

            outside = socketio.RedisManager(redis.url, channel="flask-socketio", write_only=True)
            outside.emit("news", {"raw": b"\x01"}, namespace="/", room="tea")
            for one in (ann, bob):
                one.hears("news", {"raw": b"\x01"})

            # A listener that connects again silently would miss events, and nobody would know.
            with socket.create_connection(
                ("127.0.0.1", int(redis.url.rsplit(":", 1)[1].split("/")[0]))
            ) as sock:
                sock.sendall(b"CLIENT KILL TYPE pubsub\r\n")
                assert sock.recv(100) == b":2\r\n"
            for log in (tmp_path / "a.log", tmp_path / "b.log"):
                for word in ("cannot listen", "Redis is back"):
                    until(partial(has_word, log, word), f"{word} in {log}")

            redis.kill()
            ann.client.emit("shout", "while it is away")
            ann.hears("shouted", "while it is away")
            redis.start()
            bob.hears("shouted", "while it is away")
            bob.client.emit("shout", "again")
            ann.hears("shouted", "again")
            for one in (ann, bob):
                one.client.disconnect()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("async_mode='threading'", "needs async_mode"),
        ("message_queue='kafka://x'", "message_queue must begin with"),
        ("client_manager=object()", "client_manager must be"),
    ],
)
def test_an_option_that_is_not_there_is_one_clear_error(options: str, sentence: str) -> None:
    program = f"from flask import Flask; from game.transport import SocketIO; SocketIO(Flask('x'), {options})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert sentence in done.stderr.splitlines()[-1]


STOPPING = """
from flask import Flask
from game.transport import SocketIO

app = Flask("app")
socketio = SocketIO(app)


@app.get("/stop")
def stop():
    socketio.stop()
    return "stopping"


socketio.run(app, port={port})
"""


def test_a_handler_may_stop_the_server_and_is_answered() -> None:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", STOPPING.format(port=port)], cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        said: list[bytes] = []

        def asked() -> bool:
            try:
                with urllib.request.urlopen(f"{url}/stop", timeout=20) as response:
                    said.append(response.read())
            except urllib.error.URLError:
                return False  # it does not listen yet
            return True

        until(asked, "an answer")
        assert said == [b"stopping"]
        assert process.wait(20) == 0
    finally:
        process.kill()
