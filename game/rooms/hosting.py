"""What a room passes on to a hosted game: which seat is the host's, and the pack that the host brought.

A pack is content for one match, such as questions. The room does not know what is in it: a plug-in, the
`PackFormat` of the `RoomContext`, reads packs and turns them into the numbers that the game takes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from game.protocol.commands import Command
from game.protocol.objects import PackInfo
from game.rooms.match_runner import MatchRunner
from game.rules.hosted import HOST_SEAT, PACK_BYTES, PACK_KNOWN_TO, HostedGame

if TYPE_CHECKING:
    from game.rooms.room import Room


class BadPack(ValueError):
    """A text that is not a pack. The message names the lines and the corrections."""


class Pack(Protocol):
    """Content for a match of a hosted game."""

    def describe(self) -> PackInfo:
        """What everyone in the room may know of it, as ROOM.pack of the protocol."""
        ...

    def words(self, draw: Callable[[], int]) -> Iterator[int]:
        """The pack as entries of a journal carry it: three bytes a number, then -1.

        Args:
            draw: returns 28 secret random bits; the order of what is in the pack may depend on it.
        """
        ...


class PackFormat(Protocol):
    """The plug-in that knows what is in a pack. Its methods need no room and no clock."""

    def box(self, language: str, categories: Sequence[str]) -> Pack:
        """The server's own pack, for hosts who bring none.

        Args:
            language: the language of the texts, such as "de"; English for one that the server does not have.
            categories: those that are wanted; none: all.
        """
        ...

    def read(self, text: str) -> Pack:
        """The pack that a host wrote. It may take milliseconds. Raises BadPack."""
        ...

    def encode(self, pack: Pack) -> bytes:
        """A pack as MessagePack, for a frozen room and for other workers."""
        ...

    def decode(self, data: bytes) -> Pack:
        """The pack that `encode` wrote. Raises msgspec.ValidationError or msgspec.DecodeError."""
        ...


class ReadPack(Command, frozen=True):
    """The command `pack` after its text was read: an encoded pack, or empty for the server's own."""

    data: bytes


class Hosting:
    """Sends the running match of a hosted game what it must know of the room, once for each change."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._host_seat: int | None = None
        self._pack_seats: int | None = None

    def begin(self, runner: MatchRunner) -> None:
        """Send a new match the host's seat and the pack; nothing to games without a host."""
        room = self._room
        if not isinstance(room.game, HostedGame):
            return
        self._host_seat = self._pack_seats = None
        self._send_host_seat(runner)
        pack = room.pack or self._box(room.game, runner)
        for word in pack.words(room.context.draw_entropy):
            runner.command(0, PACK_BYTES, word)
        self._send_pack_seats(runner)

    def update(self, runner: MatchRunner) -> None:
        """Send a running match what has changed; nothing to games without a host."""
        if self._room.game.hosted:
            self._send_host_seat(runner)
            self._send_pack_seats(runner)

    def _box(self, game: HostedGame, runner: MatchRunner) -> Pack:
        """The server's own pack as the match's options want it, by default in the host's language."""
        language, categories = game.box_wanted(runner.match.options)
        host = self._room.people.get(self._room.host or "")
        return self._room.context.packs.box(language or (host.language if host else ""), categories)

    def _send_host_seat(self, runner: MatchRunner) -> None:
        host = self._room.people.get(self._room.host or "")
        seat = -1 if host is None or host.seat is None else host.seat
        if seat != self._host_seat:
            self._host_seat = seat
            runner.command(0, HOST_SEAT, seat + 1)

    def _send_pack_seats(self, runner: MatchRunner) -> None:
        """Send the seats, at most two, of the person who brought the pack and knows it, host or not."""
        room = self._room
        if room.pack is None:
            return
        seats = next((one.seats() for one in room.people.values() if one.device == room.pack_by), [])
        packed = sum((seat + 1) << 7 * k for k, seat in enumerate(seats))
        if packed != self._pack_seats:
            self._pack_seats = packed
            runner.command(0, PACK_KNOWN_TO, packed)
