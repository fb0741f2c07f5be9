"""Emits of other workers to rooms without a client here are not decoded: which ones those are."""

import json
from typing import Any

import pytest
import socketio

from game.transport.message_queue import MOST_TAIL, QueueManager
from game.transport.recovery import RecoveryLimits


class Stock(socketio.PubSubManager):
    """python-socketio's own manager, whose messages are kept as it would publish them."""

    name = "kept"

    def __init__(self) -> None:
        super().__init__()
        self.published: list[bytes] = []

    def _publish(self, data: dict[str, Any]) -> None:
        self.published.append(json.dumps(data).encode())

    def _handle_emit(self, message: dict[str, Any]) -> None:
        """Nothing: it has no clients."""


def tail_of(data: object, **where: Any) -> bytes:
    """The end of what a stock worker publishes for an emit."""
    stock = Stock()
    stock.set_server(socketio.Server())
    stock.emit("said", data, **{"namespace": "/", "room": "red", **where})
    return stock.published[0][-MOST_TAIL:]


@pytest.fixture
def here() -> QueueManager:
    """A worker with a client in the room "red"."""
    manager = QueueManager("redis://127.0.0.1:1")
    manager.set_server(socketio.Server(async_mode="gevent"))
    manager.basic_enter_room("sid", "/", "red", eio_sid="e")
    return manager


def is_nothing(manager: QueueManager, tail: bytes) -> bool:
    return manager._is_nothing_here(tail)


@pytest.mark.parametrize("data", ["hello", {"a": [1, 2]}, ("x", "y"), None])
def test_an_emit_to_a_room_without_clients_here_is_nothing(here: QueueManager, data: object) -> None:
    assert is_nothing(here, tail_of(data, room="blue"))
    assert is_nothing(here, tail_of(data, namespace="/admin"))
    assert is_nothing(here, tail_of(data, room="blue", skip_sid="sid"))


def test_an_emit_that_may_be_for_somebody_here_is_decoded(here: QueueManager) -> None:
    assert not is_nothing(here, tail_of("hello"))
    assert not is_nothing(here, tail_of("hello", skip_sid="other"))
    assert not is_nothing(here, tail_of("hello", room=None))  # the whole namespace
    assert not is_nothing(here, tail_of("hello", room=["blue", "red"]))
    assert not is_nothing(here, tail_of("hello", room="blü"))  # written with an escape
    assert not is_nothing(here, tail_of("hello", room=5))
    assert not is_nothing(here, tail_of(b"bytes"))


def test_bytes_of_another_process_that_are_no_utf_8_are_left_to_the_decoder(here: QueueManager) -> None:
    raw = tail_of("hello", room="blue").replace(b"blue", b"bl\xff")
    assert not is_nothing(here, raw)


def test_no_event_can_look_like_the_end_of_a_message(here: QueueManager) -> None:
    end = tail_of("x", room="blue").decode()[1:]
    assert not is_nothing(here, tail_of(end))
    assert not is_nothing(here, tail_of({end: end}))
    assert not is_nothing(here, tail_of("x", skip_sid=end))


def test_a_worker_that_keeps_missed_events_decodes_all() -> None:
    manager = QueueManager("redis://127.0.0.1:1", recovery=RecoveryLimits())
    manager.set_server(socketio.Server(async_mode="gevent"))
    assert not is_nothing(manager, tail_of("hello", room="blue"))
