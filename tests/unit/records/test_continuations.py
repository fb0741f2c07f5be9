"""Kept matches are played on from any of their ticks, and what cannot be is refused with a sentence."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import msgspec
import pytest

from game.games.thumbs import Thumbs
from game.games.trails import Trails
from game.protocol import commands as c
from game.records.continuations import Continuations
from game.records.database import Database
from game.records.store import Records
from game.records.writer import Recorder
from game.rooms.continuation import OLDER_RULES, Continue
from game.rooms.ended_match import EndedMatch
from game.rooms.errors import Refused
from game.rooms.freeze import freeze, thaw
from game.rooms.journal import Journal, restore, without_seqs
from game.rooms.rules_document import RulesDocument, rules_document
from game.rules import Game
from game.rules.snapshot import state_hash
from game.settings import Records as Settings
from tests.unit.rooms.world import Someone, World

GAMES: dict[str, Callable[[], Game]] = {"trails": Trails, "thumbs": Thumbs}


class Kept:
    """A match of a person against bots that is kept, and what prepares it to be played on.

    Args:
        folder: for the database.
        game: its game.
        seconds: how long it was played before its people left.
    """

    def __init__(self, folder: Path, game: Game, seconds: int) -> None:
        self.world = World({game.name: game}, countdown_s=0)
        host = self.world.host(game.name, name="Ann")
        host.do("bot", add=True, level=2)
        host.do("bot", add=True, level=5)
        self.world.playing(host)
        for k in range(seconds * 10):
            host.press(k + 1, k // 3 % 3)
            self.world.wait(100)
        host.do("lobby")
        (self.match,) = self.world.records.ended
        body = rules_document(game).body
        database = Database(f"sqlite:///{folder}/records.db")
        database.prepare()
        self.recorder = Recorder(Records(database), Settings(), folder)
        self.recorder.add_rules(
            RulesDocument(hash=self.match.rules, game=game.name, interpreter=1, body=body)
        )
        self.recorder.ended(self.match)
        sink = self.world.context.records
        assert sink is not None
        self.continuations = Continuations(self.recorder, self.world.context.games, sink.rules, 3)

    def prepare(self, tick: int, match_id: str = "", seat: int | None = None) -> Continue:
        """What a room takes."""
        return self.continuations.prepare(c.PlayOn(match=match_id or self.match.id, tick=tick, seat=seat))

    def open(self, tick: int, seat: int | None = None) -> Someone:
        """Somebody who has just opened the room."""
        one = self.world.someone()
        answer = self.world.service.enter(
            one.member, one.device, self.prepare(tick, seat=seat), self.world.now_ms
        )
        one.entered(answer)
        self.world.service.follow(one.member)
        return one

    def hash_at(self, tick: int) -> int:
        """The state of the kept match at a tick."""
        game = self.world.context.games[self.match.game]
        return state_hash(restore(game, Journal.parse(self.match.journal), until=tick))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    one = Kept(tmp_path, Trails(), 5)
    yield one
    one.recorder.close()


def test_a_match_goes_on_from_its_third_second_and_can_be_kept_and_replayed_itself(kept: Kept) -> None:
    world, one = kept.world, kept.open(90)
    room = world.room_of(one)
    assert one.room["phase"] == "lobby"
    assert one.room["continues"] == {"match": kept.match.id, "tick": 90}
    assert one.room["private"]
    assert one.seat == 0, "the seat that a person had"
    seats = one.room["seats"]
    assert {seats[n]["level"] for n in ("1", "2")} == {2, 5}
    one.do("ready", ready=True)
    world.wait_for(lambda: room.runner is not None)
    runner = room.runner
    assert runner is not None
    assert runner.match.tick == 90
    assert state_hash(runner.match) == kept.hash_at(90)
    assert "continues" not in one.room
    for k in range(30):
        one.press(k + 1, k // 5 % 3, tick=runner.match.tick)
        world.wait(100)
    assert one.match is not None
    assert one.match.tick == runner.match.tick > 170
    one.do("lobby")
    again = world.records.ended[-1]
    assert again.id != kept.match.id
    old, new = (Journal.parse(without_seqs(match.journal)) for match in (kept.match, again))
    assert [row for row in new.rows if row.tick < 90] == [row for row in old.rows if row.tick < 90]
    assert new.head == old.head
    game = world.context.games["trails"]
    assert state_hash(restore(game, new, until=again.ticks)) == again.final_hash
    assert again.final_hash != kept.hash_at(again.ticks)


def test_friends_take_the_seats_that_they_want_and_bots_the_rest(kept: Kept) -> None:
    world, one = kept.world, kept.open(60, seat=2)
    assert one.seat == 2
    assert one.room["seats"]["0"]["kind"] == "bot"
    friend = world.guest(one, name="Bob")
    assert friend.seat == 0, "first the seats that people had"
    assert friend.refused("sit", spectate=False, seat=2) == "full"
    friend.do("sit", spectate=False, seat=1)
    assert friend.seat == 1
    assert one.room["seats"]["0"]["kind"] == "bot"
    friend.do("sit", spectate=True)
    assert one.room["seats"]["1"] | {"ready": True} == one.room["seats"]["1"]
    assert one.room["seats"]["1"]["level"] == 2
    friend.do("sit", spectate=False, seat=4)
    assert one.refused("options", preset="Classic") == "wrong_phase"
    world.check(world.room_of(one))
    world.playing(one, friend)
    runner = world.room_of(one).runner
    assert runner is not None
    world.wait(200)
    assert list(runner.match.seats) == [0, 1, 2, 4]


def test_a_bot_that_the_host_removes_leaves_the_match(kept: Kept) -> None:
    world, one = kept.world, kept.open(60)
    one.do("bot", remove=2)
    world.playing(one)
    world.wait(100)
    runner = world.room_of(one).runner
    assert runner is not None
    assert list(runner.match.seats) == [0, 1]


def test_the_room_survives_its_worker(kept: Kept) -> None:
    one = kept.open(75)
    room = kept.world.room_of(one)
    there = World({"trails": kept.world.context.games["trails"]}, countdown_s=0)
    moved = thaw(there.context, freeze(room, kept.world.now_ms), there.now_ms, [], 0, 2)
    assert moved.continuation == room.continuation
    there.service.take_in(moved, {})
    back = there.someone(one.device)
    back.go_in("join", code=room.code)
    there.playing(back)
    assert moved.runner is not None
    assert moved.runner.match.tick >= 75
    again = thaw(there.context, freeze(moved, there.now_ms), there.now_ms, [], 0, 3)
    assert again.runner is not None
    assert state_hash(again.runner.match) == state_hash(moved.runner.match)


def test_another_game_ends_the_wish_to_go_on(kept: Kept) -> None:
    one = kept.open(75)
    kept.world.room_of(one).choice.choose_game("trails")
    assert kept.world.room_of(one).continuation is None


def test_a_hosted_game_goes_on_with_its_host_and_its_questions(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Thumbs(), 4)
    one = kept.open(20)
    kept.world.playing(one)
    runner = kept.world.room_of(one).runner
    assert runner is not None
    kept.world.wait(2000)
    assert runner.match.tick > 25
    assert kept.world.failed == []
    kept.recorder.close()


def refused(call: Callable[[], object]) -> Refused:
    """How a call is refused."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def test_what_cannot_be_played_on_is_refused_with_a_sentence(kept: Kept) -> None:
    assert refused(lambda: kept.prepare(10, "unknown123")).code == "no_records"
    assert refused(lambda: kept.prepare(kept.match.ticks + 1)).code == "bad_request"

    def changed(**changes: object) -> str:
        match: EndedMatch = msgspec.structs.replace(
            kept.match, id=f"match{len(changes)}{id(changes):04d}"[-10:], **changes
        )
        kept.recorder.ended(match)
        return match.id

    older = changed(rules="0" * 24)
    assert refused(lambda: kept.prepare(10, older)).message == OLDER_RULES
    removed = changed(game="chess", title="Chess")
    assert "does not offer Chess any more" in refused(lambda: kept.prepare(10, removed)).message
    secret = changed(visibility="private")
    assert refused(lambda: kept.prepare(10, secret)).code == "no_records"
    decided = changed(outcome="decided")
    assert "Choose an earlier one" in refused(lambda: kept.prepare(kept.match.ticks, decided)).message
    journal = Journal(Journal.parse(kept.match.journal).head)
    journal.append(5, [(0, 99, 1, 0)], [0])
    damaged = changed(journal=journal.pack())
    assert "cannot be replayed" in refused(lambda: kept.prepare(100, damaged)).message


def test_a_worker_with_other_rules_refuses_what_was_prepared(kept: Kept) -> None:
    prepared = kept.prepare(30)
    other = msgspec.structs.replace(
        prepared, continuation=msgspec.structs.replace(prepared.continuation, rules="other")
    )
    one = kept.world.someone()
    found = refused(lambda: kept.world.service.enter(one.member, one.device, other, kept.world.now_ms))
    assert found.code == "older_rules"
    assert len(kept.world.lobby.rooms) == 1


def test_a_wish_waits_in_a_line_of_its_own(kept: Kept) -> None:
    done: list[Continue] = []
    failed: list[Refused] = []
    for tick in (10, 20):
        kept.continuations.start(c.PlayOn(match=kept.match.id, tick=tick), done.append, failed.append)
    kept.continuations.start(c.PlayOn(match="unknown123", tick=1), done.append, failed.append)
    while len(done) + len(failed) < 3:
        gevent.sleep(0.01)
    assert [one.continuation.tick for one in done] == [10, 20]
    assert [one.code for one in failed] == ["no_records"]
    packed = zlib.decompress(zlib.compress(done[0].continuation.journal))
    assert Journal.parse(packed).end().tick < 10
