"""The catalogue: finds the games of this worker among built-in games, in folders and in packages."""

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from game.rooms.game_files import BadFile, game_files
from game.rooms.sources import own_files
from game.rules import Game

ENTRY_POINTS = "rumpus.games"


class BadGame(Exception):
    """A game that cannot be loaded; the text says which and why."""


def load_games(enabled: Iterable[str], folders: Iterable[Path]) -> Mapping[str, Game]:
    """Load the enabled games.

    A game is searched as a file `<name>.py` or a package `<name>/` in the folders, then among the entry
    points of installed packages in the group `rumpus.games`, then among the built-in games.

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
        for path in (folder / f"{name}.py", folder / name):
            if is_game_path(path):
                return load_path(path)
    for entry in entry_points(group=ENTRY_POINTS):
        if entry.name == name:
            loaded = entry.load()
            return loaded if isinstance(loaded, ModuleType) else importlib.import_module(loaded.__module__)
    try:
        return importlib.import_module(f"game.games.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"game.games.{name}":
            raise BadGame(f"game {name}: {error}") from None
        places = "".join(f", in {folder}" for folder in folders)
        raise BadGame(f"there is no game {name} in the box{places} or among packages") from None


def is_game_path(path: Path) -> bool:
    """Whether a path is a Python file, or a folder with an `__init__.py`: where a game can be."""
    return path.is_file() if path.suffix == ".py" else (path / "__init__.py").is_file()


def game_path(path: Path) -> Path:
    """The absolute path of a game: its file, or its package's folder, which `__init__.py` may stand for."""
    path = path.resolve()
    return path.parent if path.name == "__init__.py" else path


def load_path(path: Path) -> ModuleType:
    """Load the module of a game's file, or the package of its folder.

    Args:
        path: a `.py` file, or a folder with an `__init__.py`.

    Returns:
        The module. Its former version, and the former versions of the package's modules, are replaced.

    Raises:
        BadGame: it does not load; the text names the file and the line.
    """
    name = f"rumpus_game_{path.stem}"
    is_package = path.suffix != ".py"
    spec = importlib.util.spec_from_file_location(
        name,
        path / "__init__.py" if is_package else path,
        submodule_search_locations=[str(path)] if is_package else None,
    )
    if spec is None or spec.loader is None:
        raise BadGame(f"{path}: is no Python file")
    module = importlib.util.module_from_spec(spec)
    before = {key: sys.modules.pop(key) for key in list(sys.modules) if _is_part(key, name)}
    sys.modules[name] = module  # where Python looks for the source of its classes
    importlib.invalidate_caches()
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        for key in [key for key in sys.modules if _is_part(key, name)]:
            del sys.modules[key]
        sys.modules.update(before)
        raise BadGame(f"{path}: {_where(error, path)}{type(error).__name__}: {error}") from error
    return module


def _is_part(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def line_in(error: BaseException, path: Path) -> str:
    """The innermost line of a game's file or package that an exception passed: "star_run.py:12", or ""."""
    for frame in reversed(extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file == path or path in file.parents:
            return f"{file.name}:{frame.lineno}"
    return ""


def _where(error: Exception, path: Path) -> str:
    place = line_in(error, path)
    file, _, line = place.partition(":")
    return "" if not place else f"line {line}: " if file == path.name else f"{file}, line {line}: "


def game_of(path: Path) -> Game:
    """The game of a file or of a package's folder, whatever its name. Raises BadGame."""
    return _only(load_path(path))


def _of(module: ModuleType, name: str) -> Game:
    game = _only(module)
    if game.name != name:
        raise BadGame(f"{module.__file__}: its game is named {game.name}, not {name}")
    return game


def _only(module: ModuleType) -> Game:
    for value in vars(module).values():
        if not (isinstance(value, type) and issubclass(value, Game)):
            continue
        if _is_part(value.__module__, module.__name__):
            game = value()
            try:
                # Of the class, since schemas are made of it.
                value.files = {name: file.path for name, file in game_files(game).items()}
            except BadFile as error:
                raise BadGame(str(error)) from None
            return game
    raise BadGame(f"{module.__file__}: holds no subclass of Game")


def source_of(game: Game) -> str:
    """The file of a game's rules, or the folder of its package."""
    files = own_files(type(game))
    return str(files[0] if len(files) == 1 else files[0].parent) if files else ""
