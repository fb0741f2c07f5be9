"""The games in README.md and docs/write-a-game.md are whole, and pass the judge just as they are printed."""

from pathlib import Path

import pytest

from game.catalogue import game_of
from game.kit.judge import check
from tests.unit.kit.papers import lines_of_code, readme, tutorial


@pytest.mark.parametrize(("name", "source"), [("paint", tutorial()), ("sprint", readme())])
def test_a_printed_game_passes_check_game(tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text(source)
    game = game_of(path)
    assert game.name == name
    verdict = check(game, path)
    assert verdict.passed, verdict.table()
    assert game.picture


def test_the_tutorials_game_has_less_than_80_lines() -> None:
    assert 40 < lines_of_code(tutorial()) < 80


def test_the_readmes_game_is_short() -> None:
    assert lines_of_code(readme()) <= 45
