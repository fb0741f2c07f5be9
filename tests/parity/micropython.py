"""A MicroPython of our own in a Node process, to which journals are handed."""

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "web/node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"


def missing() -> str:
    """What is not there that is needed, or an empty text."""
    if shutil.which("node") is None:
        return "needs Node: https://nodejs.org, or `make play`, which brings one"
    if not RUNTIME.is_file():
        return "needs the client's packages: run `npm ci` in web/"
    return ""


class MicroPython:
    """Replays journals under MicroPython; use it in a `with`. One line is in flight at a time."""

    def __enter__(self) -> "MicroPython":
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).with_name("replay.mjs")), str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait(10)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the Node process ended"
        return line.strip()

    def send(self, line: str) -> None:
        """Hand a journal over."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hashes(self) -> list[int]:
        """The hash of every tick of the journal sent. Raises AssertionError with MicroPython's words."""
        answer = self._line()
        if answer.startswith("error "):
            raise AssertionError(json.loads(answer[6:]))
        return [int(word) for word in answer.split()]
