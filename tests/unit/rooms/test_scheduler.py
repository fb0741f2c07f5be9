"""The scheduler: fixed steps on a clock that the test turns, spread rooms, bounded catching up, isolation."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from game.kit.replays import find
from game.protocol.frames import ENTRIES
from game.records.rules_process import RulesFolder, RulesProcess
from game.rooms.outbox import Message
from game.rooms.room import Room
from game.rules import Game
from game.settings import Scheduler as SchedulerSettings
from game.sync.wire import ShiftFrame, StateFrame, parse_frame
from tests.unit.rooms.toys import Broken, Dash
from tests.unit.rooms.world import Someone, World

PERIOD_US = 1_000_000 / 30


def running(world: World, game: str = "dash") -> Someone:
    """Somebody alone with a bot in a match that does not end."""
    ann = world.host(game, options={"ticks": 100_000})
    ann.do("bot", add=True)
    ann.do("start")
    world.wait_for(lambda: ann.room["phase"] == "live")
    return ann


def ticks_of(world: World, room: Room) -> list[int]:
    """Record the time of each of a room's ticks from now on, in microseconds."""
    times: list[int] = []
    tick = room.tick

    def recorded(at_ms: int, send_states: bool, send_inputs: bool) -> None:
        times.append(world.now_us)
        tick(at_ms, send_states, send_inputs)

    room.tick = recorded  # type: ignore[method-assign]
    return times


def test_ticks_come_at_fixed_times_that_never_drift() -> None:
    world = World(countdown_s=0)
    times = ticks_of(world, world.room_of(running(world)))
    world.wait(60_000)
    assert 1799 <= len(times) <= 1801
    first = times[0]
    assert all(abs(at - first - k * PERIOD_US) <= 2 for k, at in enumerate(times))


def test_the_clients_clock_knows_when_each_tick_is_due() -> None:
    world = World(countdown_s=0)
    ann = running(world)
    times = ticks_of(world, world.room_of(ann))
    world.wait(3000)
    assert ann.match is not None
    for k in (0, 30, len(times) - 1):
        tick = ann.match.tick - (len(times) - 1 - k)
        assert abs(ann.match.due_ms(tick) - times[k] / 1000) <= 1.5


def test_rooms_are_spread_over_the_phase_slots() -> None:
    world = World(countdown_s=0, scheduler=SchedulerSettings(phase_slots=10))
    rooms = [world.room_of(running(world)) for _ in range(30)]
    recorded = [ticks_of(world, room) for room in rooms]
    world.wait(200)
    slots = Counter(round(times[-1] % PERIOD_US / PERIOD_US * 10) % 10 for times in recorded)
    assert sorted(slots) == list(range(10))
    assert max(slots.values()) - min(slots.values()) <= 2


def test_a_short_delay_is_made_up_for() -> None:
    world = World(countdown_s=0, scheduler=SchedulerSettings(max_catch_up_ticks=5))
    ann = running(world)
    times = ticks_of(world, world.room_of(ann))
    world.wait(1000)
    before = len(times)
    world.now_us += 150_000
    world.scheduler.run()
    assert len(times) - before in (4, 5)
    assert world.scheduler.dropped_ticks == 0
    world.wait(1000)
    assert abs(times[-1] - times[0] - (len(times) - 1) * PERIOD_US) <= 2, "on the old schedule again"


def shifts_of(ann: Someone) -> list[ShiftFrame]:
    return [
        frame
        for event, data in ann.world.post.inboxes[ann.member]
        if event == "s" and isinstance(frame := parse_frame(data, (1, 2)), ShiftFrame)
    ]


def test_after_a_long_delay_time_is_dropped_and_the_shift_is_told() -> None:
    world = World(countdown_s=0, scheduler=SchedulerSettings(max_catch_up_ticks=5))
    ann = running(world)
    times = ticks_of(world, world.room_of(ann))
    world.wait(1000)
    before, received = len(times), len(shifts_of(ann))
    assert ann.match is not None
    tick = ann.match.tick
    world.now_us += 2_000_000
    world.scheduler.run()
    assert len(times) - before == 1, "nothing is made up"
    assert 58 <= world.scheduler.dropped_ticks <= 61
    assert len(shifts_of(ann)) == received + 1
    world.wait(1000)
    assert 28 <= ann.match.tick - tick <= 32
    assert abs(ann.match.due_ms(ann.match.tick) - times[-1] / 1000) <= 1.5
    assert ann.match.resyncs == 0


def test_a_match_begins_with_a_keyframe_and_then_tells_when_its_ticks_are_due() -> None:
    world = World(countdown_s=0)
    ann = running(world)
    world.wait(500)
    states = [event for event, _ in world.post.inboxes[ann.member] if event in "sk"]
    assert states[0] == "k"
    assert len(shifts_of(ann)) == 1
    frames = [parse_frame(data, (1, 2)) for event, data in world.post.inboxes[ann.member] if event == "s"]
    assert isinstance(frames[0], ShiftFrame)
    assert all(isinstance(frame, StateFrame) for frame in frames[1:])
    assert [frame.number for frame in frames[1:] if isinstance(frame, StateFrame)] == list(
        range(1, len(frames))
    )


def test_the_first_tick_comes_within_two_ticks_of_the_countdowns_end() -> None:
    world = World(countdown_s=1)
    people = [world.host(options={"ticks": 100_000}) for _ in range(20)]
    for ann in people:
        ann.do("bot", add=True)
        ann.do("start")
        due = ann.room["countdown_at"]
        room = world.room_of(ann)
        world.wait_for(lambda room=room: room.runner is not None and room.runner.match.tick == 1)  # type: ignore[misc]
        assert 0 <= world.now_ms - due <= 80


def test_after_a_pause_it_goes_on_at_once() -> None:
    world = World(countdown_s=0)
    ann = running(world)
    world.wait(500)
    ann.do("pause", paused=True)
    world.wait(900)
    times = ticks_of(world, world.room_of(ann))
    at = world.now_us
    ann.do("pause", paused=False)
    world.wait(300)
    assert times[0] - at <= 2 * PERIOD_US
    assert 8 <= len(times) <= 10


def test_a_game_that_fails_ends_its_match_and_not_its_room() -> None:
    world = World(countdown_s=0)
    ann = running(world)
    times = ticks_of(world, world.room_of(ann))
    bob = world.host("broken")
    cyd = world.guest(bob)
    for number in (1, 2):
        bob.do("start")
        world.wait(1000)
        assert [(room.code, type(error)) for room, error in world.failed] == [
            (bob.joined["code"], ZeroDivisionError)
        ] * number
        for one in (bob, cyd):
            assert one.bye is None
            assert one.room["phase"] == "lobby"
            assert [notice["code"] for notice in one.notices] == ["game_failed"] * number
            assert "Broken has failed" in one.notices[-1]["message"]
    assert ann.bye is None
    world.wait(1000)
    gaps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert max(gaps) <= PERIOD_US + 2


@pytest.mark.parametrize("where", ["start", "shown", "rounds"])
def test_wherever_a_game_fails_its_room_goes_on(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World({"dash": Dash()}, countdown_s=0)
    ann = world.host("dash", options={"ticks": 30})
    bob = world.guest(ann)
    nothing: dict[str, int] = {}
    monkeypatch.setattr(world.context.games["dash"], where, lambda *_: nothing["what is not there"])
    ann.do("start")
    world.wait_for(lambda: ann.room["phase"] == "live" or world.failed)
    if where == "shown":
        ann.press(1, 1)
    world.wait_for(lambda: world.failed)
    assert [type(error) for _, error in world.failed] == [KeyError]
    for one in (ann, bob):
        assert (one.bye, one.room["phase"]) == (None, "lobby")
        assert [notice["code"] for notice in one.notices] == ["game_failed"]
    monkeypatch.undo()
    ann.do("start")
    world.wait_for(lambda: ann.room["phase"] == "results")


def test_the_journal_of_a_match_that_failed_shows_the_failure_again(tmp_path: Path) -> None:
    world = World(countdown_s=0)
    kept: list[str] = []
    world.scheduler._fault = lambda room, error: kept.append(room.failure_text())  # noqa: SLF001 - the test looks inside
    bob = world.host("broken")
    world.guest(bob)
    bob.do("start")
    world.wait(1000)
    path = tmp_path / "a.journal"
    path.write_text(f"2026-11-27 [error] room ROOM01 (broken) failed: ZeroDivisionError(); {kept[0]}\n")
    recording = find(str(path), lambda _: Broken(), lambda: pytest.fail("no records are needed"))
    with RulesFolder(recording.body) as folder, RulesProcess(folder) as process:
        found = process.replay(recording.journal, recording.ticks)
    assert found.raised.startswith("ZeroDivisionError")


def test_after_a_failure_a_match_begins_with_the_next_rules() -> None:
    games: dict[str, Game] = {"broken": Broken()}
    world = World(games, countdown_s=0)
    bob = world.host("broken")
    world.guest(bob)
    room = world.room_of(bob)
    bob.do("start")
    world.wait(1000)
    room.choice.update_rules()
    room.lifecycle.restart_after_failure(world.now_ms)
    assert bob.room["phase"] == "lobby", "the rules are the same"
    mended = Dash()
    mended.name = "broken"
    games["broken"] = mended
    room.context.games["broken"] = mended  # type: ignore[index]
    assert room.choice.update_rules()
    room.lifecycle.restart_after_failure(world.now_ms)
    world.wait_for(lambda: bob.room["phase"] == "live")
    world.wait(500)
    assert len(world.failed) == 1


def test_a_room_that_fails_without_a_match_closes_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    ann = world.host()
    bob = world.host()
    monkeypatch.setattr(world.room_of(bob).housekeeping, "run", lambda _: 1 // 0)
    world.wait(1000)
    assert [type(error) for _, error in world.failed] == [ZeroDivisionError]
    assert bob.bye == "failed"
    assert bob.joined["code"] not in world.lobby.rooms
    assert ann.bye is None


def test_a_room_that_can_not_even_be_closed_harms_no_other() -> None:
    world = World(countdown_s=0)
    ann = running(world)
    bob = world.host()
    close = world.lobby.close
    room = world.room_of(bob)

    def fails(other: Room) -> None:
        close(other)
        raise OSError("the way out is gone")

    world.scheduler._close = fails  # noqa: SLF001 - the test looks inside
    room.closed = True
    world.wait(1000)
    assert [type(error) for _, error in world.failed] == [OSError]
    assert ann.match is not None
    assert ann.match.states > 25


def test_without_a_place_for_faults_they_are_raised() -> None:
    world = World(countdown_s=0)
    world.scheduler._fault = None  # noqa: SLF001 - the test looks inside
    bob = world.host("broken")
    world.guest(bob)
    bob.do("start")
    with pytest.raises(ZeroDivisionError):
        world.wait(1000)


def test_while_ticks_come_late_states_go_out_less_often_but_the_match_keeps_its_pace() -> None:
    world = World(countdown_s=0, scheduler=SchedulerSettings(send_every_max=3))
    ann = running(world)
    assert ann.match is not None

    def two_seconds(delay_us: int) -> tuple[int, int]:
        """Each turn of the loop comes so late: (ticks, states) that ann saw meanwhile."""
        assert ann.match is not None
        tick, states = ann.match.tick, ann.match.states
        end = world.now_us + 2_000_000
        while world.now_us < end:
            next_us = world.scheduler.run()
            world.now_us = max(next_us, world.now_us) + delay_us
        return ann.match.tick - tick, ann.match.states - states

    two_seconds(0)
    assert world.scheduler.send_every == 1
    two_seconds(60_000)
    assert world.scheduler.send_every > 1
    two_seconds(60_000)
    assert world.scheduler.send_every == 3
    ticks, states = two_seconds(60_000)
    assert 56 <= ticks <= 64
    assert states <= ticks // 3 + 1
    for _ in range(3):
        two_seconds(0)
    assert world.scheduler.send_every == 1
    assert ann.match.resyncs == 0


def test_while_rooms_take_most_of_the_time_entries_are_bundled_and_none_is_lost() -> None:
    world = World(countdown_s=0, scheduler=SchedulerSettings(send_every_max=3))
    ann = world.host(options={"ticks": 100_000})
    room = world.room_of(ann)
    person = next(iter(room.people.values()))
    person.predicts = True
    ann.do("bot", add=True)
    ann.do("start")
    world.wait(100)
    assert person.member is not None
    room.replication.follow(person)
    step = room.tick
    cost_us = 0

    def costly(at_ms: int, send_states: bool, send_inputs: bool) -> None:
        step(at_ms, send_states, send_inputs)
        world.now_us += cost_us

    room.tick = costly  # type: ignore[method-assign]

    def two_seconds() -> tuple[list[int], int]:
        """Each tick costs so much: the ticks of each frame, and the ticks that passed."""
        assert room.runner is not None
        inbox = world.post.inboxes[ann.member]
        seen, tick = len(inbox), room.runner.match.tick
        for k in range(60):
            room.runner.command(0, 1, k)
            world.wait(33)
        frames = [data for event, data in inbox[seen:] if event == "s"]
        received = [frame[1] for frame in frames if frame[0] & 15 == ENTRIES]
        return received, room.runner.match.tick - tick

    received, ticks = two_seconds()
    assert world.scheduler.batch_ticks == 1
    assert max(received) == 1
    cost_us = 20_000
    for _ in range(3):
        two_seconds()
    assert world.scheduler.batch_ticks == 3
    assert world.scheduler.send_every == 1
    received, ticks = two_seconds()
    assert set(received[1:]) == {3}
    assert abs(sum(received) - ticks) <= 3
    cost_us = 0
    for _ in range(3):
        two_seconds()
    assert world.scheduler.batch_ticks == 1


def test_lateness_is_observed() -> None:
    late: list[int] = []
    games: set[str] = set()
    costs: list[int] = []

    def observe(game: str, late_us: int, cost_us: int) -> None:
        games.add(game)
        late.append(late_us)
        costs.append(cost_us)

    world = World(countdown_s=0)
    world.scheduler._observe = observe  # noqa: SLF001 - the test looks inside
    running(world)
    world.wait(500)
    assert late
    assert max(late) <= 1
    world.now_us += 50_000
    world.scheduler.run()
    assert max(late) >= 49_000 - PERIOD_US
    assert games == {"dash"}
    assert min(costs) >= 0


def test_an_idle_worker_is_called_only_now_and_then() -> None:
    world = World()
    calls = 0
    run = world.scheduler.run

    def counted() -> int:
        nonlocal calls
        calls += 1
        return run()

    world.scheduler.run = counted  # type: ignore[method-assign]
    for _ in range(20):
        world.host()
    world.wait(0)
    calls = 0
    world.wait(10_000)
    assert calls <= 20 * 45, "each room that only waits is looked at four times a second"


def test_nobody_is_sent_what_they_do_not_follow() -> None:
    world = World(countdown_s=0)
    ann = running(world)
    bob = world.guest(ann)
    world.wait(200)
    bob.do("away", away=True)
    sent: list[tuple[str, Message]] = []
    state_one = world.post.state_one

    def counted(member: str, message: Message, droppable: bool) -> None:
        sent.append((member, message))
        state_one(member, message, droppable)

    world.post.state_one = counted  # type: ignore[method-assign]
    world.wait(2000)
    to_bob = [message.event for member, message in sent if member == bob.member]
    assert len(to_bob) <= 3
    assert sum(1 for member, _ in sent if member == ann.member) >= 55
    bob.do("away", away=False)
    world.wait(200)
    assert bob.match is not None
    assert ann.match is not None
    assert bob.match.following
    assert bob.match.state == ann.match.state


def test_a_game_may_tick_at_another_pace() -> None:
    class Slow(type(World().context.games["dash"])):  # type: ignore[misc]
        name = "slow"
        tick_hz = 10

    world = World(games={"slow": Slow()}, countdown_s=0)
    ann = running(world, "slow")
    times: list[Any] = ticks_of(world, world.room_of(ann))
    world.wait(3000)
    assert 29 <= len(times) <= 31
