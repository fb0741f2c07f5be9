"""The keys that sign tokens: made once, atomically, readable by one user."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from game.edge.tokens import BadSecret, read_keys

ROOT = Path(__file__).parents[3]
ROUNDS = 12
AT_ONCE = 8

FIRST_STARTS = """
import os, sys
from pathlib import Path
from game.edge.tokens import read_keys

for number in range(int(sys.argv[2])):
    path = Path(sys.argv[1], str(number), "secret")
    path.parent.mkdir()
    gate, open_gate = os.pipe()
    children = []
    for _ in range(int(sys.argv[3])):
        child = os.fork()
        if child == 0:
            os.close(open_gate)
            os.read(gate, 1)
            try:
                keys = ",".join(read_keys(path))
            except BaseException as error:
                keys = repr(error)
            (path.parent / f"{os.getpid()}.out").write_text(keys)
            os._exit(0)
        children.append(child)
    os.close(open_gate)  # which lets all of them go
    os.close(gate)
    for child in children:
        os.waitpid(child, 0)
"""

ONE_START = """
import sys
from pathlib import Path
from game.edge.tokens import read_keys

read_keys(Path(sys.argv[1]))
"""


def test_all_processes_that_start_at_once_for_the_first_time_have_the_same_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIRST_STARTS, str(tmp_path), str(ROUNDS), str(AT_ONCE)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        read = {path.read_text() for path in folder.glob("*.out")}
        assert read == {(folder / "secret").read_text().strip()}
        assert len(list(folder.glob("*.out"))) == AT_ONCE
        assert [path.name for path in folder.glob("secret*")] == ["secret"], "nothing else is left"


def test_a_full_disk_leaves_no_file_that_would_refuse_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ended = subprocess.run(
        [sys.executable, "-B", "-c", ONE_START, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, limit[1])),
    )
    assert f"{path}: cannot be made" in ended.stderr
    assert list(tmp_path.iterdir()) == []
    assert len(read_keys(path)) == 1, "with room on the disk the next start makes it"


def test_an_empty_file_is_reported_with_a_cure(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    with pytest.raises(BadSecret, match="is empty; delete it"):
        read_keys(path)


def test_the_file_is_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    mask = os.umask(0)
    try:
        keys = read_keys(path)
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_keys(path) == keys
