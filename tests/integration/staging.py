"""`rumpus play` in a separate process, and what it prints."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
READY_S = 90.0


class Stage:
    """One `rumpus play FILE`; use it in a `with`.

    Attributes:
        url: its address.
        lines: what it has printed so far.
    """

    def __init__(self, path: Path, folder: Path, **settings: str) -> None:
        self.url = ""
        self.lines: list[str] = []
        self._path = path
        self._log = folder / "play.log"
        self._environ = {key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_")}
        self._environ.update(
            RUMPUS_SERVER__HOST="127.0.0.1",
            RUMPUS_SERVER__SECRET_FILE=str(folder / "secret"),
            RUMPUS_RECORDS__URL=f"sqlite:///{folder / 'records.db'}",
            RUMPUS_RECORDS__FOLDER=str(folder),
            RUMPUS_ROOMS__COUNTDOWN_S="0",
        )
        self._environ.update(settings)
        self._spoken = threading.Condition()

    def __enter__(self) -> Self:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "game.cli", "play", str(self._path), "--port", "0"],
                cwd=ROOT,
                env=self._environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        threading.Thread(target=self._listen, daemon=True).start()
        line = self.wait_for(r"http://localhost:(\d+)/", READY_S)
        found = re.search(r":(\d+)/", line)
        assert found is not None
        self.url = f"http://127.0.0.1:{found[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> int:
        """End it by SIGTERM, or by SIGKILL if that fails; returns its exit code."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        return self._process.returncode

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._spoken:
                self.lines.append(line.rstrip())
                self._spoken.notify_all()

    def wait_for(self, pattern: str, timeout_s: float = 60.0) -> str:
        """The first line that it prints, or has printed, with this pattern."""
        until = time.monotonic() + timeout_s
        with self._spoken:
            while True:
                for line in self.lines:
                    if re.search(pattern, line):
                        return line
                left = until - time.monotonic()
                spoken = left > 0 and self._process.poll() is None and self._spoken.wait(min(left, 0.5))
                assert spoken or (left > 0 and self._process.poll() is None), (
                    f"no line {pattern}: {self.lines} {self.log()}"
                )

    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()
