"""Real processes for tests: a Redis with any options, and a worker that need not become ready."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import redis

from game.cluster.redis_store import connect
from game.devtools.local_cluster import free_port

ROOT = Path(__file__).parents[2]


def until(holds: Callable[[], object], what: str, timeout_s: float = 30.0) -> None:
    """Wait until `holds()` is true. Raises TimeoutError."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s} s for {what}")
        time.sleep(0.02)


def end(process: "subprocess.Popen[Any] | None") -> None:
    """End a process that may be gone, or stopped by a signal."""
    if process is not None:
        process.kill()
        process.wait(10)


class RedisServer:
    """A redis-server on a port of its own; it saves nothing unless `options` ask. A context manager."""

    def __init__(self, folder: Path, *options: str, password: str = "") -> None:
        self.folder = folder
        self.port = free_port()
        self.password = password
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}127.0.0.1:{self.port}/0"

    def start(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        secret = ["--requirepass", self.password] if self.password else []
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                    "--dir", str(self.folder), *secret, *self._options,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(self.answers, "Redis")
        return self

    def answers(self) -> bool:
        try:
            return bool(self.calls().ping())
        except redis.RedisError:
            return False

    def calls(self) -> "redis.Redis":
        return connect(self.url, socket_timeout=5)

    def kill(self) -> None:
        end(self.process)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


class WorkerProcess:
    """One `server.py` that is not waited for. A context manager that ends it."""

    def __init__(self, folder: Path, redis_url: str, name: str = "w1", **settings: str) -> None:
        self.name = name
        self.port = free_port()
        self.log_path = folder / f"{name}.log"
        environ = {key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_")}
        environ.update(
            PORT=str(self.port),
            RUMPUS_SERVER__HOST="127.0.0.1",
            RUMPUS_SERVER__SECRET_FILE=str(folder / "secret"),
            RUMPUS_RECORDS__URL=f"sqlite:///{folder / 'records.db'}",
            RUMPUS_RECORDS__FOLDER=str(folder),
            RUMPUS_CLUSTER__REDIS_URL=redis_url,
            RUMPUS_CLUSTER__WORKER_ID=name,
        )
        environ.update(settings)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "server.py")],
                cwd=ROOT,
                env=environ,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self, path: str) -> int:
        """The status of a GET; 0 while no process listens."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return int(error.code)
        except OSError:
            return 0

    def lines(self, *words: str) -> list[str]:
        """The lines of the log that hold all these words."""
        text = self.log_path.read_text(errors="replace")
        return [line for line in text.splitlines() if all(word in line for word in words)]

    def ready(self) -> bool:
        return self.status("/readyz") == 200
