"""The input queue of one seat: inputs wait here for their tick."""

from dataclasses import dataclass

from game.protocol.frames import MOST_TICKS_AHEAD
from game.sync.wire import Change

MAX_WAITING = 24


@dataclass(slots=True)
class Waiting:
    """An input that waits for its tick; `margin` is how many ticks early it arrived (negative: late)."""

    seq: int
    tick: int
    buttons: int
    value: int
    margin: int
    changes: tuple[Change, ...] = ()


class InputQueue:
    """The inputs of one seat in the order of their seq. At most one is applied in each tick.

    Attributes:
        seen_seq: the highest seq that was taken in.
        applied_seq: the seq of the last input that was applied, 0 for none.
        margin: the margin of that input.
    """

    __slots__ = ("_waiting", "applied_seq", "margin", "seen_seq")

    def __init__(self, applied_seq: int = 0) -> None:
        self.seen_seq = applied_seq
        self.applied_seq = applied_seq
        self.margin = 0
        self._waiting: list[Waiting] = []  # mostly empty: a deque would take 700 bytes for that

    def push(
        self,
        now_tick: int,
        seq: int,
        tick: int,
        buttons: int,
        value: int,
        changes: tuple[Change, ...] = (),
    ) -> bool:
        """Take an input in.

        A client that predicts counts its inputs as they come back applied, so none may be skipped: an input
        that is not taken comes again, since clients repeat what is not acknowledged.

        Args:
            now_tick: the tick of the match.
            seq: the input's number.
            tick: the tick for which the client meant it.
            buttons: the buttons that are held, one bit each.
            value: a number that the game asks for, or 0.
            changes: of other controls.

        Returns:
            False if the input was seen before, is not the next one, or too many wait.
        """
        if seq != self.seen_seq + 1 or len(self._waiting) >= MAX_WAITING:
            return False
        self.seen_seq = seq
        due = min(max(tick, now_tick), now_tick + MOST_TICKS_AHEAD)
        self._waiting.append(
            Waiting(seq, due, buttons, value, max(-999, min(tick - now_tick, MOST_TICKS_AHEAD)), changes)
        )
        return True

    def take(self, tick: int) -> Waiting | None:
        """The next input that is due at `tick`, or None."""
        if not self._waiting or self._waiting[0].tick > tick:
            return None
        due = self._waiting.pop(0)
        self.applied_seq = due.seq
        self.margin = due.margin
        return due

    def clear(self) -> None:
        """Drop what waits; the client may send it again."""
        self._waiting.clear()
        self.seen_seq = self.applied_seq
