"""Deadlines that all lie the same time ahead: a queue is enough, no heap and no timer for each.

Ten thousand sessions need one greenlet that looks at the head of three such queues.
Pure: the clock is passed in.
"""

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Deadlines(Generic[T]):
    """Items that fall due `delay_s` seconds after they were added, in that order.

    There is no removal: the caller asks each item that it takes whether the deadline still matters.
    """

    __slots__ = ("_queue", "delay_s")

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self._queue: deque[tuple[float, T]] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, item: T, now: float) -> None:
        """Let `item` fall due `delay_s` from `now`; `now` must not go back between calls."""
        self._queue.append((now + self.delay_s, item))

    def next_due(self) -> float | None:
        """When the first item falls due, or None if there is none."""
        return self._queue[0][0] if self._queue else None

    def due(self, now: float) -> Iterator[T]:
        """Take out and give every item that is due, those added meanwhile included if due already."""
        queue = self._queue
        while queue and queue[0][0] <= now:
            yield queue.popleft()[1]
