"""S1 on Rumpus' own edge: Flask-SocketIO with `Fanout`, one scheduler for all rooms.

Unlike the product's it steps all rooms that are due before it sends; see docs/decisions/0015.

Usage: python -m bench.servers.ours_s1 ROOMS. The client's auth tells room, seat and framing.
"""

# ruff: noqa: E402 -- gevent takes the sockets over before anything else is imported
from gevent import monkey

monkey.patch_all()

import heapq
import sys
import time
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO

from bench.servers.s1 import INPUT, SEATS, TICK_HZ, S1Room
from game.net.fanout import Channel, Fanout, Frame, Framing
from game.net.serve import HttpLimits, Server

PHASE_SLOTS = 10
PERIOD_US = 1_000_000 // TICK_HZ
MOST_SLEEP_S = 0.01
PLENTY = 100_000


class Bench:
    """All rooms of the server and the way in and out."""

    def __init__(self, rooms: int) -> None:
        self.fanout = Fanout()
        self.app = Flask(__name__)
        self.socketio = SocketIO(
            self.app,
            client_manager=self.fanout,
            async_mode="gevent",
            async_handlers=False,
            transports=["websocket"],
            cookie=None,
            manage_session=False,
        )
        self.rooms: list[tuple[S1Room, Channel]] = [
            (S1Room(), self.fanout.channel(f"room {number}")) for number in range(rooms)
        ]
        self.seats: dict[str, tuple[S1Room, int]] = {}
        self.fanout.on_frame = self.frame
        server = self.socketio.server
        server.on("connect", self.connect, namespace="/")
        server.on("disconnect", self.disconnect, namespace="/")
        server.on("i", self.press, namespace="/")

    def connect(self, sid: str, _environ: dict[str, Any], auth: dict[str, Any]) -> None:
        room, channel = self.rooms[int(auth["room"])]
        self.seats[sid] = room, int(auth["seat"]) % SEATS
        self.fanout.set_framing(sid, Framing(auth["framing"]))
        channel.add(sid)

    def disconnect(self, sid: str, _reason: object = None) -> None:
        self.seats.pop(sid, None)

    def frame(self, sid: str, payload: bytes) -> None:
        """An input in the bare framing."""
        room, seat = self.seats[sid]
        room.press(seat, *INPUT.unpack(payload))

    def press(self, sid: str, seq: int, buttons: int) -> None:
        """The same from an ordinary Socket.IO client."""
        room, seat = self.seats[sid]
        room.press(seat, seq, buttons)

    def drive(self) -> None:
        """Tick every room at its own phase of the period."""
        start = time.monotonic_ns() // 1000 + PERIOD_US
        due = [
            (start + number % PHASE_SLOTS * PERIOD_US // PHASE_SLOTS, number)
            for number in range(len(self.rooms))
        ]
        heapq.heapify(due)
        while True:
            now_us = time.monotonic_ns() // 1000
            states: list[tuple[Channel, Frame]] = []
            while due[0][0] <= now_us:
                at_us, number = due[0]
                room, channel = self.rooms[number]
                room.step()
                states.append((channel, Frame("s", room.packed(), room.as_json)))
                heapq.heapreplace(due, (at_us + PERIOD_US, number))
            # After all the steps: what the interpreter and what the kernel need do not both fit the cache.
            for channel, frame in states:
                channel.send(frame)
            gevent.sleep(min(max((due[0][0] - time.monotonic_ns() // 1000) / 1e6, 0), MOST_SLEEP_S))


def main() -> None:
    bench = Bench(int(sys.argv[1]))
    limits = HttpLimits(max_connections=PLENTY, max_connections_per_address=0)
    server = Server(("127.0.0.1", 0), bench.app, limits=limits)
    server.start()
    gevent.spawn(bench.drive)
    print(f"ready {server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
