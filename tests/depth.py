"""How deep the tests go: `make test` does each thing once, `make test-all` goes all the way."""

import os

WHOLE = bool(os.environ.get("RUMPUS_TEST_ALL"))
"""Set by `make test-all`: whole collections, more seeds, longer matches, and the tests marked `full`."""


def depth(few: int, whole: int) -> int:
    """How often a test repeats something: `few` in `make test`, `whole` in `make test-all`."""
    return whole if WHOLE else few
