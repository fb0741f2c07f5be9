"""Failures that repeat are logged once, not each time."""

from game.cluster.log_throttle import LogThrottle


def complaining(patience_ms: int = 0) -> tuple[LogThrottle, list[str], list[int]]:
    """A throttle, what it has logged, and its clock."""
    lines: list[str] = []
    now = [0]
    return LogThrottle(lines.append, lambda: now[0], patience_ms), lines, now


def test_a_failure_is_logged_when_it_begins_when_it_changes_and_once_a_minute() -> None:
    throttle, lines, now = complaining()
    for now[0] in range(0, 120_000, 1000):
        throttle.failed("down" if now[0] < 10_000 else "loading")
    assert lines == ["down", "loading", "loading"]


def test_a_failure_that_comes_back_is_logged_again() -> None:
    throttle, lines, _ = complaining()
    throttle.failed("down")
    throttle.succeeded()
    throttle.failed("down")
    assert lines == ["down", "down"]


def test_a_short_failure_is_not_worth_a_line() -> None:
    throttle, lines, now = complaining(patience_ms=2000)
    throttle.failed("down")
    now[0] = 1500
    throttle.failed("down")
    now[0] = 60_000
    throttle.failed("down")
    assert lines == []
    now[0] = 62_500
    throttle.failed("down")
    assert lines == ["down"]
