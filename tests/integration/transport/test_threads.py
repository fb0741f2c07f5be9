"""An app whose server runs in one thread while others emit, test it, or serve after it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.cluster.processes import RedisServer
from tests.integration.serving import ROOT

HEAD = """
import json, socket, sys, threading, time
import socketio as client_library
from flask import Flask
from gevent import get_hub
from game.transport import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, ping_interval=1, ping_timeout=1)

@socketio.on("ask")
def ask(number):
    socketio.emit("answer", number)

def listener():
    one = socket.create_server(("127.0.0.1", 0))
    one.setblocking(False)
    return one

def until(holds):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)

def connected(listening):
    one = client_library.Client(reconnection=False)
    one.heard = []
    one.on("answer", one.heard.append)
    one.connect("http://127.0.0.1:%d" % listening.getsockname()[1], transports=["websocket"], wait_timeout=10)
    return one

def asks(one, number):
    one.emit("ask", number)
    until(lambda: number in one.heard)

def in_test(number):
    one = socketio.test_client(app)
    one.emit("ask", number)
    return [event["args"] for event in one.get_received()]
"""


def run(body: str, *arguments: str, before: str = "") -> Any:
    """What a program of this body has said last, as JSON; it says nothing on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", before + HEAD + body, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout.splitlines()[-1])


def test_an_app_is_tested_and_emits_after_its_server_has_ended() -> None:
    assert run("""
def serve():
    socketio.serve(listening)
    get_hub().destroy(destroy_loop=True)
for turn in range(2):
    listening = listener()
    thread = threading.Thread(target=serve)
    thread.start()
    one = connected(listening)
    asks(one, 2)
    socketio.stop()
    thread.join(20)
    assert not thread.is_alive()
after = in_test(3)
socketio.stop()
socketio.emit("answer", 4, callback=print)
print(json.dumps(after))
""") == [[3]]


def test_clients_stay_when_the_server_runs_in_another_thread_than_before() -> None:
    assert run("""
def visit(listening, stays):
    one = connected(listening)
    ended = threading.Event()
    one.on("disconnect", lambda *_: ended.set())
    stays.append(not ended.wait(3))  # three pings
    socketio.stop()
stays = []
first = listener()
threading.Thread(target=visit, args=(first, stays)).start()
socketio.serve(first)
second = listener()
thread = threading.Thread(target=lambda: socketio.serve(second))
thread.start()
visit(second, stays)
thread.join(20)
print(json.dumps(stays))
""") == [True, True]


def test_a_request_in_another_thread_takes_no_clients_from_the_server() -> None:
    assert run("""
import logging
logging.disable()
listening = listener()
threading.Thread(target=lambda: socketio.serve(listening), daemon=True).start()
one = connected(listening)
asks(one, 1)
refused = app.test_client().get("/socket.io/?transport=polling&EIO=4").status_code
asks(one, 2)
print(json.dumps([refused, one.heard]))
""") == [400, [1, 2]]


@pytest.mark.needs_redis
def test_threads_of_a_command_publish_what_they_emit(tmp_path: Any) -> None:
    with RedisServer(tmp_path / "redis") as redis:
        calls = redis.calls()
        heard = calls.pubsub()  # type: ignore[no-untyped-call]
        heard.subscribe("flask-socketio")
        assert heard.get_message(timeout=10)
        assert run(
            """
import gevent
other = SocketIO(app, message_queue=sys.argv[1])
other.emit("news", 1)
gevent.get_hub().threadpool.apply(other.emit, ("news", 2))
other.emit("news", 3)
print(json.dumps(len(other.manager._waiting)))
""",
            redis.url,
            before="from gevent import monkey; monkey.patch_all()",
        ) == 0  # fmt: skip
        told = [heard.get_message(timeout=10) for _ in range(3)]
        assert [b'"news"' in one["data"] for one in told if one] == [True, True, True]


def test_an_event_has_one_offset_whichever_threads_emit() -> None:
    assert run("""
other = SocketIO(app, message_queue="redis://127.0.0.1:1/0", connection_state_recovery=True)
manager = other.manager
published, sent = {}, {}
manager._begun = True
manager._publish = lambda message: published.__setitem__(message["data"][0], message.get("offset"))
def note(namespace, rooms, skipped, encoded, offset):
    sent[json.loads(encoded[0][1:])[1]] = offset
manager._emit_encoded = note
def work(name):
    for number in range(8000):
        other.emit("news", f"{name} {number}")
sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(json.dumps([len(published), published == sent, len(set(sent.values()))]))
""") == [32000, True, 32000]
