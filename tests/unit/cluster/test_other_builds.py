"""Rooms that meet a worker of another build: read correctly or not at all; others are not disturbed."""

import logging
from typing import Any

import msgspec
import pytest

from game.cluster.store import Owner
from game.rooms.freeze import FrozenRoom, freeze
from game.rooms.journal import Journal, restore
from game.rules import Count, Entities, Entity, Game
from game.rules.snapshot import state_hash
from tests.unit.cluster.fleet import Fleet, FleetWorker, Guest
from tests.unit.rooms.toys import Dash, Duel, Runner


class Swapped(Entity):
    """The state of Dash with two counters exchanged: the same bytes, read as something else."""

    words = Count(max=1 << 20)
    left = Count(max=1 << 20)
    runners = Entities(Runner, 8)


class OtherDash(Dash):
    State = Swapped  # type: ignore[assignment]


def dash(game: Game | None = None) -> dict[str, Game]:
    return {"dash": game or Dash(), "duel": Duel()}


def playing(fleet: Fleet, worker: FleetWorker, game: str = "dash") -> tuple[Guest, Guest]:
    """Two people in a match that goes on for long."""
    ann, bob = fleet.guest(worker), fleet.guest(worker)
    ann.go_in("create", game=game, name="Ann", options={"ticks": 100_000})
    fleet.wait_for(lambda: ann.answers, "the room")
    bob.go_in("join", code=ann.code, name="Bob")
    ann.do("start")
    fleet.wait(1000)
    assert worker.room(ann.code).runner is not None
    return ann, bob


def home(fleet: Fleet, code: str) -> FleetWorker | None:
    return next((one for one in fleet.workers if one.alive and code in one.lobby.rooms), None)


def back(fleet: Fleet, guest: Guest, worker: FleetWorker) -> Guest:
    """The same person on a connection to another worker."""
    again = fleet.guest(worker, guest.device)
    again.resume(guest.code)
    fleet.wait_for(lambda: again.answers, "the answer")
    worker.gateway.arrived(again.sid)
    fleet.wait(300)
    return again


def reports(caplog: pytest.LogCaptureFixture, code: str) -> list[str]:
    return [
        one.getMessage()
        for one in caplog.records
        if one.levelno == logging.ERROR and code in one.getMessage()
    ]


def test_a_room_goes_to_the_worker_that_has_its_game(fleet: Fleet) -> None:
    owner = fleet.worker("a")
    for name in ("b", "c", "d"):
        fleet.worker(name, {"dash": Dash()})
    able = fleet.worker("e")
    ann, _ = playing(fleet, owner, "duel")
    tick = owner.room(ann.code).runner.match.tick  # type: ignore[union-attr]
    owner.die()
    fleet.wait_for(lambda: home(fleet, ann.code), "another worker to take over")
    assert home(fleet, ann.code) is able
    runner = able.room(ann.code).runner
    assert runner is not None
    assert runner.match.tick >= tick - 5


def test_a_match_goes_to_the_worker_that_has_its_rules(
    fleet: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
    owner = fleet.worker("a")
    others = [fleet.worker(name, dash(OtherDash())) for name in ("b", "c", "d")]
    able = fleet.worker("e")
    ann, _ = playing(fleet, owner)
    owner.die()
    fleet.wait_for(lambda: home(fleet, ann.code), "another worker to take over")
    fleet.wait(3000)
    assert home(fleet, ann.code) is able
    assert able.room(ann.code).runner is not None
    assert not any(ann.code in one.lobby.rooms for one in others), "they decline"
    assert reports(caplog, ann.code) == []
    assert fleet.store.aside == {}


def assert_left(keeper: FleetWorker, player: FleetWorker) -> None:
    """A worker has kept the only match, as one that was left, with a journal for the rules of `player`."""
    (match,) = keeper.records.ended
    assert (match.id, match.outcome, match.rules) == (f"{player.name}-00001", "left", "rules of dash")
    assert [seat.name for seat in match.seats] == ["Ann", "Bob"]
    assert all(seat.device for seat in match.seats)
    m = restore(player.context.games["dash"], Journal.parse(match.journal), until=match.ticks)
    assert match.options == dict(zip([one.name for one in m.game.options.fields], m.chosen, strict=True))
    assert match.final_hash in (0, state_hash(m))


def test_a_state_of_another_layout_is_not_read(fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
    owner = fleet.worker("a")
    other = fleet.worker("b", dash(OtherDash()))
    ann, _ = playing(fleet, owner)
    owner.die()
    fleet.wait_for(lambda: home(fleet, ann.code) is other, "the other build to take over")
    room = other.room(ann.code)
    assert room.phase.value == "lobby"
    assert room.runner is None
    assert [seat.name for seat in room.seats.values()] == ["Ann", "Bob"]
    assert_left(other, owner)
    again = back(fleet, ann, other)
    assert again.joined.player == ann.joined.player
    assert [notice["code"] for notice in again.heard("notice")] == ["match_lost"]
    assert again.heard("notice")[0]["message"].endswith("Everyone is back in the lobby.")
    other.gateway.follow(again.sid)
    assert len(again.heard("notice")) == 1, "sent once"
    assert len(reports(caplog, ann.code)) == 1
    assert fleet.store.aside[ann.code].checkpoint


def spoil(fleet: Fleet, code: str, how: str) -> None:
    """Make of a room's record what another build may have left."""
    record = fleet.store.records[code]
    fields: Any = msgspec.msgpack.decode(record.checkpoint)
    if how == "garbage":
        record.checkpoint = b"\xc1 no room at all"
        return
    if how == "changed seat":
        for seat in fields["seats"].values():
            seat["kind"] = {"what": "a robot"}
    elif how == "newer format":
        fields["format"] = 999
    elif how == "dropped game":
        fields["game"] = "chess"
    elif how == "changed state":
        fields["match"]["checkpoint"] = fields["match"]["checkpoint"][:-3]
    elif how == "changed phase":
        fields["phase"] = "halftime"
    elif how == "lost checkpoint":
        record.checkpoint = b""
        return
    record.checkpoint = msgspec.msgpack.encode(fields)


SPOILT = (
    "garbage", "changed seat", "newer format", "dropped game", "changed state", "changed phase",
    "lost checkpoint",
)  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_people_of_an_unreadable_room_get_a_lobby_and_a_sentence(
    fleet: Fleet, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    owner, other = fleet.worker("a"), fleet.worker("b")
    ann, bob = playing(fleet, owner)
    owner.writer.write()
    spoil(fleet, ann.code, how)
    owner.die()
    fleet.wait_for(lambda: home(fleet, ann.code), "a lobby")
    room = other.room(ann.code)
    assert room.phase.value == "lobby"
    if how in ("garbage", "lost checkpoint"):
        again = fleet.guest(other, ann.device)
        again.go_in("join", code=ann.code, name="Ann")
        other.gateway.arrived(again.sid)
    else:
        again = back(fleet, ann, other)
        assert again.joined.player == ann.joined.player
        assert room.people["p2"].name == "Bob"
        assert room.host == "p1"
    assert len(again.heard("notice")) == 1
    assert again.heard("notice")[0]["code"] in ("match_lost", "room_lost")
    assert len(reports(caplog, ann.code)) == 1
    owned = fleet.store.owner(ann.code)
    assert owned is not None
    assert owned.lease_id == other.node.lease.lease_id
    assert set(fleet.store.aside) == {ann.code}
    # The lobby is one like any other.
    again.do("bot", add=True)
    fleet.wait(500)
    assert not any(isinstance(one, Exception) for one in again.answers)
    del bob


def test_an_unreadable_room_stops_no_other(fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
    owner = fleet.worker("a")
    fleet.worker("b")
    fleet.worker("c")
    hosts = []
    for _ in range(9):
        host = fleet.guest(owner)
        host.go_in("create", game="dash")
        fleet.wait(100)
        hosts.append(host)
    fleet.wait(1000)
    spoilt = [host.code for host in hosts[::3]]
    for code in spoilt:
        spoil(fleet, code, "garbage")
    owner.die()
    fleet.wait_for(
        lambda: all(home(fleet, host.code) for host in hosts if host.code not in spoilt), "the others", 3000
    )
    fleet.wait_for(lambda: all(home(fleet, code) for code in spoilt), "their lobbies", 6000)
    fleet.wait(5000)
    for code in spoilt:
        assert len(reports(caplog, code)) == 1


def test_a_match_is_handed_to_workers_with_its_rules_only(fleet: Fleet) -> None:
    owner = fleet.worker("a")
    others = [fleet.worker(name, dash(OtherDash())) for name in ("b", "c", "d")]
    ann, bob = playing(fleet, owner)
    room = owner.room(ann.code)
    assert not owner.node.move_out()
    assert owner.room(ann.code) is room
    assert room.runner is not None, "the match goes on where it can"
    able = fleet.worker("e")
    owner.node.move_out()
    fleet.wait_for(lambda: ann.code in able.lobby.rooms, "the worker with the same rules")
    assert able.room(ann.code).runner is not None
    assert not any(ann.code in one.lobby.rooms for one in others)
    assert ann.heard("notice") == bob.heard("notice") == []


def test_when_a_drain_ends_a_room_goes_without_its_match(fleet: Fleet) -> None:
    owner = fleet.worker("a")
    other = fleet.worker("b", dash(OtherDash()))
    ann, _ = playing(fleet, owner)
    owner.node.move_out(last=True)
    fleet.wait_for(lambda: ann.code in other.lobby.rooms, "the other build")
    room = other.room(ann.code)
    assert room.phase.value == "lobby"
    assert [notice["code"] for notice in ann.heard("notice")] == ["match_lost"]
    assert ann.heard("joined")[-1]["room"]["phase"] == "lobby"
    assert "match" not in ann.heard("joined")[-1]["room"]
    assert_left(owner, owner)
    assert other.records.ended == []


def test_a_room_is_not_given_away_before_the_receiver_could_read_it(fleet: Fleet) -> None:
    """A worker of another build says that it has the game and its rules, and cannot read the room."""
    owner, other = fleet.worker("a"), fleet.worker("b")
    ann, _ = playing(fleet, owner)
    info = owner.failover.alive["b"]
    strange = msgspec.structs.replace(info.info, layout="another")
    owner.failover.alive["b"] = msgspec.structs.replace(info, info=strange)
    asked: list[bytes] = []

    def cannot(frozen: bytes) -> str:
        asked.append(frozen)
        return "its seats are of another make"

    other.node.why_unreadable = cannot  # type: ignore[method-assign]
    before = fleet.store.owner(ann.code)
    moved = transfer(fleet, owner, "b")
    assert asked
    assert not moved
    assert fleet.store.owner(ann.code) == before
    assert owner.room(ann.code).runner is not None

    other.node.why_unreadable = lambda frozen: ""  # type: ignore[method-assign]
    owner.failover.alive["b"] = msgspec.structs.replace(info, info=strange)
    assert transfer(fleet, owner, "b")
    assert ann.code in other.lobby.rooms


def transfer(fleet: Fleet, owner: FleetWorker, to: str) -> bool:
    """Transfer the only room, while messages go to and fro."""
    import gevent

    (room,) = owner.lobby.rooms.values()
    peer = owner.failover.alive[to]
    moving = gevent.spawn(owner.node.migration.transfer, room, peer)
    fleet.wait_for(moving.ready, "the end of the transfer")
    fleet.wait(300)
    return bool(moving.value)


def test_options_keep_their_names_when_other_rules_order_them_anew(fleet: Fleet) -> None:
    from game.rules import Auto, Choice, Int, Options, Subset

    class Reordered(Dash):
        options = Options(
            target=Auto(3, 100),
            teams=Choice("none", "3", "2"),
            extras=Subset("rain", "snow", "wind"),
            ticks=Int(60, 1, 500),
        )
        presets = (("Classic", {}),)

    owner = fleet.worker("a")
    other = fleet.worker("b", dash(Reordered()))
    ann = fleet.guest(owner)
    ann.go_in("create", game="dash", options={"ticks": 300, "teams": "2", "target": 7, "extras": ["wind"]})
    fleet.wait(500)
    owner.die()
    fleet.wait_for(lambda: home(fleet, ann.code) is other, "the other build")
    room = other.room(ann.code)
    named = dict(zip([field.name for field in room.game.options.fields], room.chosen, strict=True))
    assert named == {"target": 7, "teams": 2, "extras": 4, "ticks": 300}
    assert room.setback == ""


def test_a_record_without_a_hash_is_read_as_before(fleet: Fleet) -> None:
    """Rooms that were recorded before the hash was introduced go on after the first update."""
    owner, other = fleet.worker("a"), fleet.worker("b")
    ann, _ = playing(fleet, owner)
    room = owner.room(ann.code)
    frozen: Any = msgspec.msgpack.decode(freeze(room, fleet.now_ms))
    for name in ("format", "rules", "options", "setback"):
        del frozen[name]
    del frozen["match"]["rules"]
    owner.die()
    fleet.store.records[ann.code].checkpoint = msgspec.msgpack.encode(frozen)
    fleet.store.records[ann.code].journal = []
    fleet.wait_for(lambda: home(fleet, ann.code) is other, "another worker")
    assert other.room(ann.code).runner is not None


def test_a_frozen_room_knows_its_format(fleet: Fleet) -> None:
    owner = fleet.worker("a")
    ann, _ = playing(fleet, owner)
    frozen = msgspec.msgpack.decode(freeze(owner.room(ann.code), fleet.now_ms), type=FrozenRoom)
    info = fleet.store.leases()[owner.node.lease.lease_id]
    assert info is not None
    fields = msgspec.json.decode(info)
    assert frozen.match is not None
    assert fields["rules"]["dash"] == frozen.rules == frozen.match.rules
    assert fields["format"] == frozen.format
    assert fleet.store.owner(ann.code) == Owner(owner.node.lease.lease_id, 1)


def test_a_list_of_rooms_that_another_build_describes_in_another_way_is_left_out(fleet: Fleet) -> None:
    directory = fleet.worker("a").node.directory
    strange, empty = b'{"rooms":[{"name":7}],"online":5}', b'{"rooms":[],"online":2}'
    directory.read({"b": strange, "c": empty}, {"a", "b", "c"})
    assert directory.now() == ([], 2)
