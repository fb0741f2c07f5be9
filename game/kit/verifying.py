"""`rumpus verify`: runs kept matches again by their own rules and compares the final hashes."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from game.config import Config
from game.records.database import BadDatabase, Database
from game.records.nightly_sample import Report
from game.records.store import Records
from game.records.verify import Check, KeptMatch, Totals, kept_match, kept_matches, verify

EQUAL, DIFFERENT, UNUSABLE, SKIPPED = 0, 1, 2, 3
"""Exit codes: all are equal; some differ; nothing could be verified; some were skipped and none differs."""


class BadDate(ValueError):
    """A date that cannot be read."""


class NoRecords(Exception):
    """There are no records to read; the text says why."""


def open_records(config: Config) -> Records:
    """The records that the settings name. Raises NoRecords."""
    if not config.records.url:
        raise NoRecords("matches are not kept here: records.url is empty")
    try:
        database = Database(config.records.url)
        database.prepare()
    except (BadDatabase, SQLAlchemyError) as error:
        raise NoRecords(f"the records cannot be read: {_line(error)}") from None
    return Records(database)


def milliseconds(date: str) -> int:
    """A date as milliseconds since 1970.

    Args:
        date: ISO 8601, of this machine's time zone if it names none; or "@" and seconds since 1970.

    Returns:
        The milliseconds.

    Raises:
        BadDate: it is neither.
    """
    try:
        seconds = float(date[1:]) if date.startswith("@") else datetime.fromisoformat(date).timestamp()
        return int(seconds * 1000)
    except (ValueError, OverflowError, OSError):
        raise BadDate(f"{date[:40]!r} is no date: write it as 2026-11-27 or 2026-11-27T20:15") from None


def run(
    config: Config,
    ids: list[str],
    since: str,
    *,
    everything: bool,
    sample: int,
    jobs: int,
    seconds: float,
    as_json: bool,
) -> int:
    """Verify matches and print what came out.

    Args:
        config: the settings, for the records.
        ids: of single matches; [] for those that the other arguments choose.
        since: those that ended then or later, "" without this limit.
        everything: all kept matches.
        sample: only this many, at random; 0: all of them.
        jobs: processes at a time; 0: one a core.
        seconds: what one match may take.
        as_json: print the figures and what is not equal as JSON.

    Returns:
        The exit code.
    """
    if not (ids or since or everything or sample):
        return _unusable("say which matches: their ids, --since DATE, --sample N or --all")
    checks: list[Check] = []

    def take(check: Check) -> None:
        if check.verdict in ("different", "skipped"):
            checks.append(check)
            if not as_json:
                print(check, flush=True)

    try:
        records = open_records(config)
        chosen = kept_matches(records, milliseconds(since) if since else 0, sample)
        matches = _named(records, ids, take) if ids else chosen
        totals = verify(_progress(matches), records.rules, take, jobs=jobs, seconds=seconds)
    except (NoRecords, BadDate) as error:
        return _unusable(str(error))
    except SQLAlchemyError as error:
        return _unusable(f"the records cannot be read: {_line(error)}")
    if as_json:
        print(msgspec.json.encode(Report(totals=totals, checks=checks)).decode())
    else:
        print("\n".join(totals.lines()))
    return _exit_code(totals, checks)


def _exit_code(totals: Totals, checks: list[Check]) -> int:
    if totals.different:
        return DIFFERENT
    return SKIPPED if checks else EQUAL


def _named(records: Records, ids: list[str], take: Callable[[Check], None]) -> Iterator[KeptMatch]:
    for match_id in ids:
        stored = records.match(match_id)
        if stored is None:
            take(Check(id=match_id[:40], verdict="skipped", text="there is no match with this id"))
        else:
            yield kept_match(stored, records)


def _progress(matches: Iterable[KeptMatch]) -> Iterator[KeptMatch]:
    """The same matches; a terminal shows how many were read."""
    shown = sys.stderr.isatty()
    for count, match in enumerate(matches, 1):
        yield match
        if shown and count % 100 == 0:
            print(f"\r{count:,} matches … ", end="", file=sys.stderr, flush=True)
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _unusable(reason: str) -> int:
    print(reason, file=sys.stderr)
    return UNUSABLE


def _line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def lower_priority(by: int) -> None:
    """Let other processes go first; 19 is the most."""
    if by:
        os.nice(by)
