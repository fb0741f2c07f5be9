"""A Redis that cannot be used, at the start of a worker and later: the cause is named, the worker obeys."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.cluster.redis_errors import explain
from game.cluster.redis_store import RedisStore
from game.cluster.store import StoreDown
from game.devtools.local_cluster import free_port
from tests.cluster.processes import RedisServer, WorkerProcess, until

pytestmark = pytest.mark.needs_redis

PASSWORD = "correct-horse"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis with a password, one database, and a user that may do next to nothing."""
    with RedisServer(tmp_path_factory.mktemp("redis"), "--databases", "1", password=PASSWORD) as one:
        one.calls().execute_command("ACL", "SETUSER", "guest", "on", ">guest", "+hello", "~*", "&*")  # type: ignore[no-untyped-call]
        yield one


@pytest.fixture(scope="module")
def open_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that lets everybody in."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as one:
        yield one


def trouble_with(url: str) -> str:
    """What a worker that begins to use this Redis says of it."""
    store = RedisStore(url, "test")
    try:
        store.world_us()
        store.heartbeat("a.1", b"{}", 1000, first=True)
        store.publish([("a", b"")])
    except StoreDown as down:
        return str(down)
    raise AssertionError("there is nothing wrong with it")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("redis://127.0.0.1:{port}/0", ["password", "NOAUTH"]),
        ("redis://:wrong@127.0.0.1:{port}/0", ["password", "WRONGPASS"]),
        ("redis://guest:guest@127.0.0.1:{port}/0", ["NOPERM"]),
        ("redis://:correct-horse@127.0.0.1:{port}/99", ["database 99"]),
        ("rediss://:correct-horse@127.0.0.1:{port}/0", ["TLS"]),
        ("redis://:correct-horse@127.0.0.1:{free}/0", ["down"]),
        ("redis://:correct-horse@no.such.host.invalid:{port}/0", ["host name", "no.such.host.invalid"]),
        ("unix://:correct-horse@/no/such/socket", ["/no/such/socket", "down"]),
    ],
)
def test_a_redis_that_lets_nobody_in_is_named(guarded: RedisServer, address: str, words: list[str]) -> None:
    text = trouble_with(address.format(port=guarded.port, free=free_port()))
    for word in words:
        assert word in text
    assert "\n" not in text
    for password in ("correct-horse", "wrong", ":guest"):
        assert password not in text


def test_a_password_that_redis_does_not_want_is_named(open_redis: RedisServer) -> None:
    text = trouble_with(f"redis://:needless@127.0.0.1:{open_redis.port}/0")
    assert "no password" in text
    assert "needless" not in text


def test_tls_is_suggested_only_before_redis_has_answered(open_redis: RedisServer) -> None:
    closed = ConnectionResetError("Connection reset by peer")
    assert "TLS" in explain(closed, open_redis.url)
    assert explain(closed, open_redis.url, answered=True).endswith(" closed the connection")


def test_redis_that_refuses_writes_is_named(open_redis: RedisServer) -> None:
    calls = open_redis.calls()
    calls.config_set("maxmemory", "1")
    assert "refuses writes (OOM)" in trouble_with(open_redis.url)
    calls.config_set("maxmemory", "0")
    calls.replicaof("127.0.0.1", free_port())
    assert "replica and refuses writes (READONLY)" in trouble_with(open_redis.url)
    calls.replicaof("NO", "ONE")


def test_redis_that_stands_still_is_named(open_redis: RedisServer) -> None:
    assert open_redis.process is not None
    open_redis.process.send_signal(signal.SIGSTOP)
    try:
        assert "does not answer in time" in trouble_with(open_redis.url)
    finally:
        open_redis.process.send_signal(signal.SIGCONT)


def test_a_redis_that_was_started_again_is_noticed(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        store = RedisStore(redis.url, "test")
        store.heartbeat("a.1", b"{}", 600_000, first=True)
        assert store.reconnected()
        store.heartbeat("a.1", b"{}", 600_000)
        assert not store.reconnected()
        redis.kill()
        redis.start()
        store.heartbeat("a.1", b"{}", 600_000)  # the client itself says nothing of it
        assert store.reconnected()


def test_a_worker_waits_for_redis_in_one_line_and_answers_health_checks(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path / "redis", password=PASSWORD)
    with redis, WorkerProcess(tmp_path, f"redis://127.0.0.1:{redis.port}/0") as worker:
        stats = redis.calls()
        before = int(stats.info("stats")["total_connections_received"])
        until(lambda: worker.status("/healthz") == 200, "the health check")
        # Each try opens one connection, and is refused.
        until(lambda: int(stats.info("stats")["total_connections_received"]) > before + 3, "some tries")
        assert worker.status("/readyz") == 503
        assert worker.status("/socket.io/?EIO=4&transport=polling") in (400, 503)
        assert len(worker.lines("cannot start", "NOAUTH")) == 1
        assert worker.lines("Traceback") == []
        stats.config_set("requirepass", "")
        until(worker.ready, "the worker to join")


def test_a_worker_that_waits_for_redis_ends_at_once_when_told_to(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path, "redis://no.such.host.invalid:6379/0") as worker:
        until(lambda: worker.lines("cannot start", "host name"), "the reason")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(10) == 0  # far less than cluster.drain_s
        assert worker.lines("Traceback") == []


def test_the_log_says_in_plain_words_what_redis_does_not_let_a_worker_do(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis:
        calls = redis.calls()
        calls.execute_command("ACL", "SETUSER", "rumpus", "on", ">rumpus", "~*", "&*", "+@all")  # type: ignore[no-untyped-call]
        address = f"redis://rumpus:rumpus@127.0.0.1:{redis.port}/0"
        with WorkerProcess(tmp_path, address, RUMPUS_SERVER__LOG_FORMAT="json") as worker:
            until(worker.ready, "the worker")
            calls.execute_command("ACL", "SETUSER", "rumpus", "-subscribe")  # type: ignore[no-untyped-call]
            calls.client_kill_filter(_type="pubsub")
            until(lambda: worker.lines("listening to Redis fails", "NOPERM"), "the line of the log", 60)
            line = json.loads(worker.lines("listening to Redis fails")[0])
            assert line["task"] == "listening to Redis"
            assert line["level"] == "error"
            assert line["event"] == f"listening to Redis fails: {line['reason']}"
            assert not worker.lines("Node.")
            assert worker.ready()


def test_a_running_worker_names_what_redis_refuses(tmp_path: Path) -> None:
    with (
        RedisServer(tmp_path / "redis") as redis,
        WorkerProcess(tmp_path, redis.url) as worker,
    ):
        until(worker.ready, "the worker")
        calls = redis.calls()
        calls.config_set("maxmemory", "1")
        until(lambda: worker.lines("rooms go on", "(OOM)"), "OOM in the log")
        calls.config_set("maxmemory", "0")
        until(lambda: worker.lines("Redis is back"), "Redis to be back")
        calls.config_set("requirepass", PASSWORD)
        calls.client_kill_filter(_type="normal", skipme=True)  # who was let in without one stays in
        until(lambda: worker.lines("rooms go on", "(NOAUTH)"), "NOAUTH in the log")
        assert worker.lines("Traceback") == []
        assert len(worker.lines("rooms go on", "(OOM)")) == 1
