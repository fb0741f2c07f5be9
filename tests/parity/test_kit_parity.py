"""The rules kit gives the same numbers under both interpreters, and none that leaves 30 bits."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.catalogue import game_of
from game.kit.micropython import MicroPython, missing
from game.rules import Game
from tests.depth import depth
from tests.unit.games.harness import bot_match, check_restore, check_sync

HERE = Path(__file__).parent

pytestmark = [pytest.mark.needs_node]


@pytest.fixture(scope="module")
def jumble() -> Game:
    return game_of(HERE / "jumble.py")


@pytest.fixture(scope="module")
def micropython(jumble: Game) -> Iterator[MicroPython]:
    with MicroPython([jumble]) as process:
        yield process


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("seed", range(depth(3, 20)))
def test_all_of_the_kit_is_equal_under_both_interpreters(
    jumble: Game, micropython: MicroPython, seed: int
) -> None:
    chance = random.Random(seed)
    options = {"keep": chance.choice([0, 50, 90, 100])}
    journal = bot_match(
        jumble, range(2 + seed * 3 % 7), seed, ticks=240, options=options, come_and_go=seed % 2 == 1
    )
    micropython.send(journal.line())
    hashes, _ = micropython.replayed()
    differs = [
        tick for tick, (one, other) in enumerate(zip(hashes, journal.hashes, strict=True)) if one != other
    ]
    assert not differs, f"tick {differs[0]} differs: {journal.line()[:2000]}"


def test_all_of_the_kit_can_be_rewound_and_restored(jumble: Game) -> None:
    journal = bot_match(jumble, range(4), 8, ticks=120, come_and_go=True)
    check_sync(journal)
    check_restore(journal, 70)
