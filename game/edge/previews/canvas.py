"""A canvas that is drawn twice as large and made smaller at the end, so that all edges are smooth."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from game.edge.previews.text import BOLD, REGULAR, Fonts
from game.protocol import palette

ZOOM = 2
"""Pixels of the canvas for each pixel of the picture."""
GLOW_SHRINK = 4
"""Glow has no edges, so it is drawn this many times smaller."""

Points = Sequence[tuple[float, float]]


class Place(NamedTuple):
    """A rectangle of the picture, in its pixels."""

    x: float
    y: float
    width: float
    height: float


class Canvas:
    """A picture that is being drawn; all lengths are in pixels of the picture.

    Args:
        width, height: of the picture.
        fonts: for its text.

    Attributes:
        image: what is drawn, ZOOM times as large.
    """

    def __init__(self, width: int, height: int, fonts: Fonts) -> None:
        self.width, self.height = width, height
        self.fonts = fonts
        self.image = Image.new("RGB", (width * ZOOM, height * ZOOM), palette.GROUND)
        self._draw = ImageDraw.Draw(self.image)
        small = (max(1, width * ZOOM // GLOW_SHRINK), max(1, height * ZOOM // GLOW_SHRINK))
        self._glow = Image.new("RGB", small, "#000000")
        self._glow_draw = ImageDraw.Draw(self._glow)

    def grid(self, place: Place, step: float, colour: str = palette.GRID) -> None:
        """The lines of the ground, `step` pixels apart."""
        x = place.x + step
        while x < place.x + place.width - 1:
            self.line([(x, place.y), (x, place.y + place.height)], 1, colour, round_ends=False)
            x += step
        y = place.y + step
        while y < place.y + place.height - 1:
            self.line([(place.x, y), (place.x + place.width, y)], 1, colour, round_ends=False)
            y += step

    def box(
        self, place: Place, fill: str | None, edge: str | None = None, radius: float = 0, width: float = 1
    ) -> None:
        """A rectangle with round corners."""
        x, y = place.x * ZOOM, place.y * ZOOM
        corners = (x, y, x + place.width * ZOOM - 1, y + place.height * ZOOM - 1)
        self._draw.rounded_rectangle(
            corners, radius * ZOOM, fill=fill, outline=edge, width=max(1, round(width * ZOOM))
        )

    def disc(
        self, x: float, y: float, radius: float, fill: str | None, edge: str | None, width: float
    ) -> None:
        """A circle."""
        r = radius * ZOOM
        corners = (x * ZOOM - r, y * ZOOM - r, x * ZOOM + r, y * ZOOM + r)
        self._draw.ellipse(corners, fill=fill, outline=edge, width=max(1, round(width * ZOOM)))

    def line(self, points: Points, width: float, colour: str, *, round_ends: bool = True) -> None:
        """A line through points."""
        large = [(x * ZOOM, y * ZOOM) for x, y in points]
        self._draw.line(large, fill=colour, width=max(1, round(width * ZOOM)), joint="curve")
        if round_ends and width * ZOOM > 2:
            r = width * ZOOM / 2
            for x, y in (large[0], large[-1]):
                self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def glow(self, points: Points, width: float, colour: str, strength: float) -> None:
        """Light along a line, `strength` 0 to 1; `shine` adds it to the picture."""
        scale = ZOOM / GLOW_SHRINK
        small = [(x * scale, y * scale) for x, y in points]
        fill = _dimmed(colour, strength)
        self._glow_draw.line(small, fill=fill, width=max(1, round(width * scale)), joint="curve")

    def glow_spot(self, x: float, y: float, radius: float, colour: str, strength: float) -> None:
        """Light around a point; `shine` adds it to the picture."""
        scale = ZOOM / GLOW_SHRINK
        x, y, r = x * scale, y * scale, radius * scale
        self._glow_draw.ellipse((x - r, y - r, x + r, y + r), fill=_dimmed(colour, strength))

    def mark(self, shape: str, x: float, y: float, radius: float, colour: str) -> None:
        """A player's shape with a rim of the ground's colour."""
        outline = palette.OUTLINES.get(shape)
        rim = radius * 0.25
        if outline is None:
            self.disc(x, y, radius + rim, palette.GROUND, None, 0)
            self.disc(x, y, radius, colour, None, 0)
            if shape == "ring":
                self.disc(x, y, radius * (1 - palette.RING_BAND), palette.GROUND, None, 0)
            return
        points = [(x + dx * radius, y + dy * radius) for dx, dy in outline]
        self.line([*points, points[0], points[1]], rim * 2, palette.GROUND)
        self._draw.polygon([(px * ZOOM, py * ZOOM) for px, py in points], fill=colour)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        weight: int = REGULAR,
        anchor: str = "l",
    ) -> float:
        """A line of text on the base line y; returns its width."""
        at = (x * ZOOM, y * ZOOM)
        return self.fonts.draw(self._draw, at, text, round(size * ZOOM), colour, weight, anchor) / ZOOM

    def fitted(self, text: str, size: float, width: float, weight: int = REGULAR) -> str:
        """A text, shortened if it is wider than `width`."""
        return self.fonts.fitted(text, round(size * ZOOM), width * ZOOM, weight)

    def text_width(self, text: str, size: float, weight: int = BOLD) -> float:
        """The width of a text."""
        return self.fonts.width(text, round(size * ZOOM), weight) / ZOOM

    def paste(self, other: "Canvas", x: int, y: int) -> None:
        """Put another canvas onto this one."""
        self.image.paste(other.image, (x * ZOOM, y * ZOOM))

    def shine(self) -> None:
        """Add the light so far to the picture: what is drawn from now on lies over it."""
        light = self._glow.filter(ImageFilter.GaussianBlur(2.2 * ZOOM))
        light = light.resize(self.image.size, Image.Resampling.BILINEAR)
        self.image.paste(ImageChops.screen(self.image, light))
        self._glow_draw.rectangle((0, 0, *self._glow.size), fill="#000000")

    def finished(self) -> Image.Image:
        """The picture."""
        return self.image.resize((self.width, self.height), Image.Resampling.BOX)


def _dimmed(colour: str, strength: float) -> tuple[int, int, int]:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return round(red * strength), round(green * strength), round(blue * strength)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour between two: `share` of the second."""
    parts = []
    for k in (1, 3, 5):
        first, second = int(colour[k : k + 2], 16), int(other[k : k + 2], 16)
        parts.append(round(first + (second - first) * share))
    return "#" + "".join(f"{part:02X}" for part in parts)


def dashes(
    points: Points, pattern: Sequence[float], way: float
) -> tuple[list[list[tuple[float, float]]], float]:
    """Cut a line into dashes.

    Args:
        points: the line.
        pattern: lengths of dashes and gaps in turn.
        way: how far into the pattern the line begins.

    Returns:
        The dashes, and how far into the pattern the line ends.
    """
    whole = sum(pattern)
    found: list[list[tuple[float, float]]] = []
    way %= whole
    part, left = 0, way
    while left >= pattern[part]:
        left -= pattern[part]
        part = (part + 1) % len(pattern)
    left = pattern[part] - left
    if part % 2 == 0:
        found.append([points[0]])
    for (x, y), (to_x, to_y) in pairwise(points):
        length = math.hypot(to_x - x, to_y - y)
        done = 0.0
        while length - done > left:
            done += left
            at = (x + (to_x - x) * done / length, y + (to_y - y) * done / length)
            if part % 2 == 0:
                found[-1].append(at)
            else:
                found.append([at])
            part = (part + 1) % len(pattern)
            left = pattern[part]
        left -= length - done
        way += length
        if part % 2 == 0:
            found[-1].append((to_x, to_y))
    return [dash for dash in found if len(dash) > 1], way % whole
