"""A changed file is tried in a process of its own: nothing that it does can stop the server."""

from pathlib import Path

import pytest

from game.kit.reload import Unfit, load_tried, main
from tests.unit.kit.spoilt import sound, spoil

STEP = "        m.state.left -= 1\n"


def test_a_sound_game_is_loaded(tmp_path: Path) -> None:
    assert load_tried(sound(tmp_path)).name == "star_run"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((STEP, STEP + "        while True:\n            pass\n"), "an endless loop?"),
        ((STEP, STEP + "        huge = [0] * (1 << 29)\n"), "MemoryError"),
        ((STEP, "        m.state.left -= 9000\n"), "state.left is -"),
        (("(2, 8), 25", "(2, 8), 0"), "tick_hz is 0"),
        (("    def start(self, m):", "    def begin(self, m):"), "no start"),
    ],
)
def test_what_cannot_be_played_is_one_line(tmp_path: Path, changes: tuple[str, str], words: str) -> None:
    path = spoil(sound(tmp_path), changes)
    with pytest.raises(Unfit, match=r"star_run\.py") as refusal:
        load_tried(path)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_whose_own_code_does_not_end_is_one_line(tmp_path: Path) -> None:
    path = sound(tmp_path)
    path.write_text(path.read_text() + "\n\nwhile len(__name__) > 0:\n    pass\n")
    with pytest.raises(Unfit, match=r"star_run\.py: loading it does not end: an endless loop outside"):
        load_tried(path)


@pytest.mark.parametrize("name", ["nofile.py", "trails"])
def test_a_name_that_is_no_file_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unfit, match="there is no file"):
        load_tried(tmp_path / name)


def test_the_trial_alone_prints_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spoil(sound(tmp_path), (STEP, STEP + "        m.nothing()\n"))
    monkeypatch.setattr("sys.argv", ["reload", str(path)])
    monkeypatch.setattr(
        "resource.setrlimit", lambda *_: None
    )  # the limits are meant for a process of its own
    assert main() == 1
    assert len(capsys.readouterr().out.splitlines()) == 1
