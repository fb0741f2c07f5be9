"""Apps as people write them, each under Flask-SocketIO's own transport and under ours."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import socketio

from tests.cluster.processes import RedisServer
from tests.integration.serving import ROOT
from tests.integration.transport.test_drop_in import Someone, chat, free_port, until


@contextmanager
def serving(log: Path, *command: str, stock: bool) -> Iterator[str]:
    """A program that listens on PORT; yields its address."""
    port = free_port()
    environ = {**os.environ, "PORT": str(port), "PYTHONPATH": str(ROOT)}
    if stock:
        environ["STOCK"] = "1"
    with log.open("a") as out:
        process = subprocess.Popen([sys.executable, *command], env=environ, cwd=ROOT, stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        return is_here(url)

    try:
        until(answers, f"the app: {log.read_text()}")
        yield url
    finally:
        process.kill()
        process.wait(10)


def get(url: str, data: bytes | None = None) -> str:
    with urllib.request.urlopen(url, data, timeout=5) as response:
        body: bytes = response.read()
    return body.decode()


def is_here(url: str) -> bool:
    try:
        return get(url) == "here"
    except OSError:
        return False


BOTH = pytest.mark.parametrize("stock", [True, False], ids=["flask-socketio", "ours"])
APP = ("-m", "tests.integration.transport.users_app")


@BOTH
def test_a_client_may_be_in_many_namespaces(tmp_path: Path, stock: bool) -> None:
    names = ["/", *(f"/room/{number}" for number in range(14))]
    with serving(tmp_path / "log", *APP, stock=stock) as url:
        client = socketio.Client(reconnection=False)
        client.connect(url, namespaces=names, transports=["websocket"], wait_timeout=10)
        for name in names[1:]:
            assert client.call("hello", 1, namespace=name, timeout=10) == [name, 1]
        client.disconnect()


@BOTH
def test_a_refused_connection_of_a_handlers_own_is_an_error_like_others(tmp_path: Path, stock: bool) -> None:
    with serving(tmp_path / "log", *APP, stock=stock) as url:
        client = socketio.Client(reconnection=False)
        client.connect(url, transports=["websocket"], wait_timeout=10)
        for _ in range(2):  # a client's first event goes another way than the others
            assert client.call("refused", "database", timeout=10) == "told of builtins"
        client.disconnect()


@BOTH
def test_who_is_connected_before_a_connect_handler_fails_is_disconnected(tmp_path: Path, stock: bool) -> None:
    with serving(tmp_path / "log", *APP, "always", stock=stock) as url:
        heard: list[str] = []
        client = socketio.Client(reconnection=False)
        for event in ("connect", "disconnect", "connect_error"):
            client.on(event, partial(heard.append, event), namespace="/failing")
        client.connect(url, namespaces=["/failing"], transports=["websocket"], wait_timeout=10)
        client.disconnect()
        until(lambda: get(f"{url}/counted") == "1", "the disconnect handler")
        assert heard == ["connect", "disconnect"]


def test_a_polling_client_that_leaves_is_no_error_in_the_log(tmp_path: Path) -> None:
    with serving(tmp_path / "log", *APP, stock=False) as url:
        session = f"{url}/socket.io/?EIO=4&transport=polling"
        session += "&sid=" + json.loads(get(session)[1:])["sid"]
        get(session, b"40")
        get(session, b"1")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            get(session)
        assert "Invalid session" not in (tmp_path / "log").read_text()
        with pytest.raises(urllib.error.HTTPError, match="400"):
            get(f"{url}/socket.io/?EIO=4&transport=polling&sid=never")
        assert "Invalid session never" in (tmp_path / "log").read_text()


@BOTH
def test_an_app_may_let_one_request_hold_many_packets(tmp_path: Path, stock: bool) -> None:
    with serving(tmp_path / "log", *APP, stock=stock) as url:
        session = f"{url}/socket.io/?EIO=4&transport=polling"
        session += "&sid=" + json.loads(get(session)[1:])["sid"]
        get(session, b"40")
        get(session, b"\x1e".join([b'42["count",1]'] * 900))
        until(lambda: get(f"{url}/counted") == "900", "all packets")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_server_may_run_in_a_thread_again_and_again_and_other_threads_emit(
    tmp_path: Path, transport: str
) -> None:
    with serving(tmp_path / "log", *APP, "thread", stock=False) as url:
        for turn in range(2):
            beats: list[int] = []
            client = socketio.Client(reconnection=False)
            client.on("beat", beats.append)
            client.connect(url, namespaces=["/", "/room/1"], transports=[transport], wait_timeout=10)
            assert client.call("hello", 1, namespace="/room/1", timeout=10) == ["/room/1", 1]
            until(lambda heard=beats: len(heard) > 2, "beats")  # type: ignore[misc]  # of this turn
            assert set(beats) == {turn}
            if turn == 0:
                assert get(f"{url}/stop") == "stopping"
                until(lambda one=client: not one.connected, "the end")  # type: ignore[misc]
                until(lambda: is_here(url), "the server again")
            client.disconnect()
    assert "Traceback" not in (tmp_path / "log").read_text()


@BOTH
def test_a_handler_that_gevent_stops_ends_nothing_but_itself(tmp_path: Path, stock: bool) -> None:
    with serving(tmp_path / "log", *APP, "sync", stock=stock) as url:
        client = socketio.Client(reconnection=False)
        client.connect(url, namespaces=["/", "/room/0", "/room/1"], transports=["websocket"], wait_timeout=10)
        client.emit("slow")
        assert client.call("hello", 1, namespace="/room/1", timeout=10) == ["/room/1", 1]
        client.eio.disconnect(abort=True)
        if not stock:  # there it keeps the handlers of other namespaces from being called
            until(lambda: get(f"{url}/counted") == "1", "the handler in the other namespace")


COMMAND = """
import sys
from flask import Flask
from game.transport import SocketIO

app = Flask("app")
socketio = SocketIO()
socketio.init_app(app, message_queue=sys.argv[1])
with app.app_context():
    for number in range(3):
        socketio.emit("news", number, to="tea")
"""


@pytest.mark.needs_redis
def test_a_command_of_the_app_emits_and_ends(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "redis") as redis, chat(tmp_path / "log", QUEUE=redis.url) as url:
        ann = Someone(url, "websocket")
        ann.client.emit("join", {"room": "tea", "name": "Ann"})
        ann.hears("joined", {"name": "Ann", "rooms": ["tea"]})
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, redis.url], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        ann.hears("news", 2)
        assert [event[1] for event in ann.heard if event[0] == "news"] == [0, 1, 2]
        ann.client.disconnect()
