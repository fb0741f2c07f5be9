"""Something is wrong: what a room hands over with a report, who may send one, and how many."""

import base64
import zlib

import pytest

from game.rooms.freeze import freeze, thaw
from game.rooms.journal import Journal, restore
from game.rooms.reports import AGAIN_MS, MAX_OF_MATCH
from game.rules import snapshot
from game.rules.snapshot import state_hash
from tests.unit.rooms.world import Someone, World


def playing(keep: bool = True) -> tuple[World, Someone, Someone]:
    world = World(keep=keep)
    ann = world.host(options={"ticks": 100_000})
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait(1000)
    return world, ann, bob


def test_a_report_has_the_match_and_its_journal_up_to_now() -> None:
    world, ann, _ = playing()
    room = world.room_of(ann)
    answer = ann.do("report", words="I was not hit", agent="Firefox")
    [report] = world.records.reports
    assert answer["report"] == report.id
    assert (report.kind, report.words, report.user_agent) == ("words", "I was not hit", "Firefox")
    assert (report.match, report.game, report.room) == (room.match_id, "dash", room.code)
    assert report.rules == "rules of dash"
    assert room.runner is not None
    m = room.runner.match
    assert (report.tick, report.client_hash, report.server_hash) == (m.tick, None, state_hash(m))
    journal = Journal.parse(report.journal)
    assert journal.rows[-1].tick == m.tick - 1
    assert state_hash(restore(room.game, journal)) == state_hash(m)


def test_a_client_that_runs_the_rules_sends_its_own_state() -> None:
    world, ann, _ = playing()
    room = world.room_of(ann)
    assert room.runner is not None
    ann.do("predict", on=True)
    world.wait_for(lambda: room.replication.last_hash()[0] > 0)
    tick, known = room.replication.last_hash()
    packed = zlib.compress(snapshot.dump(room.runner.match))
    ann.do("report", words="", tick=tick, hash=known ^ 1, state=base64.b64encode(packed).decode())
    [report] = world.records.reports
    assert (report.tick, report.client_hash, report.server_hash) == (tick, known ^ 1, known)
    assert report.client_state == packed


def test_a_desync_is_reported_once_a_match_with_both_hashes() -> None:
    world, ann, bob = playing()
    for one in (ann, bob):
        one.do("predict", on=True)
    replication = world.room_of(ann).replication
    world.wait_for(lambda: replication.last_hash()[0] > 0)
    tick, known = replication.last_hash()
    for one in (ann, bob, ann):
        one.do("desync", tick=tick, hash=known ^ 1, state="eJw=", agent="Firefox")
        world.wait(100)
    [report] = world.records.reports
    assert (report.kind, report.tick, report.client_hash, report.server_hash) == (
        "desync",
        tick,
        known ^ 1,
        known,
    )
    assert (report.client_state, report.user_agent) == (b"\x78\x9c", "Firefox")


def test_a_match_can_be_reported_while_its_results_are_shown() -> None:
    world = World(results_s=60)
    ann = world.host(options={"ticks": 20})
    bob = world.guest(ann)
    assert ann.refused("report", words="too early") == "wrong_phase"
    world.playing(ann, bob)
    world.wait_for(lambda: ann.room["phase"] == "results")
    bob.do("report", words="I had won")
    [report], [ended] = world.records.reports, world.records.ended
    assert (report.match, report.tick, report.server_hash) == (ended.id, ended.ticks, ended.final_hash)
    assert report.journal == ended.journal
    world.records.saved.add(ended.id)
    world.wait(10_000)
    ann.do("report", words="the record has the journal by now")
    assert (world.records.reports[1].match, world.records.reports[1].journal) == (ended.id, b"")


def test_a_person_may_report_twice_a_minute_and_a_match_is_reported_a_few_times() -> None:
    world, ann, bob = playing()
    ann.do("report", words="1")
    assert ann.refused("report", words="2") == "too_fast"
    bob.do("report", words="3")
    for k in range(2, MAX_OF_MATCH):
        world.wait(AGAIN_MS)
        (ann, bob)[k % 2].do("report", words=str(k))
    world.wait(AGAIN_MS)
    assert ann.refused("report", words="one more") == "too_many"
    assert len(world.records.reports) == MAX_OF_MATCH


def test_without_records_the_answer_says_so() -> None:
    world, ann, _ = playing(keep=False)
    assert ann.refused("report", words="I was not hit") == "no_records"
    assert world.records.reports == []


@pytest.mark.parametrize("state", ["?", "eJw", "eJw=eJw=", "ü", "💥"])
def test_a_state_that_is_no_base64_is_refused_and_nothing_changes(state: str) -> None:
    world, ann, _ = playing()
    ann.do("predict", on=True)
    assert ann.refused("report", words="", state=state) == "bad_request"
    assert ann.refused("desync", tick=1, hash=1, state=state) == "bad_request"
    assert world.records.reports == []
    ann.do("report", words="")


def test_after_a_takeover_a_report_names_the_same_match_and_holds_its_journal_from_the_first_tick() -> None:
    here, bob, _ = playing()
    there = World(seed=9)
    bob.press(1, 1)
    here.wait(500)
    room = here.room_of(bob)
    assert room.runner is not None
    data, past = freeze(room, here.now_ms), room.runner.journal.pack()
    other = thaw(there.context, data, there.now_ms, [], 0, room.epoch + 1, past=past)
    there.service.take_in(other, {})
    again = there.someone(bob.device)
    answer = there.service.resume(again.member, again.device, other.code, there.now_ms)
    assert answer is not None
    again.entered(answer)
    there.service.follow(again.member)
    there.wait(500)
    again.do("report", words="it jumped")
    [report] = there.records.reports
    assert report.match == room.match_id
    assert report.tick > room.runner.match.tick
    assert other.runner is not None
    assert state_hash(restore(other.game, Journal.parse(report.journal))) == report.server_hash
