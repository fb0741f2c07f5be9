"""When the match of a turn-based game stands still, and what it asks its keeper to do."""

from typing import Any

import msgspec

from game.rooms.freeze import freeze, thaw
from game.rooms.room import Room
from game.settings import Bots
from tests.integration.nim import Nim
from tests.unit.rooms.toys import Dash
from tests.unit.rooms.world import WALL_MS, Someone, World

HOUR_MS = 3_600_000


class Keeper:
    """Remembers what rooms hand over; `answers`: it writes at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answers = True
        self.saves: list[str] = []
        self.drops: list[str] = []
        self.called: list[str] = []

    def wall_ms(self) -> int:
        return WALL_MS + self.world.now_ms

    def save(self, room: Room) -> None:
        self.saves.append(room.code)
        if self.answers:
            room.sleeping.saved(room.sleeping.mark())
            self.called += [person.name for person in room.sleeping.take_calls()]

    def drop(self, code: str, match_id: str) -> None:
        self.drops.append(match_id)


def nim_world(**settings: Any) -> tuple[World, Keeper]:
    world = World({"nim": Nim(), "dash": Dash()}, Bots(), countdown_s=0, **settings)
    keeper = Keeper(world)
    object.__setattr__(world.context, "keeper", keeper)
    return world, keeper


def two(world: World, **options: int) -> tuple[Someone, Someone, Room]:
    ann = world.host("nim", options=options, name="Ann")
    bob = world.guest(ann, name="Bob")
    world.playing(ann, bob)
    world.wait(200)
    return ann, bob, world.room_of(ann)


def tick(room: Room) -> int:
    assert room.runner is not None
    return room.runner.match.tick


def test_time_stands_still_while_no_player_is_there_and_seats_are_held() -> None:
    world, keeper = nim_world(seat_hold_s=1, empty_room_close_s=1, sleep_after_s=2)
    ann, bob, room = two(world)
    assert ann.room["sleeps"] is True
    bob.drop()
    world.wait(5000)
    assert room.phase == "live"
    assert room.seats[1].held
    ann.drop()
    world.wait(1000)
    assert room.phase == "paused"
    before = tick(room)
    world.wait(100_000)
    assert tick(room) == before
    assert not room.closed
    assert room.sleeping.leaves(world.now_ms)
    assert keeper.saves
    bob = bob.back()
    world.wait(1000)
    assert room.phase == "live"
    assert tick(room) > before


def test_a_room_that_is_not_written_does_not_leave() -> None:
    world, keeper = nim_world(sleep_after_s=0)
    keeper.answers = False
    ann, bob, room = two(world)
    ann.drop()
    bob.drop()
    world.wait(60_000)
    assert not room.sleeping.leaves(world.now_ms)
    assert not room.closed
    assert len(keeper.saves) > 10, "it asks again"


def test_a_spectator_wakes_no_time() -> None:
    world, _ = nim_world()
    ann, bob, room = two(world)
    ann.drop()
    bob.drop()
    world.wait(1000)
    watcher = world.guest(ann, spectate=True)
    world.wait(1000)
    assert room.phase == "paused"
    assert watcher.room["phase"] == "paused"
    assert not room.sleeping.ready_to_leave, "somebody is here"


def test_bots_move_before_the_match_sleeps() -> None:
    world, _ = nim_world()
    ann = world.host("nim", name="Ann")
    ann.do("bot", add=True)
    ann.do("start")
    world.wait(300)
    room = world.room_of(ann)
    ann.press(1, 1)
    world.wait_for(lambda: room.sleeping.turn == (1,))
    ann.drop()
    world.wait(3000)
    assert room.sleeping.turn == (0,)
    assert room.runner is not None
    assert room.runner.match.state.moves == 2
    assert room.phase == "paused"


def test_no_bot_moves_for_who_is_away() -> None:
    world, _ = nim_world()
    ann = world.host("nim", name="Ann")
    ann.do("lock", cover=True)
    bob = world.guest(ann, name="Bob")
    world.playing(ann, bob)
    ann.drop()
    world.wait(10_000)
    room = world.room_of(ann)
    assert room.sleeping.turn == (0,)
    assert not room.seats[0].stand_in


def test_who_is_away_is_called_once_when_the_turn_comes() -> None:
    world, keeper = nim_world()
    ann, bob, _ = two(world)
    keeper.called.clear()
    bob.drop()
    ann.press(1, 1)
    world.wait(5000)
    assert keeper.called == ["Bob"]
    ann.drop()
    world.wait(5000)
    assert keeper.called == ["Bob"]


def test_a_turn_that_takes_all_its_hours_ends_by_an_entry_of_the_journal() -> None:
    world, _ = nim_world()
    ann, bob, room = two(world, hours=24)
    assert room.sleeping.due_ms is not None
    ann.drop()
    bob.drop()
    world.wait(2000)
    assert room.sleeping.turn == (0,)
    room.sleeping.turn_ms -= 24 * HOUR_MS
    world.wait(6000)
    assert room.sleeping.turn == (1,)
    assert room.phase == "paused", "it sleeps again"
    runner = room.runner
    assert runner is not None
    assert (4, 0, 67, 24) in [entry for row in runner.journal.rows for entry in row.entries]
    assert runner.match.state.passes == 1


def test_no_clock_runs_without_hours() -> None:
    world, _ = nim_world()
    ann, _, room = two(world)
    assert room.sleeping.due_ms is None
    room.sleeping.turn_ms -= 10_000 * HOUR_MS
    world.wait(3000)
    assert room.sleeping.turn == (0,)
    assert ann.room["phase"] == "live"


def test_an_ended_match_is_dropped_and_one_that_was_never_written_is_not() -> None:
    world, keeper = nim_world()
    ann, _, room = two(world)
    world.wait(3000)
    assert keeper.saves
    ann.do("lobby")
    assert keeper.drops == ["match00001"]
    assert not room.sleeping.holds


def test_a_refused_match_says_so_and_ends_as_others_do() -> None:
    world, _ = nim_world(empty_room_close_s=2, abandoned_s=1, seat_hold_s=1)
    ann, bob, room = two(world)
    room.sleeping.refuse("There are too many.")
    assert ann.notices[-1] == {"code": "not_kept", "message": "There are too many."}
    ann.drop()
    bob.drop()
    world.wait(10_000)
    assert room.closed


def test_a_player_who_resigns_leaves_a_match_in_which_nobody_is() -> None:
    world, _ = nim_world()
    ann, bob, room = two(world)
    ann.drop()
    bob.drop()
    world.wait(2000)
    assert world.service.resign(room.code, bob.device, world.now_ms)
    assert not world.service.resign(room.code, bob.device, world.now_ms)
    world.wait(3000)
    assert room.phase != "paused"
    assert world.records.ended[-1].outcome == "decided"


def test_turn_and_clock_outlive_a_freeze() -> None:
    world, _ = nim_world()
    _, _, room = two(world, hours=24)
    assert room.runner is not None
    data = freeze(room, world.now_ms)
    other = thaw(world.context, data, world.now_ms, [], 0, 2, past=room.runner.journal.pack())
    assert (other.sleeping.turn, other.sleeping.turn_ms) == (room.sleeping.turn, room.sleeping.turn_ms)
    assert other.sleeping.due_ms == room.sleeping.due_ms
    assert other.runner is not None
    assert other.runner.match.tick == room.runner.match.tick
    assert other.runner.journal.complete


def test_other_games_do_not_sleep() -> None:
    world, keeper = nim_world(empty_room_close_s=2, abandoned_s=1, seat_hold_s=1)
    ann = world.host("dash")
    bob = world.guest(ann)
    world.playing(ann, bob)
    room = world.room_of(ann)
    assert "sleeps" not in msgspec.to_builtins(room.describe())
    ann.drop()
    bob.drop()
    world.wait(10_000)
    assert room.closed
    assert keeper.saves == keeper.drops == []
