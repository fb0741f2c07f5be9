"""Token buckets: how often something may be done, with a burst."""


class Bucket:
    """`rate` tokens a second up to `burst`; the time is passed in, in milliseconds."""

    __slots__ = ("_at_ms", "_tokens", "burst", "rate")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = burst
        self._at_ms: float | None = None

    def has(self, now_ms: float) -> bool:
        """Whether a token is there; none is taken."""
        return self.take(now_ms, 1.0) and self._give_back()

    def _give_back(self) -> bool:
        self._tokens += 1.0
        return True

    def take(self, now_ms: float, cost: float = 1.0) -> bool:
        """Take `cost` tokens if they are there; False, and nothing taken, if not."""
        self._refill(now_ms)
        if self._tokens < cost:
            return False
        self._tokens -= cost
        return True

    def charge(self, now_ms: float, cost: float) -> None:
        """Take `cost` tokens even if they are not there: then nothing can be taken until they are made up."""
        self._refill(now_ms)
        self._tokens -= cost

    def in_debt(self, now_ms: float) -> bool:
        """Whether more was charged than there was."""
        self._refill(now_ms)
        return self._tokens < 0

    def _refill(self, now_ms: float) -> None:
        if self._at_ms is None:
            self._at_ms = now_ms
        elif now_ms > self._at_ms:
            self._tokens = min(self.burst, self._tokens + (now_ms - self._at_ms) * self.rate / 1000)
            self._at_ms = now_ms
