"""The files that a game brings besides its rules: images and sounds of its own, and a renderer.

A package has them in its folder `assets/`, and its renderer in `renderer.js`; a game of one file, `ship.py`,
in `ship_assets/` and `ship.renderer.js` beside it. They are checked when the game is loaded, and served under
names that hold a hash of their content.
"""

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from game.rooms.sources import game_module
from game.rules import Game

MOST_FILES = 64
MOST_BYTES = 512 << 10
"""Of one file."""
MOST_BYTES_OF_ALL = 4 << 20
MOST_SIDE = 2048
"""Of an image, in pixels."""
RENDERER = "renderer"
"""The name of a renderer among a game's files."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_ACTIVE = ("script", "foreignObject", "animate", "set", "handler", "iframe", "audio", "video")


class BadFile(ValueError):
    """A file that cannot be served; the text names it and says why."""


class GameFile(NamedTuple):
    """One file of a game: its path on the server, which begins with a slash, and its content."""

    path: str
    body: bytes


def game_files(game: Game) -> dict[str, GameFile]:
    """Read and check the files of a game.

    Args:
        game: a loaded game.

    Returns:
        The files by name: "ship" for `ship.png`; the renderer is called "renderer".

    Raises:
        BadFile: a file is too large, is not what its name says, or holds what an image must not hold.
    """
    folder, renderer = _places(game)
    found: dict[str, GameFile] = {}
    total = 0
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        check = CHECKS.get(path.suffix)
        if check is None or not path.is_file():
            raise BadFile(f"{path}: a game's files are {', '.join(CHECKS)}")
        if not _NAME.fullmatch(path.stem) or path.stem == RENDERER or path.stem in found:
            raise BadFile(f"{path}: name files by small letters, digits and underscores, each name once")
        body = _read(path)
        total += len(body)
        reason = check(body)
        if reason:
            raise BadFile(f"{path}: {reason}")
        found[path.stem] = _named(game, path, body)
    if len(found) > MOST_FILES or total > MOST_BYTES_OF_ALL:
        raise BadFile(f"{folder}: at most {MOST_FILES} files and {MOST_BYTES_OF_ALL >> 20} MB together")
    if renderer.is_file():
        found[RENDERER] = _named(game, renderer, _read(renderer))
    return found


def _places(game: Game) -> tuple[Path, Path]:
    module = game_module(type(game))
    source = Path(module.__file__ or "")
    if hasattr(module, "__path__"):
        return source.parent / "assets", source.parent / "renderer.js"
    stem = source.name.partition(".")[0]
    return source.with_name(f"{stem}_assets"), source.with_name(f"{stem}.renderer.js")


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise BadFile(f"{path}: {size >> 10} kB; a file has at most {MOST_BYTES >> 10} kB")
    return path.read_bytes()


def _named(game: Game, path: Path, body: bytes) -> GameFile:
    digest = hashlib.sha256(body).hexdigest()[:12]
    return GameFile(f"/rules/{game.name}-{path.name.split('.')[0]}-{digest}{path.suffix}", body)


def _check_png(body: bytes) -> str:
    if body[:8] != b"\x89PNG\r\n\x1a\n" or body[12:16] != b"IHDR" or len(body) < 33:
        return "this is no PNG"
    return _check_sides(int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big"))


def _check_webp(body: bytes) -> str:
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP" or len(body) < 30:
        return "this is no WebP"
    kind = body[12:16]
    if kind == b"VP8X":
        return _check_sides(
            1 + int.from_bytes(body[24:27], "little"), 1 + int.from_bytes(body[27:30], "little")
        )
    if kind == b"VP8L":
        bits = int.from_bytes(body[21:25], "little")
        return _check_sides(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        return _check_sides(
            int.from_bytes(body[26:28], "little") & 0x3FFF, int.from_bytes(body[28:30], "little") & 0x3FFF
        )
    return "this is no WebP"


def _check_sides(width: int, height: int) -> str:
    if 0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE:
        return ""
    return f"{width} × {height} pixels; an image has at most {MOST_SIDE} × {MOST_SIDE}"


def _check_svg(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return "an SVG is UTF-8"
    # Entities can make a small file a huge one: none are allowed, and nothing is parsed before that is sure.
    if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL) or "<?xml-stylesheet" in text:
        return "an SVG here has no DOCTYPE, no entities and no style sheets from elsewhere"
    try:
        root = ET.fromstring(text)  # noqa: S314 (without a DOCTYPE there are no entities)
    except ET.ParseError as error:
        return f"this is no SVG: {error}"
    if root.tag != f"{_SVG}svg":
        return 'an SVG begins with <svg xmlns="http://www.w3.org/2000/svg">'
    for element in root.iter():
        reason = _check_element(element)
        if reason:
            return reason
    return ""


def _check_element(element: "ET.Element") -> str:
    name = str(element.tag).removeprefix(_SVG)
    if name in _ACTIVE or name.startswith("animate"):
        return f"<{name}> is not allowed in an image"
    if name == "style" and re.search(r"url\(|@import", element.text or ""):
        return "a style may not load anything"
    for key, value in element.attrib.items():
        if key.lower().startswith("on"):
            return f"the attribute {key} is not allowed in an image"
        if key in _HREFS and not value.startswith("#"):
            return "an image may only refer to parts of itself"
        if re.search(r"url\(\s*[^#\s]", value) or "javascript:" in value.lower():
            return "an image may not load anything"
    return ""


def _check_wav(body: bytes) -> str:
    return "" if body[:4] == b"RIFF" and body[8:12] == b"WAVE" else "this is no WAV"


def _check_ogg(body: bytes) -> str:
    return "" if body[:4] == b"OggS" else "this is no Ogg"


CHECKS: dict[str, Callable[[bytes], str]] = {
    ".png": _check_png,
    ".webp": _check_webp,
    ".svg": _check_svg,
    ".wav": _check_wav,
    ".ogg": _check_ogg,
}
"""What checks a file, by its suffix: it returns why the file is refused, or ""."""
