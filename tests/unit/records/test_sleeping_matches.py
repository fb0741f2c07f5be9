"""Sleeping matches in each database: one owner writes, limits hold, and a device sees its own alone."""

import pytest

from game.records.database import Database
from game.records.sleeping_matches import Save, SavedMatch, SavedSeat, SleepingMatches
from game.records.store import Records


def saved(code: str = "ABC234", match: str = "match00001", epoch: int = 1, **more: object) -> SavedMatch:
    fields: dict[str, object] = {
        "code": code,
        "match": match,
        "game": "nim",
        "title": "Nim",
        "rules": "r" * 16,
        "document": "d" * 24,
        "epoch": epoch,
        "worker": "",
        "turn_ms": 1000,
        "due_ms": None,
        "room": b"room" * 300,
        "journal": b"journal",
        "seats": [
            SavedSeat(seat=0, device="d1", name="Ann", turn=True),
            SavedSeat(seat=1, device="d2", name="Bob", turn=False),
            SavedSeat(seat=2, device="", name="Bot", turn=False),
        ],
    }
    return SavedMatch(**{**fields, **more})  # type: ignore[arg-type]


@pytest.fixture
def matches(records: Records) -> SleepingMatches:
    return SleepingMatches(records.database, 3, 2)


def test_what_is_saved_is_found_and_woken_once(matches: SleepingMatches) -> None:
    assert matches.find("ABC234") is None
    assert matches.save(saved(), 5) is Save.DONE
    found = matches.find("ABC234")
    assert found is not None
    assert (found.room, found.journal, found.epoch, found.worker) == (b"room" * 300, b"journal", 1, "")
    assert matches.wake("ABC234", 1, "a", 6)
    assert not matches.wake("ABC234", 1, "b", 6), "another one was faster"
    assert matches.save(saved(epoch=1), 7) is Save.FENCED
    assert matches.save(saved(epoch=2), 7) is Save.DONE
    assert matches.save(saved(match="match00002", epoch=9), 7) is Save.TAKEN
    matches.drop("ABC234", "match00002")
    assert matches.find("ABC234") is not None
    matches.drop("ABC234", "match00001")
    assert matches.find("ABC234") is None


def test_limits(matches: SleepingMatches) -> None:
    def one(n: int, *devices: str) -> SavedMatch:
        seats = [SavedSeat(seat=k, device=name, name=name, turn=False) for k, name in enumerate(devices)]
        return saved(code=f"ROOM{n}", match=f"match0000{n}", seats=seats)

    assert matches.save(one(1, "d1", "d2"), 0) is Save.DONE
    assert matches.save(one(2, "d1", "d3"), 0) is Save.DONE
    assert matches.save(one(3, "d4", "d1"), 0) is Save.DEVICE_FULL
    assert matches.save(one(1, "d1", "d2"), 1) is Save.DONE, "it is there already"
    assert matches.save(one(4, "d4", "d5"), 0) is Save.DONE
    assert matches.save(one(5, "d6", "d7"), 0) is Save.FULL


def test_a_device_sees_its_own_matches(matches: SleepingMatches) -> None:
    matches.save(saved(), 0)
    matches.save(saved(code="XYZ", match="match00002", turn_ms=500, seats=saved().seats[1:]), 0)
    (own,) = matches.of_device("d1")
    assert (own.others, own.turn, own.mine) == (["Bob", "Bot"], [], True)
    assert [(one.code, one.turn, one.mine) for one in matches.of_device("d2")] == [
        ("XYZ", [], False),
        ("ABC234", ["Ann"], False),
    ]
    assert matches.of_device("d3") == []


def test_turns_whose_time_is_up_and_old_matches(matches: SleepingMatches) -> None:
    matches.save(saved(due_ms=100), 50)
    matches.save(saved(code="XYZ", match="match00002", due_ms=90), 10)
    assert matches.due(89, 9) == []
    assert matches.due(100, 9) == ["XYZ", "ABC234"]
    matches.put_off("XYZ", 1000)
    assert matches.due(100, 9) == ["ABC234"]
    assert matches.older_than(50, 9) == [("XYZ", "match00002")]


def test_leaving_a_match_that_cannot_be_woken(matches: SleepingMatches) -> None:
    matches.save(saved(), 0)
    assert not matches.leave("ABC234", "d9")
    assert matches.leave("ABC234", "d1")
    assert matches.of_device("d1") == []
    assert matches.leave("ABC234", "d2")
    assert matches.find("ABC234") is None


def test_a_server_that_begins_alone_has_nothing_awake(url: str) -> None:
    database = Database(url)
    database.prepare()
    matches = SleepingMatches(database, 9, 9)
    matches.save(saved(worker="gone"), 0)
    assert matches.awake_nowhere() == 1
    found = matches.find("ABC234")
    assert found is not None
    assert found.worker == ""
    database.close()
