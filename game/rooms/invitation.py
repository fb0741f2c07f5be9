"""What a room's link says about it elsewhere, to people who are not in it: its host and its game."""

from typing import NamedTuple

import msgspec

from game.rooms.freeze import FrozenRoom
from game.rooms.room import Room

_decode = msgspec.msgpack.Decoder(FrozenRoom).decode


class Invitation(NamedTuple):
    """The host's name, and the name of the game."""

    host: str
    game: str


def invitation_to(room: Room) -> Invitation | None:
    """The invitation to a room; None if its code is hidden, it is locked, or it has no host."""
    host = room.people.get(room.host or "")
    if room.hidden or room.locked or room.demo or host is None:
        return None
    return Invitation(host.name, room.game.name)


def invitation_to_frozen(data: bytes) -> Invitation | None:
    """The same for a room as another worker has recorded it; None also if it cannot be read."""
    try:
        room = _decode(data)
    except msgspec.MsgspecError:
        return None  # of another build
    names = {person.id: person.name for person in room.people}
    host = names.get(room.host or "")
    if room.hidden or room.locked or room.demo or host is None:
        return None
    return Invitation(host, room.game)
