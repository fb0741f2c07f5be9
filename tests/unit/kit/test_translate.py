"""The built-in games, translated for mypyc. `make test-all` also compiles them."""

import ast
from pathlib import Path

import pytest

from game.kit.compile import ROOT, sources
from game.kit.translate import games_in, translate

TEXTS = {path: (ROOT / path).read_text() for path in sources()}
GAMES = games_in({".".join(path.with_suffix("").parts): text for path, text in TEXTS.items()})


@pytest.mark.parametrize("path", TEXTS, ids=str)
def test_a_translated_class_assigns_only_to_single_names(path: Path) -> None:
    tree = ast.parse(translate(TEXTS[path], GAMES))
    for found in ast.walk(tree):
        if isinstance(found, ast.ClassDef):
            for statement in found.body:
                if isinstance(statement, ast.Assign):
                    kinds = [type(target) for target in statement.targets]
                    assert kinds == [ast.Name], ast.unparse(statement)


def test_two_assignments_in_one_become_two() -> None:
    made = translate("class A:\n    one, two = 1, 'b'\n    three = 4\n", {})
    assert made == "class A:\n    one = 1\n    two = 'b'\n    three = 4\n"


def test_a_game_is_an_ordinary_class_and_its_entities_have_typed_fields() -> None:
    source = "class Ball(Entity):\n    x = Fixed(24)\n\nclass Kick(Game):\n    name = 'kick'\n"
    made = translate(source, games_in({"game.games.kick.rules": source}))
    assert "    x: int\n" in made
    assert "Ball.declare({'x': Fixed(24)})" in made
    assert "@mypyc_attr(native_class=False)\nclass Kick(Game)" in made
