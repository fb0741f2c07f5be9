"""The depth of the tests: `make test` runs each case once, `make test-all` runs long series as well."""

import os

WHOLE = bool(os.environ.get("TESTS_ALL"))
"""Set by `make test-all`: whole collections, more seeds, longer matches, and the tests marked `full`."""


def depth(few: int, whole: int) -> int:
    """How often a test repeats something: `few` in `make test`, `whole` in `make test-all`."""
    return whole if WHOLE else few
