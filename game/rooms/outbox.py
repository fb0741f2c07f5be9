"""What a room says to the world outside, as an interface: the edge implements it.

A *member* is an opaque name of one connection. Everything handed over is a finished, immutable piece.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from game.protocol.events import Payload


@dataclass(frozen=True, slots=True)
class Message:
    """A state or keyframe: its bytes, and a way to its JSON form for clients that asked for that."""

    event: str
    binary: bytes
    json: Callable[[], object]


class Outbox(Protocol):
    """Where a room puts what it has to say."""

    def enter(self, code: str, member: str) -> None:
        """From now on `member` hears what is said to the room."""

    def exit(self, code: str, member: str) -> None:
        """From now on it does not."""

    def tell(self, code: str, event: str, data: Payload) -> None:
        """Say something to everyone in the room."""

    def tell_one(self, member: str, event: str, data: Payload) -> None:
        """Say something to one."""

    def watch(self, channel: str, member: str) -> None:
        """`member` follows this channel's states from now on, and no other's."""

    def unwatch(self, member: str) -> None:
        """It follows none any more."""

    def watched(self, channel: str) -> int:
        """How many follow the channel."""

    def wants_json(self, channel: str) -> bool:
        """Whether anyone who follows the channel asked for states as JSON."""

    def takes_entries(self, member: str) -> bool:
        """Whether a connection takes states as bytes, as entries always are."""

    def state(self, channel: str, message: Message) -> None:
        """Send a state to all who follow the channel."""

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one."""

    def close(self, member: str, code: str, message: str) -> None:
        """Say goodbye and close a connection."""
