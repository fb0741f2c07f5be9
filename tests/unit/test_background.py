"""A background task that ends unexpectedly ends the process."""

import logging
import re
from pathlib import Path

import gevent
import pytest
from gevent.event import Event

from game import background
from game.background import Background

ROOT = Path(__file__).parents[2]


def fails() -> None:
    raise LookupError("nothing there")


def waits() -> None:
    Event().wait()


def test_an_exception_is_logged_with_its_traceback_and_reported_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures: list[str] = []
    one = Background(lambda: failures.append("failed"))
    with caplog.at_level(logging.ERROR):
        gevent.joinall([one.start("tick loop", fails), one.start("room list", fails)], timeout=10)
    assert one.failure == "tick loop"
    assert failures == ["failed"]
    first = caplog.records[0]
    assert first.levelno == logging.CRITICAL
    assert "tick loop" in first.getMessage()
    assert first.exc_info is not None


def test_a_task_that_returns_has_failed_unless_it_may_end() -> None:
    one = Background(lambda: None)
    one.start("search", lambda: None, ends=True).join(10)
    assert one.failure is None
    one.start("tick loop", lambda: None).join(10)
    assert one.failure == "tick loop"


def test_a_task_with_restarts_is_started_again_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "RESTART_S", 0.0)
    runs: list[int] = []

    def run() -> None:
        runs.append(len(runs))
        fails()

    one = Background(lambda: None)
    one.start("room list", run, restarts=3).join(10)
    assert runs == [0, 1, 2, 3]
    assert one.failure == "room list"


def test_stopping_is_no_failure() -> None:
    one = Background(lambda: None)
    greenlet = one.start("tick loop", waits)
    gevent.sleep(0)
    one.stop()
    assert greenlet.dead
    assert one.failure is None


SHORT_LIVED = {
    "game/background.py",
    "game/cluster/gateway.py",  # wakes a room for one client, who waits for the answer
    "game/cluster/lease.py",  # asks one worker and waits
    "game/cluster/migration.py",  # sends one message to one client
    "game/cluster/node.py",  # a search, which catches what it raises
    "game/edge/handlers.py",
    "game/edge/own_matches.py",  # looks one client's matches up, and catches what it raises
    "game/edge/previews/previews.py",  # one picture, which those who asked for it wait for
    "game/edge/slow_commands.py",  # work for one client
    "game/records/continuations.py",  # work for one client
    "game/records/push.py",  # queues one message again after a while
    "game/records/writer.py",  # one pass through the spool, which the watched writer waits for
    "game/transport/engine.py",  # the transport's heartbeat, which reports its failure
    "game/transport/connection.py",  # closes one session
    "game/transport/message_queue.py",  # the publisher; the session of one client
    "game/transport/workers.py",  # waits for the end of the supervisor
    "game/transport/socketio.py",  # the end of a server, asked for by one of its handlers
    "game/app.py",  # joining, which is waited for, and the end of the worker
}


def test_nothing_is_spawned_unwatched_but_short_lived_work() -> None:
    """Background starts work that runs for ever; a file with short-lived work is listed here."""
    spawns = re.compile(r"\bgevent\.spawn|Greenlet\.spawn|start_background_task")
    files = (ROOT / "game").rglob("*.py")
    assert {str(one.relative_to(ROOT)) for one in files if spawns.search(one.read_text())} <= SHORT_LIVED
