"""The publisher: the room as its people see it, kept up to date by numbered merge patches."""

from typing import TYPE_CHECKING

import msgspec

from game.protocol.events import Notice, Payload
from game.protocol.objects import Joined, RoomInfo
from game.rooms.merge_patch import merge_patch, plain_object
from game.rooms.people import Person
from game.rooms.rate_limit import Bucket
from game.sync.schema import Schema

if TYPE_CHECKING:
    from game.rooms.room import Room

PATCHES_PER_S = 30
"""Patches of a room, on average and at once: one a tick."""
SEAT_CHANGE_BYTES = 64
"""Roughly what a player who joins or leaves a running match adds to each follower's frames."""

SETBACKS = {
    "match_lost": "The server was updated, and this match could not go on. Everyone is back in the lobby.",
    "room_lost": (
        "The server was updated, and this room could not be read any more. It begins again: choose your game."
    ),
}
"""Why a room is not as its people left it."""


class Publisher:
    """Sends the room's changes to its people.

    A person pays for what their commands make the server send: see `Person.output`.

    Attributes:
        pending: a change waits until the rate of patches allows it.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._outbox = room.context.outbox
        self.pending = False
        self._sent: RoomInfo | None = None
        self._patches = Bucket(PATCHES_PER_S, PATCHES_PER_S)
        self._changed_by: dict[str, Person] = {}
        self._setback_sent: set[str] = set()

    def publish(self) -> None:
        """Send everyone in the room what changed since the last patch."""
        room = self._room
        now = room.describe()
        patch = plain_object(now) if self._sent is None else merge_patch(self._sent, now)
        self.pending = False
        if patch:
            room.version += 1
            self._sent = msgspec.structs.replace(now, version=room.version)
            patch.pop("version", None)
            self._outbox.send(room.code, "room", {"version": room.version, **patch})
            if self._changed_by:
                self._charge(list(self._changed_by.values()), patch)
        self._changed_by.clear()

    def publish_soon(self, now_ms: int, by: Person | None = None) -> None:
        """Publish now, or with the next tick or housekeeping when the rate of patches is used up.

        Args:
            now_ms: the time.
            by: the person who caused the change and pays for it.
        """
        if by is not None:
            self._changed_by[by.id] = by
        if self._patches.take(now_ms):
            self.publish()
        else:
            self.pending = True

    def assume_published(self) -> None:
        """The room's people know it as it is: they came with it from another worker."""
        self._sent = self._room.describe()

    def send_to_all(self, by: Person, event: str, data: msgspec.Struct) -> None:
        """Send an event to everyone in the room, for which `by` pays."""
        self._outbox.send(self._room.code, event, data)
        self._charge([by], data)

    def charge_for_seat_change(self, by: Person) -> None:
        """Let a person pay for what a change of seats in a running match adds to everyone's frames."""
        by.output.charge(self._room.time_ms, SEAT_CHANGE_BYTES * self._listeners())

    def charge_host(self, size: int) -> None:
        """Let the host, who can begin and end matches, pay for their keyframes, and for the next patch."""
        host = self._room.people.get(self._room.host or "")
        if host is not None:
            host.output.charge(self._room.time_ms, size)
            self._changed_by[host.id] = host

    def _listeners(self) -> int:
        return sum(1 for person in self._room.people.values() if person.member is not None)

    def _charge(self, people: list[Person], data: Payload) -> None:
        """Let people share the cost of a message to everyone in the room."""
        size = len(msgspec.json.encode(data)) * self._listeners()
        for person in people:
            person.output.charge(self._room.time_ms, size / len(people))

    def joined(self, person: Person) -> Joined:
        """What answers a person who came in."""
        self.publish()
        assert self._sent is not None
        room = self._room
        return Joined(
            code=room.code,
            player=person.id,
            seat_token=room.context.sign_seat(room.code, person.device),
            room=self._sent,
            schema=Schema.of(room.game).describe(),
            chat=room.chat.tail(),
            chat_n=room.chat.writer(person.id).last_n,
        )

    def send_displaced(self, person: Person) -> None:
        """Tell a person, once, that they play on the seat of a bot."""
        bot, person.displaced = person.displaced, ""
        if bot and person.member is not None:
            notice = Notice(code="bot_seat", message=f"You took the seat of the bot {bot}.")
            self._outbox.send_one(person.member, "notice", notice)

    def send_setback(self, person: Person) -> None:
        """Tell a person who came in, once, why the room is not as they left it."""
        room = self._room
        message = SETBACKS.get(room.setback)
        if message is None or person.member is None or person.id in self._setback_sent:
            return
        self._setback_sent.add(person.id)
        self._outbox.send_one(person.member, "notice", Notice(code=room.setback, message=message))
