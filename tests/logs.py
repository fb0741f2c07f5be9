"""Checks the logs of the processes that tests start: a test during which an error is logged fails.

A fixture in tests/conftest.py calls `judge()` when a test and all its fixtures are over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

COMPLAINT = re.compile(r"Traceback|\[error|\[critical| failed: |\"level\":\s*\"(?:error|critical)\"")
CONTEXT_LINES = 40


class WatchedLog:
    """One log file, read from where the last check ended.

    Args:
        path: the file; it may not exist yet.
        settle: called before the file is read, so that the process can finish writing.
    """

    def __init__(self, path: Path, settle: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self._settle = settle
        self._judged = 0

    def complaint(self, expected: Iterable[str] = ()) -> str | None:
        """The first complaint since the last call with the lines that follow it, or None.

        A line that contains one of the `expected` texts is not a complaint.
        """
        self._settle()
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            file.seek(self._judged)
            fresh = file.read()
        self._judged += len(fresh)
        lines = fresh.decode(errors="replace").splitlines()
        for number, line in enumerate(lines):
            if COMPLAINT.search(line) and not any(text in line for text in expected):
                return "\n".join([f"{self.path}:", *lines[number : number + CONTEXT_LINES]])
        return None


WATCHED: dict[Path, WatchedLog] = {}


def watch(path: Path, settle: Callable[[], None] = lambda: None) -> None:
    """Check this log after each test from now on."""
    WATCHED.setdefault(path, WatchedLog(path, settle))


def judge(expected: Iterable[str] = ()) -> list[str]:
    """All unexpected complaints since the last call; logs that were deleted are dropped."""
    complaints = [found for log in list(WATCHED.values()) if (found := log.complaint(expected)) is not None]
    for path in [path for path in WATCHED if not path.exists()]:
        del WATCHED[path]
    return complaints
