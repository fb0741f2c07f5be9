"""A game that passes, to be spoilt in one place a test."""

from pathlib import Path

from game.catalogue import game_of
from game.kit.judge import check
from game.kit.skeleton import new_game
from game.kit.verdict import Finding, Verdict


def sound(folder: Path) -> Path:
    """The file of a game that passes."""
    return new_game("star_run", folder)[0]


def spoil(path: Path, *changes: tuple[str, str]) -> Path:
    """Change a file's text; each change must be found."""
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)
    return path


def judged(folder: Path, *changes: tuple[str, str], only: str = "") -> Verdict:
    """The verdict on the game with these changes; `only`: the one look that is wanted."""
    path = spoil(sound(folder), *changes)
    return check(game_of(path), path, only)


def failing(folder: Path, about: str, *changes: tuple[str, str]) -> Finding:
    """The finding of this name, which must have failed."""
    verdict = judged(folder, *changes, only=about)
    found = [finding for finding in verdict.failed() if finding.about == about]
    assert found, verdict.table()
    assert not verdict.passed
    return found[0]
