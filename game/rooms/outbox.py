"""What a room says to the world outside, as an interface: the edge implements it.

A *member* is an opaque name of one connection. Everything handed over is a finished, immutable piece.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


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

    def tell(self, code: str, event: str, data: dict[str, Any]) -> None:
        """Say something to everyone in the room."""

    def tell_one(self, member: str, event: str, data: dict[str, Any]) -> None:
        """Say something to one."""

    def watch(self, code: str, member: str) -> None:
        """`member` follows the room's states from now on."""

    def unwatch(self, code: str, member: str) -> None:
        """It does not any more."""

    def wants_json(self, code: str) -> bool:
        """Whether anyone who follows the room asked for states as JSON."""

    def state(self, code: str, message: Message) -> None:
        """Send a state to all who follow."""

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Send a keyframe or a private state to one."""

    def close(self, member: str, code: str, message: str) -> None:
        """Say goodbye and close a connection."""


class Silence:
    """An outbox that swallows everything: for matches that nobody watches."""

    def enter(self, code: str, member: str) -> None:
        """Say nothing."""

    def exit(self, code: str, member: str) -> None:
        """Say nothing."""

    def tell(self, code: str, event: str, data: dict[str, Any]) -> None:
        """Say nothing."""

    def tell_one(self, member: str, event: str, data: dict[str, Any]) -> None:
        """Say nothing."""

    def watch(self, code: str, member: str) -> None:
        """Say nothing."""

    def unwatch(self, code: str, member: str) -> None:
        """Say nothing."""

    def wants_json(self, code: str) -> bool:
        """Nobody does."""
        return False

    def state(self, code: str, message: Message) -> None:
        """Say nothing."""

    def state_one(self, member: str, message: Message, droppable: bool) -> None:
        """Say nothing."""

    def close(self, member: str, code: str, message: str) -> None:
        """Say nothing."""
