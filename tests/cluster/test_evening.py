"""The tally, the playlist and an open vote outlive the worker that owns their room, killed by SIGKILL."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from game.client import Client, Refused
from tests.cluster.processes import RedisServer, WorkerProcess, until

pytestmark = [pytest.mark.needs_redis, pytest.mark.timeout(120)]

SETTINGS = {"RUMPUS_GAMES__ENABLED": "trails,fuse,lastcard", "RUMPUS_ROOMS__COUNTDOWN_S": "0"}
VOTED = b"votes\x81\xa2p2\xa6trails"
"""Bob's vote in a frozen room."""


def is_saved(calls: "redis.Redis", code: str) -> bool:
    """Whether Bob's vote is in Redis."""
    for key in calls.keys(f"*{code}*"):
        kind = calls.type(key)
        found = [calls.get(key)] if kind == b"string" else []
        if kind == b"hash":
            found = list(calls.hgetall(key).values())
        if any(VOTED in value for value in found if value):
            return True
    return False


def test_the_evening_outlives_its_worker(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(RedisServer(tmp_path / "redis"))

        def worker(name: str) -> WorkerProcess:
            one = stack.enter_context(WorkerProcess(tmp_path, server.url, name, **SETTINGS))
            until(one.ready, name, 60)
            return one

        first, second = worker("a"), worker("b")

        def client(at: WorkerProcess, device: str | None = None) -> Client:
            one = Client(at.url, device=device)
            stack.callback(one.close)
            return one.connect()

        ann, bob = client(first), client(second)
        ann.create("lastcard", name="Ann")
        code = ann.here.code
        bob.join(code, name="Bob")  # by way of the other worker
        ann.playlist([{"game": "lastcard", "matches": 2}, {"game": "fuse"}])
        ann.start()
        until(lambda: bob.here.phase == "live", "the match")
        ann.end()
        until(lambda: bob.here.phase == "results", "the results")
        ann.poll(open=True)
        bob.vote("trails")
        calls = server.calls()

        until(lambda: is_saved(calls, code), "the vote in Redis")
        before = bob.here.room
        assert before["results"]["ended"] is True
        assert sorted(one["points"] for one in before["evening"]["standings"].values()) == [7, 10]
        assert before["playlist"]["played"] == 1

        first.process.kill()
        first.process.wait(10)
        ann = client(second, device=ann.device)

        def joined() -> bool:
            try:
                ann.join(code)
            except Refused as refused:
                if refused.code not in ("busy", "no_room"):
                    raise
                return False
            return True

        until(joined, "the room at the other worker")
        after: dict[str, Any] = ann.here.room
        for key in ("evening", "playlist"):
            assert after[key] == before[key]
        assert after["results"]["places"] == before["results"]["places"]
        assert after["poll"]["votes"] == {"p2": "trails"}
        ann.vote("trails")
        until(lambda: "poll" not in ann.here.room, "the end of the vote")
        until(lambda: ann.here.phase == "lobby", "the lobby", 30)
        assert ann.here.room["game"] == "trails"
