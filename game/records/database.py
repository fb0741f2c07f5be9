"""The connection to the records database: SQLite in a file, or PostgreSQL; and its migrations.

SQLite blocks the thread that calls it, so its calls run in gevent's thread pool. psycopg waits through
gevent, so PostgreSQL's calls run in the greenlet that makes them.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import TypeVar, cast
from urllib.parse import quote

import gevent
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util.exc import CommandError
from gevent.threadpool import ThreadPool
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

log = logging.getLogger("rumpus.records")
logging.getLogger("alembic").setLevel(logging.WARNING)  # it names its parts whenever it is imported

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_S = 5.0
"""How long a call waits for another process that writes to the same SQLite file."""
CONNECT_S = 3
STATEMENT_MS = 10_000
LOCK_ID = 0x72756D70
"""The PostgreSQL advisory lock under which the database is migrated."""

T = TypeVar("T")


class BadDatabase(Exception):
    """A database that this version cannot use; the text is one sentence for an operator."""


class Database:
    """The records database.

    Args:
        url: `sqlite:///PATH`, where PATH is relative to the current folder or starts with a fourth slash, or
            `postgresql://USER:PASSWORD@HOST/NAME`.
        one_thread: only one thread uses it, so a connection to an SQLite file stays open.

    Raises:
        BadDatabase: the url names neither.
    """

    def __init__(self, url: str, *, one_thread: bool = False) -> None:
        self._url = _parse(url)
        self._one_thread = one_thread
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self.engine = self._make_engine()

    def twin(self) -> "Database":
        """The same database, with a connection of its own that stays open, for one other thread."""
        return Database(self._url.render_as_string(hide_password=False), one_thread=True)

    @property
    def shown(self) -> str:
        """The url without its password, for messages."""
        return self._url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None for PostgreSQL."""
        return Path(self._url.database or "") if self.sqlite else None

    def _make_engine(self) -> Engine:
        if not self.sqlite:
            options = f"-c statement_timeout={STATEMENT_MS} -c lock_timeout={STATEMENT_MS}"
            return create_engine(
                self._url,
                pool_size=4,
                max_overflow=4,
                pool_pre_ping=True,
                pool_timeout=CONNECT_S,
                connect_args={"connect_timeout": CONNECT_S, "options": options},
            )
        if self._one_thread:
            # Closing the last connection copies what is new into the file, which takes longer than a batch.
            engine = create_engine(
                self._url, poolclass=QueuePool, pool_size=1, max_overflow=0, creator=self._open_file
            )
            event.listen(engine, "checkout", self._check_file)
        else:
            # Threads of the pool come and go, so each call opens the file: a tenth of a millisecond.
            engine = create_engine(self._url, poolclass=NullPool, creator=self._open_file)
        event.listen(engine, "connect", self._set_up_sqlite)
        return engine

    def _open_file(self) -> SqliteConnection:
        # SQLite itself must not make the file: others could read it.
        uri = f"file:{quote(str(self.path))}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=BUSY_S, check_same_thread=False)

    def _set_up_sqlite(self, connection: SqliteConnection, record: ConnectionPoolEntry) -> None:
        # Readers do not wait for the writer, and a crash of the machine loses no committed match.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        record.info["file"] = self._file_identity()

    def _check_file(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Open the file again if the operator has replaced or removed it: the old one is nowhere any more."""
        if record.info["file"] != self._file_identity():
            raise DisconnectionError("the file was replaced")

    def _file_identity(self) -> tuple[int, int] | None:
        try:
            found = Path(self._url.database or "").stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def run(self, call: Callable[[], T]) -> T:
        """Run a function that uses the database, without holding up other greenlets."""
        if not self.sqlite:
            return call()
        return in_thread(call)

    def prepare(self) -> None:
        """Make the database if there is none, and bring its tables to this version.

        Raises:
            BadDatabase: the file cannot be used, or a newer version of Rumpus has changed the tables.
            DBAPIError: the database cannot be reached now.
        """
        try:
            if self.sqlite:
                self._make_file()
            with self._locked(), self.engine.connect() as connection:
                _migrate(connection)
        except OSError as error:
            raise BadDatabase(f"{self.path} cannot be used for records: {error.strerror}") from None
        except CommandError as error:
            raise BadDatabase(
                f"the records in {self.shown} were written by a newer version of Rumpus ({error})"
            ) from None
        except DBAPIError as error:
            if self.sqlite and ("not a database" in str(error.orig) or "malformed" in str(error.orig)):
                raise BadDatabase(f"{self.path} is not an SQLite database, or it is damaged") from None
            raise

    def _make_file(self) -> None:
        path = self.path
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Names and reports are in it: only this user may read it. SQLite gives its other files the same mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process at a time migrates."""
        path = self.path
        if path is not None:
            with path.with_name(path.name + ".lock").open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            return
        with self.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:id)"), {"id": LOCK_ID})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:id)"), {"id": LOCK_ID})

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def reason_of(error: Exception) -> str:
    """An error in one short line."""
    text = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return text.partition("\n")[0][:300] or type(error).__name__


def in_thread(call: Callable[[], T], pool: ThreadPool | None = None) -> T:
    """Run a function in a thread, while other greenlets go on.

    The pool prints the traceback of an exception before it raises it here, so none leaves the thread.

    Args:
        call: the function; what it raises is raised here.
        pool: of the thread; None: gevent's own.

    Returns:
        What it returns.
    """

    def caught() -> tuple[list[T], Exception | None]:
        try:
            return [call()], None
        except Exception as error:  # noqa: BLE001  it is raised below
            return [], error

    result: tuple[list[T], Exception | None] = (pool or gevent.get_hub().threadpool).apply(caught)
    values, error = result
    if error is not None:
        raise error
    return values[0]


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise BadDatabase("records.url is neither sqlite:///PATH nor postgresql://…") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    if backend in ("postgresql", "postgres") and parsed.database:
        return parsed.set(drivername="postgresql+psycopg")
    raise BadDatabase("records.url is neither sqlite:///PATH nor postgresql://HOST/NAME")


def _migrate(connection: Connection) -> None:
    """Bring the tables to this version in one transaction, which a crash undoes as a whole."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # a large table takes its time
    else:
        connection.detach()  # no other call gets a connection with these settings
        driver = cast("SqliteConnection", connection.connection.dbapi_connection)
        driver.isolation_level = None  # or Python's driver commits before each change of a table
        # A table is changed by making it again, and foreign keys would delete what refers to the old one.
        driver.execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(config, "head")
