"""The lock of a folder that one cluster uses at a time: held while any of its processes runs.

The lock belongs to an open file, which every child inherits. So it outlives a supervisor that was killed,
while a process that it started goes on.
"""

import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 3.0
"""How long processes of a cluster that has just ended may take to end."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock."""

    pid: int
    name: str


class FolderLock:
    """The lock of `folder`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: int | None = None

    def take(self) -> bool:
        """Take the lock; False if running processes hold it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.05)
                    continue
                os.close(file)
                return False
            self._file = file
            return True

    @property
    def inherited(self) -> tuple[int, ...]:
        """What children must inherit, as `pass_fds` takes it."""
        return () if self._file is None else (self._file,)

    def leave(self) -> None:
        """Close this process's side."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holders(self) -> list[Holder]:
        """The processes that have the file open, as far as this user may see; none without /proc."""
        path = str(self._path.resolve())
        found: list[Holder] = []
        for entry in Path("/proc").glob("[0-9]*"):
            pid = int(entry.name)
            try:
                if pid != os.getpid() and any(
                    str(one.readlink()) == path for one in (entry / "fd").iterdir()
                ):
                    found.append(Holder(pid, (entry / "comm").read_text().strip()))
            except OSError:
                continue  # it has just ended, or is another user's
        return sorted(found, key=lambda one: one.pid)
