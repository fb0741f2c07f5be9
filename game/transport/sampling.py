"""Sampling: log a repeated event at most once in a minute, and count those in between."""

import logging
from collections.abc import Callable, Hashable
from time import monotonic

log = logging.getLogger("rumpus.transport")


class Sampler:
    """Decides which of many equal events is logged.

    A key is logged once in `quiet_s` seconds, and all keys together at most `most` times in that span, so a
    client that invents keys cannot fill the log.
    """

    def __init__(self, quiet_s: float = 60.0, most: int = 20, now_s: Callable[[], float] = monotonic) -> None:
        self._quiet_s = quiet_s
        self._most = most
        self._now_s = now_s
        self._logged: dict[Hashable, None] = {}
        self._since_s = -quiet_s
        self.skipped = 0

    def admits(self, key: Hashable) -> bool:
        """Whether this event is logged; if not, it is counted in `skipped`."""
        now = self._now_s()
        if now - self._since_s >= self._quiet_s:
            self._since_s = now
            self._logged.clear()
        if key in self._logged or len(self._logged) >= self._most:
            self.skipped += 1
            return False
        self._logged[key] = None
        return True

    def take_skipped(self) -> int:
        """How many events were not logged since the last call."""
        skipped, self.skipped = self.skipped, 0
        return skipped


_failures = Sampler()


def log_failure(what: str, error: BaseException) -> None:
    """Log an exception with its traceback, equal ones once a minute.

    What parts of the transport do with an exception of the application unless they are given something else.

    Args:
        what: what failed.
        error: the exception.
    """
    if _failures.admits((what, type(error))):
        log.error("%s failed: %.200r", what, error, exc_info=error)
