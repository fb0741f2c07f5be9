"""Workers that share their rooms, for tests that need some."""

import pytest

from tests.unit.cluster.fleet import Fleet


@pytest.fixture
def fleet() -> Fleet:
    """A fleet without workers yet, in a world with a clock of its own."""
    return Fleet()
