"""The links, modules and functions that the guides name exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = (
    "docs/glossary.md",
    "docs/how-it-works.md",
    "docs/operate.md",
    "docs/api.md",
    "docs/write-a-game.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
)
NAMED = re.compile(r"\[`([\w.]+)`\]\(([^)#]+)\)")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)\)")
PLAIN_PATH = re.compile(r"`((?:game|web|tests|bench|docs|deploy)/[\w./-]+)`")


def names_in(path: Path) -> set[str]:
    """The classes, functions, methods (`Class.method`) and variables of a Python module."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
            found |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def built(path: str) -> bool:
    """Whether a path is made by the build, so that a fresh checkout lacks it."""
    return path.startswith("web/dist/")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_and_path_of_a_guide_exists(guide: str) -> None:
    page = ROOT / guide
    text = page.read_text()
    missing = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    paths = [path for path in PLAIN_PATH.findall(text) if "NAME" not in path and not built(path)]
    missing += [path for path in paths if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_name_of_a_guide_is_in_the_linked_module(guide: str) -> None:
    page = ROOT / guide
    missing = []
    for name, link in NAMED.findall(page.read_text()):
        path = page.parent / link
        if name == path.name:
            continue
        if path.suffix == ".py":
            known = name in names_in(path)
        else:
            known = all(re.search(rf"\b{part}\b", path.read_text()) for part in name.split("."))
        if not known:
            missing.append(f"{name} in {link}")
    assert missing == []


def test_the_glossary_has_each_term_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| \[", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE)
    assert len(rows) >= 40
    assert len(rows) == len(set(rows))
