"""The list of open rooms has its own namespace: players in a match do not receive it."""

import threading
from collections.abc import Callable
from typing import Any

import socketio

from tests.integration.conftest import NewClient
from tests.integration.serving import Server


class Watcher:
    """A subscriber of the list with an ordinary Socket.IO client."""

    def __init__(self, server: Server) -> None:
        self.changed = threading.Condition()
        self.received: list[dict[str, Any]] = []
        self.socket = socketio.Client(reconnection=False, handle_sigint=False)
        self.socket.on("rooms", self.take, namespace="/lobby")
        self.socket.connect(server.url, namespaces=["/lobby"], transports=["websocket"])

    def take(self, data: dict[str, Any]) -> None:
        with self.changed:
            self.received.append(data)
            self.changed.notify_all()

    def until(self, holds: Callable[[list[dict[str, Any]]], object]) -> None:
        """Wait until the list fits."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.received and holds(self.received[-1]["rooms"]), 10), (
                self.received[-1:]
            )


def test_the_list_comes_at_once_and_whenever_it_changes(server: Server, client: NewClient) -> None:
    ann, bob = client(), client()
    place = ann.create("trails", private=False, name="Lister")
    watcher = Watcher(server)

    def listed(rooms: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [room for room in rooms if room["code"] == place.code]

    try:
        watcher.until(listed)
        room = listed(watcher.received[-1]["rooms"])[0]
        assert (room["game"], room["phase"], room["people"], room["name"]) == ("trails", "lobby", 1, "Lister")
        assert watcher.received[-1]["online"] >= 2
        bob.join(place.code)
        ann.add_bot()
        watcher.until(lambda rooms: [(room["people"], room["bots"]) for room in listed(rooms)] == [(2, 1)])
        ann.start()
        watcher.until(lambda rooms: [room["phase"] for room in listed(rooms)] == ["live"])
        ann.lock(private=True)
        watcher.until(lambda rooms: not listed(rooms))
    finally:
        watcher.socket.disconnect()
    assert not any(event == "rooms" for event, _ in ann.said)


def test_a_private_room_is_never_listed(server: Server, client: NewClient) -> None:
    place = client().create("trails")
    public = client().create("trails", private=False)
    watcher = Watcher(server)
    try:
        watcher.until(lambda rooms: public.code in {room["code"] for room in rooms})
        assert all(place.code != room["code"] for data in watcher.received for room in data["rooms"])
    finally:
        watcher.socket.disconnect()


def test_the_list_takes_no_commands(server: Server) -> None:
    watcher = Watcher(server)
    try:
        watcher.until(lambda _rooms: True)
        watcher.socket.emit("create", {}, namespace="/lobby")
        watcher.until(lambda _rooms: watcher.socket.connected)
    finally:
        watcher.socket.disconnect()
