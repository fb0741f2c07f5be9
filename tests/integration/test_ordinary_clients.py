"""Ordinary, unmodified Socket.IO clients, from npm and python-socketio, play from docs/protocol.md alone."""

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import socketio

from tests.conftest import find
from tests.integration.conftest import NewClient
from tests.integration.serving import Server

SCRIPT = Path(__file__).with_name("ordinary_client.mjs")
LONG = {"target": 100, "rounds": 12}


@pytest.mark.needs_node
@pytest.mark.parametrize("framing", ["json", "binary"])
def test_the_npm_client_joins_chats_presses_and_follows(
    server: Server, client: NewClient, framing: str
) -> None:
    ann = client()
    place = ann.create("trails", name="Ann", options=LONG)
    node = find("needs_node")
    assert node is not None
    process = subprocess.Popen(
        [node, str(SCRIPT), server.url, framing, place.code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        ann.wait_for(lambda: len(ann.here.room["people"]) == 2, "the other to come", 20)
        ann.ready()
        ann.wait_for(lambda: ann.match.states > 0, "the match", 20)
        out, err = process.communicate(timeout=40)
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        process.kill()
        raise AssertionError(f"{error}\nthe other: {process.communicate()}") from error
    assert process.returncode == 0, err
    saw = json.loads(out)
    assert saw["welcome"]["version"] == 1
    assert "trails" in saw["welcome"]["games"]
    assert saw["keyframes"] >= 1
    assert saw["states"] >= 40
    assert saw["gaps"] == 0
    assert saw["applied"] >= 2
    assert saw["chat"] == ["hello from npm"]
    assert saw["room"]["phase"] == "live"
    assert [line["text"] for line in ann.here.chat] == ["hello from npm"]
    if framing == "json":
        assert len(saw["racers"]) == 2
        assert all(x > 0 and y > 0 for x, y in saw["racers"])


class Ordinary:
    """python-socketio's unmodified client; it knows only the names of events."""

    def __init__(self, server: Server) -> None:
        self.changed = threading.Condition()
        self.events: dict[str, list[Any]] = {}
        self.socket = socketio.Client(reconnection=False, handle_sigint=False)
        self.socket.on("*", self.take)
        self.socket.connect(server.url, auth={"version": 1, "framing": "json"}, transports=["websocket"])

    def take(self, event: str, data: Any = None) -> None:
        with self.changed:
            self.events.setdefault(event, []).append(data)
            self.changed.notify_all()

    def first(self, event: str) -> Any:
        """Wait for the first of these events."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.events.get(event), 10), self.events
            return self.events[event][0]

    def until(self, event: str, count: int) -> None:
        """Wait for this many of these events."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.events.get(event, [])) >= count, 20)


def test_python_socketio_joins_chats_presses_and_follows(server: Server, client: NewClient) -> None:
    ann = client()
    code = ann.create("trails", options=LONG).code
    bob = Ordinary(server)
    try:
        assert bob.first("welcome")["version"] == 1
        joined = bob.socket.call("join", {"code": code, "name": "Bob"})
        assert joined["ok"]
        seat = joined["room"]["people"][joined["player"]]["seat"]
        assert bob.socket.call("chat", {"text": "hello", "n": 1}) == {"ok": True, "id": 1}
        ann.start()
        keyframe = bob.first("k")
        assert set(keyframe) == {"number", "epoch", "tick", "at", "acks", "state"}
        bob.socket.emit("i", [seat, [1, keyframe["tick"], 1], [2, keyframe["tick"] + 1, 0]])
        bob.until("s", 60)
        states = [state for state in bob.events["s"] if "shift" not in state]
        assert {state["number"] for state in states} >= set(range(1, 40))
        acknowledged = {tuple(ack[:2]) for state in states for ack in state["acks"]}
        assert (seat, 2) in acknowledged
        assert ann.here.chat[0]["text"] == "hello"
        refused = bob.socket.call("start", {})
        assert (refused["ok"], refused["code"]) == (False, "not_host")
    finally:
        bob.socket.disconnect()
