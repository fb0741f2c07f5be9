"""How fast kept matches are verified: 10,000 of Loose Ends with 8 seats, start-up and hashing included.

`python -m bench.verify` plays a few hundred different matches of bots once, keeps them many times over in an
SQLite database, and runs what `rumpus verify --all` runs, as plain Python and compiled where that is built
(`make compile`). Beside it stands the floor: the same matches replayed in this process, without processes,
database, parsing or hashing.

Gates: 50,000 ticks a core and second as plain Python, 120,000 compiled, no difference.
"""

import argparse
import sys
import tempfile
import time
import zlib
from pathlib import Path

from bench import store
from bench.machine import describe
from game.games.trails import Trails
from game.kit.trials import Trial, bot_match
from game.records.database import Database
from game.records.rules_process import RulesFolder
from game.records.store import Records
from game.records.verify import Check, Totals, kept_matches, verify
from game.rooms.ended_match import EndedMatch
from game.rooms.journal import Head, Journal
from game.rooms.rules_document import rules_document
from game.rules.snapshot import state_hash

MATCHES = 10_000
DIFFERENT = 200
SEATS = 8
TICKS = 900
"""Of one match: a round of half a minute."""
PLAIN_GATE = 50_000
COMPILED_GATE = 120_000


def journal_of(trial: Trial) -> bytes:
    """The journal of a match, as a record keeps it."""
    teams = (0,) * trial.game.seats[1]
    journal = Journal(Head(trial.game.name, tuple(trial.chosen), tuple(trial.seats), teams, trial.seed))
    for tick, due in sorted(trial.entries.items()):
        journal.append(tick, due, [0] * len(due))
    return zlib.compress(journal.pack(), 9)


def ended(trial: Trial, number: int, rules: str, final_hash: int, journal: bytes) -> EndedMatch:
    """One kept match of a trial."""
    return EndedMatch(
        id=f"bench{number:05}",
        game="trails",
        title="Loose Ends",
        tick_hz=30,
        rules=rules,
        options={},
        preset="",
        started_ms=number,
        ended_ms=number,
        ticks=trial.ticks,
        outcome="decided" if trial.over else "left",
        visibility="link",
        room_kind="private",
        final_hash=final_hash,
        journal=journal,
        seats=[],
        rounds=[],
    )


def floor(trials: list[Trial]) -> float:
    """Ticks a second of CPU time when the matches are only stepped."""
    began, ticks = time.process_time(), 0
    for trial in trials:
        m, entries = trial.begin(), trial.entries
        while m.tick < trial.ticks:
            m.step(entries.get(m.tick, []))
        ticks += m.tick
    return ticks / (time.process_time() - began)


def complain(check: Check) -> None:
    """Print what is not equal."""
    if check.verdict != "equal":
        print(check)


def main() -> int:
    """Run the bench; 1 if a gate is missed."""
    parser = argparse.ArgumentParser(prog="bench.verify", description=__doc__)
    parser.add_argument("--matches", type=int, default=MATCHES)
    parser.add_argument("--different", type=int, default=DIFFERENT, help="matches that are played for it")
    parser.add_argument("--jobs", type=int, default=0)
    asked = parser.parse_args()
    document = rules_document(Trails())
    trials = [bot_match(Trails(), range(SEATS), seed, ticks=TICKS) for seed in range(asked.different)]
    known = [(state_hash(trial.until(trial.ticks)), journal_of(trial)) for trial in trials]
    with RulesFolder(document.body) as rules:
        compiled = rules.installed
    alone = floor(trials)
    print(f"replaying alone: {alone:,.0f} ticks/s{' (compiled)' if compiled else ''}")
    found: dict[str, object] = {"machine": describe(), "alone": round(alone), "compiled": compiled}
    missed = False
    with tempfile.TemporaryDirectory(prefix="rumpus-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'records.db'}")
        database.prepare()
        records = Records(database)
        for first in range(0, asked.matches, 500):
            numbers = range(first, min(first + 500, asked.matches))
            records.save(
                [ended(trials[n % len(trials)], n, document.hash, *known[n % len(trials)]) for n in numbers],
                [document],
            )
        for name, gate, use_compiled in (("plain", PLAIN_GATE, False), ("compiled", COMPILED_GATE, True)):
            if use_compiled and not compiled:
                print("compiled: not built here (make compile)")
                continue
            totals = verify(
                kept_matches(records), records.rules, complain, jobs=asked.jobs, compiled=use_compiled
            )
            found[name] = figures(totals)
            print(f"{name}: " + "\n  ".join(totals.lines()))
            missed |= totals.different + totals.skipped > 0 or totals.ticks / totals.cpu_seconds < gate
        database.close()
    if asked.matches == MATCHES:
        store.record("verify", found)
    if missed:
        print("a gate is missed", file=sys.stderr)
    return 1 if missed else 0


def figures(totals: Totals) -> dict[str, object]:
    """What is kept of a run."""
    return {
        "matches": totals.matches,
        "ticks": totals.ticks,
        "differences": totals.different,
        "seconds": round(totals.seconds, 1),
        "ticks_per_s": round(totals.ticks / totals.seconds),
        "ticks_per_core_s": round(totals.ticks / totals.cpu_seconds),
        "jobs": totals.jobs,
    }


if __name__ == "__main__":
    sys.exit(main())
