"""Runs other projects' tests of their own transports, under theirs and under ours, and prints both counts.

Flask-SocketIO's and python-socketio's tests come from the packages' source archives, which pip downloads into
build/foreign. The official protocol suites are in no package: `--suites FOLDER` names a checkout of
socketio/socket.io, whose `docs` hold them. Nothing of any of them is kept in this repository.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build/foreign"
TIMEOUT_S = 600
START_S = 30
OFFICIAL = {"engine": "engine.io-protocol/v4-test-suite", "socket": "socket.io-protocol/v5-test-suite"}
PORT = 3000
"""Which the official suites ask for."""


class Result(NamedTuple):
    """Of one run: how many passed, and the names of those that failed."""

    passed: int
    failed: set[str]


def fetch(package: str) -> Path:
    """The unpacked source archive of the installed version of a package.

    Raises:
        subprocess.CalledProcessError: it cannot be downloaded; pip has said why.
    """
    release = version(package)
    folder = FOLDER / f"{package.replace('-', '_')}-{release}"
    if not folder.is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        wanted = [f"{package}=={release}", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-q"]
        subprocess.run([sys.executable, "-m", "pip", "download", *wanted, "-d", str(FOLDER)], check=True)
        with tarfile.open(next(FOLDER.glob(f"{folder.name}.tar.*"))) as archive:
            archive.extractall(FOLDER, filter="data")
    return folder


def run(folder: Path, file: str, *more: str) -> Result:
    """Run a file of tests in a folder with pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder)]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *more, str(folder / file)],
        cwd=folder,
        # They have a package `tests` as well, so the plugins are found by their own folder.
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT / "tests/foreign"), str(ROOT)]),
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    passed = re.search(r"(\d+) passed", done.stdout)
    if passed is None:
        print(done.stdout, done.stderr)
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\S+)", done.stdout, re.MULTILINE))
    return Result(int(passed[1]) if passed else 0, failed)


def listens() -> bool:
    """Whether somebody listens on the suites' port."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", PORT)) == 0


def run_official(folder: Path, level: str, whose: str) -> Result:
    """Run an official suite, which Node plays, against a server of its own.

    Raises:
        RuntimeError: the port is taken, or the server does not start.
    """
    if listens():
        raise RuntimeError(f"the suites need port {PORT}, and another program has it")
    command = [sys.executable, "-m", "tests.foreign.protocol_app", level, whose]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_S
        while not listens():
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the {whose} server does not start")
            time.sleep(0.05)
        mocha = [str(folder / "node_modules/.bin/mocha"), "--exit", "--reporter", "json", "test-suite.js"]
        done = subprocess.run(
            mocha, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    finally:
        server.terminate()
        server.wait(20)
    report = json.loads(done.stdout[done.stdout.index("{") :])
    return Result(len(report["passes"]), {one["fullTitle"] for one in report["failures"]})


def prepare(suites: Path, level: str) -> Path:
    """A copy of an official suite with the packages that it needs.

    Raises:
        FileNotFoundError: the folder holds no such suite.
    """
    source = suites / "docs" / OFFICIAL[level]
    if not source.is_dir():
        raise FileNotFoundError(f"{source}: --suites names a checkout of socketio/socket.io")
    folder = FOLDER / f"{level}-suite"
    shutil.copytree(source, folder, dirs_exist_ok=True)
    if not (folder / "node_modules/.bin/mocha").exists():
        (folder / "package-lock.json").unlink(missing_ok=True)  # it may name another registry
        subprocess.run(
            ["npm", "install", "--loglevel=error", "--no-fund", "--no-audit"], cwd=folder, check=True
        )
    return folder


def say(whose: str, stock: Result, ours: Result) -> bool:
    """Print both counts; whether ours fails nothing that the other one passes."""
    print(f"{whose}: {stock.passed} pass under their own transport, {ours.passed} under ours")
    for name in sorted(stock.failed):
        print(f"  fails under its own: {name}")
    for name in sorted(ours.failed):
        print(f"  fails under ours: {name}")
    return not ours.failed - stock.failed


def main() -> int:
    """Print the counts; the exit code is 1 if ours fails a test that the other one passes."""
    parser = argparse.ArgumentParser(description="Run other projects' tests under ours and under theirs.")
    parser.add_argument("--suites", type=Path, help="a checkout of socketio/socket.io")
    suites: Path | None = parser.parse_args().suites
    app, library = fetch("flask-socketio"), fetch("python-socketio")
    file = "tests/common/test_manager.py"
    good = [
        say(
            "Flask-SocketIO's tests",
            run(app, "test_socketio.py"),
            run(app, "test_socketio.py", "-p", "our_socketio"),
        ),
        say(
            "python-socketio's tests of its client manager",
            run(library, file),
            run(library, file, "-p", "our_manager"),
        ),
    ]
    if suites is not None:
        for level in OFFICIAL:
            folder = prepare(suites, level)
            stock, ours = (run_official(folder, level, whose) for whose in ("stock", "ours"))
            good.append(say(f"the official {level.capitalize()}.IO suite", stock, ours))
    else:
        print("The official protocol suites: make foreign SUITES=a checkout of socketio/socket.io")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
