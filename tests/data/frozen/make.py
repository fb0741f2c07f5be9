"""Records a frozen room as the present code writes it: `python -m tests.data.frozen.make NAME`.

A recorded room is kept for as long as rooms of its format must be readable, and is never made again. `rules`
is emptied, as in rooms of workers that wrote no hash: the test is about the room, not about the toy game.
"""

import sys
from pathlib import Path

import msgspec

from game.rooms.freeze import FrozenRoom, freeze
from tests.unit.rooms.world import World


def recorded() -> bytes:
    """A room in a match: a host, a guest who has left the connection to a bot, a bot, a spectator, chat."""
    world = World(countdown_s=0)
    ann = world.host(preset="Endless", name="Ann", colour=3, shape=4)
    bob = world.guest(ann, name="Bob")
    cyd = world.guest(ann, name="Cyd")
    eve = world.guest(ann, name="Eve", spectate=True)
    ann.do("lock", cover=True, hidden=True)
    ann.do("bot", add=True, level=4)
    ann.do("ban", player=cyd.player)
    ann.do("chat", text="Hello, everyone", n=1)
    ann.do("mute", player=eve.player)
    ann.do("start")
    world.wait(2000)
    ann.press(1, 1)
    world.wait(500)
    bob.drop()
    world.wait(500)
    frozen = msgspec.msgpack.decode(freeze(world.room_of(ann), world.now_ms), type=FrozenRoom)
    assert frozen.match is not None
    match = msgspec.structs.replace(frozen.match, rules="")
    return msgspec.msgpack.encode(msgspec.structs.replace(frozen, match=match, rules=""))


if __name__ == "__main__":
    Path(__file__).with_name(f"{sys.argv[1]}.bin").write_bytes(recorded())
