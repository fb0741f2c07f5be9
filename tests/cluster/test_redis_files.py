"""What `make cluster` writes to disk is for the user who started it."""

from pathlib import Path

import pytest

from game.cluster.redis_store import connect
from game.devtools.local_cluster import Plan, Supervisor


@pytest.mark.needs_redis
def test_nobody_else_may_read_what_redis_keeps(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "redis").mkdir(mode=0o755)  # as an earlier version left it
    supervisor = Supervisor(Plan(tmp_path, workers=0))
    supervisor.start_redis()
    try:
        connect(supervisor.redis_url).set("chat", "a secret")
        files = [path for path in (tmp_path / "redis").rglob("*") if path.is_file()]
        assert files, "the append-only file is there"
        for path in (tmp_path / "redis", *files):
            assert path.stat().st_mode & 0o077 == 0, path
    finally:
        supervisor.stop()
