"""One log line for a failure that repeats: when it begins, when its cause changes, and once a minute."""

from collections.abc import Callable

REPEAT_MS = 60_000
JOIN_MS = 3000
"""Failures that are closer together than this are one failure that lasts."""


class LogThrottle:
    """A failure that may repeat.

    Args:
        write: writes a log line for a cause.
        now_ms: a clock that only rises.
        patience_ms: how long the failure must last before anything is logged.
    """

    def __init__(self, write: Callable[[str], None], now_ms: Callable[[], int], patience_ms: int = 0) -> None:
        self._write = write
        self._now_ms = now_ms
        self._patience_ms = patience_ms
        self._cause: str | None = None
        self._logged_ms = 0
        self._since_ms: int | None = None
        self._failed_ms = 0

    def failed(self, cause: str) -> None:
        """It failed; logged unless the same cause was logged less than a minute ago."""
        now_ms = self._now_ms()
        if self._since_ms is None or now_ms - self._failed_ms > JOIN_MS:
            self._since_ms = now_ms
        self._failed_ms = now_ms
        if now_ms - self._since_ms < self._patience_ms:
            return
        if cause != self._cause or now_ms - self._logged_ms >= REPEAT_MS:
            self._cause, self._logged_ms = cause, now_ms
            self._write(cause)

    def succeeded(self) -> None:
        """It works: the next failure is a new one."""
        self._cause = self._since_ms = None
