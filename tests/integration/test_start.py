"""How a server starts, and the messages when it cannot."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.conftest import Serve
from tests.integration.serving import ROOT


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a server that is expected to end at once."""
    environ = {
        key: value for key, value in os.environ.items() if not key.startswith("RUMPUS_") and key != "PORT"
    }
    environ["RUMPUS_SERVER__SECRET_FILE"] = str(folder / "secret")
    environ["RUMPUS_RECORDS__FOLDER"] = str(folder)
    environ["RUMPUS_RECORDS__URL"] = f"sqlite:///{folder / 'records.db'}"
    environ.update(settings)
    return subprocess.run(
        [sys.executable, str(ROOT / "server.py")],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "70000"}, ["PORT", "70000", "65535"]),
        ({"RUMPUS_ROOMS__SEAT_HOLD": "5"}, ["RUMPUS_ROOMS__SEAT_HOLD", "RUMPUS_ROOMS__SEAT_HOLD_S"]),
        ({"RUMPUS_GAMES__ENABLED": "chess", "RUMPUS_GAMES__DEFAULT": "chess"}, ["chess"]),
        (
            {
                "RUMPUS_CLUSTER__REDIS_URL": "redis://127.0.0.1:1/0",
                "RUMPUS_RECORDS__URL": "sqlite:///.rumpus/records.db",
            },
            ["records", "PostgreSQL", "share"],
        ),
        ({"RUMPUS_RECORDS__URL": "sqlite:///:memory:"}, ["records.url"]),
        ({"RUMPUS_RECORDS__URL": "postgresql://me:pw@127.0.0.1:port/name"}, ["records.url"]),
    ],
)
def test_a_wrong_setting_is_one_clear_line_and_exit_code_2(
    tmp_path: Path, settings: dict[str, str], named: list[str]
) -> None:
    ended = start(tmp_path, **settings)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    for word in named:
        assert word in lines[0]


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_text("a text, not a database\n" * 1000)
    ended = start(tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == f"{tmp_path}/records.db is not an SQLite database, or it is damaged\n"


def test_a_wrong_line_is_reported_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[rooms]\nseat_hold_s = "long"\ncolor = 3\n')
    ended = start(tmp_path, RUMPUS_CONFIG=str(path), PORT="0")
    assert ended.returncode == 2
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 2
    assert all(str(path) in line for line in lines)
    assert any("seat_hold_s" in line and "long" in line for line in lines)
    assert any("color" in line for line in lines)


def test_a_port_that_is_taken_is_reported_with_a_cure(tmp_path: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = str(sock.getsockname()[1])
        ended = start(tmp_path, PORT=port, RUMPUS_SERVER__HOST="127.0.0.1")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert port in ended.stderr
    assert "PORT" in ended.stderr


def test_an_address_of_another_machine_is_reported_with_its_cure(tmp_path: Path) -> None:
    ended = start(tmp_path, PORT="0", RUMPUS_SERVER__HOST="192.0.2.77")
    assert ended.returncode == 1
    assert ended.stderr.endswith("; correct server.host\n")


@pytest.mark.parametrize(
    ("content", "mode", "cure"),
    [("k" * 64, 0o644, "chmod 600"), ("short\n", 0o600, "32")],
)
def test_a_bad_secret_stops_the_start(tmp_path: Path, content: str, mode: int, cure: str) -> None:
    path = tmp_path / "secret"
    path.write_text(content)
    path.chmod(mode)
    ended = start(tmp_path, PORT="0")
    assert ended.returncode == 2
    assert str(path) in ended.stderr
    assert cure in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_secret_is_made_for_this_user_only(serve: Serve) -> None:
    server = serve()
    assert server.secret_path.stat().st_mode & 0o777 == 0o600
    assert server.secret_path.read_text().strip() not in server.log()
