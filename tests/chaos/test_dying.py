"""Workers that die or leave while people play."""

import signal
import time

import pytest

from game.client import Client, ConnectionRefused, NoAnswer, Refused
from tests.chaos.conftest import ALL, NewRow
from tests.chaos.documented import DocumentedClient
from tests.chaos.night import Cluster, Party, Watch, kill, party, scores, until, wins
from tests.chaos.pulse import Pulse

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(600)]

KILLS = 20 if ALL else 2
ROOMS = 6 if ALL else 2
HICCUP_S = 0.14
"""Three ticks are missed: four pass between two states, and the watch looks every five milliseconds."""


def alive_after(parties: list[Party], epochs: dict[str, int], watch: Watch, begun: float) -> float:
    """Wait until all see their room tick at a new owner; returns the seconds from `begun` to the last."""
    seen = {one.traveller: one for one in watch.players}
    players = [(seen[traveller], epochs[one.code]) for one in parties for traveller in one.people]
    until(lambda: all(player.ticks_since > epoch for player, epoch in players), "every room to tick", 20)
    return max(player.ticks_since_at for player, _ in players) - begun


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


def test_rooms_outlive_their_workers(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row(
        f"kill -9 of the owner, {KILLS} times, {ROOMS} rooms",
        "ticks again < 2 s, ≤ 0.1 s of game time lost, seats, scores and chat kept",
    )
    parties = [party(whole) for _ in range(ROOMS)]
    travellers = [one for each in parties for one in each.people]
    took: list[float] = []
    allowed: list[float] = []
    lost_ticks = hits = 0
    with Watch(travellers) as watch:
        for number in range(KILLS):
            until(whole.ready, "all workers", 120)
            for one in parties:
                one.say(number % 2, f"line {number}")
            worker = whole.owner_worker(parties[number % ROOMS].code)
            hit = [one for one in parties if whole.owner_worker(one.code) is worker]
            kept = [(one, one.seats(), scores(one.first), wins(one.first)) for one in hit]
            epochs = {one.code: one.first.match.epoch for one in hit}
            watch.forget()
            # Every second time Redis is not told that the worker has ended: the lease runs out.
            whole.watched = number % 2 == 0
            begun = time.monotonic()
            kill(whole, worker)
            took.append(alive_after(hit, epochs, watch, begun))
            held = pulse.during(begun)
            allowed.append(2 + held.lost_s)
            whole.watched = True
            hits += len(hit)
            lost_ticks = max(lost_ticks, watch.lost_ticks)
            result.measured = (
                f"{len(took)} kills, {hits} rooms hit: tick again after {max(took):.2f} s at worst "
                f"(ended {max(took[::2]):.2f}, by lease {max(took[1::2], default=0):.2f}), "
                f"{lost_ticks} ticks ({lost_ticks / 30:.3f} s) lost; {held}"
            )
            assert watch.backwards == []
            for one, seats, points, won in kept:
                check_kept(one, seats, points, won)
    for one in parties:
        one.close()
    assert all(seconds < most for seconds, most in zip(took, allowed, strict=True)), (took, allowed)
    assert lost_ticks <= 3


def test_a_leaving_worker_hands_its_rooms_over(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row("SIGTERM of a worker", "no disconnect, hiccup ≤ 3 ticks, ends within 30 s")
    parties = [party(whole) for _ in range(ROOMS)]
    travellers = [one for each in parties for one in each.people]
    worker = whole.owner_worker(parties[0].code)
    old = worker.process
    assert old is not None
    with Watch(travellers) as watch:
        watch.wait_for_news()
        watch.forget()
        begun = time.monotonic()
        worker.leaving = True
        whole.signal(worker, signal.SIGTERM)
        until(lambda: old.poll() is not None, "the worker to end", 40)
        took = time.monotonic() - begun
        held = pulse.during(begun)
        worst, backwards = watch.worst_gap_s, watch.backwards
    returns = sum(one.returns for one in travellers)
    moves = sum(one.moves for one in travellers)
    result.measured = (
        f"{moves} moved, {returns} disconnected, longest gap {worst * 1000:.0f} ms, ended after {took:.1f} s"
        f"; {held}"
    )
    for one in parties:
        one.close()
    assert moves > 0
    assert returns == 0
    assert worst < HICCUP_S + held.worst_s
    assert backwards == []
    assert took < 30


@pytest.mark.skipif(not ALL, reason="only in make chaos")
def test_a_rolling_restart_under_load(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row(
        "rolling restart of all workers", "no disconnect, hiccup ≤ 3 ticks, 0 failed joins after one retry"
    )
    parties = [party(whole) for _ in range(ROOMS)]
    travellers = [one for each in parties for one in each.people]
    tried = failed = 0
    with Watch(travellers) as watch:
        watch.wait_for_news()
        watch.forget()
        begun = time.monotonic()
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
            time.sleep(0.05)  # twenty newcomers a second at most
        held = pulse.during(begun)
        worst, backwards = watch.worst_gap_s, watch.backwards
    returns = sum(one.returns for one in travellers)
    result.measured = (
        f"{tried} joins, {failed} failed; {returns} disconnected; longest gap {worst * 1000:.0f} ms; {held}"
    )
    for one in parties:
        one.close()
    assert failed == 0
    assert returns == 0
    assert worst < HICCUP_S + held.worst_s
    assert backwards == []


def test_a_worker_that_stood_still_says_nothing_stale(whole: Cluster, row: NewRow) -> None:
    result = row("SIGSTOP of the owner for 5 s", "no stale frame accepted, no stale checkpoint written")
    whole.watched = True
    one = party(whole)
    worker = whole.owner_worker(one.code)
    epoch = one.first.match.epoch
    with Watch(one.people) as watch:
        stopped = time.monotonic()
        whole.signal(worker, signal.SIGSTOP)
        try:
            until(lambda: (whole.owner(one.code) or ("", 0))[1] > epoch, "another owner", 5)
            taken = whole.owner(one.code)
            time.sleep(max(0.0, stopped + 5 - time.monotonic()))  # the fault lasts that long
            written = whole.checkpoint_tick(one.code)
        finally:
            whole.signal(worker, signal.SIGCONT)
        # What it says or writes now would be stale: it gets time to, and the record must only move on.
        until(lambda: whole.is_ready(worker), "the worker that stood still", 15)
        until(lambda: whole.checkpoint_tick(one.code) > written, "a newer record", 15)
        one.people[0].wait_for(lambda client: client.match.epoch > epoch, "the new owner's match", 15)
        backwards = watch.backwards
    after = whole.owner(one.code)
    now = whole.checkpoint_tick(one.code)
    result.measured = (
        f"{len(backwards)} stale frames; the record went from epoch {epoch} to {taken[1] if taken else 0} "
        f"and {after[1] if after else 0}, its checkpoint from tick {written} to {now}"
    )
    one.close()
    assert taken is not None
    assert after is not None
    assert backwards == []
    assert after == taken


def test_a_worker_that_stands_still_for_long_locks_nobody_out(
    whole: Cluster, pulse: Pulse, row: NewRow
) -> None:
    stopped_s = 60.0 if ALL else 0.0
    result = row(
        f"SIGSTOP of the owner for {stopped_s:.0f} s" if ALL else "SIGSTOP of the owner until all are back",
        "a client written from the document is back in its seat within 5 s, no room is lost",
    )
    whole.watched = True
    ann, bob = DocumentedClient(whole.url), DocumentedClient(whole.url)
    code = ann.call("create", {"game": "trails", "options": {"target": 100}, "name": "Ann"})["code"]
    until(lambda: whole.owner(code) is not None, "the owner")
    bob.call("join", {"code": code, "name": "Bob"})
    ann.call("start", {})
    until(lambda: ann.epoch and bob.epoch, "the match")
    # What happened less than a tenth of a second before a fault may be lost, the start of a match as well.
    until(lambda: whole.checkpoint_tick(code) >= 0, "the match's record")
    cid = DocumentedClient(whole.url)
    waiting = cid.call("create", {"game": "trails", "name": "Cid"})["code"]
    until(lambda: whole.owner(waiting) is not None, "the owner")
    owners = [whole.owner_worker(code), whole.owner_worker(waiting)]
    epoch = ann.epoch
    begun = time.monotonic()
    for worker in owners:
        whole.signal(worker, signal.SIGSTOP)
    try:
        until(lambda: min(ann.epoch, bob.epoch) > epoch, "the match at another worker", 40)
        back_s = time.monotonic() - begun
        held = pulse.during(begun)
        until(lambda: (whole.owner(waiting) or ("", 0))[1] > 1, "the other room", 20)
        time.sleep(max(0.0, begun + stopped_s - time.monotonic()))  # the fault lasts that long
    finally:
        for worker in owners:
            whole.signal(worker, signal.SIGCONT)
    until(whole.ready, "the workers that stood still", 120)
    for one, name in ((ann, "Ann"), (bob, "Bob"), (cid, "Cid")):
        until(lambda: one.seat and not one.seat["held"], f"{name}'s seat", 30)  # noqa: B023
        assert one.seat is not None
        assert one.seat["name"] == name
    result.measured = f"back after {back_s:.2f} s; {held}"
    assert (ann.room["code"], bob.room["code"], cid.room["code"]) == (code, code, waiting)
    assert ann.room["phase"] == "live"
    for one in (ann, bob, cid):
        one.close()
    assert back_s < 5 + held.lost_s
