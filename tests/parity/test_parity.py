"""The same rules file gives the same match on CPython and on MicroPython: equal hashes in every tick.

Bots think the same as well. `make test-all` holds 52 matches and 50,000 ticks, shared out among the games,
and what happens rarely; `make test` holds fewer. TESTS_PARITY_TICKS sets another number of ticks.
"""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from game.games.trails import Trails
from game.games.trails.tuning import KINDS
from game.kit.micropython import MicroPython, missing
from game.kit.replayer import replay
from game.rules import Auto, Game
from tests.depth import WHOLE, depth
from tests.unit.games.harness import Journal, all_games, bot_match, journals

FULL_MATCHES = 52
FULL_TICKS = 50_000
FEW_TICKS = 6_000
"""Of each run of `make test`; `make test-all` compares all of them."""
PROCESSES = 2

pytestmark = [
    pytest.mark.needs_node,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]
games = pytest.mark.parametrize("game", all_games(), ids=lambda game: game.name)


@pytest.fixture(scope="module")
def micropython() -> Iterator[MicroPython]:
    with MicroPython(all_games()) as process:
        yield process


def recorded(game: Game, number: int, ticks: int) -> Journal:
    """The `number`th match of the collection: bots of all levels, options from all over their range."""
    chance = random.Random(number)
    fewest, most = game.seats
    changes: dict[str, object] = {}
    if number % 4:
        # each option in turn is given its extremes, a second one anything
        fields = game.options.fields
        field = fields[number % len(fields)]
        low = field.least if isinstance(field, Auto) else field.low
        changes[field.name] = chance.choice([low, field.high])
        other = fields[chance.randrange(len(fields))]
        low = other.least if isinstance(other, Auto) else other.low
        changes[other.name] = chance.randint(low, other.high)
    teams = [seat % 2 + 1 for seat in range(most)] if number % 5 == 4 else []
    return bot_match(
        game,
        range(fewest + number % (most - fewest + 1)),
        7000 + number,
        ticks=ticks,
        options=changes,
        teams=teams,
        levels=[1 + (number + k) % 5 for k in range(most)],
        come_and_go=number % 3 == 0,
    )


def assert_equal(journal: Journal, hashes: list[int]) -> None:
    """Equal in every tick; else the first that differs is told with the journal's set-up."""
    if hashes != journal.hashes:
        pairs = zip(hashes, journal.hashes, strict=True)
        tick = next(k for k, (there, here) in enumerate(pairs) if there != here)
        pytest.fail(f"{journal.game.name} differs at tick {tick}: {journal.line()[:2000]}")


def replayed(process: MicroPython, wanted: list[Journal]) -> None:
    """Replay journals in a MicroPython of their own, which must come to the same bot choices as well."""
    for journal in wanted:
        process.send(journal.line())
        expected = replay(journal.line()).partition("|")[2]
        hashes, thoughts = process.replayed()
        assert_equal(journal, hashes)
        assert " ".join(map(str, thoughts)) == expected, f"bots differ: {journal.line()[:2000]}"


@games
def test_a_few_recorded_matches(game: Game, micropython: MicroPython) -> None:
    for number in range(0, FULL_MATCHES, depth(27, 9)):
        journal = recorded(game, number, 300)
        micropython.send(journal.line())
        assert_equal(journal, micropython.replayed()[0])


def until_it_happens(game: Game, event: str, seats: int, **kept: object) -> Journal:
    """The first of many matches in which something rare happens."""
    ticks, levels = kept.pop("ticks"), kept.pop("levels")
    assert isinstance(ticks, int)
    assert isinstance(levels, list)
    for seed in range(100):
        journal = bot_match(game, range(seats), seed, ticks=ticks, levels=levels, options=kept, hashed=False)
        if journal.emitted(event):
            return bot_match(game, range(seats), seed, ticks=ticks, levels=levels, options=kept)
    raise AssertionError(f"{event} happened in none of 100 matches")


def rare(game: Game, monkeypatch: pytest.MonkeyPatch) -> list[Journal]:
    """Matches for what the collection would hardly meet."""
    if game.name == "fuse":
        return [
            until_it_happens(game, "matchEnd", 2, ticks=2400, levels=[3], target=3, sudden=30),
            until_it_happens(game, "spiral", 4, ticks=2400, levels=[5], sudden=30, drops=80, rounds=1),
            *[
                until_it_happens(game, event, 6, ticks=1500, levels=[3], drops=80, crates=60)
                for event in ("kick", "lift", "shield")
            ],
        ]
    if game.name != "trails":
        return []
    decided = until_it_happens(game, "decider", 4, ticks=2500, levels=[1], rounds=3, target=100, speed=150)
    each_pickup = [until_it_happens(game, "take", 8, ticks=600, levels=[3], pickups=[kind]) for kind in KINDS]
    # Bots that never become bold keep clear of each other until the walls come.
    with monkeypatch.context() as patched:
        patched.setattr("game.games.trails.bots.CALM", 1 << 20)
        closed = until_it_happens(
            game, "closing", 2, ticks=3600, levels=[5], size="huge", pickups=[], speed=60, turn=260
        )
    return [decided, closed, *each_pickup]


@pytest.mark.slow
@pytest.mark.timeout(300)
@games
def test_recorded_matches_of_all_options_and_numbers_of_players(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = len(all_games())
    few = not WHOLE
    ticks = int(os.environ.get("TESTS_PARITY_TICKS", FEW_TICKS if few else FULL_TICKS)) // share
    matches = (FULL_MATCHES // 4 if few else FULL_MATCHES) // share + 1
    each = ticks // matches
    collection = [
        recorded(game, number, each * 3 if number % 13 == 0 else each) for number in range(matches)
    ] + ([] if few else rare(game, monkeypatch))
    total = sum(journal.ticks for journal in collection)
    assert total >= ticks, f"only {total} ticks in {len(collection)} matches"
    # What the whole collection must have met to be worth its name.
    met = {game.events[kind].name for journal in collection for _, kind, *_ in journal.happened}
    assert few or met >= MUST_MEET.get(game.name, set())
    if game.name == "fuse" and not few:
        assert {kind for journal in collection for _, _, kind, *_ in journal.emitted("take")} == set(range(6))
    if game.name == "trails" and not few:
        assert {kind for journal in collection for _, _, kind, *_ in journal.emitted("take")} == set(
            range(len(KINDS))
        )
    with ExitStack() as running:
        # Started one after the other: CPython 3.11 must not parse the games' sources in two threads at once.
        processes = [running.enter_context(MicroPython(all_games())) for _ in range(PROCESSES)]
        threads = running.enter_context(ThreadPoolExecutor(PROCESSES))
        for _ in threads.map(replayed, processes, [collection[k::PROCESSES] for k in range(PROCESSES)]):
            pass


MUST_MEET = {
    "trails": {
        *("beat", "go", "crash", "shave", "offer", "take", "fade", "corner", "through", "roundEnd"),
        *("faster", "closing", "decider", "matchEnd"),
    },
    "fuse": {
        *("beat", "go", "lay", "kick", "lob", "boom", "out", "shield", "phew", "take", "curse", "lift"),
        *("spiral", "roundEnd", "matchEnd"),
    },
    "thumbs": {"round", "light", "note", "early", "hurry", "close", "reveal", "matchEnd"},
}


@games
@given(data=st.data())
@settings(
    max_examples=depth(10, 20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_random_journals(game: Game, micropython: MicroPython, data: st.DataObject) -> None:
    journal = data.draw(journals(game, most_ticks=300))
    micropython.send(journal.line())
    assert_equal(journal, micropython.replayed()[0])


def test_micropython_runs_the_rules_it_is_given(micropython: MicroPython) -> None:
    """The comparison can fail: a journal with one press changed has other hashes."""
    game = Trails()
    journal = bot_match(game, range(game.seats[0]), 3, ticks=200)
    changed = [
        (tick, [(kind, seat, a, b) for kind, seat, a, b in due if kind]) for tick, due in journal.entries
    ]
    other = Journal(game, journal.chosen, journal.seats, journal.teams, journal.seed, 200, changed)
    micropython.send(other.line())
    assert micropython.replayed()[0] != journal.hashes
