"""`make test` and `make test-all`: runs the groups of tests, and prints one table of how each ended.

    python -m tests.everything [--all]

Groups that compute run at the same time, as many as there are cores, with low priority, and beside them one
that mostly waits for workers and Redis. Then browsers and their servers get the machine for themselves:
beside groups that compute, pages came so late that tests failed. At last come the groups that measure time.
`--all` adds the long series, and runs every group alone.

A group's output is printed when the group has ended, and is in build/tests/. A group that failed stops no
other; the exit code is 1 if any failed.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "build" / "tests"

# The longest first, so that none of them runs alone at the end.
COMPUTE = ("test-server", "test-series", "test-games", "lint-server", "web-test", "lint-web")
WAIT = ("test-cluster",)
ALONE = ("test-real", "test-alone")
LONG = ("test-compiled", "chaos", "netcond", "browsers", "soak-rules", "soak")


@dataclass(frozen=True)
class Ended:
    """How a target of the Makefile ended."""

    target: str
    code: int
    took_s: float

    @property
    def output(self) -> Path:
        """The file of what it printed."""
        return OUTPUT / f"{self.target}.log"


def run(target: str, niceness: int, environ: dict[str, str]) -> Ended:
    """Run one target to its end, with everything that it prints in a file."""
    begun = time.monotonic()
    with (OUTPUT / f"{target}.log").open("wb") as out:
        command = ["nice", "-n", str(niceness), "make", target]
        done = subprocess.run(
            command, cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT, check=False
        )
    return Ended(target, done.returncode, time.monotonic() - begun)


def show(one: Ended) -> Ended:
    """Print what a target printed."""
    print(f"--- make {one.target}", one.output.read_text(errors="replace").rstrip(), sep="\n", flush=True)
    return one


def run_together(environ: dict[str, str]) -> list[Ended]:
    """Run all groups of `make test`."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as computing, ThreadPoolExecutor(1) as waiting:
        jobs = [computing.submit(run, target, 10, environ) for target in COMPUTE]
        jobs += [waiting.submit(run, target, 0, environ) for target in WAIT]
        ended = [show(job.result()) for job in as_completed(jobs)]
    return ended + [show(run(target, 0, environ)) for target in ALONE]


def main(arguments: Sequence[str]) -> int:
    """Run the groups and print the table; the exit code is 1 if any failed."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    environ = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS")}
    begun = time.monotonic()
    if "--all" in arguments:
        environ["TESTS_ALL"] = "1"
        ended = [show(run(target, 0, environ)) for target in (*COMPUTE, *WAIT, *ALONE, *LONG)]
    else:
        ended = run_together(environ)
    print(f"\n{'group':<14} minutes  result")
    for one in ended:
        result = "passed" if one.code == 0 else f"FAILED ({one.code}), see {one.output.relative_to(ROOT)}"
        print(f"{one.target:<14} {one.took_s / 60:7.1f}  {result}")
    print(f"{'all':<14} {(time.monotonic() - begun) / 60:7.1f}")
    return 1 if any(one.code for one in ended) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
