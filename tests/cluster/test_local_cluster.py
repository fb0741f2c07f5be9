"""`rumpus cluster`: what it starts is watched, ends with it, and never runs twice in one folder."""

import json
import os
import pty
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
import redis

from game.cluster.redis_store import connect
from game.devtools.folder_lock import FolderLock
from game.devtools.local_cluster import free_port
from tests.cluster.processes import ROOT, end, until

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(400)]


class Command:
    """One `rumpus cluster` with a single worker."""

    def __init__(self, folder: Path, *options: str, port: int = 0, **settings: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        environ = {key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_")}
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "game.cli", "cluster", "--workers", "1", "--port", str(self.port),
                "--folder", str(folder), *options,
            ],
            cwd=ROOT,
            env=environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def ready(self) -> Self:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "is ready" in line, self.ended()
        return self

    def ended(self) -> tuple[int, str]:
        """The exit code and what it said, once it has ended."""
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors.strip()

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    def answers(self) -> bool:
        """Whether a page comes through nginx."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def living(folder: Path) -> list[str]:
    """The names of the processes of the cluster in a folder."""
    return [one.name for one in FolderLock(folder).holders()]


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    one = Command(tmp_path / "a cluster").ready()  # a space is allowed everywhere
    yield one
    end(one.process)
    until(lambda: living(one.folder) == [], "everything to end")


def test_redis_and_nginx_are_started_again_until_it_is_no_use(command: Command) -> None:
    state = command.state
    os.kill(state["nginx_pid"], signal.SIGKILL)
    until(lambda: command.state["nginx_pid"] != state["nginx_pid"] and command.answers(), "another nginx")
    os.kill(state["redis_pid"], signal.SIGKILL)
    until(lambda: command.state["redis_pid"] != state["redis_pid"], "another Redis")
    calls = connect(state["redis"], socket_timeout=5)

    def redis_answers() -> bool:
        try:
            return bool(calls.ping())
        except redis.RedisError:
            return False

    until(redis_answers, "Redis to answer")
    # Now its file is broken: it cannot start any more.
    for path in (command.folder / "redis" / "appendonlydir").glob("*.manifest"):
        path.write_text("not a manifest\n")
    os.kill(command.state["redis_pid"], signal.SIGKILL)
    code, said = command.ended()
    assert code == 1
    assert "Redis ended 5 times in a row" in said
    assert "redis.log" in said
    assert living(command.folder) == []


def test_no_second_cluster_starts_beside_a_running_one_and_nothing_outlives_its_supervisor(
    command: Command,
) -> None:
    code, said = Command(command.folder).ended()
    assert (code, f"kill {command.process.pid}" in said) == (1, True), said
    code, said = Command(command.folder.with_name("other"), port=command.port).ended()
    assert (code, f"port {command.port} is taken" in said) == (1, True), said
    assert command.answers()
    assert len(living(command.folder)) > 4  # nginx has workers of its own
    command.process.kill()
    until(lambda: living(command.folder) == [], "everything to end")


def test_a_closed_terminal_ends_the_cluster_and_a_hangup_signal_restarts_its_workers(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execv(  # noqa: S606 - subprocess gives a process no terminal of its own
            sys.executable,
            [
                sys.executable, "-m", "game.cli", "cluster", "--workers", "1",
                "--port", str(free_port()), "--folder", str(tmp_path),
            ],
        )  # fmt: skip
    shown = b""
    while b"restart:" not in shown:
        shown += os.read(terminal, 4096)
    state = json.loads((tmp_path / "state.json").read_text())
    worker = state["workers"]["w1"]["pid"]

    def worker_now() -> int:
        found: int = json.loads((tmp_path / "state.json").read_text())["workers"]["w1"]["pid"]
        return found

    os.kill(pid, signal.SIGHUP)
    until(lambda: worker_now() not in (worker, None), "another worker", 120)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert living(tmp_path) == []


def test_processes_of_an_earlier_cluster_are_named(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    assert lock.take()
    orphan = subprocess.Popen(["sleep", "100"], pass_fds=lock.inherited)
    lock.leave()
    try:
        code, said = Command(tmp_path).ended()
    finally:
        end(orphan)
    assert code == 1
    assert f"sleep ({orphan.pid})" in said
    assert f"kill -9 {orphan.pid}" in said
    assert lock.take(), "the folder is free again"
    lock.leave()


def test_a_worker_that_does_not_start_is_named_with_its_reason(tmp_path: Path) -> None:
    games = tmp_path / "games"
    games.mkdir()
    (games / "mine.py").write_text("from game.rules import Game\n\nclass Mine(Game:\n")
    code, said = Command(
        tmp_path,
        RUMPUS_GAMES__FOLDERS=str(games),
        RUMPUS_GAMES__ENABLED="mine",
        RUMPUS_GAMES__DEFAULT="mine",
    ).ended()
    assert code == 1
    assert said.startswith(f"worker w1 does not start; see {tmp_path}/logs/w1.log: ")
    assert "mine.py" in said
    assert "Traceback" not in said


def test_wrong_settings_are_named_before_anything_is_started(tmp_path: Path) -> None:
    code, said = Command(tmp_path, RUMPUS_GAMES__DEFAULT="chess").ended()
    assert code == 2
    assert 'RUMPUS_GAMES__DEFAULT = "chess": must be one of' in said
    assert not (tmp_path / "logs").exists()


def test_a_redis_that_cannot_be_used_is_named_at_once(tmp_path: Path) -> None:
    code, said = Command(tmp_path, "--redis", f"redis://127.0.0.1:{free_port()}/0").ended()
    assert code == 1
    assert "is down" in said
    assert "Traceback" not in said
