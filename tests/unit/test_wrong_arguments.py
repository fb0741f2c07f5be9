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


BLINK = str(ROOT / "tests" / "integration" / "blink.py")


@pytest.mark.parametrize(
    ("variable", "value", "cause"),
    [
        ("RUMPUS_CONFIG", "confg.toml", "No such file or directory"),
        ("RUMPUS_CONFIG", "folder", "Is a directory"),
        ("RUMPUS_CONFG", "config.toml", "did you mean RUMPUS_CONFIG?"),
    ],
)
def test_a_mistyped_name_of_the_settings_file_is_one_sentence(
    variable: str,
    value: str,
    cause: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "config.toml").touch()
    monkeypatch.setenv(variable, value)
    assert ended("records", "stats") == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert error.startswith(f"environment: {variable}")
    assert cause in error


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["serve"], 2),
        (["play", BLINK], 2),
        (["cluster", "--port", "0", "--folder", "cluster"], 2),
        (["announce", "hi"], 2),
        (["verify", "--all"], 2),
        (["replay", "match00001"], 1),
    ],
)
def test_every_command_refuses_a_settings_file_that_does_not_exist(
    arguments: list[str], code: int, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "game.cli", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": "0", "RUMPUS_CONFIG": "confg.toml"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == (
        'environment: RUMPUS_CONFIG = "confg.toml": cannot be read: No such file or directory\n'
    )
    assert done.returncode == code


@pytest.mark.parametrize(
    "arguments", [["serve"], ["play", BLINK], ["cluster", "--port", "0", "--folder", "cluster"]]
)
def test_a_folder_of_games_that_does_not_exist_ends_the_start(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "config.toml").write_text('[games]\nfolders = ["mine", "gmes", "file"]\n')
    done = subprocess.run(
        [sys.executable, "-P", "-m", "game.cli", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr.splitlines() == [
        f'[games] folders = ["mine", "gmes", "file"]: {tmp_path}/gmes: No such file or directory',
        f'[games] folders = ["mine", "gmes", "file"]: {tmp_path}/file: Not a directory',
    ]
    assert done.returncode == 2


def test_an_empty_name_of_the_settings_file_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUMPUS_CONFIG", "")
    assert ended("records", "stats") == 1
    assert capsys.readouterr().err == "there are no records in .rumpus/records.db\n"


def test_server_py_takes_no_arguments(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "server.py"), "--config", "mine.toml"],
        cwd=tmp_path,
        env={**os.environ, "PORT": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert len(done.stderr.splitlines()) == 1
    assert "--config" in done.stderr
    assert "RUMPUS_CONFIG" in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("module", ["game.serve", "game.kit.play"])
def test_ctrl_c_ends_a_server_that_still_starts_without_a_traceback(module: str, tmp_path: Path) -> None:
    # Reading this pipe as its settings is as far as it comes.
    os.mkfifo(tmp_path / "config.toml")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *([BLINK] if module == "game.kit.play" else [])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    with (tmp_path / "config.toml").open("wb"):  # it has opened the other end
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert errors == b""
