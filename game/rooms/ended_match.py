"""An ended match: all that is kept of it. Rooms make one for each match, and `game.records` stores it."""

import secrets
from collections.abc import Callable
from typing import Literal

import msgspec

ID_CHARS = 10
"""Characters of a match's id: about 59 bits, so that nobody guesses one."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

Outcome = Literal["decided", "left", "failed"]
"""decided: by the rules; left: all players left or the host ended it; failed: the rules raised an error."""
Visibility = Literal["public", "link", "private"]
"""public: in lists; link: for everybody who has the id; private: for its players."""
RoomKind = Literal["private", "public", "quick"]


def new_match_id() -> str:
    """A random id for a match. A room draws it when the match begins, and keeps it through takeovers."""
    return "".join([secrets.choice(_ALPHABET) for _ in range(ID_CHARS)])


class EndedAward(msgspec.Struct, frozen=True, kw_only=True):
    """An award that a seat was given: one of `GAME.awards`, and the figure that it was given for."""

    award: str
    value: int


class EndedSeat(msgspec.Struct, frozen=True, kw_only=True):
    """One seat of an ended match.

    Attributes:
        device: the device of the person who had it at the end; "" for a bot, and for one who left.
        bot: a bot had it at the end.
        level: of a bot, 1 to 5; 0 for a person.
        style: of a bot: an index into `GAME.bot_styles`.
        place: 1 is the winner's; 0: the match was not decided, or the seat left it.
    """

    seat: int
    device: str
    bot: bool
    level: int
    style: int
    name: str
    colour: int
    shape: int
    team: int
    place: int
    points: int
    awards: list[EndedAward]


class EndedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """One ended match.

    Attributes:
        id: see `new_match_id`.
        rules: the hash of the rules document that it was played by.
        options: the value of each option, by name.
        preset: the name of the preset that the options equal, or "".
        started_ms, ended_ms: milliseconds since 1970, UTC.
        room_kind: what the room was.
        final_hash: the hash of the state after the last tick.
        journal: `Journal.pack` without players' sequence numbers, compressed with zlib.
        rounds: as `RESULTS.rounds`.
    """

    id: str
    game: str
    title: str
    tick_hz: int
    rules: str
    options: dict[str, int]
    preset: str
    started_ms: int
    ended_ms: int
    ticks: int
    outcome: Outcome
    visibility: Visibility
    room_kind: RoomKind
    final_hash: int
    journal: bytes
    seats: list[EndedSeat]
    rounds: list[list[int]]


OnEnded = Callable[[EndedMatch], None]
"""Takes an ended match in the tick in which it ends: it only queues it."""
