"""The catalogue: finds the games of this worker among built-in games, in folders and in packages."""

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from game.rules import Game

ENTRY_POINTS = "rumpus.games"


class BadGame(Exception):
    """A game that cannot be loaded; the text says which and why."""


def load_games(enabled: Iterable[str], folders: Iterable[Path]) -> Mapping[str, Game]:
    """Load the enabled games.

    A game is searched as `<name>.py` in the folders, then among the entry points of installed packages in
    the group `rumpus.games`, then among the built-in games.

    Args:
        enabled: the names of the games.
        folders: where to search first.

    Returns:
        the games by name, in the order of `enabled`.

    Raises:
        BadGame: a game was not found, or does not load.
    """
    places = list(folders)
    games: dict[str, Game] = {}
    for name in enabled:
        game = _of(_find(name, places), name)
        games[name] = game
    return games


def _find(name: str, folders: list[Path]) -> ModuleType:
    for folder in folders:
        path = folder / f"{name}.py"
        if path.is_file():
            return load_file(path)
    for entry in entry_points(group=ENTRY_POINTS):
        if entry.name == name:
            loaded = entry.load()
            return loaded if isinstance(loaded, ModuleType) else importlib.import_module(loaded.__module__)
    try:
        return importlib.import_module(f"game.games.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"game.games.{name}":
            raise BadGame(f"game {name}: {error}") from None
        places = ", ".join(str(folder) for folder in folders) or "no folders"
        raise BadGame(f"there is no game {name} in the box, in {places} or among packages") from None


def load_file(path: Path) -> ModuleType:
    """Import the file of a game. Raises BadGame if that fails."""
    spec = importlib.util.spec_from_file_location(f"rumpus_game_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise BadGame(f"{path}: is no Python file")
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(spec.name)
    sys.modules[spec.name] = module  # inspect finds the source of classes there
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the file may raise anything
        if before is None:
            del sys.modules[spec.name]
        else:
            sys.modules[spec.name] = before
        raise BadGame(f"{path}: {_where(error, path)}{type(error).__name__}: {error}") from error
    return module


def _where(error: Exception, path: Path) -> str:
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return f"line {lines[-1]}: " if lines else ""


def game_of(path: Path) -> Game:
    """The game that a file defines, with any name. Raises BadGame."""
    return _only(load_file(path))


def _of(module: ModuleType, name: str) -> Game:
    game = _only(module)
    if game.name != name:
        raise BadGame(f"{module.__file__}: its game is named {game.name}, not {name}")
    return game


def _only(module: ModuleType) -> Game:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Game) and value.__module__ == module.__name__:
            return value()
    raise BadGame(f"{module.__file__}: holds no subclass of Game")


def source_of(game: Game) -> str:
    """The path of a game's rules; "" if it is unknown."""
    module = sys.modules.get(type(game).__module__)
    return str(getattr(module, "__file__", None) or "")
