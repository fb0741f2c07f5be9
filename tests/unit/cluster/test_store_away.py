"""While the store is away: rooms go on, what must not be lost waits, and what cannot wait is refused."""

import pytest

from game.cluster import persistence as recording
from game.cluster.persistence import CheckpointLog
from game.cluster.restore import restore
from game.cluster.store import FENCED, Owner, StoreDown, Write
from game.protocol.events import Payload
from game.protocol.objects import ChatLine
from game.rooms.freeze import freeze
from game.rooms.room import Room
from tests.unit.cluster.memory_store import MemoryStore
from tests.unit.rooms.world import Someone, World

OWNER = Owner("w-1.1", 1)


class Night:
    """One worker's rooms, recorded to a store that can go away and come back."""

    def __init__(self) -> None:
        self.world = World(countdown_s=0, results_s=600)
        self.store = MemoryStore(lambda: self.world.now_ms)
        self.store.heartbeat(OWNER.lease_id, b"", 600_000, first=True)
        self.log = CheckpointLog(lambda: self.world.now_ms, 5000)
        self._send_at_once = self.world.post.send
        self.world.post.send = self._send  # type: ignore[method-assign]
        self.sent: list[str] = []

    def _send(self, code: str, event: str, data: Payload) -> None:
        if not isinstance(data, ChatLine) or not self.log.hold_chat(code, data):
            self._send_at_once(code, event, data)

    def opened(self) -> Someone:
        """A player in a room that is recorded."""
        host = self.world.host(preset="Short")
        self.log.keep(self.world.room_of(host), OWNER, opened=False)
        self.round()
        return host

    def round(self) -> list[str]:
        """One round of writing; returns the rooms that are another's."""
        self.log.note()
        writes = self.log.collect()
        try:
            answers = self.store.write(writes)
        except StoreDown:
            self.log.forget_records()
            return []
        lost, saved = self.log.written(writes, answers)
        self.sent += [one.line.text for one in saved]
        return lost

    def match(self, host: Someone, guest: Someone) -> Room:
        """Play a short match to its end."""
        room = self.world.room_of(host)
        number = room.match_number
        for one in (host, guest):
            if number:
                one.do("rematch", want=True)
            else:
                one.do("ready", ready=True)
        self.world.wait_for(lambda: room.match_number > number and host.room["phase"] == "results")
        return room

    def result_is_kept(self, code: str, number: int) -> bool:
        """Whether the store has the result of a match."""
        return self.store.result(code, number) is not None


@pytest.fixture
def night() -> Night:
    return Night()


def test_results_of_matches_wait_for_the_store(night: Night) -> None:
    host = night.opened()
    guest = night.world.guest(host)
    night.store.down = True
    for number in (1, 2):
        room = night.match(host, guest)
        night.round()
        assert room.match_number == number
    night.store.down = False
    night.round()
    assert [night.result_is_kept(room.code, number) for number in (1, 2)] == [True, True]
    night.round()
    assert night.log.collect() == [], "a result was written twice"


@pytest.mark.parametrize("lost", [False, True], ids=["same keys", "empty store"])
def test_a_room_that_ended_while_the_store_was_away_leaves_its_result_and_no_record(
    night: Night, lost: bool
) -> None:
    host = night.opened()
    guest = night.world.guest(host)
    night.store.down = True
    room = night.match(host, guest)
    night.round()
    night.world.lobby.close(room)
    night.round()
    night.store.down = False
    if lost:
        night.store.lose_keys()
    night.round()
    assert night.result_is_kept(room.code, 1)
    assert night.store.owner(room.code) is None
    assert night.log.collect() == []


def test_results_beyond_the_bound_are_refused_not_forgotten(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MAX_RESULTS_WAITING", 1)
    host = night.opened()
    guest = night.world.guest(host)
    night.store.down = True
    night.match(host, guest)
    assert night.log.note() == []
    room = night.match(host, guest)
    assert night.log.note() == [room], "its people must be sent"
    assert night.log.note() == [], "once"


def test_lines_of_chat_wait_up_to_a_bound(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_CHAT_WAITING", 3)
    host = night.opened()
    code = host.joined["code"]
    night.store.down = True
    for n in (1, 2, 3):
        assert night.log.takes_chat(code)
        host.do("chat", text=f"line {n}", n=n)
        assert night.log.hold_answer(code, lambda: None)
    assert not night.log.takes_chat(code)
    night.round()
    assert night.sent == [], "nothing is sent that is not saved"
    night.store.down = False
    night.round()
    assert night.sent == ["line 1", "line 2", "line 3"]
    assert night.log.takes_chat(code)
    assert not night.log.hold_answer(code, lambda: None)


def test_who_enters_while_a_line_waits_gets_it_once_when_it_is_saved(night: Night) -> None:
    host = night.opened()
    code = host.joined["code"]
    host.do("chat", text="saved", n=1)
    night.round()
    night.store.down = True
    host.do("chat", text="not saved", n=2)
    guest = night.world.someone()
    assert [line["text"] for line in guest.go_in("join", code=code)["chat"]] == ["saved"]
    night.store.down = False
    night.round()
    assert night.sent == ["saved", "not saved"]
    late = night.world.someone()
    assert [line["text"] for line in late.go_in("join", code=code)["chat"]] == ["saved", "not saved"]


def test_lines_that_are_not_recorded_any_more_do_not_hide_later_ones(night: Night) -> None:
    host = night.opened()
    code = host.joined["code"]
    night.store.down = True
    host.do("chat", text="one", n=1)
    night.log.drop(code)
    host.do("chat", text="two", n=2)
    late = night.world.someone()
    assert [line["text"] for line in late.go_in("join", code=code)["chat"]] == ["one", "two"]


def test_chat_is_kept_when_the_store_comes_back_with_a_file_that_lacks_the_last_lines(night: Night) -> None:
    host = night.opened()
    code = host.joined["code"]
    host.do("chat", text="one", n=1)
    night.round()
    file = night.store.save()
    host.do("chat", text="two", n=2)
    night.round()
    night.store.come_back(file)
    host.do("chat", text="three", n=3)
    assert night.round() == [code], "the record must be written again"
    assert night.sent == ["one", "two"], "a line was sent that is not saved"
    room = night.world.room_of(host)
    epoch = night.store.restore(code, OWNER.lease_id, OWNER, freeze(room, night.world.now_ms))
    assert epoch is not None
    night.log.change_owner(code, Owner(OWNER.lease_id, epoch))
    night.round()
    assert night.sent == ["one", "two", "three"]
    record = night.store.read(code)
    assert record is not None
    again = restore(night.world.context, record, night.world.now_ms, epoch + 1)
    assert [line.text for line in again.chat.lines] == ["one", "two", "three"]


# --- who owns a room when the store comes back ------------------------------------------------------


def test_a_live_room_wins_over_an_older_record_of_another_owner() -> None:
    store = MemoryStore(lambda: 0)
    store.write([Write("open", "ROOM22", Owner("a.1", 1), b"old file")])
    assert store.restore("ROOM22", "b.2", Owner("b.1", 3), b"live") == 4, "the record is older than the room"
    claim = store.claim("ROOM22", "c.1", Owner("b.2", 4))
    assert claim is not None
    assert claim.record.checkpoint == b"live"


def test_a_live_room_wins_over_a_claim_from_an_old_file() -> None:
    store = MemoryStore(lambda: 0)
    store.write([Write("open", "ROOM22", Owner("a.1", 2), b"old file")])
    assert store.claim("ROOM22", "c.1", Owner("a.1", 2)) is not None
    assert store.restore("ROOM22", "b.2", Owner("b.1", 3), b"live") == 4
    assert store.write([Write("checkpoint", "ROOM22", Owner("c.1", 3), b"rewound")]) == [FENCED]


def test_a_restored_room_whose_answer_was_lost_is_restored_again() -> None:
    store = MemoryStore(lambda: 0)
    store.write([Write("open", "ROOM22", Owner("a.1", 1), b"1")])
    assert store.restore("ROOM22", "a.2", Owner("a.1", 1), b"2") == 2  # and the worker never hears of it
    assert store.restore("ROOM22", "a.3", Owner("a.1", 1), b"3") == 3


def test_chat_goes_on_after_an_old_file() -> None:
    store = MemoryStore(lambda: 0)
    a = Owner("a.1", 1)
    store.write([Write("open", "ROOM22", a, b"1"), Write("chat", "ROOM22", a, b"x", "p1", 1, 1)])
    # The live room is at line 4: lines 2 and 3 are in its checkpoint, and lost in the old file.
    assert store.restore("ROOM22", "a.2", a, b"live") == 2
    assert store.write([Write("chat", "ROOM22", Owner("a.2", 2), b"y", "p1", 4, 9)]) == [9]
