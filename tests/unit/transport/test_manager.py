"""Clients enter and leave rooms at a cost that does not depend on how many others there are."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
import socketio
from flask import Flask

from game.transport import SocketIO
from game.transport.channel import Channel
from game.transport.engine import NO_WEBSOCKET
from game.transport.manager import ClientManager
from game.transport.message import EncodedMessage, Framing


class Unsearchable(dict[str | None, Any]):
    """Rooms that can be looked up, but not gone through."""

    def __iter__(self) -> Iterator[str | None]:
        raise AssertionError("every client has a room of its own: nobody may go through all rooms")

    copy = items = keys = values = __iter__  # type: ignore[assignment]


@pytest.fixture
def manager() -> ClientManager:
    manager = ClientManager()
    socketio.Server(client_manager=manager, async_mode="gevent")
    return manager


def enter(manager: ClientManager, number: int) -> str:
    """Let a client in, as `pre_connect` and `connect` do for one that has a session."""
    sid = f"sid {number}"
    manager.basic_enter_room(sid, "/", None, eio_sid=f"eio {number}")
    manager.basic_enter_room(sid, "/", sid, eio_sid=f"eio {number}")
    return sid


def test_a_client_that_goes_leaves_all_its_rooms_and_no_other_is_looked_at(manager: ClientManager) -> None:
    stays, goes = enter(manager, 1), enter(manager, 2)
    for sid in (stays, goes):
        manager.enter_room(sid, "/", "room")
    manager.enter_room(goes, "/", "alone")
    manager.pending_connect["/"] = [stays, goes]
    manager.pre_disconnect(goes, "/")
    manager.callbacks[goes] = {}
    assert set(manager.get_rooms(goes, "/")) == {goes, "room", "alone"}
    manager.rooms["/"] = Unsearchable(manager.rooms["/"])
    manager.basic_disconnect(goes, "/")
    manager.basic_disconnect(goes, "/")
    assert not manager.is_sid_room("/", goes)
    assert (manager.pending_connect, manager.pending_disconnect) == ({"/": [stays]}, {})
    assert manager.callbacks == {}
    assert manager.get_rooms(goes, "/") == []
    assert set(manager.get_rooms(stays, "/")) == {stays, "room"}
    manager.basic_disconnect(stays, "/")
    assert len(manager.rooms) == 0
    assert manager._entered == {}


def test_a_room_that_is_closed_is_left_by_all(manager: ClientManager) -> None:
    sids = [enter(manager, number) for number in range(3)]
    for sid in sids:
        manager.enter_room(sid, "/", "room")
        manager.enter_room(sid, "/", "room")
    manager.close_room("room", "/")
    assert [manager.get_rooms(sid, "/") for sid in sids] == [[sid] for sid in sids]
    with pytest.raises(ValueError, match="requested namespace"):
        manager.enter_room(sids[0], "/other", "room")


class Receiver:
    """A connection on long-polling, which notes what it is sent.

    Attributes:
        got: the Socket.IO packets.
    """

    def __init__(self) -> None:
        self.framing = Framing.BINARY
        self.writer = None
        self.channels: dict[str, set[Channel]] = {}
        self.namespaces = 0
        self.root_sid: str | None = None
        self.got: list[str | bytes] = []

    def set_takers(self, _bare: object, _text: object) -> None:
        pass

    def deliver(self, message: EncodedMessage, _droppable: bool) -> bool:
        self.got += [packet.data for packet in message.packets(self.framing)]
        return True


@pytest.fixture
def connect(manager: ClientManager) -> Callable[[], tuple[str, Receiver]]:
    """Lets a client with a connection into "/"; returns its sid and its connection."""
    numbers = count()

    def make() -> tuple[str, Receiver]:
        eio_sid, receiver = f"eio {next(numbers)}", Receiver()
        manager._engine.sockets[eio_sid] = receiver
        manager._engine.expect_join = lambda connection: None  # type: ignore[method-assign]
        sid = manager.connect(eio_sid, "/")
        assert sid is not None
        return sid, receiver

    return make


def test_who_comes_and_goes_between_emits_gets_what_is_sent_while_there(
    manager: ClientManager, connect: Callable[[], tuple[str, Receiver]]
) -> None:
    sids, receivers = zip(*[connect() for _ in range(3)], strict=True)
    for sid in sids[:2]:
        manager.enter_room(sid, "/", "tea")
    manager.emit("all", 1, "/")
    manager.emit("tea", 2, "/", room="tea")
    late, last = connect()
    manager.enter_room(late, "/", "tea")
    manager.leave_room(sids[0], "/", "tea")
    manager.emit("all", 3, "/")
    manager.emit("tea", 4, "/", room="tea")
    manager.emit("others", 5, "/", room="tea", skip_sid=late)
    manager.basic_disconnect(sids[1], "/")
    manager.emit("tea", 6, "/", room="tea")
    assert [one.got for one in receivers] == [
        ['2["all",1]', '2["tea",2]', '2["all",3]'],
        ['2["all",1]', '2["tea",2]', '2["all",3]', '2["tea",4]', '2["others",5]'],
        ['2["all",1]', '2["all",3]'],
    ]
    assert last.got == ['2["all",3]', '2["tea",4]', '2["tea",6]']


def test_rooms_that_are_emitted_to_leave_nothing_behind_at_those_who_stay(
    manager: ClientManager, connect: Callable[[], tuple[str, Receiver]]
) -> None:
    stays, receiver = connect()
    manager.enter_room(stays, "/", "tea")
    for number in range(20):
        comes, _ = connect()
        manager.enter_room(comes, "/", "tea")
        manager.emit("all", number, "/")
        manager.emit("tea", number, "/", room="tea")
        manager.basic_disconnect(comes, "/")
    assert len(receiver.got) == 40
    assert not receiver.channels.get(stays), "the rooms have one client now, and need no channel"
    assert manager._rooms == {}


@pytest.mark.parametrize("environ", [{}, {"wsgi.websocket": object()}])
def test_another_server_gets_one_sentence_that_says_what_to_start(
    environ: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    app = Flask("app")
    SocketIO(app)
    for _ in range(2):
        answer = app.test_client().get(
            "/socket.io/?EIO=4&transport=websocket",
            headers={"Upgrade": "websocket", "Connection": "Upgrade"},
            environ_overrides=environ,
        )
        assert answer.status_code == 400
        assert "rumpus serve module:socketio" in answer.get_data(as_text=True)
    assert [one.message for one in caplog.records if "hands no WebSocket over" in one.message] == [
        NO_WEBSOCKET
    ]
