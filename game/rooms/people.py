"""People and seats of a room: who is here, who plays where. A seat outlives its player's socket."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from msgspec import UNSET

from game.protocol.fields import LOOKS
from game.protocol.objects import PersonInfo, SeatInfo
from game.rooms.lag_compensation import LatencyModel
from game.rooms.rate_limit import Bucket

TAKEOVERS_PER_S, TAKEOVER_BURST = 0.2, 8
"""How often a new connection of a person may replace one that still stands."""

OUTPUT_BYTES_PER_S = 35_000
OUTPUT_BURST_BYTES = 2_000_000
"""What one person's commands may make the server send to everyone in the room: five changes of the game at
once with 60 people there, and ready or options as often as anyone can press."""


@dataclass(slots=True)
class Person:
    """Somebody in a room. `device` is who they are to the server, `member` their present connection.

    `place` is an opaque mark of the address that they came from, "" if it is not known.
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
    emotes: Bucket = field(default_factory=lambda: Bucket(1, 4))
    takeovers: Bucket = field(default_factory=lambda: Bucket(TAKEOVERS_PER_S, TAKEOVER_BURST))
    latency: LatencyModel = field(default_factory=LatencyModel)
    place: str = ""

    @property
    def connected(self) -> bool:
        """Whether a connection is attached at present."""
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
    """A taken seat: a person's or a bot's. `playing` says that it is in the running match."""

    kind: Literal["human", "bot"]
    name: str
    colour: int
    shape: int
    player: str | None = None
    team: int = 0
    ready: bool = False
    playing: bool = False
    held: bool = False
    covered: bool = False
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
            covered=UNSET if is_bot else self.covered,
            level=self.level if is_bot else UNSET,
            style=self.style if is_bot else UNSET,
        )


def unused(taken: Iterable[int], wished: int) -> int:
    """The wished colour or shape if nobody has it, else the first free one, else the wished one."""
    known = set(taken)
    if wished not in known:
        return wished
    return next((number for number in range(LOOKS) if number not in known), wished)
