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


def main() -> int:
    """Publish; 1 if there is no whole run."""
    sections = store.read(store.RESULTS) if store.RESULTS.exists() else {}
    whole = [sections[name] for name in ("contest", "gates") if name in sections]
    contest = max((one for one in whole if isinstance(one, dict)), key=lambda one: one["when"], default=None)
    if contest is None:
        print("There is no whole run to publish: make bench, or make bench-gates", file=sys.stderr)
        return 1
    published = {name: data for name, data in sections.items() if name not in UNPUBLISHED}
    if BANDWIDTH.exists():
        published["bandwidth"] = json.loads(BANDWIDTH.read_text())
    store.PUBLISHED.write_text(json.dumps(published, indent=1, ensure_ascii=False) + "\n")
    CHART.write_text(draw(contest))
    print(f"written: {store.PUBLISHED}, {CHART}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
