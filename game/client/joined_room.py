"""The room that a client has joined: its state, its chat, and its match."""

from typing import Any

import msgspec

from game.client.follower import Follower
from game.protocol.objects import Joined
from game.rooms.merge_patch import apply_patch
from game.sync.described import read_schema

Json = dict[str, Any]


class JoinedRoom:
    """A room as the server shows it to a client in it.

    Attributes:
        code: the room's code.
        player: the id of this client in the room, such as "p1".
        seat_token: the token with which this client returns to the room.
        room: the ROOM of the protocol.
        chat: the lines of the answer to joining and all later ones, the oldest first.
        match: the match that is running, or the last one.
    """

    def __init__(self, joined: Json) -> None:
        read = msgspec.convert(joined, Joined)
        self.code = read.code
        self.player = read.player
        self.seat_token = read.seat_token
        self.room: Json = joined["room"]
        self.chat: list[Json] = list(joined["chat"])
        self.match = Follower(read.schema)

    @property
    def me(self) -> Json:
        """The PERSON of this client; empty after it has left the room."""
        found: Json = self.room["people"].get(self.player, {})
        return found

    @property
    def seat(self) -> int | None:
        """This client's seat, None for a spectator."""
        seat: int | None = self.me.get("seat")
        return seat

    @property
    def phase(self) -> str:
        """The room's phase."""
        phase: str = self.room["phase"]
        return phase

    def change_game(self, schema: Json) -> None:
        """Take the schema of another game or match."""
        self.match = Follower(read_schema(schema))

    def patch(self, change: Json) -> bool:
        """Apply a patch of the room; False if it does not follow the last one."""
        if change["version"] != self.room["version"] + 1:
            return False
        self.room = apply_patch(self.room, change)
        return True
