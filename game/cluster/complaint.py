"""One log line for a failure that repeats: when it begins, when its cause changes, and once a minute."""

from collections.abc import Callable

AGAIN_MS = 60_000
ROW_MS = 3000
"""Failures that are closer together than this are one failure that lasts."""


class Complaint:
    """A failure that may repeat. Pure: `warn` writes a line, `now_ms` is any clock that only rises.

    With `patience_ms` it must last for so long before anything is logged.
    """

    def __init__(self, warn: Callable[[str], None], now_ms: Callable[[], int], patience_ms: int = 0) -> None:
        self._warn = warn
        self._now_ms = now_ms
        self._patience_ms = patience_ms
        self._reason: str | None = None
        self._said_ms = 0
        self._begun_ms: int | None = None
        self._failed_ms = 0

    def fails(self, reason: str) -> None:
        """It failed, for this reason; logged unless the same was logged less than a minute ago."""
        now_ms = self._now_ms()
        if self._begun_ms is None or now_ms - self._failed_ms > ROW_MS:
            self._begun_ms = now_ms
        self._failed_ms = now_ms
        if now_ms - self._begun_ms < self._patience_ms:
            return
        if reason != self._reason or now_ms - self._said_ms >= AGAIN_MS:
            self._reason, self._said_ms = reason, now_ms
            self._warn(reason)

    def works(self) -> None:
        """It works: the next failure is a new one."""
        self._reason = self._begun_ms = None
