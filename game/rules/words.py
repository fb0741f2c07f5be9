"""Words that people type: compared without capitals and accents, and how far a guess is from the word.

Use these instead of `lower()`, which knows no letters but A to Z under MicroPython.
"""

_ACCENTED = "àáâãäåāăąçćĉċčďđèéêëēĕėęěĝğġģĥìíîïĩīĭįıĵķĺļľłñńņňòóôõöøōŏőŕŗřśŝşšťţùúûüũūŭůűųŵýÿŷźżž"
_PLAIN = "aaaaaaaaacccccddeeeeeeeeegggghiiiiiiiiijkllllnnnnooooooooorrrssssttuuuuuuuuuuwyyyzzz"
_PAIRS = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("ё", "е"))


def folded(text: str) -> str:
    """A text in small letters without accents, and with single spaces: for comparing what people type.

    Args:
        text: what somebody typed.

    Returns:
        The text, which may be longer: "Ä" becomes "a", "ß" becomes "ss". It knows the letters of Latin, Greek
        and Cyrillic alphabets; others stay as they are.
    """
    out = ""
    for letter in text:
        small = chr(_small(ord(letter)))
        at = _ACCENTED.find(small)
        if at >= 0:
            small = _PLAIN[at]
        for one, plain in _PAIRS:
            if small == one:
                small = plain
        out += small
    return " ".join(out.split())


def _small(code: int) -> int:
    """The code of a small letter, by the blocks of Unicode."""
    if 65 <= code <= 90 or (0xC0 <= code <= 0xDE and code != 0xD7):
        return code + 32
    if 0x391 <= code <= 0x3A9 or 0x410 <= code <= 0x42F:
        return code + 32
    if 0x400 <= code <= 0x40F:
        return code + 80
    if code == 0x178:
        return 0xFF
    if 0x139 <= code <= 0x148 or 0x179 <= code <= 0x17E:
        return code + (code & 1)
    if 0x100 <= code <= 0x177 and code not in (0x131, 0x138):
        return code | 1
    return code


def mistakes(typed: str, word: str, most: int = 3) -> int:
    """How many letters are wrong, missing, too many, or swapped with their neighbour.

    Args:
        typed: what somebody typed, at most 200 letters.
        word: what is right.
        most: counting ends there.

    Returns:
        0 (equal) to `most` (that many or more).
    """
    if abs(len(typed) - len(word)) >= most:
        return most
    before: "list[int]" = []
    row = list(range(len(word) + 1))
    for k in range(len(typed)):
        older = before
        before = row
        row = [k + 1]
        for j in range(len(word)):
            same = typed[k] == word[j]
            count = min(before[j] + (0 if same else 1), before[j + 1] + 1, row[j] + 1)
            if k and j and typed[k] == word[j - 1] and typed[k - 1] == word[j]:
                count = min(count, older[j - 1] + 1)
            row.append(count)
    return min(row[-1], most)
