"""Records matches of bots, so that a change of the rules that nobody meant is noticed.

`python -m tests.data.make_journals trails` writes tests/data/journals/trails-*.json again; do so when
the rules of a game are meant to change, and say so in the commit.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from game.rules import Game
from tests.unit.games.harness import Journal, all_games, bot_match

FOLDER = Path(__file__).with_name("journals")
TICKS = 900
EVERY = 60
"""Ticks between two hashes that are kept."""


def recorded(game: Game) -> Iterator[tuple[str, Journal]]:
    """A name and a journal: the fewest seats, some, and the most, each with a preset of its own."""
    fewest, most = game.seats
    for k, seats in enumerate(sorted({fewest, (fewest + most) // 2, most})):
        preset, changes = game.presets[k % len(game.presets)]
        name = f"{game.name}-{seats}-{preset.lower().replace(' ', '-')}"
        yield name, bot_match(game, range(seats), 31 + k, ticks=TICKS, options=changes, come_and_go=k == 1)


def main(wanted: list[str]) -> None:
    """Write the journals of the games of these names."""
    FOLDER.mkdir(exist_ok=True)
    for game in all_games():
        if game.name not in wanted:
            continue
        for old in FOLDER.glob(f"{game.name}-*.json"):
            old.unlink()
        for name, journal in recorded(game):
            kept = {"hashes": journal.hashes[::EVERY], **json.loads(journal.line())}
            (FOLDER / f"{name}.json").write_text(json.dumps(kept, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
