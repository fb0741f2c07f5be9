"""What people build with Flask-SocketIO, beyond docs/examples/chat.py.

STOCK=1 runs it on Flask-SocketIO's own transport, PORT is where it listens. With the argument "thread" the
server runs in a thread of the system and is started again after GET /stop, and the main thread emits. With
"sync" a client's handlers run one after the other; with "always" clients connect before the handler runs.
"""

import os
import sys
import threading
import time
from typing import Any

import gevent
from engineio.payload import Payload
from flask import Flask, request
from socketio.exceptions import ConnectionRefusedError as Refused

if os.environ.get("STOCK"):
    from flask_socketio import SocketIO
else:
    from game.transport import SocketIO

Payload.max_decode_packets = 1000  # what everybody sets after "Too many packets in payload"

app = Flask(__name__)
socketio: Any = SocketIO(
    app, async_mode="gevent", async_handlers="sync" not in sys.argv, always_connect="always" in sys.argv
)
counted = 0
stopping = threading.Event()


@app.get("/")
def page() -> str:
    return "here"


@app.get("/counted")
def how_many() -> str:
    return str(counted)


@app.get("/stop")
def stop() -> str:
    stopping.set()
    return "stopping"


def count(_data: object) -> None:
    global counted  # noqa: PLW0603  there is one app
    counted += 1


socketio.on_event("count", count)


def hello(data: object) -> list[object]:
    asked: Any = request
    return [asked.namespace, data]


for number in range(14):
    socketio.on_event("hello", hello, namespace=f"/room/{number}")


def take_too_long(_reason: object = None) -> None:
    with gevent.Timeout(0.01):
        gevent.sleep(1)


socketio.on_event("slow", take_too_long)
socketio.on_event("disconnect", take_too_long, namespace="/room/0")
socketio.on_event("disconnect", count, namespace="/room/1")


def fail(_auth: object) -> None:
    raise LookupError("this connect handler always fails")


socketio.on_event("connect", fail, namespace="/failing")
socketio.on_event("disconnect", count, namespace="/failing")


def refused(how: str) -> None:
    kind: type[Exception] = ConnectionRefusedError if how == "database" else Refused
    raise kind("refused")


socketio.on_event("refused", refused)
socketio.on_error_default(lambda error: f"told of {type(error).__module__}")


def run() -> None:
    socketio.run(app, port=int(os.environ["PORT"]))


def run_in_threads() -> None:
    for turn in range(2):
        stopping.clear()
        thread = threading.Thread(target=run)
        thread.start()
        while not stopping.is_set():
            time.sleep(0.02)
            socketio.emit("beat", turn)
        socketio.stop()
        thread.join()


if __name__ == "__main__":
    run_in_threads() if "thread" in sys.argv else run()
