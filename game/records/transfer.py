"""Export and import: all records as lines of JSON, to move them to another database, and back it up.

A line is an object with one key: `rules`, `match` or `report`. Bytes are in base64. Rules come before the
matches that name them. Devices are hashed before they are stored, so an export holds none.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec
from sqlalchemy import BigInteger, String, Table

from game.records import tables
from game.records.database import BadDatabase
from game.records.store import MAX_JOURNAL_BYTES, MAX_RULES_BYTES, Records, Report, StoredMatch, inflate
from game.rooms.ended_match import ID_ALPHABET, ID_CHARS, EndedMatch
from game.rooms.journal import Journal
from game.rooms.rules_document import RulesDocument, hash_of
from game.rules.snapshot import BadSnapshot

MAX_LINE_CHARS = 128 << 20
BATCH = 100


class BadLine(Exception):
    """A line of an import that is no record; the text says which, and why."""


class MatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """A match in an export: `journal` is compressed with zlib; None: it was pruned."""

    match: EndedMatch
    players: list[str | None]
    journal: bytes | None


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A line of an export; one of the fields is there."""

    rules: RulesDocument | None = None
    match: MatchLine | None = None
    report: Report | None = None


def export(records: Records) -> Iterator[bytes]:
    """All records, line by line. Raises DBAPIError.

    Yields:
        Each line, with its end.
    """
    written: set[str] = set()
    for stored in records.matches():
        if stored.match.rules not in written:
            written.add(stored.match.rules)
            yield from _rules_lines(records, stored.match)
        yield _line(Line(match=_match_line(records, stored)))
    for report in records.reports(limit=1_000_000):
        yield _line(Line(report=report))


def _rules_lines(records: Records, match: EndedMatch) -> Iterator[bytes]:
    document = records.rules_document(match.rules)
    if document is not None:
        yield _line(Line(rules=document))


def _match_line(records: Records, stored: StoredMatch) -> MatchLine:
    journal = records.journal(stored.match.id) if stored.has_journal else None
    return MatchLine(match=stored.match, players=stored.players, journal=journal)


def _line(line: Line) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def import_(records: Records, lines: Iterable[bytes]) -> int:
    """Store the records of an export; those that are there already stay as they are.

    Args:
        records: where to.
        lines: of `export`.

    Returns:
        The number of matches that were new.

    Raises:
        BadLine: a line is no record. Those before it are stored.
        sqlalchemy.exc.DBAPIError: the database has failed.
    """
    new = 0
    waiting: list[MatchLine] = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = _read(number, text)
        except BadLine:
            _save(records, waiting)
            raise
        if line.match is not None:
            waiting.append(line.match)
        if line.rules is not None:
            records.save([], [line.rules])
        if line.report is not None:
            records.add_report(line.report)
        if len(waiting) == BATCH:
            new += _save(records, waiting)
            waiting = []
    return new + _save(records, waiting)


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, of which none takes much more memory than MAX_LINE_CHARS."""
    return iter(lambda: file.readline(MAX_LINE_CHARS + 2), b"")


def _save(records: Records, lines: list[MatchLine]) -> int:
    return records.restore([(one.match, one.players, one.journal) for one in lines])


def _read(number: int, text: bytes) -> Line:
    if len(text) > MAX_LINE_CHARS:
        raise BadLine(f"line {number} is longer than {MAX_LINE_CHARS} characters")
    try:
        line = msgspec.json.decode(text, type=Line)
        if line.rules is not None:
            _check_rules(line.rules)
        if line.match is not None:
            _check_match(line.match)
        if line.report is not None:
            _check_row(tables.reports, msgspec.structs.asdict(line.report))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, BadSnapshot) as error:
        raise BadLine(f"line {number} is no record of an export: {error}") from None
    if (line.rules is not None) + (line.match is not None) + (line.report is not None) != 1:
        raise BadLine(f"line {number} must hold one of rules, match and report")
    return line


def _check_rules(document: RulesDocument) -> None:
    """Raises ValueError. Clients run a document by its hash, so it must be that of the text."""
    _check_row(
        tables.rules, {"hash": document.hash, "game": document.game, "interpreter": document.interpreter}
    )
    if len(document.body) > MAX_RULES_BYTES:
        raise ValueError(f"rules have more than {MAX_RULES_BYTES} bytes")
    if document.hash != hash_of(document.body):
        raise ValueError("the hash of rules is not that of their text")


def _check_match(line: MatchLine) -> None:
    """Raises ValueError or BadSnapshot: the match cannot be stored, or not be watched."""
    match = line.match
    _check_row(tables.matches, msgspec.to_builtins(match))
    if len(match.id) != ID_CHARS or set(match.id) - set(ID_ALPHABET):
        raise ValueError(f"an id has {ID_CHARS} letters and digits")
    if len(line.players) != len(match.seats):
        raise ValueError("there must be a player or null for each seat")
    if len({seat.seat for seat in match.seats}) != len(match.seats):
        raise ValueError("two seats have the same number")
    for seat in match.seats:
        _check_row(tables.seats, msgspec.to_builtins(seat))
    for player in line.players:
        _check_row(tables.seats, {"player": player})
    if line.journal is not None:
        Journal.parse(inflate(line.journal, MAX_JOURNAL_BYTES))


def _check_row(table: Table, row: Mapping[str, object]) -> None:
    """Raises ValueError: a value does not fit into its column on each of the databases."""
    for column in table.columns:
        value = row.get(column.name)
        if isinstance(value, int):
            bits = 63 if isinstance(column.type, BigInteger) else 31
            if not -(1 << bits) <= value < 1 << bits:
                raise ValueError(f"{column.name} is out of range")
        if isinstance(value, str):
            if "\0" in value:
                raise ValueError(f"{column.name} holds a zero character")
            length = column.type.length if isinstance(column.type, String) else None
            if length is not None and len(value) > length:
                raise ValueError(f"{column.name} has more than {length} characters")


def backup(records: Records, path: Path) -> None:
    """Copy an SQLite database while workers go on writing to it.

    Args:
        records: whose database.
        path: the copy; it must not be there yet.

    Raises:
        BadDatabase: it is not SQLite, or the copy cannot be made.
    """
    source = records.database.path
    if source is None:
        raise BadDatabase(
            "backup copies SQLite files; for PostgreSQL use: pg_dump --format=custom --file=FILE URL"
        )
    if path.exists():
        raise BadDatabase(f"{path} is there already")
    free = shutil.disk_usage(path.parent if path.parent.exists() else Path()).free
    if source.exists() and source.stat().st_size > free:
        raise BadDatabase(f"there is not enough room for a copy in {path.parent}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with sqlite3.connect(source) as here, sqlite3.connect(path) as there:
            here.backup(there)
    except (OSError, sqlite3.Error) as error:
        raise BadDatabase(f"the copy to {path} failed: {error}") from None
