"""`make test-all`: every group of tests one after the other, and one table of how each ended."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
GROUPS = (
    ("lint", ("make", "lint")),
    ("client", ("make", "web-test")),
    ("server's units", ("make", "test-server")),
    ("games and parity", ("make", "test-games")),
    ("workers", ("make", "test-cluster")),
    ("servers and browsers", ("make", "test-real")),
    ("faults", ("make", "chaos")),
    ("bad lines", ("make", "netcond")),
    ("other browsers", ("make", "browsers")),
    ("two hundred matches", ("make", "soak")),
)


def main() -> int:
    """Run all groups, even after a failure; the exit code is 1 if any failed."""
    environ = {**os.environ, "RUMPUS_TEST_ALL": "1"}
    rows = []
    for name, command in GROUPS:
        print(f"--- {name}: {' '.join(command)}", flush=True)
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
        rows.append((name, code, time.monotonic() - begun))
    print("\ngroup                   minutes  result")
    for name, code, seconds in rows:
        print(f"{name:<22} {seconds / 60:8.1f}  {'passed' if code == 0 else f'FAILED ({code})'}")
    return 1 if any(code for _, code, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
