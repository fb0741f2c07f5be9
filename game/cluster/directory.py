"""The open rooms of all workers, as each of them lists its own: for the lobby list and for quick play."""

from collections.abc import Callable

import msgspec

from game.protocol.objects import OpenRoom
from game.rooms.lobby import Lobby

EVERY_MS = 1000
_WAITING = ("lobby", "results", "countdown")


class List(msgspec.Struct, frozen=True):
    """One worker's open rooms, and how many people are connected to it."""

    rooms: list[OpenRoom]
    online: int


class Directory:
    """This worker's list, told when it has changed, and what the others told."""

    def __init__(self, process: str, lobby: Lobby, is_recorded: Callable[[str], bool]) -> None:
        self._process = process
        self._lobby = lobby
        self._is_recorded = is_recorded
        self._told: bytes | None = None
        self._told_ms = -EVERY_MS
        self._read_ms = -EVERY_MS
        self._others: dict[str, List] = {}
        self.online = 0

    def changed(self, now_ms: int) -> bytes | None:
        """This worker's list if it is to be told: it has changed, and the last was told a second ago."""
        if now_ms - self._told_ms < EVERY_MS:
            return None
        data = msgspec.json.encode(List(self._open_rooms(), self.online))
        if data == self._told:
            return None
        self._told, self._told_ms = data, now_ms
        return data

    def forget_told(self) -> None:
        """The store may have lost this worker's list: tell it again."""
        self._told = None

    def due(self, now_ms: int) -> bool:
        """Whether it is time to read what the others told."""
        if now_ms - self._read_ms < EVERY_MS:
            return False
        self._read_ms = now_ms
        return True

    def read(self, lists: dict[str, bytes], alive: set[str]) -> None:
        """Take what the others told; those that are dead count no more."""
        self._others = {
            process: msgspec.json.decode(data, type=List)
            for process, data in lists.items()
            if process in alive and process != self._process
        }

    def now(self) -> tuple[list[OpenRoom], int]:
        """The open rooms of the world, the fullest first, at most 100; and the people online."""
        rooms = self._open_rooms()
        codes = {room.code for room in rooms}
        for one in self._others.values():
            rooms.extend(room for room in one.rooms if room.code not in codes)
        rooms.sort(key=lambda room: (-room.people, room.code))
        return rooms[:100], self.online + sum(one.online for one in self._others.values())

    def _open_rooms(self) -> list[OpenRoom]:
        """This worker's open rooms, as far as other workers can find them."""
        return [room for room in self._lobby.open_rooms() if self._is_recorded(room.code)]

    def quick_home(self, game: str, alive: set[str]) -> str:
        """The process that has the fullest room of a game in which somebody may sit down."""
        best = (self._rank(self._lobby.open_rooms(), game), self._process)
        for process, one in self._others.items():
            rank = self._rank(one.rooms, game)
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
