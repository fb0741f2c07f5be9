"""Chaos: what is run in `make test` (short) and in `make chaos` (all of it, with a table of figures)."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.night import Cluster

ALL = bool(os.environ.get("RUMPUS_CHAOS"))
ROWS: list[tuple[str, str, str]] = []

Record = Callable[[str, str, str], None]


@pytest.fixture
def record() -> Record:
    """Keep a row for the table: fault, promise, what was measured."""

    def keep(fault: str, promise: str, measured: str) -> None:
        ROWS.append((fault, promise, measured))
        print(f"{fault}: {measured}  [{promise}]")

    return keep


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Redis, three workers and nginx, for the tests of one file; in the end no worker may have complained."""
    one = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        one.start()
        yield one
        complaints = one.complaints()
    finally:
        one.stop()
    assert complaints == []


@pytest.fixture
def whole(cluster: Cluster) -> Cluster:
    """The cluster with all its workers ready."""
    from tests.chaos.night import until

    until(cluster.ready, "all workers", 30)
    return cluster


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if not ROWS:
        return
    terminalreporter.section("faults")
    width = max(len(fault) for fault, _, _ in ROWS)
    for fault, promise, measured in ROWS:
        terminalreporter.write_line(f"{fault:<{width}}  {measured}")
        terminalreporter.write_line(f"{'':<{width}}  promised: {promise}")
