"""Runs Flask-SocketIO's own tests under its transport and under ours, and prints both counts.

The tests come from the package's source archive, which pip downloads into build/foreign; nothing of them is
kept in this repository.
"""

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build/foreign"
TIMEOUT_S = 600


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


def run(folder: Path, *more: str) -> tuple[int, set[str]]:
    """Run the tests of a folder; returns how many passed, and which failed."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        "-p",
        "no:cacheprovider",
    ]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, *more, str(folder / "test_socketio.py")],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", done.stdout)
    if passed is None:
        print(done.stdout, done.stderr)
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\S+)", done.stdout, re.MULTILINE))
    return int(passed[1]) if passed else 0, failed


def main() -> int:
    """Print both counts; the exit code is 1 if ours fails a test that Flask-SocketIO's own passes."""
    folder = fetch("flask-socketio")
    stock, stock_failed = run(folder)
    ours, ours_failed = run(folder, "-p", "tests.foreign.ours")
    print(f"Flask-SocketIO's tests: {stock} pass under its own transport, {ours} under ours")
    for name in sorted(stock_failed):
        print(f"  fails under its own: {name}")
    for name in sorted(ours_failed):
        print(f"  fails under ours: {name}")
    return 1 if ours_failed - stock_failed else 0


if __name__ == "__main__":
    sys.exit(main())
