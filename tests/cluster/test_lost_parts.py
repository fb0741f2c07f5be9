"""A worker that loses a part that matches need logs it and ends."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.processes import ROOT, RedisServer, end, until
from tests.integration.transport.raw import Raw


class FaultyWorker:
    """A running faulty_worker."""

    def __init__(self, folder: Path, part: str, how: str, redis_url: str = "") -> None:
        self.log_path = folder / "worker.log"
        environ = {key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_")}
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gevent.monkey", "tests/integration/faulty_worker.py", part, how],
                cwd=ROOT,
                env={**environ, "RUMPUS_CLUSTER__REDIS_URL": redis_url},
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log_path.read_text()
        self.port = int(line)
        until(lambda: self.status("/readyz") == 200, "a worker that is ready")
        self._client = Raw.upgraded(self.port)  # the heartbeat begins with the first session

    def status(self, path: str) -> int:
        """The status of a GET."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return int(error.code)

    def break_down(self) -> None:
        """Let its part fail from now on."""
        self.process.send_signal(signal.SIGUSR1)

    def close(self) -> None:
        self._client.sock.close()
        end(self.process)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as one:
        yield one


def ends_with_a_word(worker: FaultyWorker, part: str, redis: RedisServer | None = None) -> None:
    """The worker ends with an error code, and its log names the part."""
    try:
        worker.break_down()

        def ended() -> bool:
            # The mailbox is read for ever, until its connection ends; more than once, for the worker may have
            # connected again before it was broken.
            if redis is not None:
                redis.calls().client_kill_filter(_type="pubsub")
            return worker.process.poll() is not None

        until(ended, "the worker's end", 60)
        assert worker.process.returncode == 1
        log = worker.log_path.read_text()
        assert f"{part} is broken" in log
        assert "the worker ends" in log
    finally:
        worker.close()


@pytest.mark.parametrize("part", ["tick loop", "heartbeat"])
def test_a_worker_that_loses_a_part_ends_and_names_it(tmp_path: Path, part: str) -> None:
    ends_with_a_word(FaultyWorker(tmp_path, part, "raise"), part)


@pytest.mark.needs_redis
@pytest.mark.parametrize("part", ["lease", "writer", "mailbox"])
def test_so_does_one_that_shares_its_rooms(tmp_path: Path, redis_server: RedisServer, part: str) -> None:
    ends_with_a_word(FaultyWorker(tmp_path, part, "raise", redis_server.url), part, redis_server)


def test_a_worker_whose_ticks_stand_still_is_not_ready(tmp_path: Path) -> None:
    worker = FaultyWorker(tmp_path, "tick loop", "hang")
    try:
        worker.break_down()
        until(lambda: worker.status("/readyz") == 503, "a worker that is not ready")
        assert worker.status("/healthz") == 200
    finally:
        worker.close()
