"""Verifying runs kept matches again by their own rules, names what differs, and ends in bounded time."""

import json
import os
import random
import signal
import threading
import zlib
from pathlib import Path

import msgspec
import pytest

from game import telemetry
from game.cli import main
from game.games.field import Field
from game.games.fuse import Fuse
from game.games.kick import Kick
from game.games.lastcard import LastCard
from game.games.thumbs import Thumbs
from game.games.trails import Trails
from game.records.nightly_sample import verify_sample
from game.records.rules_process import BadRules, Replayed, ReplayError, RulesFolder, RulesProcess
from game.records.state_diff import differences
from game.records.store import Records
from game.records.verify import Check, KeptMatch, Totals, verify
from game.rooms.ended_match import EndedMatch
from game.rooms.rules_document import rules_document
from game.rules import Game
from game.sync.varint import zigzag
from tests.unit.records.matches import ended_match, kept

GAMES: list[type[Game]] = [Trails, Fuse, Thumbs, Field, Kick, LastCard]


def run(
    matches: list[KeptMatch], bodies: dict[str, bytes], **bounds: float
) -> tuple[Totals, dict[str, Check]]:
    found: dict[str, Check] = {}

    def take(check: Check) -> None:
        found[check.id] = check

    seconds = bounds.get("seconds", 20.0)
    memory = int(bounds.get("memory", 1 << 30))
    totals = verify(matches, bodies.get, take, jobs=2, seconds=seconds, memory_bytes=memory)
    return totals, found


def changed(body: bytes, file: str, old: str, new: str) -> bytes:
    """A rules document with another text in one of its files."""
    document = json.loads(body)
    assert old in document["files"][file]
    document["files"][file] = document["files"][file].replace(old, new)
    return json.dumps(document).encode()


def with_step(body: bytes, *lines: str) -> bytes:
    """Rules whose every step begins with these lines."""
    place = "        self.tick += 1\n"
    text = "".join(f"        {line}\n" for line in lines)
    return changed(body, "game/rules/match.py", place, place + text)


def test_matches_of_all_games_are_equal_and_a_process_is_started_once_for_each_rules() -> None:
    matches, bodies = [], {}
    for game in GAMES:
        for seed in range(2):
            match, document = kept(
                game(), seed, match_id=f"{game.name}{seed}", seats=game.seats[0], ticks=150
            )
            matches.append(match)
            bodies[document.hash] = document.body
    totals, found = run(matches, bodies)
    assert {check.verdict for check in found.values()} == {"equal"}
    assert (totals.equal, totals.different, totals.skipped) == (2 * len(GAMES), 0, 0)
    assert totals.ticks == sum(match.ticks for match in matches)
    assert totals.starts <= 2 * (len(GAMES) + 1)  # a thread that has had three others starts the first again
    assert totals.lines()[1] == "differences: 0"


def test_a_match_is_replayed_by_the_rules_it_was_played_by_not_by_those_of_today() -> None:
    match, document = kept(Trails(), 3)
    other = changed(document.body, "game/games/trails/rules.py", "def start(", "def start_of_old(")
    assert run([match], {document.hash: document.body})[0].equal == 1
    # The same record with rules that lack what today's have: they are not filled up from the installed ones.
    _, found = run([match], {document.hash: other})
    assert found[match.id].verdict == "skipped"
    assert "cannot begin this match" in found[match.id].text


def test_what_differs_is_named_with_places_and_the_first_tick_if_two_runs_differ() -> None:
    match, document = kept(Trails(), 4, ticks=20_000)
    assert match.outcome == "decided"
    places = [(seat, place, points + 1) for seat, place, points in match.places]
    wrong = msgspec.structs.replace(match, final_hash=match.final_hash ^ 1, places=places)
    _, found = run([wrong], {document.hash: document.body})
    check = found[match.id]
    assert (check.verdict, check.tick) == ("different", -1)
    assert f"{match.final_hash:07x} here, {match.final_hash ^ 1:07x} recorded" in check.text
    seat, place, points = match.places[0]
    assert f"seat {seat}: place {place} with {points} points here, {place} with {points + 1}" in check.text

    # Rules that do not the same in every run: the tick and the field are found.
    by_chance = with_step(document.body, "if self.tick == 57: self.values[7] = hash('x') & 0xFFFFFF")
    _, found = run([match], {document.hash: by_chance})
    check = found[match.id]
    assert (check.verdict, check.tick) == ("different", 57)
    assert check.fields[0].startswith("values[7]: ")


def test_a_flipped_byte_is_named() -> None:
    match, document = kept(Trails(), 5, match_id="flipped")
    assert match.journal is not None
    for at in (20, len(match.journal) // 2, len(match.journal) - 3):
        data = bytearray(match.journal)
        data[at] ^= 4
        _, found = run([msgspec.structs.replace(match, journal=bytes(data))], {document.hash: document.body})
        assert found["flipped"].verdict == "different"
        assert "flipped" in str(found["flipped"])
    plain = bytearray(zlib.decompress(match.journal))
    plain[-2] ^= 2
    _, found = run(
        [msgspec.structs.replace(match, journal=zlib.compress(plain))], {document.hash: document.body}
    )
    assert found["flipped"].verdict == "different"


def test_what_cannot_be_replayed_is_skipped_in_bounded_time_and_the_others_go_on() -> None:
    good, document = kept(Trails(), 6, match_id="good")
    after, _ = kept(Trails(), 7, match_id="after")
    body = document.body
    bodies = {
        "loop": with_step(body, "while self.tick == 9: pass"),
        "deaf": with_step(body, "sum(range(1 << 50)) if self.tick == 9 else 0"),
        "hungry": with_step(body, "self.scratch = [bytes(1 << 20) for _ in range(9000)]"),
        "gone": with_step(body, "__import__('os')._exit(3)"),
        "raises": with_step(body, "1 // (self.tick - 9)"),
        "unloadable": b"rubbish",
        "broken": with_step(body, "def ("),
        document.hash: body,
    }
    reasons = {
        "loop": "not done after 1 s",
        "deaf": "its process was ended",
        "hungry": "more memory than it may have",
        "gone": "has ended",
        "unloadable": "no rules document",
        "broken": "SyntaxError",
        "unknown": "are not kept",
    }
    matches = [msgspec.structs.replace(good, id=name, rules=name) for name in (*bodies, "unknown")]
    matches = [match for match in matches if match.rules != document.hash]
    endless = msgspec.structs.replace(good, id="endless", ticks=1 << 60)
    pruned = msgspec.structs.replace(good, id="pruned", journal=None)
    totals, found = run([good, *matches, endless, pruned, after], bodies, seconds=1.0, memory=400 << 20)
    assert (found["good"].verdict, found["after"].verdict) == ("equal", "equal")
    for name, reason in reasons.items():
        assert found[name].verdict == "skipped", name
        assert reason in found[name].text
    assert found["endless"].verdict == "skipped"
    assert "more than 4000000" in found["endless"].text
    assert found["pruned"].verdict == "pruned"
    assert found["raises"].verdict == "different"
    assert "the rules raise ZeroDivisionError" in found["raises"].text
    assert (totals.equal, totals.different, totals.pruned) == (2, 1, 1)


def answer(process: RulesProcess, journal: bytes, ticks: int) -> Replayed | ReplayError:
    try:
        return process.replay(journal, ticks)
    except ReplayError as error:
        return error


def test_any_bytes_are_answered_with_a_sentence() -> None:
    match, document = kept(Trails(), 8)
    assert match.journal is not None
    plain = zlib.decompress(match.journal)
    chance = random.Random(1)
    with RulesFolder(document.body) as folder, RulesProcess(folder, seconds=2.0) as process:
        for k in range(250):
            data = bytearray(plain)
            for _ in range(chance.randint(1, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            if k % 3 == 0:
                del data[chance.randrange(len(data)) :]
            if k % 7 == 0:
                data = bytearray(chance.randbytes(chance.randrange(60)))
            said = answer(process, zlib.compress(data, 1), match.ticks)
            assert said.kind in ("damaged", "rules") if isinstance(said, ReplayError) else said.tick
        for kind, bad in (
            ("damaged", b""),
            ("damaged", b"no zlib"),
            ("endless", zlib.compress(bytes(64 << 20))),
            ("damaged", zlib.compress(plain)[:-9]),
        ):
            with pytest.raises(ReplayError) as raised:
                process.replay(bad, match.ticks)
            assert raised.value.kind == kind
        assert process.replay(match.journal, match.ticks).hash == match.final_hash


def test_a_match_may_wait_for_a_busy_machine_longer_than_it_may_compute() -> None:
    match, document = kept(Trails(), 8)
    assert match.journal is not None
    with RulesFolder(document.body) as folder, RulesProcess(folder, seconds=2.0) as process:
        process.replay(match.journal, match.ticks)
        child = int(Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text())
        os.kill(child, signal.SIGSTOP)
        later = threading.Timer(4.5, os.kill, (child, signal.SIGCONT))
        later.start()
        try:
            assert process.replay(match.journal, match.ticks).hash == match.final_hash
        finally:
            later.join()


def test_a_document_with_files_outside_its_place_is_refused() -> None:
    document = json.loads(rules_document(Trails()).body)
    for name in ("../x.py", "game/../../x.py", "/etc/x.py", "os.py", "game/x.so", "game//x.py"):
        with pytest.raises(BadRules, match="holds a file"):
            RulesFolder(json.dumps({**document, "files": {name: ""}}).encode())
    with pytest.raises(BadRules, match="names no class"):
        RulesFolder(json.dumps({**document, "module": "os"}).encode())


def test_a_held_match_goes_forward_and_back_to_the_same_states() -> None:
    match, document = kept(Fuse(), 9, seats=3, ticks=700)
    assert match.journal is not None
    with RulesFolder(document.body) as folder, RulesProcess(folder) as process:
        process.hold(match.journal, match.ticks)
        trace = process.trace(match.journal, match.ticks)
        assert len(trace) == match.ticks + 1
        for tick in (0, 10, match.ticks, 420, 419, 2, 300, 1 << 40, -5):
            state = process.at(tick)
            assert state.tick == max(0, min(tick, match.ticks))
            assert state.hash == trace[state.tick]
        one, two = process.at(200), process.at(260)
        changes = differences(one.fields, two.fields)
        assert changes[0].field == "tick"
        assert (changes[0].first, changes[0].second) == ("200", "260")
        assert differences(two.fields, process.at(260).fields) == []


def test_a_seat_that_no_game_has_is_damage() -> None:
    match, document = kept(Trails(), 10)
    assert match.journal is not None
    extra = b"".join(zigzag(number) for number in (1, 1, 2, 500, 0, 0))
    data = zlib.compress(zlib.decompress(match.journal) + extra)
    _, found = run(
        [msgspec.structs.replace(match, journal=data, ticks=match.ticks + 2)], {document.hash: document.body}
    )
    assert "for seat 500" in found[match.id].text


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, records: Records) -> list[EndedMatch]:
    """Three kept matches in the records that `rumpus` finds by its settings."""
    monkeypatch.setenv("RUMPUS_RECORDS__URL", url)
    monkeypatch.setenv("RUMPUS_CONFIG", os.devnull)
    ended = []
    for seed in range(3):
        match, document = kept(Trails(), seed, match_id=f"match{seed:05}", ticks=200)
        ended.append(ended_match(match, 1_700_000_000_000 + seed * 86_400_000))
        records.save([ended[-1]], [document])
    return ended


def test_the_command_verifies_what_it_is_asked_for(
    stored: list[EndedMatch], records: Records, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--all", "--jobs", "1"]) == 0
    assert capsys.readouterr().out.startswith("3 matches, 600 ticks in ")
    assert main(["verify", "match00001", "--jobs", "1"]) == 0
    assert "1 matches, 200 ticks" in capsys.readouterr().out
    assert main(["verify", "--since", "2023-11-16T12:00", "--jobs", "1"]) == 0
    assert "1 matches, 200 ticks" in capsys.readouterr().out
    assert main(["verify", "--sample", "2", "--jobs", "1"]) == 0
    assert "2 matches, 400 ticks" in capsys.readouterr().out
    assert main(["verify", "nothing"]) == 3
    assert "skipped nothing: there is no match with this id" in capsys.readouterr().out
    for wrong in ([], ["--since", "yesterday"]):
        assert main(["verify", *wrong]) == 2
        assert "DATE" in capsys.readouterr().err or wrong
    wrong_hash = msgspec.structs.replace(stored[0], id="matchwrong", final_hash=stored[0].final_hash ^ 1)
    records.save([wrong_hash])
    assert main(["verify", "--all", "--jobs", "1"]) == 1
    out = capsys.readouterr().out
    assert "different matchwrong: final hash" in out
    assert "differences: 1" in out


def test_the_nightly_sample_counts_and_names_what_differs(
    stored: list[EndedMatch], url: str, records: Records, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = telemetry.verified.labels("equal")._value.get()  # noqa: SLF001  the library shows no value
    totals = verify_sample(url, 10, 1_600_000_000_000)
    assert totals is not None
    assert (totals.equal, totals.different) == (3, 0)
    assert telemetry.verified.labels("equal")._value.get() == before + 3  # noqa: SLF001
    records.save([msgspec.structs.replace(stored[0], id="matchwrong", final_hash=5)])
    totals = verify_sample(url, 10, 1_600_000_000_000)
    assert totals is not None
    assert totals.different == 1
    assert "different matchwrong" in caplog.text
    other = tmp_path / "other.db"
    other.write_text("this is no database at all, whatever its name says")
    assert verify_sample(f"sqlite:///{other}", 10, 0) is None
    assert "not an SQLite database" in caplog.text
