"""An exception of a handler is logged in one line, and not repeated."""

import json
import logging

import pytest

from game import error_log


def raise_here(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.fixture(autouse=True)
def _nothing_logged_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_log, "logged_s", {})


def test_one_line_says_what_failed_and_where(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        error_log.report("handler of 'join'", raise_here(ValueError("two\nlines" + "x" * 1000)))
    (record,) = caplog.records
    line = record.getMessage()
    assert "handler of 'join'" in line
    assert "test_error_log.py" in line
    assert "\n" not in line
    assert len(line) < 500
    assert record.exc_info is None


def test_the_same_place_is_logged_once_and_others_still(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for number in range(100):
            error_log.report("handler", raise_here(ValueError(number)))
        error_log.report("handler", raise_here(KeyError("another kind")))
    assert len(caplog.records) == 2


def test_an_error_that_was_never_raised_can_be_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        error_log.report("handler", ValueError("bare"))
    assert len(caplog.records) == 1


def test_the_memory_of_places_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2000):
        error_log.report("handler", raise_here(type(f"Error{number}", (Exception,), {})()))
    assert len(error_log.logged_s) <= 256


def test_a_line_of_the_game_is_logged_rather_than_one_that_it_calls(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def calls_json() -> Exception:
        try:
            json.loads("{")
        except ValueError as caught:
            return caught
        raise AssertionError

    error = calls_json()
    assert error_log.place_in(error)[0] != __file__
    with caplog.at_level(logging.WARNING):
        error_log.report("room KX4P7M (star_run)", error, "journal: abc", __file__)
    (record,) = caplog.records
    line = record.getMessage()
    assert f"{__file__}:{error_log.place_in(error, __file__)[1]}" in line
    assert line.endswith("; journal: abc")


def test_an_error_of_the_system_is_followed_by_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        error_log.report("accepting a connection", raise_here(OSError(24, "Too many open files")))
    (record,) = caplog.records
    assert record.getMessage().endswith("raise the limit by `ulimit -n`, or LimitNOFILE of systemd")
