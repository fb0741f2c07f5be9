"""Homes: where rooms are, as the front asks the node for it, and what is said when that is not known.

The *home* of a room is the process that owns it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from game.cluster import messages as l
from game.rooms.errors import Refused

ANSWER_MS = 5000
"""How long another process may take to answer."""
AGAIN_MS = 60
"""After so long what was not known is asked again."""
BUSY = Refused("busy", "The server is busy with something. Try again in a moment.")
UNSAVED = Refused("busy", "Chat cannot be saved at the moment, so this was not sent. Try again later.")
MOVED = Refused("moved", "This room has moved.")


class Unsure(Exception):
    """Where a room is cannot be said right now; ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a room is."""

    process: str
    epoch: int


class Finder(Protocol):
    """What the front asks of the node."""

    def locate(self, code: str) -> Home | None:
        """The home of a room, claimed first if its owner is dead; None: no such room. Raises Unsure."""

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        """Run something beside, that may wait."""

    def place_new(self) -> str:
        """The process that should get a new room."""

    def quick_home(self, game: str, device: str) -> str:
        """The process that has the best room for quick play."""

    def receive(self, handed: l.Handed, sender: str) -> None:
        """A room was given to this worker."""

    def takes_chat(self, code: str) -> bool:
        """Whether one more line of a room may wait to be saved."""

    def takes_answers(self, code: str) -> bool:
        """Whether one more answer may wait for the lines of a room."""

    def can_read(self, frozen: bytes) -> str:
        """Why this worker cannot go on with a frozen room; "" when it can."""

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        """Whether chat of this room waits to be safe; `answer` is called when it is."""

    def hold_way_in(self, code: str, done: Callable[[bool], None]) -> bool:
        """Whether a room here waits to be recorded, so that others find it.

        `done` is called when it is, or with False when that takes too long.
        """

    def record(self) -> None:
        """There may be a new room, whose owner all should know at once."""

    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""

    def wake(self) -> None:
        """There are letters to be sent."""
