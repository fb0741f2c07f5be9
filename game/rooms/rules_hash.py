"""The rules' hash: two workers with the same hash of a game read its matches alike and play them alike.

It covers the text of the rules and of the game, without comments, docstrings and layout, and the fields of
the game's state: a state of one order of fields, read by rules with another, would come back exchanged.
"""

import ast
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path

import game.rules
from game.rooms.sources import bundle_files
from game.rules import Entities, Entity, Game

RULES = Path(game.rules.__file__).parent
HASH_BYTES = 8


_known: dict[type[Game], str] = {}


def rules_hash(kind: type[Game]) -> str:
    """The hash of the rules of a game's class.

    The files are read at the first call, so call it when a game is loaded, before anybody changes them.

    Returns:
        16 hexadecimal digits.
    """
    if kind not in _known:
        _known[kind] = _hash(kind)
    return _known[kind]


def _hash(kind: type[Game]) -> str:
    digest = blake2b(_shared().encode(), digest_size=HASH_BYTES)
    for path in _files(kind):
        digest.update(f"{path.name}\n{_code(path)}\n".encode())
    digest.update(repr(_layout(kind.State)).encode())
    digest.update(repr([(field.name, field.kind, field.names) for field in kind.options.fields]).encode())
    return digest.hexdigest()


@cache
def _shared() -> str:
    """The code that all games are built upon."""
    return "\n".join(f"{path.name}\n{_code(path)}" for path in sorted(RULES.glob("*.py")))


def _files(kind: type[Game]) -> list[Path]:
    """The source files of a game's class and of the games that it is built on, without the rules' API."""
    found = list(bundle_files(kind).values())
    for one in (*kind.__mro__, kind.State):
        name = getattr(sys.modules.get(one.__module__), "__file__", None)
        if name is None:
            continue
        path = Path(name).with_name(Path(name).name.partition(".")[0] + ".py")
        if path.parent != RULES and path not in found and path.is_file():
            found.append(path)
    return found


def _code(path: Path) -> str:
    """A file's code in one way of writing it, so that a changed comment changes no hash."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        first = node.body[0] if node.body else None
        if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
            continue
        if isinstance(first.value.value, str):
            node.body[0] = ast.copy_location(ast.Pass(), first)
    return ast.unparse(tree)


def _layout(entity: type[Entity]) -> list[object]:
    """The fields of an entity in their order, those of its lists too."""
    return [
        (field.name, field.kind, _layout(field.of) if isinstance(field, Entities) else None)
        for field in entity.fields
    ]
