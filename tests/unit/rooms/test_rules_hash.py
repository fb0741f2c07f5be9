"""The rules' hash: the same for rules that play alike, another for all that may not."""

from pathlib import Path

import pytest

from game.catalogue import game_of
from game.rooms.rules_hash import rules_hash

RULES = '''"""A game of nothing."""

from game.rules import Count, Entity, Game, Options


class Board(Entity):
    """Two counters."""

    hits = Count(max=100)
    misses = Count(max=100)


class Nothing(Game):
    """Says that it is one."""

    name, title, seats, tick_hz = "nothing", "Nothing", (1, 4), 20
    options = Options()
    State = Board

    def step(self, m, inputs):
        m.state.hits += 1  # each tick
'''


def hash_of(folder: Path, text: str) -> str:
    folder.mkdir()
    path = folder / "nothing.py"
    path.write_text(text)
    return rules_hash(type(game_of(path)))


def test_a_changed_comment_changes_no_hash(tmp_path: Path) -> None:
    other = RULES.replace("# each tick", "# once each tick").replace("Two counters.", "What is counted.")
    assert other != RULES
    assert hash_of(tmp_path / "a", RULES) == hash_of(tmp_path / "b", other.replace("+= 1", "+= (1)"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("+= 1", "+= 2"),
        ("(max=100)\n    misses", "(max=101)\n    misses"),
        (
            "hits = Count(max=100)\n    misses = Count(max=100)",
            "misses = Count(max=100)\n    hits = Count(max=100)",
        ),
    ],
    ids=["the step", "a limit", "the order of two fields"],
)
def test_changed_rules_have_another_hash(tmp_path: Path, before: str, after: str) -> None:
    assert before in RULES
    assert hash_of(tmp_path / "a", RULES) != hash_of(tmp_path / "b", RULES.replace(before, after))
