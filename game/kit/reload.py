"""Live reload of a game's rules: a changed file is tried out before it is offered to rooms.

What does not work is told in one line, and the rules that are there go on.
"""

from pathlib import Path

from game.catalogue import BadGame, game_of
from game.kit.breaches import breaches_in
from game.kit.judge import told
from game.kit.pictures import check_picture
from game.kit.trials import Fault, bot_match
from game.rules import Game
from game.sync.schema import BadSchema, Schema

TRIED_TICKS = 90


class Unfit(Exception):
    """The rules cannot be played; one line says where and why."""


def load_tried(path: Path) -> Game:
    """The game of a file, after a look at its source and some ticks of play. Raises Unfit."""
    try:
        found = breaches_in(path)
        if found:
            raise Unfit(found[0].told(path.name))
        game = game_of(path)
        Schema.of(game)
        check_picture(game)
        bot_match(game, range(game.seats[0]), 1, ticks=TRIED_TICKS)
    except Unfit:
        raise
    except BadGame as error:
        raise Unfit(str(error).splitlines()[0]) from None
    except (Fault, BadSchema) as error:
        raise Unfit(f"{path.name}: {error}") from None
    except Exception as error:
        raise Unfit(told(error, path)) from None
    return game


class Watched:
    """One game's file: says when its rules are others, and works."""

    def __init__(self, path: Path) -> None:
        """Load it. Raises Unfit."""
        self.path = path
        self._seen = self._stamp()
        self.game = load_tried(path)

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError:  # an editor is about to put the new file there
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def look(self) -> Game | None:
        """The new game if the file was changed; None if not. Raises Unfit, once for each change."""
        stamp = self._stamp()
        if stamp in (self._seen, (0, 0)):
            return None
        self._seen = stamp
        game = load_tried(self.path)
        if game.name != self.game.name:
            raise Unfit(
                f"{self.path.name}: the game is named {game.name} now, not {self.game.name}: start anew"
            )
        self.game = game
        return game
