"""What is handed to the recorder is in the database, once, whatever happens to the database in between."""

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import msgspec
import pytest

from game.records.database import Database
from game.records.spool import Place, Spool
from game.records.store import Records, compact, compact_report, inflate
from game.records.writer import Recorder
from game.rooms.ended_match import EndedMatch
from game.rooms.reports import MatchReport
from game.rooms.rules_document import RulesDocument
from game.settings import Records as Settings
from tests.unit.records.postgres import Postgres

Make = Callable[..., EndedMatch]
RULES = RulesDocument(hash="a" * 24, game="trails", interpreter=1, body=b"{}")


@contextmanager
def running(url: str, folder: Path, settings: Settings | None = None) -> Iterator[Recorder]:
    """A recorder whose writer runs as long as the block."""
    recorder = Recorder(Records(Database(url)), settings or Settings(), folder)
    recorder.add_rules(RULES)
    writer = gevent.spawn(recorder.run)
    try:
        yield recorder
    finally:
        writer.kill()
        recorder.close()


def report(number: int) -> MatchReport:
    return MatchReport(
        id=f"report{number:04d}", kind="words", created_ms=number, match="", game="trails", rules="",
        room="ABCDEF", tick=1,
        client_hash=1, server_hash=2, user_agent="", words="", journal=b"", client_state=b"",
    )  # fmt: skip


def stored(url: str) -> list[str]:
    database = Database(url)
    try:
        return [one.match.id for one in Records(database).matches()]
    finally:
        database.close()


def test_matches_reports_and_their_rules_are_written(url: str, tmp_path: Path, make_match: Make) -> None:
    with running(url, tmp_path) as recorder:
        for number in range(250):
            recorder.ended(make_match(number))
        recorder.report(report(1))
        assert recorder.waits("match00000")
        assert recorder.waits("report0001")
        assert recorder.flush(30)
        assert not recorder.waits("match00000")
        assert recorder.figures()["written"] == 251
        assert recorder.figures()["spool_bytes"] == 0
        assert recorder.records.rules(RULES.hash) == RULES.body
        assert recorder.records.report("report0001") == compact_report(report(1))
    assert stored(url) == [f"match{number:05d}" for number in range(250)]
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_match_is_found_before_it_is_written(url: str, tmp_path: Path, make_match: Make) -> None:
    recorder = Recorder(Records(Database(url)), Settings(), tmp_path)
    match = make_match(5)
    recorder.ended(match)  # no writer runs
    found = recorder.find(match.id)
    assert found is not None
    assert (found.match.ticks, found.match.journal, found.match.seats[0].device) == (900, b"", "")
    assert recorder.find_journal(match.id) == compact(match).journal
    with running(url, tmp_path) as other:
        other.ended(match)
        assert other.flush(30)
        assert other.find(match.id) is not None
        assert other.find_journal(match.id) == compact(match).journal
        assert other.find("nothing000") is None
    recorder.close()


def test_a_locked_file_delays_records_and_loses_none(tmp_path: Path, make_match: Make) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    database = Database(url)
    database.prepare()
    database.close()
    lock = sqlite3.connect(tmp_path / "records.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    with running(url, tmp_path) as recorder:
        recorder.ended(make_match(1))
        with gevent.Timeout(30):
            while not recorder.down:
                gevent.sleep(0.01)
        found = recorder.find("match00001")  # from the spool
        assert found is not None
        assert recorder.figures()["spool_bytes"] > 0
        recorder.ended(make_match(2))
        lock.execute("ROLLBACK")
        assert recorder.flush(30)
        assert recorder.figures()["down"] == 0
    assert stored(url) == ["match00001", "match00002"]


def test_a_killed_postgresql_loses_nothing(postgres: Postgres, tmp_path: Path, make_match: Make) -> None:
    database = Database(postgres.url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    database.close()
    with running(postgres.url, tmp_path) as recorder:
        recorder.ended(make_match(1))
        assert recorder.flush(30)
        postgres.kill()
        recorder.ended(make_match(2))
        with gevent.Timeout(30):
            while not recorder.down:
                gevent.sleep(0.01)
        recorder.ended(make_match(3))
        postgres.start()
        assert recorder.flush(60)
    assert stored(postgres.url) == ["match00001", "match00002", "match00003"]


def test_a_server_that_is_not_there_is_no_failure_of_the_worker(tmp_path: Path, make_match: Make) -> None:
    with running(f"postgresql:///x?host={tmp_path}&user=x", tmp_path) as recorder:
        recorder.ended(make_match(1))
        with gevent.Timeout(30):
            while not recorder.down:
                gevent.sleep(0.01)
        assert recorder.figures()["waiting"] == 1
    # The next worker of this machine writes what the last one left.
    url = f"sqlite:///{tmp_path}/records.db"
    with running(url, tmp_path) as recorder:
        recorder.ended(make_match(2))
        assert recorder.flush(30)
    assert stored(url) == ["match00001", "match00002"]


@pytest.mark.parametrize("impossible", [1 << 63, 1 << 70])
def test_an_entry_that_is_refused_does_not_stop_the_others(
    url: str, tmp_path: Path, make_match: Make, impossible: int
) -> None:
    bad = make_match(2, final_hash=impossible)
    with running(url, tmp_path) as recorder:
        for match in (make_match(1), bad, make_match(3)):
            recorder.ended(match)
        assert recorder.flush(30)
        assert recorder.refused == 1
    assert stored(url) == ["match00001", "match00003"]
    (line,) = (tmp_path / "refused.jsonl").read_text().splitlines()
    assert json.loads(line)["entry"]["id"] == bad.id


def test_a_full_spool_refuses_and_goes_on(tmp_path: Path, make_match: Make) -> None:
    settings = Settings(max_spool_bytes=1048576, max_queued=100)
    big = os.urandom(300_000)
    url = f"postgresql:///x?host={tmp_path}&user=x"
    with running(url, tmp_path, settings) as recorder:
        for number in range(20):
            recorder.report(msgspec.structs.replace(report(number), client_state=big))
        with gevent.Timeout(30):
            while not recorder.down:
                gevent.sleep(0.01)
        assert 600_000 < recorder.figures()["spool_bytes"] <= 1048576
        assert recorder.figures()["queue"] == 17
        for number in range(100, 200):
            recorder.ended(make_match(number))
        assert recorder.dropped == 17
        assert recorder.figures()["queue"] == 100


def test_a_spool_whose_disk_is_full_keeps_nothing_from_the_database(
    url: str,
    tmp_path: Path,
    make_match: Make,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_space(_spool: Spool, _packed: list[bytes]) -> Place:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "append", no_space)
    with running(url, tmp_path) as recorder:
        matches = [make_match(number) for number in range(20)]
        for match in matches[:-1]:
            recorder.ended(match)
        recorder.report(report(1))
        assert recorder.flush(20)
        recorder.ended(matches[-1])
        assert recorder.flush(20)
        assert recorder.figures()["queue"] == 0
        assert not any(recorder.waits(match.id) for match in matches)
        journal = recorder.find_journal(matches[0].id)
    assert sorted(stored(url)) == sorted(match.id for match in matches)
    assert journal is not None
    assert inflate(journal, 1 << 20) == inflate(compact(matches[0]).journal, 1 << 20)
    assert recorder.dropped == 0
    assert caplog.text.count("the spool takes no more") == 1


def test_what_neither_the_spool_nor_the_database_takes_is_counted_at_the_end(
    tmp_path: Path, make_match: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_space(_spool: Spool, _packed: list[bytes]) -> Place:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "append", no_space)
    with running(f"postgresql:///x?host={tmp_path}&user=x", tmp_path) as recorder:
        for number in range(3):
            recorder.ended(make_match(number))
        assert not recorder.flush(1)
    assert recorder.dropped == 3
    assert "3 records are lost" in caplog.text


WRITER = """
import sys
from pathlib import Path
import gevent, msgspec
from game.records.database import Database
from game.records.store import Records
from game.records.writer import Recorder
from game.rooms.ended_match import EndedMatch
from game.settings import Records as Settings

url, folder = sys.argv[1], Path(sys.argv[2])
match = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=EndedMatch)
recorder = Recorder(Records(Database(url)), Settings(), folder)
gevent.spawn(recorder.run)
number = int(sys.argv[3])
while True:
    recorder.ended(msgspec.structs.replace(match, id=f"match{number:05d}"))
    number += 1
    # What is on the disk, in the spool or in the database, is not lost any more.
    while recorder.figures()["queue"]:
        gevent.sleep(0.001)
    print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_in_the_spool(url: str, tmp_path: Path, make_match: Make) -> None:
    number = 0
    for reads in (1, 9):
        command = [sys.executable, "-c", WRITER, url, str(tmp_path), str(number)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write(msgspec.msgpack.encode(make_match(1)))
            writer.stdin.close()
            for _ in range(reads):
                number = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
    with running(url, tmp_path) as recorder:
        recorder.ended(make_match(99_999))
        assert recorder.flush(30)
    found = stored(url)
    assert len(found) == len(set(found))
    assert set(found) >= {f"match{one:05d}" for one in range(number)}
