"""Text in pictures: a line may hold any script, and each character is drawn by the first font that has it.

The first font is the browser client's own, from its build; then come Pillow's built-in one, and the fonts
that are installed on this machine. A character that no font has is left out, so that no empty box is drawn.
"""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import ImageDraw, ImageFont

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
PREFERRED = ("NotoSans", "DejaVuSans", "NotoSansCJK", "Liberation", "Unifont")
"""Beginnings of file names; fonts of these families are tried first."""
MAX_FONTS = 300
"""Installed fonts that are tried for a character; a desktop may have thousands."""
MISSING = "\U0010fffe"
"""A character that no font has: its picture is the empty box."""
REGULAR, BOLD = 400, 700

Font = ImageFont.FreeTypeFont


class Run(NamedTuple):
    """A piece of a line that one font draws, and its width in pixels."""

    text: str
    font: Font
    width: float


class Family:
    """One font file in all sizes and weights; it knows which characters it has."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._sizes: dict[tuple[int, int], Font] = {}
        self._has: dict[str, bool] = {}
        self._missing: bytes | None = None

    def at(self, size: int, weight: int) -> Font:
        """The font in a size. Raises OSError if the file cannot be used."""
        font = self._sizes.get((size, weight))
        if font is None:
            font = self._load(size)
            try:
                font.set_variation_by_axes([weight])
            except OSError:
                pass  # it has one weight
            self._sizes[size, weight] = font
        return font

    def _load(self, size: int) -> Font:
        if self._path is not None:
            return ImageFont.truetype(str(self._path), size)
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise OSError("this Pillow is built without FreeType")
        return font

    def has(self, char: str) -> bool:
        """Whether the font has a picture of a character."""
        if char not in self._has:
            try:
                self._has[char] = self._draws(char)
            except (OSError, ValueError):
                self._has[char] = False
        return self._has[char]

    def _draws(self, char: str) -> bool:
        font = self.at(24, REGULAR)
        if self._missing is None:
            self._missing = bytes(font.getmask(MISSING))
        drawn = bytes(font.getmask(char))
        return any(drawn) and drawn != self._missing


class Fonts:
    """The fonts for the text of a picture.

    Args:
        own: the file of the client's font, or None.

    Attributes:
        families: those that were needed so far.
    """

    def __init__(self, own: Path | None) -> None:
        self.families = [Family(own)] if own is not None else []
        self.families.append(Family(None))
        self._installed: Iterator[Path] | None = None

    def runs(self, text: str, size: int, weight: int = REGULAR) -> list[Run]:
        """A line as runs of one font each, without the characters that no font has."""
        pieces: list[tuple[Family, str]] = []
        for char in _plain(text):
            family = self._family_of(char, pieces[-1][0] if pieces else None)
            if family is None:
                continue
            if pieces and pieces[-1][0] is family:
                pieces[-1] = (family, pieces[-1][1] + char)
            else:
                pieces.append((family, char))
        found = []
        for family, piece in pieces:
            font = family.at(size, weight)
            found.append(Run(piece, font, font.getlength(piece)))
        return found

    def can_show(self, text: str) -> bool:
        """Whether anything of a text can be seen."""
        return any(run.text.strip() for run in self.runs(text, 24))

    def width(self, text: str, size: int, weight: int = REGULAR) -> float:
        """The width of a line in pixels."""
        return sum(run.width for run in self.runs(text, size, weight))

    def fitted(self, text: str, size: int, width: float, weight: int = REGULAR) -> str:
        """A line, shortened with an ellipsis if it is wider than `width` pixels."""
        if self.width(text, size, weight) <= width:
            return text
        while text and self.width(text + "…", size, weight) > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def draw(
        self,
        draw: ImageDraw.ImageDraw,
        at: tuple[float, float],
        text: str,
        size: int,
        colour: str,
        weight: int = REGULAR,
        anchor: str = "l",
    ) -> float:
        """Draw a line.

        Args:
            draw: the picture.
            at: a point of its base line, in pixels.
            text: the line.
            size: of the font, in pixels.
            colour: as #RRGGBB.
            weight: REGULAR to BOLD, for fonts that have it.
            anchor: "l", "m" or "r": the point is at its left, its middle or its right.

        Returns:
            The width of the line.
        """
        runs = self.runs(text, size, weight)
        width = sum(run.width for run in runs)
        x = at[0] - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * width
        for run in runs:
            draw.text((x, at[1]), run.text, fill=colour, font=run.font, anchor="ls")
            x += run.width
        return width

    def _family_of(self, char: str, before: Family | None) -> Family | None:
        """The first font that has a character; marks and spaces belong to the character before them."""
        if before is not None and (char.isspace() or unicodedata.category(char)[0] == "M"):
            return before
        if char.isspace():
            return self.families[0]
        if unicodedata.category(char)[0] == "C":
            return None
        for family in self.families:
            if family.has(char):
                return family
        if self._installed is None:
            self._installed = _installed_fonts()
        for path in self._installed:
            family = Family(path)
            self.families.append(family)
            if family.has(char):
                return family
        return None


def _plain(text: str) -> str:
    """A text with the ornamental forms of letters replaced by the letters."""
    return unicodedata.normalize("NFKC", text)


def _installed_fonts() -> Iterator[Path]:
    found = [
        path
        for folder in FONT_FOLDERS
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.suffix.lower() in (".ttf", ".otf", ".ttc")
    ]
    return iter(sorted(found, key=_order)[:MAX_FONTS])


def _order(path: Path) -> tuple[int, bool, str]:
    """Sorts preferred families first, then upright fonts of common weight."""
    name = path.stem.replace("-", "").replace("_", "")
    family = next((k for k, start in enumerate(PREFERRED) if name.startswith(start)), len(PREFERRED))
    unusual = any(
        word in name
        for word in ("Bold", "Italic", "Oblique", "Mono", "Serif", "Condensed", "Light", "Narrow")
    )
    return family, unusual, str(path)
