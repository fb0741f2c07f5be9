"""The slow-client policy: what one client has not taken yet, and what follows from it.

    FLOWING ──too much or too long unsent──► STALE ──nothing left──► DRAINED ──resume()──► FLOWING

While FLOWING everything is kept. A STALE client gets no droppable message (a delta that misses its
predecessor is worthless); once it has caught up it is DRAINED, is due one keyframe, and flows again when
the caller resumes it. A client that stays STALE too long, or owes too much in total, is overdue: close it.

Pure: the clock is passed in, and this file knows neither sockets nor what the bytes mean.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class SlowClient:
    """When a client is slow, and when it is too slow.

    Attributes:
        max_queued_bytes: more than this unsent makes the client stale.
        max_unsent_s: so long without any progress while something is unsent makes it stale.
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


def _ignore(_flow: Flow) -> None:
    """Do nothing."""


class Backlog:
    """Counts one client's unsent bytes and applies a `SlowClient` policy to them.

    Attributes:
        queued: bytes accepted for the client and not yet taken by it.
        flow: where the client stands.
    """

    __slots__ = ("_moved_at", "_notify", "_policy", "_stale_at", "flow", "queued")

    def __init__(self, policy: SlowClient, notify: Callable[[Flow], None]) -> None:
        """`notify` is told STALE once per episode, and DRAINED each time the client has caught up."""
        self._policy = policy
        self._notify = notify
        self._moved_at = 0.0
        self._stale_at = 0.0
        self.queued = 0
        self.flow = Flow.FLOWING

    def admits(self, size: int, droppable: bool, now: float) -> bool:
        """Tell whether a message of `size` bytes may be queued; a droppable one may not once stale."""
        if not droppable:
            return True
        if self.flow is Flow.FLOWING and self.queued and self._is_slow(self.queued + size, now):
            self._become_stale(now)
        return self.flow is Flow.FLOWING

    def add(self, size: int, now: float) -> bool:
        """Count `size` bytes as queued; False if the client now owes too much and must be closed.

        One message of any size is allowed on top of nothing, or ordinary large answers could never be sent.
        """
        if not self.queued:
            self._moved_at = now
        elif self.queued + size > self._policy.max_total_bytes:
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
        if not self.queued and self.flow is Flow.STALE:
            self.flow = Flow.DRAINED
            self._notify(Flow.DRAINED)

    def overdue(self, now: float) -> bool:
        """Look at the clock: the client may become stale, and is overdue if it has been for too long."""
        if self.queued and self.flow is not Flow.STALE and self._is_slow(self.queued, now):
            self._become_stale(now)
        return self.flow is Flow.STALE and now - self._stale_at >= self._policy.close_after_s

    def resume(self) -> None:
        """Let droppable messages flow again, after the keyframe; ignored unless drained."""
        if self.flow is Flow.DRAINED:
            self.flow = Flow.FLOWING

    def mute(self) -> None:
        """Notify nobody any more: the session is over, and must not be kept in memory by its backlog."""
        self._notify = _ignore

    def _is_slow(self, queued: int, now: float) -> bool:
        return queued > self._policy.max_queued_bytes or now - self._moved_at >= self._policy.max_unsent_s

    def _become_stale(self, now: float) -> None:
        known = self.flow is Flow.DRAINED  # it was told to be stale and has not been resumed since
        self.flow = Flow.STALE
        self._stale_at = now
        if not known:
            self._notify(Flow.STALE)
