"""The check of server logs: an error fails the test during which it was logged, and no later one."""

from pathlib import Path

from tests.logs import WatchedLog


def test_a_complaint_belongs_to_the_test_in_which_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    log = WatchedLog(path)
    assert log.complaint() is None, "the server has logged nothing yet"
    path.write_text("2026-01-01 [info     ] ready\n")
    assert log.complaint() is None
    with path.open("a") as file:
        file.write("Traceback (most recent call last):\n  ...\nValueError: bad\n")
    found = log.complaint()
    assert found is not None
    assert "ValueError: bad" in found
    assert log.complaint() is None, "the next test is not blamed"


def test_a_line_that_the_test_expects_is_no_complaint(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    log = WatchedLog(path)
    path.write_text("[error    ] cut off from Redis\n[error    ] something else\n")
    found = log.complaint(["cut off from Redis"])
    assert found is not None
    assert "cut off" not in found


def test_an_error_in_a_json_log_is_a_complaint(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    log = WatchedLog(path)
    path.write_text('{"event": "a greenlet died", "level": "error"}\n')
    assert log.complaint() is not None


def test_the_log_is_read_after_the_server_has_settled(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    log = WatchedLog(path, settle=lambda: path.write_text("[error    ] late\n"))  # type: ignore[arg-type]
    assert log.complaint() is not None
