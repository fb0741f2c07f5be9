"""The front: what connections ask of rooms, wherever those are. `LoneFront` knows this worker's rooms alone.

An answer comes at once, or None comes and `later` is called with it in the end.
"""

from collections.abc import Callable
from typing import Protocol

from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.errors import Refused
from game.rooms.service import RoomService
from game.sync.wire import InputMessage

Answer = c.CommandAnswer
Later = Callable[[Answer | Refused], None]


class Front(Protocol):
    """What the edge asks; `sid` names one of its connections."""

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Joined | None:
        """Carry out Create, Join, Quick or Demo. Raises Refused."""

    def arrived(self, sid: str) -> None:
        """The connection has the answer that put it into a room: send it the running match."""

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room; `done` is called with JOINED, None: it is gone."""

    def follow(self, sid: str) -> None:
        """Send the connection the running match once more."""

    def order(self, sid: str, name: str, command: c.Command, now_ms: int, later: Later) -> Answer | None:
        """Carry out a command of somebody in a room. Raises Refused."""

    def press(self, sid: str, message: InputMessage, now_ms: int) -> None:
        """Take inputs in."""

    def measured(self, sid: str, round_trip_ms: float) -> None:
        """A round trip to the connection was timed."""

    def detach(self, sid: str, now_ms: int) -> None:
        """The connection is gone."""


class LoneFront:
    """The front of a worker that is alone."""

    def __init__(self, desk: RoomService) -> None:
        self._desk = desk
        self.arrived = desk.follow
        self.follow = desk.follow
        self.press = desk.press
        self.measured = desk.measured
        self.detach = desk.detach

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Joined | None:
        """Carry out Create, Join, Quick or Demo. Raises Refused."""
        return self._desk.enter(sid, device, command, now_ms)

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room."""
        done(self._desk.resume(sid, device, code, now_ms))

    def order(self, sid: str, name: str, command: c.Command, now_ms: int, later: Later) -> Answer | None:
        """Carry out a command of somebody in a room. Raises Refused."""
        return self._desk.order(sid, name, command, now_ms)
