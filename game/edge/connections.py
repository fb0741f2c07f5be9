"""Visitors: the connections of this worker, who they are, and how fast each may ask."""

from collections import Counter
from dataclasses import dataclass, field

from game.rooms.rate_limit import Bucket
from game.settings import Limits
from game.transport.addresses import place_of
from game.transport.manager import Framing

CLOCKS_PER_S = 10
CLOCK_BURST = 20
"""A page asks eight times within half a second when it connects, and then every two seconds."""
ENTRY_BURST = 10


@dataclass(slots=True, eq=False)
class Visitor:
    """One connection to the namespace `/`; `hash` is what a load balancer placed it by.

    Attributes:
        place: what counts as one address, see `place_of`.
        newcomer: its device is so new that an attacker could have made it just now.
        entries: how many rooms it may still enter.
    """

    sid: str
    device: str
    address: str
    place: str
    framing: Framing
    newcomer: bool
    commands: Bucket
    inputs: Bucket
    preparations: Bucket
    clocks: Bucket
    entries: Bucket
    hash: str = ""
    strikes: int = 0
    closing: bool = False


@dataclass(slots=True)
class Visitors:
    """Every visitor by session id.

    Attributes:
        most: how many there may be.
        most_per_place: how many there may be from one place.
    """

    limits: Limits
    most: int = 10_000
    most_per_place: int = 1_000
    by_sid: dict[str, Visitor] = field(default_factory=dict)
    _by_place: Counter[str] = field(default_factory=Counter)

    def is_full(self) -> bool:
        """Whether there are as many visitors as may be."""
        return len(self.by_sid) >= self.most

    def is_crowded(self, address: str) -> bool:
        """Whether there are as many visitors from this place as may be."""
        return self._by_place[place_of(address)] >= self.most_per_place

    def enter(self, sid: str, device: str, address: str, framing: Framing, newcomer: bool) -> Visitor:
        """Add a new connection."""
        limits = self.limits
        visitor = Visitor(
            sid,
            device,
            address,
            place_of(address),
            framing,
            newcomer,
            Bucket(limits.command_rate_per_s, limits.command_burst),
            Bucket(limits.input_rate_per_s, limits.input_burst),
            Bucket(limits.packs_per_min / 60, limits.packs_burst),
            Bucket(CLOCKS_PER_S, CLOCK_BURST),
            Bucket(limits.entries_per_min / 60, max(ENTRY_BURST, limits.entries_per_min / 6)),
        )
        self.by_sid[sid] = visitor
        self._by_place[visitor.place] += 1
        return visitor

    def leave(self, sid: str) -> None:
        """Remove a connection that is gone."""
        visitor = self.by_sid.pop(sid, None)
        if visitor is not None:
            self._by_place[visitor.place] -= 1
            if not self._by_place[visitor.place]:
                del self._by_place[visitor.place]
