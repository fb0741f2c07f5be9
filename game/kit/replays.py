"""What `rumpus replay` is given: a kept match, a report, a journal in JSON, or a line of a server's log.

A kept match or report is replayed by the rules that it was played by; a journal in a file by those of today,
which is how authors find out what a change of their rules changes.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from game.protocol.http import MATCH_ID
from game.records.comparison import NoReplay, journal_of, last_tick
from game.records.store import MAX_JOURNAL_BYTES, Records, Report, StoredMatch, inflate
from game.rooms.journal import Head, Journal
from game.rooms.rules_document import rules_document
from game.rules import Game
from game.rules.snapshot import BadSnapshot

MAX_FILE_BYTES = 64 << 20
LOGGED = "journal (zlib, base85): "
_NAMED = re.compile(rf"rumpus replay ({MATCH_ID})\b")
_ID = re.compile(MATCH_ID)


class BadRecording(Exception):
    """There is no recorded match; the text says what was found."""


class Recording(msgspec.Struct, kw_only=True):
    """A match that can be replayed.

    Attributes:
        label: what it is called in sentences.
        body: the rules document.
        journal: `Journal.pack`, compressed with zlib.
        ticks: how many ticks it has.
        hashes: known hashes, of tick 0 and each multiple of `every`; [] if none are.
        final_hash: the hash of the last tick, None if it is unknown.
        match: the record of the match, None if it has none.
        report: the report that was asked for, or None.
        records: where match and report are, or None.
    """

    label: str
    body: bytes
    journal: bytes
    ticks: int
    hashes: list[int] = []
    every: int = 0
    final_hash: int | None = None
    match: StoredMatch | None = None
    report: Report | None = None
    records: Records | None = None


def find(
    what: str, find_game: Callable[[str], Game], open_records: Callable[[], Records], game: str = ""
) -> Recording:
    """Find what a person means.

    Args:
        what: a file, the id of a match or of a report, or a line of a server's log.
        find_game: loads a game by its name or file. It may raise BadGame.
        open_records: opens the records. It may raise NoRecords.
        game: play a journal of a file by this game instead of the one that it names.

    Returns:
        The match.

    Raises:
        BadRecording: there is none.
    """
    if LOGGED in what:
        return _of_log(what, "the line", find_game, game)
    path = Path(what)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        is_file = False
    if is_file:
        text = _read(path)
        named = None if text.startswith("{") or LOGGED in text else _NAMED.search(text)
        if named is None:
            return _of_file(text, str(path), find_game, game)
        what = named[1]
    elif (named := _NAMED.search(what)) is not None:
        what = named[1]
    if not _ID.fullmatch(what):
        raise BadRecording(f"{what[:80]} is no file, and no id of a match or report")
    try:
        return _of_records(open_records(), what)
    except NoReplay as error:
        raise BadRecording(str(error)) from None
    except SQLAlchemyError as error:
        raise BadRecording(f"the records cannot be read: {str(error).partition(chr(10))[0]}") from None


def _of_records(records: Records, what: str) -> Recording:
    stored, report = records.match(what), records.report(what)
    if stored is None and report is None:
        raise BadRecording(f"there is no match and no report {what} in the records")
    final_hash: int | None = None
    if stored is not None:
        journal = records.journal(what)
        if journal is None:
            raise BadRecording(f"the journal of match {what} is not kept any more; its result is")
        rules, ticks, label = stored.match.rules, stored.match.ticks, f"match {what}"
        final_hash = stored.match.final_hash or None
    else:
        assert report is not None
        journal, ticks = journal_of(records, report)
        stored = records.match(report.match)
        rules, label = report.rules, f"report {what}"
    body = records.rules(rules)
    if body is None:
        raise BadRecording(f"the rules {rules} of {label} are not kept")
    return Recording(
        label=label,
        body=body,
        journal=journal,
        ticks=ticks,
        final_hash=final_hash,
        match=stored,
        report=report,
        records=records,
    )


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadRecording(f"{path} has more than {MAX_FILE_BYTES >> 20} MB")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecording(f"{path}: {error}") from None


def _of_file(text: str, name: str, find_game: Callable[[str], Game], game: str) -> Recording:
    if not text.startswith("{"):
        return _of_log(text, name, find_game, game)
    try:
        head, ticks, journal, hashes = _of_json(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise _no_journal(name, error) from None
    every = ticks // (len(hashes) - 1) if len(hashes) > 1 else 0
    body = rules_document(find_game(game or head.game)).body
    return Recording(label=name, body=body, journal=journal, ticks=ticks, hashes=hashes, every=every)


def _no_journal(name: str, error: Exception) -> BadRecording:
    return BadRecording(f"{name} is neither a journal in JSON nor one from a server's log: {error}")


def _of_json(given: Mapping[str, object]) -> tuple[Head, int, bytes, list[int]]:
    def ints(name: str) -> tuple[int, ...]:
        found = given[name]
        if not isinstance(found, list):
            raise ValueError(f"{name} is no list")
        return tuple(int(value) for value in found)

    ticks, seed, rows = given["ticks"], given["seed"], given["entries"]
    if not isinstance(ticks, int) or not isinstance(seed, int) or not isinstance(rows, list):
        raise ValueError("ticks, seed and entries are not what they should be")
    head = Head(str(given["game"]), ints("chosen"), ints("seats"), ints("teams"), seed)
    journal = Journal(head)
    entries = {int(tick): [(int(k), int(s), int(a), int(b)) for k, s, a, b in due] for tick, due in rows}
    for tick, due in sorted(entries.items()):
        journal.append(tick, due, [0] * len(due))
    hashes = list(ints("hashes")) if "hashes" in given else []
    return head, ticks, zlib.compress(journal.pack()), hashes


def _of_log(text: str, name: str, find_game: Callable[[str], Game], game: str) -> Recording:
    try:
        packed = text.rsplit(LOGGED, maxsplit=1)[-1].split(maxsplit=1)[0]
        data = base64.b85decode(packed)
        head = Journal.parse(inflate(data, MAX_JOURNAL_BYTES)).head
        ticks = last_tick(data)
    except (ValueError, IndexError, binascii.Error, BadSnapshot, NoReplay) as error:
        raise _no_journal(name, error) from None
    body = rules_document(find_game(game or head.game)).body
    return Recording(label=name, body=body, journal=data, ticks=ticks)
