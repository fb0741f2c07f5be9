"""Migrations bring every earlier schema to today's, once, and a database that is of no use is named."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from game.edge.record_keeping import RecordKeeping
from game.records import tables
from game.records.database import MIGRATIONS, BadDatabase, Database
from game.records.store import Records, compact
from game.rooms.ended_match import EndedMatch
from game.settings import Push
from game.settings import Records as Settings

Make = Callable[..., EndedMatch]
SCRIPTS = Config()
SCRIPTS.set_main_option("script_location", str(MIGRATIONS))
WORKERS = 2


def versions() -> list[str]:
    """Every schema that there ever was, the first one first."""
    return [one.revision for one in ScriptDirectory.from_config(SCRIPTS).walk_revisions()][::-1]


def migrated(database: Database, version: str) -> None:
    with database.engine.connect() as connection:
        SCRIPTS.attributes["connection"] = connection
        command.upgrade(SCRIPTS, version)


def differences(context: MigrationContext) -> list[object]:
    """What of the tables is not as `tables.py` has it; comments there are for readers of the code."""
    found: list[object] = []
    for one in compare_metadata(context, tables.metadata):
        changes = one if isinstance(one, list) else [one]
        found += [change for change in changes if change[0] != "modify_comment"]
    return found


@pytest.mark.parametrize("version", ["empty", *versions()])
def test_each_schema_becomes_that_of_today(url: str, version: str, make_match: Make) -> None:
    database = Database(url)
    if version != "empty":
        if database.sqlite:
            database._make_file()  # noqa: SLF001
        migrated(database, version)
    for _ in range(2):
        database.prepare()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert differences(context) == []
        assert context.get_current_revision() == versions()[-1]
    records = Records(database)
    assert records.save([compact(make_match(1))]) == 1
    database.close()


def test_what_the_first_schema_held_is_still_there(url: str, make_match: Make) -> None:
    database = Database(url)
    if database.sqlite:
        database._make_file()  # noqa: SLF001
    migrated(database, versions()[0])
    match = make_match(1)
    with database.engine.begin() as connection:
        row = msgspec.to_builtins(match)
        del row["seats"], row["journal"]
        first = Table("matches", MetaData(), autoload_with=connection)
        connection.execute(first.insert().values(**row, kept_longer=False))
    database.prepare()
    stored = Records(database).match(match.id)
    assert stored is not None
    assert (stored.match.ticks, stored.match.options, stored.has_journal) == (900, {"lives": 1}, False)
    database.close()


MIGRATE = """
import sys
from game.records.database import Database
from game.records.store import Records
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.prepare()
print(Records(database).count(), flush=True)
"""


def test_workers_that_start_at_once_migrate_once(url: str) -> None:
    command = [sys.executable, "-c", MIGRATE, url]
    workers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(WORKERS)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("now\n")
        worker.stdin.flush()
    for worker in workers:
        out, err = worker.communicate(timeout=60)
        assert (worker.returncode, out, err) == (0, "0\n", "")
    database = Database(url)
    assert {table.name for table in tables.metadata.sorted_tables} <= set(
        inspect(database.engine).get_table_names()
    )
    database.close()


KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from game.records.database import Database
left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    global left
    left -= statement.lstrip().startswith("CREATE")
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

Database(sys.argv[1]).prepare()
"""


@pytest.mark.parametrize("statement", [1, 5, 12])
def test_a_worker_that_is_killed_in_a_migration_leaves_no_part_of_it(
    url: str, statement: int, make_match: Make
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(statement)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    database = Database(url)
    assert inspect(database.engine).get_table_names() == []
    database.prepare()
    assert Records(database).save([compact(make_match(1))]) == 1
    database.close()


def test_a_migration_keeps_what_refers_to_the_tables_it_makes_again(tmp_path: Path, make_match: Make) -> None:
    database = Database(f"sqlite:///{tmp_path}/records.db")
    database.prepare()
    records = Records(database)
    records.save([compact(make_match(1))])
    with database.engine.connect() as connection:
        connection.detach()
        on = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    assert on == 1, "forgetting a player relies on it"
    migrated_by = {}

    def rebuild(config: Config, _version: str) -> None:
        connection = config.attributes["connection"]
        migrated_by["keys"] = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("matches", recreate="always") as batch:
            batch.add_column(Column("new", Integer))
        connection.commit()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", rebuild)
        database.prepare()
    assert migrated_by == {"keys": 0}
    assert records.journal("match00001") is not None
    database.close()


def test_a_file_that_cannot_be_used_is_named_at_the_start_of_a_worker(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database\n" * 1000)
    (tmp_path / "folder").mkdir()
    cases = {
        "text": "is not an SQLite database, or it is damaged",
        "folder": "cannot be used for records: Is a directory",
        "text/records.db": "cannot be used for records: Not a directory",
    }
    for name, reason in cases.items():
        with pytest.raises(BadDatabase) as caught:
            keeping(f"sqlite:///{tmp_path}/{name}", tmp_path).prepare()
        assert reason in str(caught.value) or "File exists" in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(BadDatabase, match=r"records\.folder .* cannot be used"):
        keeping(f"sqlite:///{tmp_path}/records.db", tmp_path / "text").prepare()


def test_a_newer_database_is_named_at_the_start_of_a_worker(url: str, tmp_path: Path) -> None:
    keeping(url, tmp_path).prepare()
    database = Database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadDatabase, match="newer version of Rumpus"):
        keeping(url, tmp_path).prepare()
    database.close()


def test_a_database_that_does_not_answer_stops_no_worker(tmp_path: Path) -> None:
    keeping(f"postgresql:///x?host={tmp_path}&user=x", tmp_path).prepare()


def test_no_message_shows_the_password(tmp_path: Path) -> None:
    url = "postgresql://somebody:pa55word@127.0.0.1:1/records"
    database = Database(url)
    assert "pa55word" not in database.shown
    assert "pa55word" not in repr(Settings(url=url))


def test_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        database = Database(f"sqlite:///{tmp_path}/new/records.db")
        database.prepare()
        Records(database).count()
        modes = {path.name: path.stat().st_mode & 0o77 for path in (tmp_path / "new").iterdir()}
        assert modes.pop("records.db.lock", 0) in (0, 0o66)  # it is empty
        assert set(modes.values()) == {0}
        assert (tmp_path / "new").stat().st_mode & 0o77 == 0
    finally:
        os.umask(mask)
    database.close()


def keeping(url: str, folder: Path) -> RecordKeeping:
    return RecordKeeping(Settings(url=url, folder=str(folder)), Push(), {}, lambda: 0)
