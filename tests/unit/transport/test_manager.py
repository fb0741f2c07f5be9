"""Clients enter and leave rooms at a cost that does not depend on how many others there are."""

from collections.abc import Iterator
from typing import Any

import pytest
import socketio

from game.transport.manager import ClientManager


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
