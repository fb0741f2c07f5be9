"""The programs in docs/protocol.md are run unchanged against a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from game.protocol.examples import Examples
from tests.conftest import find
from tests.integration.serving import ROOT, Server

PATIENCE_S = 120


def run(command: list[str], folder: Path, suffix: str, kind: str, url: str) -> list[str]:
    """The lines that a program of the document prints; its exit code must be 0."""
    path = folder / f"client{suffix}"
    path.write_text(Examples().program(kind), encoding="utf-8")
    environ = {**os.environ, "NODE_PATH": str(ROOT / "web" / "node_modules"), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        [*command, str(path), url],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def node() -> list[str]:
    """The command that runs JavaScript."""
    found = find("needs_node")
    assert found is not None
    return [found]


def test_the_client_without_a_socketio_library_plays_a_match(server: Server, tmp_path: Path) -> None:
    text = Examples().program("python client")
    assert len([line for line in text.splitlines() if line.strip()]) <= 75
    assert "socketio" not in text.replace("socket.io", "")
    applied, *places = run(
        [sys.executable], tmp_path, ".py", "python client", f"ws://127.0.0.1:{server.port}"
    )
    assert applied.startswith("applied at tick ")
    assert [line.split()[0] for line in places] in (["1", "2"], ["1", "1"])
    assert any(line.split()[1] == "Ann" for line in places)


def joined_and_pressed(lines: list[str]) -> None:
    """The expected lines of both first connections."""
    games, room, match, applied = lines
    assert "trails" in games.split()
    assert room.startswith("in room ")
    assert " and shows " in match
    assert applied == "the press was applied"


def test_the_first_connection_in_python_joins_and_presses(server: Server, tmp_path: Path) -> None:
    joined_and_pressed(run([sys.executable], tmp_path, ".py", "python connect", server.url))


@pytest.mark.needs_node
def test_the_first_connection_in_javascript_joins_and_presses(server: Server, tmp_path: Path) -> None:
    joined_and_pressed(run(node(), tmp_path, ".cjs", "js connect", server.url))


@pytest.mark.needs_node
def test_the_parser_takes_bare_frames(server: Server, tmp_path: Path) -> None:
    [line] = run(node(), tmp_path, ".cjs", "js parser", server.url)
    kinds = [int(byte, 16) & 15 for byte in line.removeprefix("first bytes: ").split()]
    assert len(kinds) == 10
    assert set(kinds) >= {1, 2}
    assert set(kinds) <= {1, 2, 6}


def test_the_example_of_the_client_plays_a_match(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/examples/client.py"), server.url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    refused, played = done.stdout.splitlines()
    assert refused.startswith("refused: target")
    assert int(played.removeprefix("played until tick ")) > 30
