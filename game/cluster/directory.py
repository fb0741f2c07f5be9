"""The open rooms of all workers, as each of them publishes its own: for the room list and for quick play."""

from collections.abc import Callable
from contextlib import suppress

import msgspec

from game.protocol.objects import OpenRoom
from game.rooms.lobby import Lobby

EVERY_MS = 1000
MAX_LISTED = 100
_WAITING = ("lobby", "results", "countdown")


class PublishedRooms(msgspec.Struct, frozen=True):
    """One worker's open rooms, and how many people are connected to it."""

    rooms: list[OpenRoom]
    online: int


class RoomDirectory:
    """This worker's open rooms, published when they have changed, and what other workers published.

    Args:
        process: this worker.
        lobby: its rooms.
        is_recorded: whether the store has a room, so that other workers find it.

    Attributes:
        online: how many people are connected to this worker.
    """

    def __init__(self, process: str, lobby: Lobby, is_recorded: Callable[[str], bool]) -> None:
        self._process = process
        self._lobby = lobby
        self._is_recorded = is_recorded
        self._published: bytes | None = None
        self._published_ms = -EVERY_MS
        self._read_ms = -EVERY_MS
        self._others: dict[str, PublishedRooms] = {}
        self.online = 0

    def changed(self, now_ms: int) -> bytes | None:
        """What is to be published: None when nothing has changed, or the last time was less than 1 s ago."""
        if now_ms - self._published_ms < EVERY_MS:
            return None
        data = msgspec.json.encode(PublishedRooms(self._open_rooms(), self.online))
        if data == self._published:
            return None
        self._published, self._published_ms = data, now_ms
        return data

    def forget_published(self) -> None:
        """The store may have lost what this worker published: publish it again."""
        self._published = None

    def due(self, now_ms: int) -> bool:
        """Whether it is time to read what other workers published."""
        if now_ms - self._read_ms < EVERY_MS:
            return False
        self._read_ms = now_ms
        return True

    def read(self, published: dict[str, bytes], alive: set[str]) -> None:
        """Take what other workers published; only those that are alive count."""
        self._others = {}
        for process, data in published.items():
            if process in alive and process != self._process:
                with suppress(msgspec.MsgspecError):  # another build may describe rooms in another way
                    self._others[process] = msgspec.json.decode(data, type=PublishedRooms)

    def now(self) -> tuple[list[OpenRoom], int]:
        """The open rooms of all workers, the fullest first, at most 100; and how many people are online."""
        rooms = self._open_rooms()
        codes = {room.code for room in rooms}
        for other in self._others.values():
            rooms.extend(room for room in other.rooms if room.code not in codes)
        rooms.sort(key=lambda room: (-room.people, room.code))
        return rooms[:MAX_LISTED], self.online + sum(other.online for other in self._others.values())

    def _open_rooms(self) -> list[OpenRoom]:
        """This worker's open rooms, as far as other workers can find them."""
        return [room for room in self._lobby.open_rooms() if self._is_recorded(room.code)]

    def place_quick(self, game: str, alive: set[str]) -> str:
        """The process that has the fullest room of a game with a free seat; this one when none is better."""
        best = (self._rank(self._lobby.open_rooms(), game), self._process)
        for process, other in self._others.items():
            rank = self._rank(other.rooms, game)
            if process in alive and rank > best[0]:
                best = (rank, process)
        return best[1]

    @staticmethod
    def _rank(rooms: list[OpenRoom], game: str) -> tuple[int, int]:
        ranks = [
            (1 if room.phase in _WAITING else 0, room.people)
            for room in rooms
            if room.game == game and room.people and room.people < room.seats
        ]
        return max(ranks, default=(-1, 0))
