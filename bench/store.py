"""The file of figures: one section for each part of the bench, replaced when the part runs again."""

import json
from pathlib import Path

from bench.machine import BENCH

RESULTS = BENCH / "results" / "figures.json"
PUBLISHED = BENCH / "figures.json"


def record(section: str, data: object, path: Path = RESULTS) -> None:
    """Write the figures of a part into the file."""
    path.parent.mkdir(exist_ok=True)
    known = read(path) if path.exists() else {}
    known[section] = data
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")


def read(path: Path) -> dict[str, object]:
    """Read the file of figures.

    Returns:
        its sections by name.

    Raises:
        ValueError: the file holds something else.
    """
    known = json.loads(path.read_text())
    if not isinstance(known, dict):
        raise ValueError(f"{path} holds no figures")
    return known
