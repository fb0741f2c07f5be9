"""Coverage by package against its floor: `python -m tests.floors server client [--raise]`.

Run it after tests that measured the coverage. The floors are in tests/floors.json, in percent of lines and
branches. A package below its floor fails the run. `--raise` writes higher floors where coverage has risen; no
command lowers a floor.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "tests/floors.json"
PYTHON = ROOT / "build/coverage/python.json"
CLIENT = ROOT / "build/coverage/web/coverage-summary.json"
SLACK = 2.0
"""Percent below its floor that a package may be: random tests cover different lines in each run."""


def python_share() -> dict[str, float]:
    """Percent covered of each package of the server."""
    covered: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for name, file in json.loads(PYTHON.read_text())["files"].items():
        parts = Path(name).parts
        package = "/".join(parts[:2]) if len(parts) > 2 else parts[0]
        summary = file["summary"]
        covered[package] += summary["covered_lines"] + summary.get("covered_branches", 0)
        there[package] += summary["num_statements"] + summary.get("num_branches", 0)
    return {package: 100 * covered[package] / there[package] for package in there if there[package]}


def client_share() -> dict[str, float]:
    """Percent covered of each folder of the client."""
    covered: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for name, file in json.loads(CLIENT.read_text()).items():
        if name == "total":
            continue
        parts = Path(name).relative_to(ROOT).parts
        package = "/".join(parts[:3]) if len(parts) > 3 else "/".join(parts[:2])
        for kind in ("lines", "branches"):
            covered[package] += file[kind]["covered"]
            there[package] += file[kind]["total"]
    return {package: 100 * covered[package] / there[package] for package in there if there[package]}


def main(arguments: list[str]) -> int:
    """Print the table; the exit code is 1 when a package is below its floor."""
    shares: dict[str, float] = {}
    if "server" in arguments:
        shares |= python_share()
    if "client" in arguments:
        shares |= client_share()
    floors: dict[str, int] = json.loads(FLOORS.read_text()) if FLOORS.exists() else {}
    low = []
    print("coverage by tests without servers and browsers, percent of lines and branches (floor):")
    for package, share in sorted(shares.items()):
        floor = floors.get(package, 0)
        print(f"  {package:<16} {share:5.1f} ({floor})")
        if share < floor - SLACK:
            low.append(package)
        floors[package] = max(floor, int(share))
    if "--raise" in arguments:
        FLOORS.write_text(json.dumps(dict(sorted(floors.items())), indent=2) + "\n")
    if low:
        print(f"below the floor: {', '.join(low)}; add tests for the new lines")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
