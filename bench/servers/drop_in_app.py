"""One app under Flask-SocketIO's transport and under ours, for `python -m bench.drop_in`.

Usage: python -m bench.servers.drop_in_app stock|ours|fast [REDIS]. `fast` uses our transport's calls that
Flask-SocketIO does not have; the first two run the same lines.
"""

# ruff: noqa: E402 -- gevent takes the sockets over before anything else is imported
from gevent import monkey

monkey.patch_all()

import socket
import sys

import flask_socketio
from flask import Flask, request

import game.transport
from game.transport.manager import EncodedMessage

KIND = sys.argv[1]
QUEUE = sys.argv[2] if len(sys.argv) > 2 else None
STATE = {"tick": 123456, "players": [[k, k * 37 % 640, k * 91 % 360] for k in range(8)]}

app = Flask(__name__)
library = flask_socketio if KIND == "stock" else game.transport
socketio: flask_socketio.SocketIO = library.SocketIO(app, async_mode="gevent", message_queue=QUEUE)
moves = 0


@socketio.on("connect")
def connect(_auth: object) -> None:
    flask_socketio.emit("welcome", "x")


@socketio.on("join")
def join(room: str) -> None:
    flask_socketio.join_room(room)
    if KIND == "fast":
        socketio.manager.channel(room).add(request.sid)  # type: ignore[attr-defined]
    flask_socketio.emit("joined")


@socketio.on("burst")
def burst(room: str, times: int, pause_ms: int, copies: int = 1) -> None:
    socketio.start_background_task(emit_often, room, times, pause_ms / 1000, [STATE] * copies)


def emit_often(room: str, times: int, pause_s: float, states: list[object]) -> None:
    """Emit states as a game does: once for each turn of the loop, or with a pause."""
    state = states[0] if len(states) == 1 else states
    for _ in range(times):
        if KIND == "fast":
            socketio.manager.channel(room).send(EncodedMessage("s", b"", lambda: state))  # type: ignore[attr-defined]
        else:
            socketio.emit("s", state, to=room)
        socketio.sleep(pause_s)


@socketio.on("move")
def move(x: int, y: int) -> None:
    count(x, y)


@socketio.on("moves")
def told() -> int:
    return moves


def count(_x: int, _y: int) -> None:
    global moves  # noqa: PLW0603  the app of a beginner
    moves += 1


def quick(_sid: str, x: int, y: int) -> None:
    count(x, y)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    if KIND == "fast":
        socketio.manager.quick_events["move"] = quick  # type: ignore[attr-defined]
    port = free_port()
    print(f"ready {port}", flush=True)
    socketio.run(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main()
