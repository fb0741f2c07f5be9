"""Export, import, backup and the commands, on each database."""

import json
import os
import random
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.cli import main
from game.records import transfer
from game.records.database import BadDatabase, Database
from game.records.retention import DAY_MS, Nightly
from game.records.store import Records, Report, compact, device_hash, player_id
from game.records.writer import Recorder
from game.rooms.ended_match import EndedMatch
from game.rooms.rules_document import RulesDocument, hash_of
from game.settings import Records as Settings

Make = Callable[..., EndedMatch]
BODY = b'{"files": {}}'
RULES = RulesDocument(hash=hash_of(BODY), game="trails", interpreter=1, body=BODY)


def filled(records: Records, make_match: Make) -> None:
    records.save([compact(make_match(n, rules=RULES.hash)) for n in range(5)], [RULES])
    records.prune(older_than_ms=2_000_001, kept_longer_than_ms=0, max_journal_bytes=0)
    records.add_report(
        Report(
            id="report0001", kind="words", created_ms=2_000_010, match="match00003", game="trails",
            rules=RULES.hash, room="ABCDEF", tick=1, client_hash=1, server_hash=None, user_agent="x",
            words="ü", journal=b"\0\xff",
        )
    )  # fmt: skip


def test_an_export_is_the_same_after_an_import(records: Records, make_match: Make, tmp_path: Path) -> None:
    filled(records, make_match)
    lines = list(transfer.export(records))
    assert [next(iter(json.loads(line))) for line in lines] == ["rules", *["match"] * 5, "report"]
    assert b"device-" not in b"".join(lines)
    database = Database(f"sqlite:///{tmp_path}/other.db")
    database.prepare()
    other = Records(database)
    assert transfer.import_(other, lines) == 5
    assert transfer.import_(other, lines) == 0
    again = list(transfer.export(other))
    anonymous = [json.loads(line) for line in lines]
    for line in anonymous:
        if "match" in line:
            line["match"]["players"] = [None, None]
    assert [json.loads(line) for line in again] == anonymous
    assert other.rules(RULES.hash) == RULES.body
    assert other.journal("match00000") is None
    assert other.journal("match00001") == records.journal("match00001")


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_damaged_line_is_named(data: st.DataObject) -> None:
    line = GOOD_LINE
    at = data.draw(st.integers(0, len(line) - 2))
    changed = line[:at] + data.draw(st.binary(max_size=3)) + line[at + data.draw(st.integers(0, 9)) :]
    try:
        transfer._read(7, changed)  # noqa: SLF001
    except transfer.BadLine as error:
        assert str(error).startswith("line 7 ")  # noqa: PT017  some changes leave a valid line


GOOD_LINE = transfer._line(transfer.Line(rules=RULES))  # noqa: SLF001


@pytest.mark.parametrize(
    "line",
    [b"[" * 100_000, b"{}", b'{"match": {}}', b'{"rules": 1}', b"\xff\xfe", b'{"secret": 1}'],
)
def test_what_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(transfer.BadLine, match="line 1 "):
        transfer._read(1, line)  # noqa: SLF001


ODD = [
    None,
    True,
    -1,
    1 << 31,
    1 << 63,
    1 << 64,
    1.5,
    "",
    "x" * 300,
    "a\0b",
    [],
    [None],
    {},
    {"a": 1 << 70},
    "AAAA",
]


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where values are in the JSON of a line."""
    if at:
        yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*at, key))


def test_a_line_with_a_strange_value_is_stored_or_named(
    records: Records, make_match: Make, tmp_path: Path
) -> None:
    source = Database(f"sqlite:///{tmp_path}/source.db")
    source.prepare()
    filled(Records(source), make_match)
    chance = random.Random(7)
    results = set()
    lines = list(transfer.export(Records(source)))
    for line in (lines[0], lines[4], lines[-1]):  # rules, a match, and a report
        found = list(places(json.loads(line)))
        for at in found:
            changed = json.loads(line)
            inner = changed
            for key in at[:-1]:
                inner = inner[key]
            inner[at[-1]] = chance.choice(ODD)
            try:
                transfer.import_(records, [json.dumps(changed).encode()])
                results.add("stored")
            except transfer.BadLine as error:
                results.add("named")
                assert "\n" not in str(error)  # noqa: PT017  either may happen
    assert results == {"stored", "named"}
    list(transfer.export(records))  # what was stored can be read


def test_lines_before_a_bad_one_are_stored(records: Records, make_match: Make, tmp_path: Path) -> None:
    source = Database(f"sqlite:///{tmp_path}/source.db")
    source.prepare()
    filled(Records(source), make_match)
    lines = list(transfer.export(Records(source)))
    with pytest.raises(transfer.BadLine, match="line 4 "):
        transfer.import_(records, [*lines[:3], b"nonsense", *lines[3:]])
    assert records.count() == 2


def test_rules_under_the_hash_of_others_are_refused(records: Records) -> None:
    forged = RulesDocument(hash=RULES.hash, game="trails", interpreter=1, body=b'{"files": {"evil.py": ""}}')
    with pytest.raises(transfer.BadLine, match="not that of their text"):
        transfer.import_(records, [transfer._line(transfer.Line(rules=forged))])  # noqa: SLF001
    assert records.rules(RULES.hash) is None


def test_a_line_without_an_end_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "MAX_LINE_CHARS", 1000)
    file = BytesIO(b"x" * 1_000_000)
    line = next(transfer.read_lines(file))
    with pytest.raises(transfer.BadLine, match="longer than 1000"):
        transfer._read(1, line)  # noqa: SLF001
    assert file.tell() <= 1002


def test_a_backup_is_a_database_of_its_own(records: Records, make_match: Make, tmp_path: Path) -> None:
    filled(records, make_match)
    copy = tmp_path / "copies" / "backup.db"
    if not records.database.sqlite:
        with pytest.raises(BadDatabase, match="pg_dump"):
            transfer.backup(records, copy)
        return
    transfer.backup(records, copy)
    assert copy.stat().st_mode & 0o77 == 0
    database = Database(f"sqlite:///{copy}")
    assert list(transfer.export(Records(database))) == list(transfer.export(records))
    with pytest.raises(BadDatabase, match="there already"):
        transfer.backup(records, copy)


def test_one_of_all_workers_prunes_once_a_night(records: Records, make_match: Make, tmp_path: Path) -> None:
    records.save([compact(make_match(n, ended_ms=n * DAY_MS)) for n in range(3)])
    now, hour, others = [89 * DAY_MS], [12], list[str]()
    nights = [
        Nightly(
            Recorder(records, Settings(), tmp_path),
            Settings(),
            lambda: others.append("done"),
            now_ms=lambda: now[0],
            hour=lambda: hour[0],
        )
        for _ in range(2)
    ]
    assert not nights[0].do_if_due()  # the database is new
    now[0] += 3 * DAY_MS
    assert [night.do_if_due() for night in nights] == [True, False]  # no worker ran at night
    assert [one.has_journal for one in records.matches()] == [False, False, True]
    now[0] += DAY_MS
    assert not nights[0].do_if_due()  # by day it waits for the night
    hour[0] = 4
    assert [night.do_if_due() for night in nights] == [True, False]
    assert [one.has_journal for one in records.matches()] == [False, False, False]
    now[0] += 3 * DAY_MS
    hour[0] = 12
    assert nights[1].do_if_due()  # no worker ran at night
    assert others == ["done"] * 3


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `rumpus records …` in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RUMPUS_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["records", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_the_commands(records: Records, make_match: Make, url: str, tmp_path: Path, run: Run) -> None:
    filled(records, make_match)
    code, out, err = run("--url", url, "export", "all.jsonl")
    assert (code, out, err) == (0, "", "7 lines written\n")
    other = f"sqlite:///{tmp_path}/new/other.db"
    assert run("--url", other, "import", "all.jsonl") == (0, "5 matches added\n", "")
    code, out, err = run("--url", other, "stats")
    assert (code, err) == (0, "")
    assert "5  matches\n" in out
    player = player_id(device_hash("device-1"))
    assert run("--url", url, "forget", player) == (0, "1 seats are anonymous now\n", "")
    assert run("--url", url, "prune") == (0, "4 journals removed\n", "")
    (tmp_path / "all.jsonl").write_text("nonsense\n")
    code, out, err = run("--url", other, "import", "all.jsonl")
    assert (code, out) == (1, "")
    assert err.startswith("line 1 is no record of an export: ")
    assert err.count("\n") == 1


def test_mistakes_with_the_commands_are_one_line(tmp_path: Path, run: Run) -> None:
    assert run("stats") == (1, "", "there are no records in .rumpus/records.db\n")
    code, _, err = run("--url", "postgresql:///x?host=/nowhere", "stats")
    assert code == 1
    assert err.startswith("the database postgresql+psycopg:///x?host=%2Fnowhere fails: ")
    (tmp_path / "no.db").write_text("this is a text\n" * 100)
    text = "no.db is not an SQLite database, or it is damaged\n"
    assert run("--url", "sqlite:///no.db", "stats") == (1, "", text)
