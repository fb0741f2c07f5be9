"""A real server in a separate process on a free port."""

import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from tests.logs import watch

ROOT = Path(__file__).parents[2]
READY_S = 90.0

GENEROUS = {
    "RUMPUS_LIMITS__CREATE_PER_MIN": "10000",
    "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
    "RUMPUS_LIMITS__ENTRIES_PER_MIN": "10000",
    "RUMPUS_LIMITS__COMMAND_RATE_PER_S": "500",
    "RUMPUS_LIMITS__COMMAND_BURST": "500",
    "RUMPUS_ROOMS__COUNTDOWN_S": "0",
}
"""Limits high enough for many tests that share one server."""


class Server:
    """One `server.py`.

    Args:
        folder: the folder of its secret and its log.
        settings: RUMPUS_ variables besides the generous ones; None removes one of those.

    Attributes:
        url: its address, once it runs.
        port: its port.
    """

    def __init__(self, folder: Path, **settings: str | None) -> None:
        self.folder = folder
        self.log_path = folder / "server.log"
        self.secret_path = folder / "secret"
        self.port = 0
        merged: dict[str, str | None] = {**GENEROUS, **settings}
        self._environ = {key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_")}
        self._environ.update(
            PORT="0",
            RUMPUS_SERVER__HOST="127.0.0.1",
            RUMPUS_SERVER__SECRET_FILE=str(self.secret_path),
            RUMPUS_RECORDS__URL=f"sqlite:///{folder / 'records.db'}",
            RUMPUS_RECORDS__FOLDER=str(folder),
            PYTHONFAULTHANDLER="1",
        )
        self._environ.update({key: value for key, value in merged.items() if value is not None})
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Start it and wait until it is ready."""
        with self.log_path.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "server.py")],
                cwd=ROOT,
                env=self._environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._process = process
        watch(self.log_path, self._settle)
        watchdog = threading.Timer(READY_S, process.kill)
        watchdog.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                found = re.search(r"here:\s+http://localhost:(\d+)/", line)
                if found:
                    self.port = int(found[1])
                    break
        finally:
            watchdog.cancel()
        if not self.port:
            self.stop()
            raise AssertionError(f"the server did not start:\n{self.log()}")
        return self

    def stop(self) -> int:
        """End it by SIGTERM, or by SIGKILL if that fails; returns its exit code."""
        process = self._process
        assert process is not None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
        return process.returncode

    def kill(self, number: int) -> None:
        """Send it a signal that ends it, and wait for that."""
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _settle(self) -> None:
        """Wait until the server has written its log: a request is answered after earlier work has run."""
        if self.port and self.alive:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
            except (OSError, urllib.error.HTTPError):
                return

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """What it has logged so far."""
        return self.log_path.read_text() if self.log_path.exists() else ""

    def memory_kb(self) -> int:
        """Resident memory in kB."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1])
