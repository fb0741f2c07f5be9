"""The games, settings and versions in the documents exist in this checkout."""

import re
from pathlib import Path

import pytest

from bench.rooms import PARTS
from game.catalogue import load_games
from game.config import SETTINGS, VARIABLES, Config

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SECTIONS = {section for section, _ in SETTINGS}


def test_the_readme_lists_every_game_once() -> None:
    games = load_games(list(Config().games.enabled), [])
    listed = re.findall(r"^- \*\*([^*]+)\*\*:", README, re.MULTILINE)
    assert sorted(listed) == sorted(game.title for game in games.values())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text()
    named = [tuple(pair) for pair in re.findall(r"`(\w+)\.(\w+)(?: = [^`]*)?`", text) if pair[0] in SECTIONS]
    assert {pair for pair in named if pair[1] not in ("py", "toml")} <= set(SETTINGS)
    assert set(re.findall(r"RUMPUS_[A-Z0-9]+__[A-Z0-9_]+", text)) <= set(VARIABLES)


@pytest.mark.parametrize("peer", ["Colyseus", "Socket.IO", "Flask-SocketIO"])
def test_the_readme_names_the_version_of_each_peer_that_was_measured(peer: str) -> None:
    chart = (ROOT / "docs/figures.svg").read_text()
    figures = README.partition("## Figures")[2].partition("## How")[0]
    version = rf"(?<![\w-]){re.escape(peer)} (\d[\d.]*\d)"
    assert set(re.findall(version, figures)) == set(re.findall(version, chart)) != set()


def test_the_bench_names_only_functions_that_exist() -> None:
    assert ".py:" not in (ROOT / "bench/figures.json").read_text()
    for place in PARTS.values():
        file, name = place.split(":")
        source = (ROOT / file).read_text()
        for part in filter(None, name.split(".")):
            assert re.search(rf"^\s*(?:def|class) {part}\b", source, re.MULTILINE), place
