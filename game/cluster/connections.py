"""What the cluster needs of a worker's connections: the edge implements it."""

from dataclasses import dataclass
from typing import Protocol

from game.rooms.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Passport:
    """A connection as other workers need to know it; `hash` is what the load balancer placed it by."""

    device: str
    as_json: bool
    hash: str


class Edge(Outbox, Protocol):
    """The way to this worker's own connections, and what is known of them."""

    def watching(self, member: str) -> str | None:
        """The channel that a connection follows."""

    def members(self) -> list[str]:
        """Every connection that stands."""

    def passport(self, member: str) -> Passport | None:
        """What is known of a connection; None when it is gone."""
