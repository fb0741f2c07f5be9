"""Inputs of one seat: which were seen, which wait for their tick, what the client is told of them."""

from collections import deque
from dataclasses import dataclass

from game.protocol.frames import MOST_TICKS_AHEAD

MOST_WAITING = 24


@dataclass(slots=True)
class Waiting:
    """An input that waits for its tick; `margin` is how many ticks it came early (negative: late)."""

    seq: int
    tick: int
    buttons: int
    value: int
    margin: int


class InputQueue:
    """Orders the inputs of one seat by their number, drops what was seen, applies one a tick at most."""

    __slots__ = ("_waiting", "applied_seq", "margin", "seen_seq")

    def __init__(self, applied_seq: int = 0) -> None:
        self.seen_seq = applied_seq
        self.applied_seq = applied_seq
        self.margin = 0
        self._waiting: deque[Waiting] = deque()

    def push(self, now_tick: int, seq: int, tick: int, buttons: int, value: int) -> bool:
        """Take input `seq` (stamped `tick`) in; False if it was seen before, is not next, or too many wait.

        A client that predicts counts its inputs as they come back applied, so none may be skipped: what is
        not taken here comes again, since unacknowledged inputs are repeated.
        """
        if seq != self.seen_seq + 1 or len(self._waiting) >= MOST_WAITING:
            return False
        self.seen_seq = seq
        due = min(max(tick, now_tick), now_tick + MOST_TICKS_AHEAD)
        self._waiting.append(
            Waiting(seq, due, buttons, value, max(-999, min(tick - now_tick, MOST_TICKS_AHEAD)))
        )
        return True

    def take(self, tick: int) -> Waiting | None:
        """The next input that is due at `tick`, if there is one."""
        if not self._waiting or self._waiting[0].tick > tick:
            return None
        due = self._waiting.popleft()
        self.applied_seq = due.seq
        self.margin = due.margin
        return due

    def clear(self) -> None:
        """Forget what waits; it may come again."""
        self._waiting.clear()
        self.seen_seq = self.applied_seq
