"""The nightly sample: runs some of the last day's matches again, in a process beside the worker."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from game import telemetry
from game.records.verify import Check, Totals

log = logging.getLogger("rumpus.records")

SAMPLE = 200
"""Matches of one night: a few minutes of one core, at the lowest priority."""
DAY_MS = 86_400_000
MOST_S = 3600.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `rumpus verify --json` prints.

    Attributes:
        checks: every match that is not equal.
    """

    totals: Totals
    checks: list[Check]


def verify_sample(url: str, sample: int = SAMPLE, since_ms: int | None = None) -> Totals | None:
    """Verify a sample of the kept matches, count it in the metrics, and log what differs.

    It starts `rumpus verify` as a process of low priority and waits for it, so that no tick is delayed.

    Args:
        url: of the records.
        sample: the most matches.
        since_ms: those that ended then or later, in ms since 1970; None: in the last day.

    Returns:
        The figures; None if the process failed, which is logged.
    """
    since = (int(time.time() * 1000) - DAY_MS if since_ms is None else since_ms) // 1000
    package = str(Path(__file__).resolve().parents[2])
    search = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH", ""))))
    # The address of the database may hold a password, and arguments are seen by every user.
    environ = {**os.environ, "PYTHONPATH": search, "RUMPUS_RECORDS__URL": url}
    command = [sys.executable, "-P", "-m", "game.cli", "verify", "--since", f"@{since}"]
    command += ["--sample", str(sample), "--jobs", "1", "--nice", "19", "--json"]
    try:
        done = subprocess.run(command, env=environ, capture_output=True, timeout=MOST_S, check=False)
        report = msgspec.json.decode(done.stdout, type=Report)
    except msgspec.MsgspecError:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        log.error("the nightly sample of matches could not be verified: %s", reason)
        return None
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("the nightly sample of matches could not be verified: %s", error)
        return None
    totals = report.totals
    for verdict, count in (
        ("equal", totals.equal),
        ("different", totals.different),
        ("skipped", totals.skipped),
    ):
        telemetry.verified.labels(verdict).inc(count)
    for check in report.checks:
        if check.verdict == "different":
            log.error("a kept match is not what its rules make of it: %s", check)
        else:
            log.warning("a kept match could not be verified: %s", check)
    log.info("verified matches", extra={"matches": totals.matches, "different": totals.different})
    return totals
