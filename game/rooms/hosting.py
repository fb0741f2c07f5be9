"""What a room passes on to a hosted game: which seat is the host's, and the pack that the host brought.

A pack is content for one match, such as questions. The room does not know what is in it: a plug-in, the
`PackFormat` of the `RoomContext`, reads packs and turns them into the numbers that the game takes.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from game.protocol.commands import Command
from game.protocol.objects import PackInfo
from game.rooms.match_runner import MatchRunner
from game.rules.hosted import HOST_SEAT, PACK_BYTES, PACK_KNOWN_TO


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

    @property
    def box(self) -> Pack:
        """The server's own pack, for hosts who bring none."""
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
    """Tells a running match of a hosted game what it must know of its host, once for each change."""

    def __init__(self) -> None:
        self._host: int | None = None
        self._known_to: int | None = None

    def begin(self, runner: MatchRunner, host: int, pack: Pack, draw: Callable[[], int]) -> None:
        """Tell a new match the host's seat (-1: none) and hand it the pack."""
        self._host = self._known_to = None
        self.host_is(runner, host)
        for word in pack.words(draw):
            runner.command(0, PACK_BYTES, word)

    def host_is(self, runner: MatchRunner, seat: int) -> None:
        """Tell the match the host's seat, -1: none, if it changed."""
        if seat != self._host:
            self._host = seat
            runner.command(0, HOST_SEAT, seat + 1)

    def known_to(self, runner: MatchRunner, seats: list[int]) -> None:
        """Tell the match which seats know the pack, at most two, if they changed."""
        packed = sum((seat + 1) << 7 * k for k, seat in enumerate(seats))
        if packed != self._known_to:
            self._known_to = packed
            runner.command(0, PACK_KNOWN_TO, packed)
