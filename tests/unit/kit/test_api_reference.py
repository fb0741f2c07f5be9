"""docs/api.md has every name that an author may use, is up to date, and its examples run."""

import json
import runpy
import subprocess
from collections.abc import Iterator

import pytest

import game.client
import game.rules
from game.kit import api_reference as reference
from game.kit.api_reference import EXAMPLES, PAGE, Undocumented, entry
from game.kit.micropython import HERE, RUNTIME, missing
from game.rules import drawing
from game.rules.drawing import Part

TEXT = PAGE.read_text(encoding="utf-8")
OF_AUTHORS = sorted(path.name for path in EXAMPLES.glob("*.py") if path.name != "chat.py")
"""All but the one of docs/transport.md, which is no game."""
OF_RULES = [name for name in OF_AUTHORS if name != "client.py"]
RUNNER = """
import json
def replay(line):
    try:
        exec(json.loads(line), {"__name__": "example"})
    except Exception as error:
        return "error " + json.dumps(type(error).__name__ + ": " + str(error))
    return "ok"
"""


def test_the_reference_is_up_to_date() -> None:
    assert reference.page() == TEXT, f"docs/api.md is stale: run `{reference.COMMAND}`"


def test_every_name_of_the_rules_has_a_section_once() -> None:
    for name in game.rules.__all__:
        if name in reference.OLD_NAMES:
            assert f"`{name}` is `{reference.OLD_NAMES[name]}`" in TEXT
        else:
            assert TEXT.count(f"\n### {name}\n") == 1, name


def test_every_part_of_a_picture_has_a_section() -> None:
    parts = [
        name
        for name, value in vars(drawing).items()
        if isinstance(value, type) and issubclass(value, Part) and value is not Part
    ]
    assert len(parts) > 20
    for name in [*parts, "Scaled", "Spread", "Pick", "Faces"]:
        assert TEXT.count(f"\n### {name}\n") == 1, name


def test_every_name_of_the_client_has_a_section() -> None:
    for name in game.client.__all__:
        assert TEXT.count(f"\n### {name}\n") == 1, name


def test_what_is_left_out_for_the_engine_exists() -> None:
    for name, members in reference.ENGINE.items():
        for member in members:
            assert hasattr(getattr(game.rules, name), member), (name, member)


def test_names_that_differ_in_their_letters_alone_have_anchors_of_their_own() -> None:
    assert "[Count](#count)" in TEXT
    assert "[COUNT](#count-1)" in TEXT
    assert "[Turns](#turns) | [Turns](#turns-1) |" in TEXT


@pytest.mark.parametrize(
    "source",
    [
        "def spin(angle): pass",
        "LIMIT = 3",
        "class Top: pass",
        'class Top:\n    """A top."""\n    def spin(self): pass',
        'class Top:\n    """A top."""\n    speed = 3',
    ],
)
def test_a_name_without_a_docstring_is_refused(source: str) -> None:
    found = list(reference.definitions("tops", source))
    with pytest.raises(Undocumented, match=r"tops\.py has no docstring"):
        entry({one.name: one for one in found}, found[0])


def test_a_section_has_signature_parameters_and_errors() -> None:
    source = '''
def spin(angle: int, *names: "Optional[str]", by: "list[int]" = ()) -> "tuple[int, int]":
    """Spin it.

    Args:
        angle: of the top, 0 to
            4095.
        names: of tops.

    Returns:
        Where it is
        at the end.

    Raises:
        ValueError: it is not a top.
    """
'''
    found = list(reference.definitions("tops", source))
    text = entry({}, found[0])
    assert "spin(angle: int, *names: str | None, by: list[int] = ()) -> tuple[int, int]\n" in text
    assert "Parameters:\n\n- `angle`: of the top, 0 to\n  4095.\n- `names`: of tops.\n" in text
    assert "Returns:\n\n- Where it is\n  at the end.\n" in text
    assert "- `ValueError`: it is not a top." in text


def test_every_group_has_an_example() -> None:
    shown = [group.example for group in (*reference.RULES, reference.PICTURE, reference.CLIENT)]
    assert sorted(shown) == OF_AUTHORS


@pytest.mark.parametrize("name", OF_RULES)
def test_an_example_runs(name: str) -> None:
    runpy.run_path(str(EXAMPLES / name))


@pytest.fixture(scope="module")
def micropython() -> Iterator[subprocess.Popen[str]]:
    """MicroPython with the rules; a line of JSON is a program, the answer is "ok" or an error."""
    if missing():
        pytest.skip(missing())
    folder = reference.PACKAGE / "rules"
    files = {f"game/rules/{path.name}": path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    files |= {"game/__init__.py": "", "replayer.py": RUNNER}
    with subprocess.Popen(
        ["node", str(HERE / "replay.mjs"), str(RUNTIME)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert answer(process, files) == "ready"
        yield process
        process.terminate()


def answer(process: subprocess.Popen[str], value: object) -> str:
    """What is answered to a line of JSON."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(value) + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.needs_node
@pytest.mark.parametrize("name", OF_RULES)
def test_an_example_runs_under_micropython(micropython: subprocess.Popen[str], name: str) -> None:
    assert answer(micropython, (EXAMPLES / name).read_text(encoding="utf-8")) == "ok"


@pytest.mark.needs_node
def test_an_example_that_fails_is_noticed_under_micropython(micropython: subprocess.Popen[str]) -> None:
    assert answer(micropython, "assert 1 == 2").startswith("error")
