"""The clocks: one that leases and patience are measured by, and the world's, which all workers share."""

import time
from collections.abc import Callable

SLEW = 100
"""The world's clock is put right by at most 1/100: a match's ticks come 1 % sooner or later for a while."""
STEP_US = 2_000_000
"""What is further behind than this was asleep, as a machine that was suspended; its clock is set forward."""


def monotonic_ms() -> int:
    """Milliseconds of this process's clock; stops with the process's machine, not with the process."""
    return time.monotonic_ns() // 1_000_000


class WorldClock:
    """Redis's clock, as this process knows it: it never goes back, and is put right little by little.

    Pure: `monotonic_us` is this machine's clock in microseconds.
    """

    def __init__(self, monotonic_us: Callable[[], int]) -> None:
        self._monotonic_us = monotonic_us
        self._set = False
        self._offset_us = 0
        self._slew_us = 0
        self._since_us = 0
        self._until_us = 0

    # hot: several times per tick
    def us(self) -> int:
        """The world's clock in microseconds."""
        now_us = self._monotonic_us()
        if now_us < self._until_us:
            done = self._slew_us * (now_us - self._since_us) // (self._until_us - self._since_us)
            return now_us + self._offset_us + done
        return now_us + self._offset_us + self._slew_us

    def ms(self) -> int:
        """The world's clock in milliseconds."""
        return self.us() // 1000

    def measured(self, offset_us: int, error_us: int) -> int:
        """Take a measurement.

        Args:
            offset_us: the world's clock less this machine's.
            error_us: how much that may be wrong at most; less than this is left alone.

        Returns:
            How far the clock was behind the measurement, in microseconds; negative: before it.
        """
        now_us = self._monotonic_us()
        if not self._set:
            self._set = True
            self._offset_us = offset_us
            return 0
        known_us = self.us() - now_us
        behind_us = offset_us - known_us
        self._since_us = now_us
        if behind_us > STEP_US:
            self._offset_us, self._slew_us, self._until_us = offset_us, 0, now_us
        elif abs(behind_us) > error_us:
            self._offset_us, self._slew_us = known_us, behind_us
            self._until_us = now_us + abs(behind_us) * SLEW
        return behind_us
