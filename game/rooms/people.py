"""The people and the seats of a room. A seat outlives its player's connection."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from msgspec import UNSET

from game.protocol.fields import LOOKS
from game.protocol.objects import PersonInfo, SeatInfo
from game.rooms.lag_compensation import LatencyModel
from game.rooms.rate_limit import Bucket

TAKEOVERS_PER_S, TAKEOVER_BURST = 0.2, 8
"""How often a person's new connection may replace one that is still open."""

OUTPUT_BYTES_PER_S = 35_000
OUTPUT_BURST_BYTES = 2_000_000
CONTROL_BYTES_PER_S = 600
"""What a person may send of texts, strokes and other controls besides buttons: a fast pen is 250."""
CONTROL_BURST_BYTES = 3000
"""Bytes that one person's commands may make the server send to everyone in the room. This allows five
changes of
the game at once with 60 people there, and ready or options as often as anyone can press."""


@dataclass(slots=True)
class Person:
    """Somebody in a room.

    Attributes:
        id: their id in the room, p1, p2, ...
        device: the identity of their browser, by which they are known again.
        seat: the seat that they play.
        second: the seat of a second player at the same keyboard.
        member: their connection, or None while it is lost.
        generation: rises with each connection.
        away: their page is hidden.
        predicts: their client runs the rules and follows the inputs.
        gone_ms: when their connection was lost, or None.
        active_ms: when they last did something.
        place: an opaque mark of the address that they connect from; "" if it is unknown.
        language: the language that they read, such as "de"; "" if it is unknown.
        displaced: the name of the bot whose seat they were given, until they have been told; "" for none.
    """

    id: str
    device: str
    name: str
    colour: int
    shape: int
    joined_ms: int
    seat: int | None = None
    second: int | None = None
    member: str | None = None
    generation: int = 0
    away: bool = False
    predicts: bool = False
    muted: bool = False
    rtt: int | None = None
    wins: int = 0
    gone_ms: int | None = None
    active_ms: int = 0
    output: Bucket = field(default_factory=lambda: Bucket(OUTPUT_BYTES_PER_S, OUTPUT_BURST_BYTES))
    control_bytes: Bucket = field(default_factory=lambda: Bucket(CONTROL_BYTES_PER_S, CONTROL_BURST_BYTES))
    emotes: Bucket = field(default_factory=lambda: Bucket(1, 4))
    votes: Bucket = field(default_factory=lambda: Bucket(1, 6))
    polls: Bucket = field(default_factory=lambda: Bucket(0.1, 4))
    takeovers: Bucket = field(default_factory=lambda: Bucket(TAKEOVERS_PER_S, TAKEOVER_BURST))
    latency: LatencyModel = field(default_factory=LatencyModel)
    place: str = ""
    language: str = ""
    displaced: str = ""

    @property
    def connected(self) -> bool:
        """Whether they have a connection."""
        return self.member is not None

    def seats(self) -> list[int]:
        """The seats that this person plays, at most two."""
        return [seat for seat in (self.seat, self.second) if seat is not None]

    def describe(self) -> PersonInfo:
        """The person as the protocol shows them."""
        return PersonInfo(
            name=self.name,
            colour=self.colour,
            shape=self.shape,
            seat=UNSET if self.seat is None else self.seat,
            second=UNSET if self.second is None else self.second,
            connected=self.connected,
            away=self.away,
            muted=self.muted,
            rtt=UNSET if self.rtt is None else self.rtt,
            wins=self.wins,
        )


@dataclass(slots=True)
class Seat:
    """A taken seat, of a person or a bot.

    Attributes:
        player: the id of the person.
        team: from 1; 0 without teams.
        playing: the seat is in the running match.
        held: it is kept for a player whose connection is lost.
        stand_in: a bot plays for the player while they are gone.
        level: of a bot, 1 to 5.
        style: of a bot, an index into the game's `bot_styles`.
    """

    kind: Literal["human", "bot"]
    name: str
    colour: int
    shape: int
    player: str | None = None
    team: int = 0
    ready: bool = False
    playing: bool = False
    held: bool = False
    stand_in: bool = False
    level: int = 0
    style: int = 0

    def describe(self) -> SeatInfo:
        """The seat as the protocol shows it."""
        is_bot = self.kind == "bot"
        return SeatInfo(
            kind=self.kind,
            name=self.name,
            colour=self.colour,
            shape=self.shape,
            team=self.team,
            ready=self.ready,
            playing=self.playing,
            player=UNSET if self.player is None else self.player,
            held=UNSET if is_bot else self.held,
            covered=UNSET if is_bot else self.stand_in,
            level=self.level if is_bot else UNSET,
            style=self.style if is_bot else UNSET,
        )


def unused_look(seats: Iterable[Seat], colour: int, shape: int) -> tuple[int, int]:
    """Choose a look that no other seat has: up to eight seats differ in both, up to 64 in one of the two.

    Args:
        seats: the other seats.
        colour: the wished colour.
        shape: the wished shape.

    Returns:
        The colour and the shape; the wished ones where they are free.
    """
    looks = {(seat.colour, seat.shape) for seat in seats}
    found = (unused((one for one, _ in looks), colour), unused((one for _, one in looks), shape))
    if found not in looks:
        return found
    pairs = ((number % LOOKS, number // LOOKS) for number in range(LOOKS * LOOKS))
    shifted = (((colour + one) % LOOKS, (shape + other) % LOOKS) for one, other in pairs)
    return next((pair for pair in shifted if pair not in looks), found)


def unused(taken: Iterable[int], wished: int) -> int:
    """The wished colour or shape if nobody has it, else the first free one, else the wished one."""
    known = set(taken)
    if wished not in known:
        return wished
    return next((number for number in range(LOOKS) if number not in known), wished)
