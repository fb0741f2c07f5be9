"""The spool keeps whole entries, whatever a crash or a disk does to its files."""

import fcntl
import logging
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.records import spool as module
from game.records.spool import MARK, Segment, Spool, SpoolFull

HEAD = 12
ENTRIES = [b"one", b"two", b"three" * 100]


def filled(folder: Path) -> Path:
    """The file of a worker that has ended."""
    spool = Spool(folder, 100_000)
    spool.append(ENTRIES)
    spool.close()
    (path,) = folder.iterdir()
    return path


def found(folder: Path) -> list[bytes]:
    spool = Spool(folder, 100_000)
    spool.adopt()
    try:
        return list(spool.read())
    finally:
        spool.close()


def test_entries_come_back_in_their_order_over_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    spool.append([b"1", b"2"])
    first = spool.oldest()
    assert first is not None
    spool.append([b"3"])  # while the first file is written to the database
    assert spool.oldest() is first
    assert list(spool.read()) == [b"1", b"2", b"3"]
    assert spool.size == 3 * (HEAD + 1)
    spool.remove(first)
    assert list(spool.read()) == [b"3"]
    second = spool.oldest()
    assert second is not None
    spool.remove(second)
    assert spool.oldest() is None
    assert (spool.size, list(tmp_path.iterdir())) == (0, [])


def test_all_files_together_have_one_limit(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 3 * (HEAD + 10))
    spool.append([b"x" * 10])
    assert spool.oldest() is not None
    spool.append([b"y" * 10])
    with pytest.raises(SpoolFull):
        spool.append([b"z" * 10, b"too much"])
    spool.append([b"z" * 10])
    assert list(spool.read()) == [b"x" * 10, b"y" * 10, b"z" * 10]
    segment = spool.oldest()
    assert segment is not None
    spool.remove(segment)
    spool.append([b"room again"])
    spool.close()


def test_an_entry_is_read_from_its_place_until_its_file_is_removed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    first = spool.append([b"rules", b"match"])
    second = spool.append([b"another"])
    segment = spool.oldest()
    assert segment is not None
    assert (first.read(), second.read()) == (b"match", b"another")
    spool.remove(segment)
    assert (first.read(), second.read()) == (None, None)


def test_a_file_that_ends_anywhere_keeps_its_whole_entries(tmp_path: Path) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    ends = [HEAD + 3, 2 * HEAD + 6, len(whole)]
    for cut in range(1, len(whole)):
        path.write_bytes(whole[:cut])
        assert found(tmp_path) == ENTRIES[: sum([cut >= end for end in ends])]


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_damage_costs_only_the_entries_it_hits(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    path = filled(folder)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    to = data.draw(st.integers(at + 1, min(at + 40, len(whole))))
    path.write_bytes(whole[:at] + data.draw(st.binary(min_size=to - at, max_size=to - at)) + whole[to:])
    begins = [0, HEAD + 3, 2 * HEAD + 6]
    left = found(folder)
    for entry, begin in zip(ENTRIES, begins, strict=True):
        untouched = to <= begin or at >= begin + HEAD + len(entry)
        assert not untouched or entry in left
    assert all(entry in ENTRIES for entry in left)


def test_damage_is_said_and_a_torn_end_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    with caplog.at_level(logging.ERROR):
        path.write_bytes(whole[:-1])
        assert found(tmp_path) == ENTRIES[:2]
        assert not caplog.records
        path.write_bytes(whole[:HEAD] + b"X" + whole[HEAD + 1 :])
        assert found(tmp_path) == ENTRIES[1:]
    (line,) = caplog.messages
    assert line.startswith(f"{HEAD + 3} bytes of the spool ")


def test_zeros_that_a_power_cut_leaves_are_no_entries(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with path.open("ab") as file:
        file.write(bytes(5000))
    assert found(tmp_path) == ENTRIES


def test_a_mark_over_the_edge_of_a_step_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEP", 16)
    path = filled(tmp_path)
    whole = path.read_bytes()
    for junk in range(64):
        path.write_bytes(b"?" * junk + whole)
        assert found(tmp_path) == ENTRIES


def test_an_entry_may_hold_the_mark(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    spool.append([MARK * 3, b"next"])
    assert list(spool.read()) == [MARK * 3, b"next"]
    spool.close()


def test_a_full_disk_leaves_no_part_of_an_entry(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10_000_000)
    spool.append([b"before"])
    resource = pytest.importorskip("resource")
    signals = pytest.importorskip("signal")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signals.signal(signals.SIGXFSZ, signals.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            spool.append([b"x" * 2000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signals.signal(signals.SIGXFSZ, handler)
    spool.append([b"after"])
    assert list(spool.read()) == [b"before", b"after"]
    spool.close()


def test_files_of_living_workers_are_left_alone(tmp_path: Path) -> None:
    living, other = Spool(tmp_path, 1000), Spool(tmp_path, 1000)
    living.append([b"mine"])
    assert other.adopt() == 0
    living.close()
    assert other.adopt() == 1
    assert other.adopt() == 0
    assert list(other.read()) == [b"mine"]
    segment = other.oldest()
    assert segment is not None
    other.remove(segment)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_being_made_is_never_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock
    adopted = []

    def looked_at(file: int, operation: int) -> None:
        if operation == fcntl.LOCK_EX:  # it exists and is not locked yet: another worker looks now
            thread = threading.Thread(target=lambda: adopted.append(Spool(tmp_path, 1000).adopt()))
            thread.start()
            thread.join()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", looked_at)
    spool = Spool(tmp_path, 1000)
    spool.append([b"mine"])
    assert adopted == [0]
    assert [path.suffix for path in tmp_path.iterdir()] == [".spool"]
    spool.close()
    assert found(tmp_path) == [b"mine"]


def test_a_file_that_was_never_finished_is_removed_later(tmp_path: Path) -> None:
    left, making = tmp_path / "left.new", tmp_path / "making.new"
    left.touch()
    making.touch()
    os.utime(left, (1, 1))
    assert Spool(tmp_path, 1000).adopt() == 0
    assert list(tmp_path.iterdir()) == [making]


def test_files_are_private(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 1000)
    spool.append([b"names"])
    (path,) = (tmp_path / "spool").iterdir()
    assert (path.stat().st_mode & 0o77, path.parent.stat().st_mode & 0o77) == (0, 0)
    spool.close()


def test_a_file_that_is_gone_is_no_file_to_take_over(tmp_path: Path) -> None:
    assert Segment.take_over(tmp_path / "gone.spool") is None
