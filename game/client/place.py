"""Where a client is: its room as the server tells it, the chat, and the match it follows."""

from typing import Any

from game.client.follower import Follower
from game.rooms.merge_patch import apply_patch

Json = dict[str, Any]


class Place:
    """A room as one who is in it knows it.

    Attributes:
        code: the room's code.
        player: who this client is in it, such as "p1".
        seat_token: brings this client back here.
        room: the ROOM of the protocol.
        chat: the lines since the tail that came with the answer to joining, oldest first.
        match: follows the match that is running, or the last one.
    """

    def __init__(self, joined: Json) -> None:
        self.code: str = joined["code"]
        self.player: str = joined["player"]
        self.seat_token: str = joined["seat_token"]
        self.room: Json = joined["room"]
        self.chat: list[Json] = list(joined["chat"])
        self.match = Follower(joined["schema"])

    @property
    def me(self) -> Json:
        """This client's person in the room; empty when it is not in it any more."""
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
        """The room plays another game."""
        self.match = Follower(schema)

    def patch(self, change: Json) -> bool:
        """Take a change of the room; False when it is none of what is known: older, or another room's."""
        if change["version"] != self.room["version"] + 1:
            return False
        self.room = apply_patch(self.room, change)
        return True
