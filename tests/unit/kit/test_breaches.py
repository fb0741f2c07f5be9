"""Every breach is found, with its line and a cure; the games in the box have none."""

from pathlib import Path

import pytest

from game.kit.breaches import breaches_in, breaches_of

ROOT = Path(__file__).parents[3]

BREACHES = [
    ("x = 1.5", "a float"),
    ("x = a / 2", "/ makes a float"),
    ("x /= 2", "/= makes a float"),
    ("x = 2 ** -1", "a negative power"),
    ("x = float(y)", "float()"),
    ("x = round(y)", "round()"),
    ("import time", "a clock"),
    ("from datetime import datetime", "a clock"),
    ("import random", "random numbers"),
    ("import math", "floats"),
    ("import os", "only game.rules"),
    ("from typing import Any", "MicroPython lacks"),
    ("from __future__ import annotations", "MicroPython lacks"),
    ("x = 1073741824", "30 bits"),
    ("x = 1 << 31", "30 bits"),
    ("for k in {1, 2}:\n    pass", "order of a dict or set"),
    ("for k, v in d.items():\n    pass", "order of a dict or set"),
    ("d = {}\nfor k in d:\n    pass", "order of a dict or set"),
    ("self.seen = set()\nx = [k for k in self.seen]", "order of a dict or set"),
    ("x = list({1: 2})", "order of a dict or set"),
    ("x = [*d.keys()]", "order of a dict or set"),
    ("x = hash(y)", "hash()"),
    ("x = id(y)", "id()"),
    ("if (x := 3):\n    pass", ":="),
    ("match x:\n    case 1:\n        pass", "match"),
    ("def f(a, /):\n    pass", "positional-only"),
    ("async def f():\n    pass", "wait for nothing"),
    ("class A(metaclass=M):\n    pass", "keywords of a class"),
    ("@dataclass\nclass A:\n    pass", "decorators"),
    ("x = y.bit_length()", "bit_length"),
    ("x = zip(a, b, strict=True)", "strict"),
    ("def f(a=[]):\n    pass", "share"),
    ("global x", "m.state"),
    ("print(1)", "m.emit"),
    ("def f(:", "no Python"),
]


@pytest.mark.parametrize(("source", "what"), BREACHES, ids=[source[:24] for source, _ in BREACHES])
def test_a_breach_is_told_with_its_line_and_a_cure(source: str, what: str) -> None:
    found = breaches_of("x = 1\n" + source)
    assert any(what in breach.what + breach.cure for breach in found), found
    assert all(breach.line >= 2 and breach.cure for breach in found)
    assert found[0].describe("a.py").startswith("a.py:")


HARMLESS = [
    "x = sorted(d.items())",
    "x = sum(v for v in d.values())",
    "x = any(v > 1 for v in d.values())",
    "if k in {1, 2}:\n    pass",
    "for k in [1, 2]:\n    pass",
    "x = a // 2",
    "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any",
    "from game.rules import Game\nfrom game.rules.maths import sin",
    "def f(m: 'Match', seats: 'list[int]') -> 'dict[str, float]':\n    return {}",
]


@pytest.mark.parametrize("source", HARMLESS)
def test_what_is_allowed_is_not_told(source: str) -> None:
    assert breaches_of(source) == []


def test_the_games_in_the_box_have_no_breach() -> None:
    found = breaches_in(ROOT / "game/games")
    assert [breach.describe(file.name) for file, breach in found] == []
