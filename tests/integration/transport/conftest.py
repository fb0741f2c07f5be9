"""Starts echo_app in a process of its own, and asks it what it knows."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


class App:
    """A running echo_app.

    Attributes:
        port: where it listens, on 127.0.0.1.
    """

    def __init__(self, log: Path, **options: Any) -> None:
        self._log = log
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.transport.echo_app", json.dumps(options)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log()
        self.port = int(line)
        self.url = f"http://127.0.0.1:{self.port}"

    def state(self, deep: bool = False) -> dict[str, Any]:
        """What the application knows; see echo_app.state."""
        with urllib.request.urlopen(self.url + "/state" + "?deep" * deep, timeout=10) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def do(self, what: str, **order: Any) -> dict[str, Any]:
        """Have something done; see echo_app.do."""
        request = urllib.request.Request(
            self.url + "/do",
            json.dumps({"what": what, **order}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            result: dict[str, Any] = json.load(answer)
        return result

    def until(self, condition: Callable[[dict[str, Any]], object], timeout_s: float = 10.0) -> dict[str, Any]:
        """Poll the state until `condition` holds, and give it."""
        deadline = time.monotonic() + timeout_s
        while True:
            state = self.state()
            if condition(state):
                return state
            assert time.monotonic() < deadline, f"never came true: {state}"
            time.sleep(0.02)

    def log(self) -> str:
        """What it wrote to stderr so far."""
        return self._log.read_text()

    def stop(self) -> int:
        """Ask it to end, and give its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()


Start = Callable[..., App]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start an application with options of one's own; it must end cleanly and never log a traceback."""
    with ExitStack() as stack:

        def begin(**options: Any) -> App:
            app = App(tmp_path / f"app{len(list(tmp_path.iterdir()))}.log", **options)
            stack.callback(_end, app)
            return app

        yield begin


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An application with ordinary options, shared by a file's tests."""
    app = App(tmp_path_factory.mktemp("net") / "app.log")
    yield app
    _end(app)


def _end(app: App) -> None:
    if app.process.poll() is None:
        assert app.stop() == 0, app.log()
    assert "Traceback" not in app.log()
