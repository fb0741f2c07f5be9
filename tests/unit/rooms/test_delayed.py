"""Spectators who see the match later: nothing reaches them early, and what they see is what was."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.client.follower import Follower
from game.games.field import Field
from game.games.fuse import Fuse
from game.games.thumbs import Thumbs
from game.games.trails import Trails
from game.rooms.freeze import freeze, thaw
from game.rooms.outbox import Message
from game.rooms.people import Person
from game.rooms.replication import delayed
from game.rooms.replication.delayed import KEYFRAME_EVERY_MS, DelayedStream
from game.rooms.room import Room
from game.rules import Game
from game.sync.wire import ShiftFrame, parse_frame
from tests.depth import depth
from tests.unit.rooms.predictor import Predictor
from tests.unit.rooms.world import Post, Someone, World

TICK_MS = 34
"""A frame waits at most for the next tick."""


def person(one: Someone) -> Person:
    """Somebody as the room knows them."""
    found = one.world.room_of(one).person_of(one.device)
    assert found is not None
    return found


def view(one: Someone) -> Follower:
    """What somebody sees of the match."""
    assert one.match is not None
    return one.match


def now_tick(world: World, one: Someone) -> int:
    """The tick that the match has reached."""
    runner = world.room_of(one).runner
    assert runner is not None, world.failed
    return runner.match.tick


class Truth:
    """What a player sees at once, against which everything that a spectator sees is held.

    Args:
        player: somebody with a seat, who follows the state.
        delay_s: how much later spectators see the match.
    """

    def __init__(self, player: Someone, delay_s: int) -> None:
        self.player = player
        self.delay_ms = delay_s * 1000
        self.world = player.world
        self.at: dict[int, tuple[int, dict[str, Any]]] = {}
        """By tick: when it was seen, and the state."""
        self.wrong: list[str] = []
        """What was wrong: a room takes an exception in its tick for a fault of its game."""
        self.at[view(player).tick] = (
            self.world.room_of(player).tick_at_ms,
            copy.deepcopy(view(player).state),
        )
        self.checked: dict[str, int] = {}
        """By connection: how many frames were checked."""
        deliver = self.world.post.on_said

        def said(member: str, event: str, data: Any) -> None:
            deliver(member, event, data)
            if event in ("s", "k"):
                self._heard(self.world.people[member])

        self.world.post.on_said = said

    def _heard(self, one: Someone) -> None:
        if not view(one).following:
            return
        if one is self.player:
            self.at.setdefault(view(one).tick, (self.world.now_ms, copy.deepcopy(view(one).state)))
            return
        room = self.world.room_of(one)
        if not room.replication.is_delayed(person(one)):
            return
        seen_ms, state = self.at.get(view(one).tick, (self.world.now_ms, {}))
        if self.world.now_ms < seen_ms + self.delay_ms:
            self.wrong.append(f"tick {view(one).tick} came {self.world.now_ms - seen_ms} ms after")
        if view(one).state != state:
            self.wrong.append(f"tick {view(one).tick} is not as it was")
        self.checked[one.member] = self.checked.get(one.member, 0) + 1


def watched(delay_s: int = 3, games: dict[str, Game] | None = None) -> tuple[World, Someone]:
    """A running match in a room with a delay; its host plays, against a bot."""
    world = World(games, countdown_s=0)
    host = world.host(preset="Endless") if games is None else world.host(next(iter(games)))
    host.do("lock", delay=delay_s)
    host.do("bot", add=True)
    host.do("start")
    world.wait_for(lambda: host.room["phase"] == "live")
    return world, host


@pytest.mark.parametrize(("private", "delay"), [(True, 0), (False, 3)])
def test_public_rooms_are_delayed_unless_the_host_wants_it_otherwise(private: bool, delay: int) -> None:
    world = World()
    host = world.host(private=private)
    guest = world.guest(host)
    assert host.room["delay"] == delay
    guest.refused("lock", delay=10)
    host.do("lock", private=not private)
    assert guest.room["delay"] == 3 - delay
    host.do("lock", delay=10)
    host.do("lock", private=private)
    assert guest.room["delay"] == 10


def test_quick_play_is_delayed_and_the_demonstration_is_not() -> None:
    world = World(countdown_s=0)
    player, watcher = world.someone(), world.someone()
    player.go_in("quick")
    assert player.room["delay"] == 3
    watcher.go_in("demo")
    world.wait(2000)
    assert view(watcher).following


@pytest.mark.parametrize("delay_s", [3, 10])
def test_a_spectator_sees_a_press_as_much_later_and_a_player_at_once(delay_s: int) -> None:
    world, host = watched(delay_s)
    truth = Truth(host, delay_s)
    watcher = world.guest(host, spectate=True)
    other = world.guest(host)
    world.wait(delay_s * 1000 + 100)

    def steps(one: Someone) -> int:
        return int(view(one).state["runners"][0]["steps"])

    host.press(1, 1, tick=now_tick(world, host))
    world.wait(200)
    assert steps(host) > 0
    assert steps(other) > 0
    assert steps(watcher) == 0
    world.wait(delay_s * 1000 - 300)
    assert steps(watcher) == 0
    world.wait(300)
    assert steps(watcher) > 0
    assert not truth.wrong
    assert truth.checked[watcher.member] > 3


def test_the_time_of_what_a_spectator_sees_is_its_own_not_a_time_in_the_past() -> None:
    world, host = watched(3)
    watcher = world.guest(host, spectate=True)
    world.wait(5000)
    assert abs(view(watcher).due_ms(view(watcher).tick) - world.now_ms) <= TICK_MS
    host.do("pause", paused=True)
    world.wait(7000)
    host.do("pause", paused=False)
    world.wait(5000)
    assert abs(view(watcher).due_ms(view(watcher).tick) - world.now_ms) <= TICK_MS
    assert view(watcher).resyncs == 0


def test_while_others_follow_a_newcomer_sees_a_picture_at_once() -> None:
    world, host = watched(30)
    first = world.guest(host, spectate=True)
    world.wait(29_000)
    assert not view(first).following
    world.wait(2000)
    assert view(first).following
    second = world.guest(host, spectate=True)
    assert view(second).following
    assert view(second).tick == view(first).tick
    assert view(second).state == view(first).state


def test_who_takes_a_seat_sees_the_present_and_who_gives_it_up_the_past_again() -> None:
    world, host = watched(10)
    truth = Truth(host, 10)
    one = world.guest(host, spectate=True)
    other = world.guest(host, spectate=True)
    world.wait(12_000)
    assert view(host).tick - view(one).tick >= 300
    one.do("sit", spectate=False)
    assert view(one).tick == view(host).tick
    world.wait(1000)
    assert view(one).tick == view(host).tick
    one.do("sit", spectate=True)
    world.wait(500)
    assert view(host).tick - view(one).tick >= 300
    assert view(one).resyncs == view(other).resyncs == 0
    assert not truth.wrong
    assert truth.checked[one.member] > 60


def test_a_change_of_the_delay_shows_nothing_twice_and_nothing_early() -> None:
    world, host = watched(3)
    watcher = world.guest(host, spectate=True)
    world.wait(4000)
    host.do("lock", delay=10)
    before = view(watcher).tick
    world.wait(9900)
    assert view(watcher).tick == before
    world.wait(300)
    assert abs(view(host).tick - view(watcher).tick - 300) <= 2
    host.do("lock", delay=0)
    world.wait(100)
    assert view(watcher).tick == view(host).tick
    assert view(watcher).resyncs == 0


def test_the_end_of_a_match_and_the_next_one_come_later_too() -> None:
    world = World(countdown_s=0)
    host = world.host(options={"ticks": 60})
    host.do("lock", delay=10)
    host.do("bot", add=True)
    watcher = world.guest(host, spectate=True)
    host.do("start")
    world.wait_for(lambda: host.room["phase"] == "results")
    assert not view(watcher).following
    host.do("rematch", want=True)
    world.wait_for(lambda: host.room["phase"] == "live")
    second_ms = world.now_ms
    seen: list[tuple[int, int]] = []
    while world.now_ms < second_ms + 11_500:
        world.wait(TICK_MS)
        if view(watcher).following and (not seen or view(watcher).tick != seen[-1][1]):
            seen.append((world.now_ms, view(watcher).tick))
    ticks = [tick for _, tick in seen]
    again = next(k for k in range(1, len(ticks)) if ticks[k] < ticks[k - 1])
    assert ticks[again - 1] >= 59, "the first match was seen to its end"
    assert seen[again][0] >= second_ms + 10_000
    assert ticks[:again] == sorted(ticks[:again])
    assert view(watcher).resyncs == 0


def keeps(room: Room) -> bool:
    """Whether frames are kept for delayed spectators."""
    return room.replication.delayed.next_ms is not None


def test_nothing_is_kept_while_nobody_watches_later() -> None:
    world, host = watched(30)
    room = world.room_of(host)
    player = world.guest(host)
    world.wait(2000)
    assert not keeps(room)
    watcher = world.guest(host, spectate=True)
    world.wait(2000)
    assert keeps(room)
    watcher.do("away", away=True)
    assert not keeps(room)
    watcher.do("away", away=False)
    world.wait(100)
    assert keeps(room)
    watcher.do("leave")
    assert not keeps(room)
    assert not room.replication.delayed.state.collecting
    assert view(player).resyncs == 0


def test_a_room_that_keeps_too_much_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delayed, "MAX_KEPT_BYTES", 2000)
    world, host = watched(10)
    watcher = world.guest(host, spectate=True)
    late = world.room_of(host).replication.delayed.state
    most = 0
    for _ in range(300):
        world.wait(50)
        most = max(most, sum(len(kept.binary) for kept in [*late._past, *late._ahead]))  # noqa: SLF001 - memory
    assert most < 4000
    assert not view(watcher).following


def test_a_room_that_moves_keeps_its_delay_and_its_spectators_get_a_keyframe() -> None:
    here, host = watched(10)
    there = World(seed=9)
    room = thaw(there.context, freeze(here.room_of(host), here.now_ms), there.now_ms, [], 0, 2)
    assert room.delay_s == 10
    there.service.take_in(room, {})
    watcher = there.someone("somebody else")
    watcher.go_in("join", code=room.code, spectate=True)
    player = there.someone(host.device)
    player.go_in("join", code=room.code)
    there.wait(9900)
    assert view(player).following
    assert not view(watcher).following
    there.wait(2000)
    assert view(watcher).following
    assert view(player).tick - view(watcher).tick >= 300


def test_a_room_of_an_earlier_build_has_the_delay_of_its_kind() -> None:
    world, host = watched(10)
    room = world.room_of(host)
    room.delay = None
    assert thaw(world.context, freeze(room, world.now_ms), world.now_ms, [], 0, 2).delay_s == 0


def test_what_only_the_host_sees_is_not_sent_to_a_delayed_host_and_who_leads_is_not_delayed() -> None:
    world, host = watched(3, {"thumbs": Thumbs()})
    room = world.room_of(host)
    guest = world.guest(host)
    host.do("sit", spectate=True)
    assert room.game.hosted
    assert room.host == host.player
    assert not room.replication.is_delayed(person(host))
    watcher = world.guest(host, spectate=True)
    world.wait(2000)
    assert not view(watcher).following
    assert view(guest).private_parts
    world.wait(2000)
    assert view(watcher).following
    assert not view(watcher).private_parts


def test_what_is_near_is_delayed_in_a_large_world() -> None:
    world = World({"field": Field()}, countdown_s=0, max_crowd_bots=99)
    host = world.host("field", options={"size": 4800, "minutes": 1})
    host.do("lock", delay=3)
    room = world.room_of(host)
    while len(room.seats) < 12:
        room.seating.add_bot(3)
    host.do("start")
    world.wait_for(lambda: room.runner is not None)
    history: dict[int, dict[int, int]] = {}
    watcher, as_json = world.guest(host, spectate=True), world.someone()
    world.post.as_json.add(as_json.member)
    as_json.go_in("join", code=room.code, spectate=True)
    for _ in range(250):
        world.wait(TICK_MS)
        runner = room.runner
        assert runner is not None
        history[runner.match.tick] = {rider.id: rider.x >> 4 << 4 for rider in runner.match.state.riders}
        for one in (watcher, as_json):
            if view(one).following:
                assert runner.match.tick - view(one).tick >= 89
                known = view(one).state["riders"]
                there = history.get(view(one).tick, {})
                assert all(there[number] == rider["x"] for number, rider in known.items() if there)
                assert view(one).resyncs == 0
    assert view(watcher).states > 100
    assert view(as_json).states > 100
    player = world.guest(host)
    world.wait(100)
    assert room.runner is not None
    assert view(player).tick == room.runner.match.tick


def test_json_comes_later_and_starts_from_frames_that_have_it() -> None:
    world, host = watched(3)
    truth = Truth(host, 3)
    first = world.guest(host, spectate=True)
    world.wait(4000)
    late = world.someone()
    world.post.as_json.add(late.member)
    late.go_in("join", code=host.joined["code"], spectate=True)
    world.wait(5000)
    assert view(late).following
    assert view(late).tick == view(first).tick
    assert not truth.wrong
    assert truth.checked[late.member] > 30
    assert view(late).resyncs == 0


class RunsRules:
    """A spectator whose client runs the rules.

    Args:
        one: the spectator.
        game: the rules.
    """

    def __init__(self, one: Someone, game: Game) -> None:
        self.one = one
        self.predictor = Predictor(game)
        deliver = one.world.post.on_said

        def said(member: str, event: str, data: Any) -> None:
            deliver(member, event, data)
            if member == one.member and event in ("s", "k") and data[0] & 15 in (5, 7):
                self.predictor.frame(data)

        one.world.post.on_said = said
        one.do("predict", on=True)


@pytest.mark.parametrize("make", [Trails, Fuse])
def test_who_runs_the_rules_runs_them_later(make: Callable[[], Game]) -> None:
    game = make()
    if game.replication != "events":
        pytest.skip("its rules stay on the server")
    world, host = watched(3, {game.name: game})
    room = world.room_of(host)
    assert room.runner is not None
    people = [RunsRules(world.guest(host, spectate=True), game)]
    rng = random.Random(4)
    begun_ms = world.now_ms
    for step in range(260):
        world.wait(TICK_MS)
        host.press(step + 1, rng.randrange(4), tick=room.runner.match.tick)
        if step == 130:
            people.append(RunsRules(world.guest(host, spectate=True), game))
        for one in people:
            tick, newest = one.predictor.tick, room.runner.match.tick
            assert tick < 0 or newest - tick >= 89
            assert tick >= 0 or world.now_ms < begun_ms + 3200
            assert not one.predictor.differing
    assert all(one.predictor.hashes >= 2 for one in people)
    people[0].one.do("sit", spectate=False)
    world.wait(TICK_MS)
    assert room.runner.match.tick - people[0].predictor.tick <= 8


ACTS = ("pause", "resume", "sit", "stand", "leave", "come", "resync", "away", "back", "press", "json", "drop")


@given(
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, 2500)), max_size=25),
    delay_s=st.sampled_from([3, 10]),
)
@settings(max_examples=depth(15, 150))
def test_a_spectator_sees_what_players_saw_shifted_by_the_delay(
    acts: list[tuple[str, int, int]], delay_s: int
) -> None:
    world, host = watched(delay_s)
    truth = Truth(host, delay_s)
    people = [world.guest(host, spectate=True) for _ in range(2)]
    seq = 0
    for act, which, ms in acts:
        one = people[which % len(people)] if people else host
        seq = _act(world, host, people, one, act, seq)
        world.wait(ms)
        world.check(world.room_of(host))
    if world.room_of(host).phase == "paused":
        host.do("pause", paused=False)
    fresh = world.guest(host, spectate=True)
    world.wait(delay_s * 1000 + KEYFRAME_EVERY_MS + 200)
    for one in [*people, fresh]:
        if one.dropped or person(one).away:
            continue
        assert view(one).following
        late = view(host).tick - view(one).tick
        expected = 0 if person(one).seat is not None else delay_s * 30
        assert abs(late - expected) <= 2
    assert not truth.wrong
    assert truth.checked.get(fresh.member, 0) > 0


def _act(world: World, host: Someone, people: list[Someone], one: Someone, act: str, seq: int) -> int:
    room = world.room_of(host)
    if act == "pause" and room.phase == "live":
        host.do("pause", paused=True)
    elif act == "resume" and room.phase == "paused":
        host.do("pause", paused=False)
    elif act == "press":
        assert room.runner is not None
        seq += 1
        host.press(seq, seq % 4, tick=room.runner.match.tick)
    elif act in ("come", "json"):
        newcomer = world.someone()
        if act == "json":
            world.post.as_json.add(newcomer.member)
        newcomer.go_in("join", code=room.code, spectate=True)
        people.append(newcomer)
    elif one is not host and not one.dropped:
        _act_as(people, one, act)
    return seq


def _act_as(people: list[Someone], one: Someone, act: str) -> None:
    room = one.world.room_of(one)
    if act == "sit" and len(room.seats) < 4:
        one.do("sit", spectate=False)
    elif act == "stand":
        one.do("sit", spectate=True)
    elif act == "leave":
        one.do("leave")
        people.remove(one)
    elif act == "resync":
        one.do("resync")
    elif act in ("away", "back"):
        one.do("away", away=act == "away")
    elif act == "drop":
        one.drop()
        people[people.index(one)] = one.back()


def message(number: int, kind: str = "s") -> Message:
    """A frame that can be told from others."""
    return Message(kind, bytes([number]), lambda: {"n": number})


class Line:
    """A delayed stream alone, by a clock that tests turn."""

    def __init__(self) -> None:
        self.post = Post()
        self.sizes: list[tuple[str, int]] = []
        self.stream = DelayedStream(
            self.post, "ROOM~", lambda member, size: self.sizes.append((member, size))
        )

    def inbox(self, member: str) -> list[int]:
        """What a connection received."""
        return [
            data[0] if isinstance(data, bytes) else data["n"] for _, data in self.post.inboxes.get(member, [])
        ]


STATES = ("absent", "waiting", "following")
EVENTS = ("follow", "leave", "restart", "change", "keyframe", "opening")
NEXT = {
    ("absent", "follow"): ("following", [1, 2]),
    ("absent", "leave"): ("absent", []),
    ("absent", "restart"): ("absent", []),
    ("absent", "change"): ("absent", []),
    ("absent", "keyframe"): ("absent", []),
    ("absent", "opening"): ("absent", []),
    ("waiting", "follow"): ("waiting", []),
    ("waiting", "leave"): ("absent", []),
    ("waiting", "restart"): ("waiting", []),
    ("waiting", "change"): ("waiting", []),
    ("waiting", "keyframe"): ("following", [9]),
    ("waiting", "opening"): ("following", [9]),
    ("following", "follow"): ("following", [1, 2]),
    ("following", "leave"): ("absent", []),
    ("following", "restart"): ("waiting", []),
    ("following", "change"): ("following", [9]),
    ("following", "keyframe"): ("following", []),
    ("following", "opening"): ("following", [9]),
}
"""(state of a follower, event) to the state that follows and the frames that it is sent."""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_each_state_of_a_follower_and_each_event(state: str, event: str) -> None:
    line = Line()
    stream = line.stream
    if state == "waiting":
        stream.follow("m")
    else:
        stream.follow("another")
        stream.begin(0, message(1, "k"))
        stream.add(0, message(2))
        stream.release(0)
        if state == "following":
            stream.follow("m")
    line.post.inboxes.clear()
    happen: dict[str, Callable[[], object]] = {
        "follow": lambda: stream.follow("m"),
        "leave": lambda: stream.leave("m"),
        "restart": stream.restart,
        "change": lambda: stream.add(5, message(9)),
        "keyframe": lambda: stream.add_keyframe(5, message(9, "k")),
        "opening": lambda: stream.begin(5, message(9, "k")),
    }
    happen[event]()
    stream.release(4)
    assert event == "follow" or not line.inbox("m"), "nothing comes early"
    stream.release(5)
    expected, frames = NEXT[state, event]
    found = "following" if "m" in stream.following else "waiting" if "m" in stream.waiting else "absent"
    assert found == expected
    assert line.inbox("m") == frames
    assert line.post.follows.get("m") == ("ROOM~" if expected == "following" else None)


def test_a_shift_reaches_spectators_with_their_own_time() -> None:
    world, host = watched(3)
    watcher = world.guest(host, spectate=True)
    world.wait(4000)
    shifts: list[tuple[str, int]] = []
    deliver = world.post.on_said

    def said(member: str, event: str, data: Any) -> None:
        deliver(member, event, data)
        frame = parse_frame(data, (1, 2)) if event == "s" else None
        if isinstance(frame, ShiftFrame):
            shifts.append((member, frame.at_ms))

    world.post.on_said = said
    host.do("pause", paused=True)
    world.wait(500)
    host.do("pause", paused=False)
    world.wait(4000)
    at = dict(shifts)
    assert at[watcher.member] == at[host.member] + 3000
