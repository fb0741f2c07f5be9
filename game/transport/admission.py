"""Admission: connections that begin or end are worked on in short turns, so that ticks are never late for it.

A handshake costs a hundred times as much as an input, and so does a disconnect. When thousands of clients
connect or leave in one second, their work waits in queues here; each turn of the event loop does 2 ms of it,
and in between ticks, inputs and states are served. Without a crowd everything is done at once.

Connections that have ended come first, since that frees memory; then connections that enter a namespace;
last, new connections. So what was begun is finished before more is begun.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

from gevent import get_hub, getcurrent
from gevent.hub import Waiter

from game.transport.sampling import log_failure

TURN_S = 0.002
"""How much work is done in one turn; work that was begun is finished."""
PAUSE_S = 0.001
"""How long the event loop is left to others between two turns."""

Work = Callable[[], None]


class Admission:
    """The queues of connections that begin or end.

    Work runs in the event loop, so it must not wait for anything.
    """

    def __init__(
        self,
        turn_s: float = TURN_S,
        pause_s: float = PAUSE_S,
        report: Callable[[str, Exception], None] = log_failure,
    ) -> None:
        """Begin with empty queues.

        Args:
            turn_s: seconds of work in one turn.
            pause_s: seconds between two turns.
            report: called with (what, error) when work fails.
        """
        self._turn_s = turn_s
        self._pause_s = pause_s
        self._report = report
        self._hub = get_hub()
        self._pause: Any = self._hub.loop.timer(pause_s)
        self._spent_s = 0.0
        self._leaving: deque[Work] = deque()
        self._joining: deque[Work] = deque()
        self._arriving: deque[Work] = deque()

    @property
    def arriving(self) -> int:
        """How many new connections wait."""
        return len(self._arriving)

    def use_this_thread(self) -> None:
        """Work in this thread's event loop from now on: a server need not run where its parts were made."""
        hub = get_hub()
        if hub is not self._hub:
            self._hub, self._pause = hub, hub.loop.timer(self._pause_s)
            if self._leaving or self._joining or self._arriving:
                self._rest()

    def leave(self, work: Work) -> None:
        """Do `work`, for a connection that has ended."""
        self._add(self._leaving, work)

    def join(self, work: Work) -> None:
        """Do `work`, for a connection that is in no namespace yet."""
        self._add(self._joining, work)

    def arrive(self, work: Work) -> None:
        """Do `work`, for a connection that has sent its first request."""
        self._add(self._arriving, work)

    def wait(self) -> None:
        """Let this greenlet wait for a turn, in which it goes on until it waits for something else."""
        waiter: Any = Waiter(get_hub())
        self._add(self._arriving, partial(waiter.switch, None))
        waiter.get()

    def _add(self, queue: deque[Work], work: Work) -> None:
        if self._pause.active:
            queue.append(work)
        elif getcurrent() is self._hub:
            self._do(work)
            if self._spent_s >= self._turn_s:
                self._rest()
        else:  # a greenlet, which may be the one that ticks
            queue.append(work)
            self._rest()

    def _rest(self) -> None:
        self._pause.start(self._turn, update=True)

    def _turn(self) -> None:
        self._spent_s = 0.0
        while self._spent_s < self._turn_s:
            queue = self._leaving or self._joining or self._arriving
            if not queue:
                return
            self._do(queue.popleft())
        self._rest()

    def _do(self, work: Work) -> None:
        begun_s = perf_counter()
        try:
            work()
        except Exception as error:  # noqa: BLE001  the others must not wait for ever
            self._report("a connection that begins or ends", error)
        self._spent_s += perf_counter() - begun_s
