"""An ended match: all that is kept of it. Rooms make one for each match, and `game.records` stores it."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from game.protocol.http import Outcome, RoomKind, Visibility
from game.rooms.reports import OnReport
from game.rules import Game

ID_CHARS = 10
"""Characters of a match's id: about 59 bits, so that nobody guesses one."""
ID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


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
        place: 1 is the winner's; 0: the rules have not ranked the seat.
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
        id: a room draws it when the match begins, and keeps it through takeovers: see `RecordSink`.
        rules: the hash of the rules document that it was played by.
        options: the value of each option, by name.
        preset: the name of the preset that the options equal, or "".
        started_ms, ended_ms: milliseconds since 1970, UTC.
        ticks: a replay has this many steps. If the rules failed, the last of them raises their error.
        room_kind: what the room was.
        final_hash: the hash of the state after the last tick, also one that failed; 0 if it is unknown.
        journal: `Journal.pack`: of every tick from the first, with players' sequence numbers and not
            compressed, because it is made in a tick. A record holds `zlib.compress(without_seqs(journal))`;
            see `journal.without_seqs`.
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


@dataclass(frozen=True, slots=True)
class RecordSink:
    """Where the rooms of a worker put their ended matches.

    Attributes:
        draw_id: returns the id of a match that begins: ID_CHARS random characters of ID_ALPHABET.
        wall_ms: the time in ms since 1970, UTC.
        rules: the hash of the rules document of a game.
        ended: takes (the room's code, its ended match) in the tick in which the match ends; it only queues.
        waits: whether the match with this id was taken and is not in the database yet.
        reported: takes a report; None: reports are not kept.
    """

    draw_id: Callable[[], str]
    wall_ms: Callable[[], int]
    rules: Callable[[Game], str]
    ended: Callable[[str, EndedMatch], None]
    waits: Callable[[str], bool]
    reported: OnReport | None = None
