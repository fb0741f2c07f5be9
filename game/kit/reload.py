"""Live reload: changed rules are tried before rooms may use them.

The trial runs in a process of its own with limits of time and memory (`python -m game.kit.reload FILE`),
so that an endless loop or a huge list cannot stop the server. If the rules do not work, one line says why,
and the old rules stay.
"""

import resource
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

from game.catalogue import BadGame, game_of, is_game_path
from game.kit.breaches import breaches_in
from game.kit.endless import limited
from game.kit.judge import Discarded, check_declared, error_line
from game.kit.pictures import check_picture
from game.kit.soundness import check_events, check_ranges
from game.kit.trials import Fault, bot_match
from game.rules import Game, Match
from game.sync.schema import BadSchema

TRIED_TICKS = 90
TRIED_S = 60.0
"""A trial that takes longer is ended; on a busy machine it may wait for most of this."""
TRIED_CPU_S = 10
"""What a trial may take of a processor."""
TRIED_BYTES = 1 << 30
PRINTED_CHARS = 400


class Unfit(Exception):
    """The rules cannot be played; one line says where and why."""


def load_tried(path: Path) -> Game:
    """The game of a file or package that passed its trial in another process. Raises Unfit."""
    if not is_game_path(path):
        raise Unfit(f"there is no file {path}; name a game's file, such as games/{path.stem}.py")
    try:
        tried = subprocess.run(
            [sys.executable, "-P", "-m", "game.kit.reload", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TRIED_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unfit(f"{path.name}: the trial did not end within {TRIED_S:.0f} s: an endless loop?") from None
    if tried.returncode == -signal.SIGXCPU:
        raise Unfit(f"{path.name}: loading it does not end: an endless loop outside of the game's methods?")
    if tried.returncode:
        said = tried.stdout.strip().splitlines() or [f"the trial ended with code {tried.returncode}"]
        raise Unfit(said[-1][:PRINTED_CHARS])
    try:
        return limited(game_of(path))
    except BadGame as error:
        raise Unfit(str(error).splitlines()[0]) from None


def try_out(path: Path) -> None:
    """Look at a file's source and declarations and play some ticks. Raises Unfit."""
    try:
        found = breaches_in(path)
        if found:
            file, breach = found[0]
            raise Unfit(breach.describe(file.name))
        game = limited(game_of(path))
        check_declared(game)
        check_picture(game)
        bot_match(game, range(game.seats[0]), 1, ticks=TRIED_TICKS, watch=_watch)
    except Unfit:
        raise
    except BadGame as error:
        raise Unfit(str(error).splitlines()[0]) from None
    except (Fault, BadSchema) as error:
        raise Unfit(f"{path.name}: {error}") from None
    except Exception as error:  # noqa: BLE001 (a game may raise anything)
        raise Unfit(error_line(error, path)) from None


def _watch(m: Match) -> None:
    try:
        check_ranges(m.state, "state")
        check_events(m)
    except Fault as fault:
        raise Fault(f"at tick {m.tick}: {fault}") from None


class Watched:
    """A game's file or package: says when its rules have changed and work.

    Args:
        path: the file, or the package's folder.

    Raises:
        Unfit: the rules cannot be played.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = self._stamp()
        self.game = load_tried(path)

    def _stamp(self) -> list[tuple[str, int, int]]:
        """Each file's name, time and size; empty while an editor is about to put a new file there."""
        files = sorted(self.path.rglob("*.py")) if self.path.is_dir() else [self.path]
        try:
            return [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files]
        except OSError:
            return []

    def look(self) -> Game | None:
        """The new game if the file was changed; None if not. Raises Unfit, once for each change."""
        stamp = self._stamp()
        if stamp in (self._seen, []):
            return None
        self._seen = stamp
        game = load_tried(self.path)
        if game.name != self.game.name:
            raise Unfit(
                f"{self.path.name}: the game is named {game.name} now, not {self.game.name}: start again"
            )
        self.game = game
        return game


def main() -> int:
    """Try the file that the command line names; the last line printed says what is wrong."""
    resource.setrlimit(resource.RLIMIT_CPU, (TRIED_CPU_S, TRIED_CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_AS, (TRIED_BYTES, TRIED_BYTES))
    try:
        with redirect_stdout(Discarded()):
            try_out(Path(sys.argv[1]))
    except Unfit as error:
        print(error)
        return 1
    except MemoryError:
        print(f"{Path(sys.argv[1]).name}: needs more than {TRIED_BYTES >> 20} MiB of memory")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
