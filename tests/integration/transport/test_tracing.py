"""Spans of connects and events, in one worker and from one to the other."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.cluster.processes import RedisServer
from tests.integration.serving import ROOT
from tests.integration.transport.test_drop_in import free_port, until

APP = Path(__file__).with_name("traced_app.py")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


class Traced:
    """A running app, and its spans so far."""

    def __init__(self, url: str, out: Path) -> None:
        self.url = url
        self._out = out

    def spans(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self._out.read_text().splitlines() if line.startswith("{")]
        return [one for one in lines if one["name"] == f"socketio {name}"]

    def waits_for(self, name: str, holds: Callable[[list[dict[str, Any]]], object] = bool) -> dict[str, Any]:
        until(lambda: holds(self.spans(name)), f"a span {name} in {self._out.read_text()}")
        return self.spans(name)[-1]


@contextmanager
def traced(out: Path, *queue: str) -> Iterator[Traced]:
    port = free_port()
    with out.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, str(APP), str(port), *queue], stdout=file, stderr=file, cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    try:
        until(answers, f"the app: {out.read_text()}")
        yield Traced(url, out)
    finally:
        process.terminate()
        process.wait(10)


def test_connects_and_events_are_spans_and_continue_the_trace_of_the_handshake(tmp_path: Path) -> None:
    with traced(tmp_path / "spans") as app:
        client = socketio.Client()
        client.connect(
            app.url,
            headers={"traceparent": f"00-{TRACE}-{PARENT}-01"},
            transports=["websocket"],
            namespaces=["/", "/score"],
        )
        connects = [one for one in [app.waits_for("connect", lambda found: len(found) == 2)] if one]
        assert {(one["trace"], one["parent"]) for one in app.spans("connect")} == {(TRACE, PARENT)}
        assert connects[0]["failed"] is False
        assert client.call("shout", "x") == "done"
        shout = app.waits_for("shout")
        assert (shout["namespace"], shout["parent"], shout["failed"]) == ("/", None, False)
        client.emit("fail")
        assert app.waits_for("fail")["failed"]
        assert client.call("add", 3, namespace="/score") == 3
        assert app.waits_for("add")["namespace"] == "/score"
        client.emit("x" * 50)
        app.waits_for("unknown")
        assert not app.spans("x" * 50), "a client must not choose the names of spans"
        client.disconnect()
        app.waits_for("disconnect")


@pytest.mark.needs_redis
def test_a_trace_goes_on_in_the_worker_that_an_event_crosses_to(tmp_path: Path) -> None:
    with (
        RedisServer(tmp_path / "redis") as redis,
        traced(tmp_path / "first", redis.url) as first,
        traced(tmp_path / "second", redis.url) as second,
    ):
        heard: list[object] = []
        ann, bob = socketio.Client(), socketio.Client()
        bob.on("shouted", heard.append)
        for one, app in ((ann, first), (bob, second)):
            one.connect(app.url, transports=["websocket"])
        # The second worker may not listen yet.
        until(lambda: ann.call("shout", "x") == "done" and heard, "an event at the other worker")
        delivered = second.waits_for("deliver")
        assert (delivered["trace"], delivered["parent"]) in {
            (one["trace"], one["span"]) for one in first.spans("shout")
        }
        assert not first.spans("deliver"), "an own event is not delivered twice"
        for one in (ann, bob):
            one.disconnect()
