"""S1 on Rumpus' transport: Flask-SocketIO with our manager, one timer for all rooms.

Unlike the product's scheduler it steps all rooms that are due before it sends, and runs in the event loop,
because S1's rooms never block; see docs/decisions/0015 and 0016.

Usage: python -m bench.servers.ours_s1 ROOMS. The client's auth contains room, seat and framing.
"""

# ruff: noqa: E402 -- gevent takes the sockets over before anything else is imported
from gevent import monkey

monkey.patch_all()

import sys
from itertools import cycle
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO

from bench.servers.s1 import SEATS, TICK_HZ, S1Player, S1Room
from game.transport.manager import Channel, ClientManager, EncodedMessage, Framing
from game.transport.server import HttpLimits, Server

PHASE_SLOTS = 5  # the product has 10, because its rooms are heavier: docs/decisions/0016
SLOT_S = 1 / TICK_HZ / PHASE_SLOTS
PLENTY = 100_000


class Bench:
    """All rooms of the server, with their inputs and outputs."""

    def __init__(self, rooms: int) -> None:
        self.manager = ClientManager()
        self.app = Flask(__name__)
        self.socketio = SocketIO(
            self.app,
            client_manager=self.manager,
            async_mode="gevent",
            async_handlers=False,
            transports=["websocket"],
            cookie=None,
            manage_session=False,
        )
        self.rooms: list[tuple[S1Room, Channel]] = [
            (S1Room(), self.manager.channel(f"room {number}")) for number in range(rooms)
        ]
        self.players: dict[str, S1Player] = {}
        self.manager.quick_events["i"] = self.press
        self.metronome = gevent.get_hub().loop.timer(SLOT_S, SLOT_S)
        server = self.socketio.server
        server.on("connect", self.connect, namespace="/")
        server.on("disconnect", self.disconnect, namespace="/")

    def connect(self, sid: str, _environ: dict[str, Any], auth: dict[str, Any]) -> None:
        room, channel = self.rooms[int(auth["room"])]
        player = self.players[sid] = S1Player(room, int(auth["seat"]) % SEATS)
        self.manager.set_framing(sid, Framing(auth["framing"]), player.take)
        channel.add(sid)

    def disconnect(self, sid: str, _reason: object = None) -> None:
        self.players.pop(sid, None)

    def press(self, sid: str, seq: int, buttons: int) -> None:
        """An input from an ordinary Socket.IO client."""
        self.players[sid].press(seq, buttons)

    def drive(self) -> None:
        """Tick every room at its own phase of the period; called by the event loop, so it must not block."""
        slots = cycle([self.rooms[slot::PHASE_SLOTS] for slot in range(PHASE_SLOTS)])
        self.metronome.start(lambda: self.tick(next(slots)))

    def tick(self, rooms: list[tuple[S1Room, Channel]]) -> None:
        """Tick the rooms of a slot."""
        self.manager.read()
        states: list[tuple[Channel, EncodedMessage]] = []
        for room, channel in rooms:
            room.step()
            states.append((channel, EncodedMessage("s", room.packed(), room.as_json)))
        # After all steps: the data of the interpreter and of the kernel do not fit into the cache together.
        for channel, frame in states:
            channel.send(frame)


def main() -> None:
    bench = Bench(int(sys.argv[1]))
    limits = HttpLimits(max_connections=PLENTY, max_connections_per_address=0)
    server = Server(("127.0.0.1", 0), bench.app, limits=limits)
    server.start()
    bench.drive()
    print(f"ready {server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
