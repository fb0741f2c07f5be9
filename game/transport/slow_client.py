"""The slow-client policy: how much a client has not taken yet, and what follows from it.

    FLOWING ──too much, or unsent for too long──► STALE ──nothing left──► DRAINED ──resume()──► FLOWING

A FLOWING client gets everything. A STALE client gets no droppable message (a delta is worthless to a client
that missed the one before it). A client that has caught up is DRAINED: it needs one keyframe, and flows
again when the caller resumes it. A client that stays STALE too long, or owes too much in total, is overdue:
close it.

Pure: the clock is passed in, and this file knows neither sockets nor what the bytes mean.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


@dataclass(frozen=True, slots=True)
class SlowClientLimits:
    """When a client is slow, and when it is too slow.

    Attributes:
        max_queued_bytes: a client with more than this unsent is stale.
        max_unsent_s: a client that takes nothing for so long while something is unsent is stale.
        close_after_s: a client that is stale for so long is closed.
        max_total_bytes: a message on top of so much unsent closes the client, droppable or not.
    """

    max_queued_bytes: int = 16_384
    max_unsent_s: float = 1.0
    close_after_s: float = 5.0
    max_total_bytes: int = 262_144


class Flow(Enum):
    """Where a client stands; see the head of this file."""

    FLOWING = auto()
    STALE = auto()
    DRAINED = auto()


class FlowEvent(Enum):
    """What happens to a client."""

    SLOW = auto()
    """Too much is unsent, or for too long."""
    CAUGHT_UP = auto()
    """It has taken everything."""
    RESUME = auto()
    """The caller has sent it a keyframe."""


FLOWS: Final = {
    # (state, event): (next state, whether the application is notified of it)
    (Flow.FLOWING, FlowEvent.SLOW): (Flow.STALE, True),
    (Flow.FLOWING, FlowEvent.CAUGHT_UP): (Flow.FLOWING, False),
    (Flow.FLOWING, FlowEvent.RESUME): (Flow.FLOWING, False),
    (Flow.STALE, FlowEvent.SLOW): (Flow.STALE, False),
    (Flow.STALE, FlowEvent.CAUGHT_UP): (Flow.DRAINED, True),
    (Flow.STALE, FlowEvent.RESUME): (Flow.STALE, False),
    # The application knows already that this client is slow.
    (Flow.DRAINED, FlowEvent.SLOW): (Flow.STALE, False),
    (Flow.DRAINED, FlowEvent.CAUGHT_UP): (Flow.DRAINED, False),
    (Flow.DRAINED, FlowEvent.RESUME): (Flow.FLOWING, False),
}


def _ignore(_flow: Flow) -> None:
    """Do nothing."""


class SlowClient:
    """Counts one client's unsent bytes and applies `SlowClientLimits` to them.

    Attributes:
        queued: bytes accepted for the client and not yet taken by it.
        flow: where the client stands.
    """

    __slots__ = ("_limits", "_moved_at", "_notify", "_stale_at", "flow", "queued")

    def __init__(self, limits: SlowClientLimits, notify: Callable[[Flow], None]) -> None:
        """Begin with nothing queued.

        Args:
            limits: when the client is slow.
            notify: called with STALE once per episode, and with DRAINED each time the client has caught up.
        """
        self._limits = limits
        self._notify = notify
        self._moved_at = 0.0
        self._stale_at = 0.0
        self.queued = 0
        self.flow = Flow.FLOWING

    def admits(self, size: int, droppable: bool, now: float) -> bool:
        """Whether a message of `size` bytes may be queued; a droppable one may not for a stale client."""
        if not droppable:
            return True
        if self.flow is Flow.FLOWING and self.queued and self._is_slow(self.queued + size, now):
            self._become_stale(now)
        return self.flow is Flow.FLOWING

    def add(self, size: int, now: float) -> bool:
        """Count `size` bytes as queued; False if the client now owes too much and must be closed.

        One message of any size is allowed on top of nothing, or ordinary large answers could never be sent.

        Returns:
            whether it was counted.
        """
        if not self.queued:
            self._moved_at = now
        elif self.queued + size > self._limits.max_total_bytes:
            return False
        self.queued += size
        if self.flow is not Flow.STALE and self._is_slow(self.queued, now):
            self._become_stale(now)
        return True

    def take(self, size: int, now: float) -> None:
        """Count `size` bytes as taken by the client."""
        self.queued -= size
        if size:
            self._moved_at = now
        if not self.queued:
            self._on(FlowEvent.CAUGHT_UP)

    def overdue(self, now: float) -> bool:
        """Whether the client has been stale for too long; it may become stale here."""
        if self.queued and self.flow is not Flow.STALE and self._is_slow(self.queued, now):
            self._become_stale(now)
        return self.flow is Flow.STALE and now - self._stale_at >= self._limits.close_after_s

    def resume(self) -> None:
        """Let droppable messages flow again, after the keyframe; does nothing unless drained."""
        self._on(FlowEvent.RESUME)

    def mute(self) -> None:
        """Notify nobody from now on: the session is over, and must not stay in memory because of this."""
        self._notify = _ignore

    def _is_slow(self, queued: int, now: float) -> bool:
        return queued > self._limits.max_queued_bytes or now - self._moved_at >= self._limits.max_unsent_s

    def _become_stale(self, now: float) -> None:
        self._stale_at = now
        self._on(FlowEvent.SLOW)

    def _on(self, event: FlowEvent) -> None:
        self.flow, notified = FLOWS[self.flow, event]
        if notified:
            self._notify(self.flow)
