"""The result of a match is written once, and won once, whatever happens to its room just then."""

import time

import pytest

from tests.chaos.conftest import ALL, NewRow
from tests.chaos.night import Cluster, Results, kill, party, until, wins

pytestmark = [
    pytest.mark.needs_redis,
    pytest.mark.needs_nginx,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not ALL, reason="a match takes half a minute: only in make chaos"),
]

ROOMS = 6
SHORT = {"rounds": 3, "speed": 150, "target": 100}
LATER_S = (0.0, 0.05, 0.3)
"""How long after the end the owner dies: before its result is written, about then, and after."""


def test_a_result_is_written_once_when_its_owner_dies(whole: Cluster, row: NewRow) -> None:
    result = row(
        f"kill -9 of the owner as a match ends, {ROOMS} rooms", "every result is written and won exactly once"
    )
    results = Results(whole)
    rooms = [party(whole, bots=0, options=SHORT) for _ in range(ROOMS)]
    waiting = list(rooms)
    killed = 0
    deadline = time.monotonic() + 120
    while waiting:
        assert time.monotonic() < deadline, f"{len(waiting)} matches do not end"
        ended = [one for one in waiting if one.first.place and one.first.here.phase == "results"]
        for one in ended:
            waiting.remove(one)
            time.sleep(LATER_S[killed % len(LATER_S)])
            worker = whole.owner_worker(one.code)
            if worker.process is not None and worker.process.poll() is None:
                kill(whole, worker)
                killed += 1
        time.sleep(0.01)
    until(whole.ready, "all workers", 120)
    written, won = [], []
    for one in rooms:
        until(lambda: results.of(one.code), f"the result of {one.code}")  # noqa: B023
        one.people[0].wait_for(lambda client: client.here.phase == "results", "the results", 20)
        one.say(0, "and now?")  # it is a room that lives, not a picture of one
        written.append(results.of(one.code))
        won.append(sum(wins(one.first).values()))
        stored, shown = results.text(one.code, 1), one.first.here.room["results"]
        assert [place["player"] for place in stored["places"]] == [
            place["player"] for place in shown["places"]
        ]
    result.measured = f"{killed} kills; writes by match: {written}; matches won: {won}"
    for one in rooms:
        one.close()
    results.close()
    assert killed >= 2
    assert written == [{1: 1}] * ROOMS
    assert won == [1] * ROOMS
