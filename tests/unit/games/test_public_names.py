"""A game that builds on another one uses only the names that the other one exports."""

import ast
from pathlib import Path

import pytest

import game.games.field as open_field
import game.games.trails as loose_ends

FIELD = Path(open_field.__file__).parent
EXPORTED = set(loose_ends.__all__)


def foreign(source: str) -> list[str]:
    """What a source uses of Loose Ends beyond its exported names, and private names of any object."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("game.games"):
            if node.module != "game.games.trails":
                found.append(f"line {node.lineno}: from {node.module}")
            found += [f"line {node.lineno}: {one.name}" for one in node.names if one.name not in EXPORTED]
        elif isinstance(node, ast.Import):
            found += [f"line {node.lineno}: import {one.name}" for one in node.names if "game" in one.name]
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            found.append(f"line {node.lineno}: .{node.attr}")
    return found


@pytest.mark.parametrize("path", sorted(FIELD.glob("*.py")), ids=lambda path: path.name)
def test_open_field_uses_public_names_of_loose_ends_alone(path: Path) -> None:
    assert foreign(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "from game.games.trails.rules import Trails",
        "from game.games.trails import SECONDS",
        "import game.games.trails",
        "ink._chains = 1",
    ],
)
def test_anything_else_is_found(source: str) -> None:
    assert foreign(source)


def test_every_exported_name_is_there() -> None:
    assert [name for name in loose_ends.__all__ if not hasattr(loose_ends, name)] == []
