"""A game may be a package: every tool takes the folder as it takes a file, outside the repository too."""

from pathlib import Path

import pytest

from game.catalogue import BadGame, game_of, load_games
from game.cli import main
from game.kit.judge import check
from game.kit.reload import Unfit, Watched
from game.rooms.rules_document import rules_files
from game.rooms.rules_hash import rules_hash
from tests.unit.kit.spoilt import sound, spoil

TUNING = '''"""Figures."""

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8
'''
BOTS = '''"""How a bot plays."""

from game.rules import find

from .tuning import DOWN, LEFT, RIGHT, UP


def think(m, bot):
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The skeleton's game as a package: its bot and its figures in files of their own."""
    text = sound(tmp_path).read_text()
    rules, _, bot = text.partition("    def bot(self, m, bot):\n")
    _, _, body = bot.partition("\n")  # without the docstring
    body = "\n".join(line.removeprefix("    ") for line in body.splitlines()).replace("U)", "256)")
    folder = tmp_path / "games/star_run"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("from .rules import StarRun\n")
    (folder / "tuning.py").write_text(TUNING)
    (folder / "bots.py").write_text(BOTS + body.replace("8 * U", "8 * 256").replace("// U", "// 256") + "\n")
    rules = rules.replace("LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8\n", "").replace(" find,", "")
    rules = rules.replace(
        "\nU = 256", "\nfrom .bots import think\nfrom .tuning import DOWN, LEFT, RIGHT, UP\n\nU = 256"
    )
    (folder / "rules.py").write_text(rules + "    def bot(self, m, bot):\n        return think(m, bot)\n")
    (folder / "test_star_run.py").write_text("import pytest\n")
    return folder


def test_a_package_passes_check_game_and_runs_under_micropython(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["check-game", str(package)])
    out = capsys.readouterr().out
    assert code == 0, out
    assert "4 files" in out
    assert "star_run passes." in out


def test_a_package_is_found_in_a_folder_and_all_its_files_go_to_browsers(package: Path) -> None:
    game = load_games(["star_run"], [package.parent])["star_run"]
    files = rules_files(game)
    assert {name for name in files if "star_run" in name} == {
        f"game/games/star_run/{name}.py" for name in ("__init__", "bots", "rules", "tuning")
    }
    assert files["game/games/star_run/tuning.py"] == TUNING


def test_each_file_of_a_package_counts_for_the_hash_of_its_rules(package: Path) -> None:
    before = rules_hash(type(game_of(package)))
    assert rules_hash(type(game_of(package))) == before
    spoil(package / "bots.py", ("18 - 3", "18 - 2"))
    assert rules_hash(type(game_of(package))) != before


def test_a_changed_file_of_a_package_is_taken_up(package: Path) -> None:
    watched = Watched(package)
    assert watched.look() is None
    spoil(package / "rules.py", ('"Star run"', '"Star walk"'))
    changed = watched.look()
    assert changed is not None
    assert changed.title == "Star walk"


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("tuning.py", ("LEFT, RIGHT", "import time\nLEFT, RIGHT"), "tuning.py:3: a clock: import time"),
        (
            "bots.py",
            ("from game.rules", "from ..elsewhere import x\nfrom game.rules"),
            "bots.py:3: an import from outside",
        ),
        ("bots.py", ("me = find(", "me = m.nothing("), r"bots.py:\d+: AttributeError"),
        ("tuning.py", ("LEFT, RIGHT", "nothing\nLEFT, RIGHT"), "tuning.py, line 3: NameError"),
    ],
)
def test_what_is_wrong_in_a_package_is_named_with_its_file(
    package: Path, file: str, change: tuple[str, str], words: str
) -> None:
    watched = Watched(package)
    spoil(package / file, change)
    with pytest.raises(Unfit, match=words):
        watched.look()


def test_a_package_that_does_not_load_leaves_the_loaded_one_as_it_was(package: Path) -> None:
    game = game_of(package)
    spoil(package / "rules.py", ('"Star run"', "nothing"))
    with pytest.raises(BadGame, match=r"rules\.py, line"):
        game_of(package)
    assert check(game).findings[0].outcome == "ok"


def test_a_game_in_the_box_takes_those_along_that_it_imports_from() -> None:
    names = rules_files(load_games(["field"], [])["field"])
    assert {"game/games/field/__init__.py", "game/games/field/rules.py"} <= set(names)
    assert {"game/games/trails/__init__.py", "game/games/trails/bots.py"} <= set(names)
    assert not [name for name in names if "fuse" in name or "thumbs" in name]
