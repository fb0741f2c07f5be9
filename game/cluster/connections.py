"""What the cluster needs of a worker's own connections: the edge implements it."""

from dataclasses import dataclass
from typing import Protocol

from game.rooms.outbox import Outbox


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """What other workers need to know of a connection.

    Attributes:
        device: the player's device.
        as_json: whether it wants states as JSON.
        balancer_key: what the load balancer placed it by: the code of its room, or something random.
    """

    device: str
    as_json: bool
    balancer_key: str


class LocalOutbox(Outbox, Protocol):
    """The outbox to this worker's own connections, and what is known of them."""

    def watching(self, member: str) -> str | None:
        """The channel that a connection follows."""

    def members(self) -> list[str]:
        """Every open connection."""

    def info(self, member: str) -> ConnectionInfo | None:
        """What is known of a connection; None when it is closed."""
