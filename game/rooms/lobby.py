"""The lobby: all rooms of a worker by code; opens, finds and closes them."""

import logging
import secrets
from collections.abc import Iterator

from game import telemetry
from game.protocol.objects import OpenRoom
from game.rooms.errors import Refused
from game.rooms.lifecycle import Phase
from game.rooms.profanity import mask
from game.rooms.room import Room, RoomContext

log = logging.getLogger("rumpus.rooms")

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 letters and digits that are not confused: five bits each, so six make 30 bits."""

MOST_OPEN_ROOMS = 100


def normal_code(typed: str) -> str:
    """A typed code in its stored form: upper case, without spaces and dashes."""
    return "".join(char for char in typed.upper() if char.isalnum())[:16]


class Lobby:
    """Every room of this worker."""

    def __init__(self, context: RoomContext) -> None:
        self.context = context
        self.rooms: dict[str, Room] = {}
        self._demos: dict[str, str] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self.rooms.values())

    def new_code(self) -> str:
        """A code that no room has, from the system's randomness."""
        while True:
            code = "".join(secrets.choice(ALPHABET) for _ in range(self.context.rooms.code_length))
            if code not in self.rooms:
                return code

    def find(self, code: str) -> Room | None:
        """The room of a code, however it was typed."""
        return self.rooms.get(normal_code(code))

    def open(
        self, game: str, now_ms: int, *, private: bool = True, fill: int = 0, demo: bool = False
    ) -> Room:
        """Open a room. Raises Refused when there are too many or the game is unknown."""
        self._check_game(game)
        self.make_space(now_ms)
        room = Room(self.context, self.new_code(), game, now_ms, private=private, fill=fill, demo=demo)
        self.rooms[room.code] = room
        telemetry.rooms_opened.labels(game).inc()
        if not demo:
            log.info("room opened", extra={"room": room.code, "game": game, "private": private})
        return room

    def make_space(self, now_ms: int) -> None:
        """If there is no space for one more room, close the one that has been empty for longest.

        A room with a match is kept, since somebody may return to it.

        Raises:
            Refused: there is no empty room.
        """
        if len(self.rooms) < self.context.rooms.max_rooms:
            return
        empty = [room for room in self.rooms.values() if room.runner is None and not room.inhabited]
        if not empty:
            raise Refused("busy", "This server has no room for another game right now.")
        self.close(
            min(empty, key=lambda room: now_ms if room.empty_since_ms is None else room.empty_since_ms)
        )

    def _check_game(self, game: str) -> None:
        if game not in self.context.games:
            raise Refused("unknown_game", "This server does not have that game.")

    def quick(self, game: str, device: str, now_ms: int, place: str = "") -> Room:
        """A room for quick play.

        Args:
            game: the game's name.
            device: the identity of the player's browser.
            now_ms: the time.
            place: an opaque mark of the player's address.

        Returns:
            The fullest public room that waits or has a bot to replace, or a new one that is filled with bots.
        """
        self._check_game(game)
        best: tuple[int, int, Room] | None = None
        for room in self.rooms.values():
            if room.private or room.locked or room.demo or room.closed or room.game.name != game:
                continue
            if device in room.banned or place in room.banned_places or not room.inhabited:
                continue
            humans = sum(1 for seat in room.seats.values() if seat.kind == "human")
            if humans >= room.game.seats[1]:  # a bot makes room
                continue
            waiting = 1 if room.phase in (Phase.LOBBY, Phase.RESULTS, Phase.COUNTDOWN) else 0
            if best is None or (waiting, humans) > best[:2]:
                best = (waiting, humans, room)
        if best is not None:
            return best[2]
        wanted = self.context.games[game].crowd or self.context.bots.quick_play_seats
        seats = min(wanted, self.context.games[game].seats[1])
        return self.open(game, now_ms, private=False, fill=max(seats, self.context.games[game].seats[0]))

    def demo(self, game: str, now_ms: int) -> Room:
        """The room in which bots play for the home page. Raises Refused."""
        self._check_game(game)
        room = self.rooms.get(self._demos.get(game, ""))
        if room is None or room.closed:
            seats = min(4, self.context.games[game].seats[1])
            room = self.open(game, now_ms, fill=seats, demo=True)
            self._demos[game] = room.code
        return room

    def close(self, room: Room) -> None:
        """Remove a room, and close the connections of its people with a reason."""
        room.closed = True
        if self.rooms.pop(room.code, None) is not None:
            telemetry.rooms_closed.labels(room.game.name).inc()
            if not room.demo:
                matches = room.match_number
                log.info("room closed", extra={"room": room.code, "game": room.game.name, "matches": matches})
        for person in list(room.people.values()):
            member = person.member
            if member is not None:
                room.seating.forget(member)
                if room.failed:
                    self.context.outbox.close(
                        member, "failed", "Something broke in this room, so it has closed."
                    )
                else:
                    self.context.outbox.close(member, "closed", "This room has ended.")
        room.recording.end("failed" if room.failed else "left")

    def open_rooms(self) -> list[OpenRoom]:
        """The public rooms, the fullest first, at most 100."""
        found = [
            room
            for room in self.rooms.values()
            if room.inhabited and not (room.private or room.locked or room.demo)
        ]
        shown = []
        for room in found:
            kinds = [seat.kind for seat in room.seats.values()]
            host = room.people.get(room.host or "")
            shown.append(
                OpenRoom(
                    code=room.code,
                    game=room.game.name,
                    title=room.game.title,
                    phase=room.phase.value,
                    people=kinds.count("human"),
                    bots=kinds.count("bot"),
                    seats=room.game.seats[1],
                    name=mask(host.name) if host is not None else "",
                )
            )
        shown.sort(key=lambda one: (-one.people, one.code))
        return shown[:MOST_OPEN_ROOMS]
