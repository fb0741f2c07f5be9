"""The clock that leases and patience are measured by."""

import time


def monotonic_ms() -> int:
    """Milliseconds of this process's clock; stops with the process's machine, not with the process."""
    return time.monotonic_ns() // 1_000_000
