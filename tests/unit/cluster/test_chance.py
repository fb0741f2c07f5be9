"""Chance across owners: who follows keeps one word in mind, so a new owner may not draw two at a time."""

import pytest

from game.rooms.journal import Head, Journal
from game.rooms.match_runner import MatchRunner
from game.rules import ENTROPY
from tests.unit.rooms.toys import Dash


@pytest.mark.parametrize("taken_at", range(30, 62))
def test_a_new_owner_draws_one_word_at_a_time(taken_at: int) -> None:
    game = Dash()
    head = Head("dash", tuple(game.options.defaults()), (0, 1), (0, 0, 0, 0), 5)
    runner = MatchRunner(game, head, lambda: 7)
    for _ in range(taken_at):
        runner.step(streamed=True)
    journal = Journal.parse(runner.journal.pack())
    other = MatchRunner.resumed(game, journal, None, lambda: 9, 2, taken_at)
    before = other.stream._chance  # noqa: SLF001 - the last word that was announced to clients
    announced = [before] if before is not None else []
    heard = other.stream.chance

    def chance(tick: int, word: int) -> None:
        assert not announced or other.tick_number > announced[-1][0], "the last word was not used yet"
        announced.append((tick, word))
        heard(tick, word)

    other.stream.chance = chance  # type: ignore[method-assign]
    for _ in range(70):
        other.step(streamed=True)
    used = [row.tick for row in other.journal.since(taken_at) for entry in row.entries if entry[0] == ENTROPY]
    expected = [tick for tick in range(taken_at, other.tick_number) if tick % 30 == 0]
    assert used == expected
    assert used == [tick for tick, _ in announced][: len(used)]
