"""S1 on Flask-SocketIO as its users write it: decorators, rooms, a background task per room, emit.

Usage: python -m bench.servers.stock_s1 ROOMS json|binary. The client's auth tells room and seat.
"""

# ruff: noqa: E402 -- gevent takes the sockets over before anything else is imported
from gevent import monkey

monkey.patch_all()

import socket
import sys
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO, join_room

from bench.servers.s1 import TICK_HZ, S1Room

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent")
packed = sys.argv[2:] == ["binary"]
rooms: dict[int, S1Room] = {}
seats: dict[str, tuple[S1Room, int]] = {}


@socketio.on("connect")
def connect(auth: dict[str, Any]) -> None:
    number = int(auth["room"])
    join_room(f"room {number}")
    if number not in rooms:
        rooms[number] = S1Room()
        socketio.start_background_task(play, number)
    seats[request.sid] = rooms[number], int(auth["seat"])  # type: ignore[attr-defined]


@socketio.on("disconnect")
def disconnect(_reason: object = None) -> None:
    seats.pop(request.sid, None)  # type: ignore[attr-defined]


@socketio.on("i")
def press(seq: int, buttons: int) -> None:
    room, seat = seats[request.sid]  # type: ignore[attr-defined]
    room.press(seat, seq, buttons)


def play(number: int) -> None:
    room = rooms[number]
    while True:
        room.step()
        socketio.emit("s", room.packed() if packed else room.as_json(), to=f"room {number}")
        socketio.sleep(1 / TICK_HZ)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    port = free_port()
    print(f"ready {port}", flush=True)
    socketio.run(app, host="127.0.0.1", port=port)


if __name__ == "__main__":
    main()
