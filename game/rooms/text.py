"""What people type, made safe to show: names and chat lines."""

import unicodedata

NAME_CHARS = 16

# Marks that combine without end make a line climb over its neighbours.
_MOST_MARKS = 2


def clean(text: str, most: int) -> str:
    """`text` after NFKC, without control, format and bidi characters, spaces folded, cut to `most`.

    Zero-width joiners between emoji go too: what remains is what everybody sees alike.
    """
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFKC", text[: most * 4]):
        category = unicodedata.category(char)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            if kept and kept[-1] != " ":
                kept.append(" ")
            continue
        if category in ("Cf", "Cs", "Co", "Cn"):
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept).strip()[:most].strip()


def clean_name(text: str) -> str:
    """A player's name of at most 16 characters; empty when nothing printable is left."""
    return clean(text, NAME_CHARS)
