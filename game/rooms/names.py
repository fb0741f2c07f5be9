"""What people type, made safe to show: names and chat lines. What a name looks like is in `lookalikes.py`.

Characters are judged by their Unicode properties, from the tables of the `regex` library: those of the
interpreter are years old, and would refuse every emoji that is newer.
"""

import unicodedata

import regex

from game.protocol.fields import NAME_CHARS

# Marks that combine without end make a line climb over its neighbours.
_MOST_MARKS = 2

BLANKS = "\u2800\U0001d159\U00013441\U00013442\U00016fe4\ufffc"
"""Characters that render as nothing though their properties do not say so."""

_JOINERS = r"\u200c\u200d"
_SELECTORS = r"\ufe0e\ufe0f"
_TAGS = r"\U000e0030-\U000e0039\U000e0061-\U000e007a"
_TAGS_END = r"\U000e007f"
_CONTEXTUAL = rf"[{_JOINERS}{_SELECTORS}{_TAGS}{_TAGS_END}]"

_SPACE = regex.compile(rf"[\p{{Cc}}\p{{Z}}{BLANKS}]+")
# Unseen, private, unassigned; but code points that are reserved for pictographs may be tomorrow's emoji.
_UNSEEN = regex.compile(
    rf"[[\p{{C}}\p{{Default_Ignorable_Code_Point}}]--\p{{Extended_Pictographic}}--{_CONTEXTUAL}]", regex.V1
)
# Invisible characters that change what is seen around them, where they do. Anywhere else they go.
_BELONGS = regex.compile(
    "("
    # between the parts of an emoji
    r"(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*)\u200d(?=\p{Extended_Pictographic})"
    # after the virama of an Indic letter: they choose between a conjunct, a half form and a visible virama
    rf"|(?<=\p{{L}}\p{{M}}*\p{{ccc=9}})[{_JOINERS}]"
    # between letters that would be joined, as Persian plurals have it
    r"|(?<=[\p{jt=L}\p{jt=D}]\p{jt=T}*)\u200c(?=\p{jt=T}*[\p{jt=R}\p{jt=D}])"
    # after a letter that is to look joined though nothing follows, as in Arabic abbreviations
    rf"|(?<=[\p{{jt=L}}\p{{jt=D}}]\p{{jt=T}}*)\u200d(?!{_CONTEXTUAL}|\p{{jt=T}}*[\p{{jt=R}}\p{{jt=D}}])"
    # an emoji's choice between text and picture
    rf"|(?<=\p{{Emoji}})[{_SELECTORS}]"
    # the flags of countries within countries
    rf"|(?<=\U0001f3f4)[{_TAGS}]{{2,6}}{_TAGS_END}"
    rf")|{_CONTEXTUAL}"
)
_TOO_MANY_MARKS = regex.compile(rf"([\p{{Mn}}\p{{Me}}]{{{_MOST_MARKS}}})[\p{{Mn}}\p{{Me}}]+")
_LEADING_MARKS = regex.compile(r"^[\p{M}\s]+")
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
_GRAPHEME = regex.compile(r"\X")
_ANY_CONTEXTUAL = regex.compile(_CONTEXTUAL)


def clean(text: str, most: int) -> str:
    """A text for display: normalised (NFKC), without invisible characters, with single spaces.

    Joiners and variation selectors stay where they change what is seen, as scripts and emoji need them.

    Args:
        text: the text.
        most: code points to cut it to.

    Returns:
        The text, "" if nothing of it is visible.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text[: most * 4].split())[:most].strip()
    seen = text[: most * 4]
    for _ in range(4):
        before = seen
        seen = _cut(_filtered(seen), most)
        if seen == before:
            break
    else:  # each change made another one: it was made to do so
        seen = _cut(_filtered(_ANY_CONTEXTUAL.sub("", seen)), most)
    return seen if _VISIBLE.search(seen) else ""


def _filtered(text: str) -> str:
    seen: str = unicodedata.normalize("NFKC", text)
    seen = _UNSEEN.sub("", _SPACE.sub(" ", seen))
    seen = _BELONGS.sub(r"\1", seen)
    seen = _TOO_MANY_MARKS.sub(r"\1", seen)
    seen = _LEADING_MARKS.sub("", unicodedata.normalize("NFKC", seen))
    return seen.strip()


def _cut(text: str, most: int) -> str:
    """The first `most` code points, without half of what is seen as one."""
    if len(text) <= most:
        return text
    end = 0
    for grapheme in _GRAPHEME.finditer(text):
        if grapheme.end() > most:
            break
        end = grapheme.end()
    return text[: end or most].strip()


def clean_name(text: str) -> str:
    """A player's name of at most 16 characters; empty when nothing printable is left."""
    return clean(text, NAME_CHARS)
