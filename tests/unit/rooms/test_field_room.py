"""Open Field in a real room: each client receives what is near, by bytes and by JSON, wherever it is."""

from typing import Any

from game.games.field import Field
from tests.depth import WHOLE
from tests.unit.rooms.world import Someone, World


def opened(people: int, bots: int) -> tuple[World, list[Someone]]:
    """A running match of these numbers of people and bots."""
    world = World({"field": Field()}, countdown_s=0, max_crowd_bots=99)
    host = world.host("field", options={"size": 4800, "minutes": 1})
    room = world.room_of(host)
    guests = [world.guest(host) for _ in range(people - 1)]
    while len(room.seats) < people + bots:
        room.seating.add_bot(3)
    host.do("start")
    world.wait_for(lambda: room.runner is not None)
    return world, [host, *guests]


def check(world: World, one: Someone) -> set[int]:
    """All that somebody knows is what the state says; returns the riders whom they know."""
    runner = world.room_of(one).runner
    assert runner is not None
    assert one.match is not None
    assert one.match.following
    assert one.match.resyncs == 0
    known: dict[str, Any] = one.match.state
    s = runner.match.state
    assert one.match.tick == runner.match.tick
    assert known["scores"] == s.scores
    assert known["radar"] == s.radar
    riders = {rider.id: rider for rider in s.riders}
    for number, received in known["riders"].items():
        rider = riders[number]
        assert (received["x"], received["y"], received["alive"]) == (
            rider.x >> 4 << 4,
            rider.y >> 4 << 4,
            rider.alive,
        )
        rows = rider.trail[-3 * rider.line :]
        assert [row[0] for row in received["trail"]] == [x >> 4 << 4 for x in rows[::3]]
    return set(known["riders"])


def test_everyone_follows_what_is_near_and_nobody_the_whole_world() -> None:
    world, people = opened(people=5, bots=75 if WHOLE else 45)
    watcher = world.guest(people[0], spectate=True)
    world.post.as_json.add(people[4].member)
    people[4].do("resync")
    world.wait(200)
    for _ in range(60 if WHOLE else 15):
        world.wait(250)
        for one in people:
            known = check(world, one)
            assert one.seat in known
            assert len(known) < 60
        check(world, watcher)


def test_a_press_is_taken_and_acknowledged_to_its_own_player_alone() -> None:
    world, (one, other) = opened(people=2, bots=10)
    world.wait(4000)
    for seq in (1, 2, 3):
        one.press(seq, seq % 2)
        world.wait(300)
    assert one.match is not None
    assert other.match is not None
    assert one.seat is not None
    assert one.match.acks[one.seat][0] == 3
    assert other.match.acks == {}


def test_who_sits_down_late_rides_at_once_and_who_stands_up_looks_on() -> None:
    world, people = opened(people=2, bots=20)
    watcher = world.guest(people[0], spectate=True)
    world.wait(3500)
    late = world.guest(people[0])
    world.wait(200)
    assert late.seat in check(world, late)
    world.wait(1000)
    assert late.seat in check(world, late)
    seat = late.seat
    late.do("sit", spectate=True)
    world.wait(500)
    assert seat not in check(world, late)
    assert check(world, late) == check(world, watcher)
    late.do("sit", spectate=False)
    world.wait(500)
    assert late.seat in check(world, late)
    for one in people:
        check(world, one)


def test_who_was_away_or_dropped_out_goes_on_from_a_keyframe() -> None:
    world, people = opened(people=2, bots=20)
    one, other = people
    world.wait(3500)
    one.do("away", away=True)
    world.wait(2000)
    one.do("away", away=False)
    world.wait(500)
    check(world, one)
    other.drop()
    world.wait(1000)
    again = other.back()
    world.wait(500)
    assert again.seat in check(world, again)
    check(world, one)


def test_a_crowd_is_added_at_once_and_quick_play_brings_its_own() -> None:
    world = World({"field": Field()}, countdown_s=0)
    host = world.host("field")
    room = world.room_of(host)
    host.do("bot", add=True)
    assert len(room.seats) == 1 + Field.crowd // 4
    for _ in range(5):
        host.do("bot", add=True)
    assert len(room.seats) == 61, "as many bots as a crowd may have"
    quick = world.someone()
    quick.go_in("quick", game="field")
    world.wait(1000)
    assert len(world.room_of(quick).seats) == Field.crowd
