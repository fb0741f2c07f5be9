"""Failures that repeat are logged once, not each time."""

from game.cluster.complaint import Complaint


def complaining(patience_ms: int = 0) -> tuple[Complaint, list[str], list[int]]:
    """A complaint, what it has logged, and its clock."""
    lines: list[str] = []
    now = [0]
    return Complaint(lines.append, lambda: now[0], patience_ms), lines, now


def test_a_failure_is_logged_when_it_begins_when_it_changes_and_once_a_minute() -> None:
    complaint, lines, now = complaining()
    for now[0] in range(0, 120_000, 1000):
        complaint.fails("down" if now[0] < 10_000 else "loading")
    assert lines == ["down", "loading", "loading"]


def test_a_failure_that_comes_back_is_logged_again() -> None:
    complaint, lines, _ = complaining()
    complaint.fails("down")
    complaint.works()
    complaint.fails("down")
    assert lines == ["down", "down"]


def test_a_short_failure_is_not_worth_a_line() -> None:
    complaint, lines, now = complaining(patience_ms=2000)
    complaint.fails("down")
    now[0] = 1500
    complaint.fails("down")
    now[0] = 60_000
    complaint.fails("down")
    assert lines == []
    now[0] = 62_500
    complaint.fails("down")
    assert lines == ["down"]
