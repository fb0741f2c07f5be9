"""Sleeping matches between the rooms of a worker and a real database: written, woken, refused, left."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest
from sqlalchemy import text

from game.records.database import Database
from game.records.keeper import CODE_TAKEN, DAY_MS, DEVICE_FULL, FULL, RETRY_S, Keeper
from game.records.sleeping_matches import SleepingMatches, as_left
from game.records.store import Records, compact, device_hash
from game.records.writer import Recorder
from game.rooms.ended_match import EndedMatch
from game.rooms.errors import Refused
from game.rooms.room import Room
from game.rooms.sleeping import AwakeElsewhere
from game.rules import Game
from game.settings import Bots
from game.settings import Records as Settings
from tests.integration.nim import Nim
from tests.unit.rooms.world import WALL_MS, Someone, World

HOUR_MS = 3_600_000


class Worker:
    """One worker's rooms, and its keeper on the database at `url`."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        name: str = "",
        games: dict[str, Game] | None = None,
        most: int = 100,
        most_of_device: int = 100,
        alive: Callable[[str], bool] | None = None,
    ) -> None:
        self.games: dict[str, Game] = games or {"nim": Nim()}
        self.world = World(self.games, Bots(), countdown_s=0, sleep_after_s=0)
        self.database = Database(url)
        self.recorder = Recorder(Records(self.database), Settings(), folder)
        self.matches = SleepingMatches(self.database, most, most_of_device)
        self.called: list[str] = []
        self.later_ms = 0
        self.keeper = Keeper(
            self.matches,
            self.recorder,
            self.games,
            lambda _game: "d" * 24,
            lambda: WALL_MS + self.world.now_ms + self.later_ms,
            lambda _room, person: self.called.append(person.name),
        )
        object.__setattr__(self.world.context, "keeper", self.keeper)
        self.full = False

        def let_go(room: Room) -> bool:
            self.world.service.fall_asleep(room)
            return True

        def check_space() -> None:
            if self.full:
                raise Refused("busy", "There is no space.")

        self.keeper.attach(
            self.world.context,
            lambda: self.world.now_ms,
            let_go,
            lambda room: self.world.service.take_in(room, {}),
            check_space,
            name,
            alive,
        )

    def two(self, **options: int) -> tuple[Someone, Someone, Room]:
        """Two people in a running match, in which it is Ann's turn."""
        ann = self.world.host("nim", options=options, name="Ann")
        bob = self.world.guest(ann, name="Bob")
        self.world.playing(ann, bob)
        self.world.wait(3000)
        return ann, bob, self.world.room_of(ann)

    def sleep(self, *people: Someone) -> None:
        """Everybody goes, and what is queued is written, until the rooms have left."""
        rooms = {one.joined["code"] for one in people}
        for one in people:
            if not one.dropped:
                one.drop()
        for _ in range(20):
            self.world.wait(3000)
            assert self.keeper.write()
            if not rooms & set(self.world.lobby.rooms):
                return
        raise AssertionError("the rooms do not leave")

    def wake(self, code: str) -> Room:
        """The room of a match that sleeps."""
        room = self.keeper.wake(code)
        assert room is not None
        return room


MakeWorker = Callable[..., Worker]


@pytest.fixture
def make_worker(url: str, tmp_path: Path) -> Iterator[MakeWorker]:
    """Makes workers that share one database."""
    made: list[Worker] = []
    first = Database(url)
    first.prepare()
    first.close()

    def make(**more: object) -> Worker:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Worker(url, folder, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.recorder.close()
        one.database.close()


def sticks(room: Room) -> int:
    assert room.runner is not None
    state = room.runner.match.state
    assert isinstance(state.sticks, int)
    return state.sticks


def execute(worker: Worker, sql: str) -> None:
    with worker.database.engine.begin() as connection:
        connection.execute(text(sql))


def test_a_match_leaves_one_worker_and_goes_on_at_another(make_worker: MakeWorker) -> None:
    one, other = make_worker(), make_worker()
    ann, bob, room = one.two()
    ann.press(1, 2)
    one.world.wait(500)
    assert sticks(room) == 19
    one.sleep(ann, bob)
    assert one.keeper.slept == 1
    assert one.called == ["Bob"], "whose turn came while they were away"
    listed = one.keeper.of_device(bob.device)
    assert [(match.code, match.mine, match.others, match.turn) for match in listed] == [
        (room.code, True, ["Ann"], [])
    ]
    assert one.keeper.can_go_on(listed[0])
    assert [match.turn for match in one.keeper.of_device(ann.device)] == [["Bob"]]

    awake = other.wake(room.code)
    assert awake.epoch == room.epoch + 1
    assert sticks(awake) == 19
    assert awake.sleeping.turn == (1,)
    back = other.world.someone(bob.device)
    answer = other.world.service.resume(back.member, bob.device, room.code, other.world.now_ms)
    assert answer is not None
    back.entered(answer)
    other.world.service.follow(back.member)
    other.world.wait(1000)
    back.press(1, 1)
    other.world.wait(500)
    assert sticks(awake) == 18
    assert awake.runner is not None
    assert awake.runner.journal.complete


def test_nothing_sleeps_where_nothing_was_written(make_worker: MakeWorker) -> None:
    assert make_worker().keeper.wake("ABCDEF") is None


def test_everybody_who_asks_at_once_gets_the_same_room(make_worker: MakeWorker) -> None:
    one, other = make_worker(), make_worker()
    ann, bob, room = one.two()
    one.sleep(ann, bob)

    def ask() -> Room | None:
        return other.world.lobby.find(room.code) or other.keeper.wake(room.code)

    asked = [gevent.spawn(ask) for _ in range(5)]
    gevent.joinall(asked, raise_error=True, timeout=30)
    assert len({id(one.value) for one in asked}) == 1
    assert asked[0].value is not None
    assert other.keeper.woken == 1


def test_a_worker_that_is_full_wakes_nothing_and_leaves_the_match_asleep(make_worker: MakeWorker) -> None:
    one, other = make_worker(), make_worker()
    ann, bob, room = one.two()
    one.sleep(ann, bob)
    other.full = True
    with pytest.raises(Refused, match="no space"):
        other.keeper.wake(room.code)
    other.full = False
    assert other.wake(room.code).epoch == room.epoch + 1


def test_a_worker_that_has_just_woken_a_match_is_asked_first(make_worker: MakeWorker) -> None:
    alive = {"west", "east"}
    west = make_worker(name="west", alive=alive.__contains__)
    east = make_worker(name="east", alive=alive.__contains__)
    ann, bob, room = west.two()
    west.sleep(ann, bob)
    west.wake(room.code)
    with pytest.raises(AwakeElsewhere) as caught:
        east.keeper.wake(room.code)
    assert (caught.value.worker, caught.value.epoch) == ("west", room.epoch + 1)
    alive.discard("west")
    assert east.wake(room.code).epoch == room.epoch + 2


def test_a_worker_whose_room_was_taken_over_lets_it_go_and_writes_nothing(make_worker: MakeWorker) -> None:
    west, east = (
        make_worker(name="west", alive=lambda _: False),
        make_worker(name="east", alive=lambda _: False),
    )
    ann, bob, room = west.two()
    assert west.keeper.write()
    taken = east.wake(room.code)
    ann.press(1, 1)
    west.world.wait(3000)
    assert west.keeper.write()
    assert room.closed, "it is at another worker"
    bob.drop()
    found = east.matches.find(room.code)
    assert found is not None
    assert found.epoch == taken.epoch


@pytest.mark.parametrize(("limits", "sentence"), [({"most": 1}, FULL), ({"most_of_device": 1}, DEVICE_FULL)])
def test_a_match_over_a_limit_is_told_and_ends_as_others_do(
    make_worker: MakeWorker, limits: dict[str, int], sentence: str
) -> None:
    one = make_worker(**limits)
    ann, _, _ = one.two()
    assert one.keeper.write()
    again = one.world.someone(ann.device)
    again.go_in("create", game="nim", name="Ann")
    eve = one.world.guest(again, name="Eve")
    one.world.playing(again, eve)
    one.world.wait(3000)
    assert one.keeper.write()
    assert eve.notices[-1] == {"code": "not_kept", "message": sentence}
    assert not one.world.room_of(again).sleeping.holds
    assert one.keeper.saved == 1


def test_a_match_that_has_ended_is_not_written_again(
    make_worker: MakeWorker, make_match: Callable[..., EndedMatch]
) -> None:
    one = make_worker()
    ann, _, room = one.two()
    Records(one.database).save([compact(make_match(1, id=room.match_id))])
    assert one.keeper.write()
    assert ann.notices[-1] == {"code": "not_kept", "message": CODE_TAKEN}
    assert one.matches.find(room.code) is None


def test_an_ended_match_is_removed(make_worker: MakeWorker) -> None:
    one = make_worker()
    ann, _, room = one.two()
    assert one.keeper.write()
    assert one.matches.find(room.code) is not None
    ann.do("lobby")
    assert one.keeper.write()
    assert one.matches.find(room.code) is None


def test_while_the_database_fails_nothing_leaves_and_questions_are_refused(
    make_worker: MakeWorker, caplog: pytest.LogCaptureFixture
) -> None:
    one = make_worker()
    ann, bob, room = one.two()
    tables = ("sleeping", "sleeping_seats")
    for table in tables:
        execute(one, f"ALTER TABLE {table} RENAME TO {table}_away")
    ann.drop()
    bob.drop()
    one.world.wait(5000)
    assert not one.keeper.write()
    assert one.keeper.errors == 1
    (line,) = [one.getMessage() for one in caplog.records if "sleeping matches" in one.getMessage()]
    assert "\n" not in line, "neither the statement nor a link"
    assert room.code in one.world.lobby.rooms
    asked: list[Callable[[], object]] = [
        lambda: one.keeper.wake("ABCDEF"),
        lambda: one.keeper.of_device(ann.device),
        lambda: one.keeper.leave("ABCDEF", ann.device),
    ]
    for ask in asked:
        with pytest.raises(Refused, match="cannot be reached"):
            ask()
    assert one.keeper.errors == 1, "the database is left alone for a while"
    one.later_ms += round(RETRY_S * 1000)
    for ask in asked:
        one.later_ms += round(RETRY_S * 1000)
        with pytest.raises(Refused, match="cannot be reached"):
            ask()
    assert one.keeper.errors == 4
    for table in tables:
        execute(one, f"ALTER TABLE {table}_away RENAME TO {table}")
    one.later_ms += round(RETRY_S * 1000)
    one.sleep(ann, bob)
    assert one.wake(room.code).match_id == room.match_id


def test_a_worker_that_stops_writes_rooms_with_people_too(make_worker: MakeWorker) -> None:
    one, other = make_worker(), make_worker()
    _, _, room = one.two()
    assert one.keeper.save_all([room])
    assert one.keeper.is_kept(room)
    found = one.matches.find(room.code)
    assert found is not None
    assert found.worker == ""
    assert sticks(other.wake(room.code)) == 21


def test_a_worker_that_stops_without_its_database_says_which_matches_are_lost(
    make_worker: MakeWorker,
) -> None:
    one = make_worker()
    _, _, room = one.two()
    execute(one, "ALTER TABLE sleeping RENAME TO away")
    assert not one.keeper.save_all([room])
    assert not one.keeper.is_kept(room)


def test_a_worker_that_is_alone_begins_with_all_matches_asleep(make_worker: MakeWorker) -> None:
    one, other = make_worker(), make_worker()
    _, _, room = one.two()
    assert one.keeper.write()
    found = one.matches.find(room.code)
    assert found is not None
    assert found.worker == "alone"
    running = gevent.spawn(other.keeper.run)
    with gevent.Timeout(20):
        while (now := other.matches.find(room.code)) is not None and now.worker:
            gevent.sleep(0.01)
    running.kill()


def test_a_turn_whose_time_is_up_wakes_its_match(make_worker: MakeWorker) -> None:
    one = make_worker()
    ann, bob, room = one.two(hours=1)
    one.sleep(ann, bob)
    woken: list[str] = []
    one.keeper.wake_due(woken.append)
    assert woken == []
    one.later_ms += HOUR_MS
    one.keeper.wake_due(woken.append)
    assert woken == [room.code]


def test_a_match_of_older_rules_is_refused_put_off_and_can_be_left(make_worker: MakeWorker) -> None:
    class Changed(Nim):
        """The same game with another state."""

        options = Nim.options
        seats = (2, 3)

    one, other = make_worker(), make_worker(games={"nim": Changed()})
    ann, bob, room = one.two(hours=1)
    one.sleep(ann, bob)
    other.later_ms = one.later_ms + 2 * HOUR_MS

    def wake(code: str) -> None:
        assert other.keeper.wake(code) is None

    with pytest.raises(Refused, match="rules of Nim have changed"):
        wake(room.code)
    assert not other.keeper.can_go_on(other.keeper.of_device(ann.device)[0])
    other.keeper.wake_due(wake)
    assert other.matches.due(WALL_MS + 3 * HOUR_MS, 10) == []
    assert other.matches.due(WALL_MS + 3 * HOUR_MS + 2 * DAY_MS, 10) == [room.code]
    assert other.keeper.leave(room.code, ann.device)
    assert not other.keeper.leave(room.code, ann.device)
    assert other.matches.find(room.code) is not None, "Bob is still in it"
    assert other.keeper.leave(room.code, bob.device)
    assert other.matches.find(room.code) is None


def test_a_damaged_match_is_refused_with_a_sentence(make_worker: MakeWorker) -> None:
    one = make_worker()
    ann, bob, room = one.two()
    one.sleep(ann, bob)
    execute(one, "UPDATE sleeping SET room = (SELECT journal FROM sleeping)")
    with pytest.raises(Refused):
        one.keeper.wake(room.code)


def test_a_forgotten_person_has_no_name_in_a_sleeping_match(make_worker: MakeWorker) -> None:
    one = make_worker()
    ann, bob, room = one.two()
    ann.do("chat", n=1, text="I was here")
    one.sleep(ann, bob)
    assert one.matches.forget(device_hash(ann.device)) == 1
    assert one.keeper.of_device(ann.device) == []
    assert [match.others for match in one.keeper.of_device(bob.device)] == [["?"]]
    awake = one.wake(room.code)
    assert sorted(person.name for person in awake.people.values()) == ["?", "Bob"]
    assert awake.seats[0].name == "?"
    assert ann.device not in {person.device for person in awake.people.values()}
    assert {line.name for line in awake.chat.lines} == {"?"}


def test_a_match_to_which_nobody_came_back_becomes_a_record(make_worker: MakeWorker) -> None:
    one = make_worker()
    ann, bob, room = one.two()
    ann.press(1, 1)
    one.world.wait(500)
    one.sleep(ann, bob)
    found = one.matches.find(room.code)
    assert found is not None
    assert one.matches.older_than(found.saved_ms, 10) == []
    assert one.matches.older_than(found.saved_ms + 1, 10) == [(room.code, room.match_id)]
    ended = as_left(found, 5)
    assert ended is not None
    assert (ended.id, ended.outcome, ended.ended_ms) == (room.match_id, "left", 5)
    assert [seat.name for seat in ended.seats] == ["Ann", "Bob"]
