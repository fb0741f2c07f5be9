"""Rounds of writing: urgent writes must not put the journal off, which bounds what a crash costs."""

from itertools import pairwise

from tests.unit.cluster.fleet import Fleet


def test_urgent_writes_do_not_put_the_round_off(fleet: Fleet) -> None:
    writer = fleet.worker("a").writer
    every_ms = fleet.settings.journal_flush_ms
    rounds: list[int] = []
    urgent = 0
    for _ in range(1000):
        fleet.now_us += 3000  # a player chats all the time
        if writer.write_due():
            rounds.append(fleet.now_ms)
        else:
            urgent += 1
    assert urgent > len(rounds) > 3000 // every_ms * 9 // 10
    assert max(b - a for a, b in pairwise(rounds)) <= every_ms + 3


def test_rounds_that_were_missed_are_not_made_up_for(fleet: Fleet) -> None:
    writer = fleet.worker("a").writer
    assert writer.write_due()
    fleet.now_us += 60_000_000
    assert [writer.write_due() for _ in range(5)] == [True, False, False, False, False]
