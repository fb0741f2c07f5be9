"""The outbox: the interface through which rooms send to connections. The edge implements it.

A *member* is an opaque name of one connection. A message that is handed over is never changed again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from game.protocol.events import Payload

JsonMaker = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Message:
    """A frame for followers of a match: its bytes, and what makes its JSON form for some clients."""

    event: str
    binary: bytes
    json: JsonMaker


def no_json() -> object:
    """The JSON form of a message that was made for clients of bytes only."""
    raise AssertionError("nobody asked for JSON when this message was made")


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
