"""Background tasks: greenlets that must run as long as the process, such as the tick loop.

gevent forgets a greenlet that has raised an exception. A worker that lost its tick loop in this way would
answer health checks and renew its lease, and no match would go on. So the end of any background task is
logged and ends the process: its supervisor starts it again, and other workers take over its rooms.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import gevent
from gevent import GreenletExit

log = logging.getLogger("rumpus.background")

Greenlet: TypeAlias = "gevent.Greenlet[..., Any]"

RESTART_S = 1.0
WINDOW_S = 60.0


class Background:
    """The background tasks of one process.

    Attributes:
        failure: the name of the first part that failed, or None.
    """

    def __init__(self, on_failure: Callable[[], None]) -> None:
        """Start no task yet; `on_failure` is called once, after the first failure, and must not block."""
        self.failure: str | None = None
        self._on_failure = on_failure
        self._greenlets: list[Greenlet] = []

    def start(self, name: str, run: Callable[[], None], *, restarts: int = 0, ends: bool = False) -> Greenlet:
        """Start a task in a greenlet.

        Args:
            name: its name in the log.
            run: the function that does the work. It runs until `stop`, which raises GreenletExit in it.
            restarts: up to this many exceptions within a minute, the task is started again after a second.
                For tasks that matches do not need.
            ends: whether the task may return. If not, returning is a failure.

        Returns:
            the greenlet; it may be killed before `stop`.
        """
        self._greenlets = [one for one in self._greenlets if not one.dead]
        greenlet: Greenlet = gevent.spawn(self._watch, name, run, restarts, ends)
        self._greenlets.append(greenlet)
        return greenlet

    def _watch(self, name: str, run: Callable[[], None], restarts: int, ends: bool) -> None:
        failed_s: list[float] = []
        while True:
            try:
                run()
                if ends:
                    return
                raise RuntimeError("it returned, but must run as long as the process")
            except GreenletExit:
                raise
            except BaseException as error:
                now_s = time.monotonic()
                failed_s = [*(one for one in failed_s if now_s - one < WINDOW_S), now_s]
                if len(failed_s) > restarts or not isinstance(error, Exception):
                    self.fail(name, error)
                    return
                log.error("%s failed and is started again", name, exc_info=error, extra={"task": name})
            gevent.sleep(RESTART_S)

    def fail(self, name: str, error: BaseException) -> None:
        """Log the failure of a part that the process needs, and end the process."""
        log.critical("%s failed: the worker ends", name, exc_info=error, extra={"task": name})
        if self.failure is None:
            self.failure = name
            self._on_failure()

    def stop(self) -> None:
        """End all tasks."""
        gevent.killall(self._greenlets, timeout=2)
