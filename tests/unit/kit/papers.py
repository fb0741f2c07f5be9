"""The games that stand in the documents, taken out of them as they are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks_of(document: str) -> list[str]:
    """The blocks of Python in a document of the repository, in order."""
    return BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))


GUIDE = "docs/write-a-game.md"


def whole_games() -> dict[str, str]:
    """The games of the second part of docs/write-a-game.md by their names, each in one block."""
    games = [block for block in blocks_of(GUIDE) if "(Game):" in block and "def bot" in block]
    return {re.findall(r'name, title, seats, tick_hz = "(\w+)"', block)[0]: block for block in games}


def tutorial() -> str:
    """The game of the first part of docs/write-a-game.md: its blocks, one after the other."""
    first = (ROOT / GUIDE).read_text(encoding="utf-8").split("\n# Part two", maxsplit=1)[0]
    return "\n".join(BLOCK.findall(first))


def readme() -> str:
    """The game of README.md."""
    games = [block for block in blocks_of("README.md") if "(Game):" in block]
    assert len(games) == 1
    return games[0]


def lines_of_code(source: str) -> int:
    """Lines that are not blank."""
    return sum(1 for line in source.splitlines() if line.strip())
