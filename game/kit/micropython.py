"""MicroPython in a Node process, the same that browsers run, which replays journals."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from game.kit.trials import Fault
from game.rooms.rules_document import rules_files
from game.rules import Game

HERE = Path(__file__).parent
PLACES = (
    HERE / "runtime/micropython.mjs",  # in an installed package
    HERE.parents[1] / "web/node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs",
)
RUNTIME = next((place for place in PLACES if place.is_file()), PLACES[-1])


def missing() -> str:
    """What this machine lacks, as a sentence; "" if nothing."""
    if shutil.which("node") is None:
        return "needs Node: https://nodejs.org, or `make play` in a checkout, which brings one"
    if not RUNTIME.is_file():
        return "needs the client's packages: run `npm ci` in web/"
    return ""


class MicroPython:
    """Replays journals of some games, one at a time. Use it in a `with` statement."""

    def __init__(self, games: Iterable[Game]) -> None:
        files = {"replayer.py": (HERE / "replayer.py").read_text()}
        for game in games:
            files.update(rules_files(game))
        self._files = files

    def __enter__(self) -> "MicroPython":
        self._process = subprocess.Popen(
            ["node", str(HERE / "replay.mjs"), str(RUNTIME)],  # noqa: S607 (Node is found on PATH)
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.send(json.dumps(self._files))
        if self._line() != "ready":
            raise Fault("MicroPython did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Fault("MicroPython ended; what it said stands above")
        return line.strip()

    def send(self, line: str) -> None:
        """Send a journal."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def replayed(self) -> tuple[list[int], list[int]]:
        """Wait for the result of the journal that was sent, see replayer.py.

        Returns:
            The hash of tick 0 and of every tick, and the buttons that bots chose.

        Raises:
            Fault: the rules raised an exception; the text is MicroPython's.
        """
        answer = self._line()
        if answer.startswith("error "):
            raise Fault(json.loads(answer[6:]))
        hashes, _, buttons = answer.partition("|")
        return [int(word) for word in hashes.split()], [int(word) for word in buttons.split()]
