"""Wrong arguments of `rumpus`: a sentence and an exit code, never a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from game.cli import main

ROOT = Path(__file__).parents[2]


def ended(*arguments: str) -> int:
    """The exit code of a command."""
    try:
        return main(arguments)
    except SystemExit as error:
        return int(error.code or 0)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["cluster", "--workers", "0"], 2, ["--workers", "1 to 256", "'0'"]),
        (["cluster", "--port", "99999"], 2, ["--port", "0 to 65535", "'99999'"]),
        (["cluster", "--port", "-1"], 2, ["--port", "0 to 65535"]),
        (["cluster", "--redis", "http://:secret@host"], 1, ["redis://"]),
        (["cluster", "--folder", "file/x"], 1, ["file/x", "Not a directory"]),
        (["announce", "hi", "--redis", "http://:secret@host"], 2, ["redis://"]),
        (["announce", "hi", "--redis", "redis://:secret@127.0.0.1:1"], 1, ["127.0.0.1:1", "is down"]),
        (["serve", "--port", "99"], 2, ["--port", "PORT"]),
        (["serve", "--workers", "3"], 2, ["--workers", "config.toml"]),
        (["play", "x.py", "--port", "70000"], 2, ["--port", "0 to 65535"]),
        (["replay", "ID", "--watch", "--port", "70000"], 2, ["--port", "0 to 65535"]),
        (["records", "import", "none.jsonl"], 1, ["none.jsonl: No such file"]),
        (["records", "export", "file"], 1, ["file: File exists"]),
        (["records", "forget", "nobody"], 1, ["no player 'nobody'"]),
    ],
)
def test_wrong_arguments_end_with_a_sentence(
    arguments: list[str],
    code: int,
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    if arguments[0] == "records":
        assert ended("records", "--url", "sqlite:///a folder/records.db", "import", "file") == 0
        arguments = ["records", "--url", "sqlite:///a folder/records.db", *arguments[1:]]
    capsys.readouterr()
    assert ended(*arguments) == code
    error = capsys.readouterr().err
    for word in words:
        assert word in error
    assert "secret" not in error
    assert "Errno" not in error


@pytest.mark.parametrize("module", ["game.serve", "game.kit.play"])
def test_ctrl_c_ends_a_server_that_still_starts_without_a_traceback(module: str, tmp_path: Path) -> None:
    # Reading this pipe as its settings is as far as it comes.
    os.mkfifo(tmp_path / "config.toml")
    game = ROOT / "tests" / "integration" / "blink.py"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *([str(game)] if module == "game.kit.play" else [])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    with (tmp_path / "config.toml").open("wb"):  # it has opened the other end
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors == b""
