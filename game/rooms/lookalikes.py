"""Names that look alike: the skeleton of UTS 39, which is equal for texts that nobody can tell apart.

The pairs of confusable characters come from the library `confusable-homoglyphs`, which has Unicode's own
table in both directions. Each group of them is a star: one prototype, and all others point to it.
"""

import unicodedata
from functools import lru_cache

import regex
from confusable_homoglyphs.utils import load

from game.rooms.names import BLANKS

_UNSEEN = regex.compile(rf"[\p{{Default_Ignorable_Code_Point}}\p{{Cf}}{BLANKS}]+")
_LEFT_TO_RIGHT = "\u200e"  # the table has these marks around letters that are written from right to left


def _prototypes() -> dict[str, str]:
    """What each character is taken for, by the character. Prototypes themselves are left out."""
    table: dict[str, list[dict[str, str]]] = load("confusables.json")
    found: dict[str, str] = {}
    for entry, others in table.items():
        char = entry.strip(_LEFT_TO_RIGHT)
        if len(char) != 1 or len(others) != 1:
            continue  # a prototype
        other = others[0]["c"]
        prototype = other.strip(_LEFT_TO_RIGHT)
        # In a group of two characters either may be the prototype, as long as it is always the same one.
        if len(prototype) == 1 and len(table[other]) == 1 and char < prototype:
            continue
        found[char] = prototype
    return found


_PROTOTYPES = _prototypes()


def _mapped(text: str) -> str:
    return unicodedata.normalize("NFD", "".join(_PROTOTYPES.get(char, char) for char in text))


@lru_cache(4096)
def skeleton(text: str) -> str:
    """A text that is equal for all texts which look the same. It is for comparing only, never to be shown."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFD", text))
    # The second time for prototypes of several characters, which are those of the table's other direction.
    return _mapped(_mapped(seen))
