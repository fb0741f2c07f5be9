"""The server that the official Engine.IO and Socket.IO protocol suites expect, on port 3000.

`python -m tests.foreign.protocol_app engine|socket ours|stock`
"""

# mypy: ignore-errors

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

import engineio  # noqa: E402
import flask_socketio  # noqa: E402
from flask import Flask  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from geventwebsocket.handler import WebSocketHandler  # noqa: E402

from game.transport import SocketIO  # noqa: E402

PORT = 3000
TIMES = {"ping_interval": 0.3, "ping_timeout": 0.2, "max_http_buffer_size": 1_000_000}


def serve_engine(ours: bool) -> None:
    """Echo each message."""
    if ours:
        app = Flask("app")
        socketio = SocketIO(app, path="engine.io", **TIMES)
        eio = socketio.server.eio
    else:
        eio = engineio.Server(async_mode="gevent", **TIMES)
    eio.on("message", eio.send)
    if ours:
        socketio.run(app, port=PORT)
    else:
        wsgi = engineio.WSGIApp(eio)
        WSGIServer(("127.0.0.1", PORT), wsgi, handler_class=WebSocketHandler, log=None).serve_forever()


def serve_socket(ours: bool) -> None:
    """Tell each client its `auth`, send messages back, and acknowledge."""
    app = Flask("app")
    kind = SocketIO if ours else flask_socketio.SocketIO
    # The suites expect the answer to a connect before the first event.
    socketio = kind(app, async_mode="gevent", always_connect=True, **TIMES)
    for namespace in ("/", "/custom"):
        socketio.on_event(
            "connect", lambda auth=None: flask_socketio.emit("auth", auth or {}), namespace=namespace
        )
    socketio.on_event("message", lambda *data: flask_socketio.emit("message-back", data))
    socketio.on_event("message-with-ack", lambda *data: data)
    socketio.run(app, port=PORT)


if __name__ == "__main__":
    {"engine": serve_engine, "socket": serve_socket}[sys.argv[1]](sys.argv[2] == "ours")
