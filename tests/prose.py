"""The prose check: `python -m tests.prose` prints each sentence that is not plain English, with its line.

It reads comments and docstrings, documents, and the English texts of the client. `BANNED` maps a word or a
construction to what to write instead; only what is wrong in every sentence belongs there. `BANNED_NAMES` are
words that no name in the server's code may contain.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BANNED = {
    r"\banew\b": "again",
    r"\b[Ww]hoever\b": "a client that, a player who",
    r"(?:^\W*|(?<=[.;] ))Who [^?.;]*[.;]": "a subject: a player who …",
    r"\btold by\b|\b(?:the|what is) told\b": "sent",
    r"(?<![Tt]here )\b(?:is|are|was) none\b": "does not exist, is not one",
    r"\bso many\b(?! that)": "a number, N, this many",
    r"\b(?:nobody|none|it|they|he|she) shall\b": "must not, will",
    r"\bby (?:itself|themselves|himself)\b": "alone, automatically",
    r"\bin the ways? of\b": "like, as",
    r"\bbe (?:it|they) [a-z]+ or\b": "whether",
    r"\b[Tt]here (?:is|are) but\b": "there is only",
    r"\bis to be found\b": "is",
    r"\bnobody's\b": "not valid, unknown",
    r"\b(?:[Dd]oorman|[Pp]remises|[Cc]ouriers?|[Ss]cribe|Visitors?|Outlet|Budgets)\b": "see glossary",
    r"\b(?:LiveMatch|(?:Lone|Shared)Front|SharedOutbox|Abroad|Fanout|Passport)\b": "see glossary",
    r"\b(?:House|Front|Desk|Roster|Lookout)\b": "see glossary",
}
BANNED_NAMES = ("anew", "tell", "tells", "told", "whoever")
"""Words that no name in `game` contains: the field says send, sent, receive, follower, again."""


def passages(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """The prose of a file: pairs of a line number and a text, which may have several lines."""
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield node.lineno, str(node.value.value)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("#: ")
    elif path.suffix == ".ts" or path.suffix == ".tsx":
        literals = r"|([\"'`])(.*?)(?<!\\)\3" if "i18n" in path.parts else ""
        for found in re.finditer(
            r"^\s*//([^\n]*)$|/\*\*?(.*?)\*/" + literals, text, re.MULTILINE | re.DOTALL
        ):
            yield text.count("\n", 0, found.start()) + 1, found[found.lastindex or 1]
    elif path.suffix == ".toml":
        yield from ((n, line[1:]) for n, line in enumerate(text.splitlines(), 1) if line.startswith("#"))
    else:
        prose = re.sub(r"```.*?```", lambda code: "\n" * code[0].count("\n"), text, flags=re.DOTALL)
        yield from enumerate(prose.splitlines(), 1)


def complaints(path: Path, text: str) -> list[str]:
    """One line for each banned expression: file, line, what was found and what to write instead."""
    found = []
    for line, passage in passages(path, text):
        prose = re.sub(r"`[^`\n]*`", "``", passage)
        for pattern, instead in BANNED.items():
            for match in re.finditer(pattern, prose, re.MULTILINE):
                at = line + prose.count("\n", 0, match.start())
                found.append(f"{path}:{at}: {match[0]!r}: write {instead}")
    return found


def unresolved(path: Path, text: str) -> list[str]:
    """One line for each marker of a conflict that a merge has left."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{path}:{n}: a conflict of a merge" for n, line in lines if line.startswith(("<" * 7, ">" * 7))]


def bad_names(path: Path, text: str) -> list[str]:
    """One line for each name of a Python file that contains a banned word."""
    if path.suffix != ".py":
        return []
    return [
        f"{path}:{token.start[0]}: {token.string!r}: a name by the field's word: send, receive, follower"
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.NAME and set(BANNED_NAMES) & set(token.string.lower().split("_"))
    ]


def main() -> int:
    """Check all files of the repository; the exit code is 1 if there is a complaint."""
    patterns = ("*.py", "*.md", "config.toml", "Makefile", "web/src/*.ts", "web/src/*.tsx")
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = []
    for name in listed.stdout.split():
        if name not in ("tests/prose.py", "tests/unit/test_prose.py"):
            text = (ROOT / name).read_text(encoding="utf-8")
            found += complaints(Path(name), text) + unresolved(Path(name), text)
            if name.startswith("game/"):
                found += bad_names(Path(name), text)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
