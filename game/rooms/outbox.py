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
    """Where a room puts what it sends."""

    def enter(self, code: str, member: str) -> None:
        """`member` receives the events of the room from now on."""

    def exit(self, code: str, member: str) -> None:
        """`member` receives no more events of the room."""

    def send(self, code: str, event: str, data: Payload) -> None:
        """Send an event to everyone in the room."""

    def send_one(self, member: str, event: str, data: Payload) -> None:
        """Send an event to one member."""

    def watch(self, channel: str, member: str) -> None:
        """Let a member follow the states of this channel, and of no other."""

    def unwatch(self, member: str) -> None:
        """Let a member follow no channel."""

    def watched(self, channel: str) -> int:
        """The number of followers of the channel."""

    def wants_json(self, channel: str) -> bool:
        """Whether anyone who follows the channel asked for states as JSON."""

    def takes_entries(self, member: str) -> bool:
        """Whether a connection takes states as bytes, as entries always are."""

    def state(self, channel: str, message: Message) -> None:
        """Send a state to all who follow the channel."""

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one."""

    def strike(self, member: str, message: str) -> None:
        """Count a message that makes no sense; `message` says why, for the person."""

    def close(self, member: str, code: str, message: str) -> None:
        """Send `bye` with a code and a sentence, and close the connection."""
