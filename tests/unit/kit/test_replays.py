"""`rumpus replay` of kept matches, reports and files: what is printed, stepped through and served."""

import io
import json
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from game.cli import main
from game.config import load
from game.games.trails import Trails
from game.kit.replays import Recording, find
from game.kit.trials import bot_match
from game.kit.verifying import open_records
from game.kit.watching import make_page
from game.records.database import Database
from game.records.store import Records, Report
from game.rooms.rules_document import RulesDocument, rules_document
from game.rules import snapshot
from game.rules.snapshot import state_hash
from tests.unit.records.matches import ended_match, kept

Capture = pytest.CaptureFixture[str]
MATCH, REPORT = "match00003", "report0003"


def of_a_removed_game(document: RulesDocument) -> RulesDocument:
    """The same rules under a name that no folder and no package has."""
    body = document.body.decode().replace("game/games/trails", "game/games/removed")
    body = body.replace("game.games.trails", "game.games.removed")
    return msgspec.structs.replace(document, hash="0" * 24, body=body.encode())


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    """A kept match of a game that was removed since, and a report of its 100th tick by a browser."""
    url = f"sqlite:///{tmp_path}/records.db"
    monkeypatch.setenv("RUMPUS_RECORDS__URL", url)
    monkeypatch.setenv("RUMPUS_CONFIG", os.devnull)
    match, document = kept(Trails(), 3, match_id=MATCH, seats=3, ticks=200)
    document = of_a_removed_game(document)
    database = Database(url)
    database.prepare()
    records = Records(database)
    records.save([ended_match(msgspec.structs.replace(match, rules=document.hash))], [document])
    trial = bot_match(Trails(), range(3), 3, ticks=200)
    ours = trial.until(100)
    theirs = trial.until(100)
    theirs.state.racers[1].x += 256
    theirs.values[2] = 7
    assert match.journal is not None
    records.add_report(
        Report(
            id=REPORT,
            kind="desync",
            created_ms=1_700_000_000_000,
            match=MATCH,
            game="trails",
            rules=document.hash,
            room="ABCDEF",
            tick=100,
            client_hash=state_hash(theirs),
            server_hash=state_hash(ours),
            user_agent="Firefox <script>",
            words="",
            journal=match.journal,
            client_state=zlib.compress(snapshot.dump(theirs)),
        )
    )
    yield records
    database.close()


def found(what: str) -> Recording:
    def no_game(name: str) -> Trails:
        raise AssertionError(f"{name} was looked for among today's games")

    environ = {key: value for key, value in os.environ.items() if key != "RUMPUS_CONFIG"}
    return find(what, no_game, lambda: open_records(load(None, environ)))


def test_a_kept_match_is_replayed_by_its_own_rules_though_its_game_was_removed(
    records: Records, capsys: Capture
) -> None:
    assert main(["verify", MATCH, "--jobs", "1"]) == 0
    assert "differences: 0" in capsys.readouterr().out
    assert main(["replay", MATCH]) == 0
    first, state = capsys.readouterr().out.splitlines()
    assert first.startswith("Loose Ends, tick 200 (6.7 s)")
    tree = json.loads(state)
    assert [racer["id"] for racer in tree["racers"]] == [0, 1, 2]
    assert tree["random"].keys() == {"first", "second"}
    stored = records.match(MATCH)
    assert stored is not None
    wrong = msgspec.structs.replace(
        stored.match, id="matchwrong", final_hash=1, journal=records.journal(MATCH)
    )
    records.save([wrong])
    assert main(["replay", "matchwrong"]) == 1
    assert "tick 200 is another one" in capsys.readouterr().err


def test_a_report_is_opened_at_its_tick_with_both_states(records: Records, capsys: Capture) -> None:
    assert main(["replay", REPORT]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"report {REPORT} of match {MATCH}: Loose Ends, tick 100 (3.3 s) of ")
    assert "2 fields differ (server ≠ client):" in out
    assert re.search(r"racers\[1\]\.x: (\d+) ≠ (\d+)\n", out)
    assert re.search(r"values\[2\]: \d+ ≠ 7\n", out)


def test_the_log_line_of_a_desync_leads_to_its_report(
    records: Records, tmp_path: Path, capsys: Capture
) -> None:
    line = f"2026 [error] desync after tick 100: 1 here, 2 there; rumpus replay {REPORT}"
    path = tmp_path / "line.log"
    path.write_text(line)
    for what in (str(path), line):
        assert main(["replay", what]) == 0
        assert f"report {REPORT}" in capsys.readouterr().out


def test_steps_go_forward_and_back_and_show_what_changed(
    records: Records, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\nb\ng 150\nf\nr\ne\n?\nx\na\nq\n\n"))
    assert main(["replay", MATCH, "--step", "--until", "100"]) == 0
    out = capsys.readouterr().out
    ticks = [int(tick) for tick in re.findall(r"^tick (\d+) of 200 ", out, re.M)]
    assert ticks == [100, 101, 100, 150, 180, 150, 200]
    assert re.search(r"racers\[0\]\.\w+: -?\d+ → -?\d+", out)
    assert out.count("q quit") == 3
    hashes = re.findall(r"^tick (?:100|150) of 200 .*hash (\w+)", out, re.M)
    assert [hashes[0], hashes[2]] == [hashes[1], hashes[3]]


def test_a_report_steps_from_its_tick(
    records: Records, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    assert main(["replay", REPORT, "--step"]) == 0
    assert "\ntick 100 of " in capsys.readouterr().out


def test_the_page_of_a_report_shows_both_states_and_other_ticks(records: Records) -> None:
    app, path = make_page(found(REPORT), None)
    assert path == f"/report/{REPORT}"
    browser = app.test_client()
    page = browser.get(path).get_data(as_text=True)
    assert "2 fields differ." in page
    assert page.index("racers[1].x") < page.index("All other fields")
    assert "Client, tick 100" in page
    assert "Firefox &lt;script&gt;" in page
    assert "<script>" not in page
    assert f'href="/m/{MATCH}?t=1.3"' in page
    other = browser.get(path + "?tick=99").get_data(as_text=True)
    assert "our state alone: the client&#x27;s is of tick 100" in other
    for wrong in ("?tick=-1", "?tick=x", "?tick=99999999999999999999"):
        assert browser.get(path + wrong).status_code == 200
    assert browser.get("/report.css").status_code == 200


def test_watching_serves_the_match_its_journal_and_its_rules(records: Records) -> None:
    for what, start in ((MATCH, f"/m/{MATCH}"), (REPORT, f"/m/{MATCH}")):
        app, _ = make_page(found(what), None)
        browser = app.test_client()
        info = browser.get(f"/api/v1/matches/{MATCH}").get_json()
        assert (info["id"], info["title"], info["tick_hz"]) == (MATCH, "Loose Ends", 30)
        assert browser.get(start).status_code == 200
        journal = browser.get(f"/api/v1/matches/{MATCH}/journal")
        assert zlib.decompress(journal.data)
        rules = browser.get(f"/api/v1/rules/{info['rules']}.json")
        assert b"game/games/removed/rules.py" in rules.data


def test_a_file_can_be_watched_as_well() -> None:
    path = Path(__file__).parents[3] / "tests/data/journals/trails-2-classic.json"
    recording = find(str(path), lambda _: Trails(), lambda: pytest.fail("no records are needed"))
    app, start = make_page(recording, 300)
    assert start == "/m/0000000000?t=10.0"
    info = app.test_client().get("/api/v1/matches/0000000000").get_json()
    assert (info["ticks"], info["rules"]) == (900, rules_document(Trails()).hash)


@pytest.mark.parametrize(
    "what", ["", "nothing000", "../../etc/passwd", "a" * 5000, "\0", "journal (zlib, base85): ", "%s%n", "-"]
)
def test_what_is_no_recording_is_named(records: Records, capsys: Capture, what: str) -> None:
    assert main(["replay", "--", what]) == 1
    assert capsys.readouterr().err.strip()


def test_without_records_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Capture) -> None:
    monkeypatch.setenv("RUMPUS_RECORDS__URL", "")
    monkeypatch.setenv("RUMPUS_CONFIG", os.devnull)
    assert main(["replay", "match00001"]) == 1
    assert "matches are not kept here" in capsys.readouterr().err
