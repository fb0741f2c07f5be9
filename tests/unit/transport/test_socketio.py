"""Which options make which parts, and what is refused."""

from typing import Any

import pytest
from flask import Flask

from game.transport import ClientManager, SlowClientLimits, SocketIO
from game.transport.message_queue import MOST_WAITING_BYTES, QueueManager
from game.transport.sampling import log_failure


def test_an_app_has_flask_socketios_limits_unless_it_sets_others() -> None:
    socketio = SocketIO(Flask("app"))
    assert socketio.server.eio.max_http_buffer_size == 1_000_000
    socketio = SocketIO(Flask("app"), max_http_buffer_size=77)
    assert socketio.server.eio.max_http_buffer_size == 77
    assert type(socketio.manager) is ClientManager


def test_a_manager_of_ones_own_is_kept() -> None:
    mine = ClientManager(SlowClientLimits(max_queued_bytes=1), max_payload_bytes=99)
    socketio = SocketIO(Flask("app"), client_manager=mine, max_http_buffer_size=77)
    assert socketio.manager is mine
    assert socketio.server.eio.max_http_buffer_size == 99
    with pytest.raises(ValueError, match="not both"):
        SocketIO(Flask("app"), client_manager=ClientManager(), message_queue="redis://")


def test_an_app_may_be_given_later_and_again() -> None:
    socketio = SocketIO()
    socketio.init_app(Flask("app"))
    assert type(socketio.manager) is ClientManager
    socketio.init_app(Flask("other"), message_queue="redis://", channel="mine")
    assert type(socketio.manager) is QueueManager
    assert callable(socketio.manager.channel)


def test_what_needs_an_app_says_so_without_one() -> None:
    for call in (lambda: SocketIO().manager, lambda: SocketIO().run(Flask("app"))):
        with pytest.raises(RuntimeError, match="there is no app yet"):
            call()


@pytest.mark.parametrize("queue", [None, "redis://127.0.0.1:1"])
def test_an_app_may_be_given_after_the_queue(queue: str | None) -> None:
    socketio = SocketIO(message_queue=queue)
    for _ in range(2):
        socketio.init_app(Flask("app"))
        assert type(socketio.manager) is (QueueManager if queue else ClientManager)
    mine = ClientManager()
    socketio.init_app(Flask("app"), client_manager=mine, message_queue=None)
    assert socketio.manager is mine


def test_what_waits_for_redis_is_bounded_and_the_oldest_goes_first() -> None:
    socketio = SocketIO(Flask("app"), message_queue="redis://127.0.0.1:1")
    manager = socketio.manager
    assert isinstance(manager, QueueManager)
    for number in range(20):
        manager.emit("big", f"{number:02}" + "x" * (1 << 20), namespace="/")
    waiting = [bytes(one) for one in manager._waiting]
    assert sum(map(len, waiting)) <= MOST_WAITING_BYTES
    assert manager.dropped == 20 - len(waiting)
    assert b'"19xxx' in waiting[-1]


@pytest.mark.parametrize("option", [{"keyfile": "k", "certfile": "c"}, {"backlog": 5}])
def test_an_option_of_another_server_is_one_clear_error(option: dict[str, Any]) -> None:
    app = Flask("app")
    with pytest.raises(ValueError, match=r"TLS|backlog"):
        SocketIO(app).run(app, port=0, **option)


def test_the_author_of_an_app_reads_once_why_a_request_was_refused(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask(__name__)
    SocketIO(app)
    for _ in range(2):
        answer = app.test_client().get(
            "/socket.io/?EIO=4&transport=polling", headers={"Origin": "http://evil.example"}
        )
        assert answer.status_code == 400
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1
    assert "http://evil.example is not an accepted origin" in told[0].getMessage()


def test_a_failure_of_the_application_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    def handler() -> None:
        raise KeyError("test_only_here")

    with pytest.raises(KeyError) as caught:
        handler()
    log_failure("connect handler", caught.value)
    log_failure("connect handler", caught.value)
    assert len(caplog.records) == 1
    assert "in handler" in caplog.text
