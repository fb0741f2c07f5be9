"""The source files of a game: one file, or a package, and the games in the box that it imports from."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from game.rules import Game

BOX = "game.games."
"""The package of the games in the box, whose modules any game may import from."""


def game_module(kind: type[Game]) -> ModuleType:
    """The module of a game's file, or its package: the outermost package that exposes the game's class."""
    module = sys.modules[kind.__module__]
    while True:
        parent = sys.modules.get(module.__name__.rpartition(".")[0])
        if parent is None or getattr(parent, kind.__name__, None) is not kind:
            return module
        module = parent


def own_files(kind: type[Game]) -> list[Path]:
    """The files of the game itself, in the order of their names; tests in a package are left out."""
    return _files_of(game_module(kind))


def bundle_files(kind: type[Game]) -> dict[str, Path]:
    """The files that a browser needs besides `game.rules`, by their path there: game/games/fuse/bots.py.

    Returns:
        The game's own files, and those of games in the box that any of these imports from.
    """
    own = game_module(kind)
    found = _named(own, BOX + kind.name)
    waiting = list(found.values())
    while waiting:
        for name in _box_imports(waiting.pop()):
            module = sys.modules[name]
            for path, file in _named(module, name).items():
                if path not in found and file not in found.values():
                    found[path] = file
                    waiting.append(file)
    return found


def _named(module: ModuleType, name: str) -> dict[str, Path]:
    """The files of a game's module, by the paths that they have where the module is called `name`."""
    folder = name.replace(".", "/")
    if not hasattr(module, "__path__"):
        return {f"{folder}.py": file for file in _files_of(module)}
    root = _source(module).parent
    return {f"{folder}/{file.relative_to(root).as_posix()}": file for file in _files_of(module)}


def _files_of(module: ModuleType) -> list[Path]:
    if module.__file__ is None:
        return []
    source = _source(module)
    if not hasattr(module, "__path__"):
        return [source] if source.is_file() else []
    return sorted(path for path in source.parent.rglob("*.py") if not path.name.startswith("test_"))


def _source(module: ModuleType) -> Path:
    # A compiled module stands beside its source: rules.cpython-313-x86_64-linux-gnu.so and rules.py.
    path = Path(module.__file__ or "")
    return path.with_name(path.name.partition(".")[0] + ".py")


def _box_imports(path: Path) -> Iterator[str]:
    """The games in the box that a file imports from, by module: game.games.trails for any part of it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith(BOX) and (top := ".".join(name.split(".")[:3])) in sys.modules:
                yield top
