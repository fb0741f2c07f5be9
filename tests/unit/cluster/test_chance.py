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
        runner.tick()
    journal = Journal.parse(runner.journal.pack())
    other = MatchRunner.resumed(game, journal, None, lambda: 9, taken_at)
    announced = [other.entropy] if other.entropy is not None else []
    for _ in range(70):
        other.tick()
        if other.entropy is not None and other.entropy not in announced:
            assert not announced or other.match.tick > announced[-1][0], "the last word was not used yet"
            announced.append(other.entropy)
    used = [row.tick for row in other.journal.since(taken_at) for entry in row.entries if entry[0] == ENTROPY]
    expected = [tick for tick in range(taken_at, other.match.tick) if tick % 30 == 0]
    assert used == expected
    assert used == [tick for tick, _ in announced][: len(used)]
