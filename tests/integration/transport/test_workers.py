"""Several workers on one port: what clients and operators see when one is killed, exchanged or ended."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest
import socketio

from tests.cluster.processes import RedisServer
from tests.integration.serving import ROOT
from tests.integration.transport.raw import Raw
from tests.integration.transport.test_drop_in import free_port, until

APP = """
import os
from flask import Flask
from flask_socketio import emit, join_room
from game.transport import SocketIO

VERSION = 1
app = Flask("app")
queue = os.environ.get("QUEUE")
socketio = SocketIO(app, transports=["websocket"], **({"message_queue": queue} if queue else {}))
polling = SocketIO(Flask("polling"))

@app.get("/")
def who():
    return f"{os.getpid()} {VERSION}"

@socketio.on("join")
def join(room):
    join_room(room)
    return os.getpid()

@socketio.on("say")
def say(room, text):
    emit("said", text, to=room)
"""


class Serving:
    """A supervisor and its workers."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process, self.port, self._log = process, port, log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def who(self) -> tuple[int, int]:
        """The process that answers, and the version of its program."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=20) as answer:
            pid, version = answer.read().decode().split()
        return int(pid), int(version)

    def all(
        self, count: int, good: Callable[[tuple[int, int]], bool] = lambda _: True
    ) -> set[tuple[int, int]]:
        """Ask until this many different workers have answered, all of them good."""
        found: set[tuple[int, int]] = set()

        def complete() -> bool:
            one = self.who()
            if not good(one):
                found.clear()
                return False
            found.add(one)
            return len(found) >= count

        until(complete, f"{count} workers, but {found}: {self.log}")
        return found


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "game.cli", "serve", *arguments]


@contextmanager
def serving(folder: Path, count: int = 2, **environ: str) -> Iterator[Serving]:
    (folder / "night.py").write_text(APP)
    port, log = free_port(), folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command("night:socketio", "--workers", str(count), "--port", str(port)),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
            stdout=out,
            stderr=out,
        )
    one = Serving(process, port, log)
    try:
        until(lambda: "listen on" in one.log or process.poll() is not None, f"workers: {one.log}")
        yield one
    finally:
        process.terminate()
        assert process.wait(30) == 0, one.log


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # One that nobody waits for any more is ended as well.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_killed_worker_is_back_and_all_end_with_the_supervisor(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        before = site.all(2)
        assert "without message_queue" in site.log
        killed = min(before)
        os.kill(killed[0], signal.SIGKILL)
        after = site.all(2, lambda one: one != killed)
        assert len(after & before) == 1
        assert "killed by SIGKILL" in site.log
    for pid, _ in after:
        until(partial(has_ended, pid), f"the end of {pid}")


def test_workers_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    (tmp_path / "night.py").write_text(APP)
    port = free_port()
    with (tmp_path / "log").open("w") as out:
        process = subprocess.Popen(
            command("night:socketio", "--workers", "2", "--port", str(port)),
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=out,
        )  # fmt: skip
    site = Serving(process, port, tmp_path / "log")
    until(lambda: "listen on" in site.log, "workers")
    workers = site.all(2)
    process.kill()
    process.wait(10)
    for pid, _ in workers:
        until(partial(has_ended, pid), f"the end of {pid}")


def test_nobody_is_refused_while_all_workers_are_exchanged(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        old = site.all(2)
        refused: list[Exception] = []
        made = 0
        enough = Event()

        def connect() -> None:
            nonlocal made
            while not enough.is_set():
                try:
                    with Raw.joined(site.port):
                        made += 1
                except ConnectionRefusedError as error:
                    refused.append(error)
                except (AssertionError, OSError):
                    pass  # it had reached an old worker, which told it to connect again

        client = Thread(target=connect)
        client.start()
        (tmp_path / "night.py").write_text(APP.replace("VERSION = 1", "VERSION = 2"))
        with Raw.joined(site.port) as stays:
            stays.sock.settimeout(60)  # the new workers must be there first
            site.process.send_signal(signal.SIGHUP)
            assert stays.close_code() == 1001  # it is told to connect again
        new = site.all(2, lambda one: one[1] == 2)
        before = made
        until(lambda: made > before + 20 or refused, "connects to the new workers")
        enough.set()
        client.join(30)
        assert refused == []
        assert not new & old
        for pid, _ in old:
            until(partial(has_ended, pid), f"the end of {pid}")


def test_workers_go_on_if_the_new_program_cannot_be_loaded(tmp_path: Path) -> None:
    with serving(tmp_path) as site:
        old = site.all(2)
        (tmp_path / "night.py").write_text("raise ValueError('a program that fails')")
        site.process.send_signal(signal.SIGHUP)
        until(lambda: "the old ones go on" in site.log, "a sentence")
        assert "a program that fails" in site.log
        assert site.all(2) == old


@pytest.mark.needs_redis
def test_workers_share_rooms_over_the_queue(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis, serving(tmp_path, QUEUE=redis.url) as site:
        clients: dict[int, socketio.Client] = {}
        heard: list[object] = []

        def both() -> bool:
            client = socketio.Client(reconnection=False)
            client.connect(f"http://127.0.0.1:{site.port}", transports=["websocket"])
            pid = client.call("join", "tea", timeout=20)
            if pid in clients:
                client.disconnect()
            else:
                clients[pid] = client
            return len(clients) == 2

        until(both, "a client at each worker")
        ann, bob = clients.values()
        bob.on("said", heard.append)

        def arrives() -> bool:  # a worker listens a moment after its start
            ann.emit("say", ("tea", "over there"))
            return bool(heard)

        until(arrives, "a word at the other worker")
        assert set(map(str, heard)) == {"over there"}
        for client in clients.values():
            client.disconnect()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["night:polling", "--workers", "2"], 'transports=["websocket"]'),
        (["night:app"], "night:app is no SocketIO of game.transport"),
        (["night:nothing"], "night has no nothing"),
        (["nowhere:socketio"], "there is no module nowhere"),
        (["night"], "say module:name"),
        (["night:socketio", "--workers", "0"], "--workers must be 1 to 256"),
        (["night:socketio", "--port", "70000"], "cannot listen on"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    (tmp_path / "night.py").write_text(APP)
    done = subprocess.run(
        command(*arguments, *([] if "--port" in arguments else ["--port", str(free_port())])),
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_one_worker_needs_no_queue(tmp_path: Path) -> None:
    with serving(tmp_path, 1) as site:
        assert len({site.who() for _ in range(20)}) == 1
        assert "without message_queue" not in site.log
