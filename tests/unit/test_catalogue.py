"""The catalogue finds built-in games, games in folders, and installed packages."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.catalogue import BadGame, game_of, load_games
from game.edge.bundles import Bundles
from game.kit.skeleton import new_game


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed distribution with a game, as pip writes it."""
    site = tmp_path / "site-packages"
    new_game("moon", site / "moonlight")
    (site / "moonlight/__init__.py").write_text("")
    about = site / "moonlight-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: moonlight\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[rumpus.games]\nmoon = moonlight.moon\n")
    monkeypatch.syspath_prepend(site)
    yield site
    for name in [name for name in sys.modules if name.startswith("moonlight")]:
        del sys.modules[name]


def test_a_game_in_a_folder_is_found_and_can_be_run_by_browsers(tmp_path: Path) -> None:
    new_game("star_run", tmp_path / "mine")
    games = load_games(["trails", "star_run"], [tmp_path / "empty", tmp_path / "mine"])
    assert list(games) == ["trails", "star_run"]
    bundles = Bundles(games)
    assert set(bundles.paths) == {"trails", "star_run"}
    index = json.loads(Bundles(games, "index-1a2b").assets["rules/index.json"].body)
    assert index == {
        "games": bundles.paths,
        "practice": bundles.practice,
        "moments": bundles.moments.paths,
        "files": [],
        "build": "index-1a2b",
    }
    assert b"class StarRun" in bundles.assets[bundles.paths["star_run"][1:]].body


def test_a_game_of_an_installed_package_is_found_by_its_entry_point(package: Path) -> None:
    game = load_games(["moon"], [])["moon"]
    assert game.title == "Moon"
    assert set(Bundles({"moon": game}).paths) == {"moon"}


def test_an_entry_point_may_name_the_class_itself(package: Path) -> None:
    entry = package / "moonlight-1.0.dist-info/entry_points.txt"
    entry.write_text("[rumpus.games]\nmoon = moonlight.moon:Moon\n")
    assert load_games(["moon"], [])["moon"].title == "Moon"


def test_a_folder_comes_before_a_package_and_a_package_before_the_built_in_games(
    package: Path, tmp_path: Path
) -> None:
    path, _ = new_game("moon", tmp_path / "mine")
    path.write_text(path.read_text().replace('"Moon"', '"My moon"'))
    assert load_games(["moon"], [tmp_path / "mine"])["moon"].title == "My moon"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "holds no subclass of Game"),
        ("x = 1\ny = nothing\n", "line 2: NameError"),
        ("def f(:\n", "SyntaxError"),
    ],
)
def test_a_file_without_a_game_is_reported(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "moon.py").write_text(text)
    with pytest.raises(BadGame, match=words):
        load_games(["moon"], [tmp_path])
    with pytest.raises(BadGame, match=words):
        game_of(tmp_path / "moon.py")


def test_a_file_whose_game_has_another_name_is_reported(tmp_path: Path) -> None:
    path, _ = new_game("moon", tmp_path)
    path.rename(tmp_path / "sun.py")
    with pytest.raises(BadGame, match="its game is named moon, not sun"):
        load_games(["sun"], [tmp_path])


def test_a_missing_game_is_reported_with_the_places_searched(tmp_path: Path) -> None:
    with pytest.raises(BadGame, match=f"no game moon in the box, in {tmp_path} or among packages"):
        load_games(["moon"], [tmp_path])
