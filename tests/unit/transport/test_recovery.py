"""What is kept for clients that are away: which events they missed, for how long, and how much."""

import msgspec
import pytest

from game.transport.recovery import MOST_NAMED, NOTICED_S, Recovery, RecoveryLimits, Session


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Worker:
    """A recovery, and the events that its clients were sent."""

    def __init__(self, clock: Clock, **limits: float) -> None:
        self.recovery = Recovery(RecoveryLimits(**limits), clock, clock)  # type: ignore[arg-type]

    def emit(self, text: str, *rooms: str | None, skip: str = "", offset: str = "") -> str:
        offset = offset or self.recovery.next_offset()
        self.recovery.add(offset, "/", rooms or (None,), [skip] if skip else [], [text])
        return offset

    def missed(self, session: Session | None, offset: str | None) -> list[str] | None:
        assert session is not None
        found = self.recovery.missed(session, offset)
        return None if found is None else [one.packets(None)[0].data for one in found]  # type: ignore[arg-type]

    def loses(self, sid: str, *rooms: str) -> str:
        kept = self.recovery.keep(sid, [sid, *rooms])
        assert kept is not None
        return kept[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_events_for_all_for_its_rooms_and_for_itself_are_missed_once_and_in_order(clock: Clock) -> None:
    worker = Worker(clock)
    worker.emit("before it came")
    pid = worker.recovery.begin("ann", "/")
    got = worker.emit("got", "tea")
    worker.loses("ann", "tea", "milk")
    worker.emit("1 to all")
    worker.emit("2 to two of its rooms", "milk", "tea")
    worker.emit("to another room", "coffee")
    worker.emit("3 to itself", "ann")
    worker.emit("not to itself", "tea", skip="ann")
    worker.recovery.add("elsewhere", "/other", [None], [], ["another namespace"])
    session = worker.recovery.take(pid, "/")
    missed = ["1 to all", "2 to two of its rooms", "3 to itself"]
    assert worker.missed(session, got) == missed
    assert worker.missed(session, None) == ["got", *missed], "it may have got nothing"
    assert worker.recovery.take(pid, "/") is None, "a session is taken once"


def test_who_left_or_is_away_for_too_long_begins_anew(clock: Clock) -> None:
    worker = Worker(clock, window_s=30)
    pid = worker.recovery.begin("ann", "/")
    worker.recovery.drop("ann")
    assert worker.recovery.keep("ann", []) is None
    assert worker.recovery.take(pid, "/") is None
    pid = worker.recovery.begin("bob", "/")
    assert worker.recovery.here(pid, "/") == "bob"
    assert worker.recovery.here(pid, "/other") is None
    worker.loses("bob")
    assert worker.recovery.here(pid, "/") is None
    assert worker.recovery.take(pid, "/other") is None
    clock.now += 31
    assert worker.recovery.take(pid, "/") is None


def test_an_old_last_event_is_no_hindrance_if_no_event_was_dropped_for_want_of_room(clock: Clock) -> None:
    worker = Worker(clock, window_s=30)
    pid = worker.recovery.begin("ann", "/")
    last = worker.emit("an hour ago")
    clock.now += 3600
    worker.loses("ann")
    worker.emit("missed")
    assert worker.missed(worker.recovery.take(pid, "/"), last) == ["missed"]


@pytest.mark.parametrize("limits", [{"max_events": 3}, {"max_bytes": 700}])
def test_a_client_that_missed_more_than_is_kept_begins_anew(clock: Clock, limits: dict[str, float]) -> None:
    worker = Worker(clock, **limits)
    pid = worker.recovery.begin("ann", "/")
    last = worker.emit("got")
    worker.loses("ann")
    for k in range(2):
        worker.emit(str(k))
    session = worker.recovery.take(pid, "/")
    assert worker.missed(session, last) == ["0", "1"]
    for k in range(2):
        worker.emit(str(k))
    assert worker.missed(session, last) is None
    clock.now += RecoveryLimits.window_s + NOTICED_S + 1
    assert worker.missed(session, last) == [], "all of that is long ago"


def test_no_more_sessions_are_kept_than_the_limit(clock: Clock) -> None:
    worker = Worker(clock, max_sessions=2)
    pids = [worker.recovery.begin(sid, "/") for sid in "abc"]
    for sid in "abc":
        worker.loses(sid)
    assert [worker.recovery.take(pid, "/") is not None for pid in pids] == [False, True, True]


def test_memory_is_given_back_when_events_are_old(clock: Clock) -> None:
    worker = Worker(clock, window_s=10)
    for k in range(100):
        worker.emit("x", f"room{k}", None)
    clock.now += 10 + NOTICED_S + 1
    worker.emit("y", "last")
    kept = vars(worker.recovery)
    assert len(kept["_events"]) == len(kept["_numbers"]) == len(kept["_rooms"]) == 1


def moved(here: Worker, there: Worker, pid: str) -> Session:
    """The session that one worker kept, as another one gets it."""
    session = here.recovery.take(pid, "/")
    assert session is not None
    return msgspec.json.decode(msgspec.json.encode(here.recovery.named(session)), type=Session)


def test_another_worker_knows_what_was_missed_though_it_had_events_in_another_order(clock: Clock) -> None:
    here, there = Worker(clock), Worker(clock)
    pid = here.recovery.begin("ann", "/")
    # Each has its own event first, and gets the other's after that.
    for worker in (here, there):
        for name in ("a", "b") if worker is here else ("b", "a"):
            worker.emit(name, "tea", offset=name)
    here.loses("ann", "tea", 7)  # type: ignore[arg-type]  # a room may be a number
    there.emit("later", "tea", offset="later")
    session = moved(here, there, pid)
    assert session.rooms == ["tea", 7, "ann"]
    assert there.missed(session, "a") == ["b", "later"]
    assert there.missed(session, "b") == ["later"]
    assert there.missed(session, None) == ["b", "a", "later"]


def test_another_worker_does_not_send_what_came_before_the_client(clock: Clock) -> None:
    here, there = Worker(clock), Worker(clock)
    there.emit("old", "tea")
    clock.now += 20
    there.emit("new", "tea", offset="new")
    here.emit("new", "tea", offset="new")
    pid = here.recovery.begin("ann", "/")
    here.loses("ann", "tea")
    session = moved(here, there, pid)
    assert there.missed(session, None) == []
    fresh = Worker(clock)
    clock.now += 20
    pid = fresh.recovery.begin("bob", "/")
    fresh.loses("bob", "tea")
    assert there.missed(moved(fresh, there, pid), None) == []


def test_a_worker_that_did_not_hear_everything_does_not_pretend_to(clock: Clock) -> None:
    here, there = Worker(clock), Worker(clock)
    pid = here.recovery.begin("ann", "/")
    last = here.emit("got", "tea", offset="got")
    here.emit("missed", "tea", offset="missed")
    there.emit("got", "tea", offset="got")
    here.loses("ann", "tea")
    session = moved(here, there, pid)
    assert there.missed(session, last) is None, "it lacks an event that the other worker names"
    there.emit("missed", "tea", offset="missed")
    assert there.missed(session, last) == ["missed"]
    there.recovery.listens_again()
    assert there.missed(session, last) is None, "more may have come while it did not listen"


def test_a_client_that_another_worker_sent_very_much_begins_anew(clock: Clock) -> None:
    here, there = Worker(clock), Worker(clock)
    pid = here.recovery.begin("ann", "/")
    for k in range(MOST_NAMED + 5):
        for worker in (here, there):
            worker.emit(str(k), "tea", offset=f"o{k}")
    here.loses("ann", "tea")
    session = moved(here, there, pid)
    assert there.missed(session, "o2") is None
    assert there.missed(session, f"o{MOST_NAMED + 2}") == [str(MOST_NAMED + 3), str(MOST_NAMED + 4)]
