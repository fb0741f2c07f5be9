"""`rumpus play`: a changed file is used from the next match on, and a file that fails changes nothing."""

import json
import shlex
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path
from typing import Any, cast

from game.client import Client
from tests.integration.staging import ROOT, Stage
from tests.unit.kit.spoilt import sound, spoil


def notices(client: Client) -> list[str]:
    """The notices of the server."""
    return [data["message"] for event, data in client.said if event == "notice"]


def heard(client: Client, words: str) -> bool:
    """Whether a notice contained these words."""
    return any(words in data for data in notices(client))


def rules_at(url: str) -> str:
    """The rules that a browser would load now."""
    with urllib.request.urlopen(f"{url}/rules/index.json") as answer:
        path = json.load(answer)["games"]["star_run"]
    with urllib.request.urlopen(url + path) as answer:
        return str(json.load(answer)["files"]["game/games/star_run.py"])


def begin(client: Client) -> None:
    """Start a match with a bot, and wait for its states."""
    number = client.place.room.get("match", {}).get("number", 0) if client.place is not None else 0
    client.start()
    client.wait_for(
        lambda: (
            client.place is not None
            and client.place.room.get("match", {}).get("number", 0) > number
            and client.match.following
        )
    )


def test_a_changed_file_counts_from_the_next_match(tmp_path: Path) -> None:
    path = spoil(sound(tmp_path / "games"), ("seconds=Int(45, 15", "seconds=Int(45, 2"))
    with Stage(path, tmp_path) as stage, Client(stage.url) as ann:
        assert [game["name"] for game in ann.welcome["games"]] == ["star_run"]
        ann.create("star_run", name="Ann", options={"seconds": 12, "speed": 7})
        ann.add_bot()
        begin(ann)
        assert ann.match.state["left"] <= 12 * 30

        # A running match goes on with the old rules, and all players get a notice.
        spoil(
            path,
            ("* self.tick_hz\n", "* self.tick_hz * 10\n"),
            ("of a match, seconds", "of a match, tenths of a minute"),
            ("    left = Count(max=36_000", "    bonus = Count(9, default=5)\n    left = Count(max=36_000"),
        )
        stage.wait_for("Star run has new rules, from the next match on")
        ann.wait_for(lambda: notices(ann), "the notice")
        assert "bonus" not in ann.match.state
        assert "tenths of a minute" in rules_at(stage.url)
        offered = [data for event, data in ann.said if event == "games"]
        assert cast(Any, offered[-1])[0]["options"][0]["doc"].endswith("tenths of a minute")

        ann.wait_for(lambda: ann.place is not None and ann.place.room["phase"] == "results", "the end", 60)
        assert ann.place is not None
        assert ann.place.room["options"] == {"seconds": 12, "speed": 7}
        ann.call("lobby")
        begin(ann)
        assert ann.match.state["bonus"] == 5
        assert ann.match.state["left"] > 12 * 30

    assert "Traceback" not in stage.log()


def test_a_file_that_fails_is_reported_in_one_line_and_changes_nothing(tmp_path: Path) -> None:
    path = sound(tmp_path / "games")
    good = path.read_text()
    with Stage(path, tmp_path) as stage, Client(stage.url) as ann:
        before = rules_at(stage.url)
        ann.create("star_run", name="Ann")
        ann.add_bot()
        for old, new, words in (
            ("m.state.left -= 1", "m.state.left -= 1 +", "this is no Python"),
            ("m.state.left -= 1", "m.state.left -= m.nothing", "AttributeError"),
            ("m.state.left -= 1", "m.state.left /= 2", "use //="),
            ("Count(max=999)", "Count(most=999)", "TypeError"),
            ('"star", size=12', '"moon", size=12', "shows a field moon"),
            ('"star_run"', '"moon_run"', "start again"),
        ):
            assert old in good
            path.write_text(good.replace(old, new))
            line = stage.wait_for(words)
            assert line.endswith("(the old rules stay)")
            ann.wait_for(partial(heard, ann, words), words)
        assert rules_at(stage.url) == before == good
        begin(ann)
        assert ann.match.state["left"] > 0
    assert "Traceback" not in stage.log()


def test_an_endless_loop_in_a_running_match_neither_hangs_the_server_nor_its_end(tmp_path: Path) -> None:
    path = spoil(
        sound(tmp_path / "games"),
        ("m.state.left -= 1", "m.state.left -= 1\n        while m.tick > 100:\n            pass"),
    )
    with Stage(path, tmp_path) as stage, Client(stage.url) as ann:
        ann.create("star_run", name="Ann")
        ann.add_bot()
        ann.start()
        assert "star_run.py" in stage.wait_for("an endless loop")
        with urllib.request.urlopen(f"{stage.url}/healthz", timeout=20) as answer:
            assert answer.status == 200
        assert stage.end() == 0


def test_a_value_out_of_its_range_is_printed_while_it_is_played(tmp_path: Path) -> None:
    path = spoil(
        sound(tmp_path / "games"),
        ("m.state.left -= 1", "m.state.left -= 1 if m.tick < 100 else 500"),
        ("if m.state.left == 0", "if m.state.left == -100_000"),
    )
    with Stage(path, tmp_path) as stage, Client(stage.url) as ann:
        ann.create("star_run", name="Ann")
        ann.add_bot()
        ann.start()
        line = stage.wait_for("its range is 0 to 36000")
        assert "star_run.py: at tick" in line
        assert "state.left is -" in line


def test_a_match_that_fails_is_reported_and_another_starts_after_the_next_save(tmp_path: Path) -> None:
    path = sound(tmp_path / "my games")
    good = path.read_text()
    # The fault is later than the ticks of a trial.
    spoil(path, ("m.state.left -= 1", "m.state.left -= 1 if m.tick < 120 else m.nothing"))
    number = next(k for k, line in enumerate(path.read_text().splitlines(), 1) if "m.nothing" in line)
    with Stage(path, tmp_path) as stage, Client(stage.url) as ann:
        ann.create("star_run", name="Ann")
        ann.add_bot()
        begin(ann)
        line = stage.wait_for("AttributeError")
        assert f"star_run.py:{number}: " in line
        assert "tick 120" in line
        ann.wait_for(partial(heard, ann, f"star_run.py:{number}: "), "the notice")
        ann.wait_for(partial(heard, ann, "has failed"), "the notice for players")
        ann.wait_for(lambda: ann.place is not None and ann.place.room["phase"] == "lobby", "the lobby")
        _, command = stage.wait_for("To see the match again").split("rumpus ")
        again = subprocess.run(
            [sys.executable, "-m", "game.cli", *shlex.split(command)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "no attribute 'nothing'" in again.stdout + again.stderr

        path.write_text(good)
        ann.wait_for(
            lambda: ann.place is not None and ann.place.room["phase"] == "live", "the next match", 20
        )
        ann.wait_for(lambda: ann.match.following and ann.match.tick > 130, "its states", 20)
    assert "Traceback" not in stage.log()


def test_a_file_that_cannot_be_played_is_reported_at_once(tmp_path: Path) -> None:
    path = spoil(sound(tmp_path), ("State = Field", "State = Fields"))
    stage = Stage(path, tmp_path)
    try:
        stage.__enter__()
    except AssertionError:
        pass
    finally:
        stage.__exit__()
    assert "star_run.py: line" in stage.log()
    assert "NameError" in stage.log()
    assert len(stage.log().splitlines()) == 1
