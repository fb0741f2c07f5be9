"""The installed package without a checkout: server, games, browser client and kit."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from game.client import Client
from tests.logs import COMPLAINT

ROOT = Path(__file__).parents[2]
READY_S = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def clean_environ(bin_folder: Path) -> dict[str, str]:
    """The environment of a user who has only the installed package."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("RUMPUS_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV"))
    }
    return {
        **kept,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "RUMPUS_SERVER__HOST": "127.0.0.1",
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment into which pip has installed the wheel only."""
    folder = tmp_path_factory.mktemp("wheel")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    made = subprocess.run(
        ["make", "wheel", f"INTO={folder}"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,) = folder.glob("*.whl")
    # The pip of this environment installs into the empty one: a pip of its own would double the time.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    bin_folder = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(bin_folder / "python")]
    done = subprocess.run(
        [*pip, "install", "-q", "--no-compile", "--disable-pip-version-check", str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return bin_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder outside the checkout, which contains another package called `game`."""
    (tmp_path / "game").mkdir()
    (tmp_path / "game" / "__init__.py").write_text("raise RuntimeError('this is another package')\n")
    return tmp_path


def rumpus(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / "rumpus"), *arguments],
        cwd=folder,
        env=clean_environ(installed),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def serving(installed: Path, folder: Path, *arguments: str) -> Iterator[str]:
    """The address of a `rumpus` that serves until the block ends and then obeys SIGTERM."""
    log = folder / "serving.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(installed / "rumpus"), *arguments],
            cwd=folder,
            env=clean_environ(installed) | {"PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    watchdog = threading.Timer(READY_S, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        found = None
        for line in process.stdout:
            found = re.search(r"http://localhost:(\d+)/", line)
            if found:
                break
        assert found, log.read_text()
        watchdog.cancel()
        yield f"http://127.0.0.1:{found[1]}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not COMPLAINT.search(log.read_text()), log.read_text()
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def check_page(url: str) -> None:
    """The page is the built client, and its script and the games' rules are there."""
    page = fetch(url + "/")
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert script, page
    assert len(fetch(url + script[1])) > 1000
    assert ".json" in fetch(url + "/rules/index.json")


def test_an_installed_server_serves_its_page_and_its_games_from_any_folder(
    installed: Path, folder: Path
) -> None:
    with serving(installed, folder, "serve") as url:
        check_page(url)
        with Client(url) as ann:
            assert {game["name"] for game in ann.welcome["games"]} == {
                "trails",
                "fuse",
                "kick",
                "thumbs",
                "lastcard",
                "field",
            }
            ann.create("trails", name="Ann")
            ann.add_bot()
            ann.start()
            ann.wait_for(lambda: ann.match.following and ann.match.tick > 10, "the match")


@pytest.mark.needs_redis
@pytest.mark.needs_nginx
def test_an_installed_cluster_needs_no_checkout(installed: Path, folder: Path) -> None:
    with serving(installed, folder, "cluster", "--workers", "1", "--port", "0") as url:
        check_page(url)


@pytest.mark.needs_node
def test_an_installed_kit_writes_checks_and_plays_a_game_in_any_folder(installed: Path, folder: Path) -> None:
    made = rumpus(installed, folder, "new-game", "star_run")
    assert made.returncode == 0, made.stderr
    judged = rumpus(installed, folder, "check-game", "games/star_run.py")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "MicroPython" in judged.stdout
    with serving(installed, folder, "play", "games/star_run.py") as url:
        check_page(url)
        with Client(url) as ann:
            ann.create("star_run", name="Ann")
            ann.add_bot()
            ann.start()
            ann.wait_for(lambda: ann.match.following and ann.match.tick > 10, "the match")


def test_a_missing_client_is_a_reason_not_to_start(installed: Path, folder: Path) -> None:
    ended = subprocess.run(
        [str(installed / "rumpus"), "serve"],
        cwd=folder,
        env=clean_environ(installed) | {"PORT": "0", "RUMPUS_SERVER__CLIENT_DIR": str(folder / "nothing")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "server.client_dir" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
