"""Chaos: `make test` runs a short form, `make chaos` all of it; the figures are printed at the end."""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import pytest

from tests.chaos.night import Cluster, until
from tests.chaos.pulse import Pulse

ALL = bool(os.environ.get("TESTS_CHAOS"))


@dataclass(slots=True)
class Row:
    """One row of the table: the fault, the promise, the measurement, and the result of the test."""

    test: str
    fault: str
    promise: str
    measured: str = "nothing: the test ended before"
    verdict: str = "not finished"
    failure: str = ""


ROWS: list[Row] = []

NewRow = Callable[[str, str], Row]


@pytest.fixture
def row(request: pytest.FixtureRequest) -> NewRow:
    """Open a row of the table; the measurement is set later, and the row is always printed."""

    def begin(fault: str, promise: str) -> Row:
        one = Row(request.node.nodeid, fault, promise)
        ROWS.append(one)
        return one

    return begin


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write into the rows of a test how it ended."""
    report = yield
    if call.when == "call":
        rows = [one for one in ROWS if one.test == item.nodeid and one.verdict == "not finished"]
        for one in rows:
            one.verdict = "kept"
        if report.failed and rows:
            rows[-1].verdict = "BROKEN"
            rows[-1].failure = str(call.excinfo.value).splitlines()[0] if call.excinfo is not None else ""
    return report


@pytest.fixture(scope="session")
def pulse() -> Iterator[Pulse]:
    """The stalls of the machine, measured by a process that only keeps time."""
    with Pulse() as one:
        yield one


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Redis, three workers and nginx, for the tests of one file."""
    one = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture
def whole(cluster: Cluster) -> Cluster:
    """The cluster with all its workers ready."""
    until(cluster.ready, "all workers", 120)
    return cluster


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, for rows that failed as well."""
    if not ROWS:
        return
    terminalreporter.section("faults")
    width = max(len(one.fault) for one in ROWS)
    for one in ROWS:
        terminalreporter.write_line(f"{one.fault:<{width}}  {one.measured}")
        terminalreporter.write_line(f"{'':<{width}}  {one.verdict}: {one.promise}")
        if one.failure:
            terminalreporter.write_line(f"{'':<{width}}  {one.failure}")
