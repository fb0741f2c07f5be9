"""Manners: coarse words masked in what people show each other, if the host wants that.

What counts as coarse stands in `rude.toml`; here is how it is found. It judges whole words, so that people
from Scunthorpe may say so, and sees through the usual disguises: `FuUuck`, `sh1t`, `f*ck`, `s-h i.t`, `fück`.
It is no censor: who wants to be rude will find a way, and then the host can mute.
"""

import re
import tomllib
import unicodedata
from itertools import groupby
from pathlib import Path

MASK = "*"
LOOKS_LIKE = {
    "a": "a4@",
    "b": "b8",
    "e": "e3€",
    "g": "g9",
    "i": "i1!|",
    "l": "l1|",
    "o": "o0",
    "s": "s5$",
    "t": "t7+",
}
"""What is typed for a letter."""
TWINS = dict(zip("авеѕіјкмнорстухαβεικνορτυχ", "abesijkmhopctyxabeiknoptyx", strict=True))
"""Letters of other alphabets that look like ours."""
STAND_INS = "*#%"
"""What is typed instead of letters inside a word."""
JOINED, APART = "[-_'~^]?", "[^\\w]{1,3}|_{1,3}"
"""What may stand inside a word; and, if it does so after every letter, between them."""
LETTER = r"[^\W\d_]"


def _letter(char: str, inner: bool) -> str:
    """A pattern for one letter of a word; an `inner` one may be hidden by a star."""
    return "[" + re.escape(LOOKS_LIKE.get(char, char) + (STAND_INS if inner else "")) + "]"


def _pattern(entry: str) -> str:
    """The pattern of one entry of the list, for plain text in small letters."""
    word = entry.strip("*")
    units: list[str] = []
    for char, run in groupby(word):
        units += [_letter(char, True)] * len(list(run))
    units[0], units[-1] = _letter(word[0], False), _letter(word[-1], False)
    together = JOINED.join(f"{unit}+" for unit in units)
    apart = f"(?:{APART})".join(f"{unit}+" for unit in units)
    before = f"{LETTER}*" if entry.startswith("*") else ""
    after = f"{LETTER}*" if entry.endswith("*") else ""
    return f"{before}(?:{together}|{apart}){after}"


def read_list(path: Path) -> re.Pattern[str]:
    """One pattern for all words of a list in TOML, whatever their language."""
    lists: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = sorted({entry for words in lists.values() for entry in words}, key=lambda one: (-len(one), one))
    return re.compile(f"(?<!{LETTER})(?:{'|'.join(map(_pattern, entries))})(?!{LETTER})")


RUDE = read_list(Path(__file__).with_name("rude.toml"))


def plain(text: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, and of each character where in the text it comes from."""
    found: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFD", char.casefold()):
            if not unicodedata.combining(part):
                found.append(TWINS.get(part, part))
                places.append(place)
    return "".join(found), places


def mask(text: str) -> str:
    """The text with a star for each character of a coarse word, spaces aside; as long as before."""
    small, places = plain(text)
    shown = list(text)
    for match in RUDE.finditer(small):
        if not any(map(str.isalpha, match[0])):
            continue  # 7175 is a number, +%@%5 is noise
        for place in range(places[match.start()], places[match.end() - 1] + 1):
            if shown[place] != " ":
                shown[place] = MASK
    return "".join(shown)
