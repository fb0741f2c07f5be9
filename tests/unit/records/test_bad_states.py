"""Databases and spools in bad states: entries wait or are set aside, and the writer goes on."""

import base64
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import gevent
import msgspec
import pytest

from game.records.database import Database
from game.records.spool import Spool
from game.records.store import Records, compact
from game.records.writer import MatchEntry, Recorder
from game.rooms.ended_match import EndedMatch
from game.rooms.rules_document import RulesDocument
from game.settings import Records as Settings
from tests.unit.records.postgres import Postgres

Make = Callable[..., EndedMatch]


@contextmanager
def running(url: str, folder: Path) -> Iterator[Recorder]:
    """A recorder whose writer runs as long as the block, and must not end by an exception."""
    recorder = Recorder(Records(Database(url)), Settings(), folder)
    writer = gevent.spawn(recorder.run)
    try:
        yield recorder
        assert not writer.dead
    finally:
        writer.kill()
        recorder.close()


def until(condition: Callable[[], object], within_s: float = 20) -> None:
    with gevent.Timeout(within_s):
        while not condition():
            gevent.sleep(0.01)


def left_behind(folder: Path, *entries: bytes) -> None:
    """What a worker that has ended left in its spool."""
    spool = Spool(folder / "spool", 1_000_000)
    spool.append(entries)
    spool.close()


def packed(match: EndedMatch) -> bytes:
    return msgspec.msgpack.encode(MatchEntry(compact(match)))


def ids(recorder: Recorder) -> list[str]:
    return [one.match.id for one in recorder.records.matches()]


def test_an_entry_of_the_spool_that_cannot_be_read_is_set_aside(
    url: str, tmp_path: Path, make_match: Make
) -> None:
    left_behind(tmp_path, packed(make_match(1)), b"\xc1 of another version", packed(make_match(2)))
    with running(url, tmp_path) as recorder:
        assert recorder.flush(20)
        assert ids(recorder) == ["match00001", "match00002"]
        assert recorder.refused == 1
    (line,) = (tmp_path / "refused.jsonl").read_text().splitlines()
    assert base64.b64decode(json.loads(line)["entry"]) == b"\xc1 of another version"
    assert list((tmp_path / "spool").iterdir()) == []


def test_the_end_of_what_another_worker_left_is_waited_for(tmp_path: Path, make_match: Make) -> None:
    left_behind(tmp_path, *[packed(make_match(n)) for n in range(60)])
    with running(f"sqlite:///{tmp_path}/records.db", tmp_path) as recorder:
        until(lambda: recorder.figures()["spool_bytes"])
        assert recorder.flush(20)
        assert recorder.records.count() == 60


def emptied(url: str) -> None:
    database = Database(url)
    if database.path is not None:
        for name in (database.path.name, f"{database.path.name}-wal", f"{database.path.name}-shm"):
            database.path.with_name(name).unlink(missing_ok=True)
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    database.close()


def test_a_database_that_was_emptied_is_made_again(url: str, tmp_path: Path, make_match: Make) -> None:
    with running(url, tmp_path) as recorder:
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        emptied(url)
        recorder.ended(make_match(2))
        assert recorder.flush(20)
        assert ids(recorder) == ["match00002"]
        assert (recorder.refused, recorder.errors) == (0, 1)
        path = recorder.records.database.path
        assert path is None or path.stat().st_mode & 0o77 == 0


def replace(path: Path, data: bytes) -> None:
    """Put another file in its place, as an operator does who brings back a copy."""
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    copy = path.with_name("copy")
    copy.write_bytes(data)
    copy.chmod(0o600)
    copy.rename(path)


def test_matches_go_into_the_file_that_was_put_in_place_of_the_old_one(
    tmp_path: Path, make_match: Make
) -> None:
    path = tmp_path / "records.db"
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.prepare()
    Records(other).save([compact(make_match(7))])
    with running(f"sqlite:///{path}", tmp_path) as recorder:
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        replace(path, (tmp_path / "other.db").read_bytes())
        recorder.ended(make_match(2))
        assert recorder.flush(20)
        assert (ids(recorder), recorder.errors) == (["match00002", "match00007"], 0)


def test_a_damaged_file_takes_no_matches_and_loses_none(
    tmp_path: Path, make_match: Make, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "records.db"
    with running(f"sqlite:///{path}", tmp_path) as recorder:
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        with closing(sqlite3.connect(path)) as whole:
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = path.read_bytes()
        replace(path, kept[:4096] + os.urandom(len(kept) - 4096))
        recorder.ended(make_match(2))
        until(lambda: recorder.down)
        assert recorder.refused == 0
        assert recorder.waits("match00002")
        (line,) = [text for text in caplog.messages if "fails" in text]
        assert line.count("\n") == 0
        replace(path, kept)  # the operator has brought the copy of last night
        assert recorder.flush(20)
        assert ids(recorder) == ["match00001", "match00002"]


def test_a_server_that_only_reads_refuses_nothing_for_good(
    url: str, postgres: Postgres, tmp_path: Path, make_match: Make
) -> None:
    if not url.startswith("postgresql"):
        return
    admin = Database(postgres.url)
    with running(url, tmp_path) as recorder:
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ALTER DATABASE postgres SET default_transaction_read_only = on")
            _end_others(connection.exec_driver_sql)
            try:
                recorder.ended(make_match(2))
                until(lambda: recorder.down)
                assert recorder.refused == 0
            finally:
                connection.exec_driver_sql("SET default_transaction_read_only = off")
                connection.exec_driver_sql("ALTER DATABASE postgres RESET default_transaction_read_only")
            _end_others(connection.exec_driver_sql)
        until(lambda: recorder.flush(0.1))
        assert ids(recorder) == ["match00001", "match00002"]
    admin.close()


def _end_others(execute: Callable[[str], object]) -> None:
    """End the connections that began with another setting."""
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@contextmanager
def held(url: str) -> Iterator[None]:
    """The database answers no write as long as the block."""
    database = Database(url)
    with database.engine.connect() as connection:
        hold = "BEGIN IMMEDIATE" if database.sqlite else "LOCK TABLE matches IN ACCESS EXCLUSIVE MODE"
        connection.exec_driver_sql(hold)
        yield
    database.close()


def test_what_ends_while_the_database_hangs_is_on_the_disk_at_once(
    url: str, tmp_path: Path, make_match: Make
) -> None:
    with running(url, tmp_path) as recorder:
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        with held(url):
            recorder.ended(make_match(2))
            until(lambda: not recorder.figures()["queue"])
            gevent.sleep(0)  # the writer waits in the database now
            begun_s = time.perf_counter()
            recorder.ended(make_match(3))
            until(lambda: not recorder.figures()["queue"])
            assert time.perf_counter() - begun_s < 2  # the database is waited for five or ten seconds
            assert not recorder.down
            found = recorder.find("match00003")
            assert found is not None
            assert found.match.ticks == 900
        assert recorder.flush(20)
        assert ids(recorder) == ["match00001", "match00002", "match00003"]


def test_a_full_database_keeps_matches_waiting(tmp_path: Path, make_match: Make) -> None:
    database = Database(f"sqlite:///{tmp_path}/records.db")
    database.prepare()
    open_file = database._open_file  # noqa: SLF001  a connection with a limit stands for a full disk
    limit = 10

    def limited() -> sqlite3.Connection:
        connection = open_file()
        connection.execute(f"PRAGMA max_page_count={limit}")
        return connection

    recorder = Recorder(Records(database), Settings(), tmp_path)
    own = recorder._own.database  # noqa: SLF001
    own._open_file = limited  # type: ignore[method-assign]  # noqa: SLF001
    own.engine = own._make_engine()  # noqa: SLF001
    writer = gevent.spawn(recorder.run)
    recorder.ended(make_match(1, title="x" * 300_000))
    until(lambda: recorder.down)
    assert (recorder.refused, recorder.waits("match00001")) == (0, True)
    limit = 100_000
    assert recorder.flush(20)
    assert ids(recorder) == ["match00001"]
    writer.kill()
    recorder.close()


def test_rules_that_were_pruned_come_back_with_the_next_match(
    url: str, tmp_path: Path, make_match: Make
) -> None:
    document = RulesDocument(hash="a" * 24, game="trails", interpreter=1, body=b"{}")
    with running(url, tmp_path) as recorder:
        recorder.add_rules(document)
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        later = 1 << 50
        recorder.records.prune(older_than_ms=later, kept_longer_than_ms=later, max_journal_bytes=0)
        assert recorder.records.rules(document.hash) is None
        recorder.ended(make_match(2))
        assert recorder.flush(20)
        assert recorder.records.rules(document.hash) == document.body


def test_a_match_that_is_handed_over_twice_is_there_once(url: str, tmp_path: Path, make_match: Make) -> None:
    with running(url, tmp_path) as recorder:
        for _ in range(3):
            recorder.ended(make_match(1))
        assert recorder.flush(20)
        recorder.ended(make_match(1))
        assert recorder.flush(20)
        assert (ids(recorder), recorder.written) == (["match00001"], 1)


def test_dead_letters_are_private_and_hold_no_device(tmp_path: Path, make_match: Make) -> None:
    with running(f"sqlite:///{tmp_path}/records.db", tmp_path) as recorder:
        recorder.ended(make_match(1, journal=b"no journal"))
        recorder.ended(make_match(2, final_hash=1 << 63))
        assert recorder.flush(20)
        assert recorder.refused == 2
    path = tmp_path / "refused.jsonl"
    assert path.stat().st_mode & 0o77 == 0
    assert "device-" not in path.read_text()
    assert [json.loads(line)["entry"]["id"] for line in path.read_text().splitlines()] == [
        "match00001",
        "match00002",
    ]


def test_a_folder_that_cannot_be_used_ends_the_writer_with_its_reason(
    tmp_path: Path, make_match: Make
) -> None:
    (tmp_path / "file").write_text("")
    recorder = Recorder(Records(Database(f"sqlite:///{tmp_path}/records.db")), Settings(), tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        recorder.run()
    recorder.ended(make_match(1))  # still no exception in the tick
    recorder.close()
