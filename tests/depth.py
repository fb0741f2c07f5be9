"""How deep the tests go: `make test` does each thing once, `make test-all` goes all the way."""

import os

WHOLE = bool(os.environ.get("RUMPUS_TEST_ALL"))
"""Set by `make test-all`: whole collections, more seeds, longer matches, and the tests marked `full`."""
