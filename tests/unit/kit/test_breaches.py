"""Every breach is found, with its line and a cure; the games in the box have none."""

import json
import subprocess
from pathlib import Path

import pytest

from game.kit.breaches import breaches_in, breaches_of
from game.kit.micropython import RUNTIME, missing

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

LACKING = [
    ("a = [1]\nb = (*a, 2)", "* inside a tuple"),
    ("a = [1]\nb = [0, *a]", "* inside a tuple"),
    ("a = {1: 2}\nb = {**a}", "** inside a dict"),
    ("a = [1, 2, 3]\na[::2] = [9, 9]", "slice with a step"),
    ("a = bytearray(2) * 3", "bytearray * number"),
    ("sum([1, 2], start=1)", "sum has no start"),
    ("isinstance(1, int | str)", "| of types"),
    ("zip([1], [2], strict=True)", "strict"),
    ("def f(a, /): return a", "positional-only"),
    ("class A:\n    def __init_subclass__(cls): cls.z = 1\nclass B(A): pass\nB.z", "__init_subclass__"),
    *((f"'a'.{name}", name.split("(")[0]) for name in (
        "ljust(3)", "zfill(3)", "title()", "capitalize()", "swapcase()", "isalnum()", "isdecimal()",
        "expandtabs()", "translate({})", "format_map({})",
    )),
    ("(5).bit_length()", "bit_length"),
]  # fmt: skip
"""What CPython runs and MicroPython does not."""
USUAL = [
    "if (x := 3) > 2: pass",
    "a, *b = 1, 2, 3",
    "f = lambda *x, **y: x\nf(*[1], *[2], **{'a': 1}, **{'b': 2})",
    "a = [1, 2, 3][::-1]",
    "a = [1, 2]\na[1:] = [3, 4]\ndel a[:1]",
    "a = bytearray(4)\na[1:3] = b'xx'",
    "isinstance(1, (int, str))",
    "x = f'{3:03d} {4!r}' + '%-3s|%3s' % ('a', 'b')",
    "min([], default=0)\nsorted([1], key=lambda x: -x, reverse=True)\nsum([1], 2)",
]
"""What both run, and the check lets pass."""
# The runtime is not the first argument: it would take itself for the program, and wait for lines.
RUN = """
const { loadMicroPython } = await import(process.argv[2]);
const python = await loadMicroPython();
const out = JSON.parse(process.argv[1]).map((source) => {
    try { python.runPython(source); return ""; } catch (error) { return String(error.message); }
});
console.log(JSON.stringify(out));
"""


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_what_is_said_of_micropython_is_true() -> None:
    sources = [source for source, _ in LACKING] + USUAL
    for source in sources:
        exec(source, {})  # noqa: S102 (the literals above)
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", RUN, json.dumps(sources), str(RUNTIME)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    errors = json.loads(ran.stdout.splitlines()[-1])
    assert [source for source, error in zip(sources, errors, strict=True) if not error] == USUAL
    for source, what in LACKING:
        found = breaches_of(source)
        assert any(what in breach.what for breach in found), (source, found)
    assert [breaches_of(source) for source in USUAL] == [[] for _ in USUAL]


@pytest.mark.parametrize(("source", "what"), BREACHES, ids=[source[:24] for source, _ in BREACHES])
def test_a_breach_is_told_with_its_line_and_a_cure(source: str, what: str) -> None:
    found = breaches_of("x = 1\n" + source)
    assert any(what in breach.what + breach.cure for breach in found), found
    assert all(breach.line >= 2 and breach.cure for breach in found)
    assert found[0].describe("a.py").startswith("a.py:")


HARMLESS = [
    "class A:\n    def title(self):\n        return self.title()",
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
