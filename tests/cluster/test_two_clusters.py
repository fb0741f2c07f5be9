"""Two clusters in one Redis: they hear nothing of each other, or say that something is wrong."""

import threading
from pathlib import Path
from typing import Any

import pytest

from game import cli
from game.edge.message_queue import MessageQueue
from tests.cluster.processes import RedisServer, WorkerProcess, until

pytestmark = [pytest.mark.needs_redis, pytest.mark.timeout(300)]


class Clients:
    """What the clients of one worker are sent."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def emit(self, event: str, data: Any, **_: object) -> None:
        self.heard.append(f"{event} {data['message']}")


def worker_at(url: str) -> Clients:
    """The end of the message queue at a worker that uses this Redis."""
    clients = Clients()
    queue = MessageQueue(url, "main", clients)  # type: ignore[arg-type]
    threading.Thread(target=queue.run, daemon=True).start()
    return clients


def test_announcements_stay_in_their_database(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        third = redis.url.removesuffix("/0") + "/3"
        here, there = worker_at(redis.url), worker_at(third)
        channels: Any = redis.calls().pubsub_channels
        until(lambda: len(channels("g:main:*")) == 2, "both to listen")
        for url, text in ((redis.url, "one"), (third, "three"), (redis.url, "two")):
            assert cli.main(["announce", text, "--redis", url]) == 0
        until(lambda: len(here.heard) >= 2 and there.heard, "the announcements")
        assert here.heard == ["notice one", "notice two"]
        assert there.heard == ["notice three"]


def test_workers_of_one_world_with_different_secrets_name_each_other(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with (
        RedisServer(tmp_path / "redis") as redis,
        WorkerProcess(tmp_path, redis.url, "w1") as one,
        WorkerProcess(tmp_path / "other", redis.url, "w2") as two,
    ):
        until(lambda: one.lines("worker w2-", "has another secret"), "the first to notice", 60)
        until(lambda: two.lines("worker w1-", "has another secret"), "the second to notice", 60)
        assert len(one.lines("has another secret")) == 1
