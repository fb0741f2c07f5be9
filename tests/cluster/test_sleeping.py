"""A match that sleeps wakes at another worker, also when its own was killed and Redis is empty."""

import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from game.client import Client, Refused
from tests.cluster.processes import RedisServer, WorkerProcess, until
from tests.integration.test_sleeping import NIM, follows, take

pytestmark = [pytest.mark.needs_redis, pytest.mark.timeout(180)]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis") as one:
        yield one


def rows(folder: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "records.db")) as database:
        return list(database.execute("select code, worker, epoch from sleeping"))


def test_sleep_at_one_worker_wake_at_another(redis_server: RedisServer, tmp_path: Path) -> None:
    games = tmp_path / "games"
    games.mkdir()
    shutil.copy(NIM, games)
    settings = {
        "RUMPUS_GAMES__FOLDERS": str(games),
        "RUMPUS_GAMES__ENABLED": "trails,nim",
        "RUMPUS_ROOMS__SLEEP_AFTER_S": "0",
        "RUMPUS_ROOMS__COUNTDOWN_S": "0",
        "RUMPUS_LIMITS__COMMAND_RATE_PER_S": "500",
        "RUMPUS_LIMITS__COMMAND_BURST": "500",
        "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
    }
    with ExitStack() as stack:

        def worker(name: str) -> WorkerProcess:
            one = stack.enter_context(WorkerProcess(tmp_path, redis_server.url, name, **settings))
            until(one.ready, name, 60)
            return one

        def client(at: WorkerProcess, **options: Any) -> Client:
            one = Client(at.url, **options)
            stack.callback(one.close)
            return one.connect()

        first, second = worker("a"), worker("b")
        ann = client(first)
        ann.create("nim", name="Ann")
        code, device = ann.here.code, ann.device
        with urllib.request.urlopen(f"{second.url}/r/{code}", timeout=30) as answer:
            assert "Ann invites you: Nim" in answer.read().decode(), "a link may reach any worker"
        bob = client(second)
        bob.join(code, name="Bob")
        ann.start()
        for one in (ann, bob):
            until(lambda here=one: follows(here), "the match")  # type: ignore[misc]
        take(ann, 1)
        take(bob, 2)
        ann.close()
        bob.close()
        until(lambda: [worker for _, worker, _ in rows(tmp_path)] == [""], "sleep")
        calls = redis_server.calls()
        until(lambda: not list(calls.scan_iter(f"*{code}*")), "Redis without the room")
        epoch = rows(tmp_path)[0][2]

        first.process.kill()
        first.process.wait(10)
        calls.flushall()
        ann = client(second, device=device)

        def joined() -> bool:
            try:
                ann.join(code)
            except Refused as refused:
                if refused.code != "busy":
                    raise
                return False
            return True

        until(joined, "the match at the other worker")
        until(lambda: follows(ann), "the match")
        assert ann.match.state["sticks"] == 18
        assert ann.here.seat == 0
        take(ann, 4)
        assert rows(tmp_path)[0][2] > epoch
        assert rows(tmp_path)[0][1].startswith("b-")

        # The second worker is killed while the room is awake, and Redis forgets it: the last move is there.
        until(lambda: ann.matches().matches[0].turn == ["Bob"], "the turn in the database")
        second.process.kill()
        second.process.wait(10)
        calls.flushall()
        third = worker("c")
        ann = client(third, device=device)
        until(joined, "the match at the third worker")
        until(lambda: follows(ann), "the match")
        assert ann.match.state["sticks"] == 15
