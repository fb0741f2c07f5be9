"""Publish the last whole runs: `python -m bench.publish`, or `make bench-publish`.

Writes bench/figures.json, which is committed, from bench/results/, which is not, and draws the chart.
Quick and partial runs are left out. The chart shows the newer of the whole run and the run of the gates.
"""

import json
import sys

from bench import store
from bench.chart import CHART, draw
from bench.machine import BENCH

BANDWIDTH = BENCH / "results" / "bandwidth.json"
UNPUBLISHED = ("quick", "partial")


def _without_functions(profile: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in profile.items() if key != "self"}


def main() -> int:
    """Publish; 1 if there is no whole run."""
    sections = store.read(store.RESULTS) if store.RESULTS.exists() else {}
    whole = [sections[name] for name in ("contest", "gates") if name in sections]
    contest = max((one for one in whole if isinstance(one, dict)), key=lambda one: one["when"], default=None)
    if contest is None:
        print("There is no whole run to publish: make bench, or make bench-gates", file=sys.stderr)
        return 1
    published = {name: data for name, data in sections.items() if name not in UNPUBLISHED}
    profiled = published.get("rooms_profiled")
    if isinstance(profiled, dict) and isinstance(profiled.get("profile"), dict):
        # Shares by function are of use on the day they are taken; a published file would soon name functions
        # that have moved. Shares by part, which have titles, stay.
        published["rooms_profiled"] = profiled | {"profile": _without_functions(profiled["profile"])}
    if BANDWIDTH.exists():
        published["bandwidth"] = json.loads(BANDWIDTH.read_text())
    store.PUBLISHED.write_text(json.dumps(published, indent=1, ensure_ascii=False) + "\n")
    CHART.write_text(draw(contest))
    print(f"written: {store.PUBLISHED}, {CHART}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
