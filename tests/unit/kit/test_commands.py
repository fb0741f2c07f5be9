"""`rumpus new-game`, `check-game` and `replay`, as typed."""

import base64
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from game.cli import main
from game.games.trails import Trails
from game.kit.trials import bot_match
from game.rooms.journal import Head, Journal
from tests.unit.kit.spoilt import sound, spoil

ROOT = Path(__file__).parents[3]
Capture = pytest.CaptureFixture[str]


def test_new_game_writes_a_game_that_passes(tmp_path: Path, capsys: Capture) -> None:
    assert main(["new-game", "moon_walk", "--folder", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["moon_walk.py", "test_moon_walk.py"]
    assert main(["check-game", str(tmp_path / "moon_walk.py")]) == 0
    assert "moon_walk passes." in capsys.readouterr().out


def test_new_game_overwrites_nothing(tmp_path: Path, capsys: Capture) -> None:
    for name in ("moon.py", "test_moon.py"):
        path = tmp_path / name
        path.write_text("mine")
        assert main(["new-game", "moon", "--folder", str(tmp_path)]) == 1
        assert "is there already" in capsys.readouterr().err
        assert [one.read_text() for one in tmp_path.iterdir()] == ["mine"]
        path.unlink()


def test_a_pipe_that_its_reader_closes_gives_no_traceback(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "game.cli", "new-game", "moon", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("name", ["Moon", "1up", "../up", "a b", "a-b", "", "class"])
def test_new_game_wants_a_name(tmp_path: Path, name: str, capsys: Capture) -> None:
    assert main(["new-game", name, "--folder", str(tmp_path / "games")]) == 1
    err = capsys.readouterr().err
    assert "is no name for a game" in err
    assert ("a word of Python" if name == "class" else "a letter first") in err
    assert not (tmp_path / "games").exists()


def test_the_skeletons_own_test_passes(tmp_path: Path) -> None:
    main(["new-game", "moon", "--folder", str(tmp_path)])
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


@pytest.mark.full
@pytest.mark.parametrize("name", ["field", "fuse", "kick", "lastcard", "thumbs", "trails"])
def test_every_game_in_the_box_passes_by_its_name(name: str, capsys: Capture) -> None:
    assert main(["check-game", name]) == 0
    assert f"({name}), " in capsys.readouterr().out


def test_check_game_fails_with_the_breaches_of_a_file_that_does_not_even_load(
    tmp_path: Path, capsys: Capture
) -> None:
    path = spoil(sound(tmp_path), ("U = 256", "import random\nU = int(random.nothing())"))
    assert main(["check-game", str(path)]) == 1
    out, err = capsys.readouterr()
    assert "random numbers that no journal holds" in out
    assert "use m.rng" in out
    assert "line 7: AttributeError" in err


def test_check_game_says_what_is_not_there(capsys: Capture) -> None:
    assert main(["check-game", "nowhere.py"]) == 1
    assert main(["check-game", "nothing"]) == 1
    err = capsys.readouterr().err
    assert "there is no file nowhere.py" in err
    assert "there is no game nothing in the box or among packages" in err
    assert main(["check-game", "."]) == 1
    assert ". is no game: name a file" in capsys.readouterr().err


def test_check_game_says_where_a_game_of_this_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["new-game", "moon"])
    assert "test it:   python -m pytest games/test_moon.py" in capsys.readouterr().out
    assert main(["check-game", "moon"]) == 1
    assert "is it games/moon.py?" in capsys.readouterr().err


def test_new_game_says_when_the_box_has_a_game_of_this_name(tmp_path: Path, capsys: Capture) -> None:
    assert main(["new-game", "trails", "--folder", str(tmp_path)]) == 0
    assert "A game in the box has the name trails" in capsys.readouterr().out


def test_replay_plays_a_recorded_match_and_knows_its_rules(tmp_path: Path, capsys: Capture) -> None:
    recorded = ROOT / "tests/data/journals/trails-2-classic.json"
    assert main(["replay", str(recorded)]) == 0
    assert "Loose Ends, tick 900 (30.0 s)" in capsys.readouterr().out
    told = json.loads(recorded.read_text())
    told["hashes"][5] ^= 1
    other = tmp_path / "other.json"
    other.write_text(json.dumps(told))
    assert main(["replay", str(other)]) == 1
    assert "tick 300 is another one" in capsys.readouterr().err


def test_replay_reads_what_a_server_logged_and_stops_where_it_is_told(
    tmp_path: Path, capsys: Capture
) -> None:
    trial = bot_match(Trails(), range(3), 5, ticks=400)
    head = Head("trails", tuple(trial.chosen), tuple(trial.seats), (0,) * 8, trial.seed)
    journal = Journal(head)
    for tick, due in sorted(trial.entries.items()):
        journal.append(tick, due, [0] * len(due))
    line = base64.b85encode(zlib.compress(journal.pack())).decode()
    path = tmp_path / "line.log"
    path.write_text(f"2026 [error] desync in room ABC; journal (zlib, base85): {line}\n")
    assert main(["replay", str(path), "--until", "200"]) == 0
    first, state = capsys.readouterr().out.splitlines()
    assert first.startswith("Loose Ends, tick 200 ")
    assert "racers" in json.loads(state)


def test_replay_says_what_is_no_recording(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "x.json"
    for text in ("{}", "rubbish!", '{"game": 1, "ticks": "x"}'):
        path.write_text(text)
        assert main(["replay", str(path)]) == 1
        assert "is neither a journal" in capsys.readouterr().err
