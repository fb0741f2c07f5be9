"""Background greenlets: what must run as long as the process does, such as the tick loop.

gevent forgets a greenlet that has raised an exception. A worker that had lost its tick loop that way went
on to answer health checks and to renew its lease while nobody could play. Here the end of any such greenlet
is logged and ends the process; whatever started the process starts it again, and other workers take its
rooms.
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
    """The background greenlets of one process.

    Attributes:
        failure: the name of what failed first, None while all is well.
    """

    def __init__(self, on_failure: Callable[[], None]) -> None:
        """Watch nothing yet; `on_failure` is called once, after the first failure, and must not block."""
        self.failure: str | None = None
        self._on_failure = on_failure
        self._greenlets: list[Greenlet] = []

    def start(self, name: str, run: Callable[[], None], *, restarts: int = 0, ends: bool = False) -> Greenlet:
        """Run `run` in a greenlet of its own.

        Args:
            name: what the log calls it.
            run: the work; it runs until `stop`, which ends it by GreenletExit.
            restarts: how many exceptions within a minute are survived: it is run again a second later. For
                work without which matches go on.
            ends: it may return. Otherwise that is a failure, too.

        Returns:
            the greenlet; it may be killed earlier.
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
                log.error("%s failed and is started again", name, exc_info=error)
            gevent.sleep(RESTART_S)

    def fail(self, name: str, error: BaseException) -> None:
        """Something that the process cannot do without has failed: log it, and let the process end."""
        log.critical("%s failed: the worker ends", name, exc_info=error)
        if self.failure is None:
            self.failure = name
            self._on_failure()

    def stop(self) -> None:
        """End all of them."""
        gevent.killall(self._greenlets, timeout=2)
