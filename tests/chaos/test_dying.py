"""Workers that die or leave while people play."""

import signal
import time

import pytest

from game.client import Client, ConnectionRefused, NoAnswer, Refused, Traveller
from tests.chaos.conftest import ALL, Record
from tests.chaos.night import Cluster, Party, Watch, kill, party, scores, until, wins

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(600)]

KILLS = 20 if ALL else 2
ROOMS = 6 if ALL else 2


def alive_after(parties: list[Party], epochs: dict[str, int], timeout_s: float = 10.0) -> float:
    """Wait until every room ticks again at a new owner; returns the seconds that took."""
    begun = time.monotonic()
    for one in parties:
        for traveller in one.people:
            goes_on(one.code, traveller, epochs[one.code], timeout_s)
    return time.monotonic() - begun


def goes_on(code: str, traveller: Traveller, epoch: int, timeout_s: float) -> None:
    """Wait until a player sees the match tick under a higher epoch."""

    def follows(client: Client) -> bool:
        return client.match.following and client.match.epoch > epoch

    traveller.wait_for(follows, f"room {code} to go on", timeout_s)
    tick = traveller.client.match.tick
    traveller.wait_for(lambda client: client.match.tick > tick, f"room {code} to tick", timeout_s)


def check_kept(one: Party, seats: dict[str, object], points: dict[str, int], won: dict[str, int]) -> None:
    """Seats, scores and every acknowledged line are what they were."""
    assert one.seats() == seats
    assert wins(one.first) == won
    now = scores(one.first)
    assert all(now[seat] >= value for seat, value in points.items()), (points, now)
    known = {line["id"]: line["text"] for line in one.first.here.chat}
    assert len({line["id"] for line in one.first.here.chat}) == len(one.first.here.chat), "a line came twice"
    recent = dict(sorted(one.lines.items())[-20:])
    assert recent.items() <= known.items(), (recent, known)


def test_rooms_outlive_their_workers(whole: Cluster, record: Record) -> None:
    parties = [party(whole) for _ in range(ROOMS)]
    travellers = [one for each in parties for one in each.people]
    slowest, lost_ticks = 0.0, 0
    with Watch(travellers) as watch:
        for number in range(KILLS):
            until(whole.ready, "all workers", 30)
            for one in parties:
                one.say(number % 2, f"line {number}")
            worker = whole.owner_worker(parties[number % ROOMS].code)
            hit = [one for one in parties if whole.owner_worker(one.code) is worker]
            kept = [(one, one.seats(), scores(one.first), wins(one.first)) for one in hit]
            epochs = {one.code: one.first.match.epoch for one in hit}
            watch.forget()
            # Every second time nobody tells Redis that the worker is dead: the lease runs out.
            whole.watched = number % 2 == 0
            kill(whole, worker)
            slowest = max(slowest, alive_after(hit, epochs))
            whole.watched = True
            lost_ticks = max(lost_ticks, watch.lost_ticks)
            assert watch.backwards == []
            for one, seats, points, won in kept:
                check_kept(one, seats, points, won)
    for one in parties:
        one.close()
    record(
        f"kill -9 of the owner, {KILLS} times, {ROOMS} rooms",
        "ticks again < 2 s, ≤ 0.1 s of game time lost, seats, scores and chat kept",
        f"ticks again after {slowest:.2f} s at worst, {lost_ticks} ticks ({lost_ticks / 30:.3f} s) lost",
    )
    assert slowest < 2
    assert lost_ticks <= 4


def test_a_leaving_worker_hands_its_rooms_over(whole: Cluster, record: Record) -> None:
    parties = [party(whole) for _ in range(ROOMS)]
    travellers = [one for each in parties for one in each.people]
    worker = whole.owner_worker(parties[0].code)
    old = worker.process
    assert old is not None
    with Watch(travellers) as watch:
        time.sleep(0.5)  # so that the watch has something to compare with
        watch.forget()
        begun = time.monotonic()
        worker.leaving = True
        whole.signal(worker, signal.SIGTERM)
        until(lambda: old.poll() is not None, "the worker to end", 40)
        took = time.monotonic() - begun
        worst = watch.worst_gap_s
        backwards = watch.backwards
    returns = sum(one.returns for one in travellers)
    moves = sum(one.moves for one in travellers)
    for one in parties:
        one.close()
    record(
        "SIGTERM of a worker",
        "no disconnect, hiccup ≤ 3 ticks, ends within 30 s",
        f"{moves} moved, {returns} disconnected, longest gap {worst * 1000:.0f} ms, ended after {took:.1f} s",
    )
    assert returns == 0
    assert worst < 0.2
    assert backwards == []
    assert took < 30


@pytest.mark.skipif(not ALL, reason="only in make chaos")
def test_a_rolling_restart_under_load(whole: Cluster, record: Record) -> None:
    parties = [party(whole) for _ in range(ROOMS)]
    travellers = [one for each in parties for one in each.people]
    tried = failed = 0
    with Watch(travellers) as watch:
        watch.forget()
        whole.roll()
        number = 0
        while whole.rolling:
            code = parties[number % ROOMS].code
            number += 1
            tried += 1
            for attempt in range(2):
                try:
                    with Client(whole.url, code=code) as guest:
                        guest.join(code, spectate=True)
                    break
                except (ConnectionRefused, NoAnswer, Refused, TimeoutError):
                    failed += attempt
            time.sleep(0.05)
        worst = watch.worst_gap_s
        backwards = watch.backwards
    returns = sum(one.returns for one in travellers)
    for one in parties:
        one.close()
    record(
        "rolling restart of all workers",
        "no disconnect, 0 failed joins after one retry",
        f"{tried} joins, {failed} failed; {returns} disconnected; longest gap {worst * 1000:.0f} ms",
    )
    assert failed == 0
    assert returns == 0
    assert backwards == []


def test_a_worker_that_stood_still_says_nothing_stale(whole: Cluster, record: Record) -> None:
    whole.watched = True
    one = party(whole)
    worker = whole.owner_worker(one.code)
    epoch = one.first.match.epoch
    with Watch(one.people) as watch:
        whole.signal(worker, signal.SIGSTOP)
        try:
            until(lambda: (whole.owner(one.code) or ("", 0))[1] > epoch, "another owner", 5)
            taken = whole.owner(one.code)
            time.sleep(4)  # the fault lasts that long
        finally:
            whole.signal(worker, signal.SIGCONT)
        time.sleep(2)  # what it says now would be stale
        one.people[0].wait_for(lambda client: client.match.epoch > epoch, "the new owner's match", 15)
        backwards = watch.backwards
    after = whole.owner(one.code)
    one.close()
    record(
        "SIGSTOP of the owner for 5 s",
        "no stale frame accepted, no stale checkpoint written",
        f"{len(backwards)} stale frames; the record went from {taken} to {after}",
    )
    assert taken is not None
    assert after is not None
    assert backwards == []
    assert after[1] >= taken[1]
