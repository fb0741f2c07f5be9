"""What is wrong with the texts of a page: cut, one over the other, or not from a dictionary."""

import json
import re
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "web" / "src" / "i18n"
MADE_UP = "en-XB"
SIZES = ((1440, 900), (390, 844), (844, 390))
STILL = "*, ::before, ::after { animation: none !important; transition: none !important; }"
STYLE = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
}"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

FAULTS = (Path(__file__).parent / "text_faults.js").read_text(encoding="utf-8")


@cache
def _texts(tag: str) -> dict[str, str]:
    """The texts of a language by key; of plurals the form for most numbers."""
    files = ["en.first", "en"] if tag == "en" else [tag]
    source = "\n".join((FOLDER / f"{name}.ts").read_text(encoding="utf-8") for name in files)
    text = r'"((?:[^"\\]|\\.)*)"'
    pattern = rf"^ +{text}:\s*(?:{text}|\{{[^}}]*?\bother: {text}(?:[^{{}}]|\{{\w+\}})*\}})"
    found: dict[str, str] = {}
    for key, plain, other in re.findall(pattern, source, re.MULTILINE):
        found[json.loads(f'"{key}"')] = json.loads(f'"{plain or other}"')
    return found


def label(tag: str, key: str) -> re.Pattern[str]:
    """How a text begins, up to its first blank, in a language."""
    start = _texts("en" if tag == MADE_UP else tag)[key].partition("{")[0]
    return re.compile("^" + re.escape(("[" if tag == MADE_UP else "") + start))


def faults(page: Page, screen: str, tag: str, names: tuple[str, ...]) -> list[str]:
    """What is wrong with the texts of a page at each size, a line each."""
    found: dict[str, list[str]] = {}
    given = {"madeUp": tag == MADE_UP, "names": sorted(names, key=len, reverse=True)}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(SETTLED)
        for fault in page.evaluate(FAULTS, given):
            found.setdefault(fault, []).append(f"{width}×{height}")
    return [f"{tag} {screen} {', '.join(sizes)}: {fault}" for fault, sizes in found.items()]
