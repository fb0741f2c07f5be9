"""One log line for a failure that repeats: when it begins, when its cause changes, and once a minute."""

from collections.abc import Callable

AGAIN_MS = 60_000


class Complaint:
    """A failure that may repeat. Pure: `warn` writes a line, `now_ms` is any clock that only rises."""

    def __init__(self, warn: Callable[[str], None], now_ms: Callable[[], int]) -> None:
        self._warn = warn
        self._now_ms = now_ms
        self._reason: str | None = None
        self._said_ms = 0

    def fails(self, reason: str) -> None:
        """It failed, for this reason; logged unless the same was logged less than a minute ago."""
        now_ms = self._now_ms()
        if reason != self._reason or now_ms - self._said_ms >= AGAIN_MS:
            self._reason, self._said_ms = reason, now_ms
            self._warn(reason)

    def works(self) -> None:
        """It works: the next failure is a new one."""
        self._reason = None
