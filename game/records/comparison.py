"""The two states of a report side by side: the server's, by replaying its journal, and the client's.

`rumpus replay REPORT` prints a comparison, and `game.edge.report_page` shows it. It starts a process and may
take seconds: never call it in the greenlet of the ticks.
"""

import contextlib
import re
from collections.abc import Sequence

import msgspec

from game.records.rules_process import ReplayError, RulesFolder, RulesProcess, State, Value
from game.records.state_diff import FieldDifference, differences, shown
from game.records.store import MAX_JOURNAL_BYTES, Records, Report, inflate
from game.rooms.journal import Journal
from game.rules.snapshot import BadSnapshot

SECONDS = 60.0
_ITEM = re.compile(r"(.*)\[(\d+)\]")


class NoReplay(Exception):
    """A report or match that cannot be shown; the text says why."""


class FieldRow(msgspec.Struct, frozen=True):
    """One field of both states, and of ours one tick earlier and later; as text."""

    field: str
    before: str
    ours: str
    theirs: str
    after: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A report, opened at its tick.

    Attributes:
        tick: what is shown; the client's state is of `report.tick`.
        last_tick: the tick at which the report was made.
        ours: our state at `tick`.
        theirs: the client's state; None: it sent none, or `tick` is another one.
        problem: why the client's state cannot be shown, or "".
        same_at: a tick at which our hash is the client's, -1: there is none.
        differing: the fields that differ, in the order of their declaration.
        others: all other fields; where one state alone is known, all fields.
    """

    report: Report
    title: str
    tick_hz: int
    tick: int
    last_tick: int
    ours: State
    theirs: State | None
    problem: str
    same_at: int
    differing: list[FieldRow]
    others: list[FieldRow]


def last_tick(journal: bytes) -> int:
    """The tick that a journal leads to: the one after its last row.

    Args:
        journal: compressed with zlib.

    Returns:
        The tick.

    Raises:
        NoReplay: the bytes are no journal.
    """
    try:
        rows = Journal.parse(inflate(journal, MAX_JOURNAL_BYTES)).rows
    except (BadSnapshot, ValueError) as error:
        raise NoReplay(f"the journal cannot be read: {error}") from None
    return rows[-1].tick + 1 if rows else 0


def compare(records: Records, report: Report, tick: int | None = None) -> Comparison:
    """Open a report.

    Args:
        records: for the rules, and for the journal of a match that had ended.
        report: the report.
        tick: another tick than the reported one.

    Returns:
        Both states.

    Raises:
        NoReplay: its rules or its journal are not kept, or do not run.
    """
    body = records.rules(report.rules)
    if body is None:
        raise NoReplay(f"the rules {report.rules} of this report are not kept")
    journal, last = journal_of(records, report)
    try:
        with RulesFolder(body, compiled=False) as folder, RulesProcess(folder, seconds=SECONDS) as process:
            return _compare(process, report, journal, last, report.tick if tick is None else tick)
    except ReplayError as error:
        raise NoReplay(f"the match cannot be replayed: {error}") from None


def journal_of(records: Records, report: Report) -> tuple[bytes, int]:
    """The journal of a report, or that of its match, which had ended; and its last tick. Raises NoReplay."""
    if report.journal:
        return report.journal, last_tick(report.journal)
    stored, journal = records.match(report.match), records.journal(report.match)
    if stored is None or journal is None:
        raise NoReplay(f"the journal of match {report.match} is not kept any more")
    return journal, stored.match.ticks


def _compare(process: RulesProcess, report: Report, journal: bytes, last: int, tick: int) -> Comparison:
    tick = max(0, min(tick, last))
    process.hold(journal, last)
    before, ours, after = process.at(tick - 1), process.at(tick), process.at(tick + 1)
    theirs, problem = None, ""
    if report.client_state and tick == report.tick:
        try:
            theirs = process.packed(report.client_state)
        except ReplayError as error:
            problem = f"The client's state cannot be read: {error}."
    same_at = -1
    if report.client_hash is not None:
        with contextlib.suppress(ReplayError, ValueError):
            same_at = process.trace(journal, last).index(report.client_hash)
    found = [] if theirs is None else differences(ours.fields, theirs.fields)
    states = [dict(one.fields) for one in (before, ours, after)]
    theirs_by_path = {} if theirs is None else dict(theirs.fields)
    differing = [_row(one, states) for one in found]
    parts = {_ITEM.sub(r"\1", one.field) if _ITEM.fullmatch(one.field) else one.field for one in found}
    others = [
        FieldRow(
            path,
            shown(states[0].get(path)),
            shown(states[1].get(path)),
            "" if theirs is None else shown(theirs_by_path.get(path)),
            shown(states[2].get(path)),
        )
        for path, _ in ours.fields
        if path not in parts
    ]
    return Comparison(
        report=report,
        title=process.folder.title or report.game,
        tick_hz=process.folder.tick_hz,
        tick=tick,
        last_tick=last,
        ours=ours,
        theirs=theirs,
        problem=problem,
        same_at=same_at,
        differing=differing,
        others=others,
    )


def _row(one: FieldDifference, states: Sequence[dict[str, Value]]) -> FieldRow:
    return FieldRow(
        one.field, _text(states[0], one.field), one.first, one.second, _text(states[2], one.field)
    )


def _text(fields: dict[str, Value], path: str) -> str:
    """The value of a field, or of an item of a list, as text."""
    if path in fields:
        return shown(fields[path])
    found = _ITEM.fullmatch(path)
    value = fields.get(found[1]) if found else None
    if found is None or not isinstance(value, list) or int(found[2]) >= len(value):
        return shown(None)
    return shown(value[int(found[2])])
