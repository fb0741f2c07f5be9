"""Matches recorded long ago replay as they were: the rules have not changed unawares."""

import json
from pathlib import Path

import pytest

from game.rules.snapshot import state_hash
from tests.data.make_journals import EVERY, FOLDER
from tests.unit.games.harness import Journal, all_games, replay

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recorded_match_replays_as_it_was(path: Path) -> None:
    kept = json.loads(path.read_text())
    game = next(game for game in all_games() if game.name == kept["game"])
    entries = [(tick, [(a, b, c, d) for a, b, c, d in due]) for tick, due in kept["entries"]]
    journal = Journal(
        game, kept["chosen"], kept["seats"], kept["teams"], kept["seed"], kept["ticks"], entries
    )
    start = journal.begin()
    hashes = [state_hash(start)]
    hashes += [state_hash(m) for m in replay(journal, start) if m.tick % EVERY == 0]
    assert hashes == kept["hashes"], "did you mean to change the rules? then: tests/data/make_journals.py"


def test_there_are_records() -> None:
    assert len(FILES) >= 3
