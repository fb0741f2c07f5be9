"""The example app under the WSGI servers that Flask-SocketIO's users run, and those that cannot serve it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import socketio
from websocket import WebSocketConnectionClosedException, create_connection

from game.transport.engine import NO_GEVENT
from tests.integration.serving import ROOT
from tests.integration.transport.test_drop_in import answers, chat, free_port, transcript, until

FOLDER = ROOT / "docs/examples"
PYTHON = sys.executable
PYWSGI = """from chat import app
from gevent.pywsgi import WSGIServer
WSGIServer(("127.0.0.1", {port}), app).serve_forever()
"""
GEVENT_WEBSOCKET = """from chat import app
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler
WSGIServer(("127.0.0.1", {port}), app, handler_class=WebSocketHandler).serve_forever()
"""
THREADS = """from flask import Flask
from game.transport import SocketIO
app = Flask(__name__)
socketio = SocketIO(app)
@app.get("/")
def page():
    return "<h1>Chat</h1>"
"""
GUNICORN = (PYTHON, "-m", "gunicorn", "-b", "127.0.0.1:{port}", "--graceful-timeout", "2")
WORKER = "geventwebsocket.gunicorn.workers.GeventWebSocketWorker"
SERVERS = {
    "gunicorn-gevent": (*GUNICORN, "-k", "gevent", "chat:app"),
    "gunicorn-pywsgi": (*GUNICORN, "-k", "gevent_pywsgi", "chat:app"),
    "gunicorn-gevent-websocket": (*GUNICORN, "-k", WORKER, "chat:app"),
    "pywsgi": (PYTHON, "-c", PYWSGI),
    "gevent-websocket": (PYTHON, "-c", GEVENT_WEBSOCKET),
    "flask-run": (PYTHON, "-m", "flask", "--app", "chat:app", "run", "--port", "{port}"),
}
TOO_PLAIN = {
    "gunicorn-sync": (*GUNICORN, "threads:app"),
    "gunicorn-threads": (*GUNICORN, "--threads", "4", "threads:app"),
    "flask-run": (PYTHON, "-m", "flask", "--app", "threads:app", "run", "--port", "{port}"),
}


@contextmanager
def served(command: tuple[str, ...], log: Path, folder: Path = FOLDER, **environ: str) -> Iterator[str]:
    """The app, served by this command; yields its address."""
    port = free_port()
    with log.open("a") as out:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", **environ},
            stdout=out,
            stderr=out,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(url) or process.poll() is not None, "the server")
        assert process.poll() is None, log.read_text()
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What clients see under our own server, as under Flask-SocketIO (test_drop_in.py)."""
    with chat(tmp_path_factory.mktemp("ours") / "log") as url:
        return transcript(url, "websocket")


@pytest.mark.parametrize(
    ("server", "transport"),
    [
        *((server, "websocket") for server in SERVERS),
        ("gunicorn-gevent", "polling"),
        ("flask-run", "polling"),
    ],
)
def test_clients_see_what_they_see_under_our_own(
    tmp_path: Path, expected: list[Any], server: str, transport: str
) -> None:
    log = tmp_path / "log"
    with served(SERVERS[server], log) as url:
        assert transcript(url, transport) == expected
        # From long-polling to a WebSocket, as browsers do.
        ann = socketio.Client(reconnection=False)
        ann.connect(url, wait_timeout=20)
        assert ann.transport() == "websocket"
        assert ann.call("say", {"room": "tea", "text": "up"}, timeout=20) == {"length": 2}
        ann.disconnect()
    text = log.read_text()
    assert "Traceback" not in text, text
    assert "hands no WebSocket over" not in text


@pytest.mark.parametrize("server", ["gunicorn-gevent-websocket", "gevent-websocket"])
def test_a_refused_websocket_closes_with_a_reason_where_it_was_answered_before(
    tmp_path: Path, server: str
) -> None:
    with served(SERVERS[server], tmp_path / "log") as url:
        sock = create_connection(
            url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket&sid=unknown", timeout=20
        )
        code, data = sock.recv_data()
        assert (code, data[:2]) == (8, (1008).to_bytes(2, "big"))
        assert b"Invalid session" in data
        with pytest.raises((WebSocketConnectionClosedException, OSError)):
            sock.recv()
        sock.close()


@pytest.mark.parametrize("server", ["gunicorn-gevent", "pywsgi"])
def test_a_clients_wrong_handshake_is_refused_and_no_fault_of_the_server(tmp_path: Path, server: str) -> None:
    log = tmp_path / "log"
    with served(SERVERS[server], log) as url:
        asks = Request(url + "/socket.io/?EIO=4&transport=websocket")
        asks.add_header("Upgrade", "websocket")
        with pytest.raises(HTTPError, match="400") as refused:
            urlopen(asks, timeout=20)
        assert b"no WebSocket handshake" in refused.value.read()
    assert "hands no WebSocket over" not in log.read_text()


@pytest.mark.parametrize("server", TOO_PLAIN)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_server_without_gevent_is_one_clear_error(tmp_path: Path, server: str, transport: str) -> None:
    (tmp_path / "threads.py").write_text(THREADS)
    log = tmp_path / "log"
    with served(TOO_PLAIN[server], log, tmp_path) as url:
        for _ in range(2):
            client = socketio.Client(reconnection=False)
            with pytest.raises(socketio.exceptions.ConnectionError):
                client.connect(url, transports=[transport], wait_timeout=20)
    assert log.read_text().count(NO_GEVENT) == 1
    assert "Traceback" not in log.read_text()
