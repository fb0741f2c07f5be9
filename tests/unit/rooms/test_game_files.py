"""The files of a game's own: found, named by their content, and refused if they are not plainly safe."""

import io
import json
import struct
import wave
import zlib
from pathlib import Path

import pytest

from game.catalogue import BadGame, game_of
from game.edge.bundles import Bundles
from game.rooms.game_files import MOST_BYTES, MOST_FILES, MOST_SIDE, BadFile, game_files
from game.sync.schema import Schema

RULES = """
from game.rules import Count, Entity, Game


class Sea(Entity):
    waves = Count(9)


class Ship(Game):
    name = "ship"
    title = "Ship"
    buttons = ("go",)
    State = Sea

    def start(self, m):
        pass

    def step(self, m, inputs):
        pass
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def png(width: int = 4, height: int = 4) -> bytes:
    """An image of one colour; only its head is large if its sides are."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\xff\xcc\x00" * width for _ in range(height)) if width < 100 else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def wav() -> bytes:
    """A tenth of a second of a square tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"".join(struct.pack("<h", 9000 if k % 20 < 10 else -9000) for k in range(800)))
    return out.getvalue()


def package(folder: Path, **files: bytes) -> Path:
    """A package of the game with these files, `__` standing for the dot in their names."""
    root = folder / "ship"
    (root / "assets").mkdir(parents=True)
    (root / "__init__.py").write_text(RULES)
    for name, body in files.items():
        place = root if name.startswith("renderer") else root / "assets"
        (place / name.replace("__", ".")).write_bytes(body)
    return root


def test_a_package_has_files_and_they_are_served_by_their_content(tmp_path: Path) -> None:
    root = package(
        tmp_path,
        hull__png=png(),
        flag__svg=SVG.format('<circle r="3" fill="url(#a)"/><use href="#b"/>').encode(),
        horn__wav=wav(),
        renderer__js=b"export const version = 1;",
    )
    game = game_of(root)
    assert sorted(game.files) == ["flag", "horn", "hull", "renderer"]
    assert game.files["hull"].startswith("/rules/ship-hull-")
    assert Schema.of(game).describe().files == game.files
    bundles = Bundles({"ship": game})
    for name, path in game.files.items():
        asset = bundles.assets[path.removeprefix("/")]
        assert asset.body == game_files(game)[name].body
        assert "immutable" in asset.cache
    # The service worker keeps them for play without a network.
    index = json.loads(bundles.assets["rules/index.json"].body)
    assert set(index["files"]) == set(game.files.values())
    before = game.files["hull"]
    (root / "assets" / "hull.png").write_bytes(png(5))
    assert game_files(game)["hull"].path != before


def test_a_game_of_one_file_has_them_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ship.py").write_text(RULES)
    (tmp_path / "ship_assets").mkdir()
    (tmp_path / "ship_assets" / "hull.png").write_bytes(png())
    (tmp_path / "other_assets").mkdir()
    (tmp_path / "ship.renderer.js").write_text("export const version = 1;")
    assert sorted(game_of(tmp_path / "ship.py").files) == ["hull", "renderer"]


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("hull__png", b"GIF89a" + bytes(60), "no PNG"),
        ("hull__png", png(MOST_SIDE + 1, 4), "at most 2048"),
        ("hull__png", b"", "no PNG"),
        ("hull__webp", b"RIFF" + bytes(4) + b"WAVE" + bytes(40), "no WebP"),
        ("hull__webp", b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\xff\xff\xff\xff\xff\xff", "at most 2048"),
        ("horn__wav", png(), "no WAV"),
        ("horn__ogg", wav(), "no Ogg"),
        ("horn__mp3", b"ID3", "files are .png"),
        ("Hull__png", png(), "small letters"),
        ("renderer_x__png", bytes(MOST_BYTES + 1), "at most 512 kB"),
        ("flag__svg", b"\xff\xfe", "UTF-8"),
        ("flag__svg", b"<svg", "no SVG"),
        ("flag__svg", b"<html/>", "begins with"),
        ("flag__svg", SVG.format("<script>alert(1)</script>").encode(), "<script>"),
        ("flag__svg", SVG.format("<foreignObject/>").encode(), "<foreignObject>"),
        ("flag__svg", SVG.format("<animateTransform/>").encode(), "<animateTransform>"),
        ("flag__svg", SVG.format('<g onload="alert(1)"/>').encode(), "onload"),
        ("flag__svg", SVG.format('<image href="https://example.org/a.png"/>').encode(), "parts of itself"),
        ("flag__svg", SVG.format('<g fill="url(https://example.org/a)"/>').encode(), "not load anything"),
        ("flag__svg", SVG.format("<style>@import 'a.css';</style>").encode(), "not load anything"),
        ("flag__svg", b'<!DOCTYPE x [<!ENTITY a "b">]>' + SVG.format("&a;").encode(), "no DOCTYPE"),
        ("flag__svg", b'<?xml-stylesheet href="a.css"?>' + SVG.format("").encode(), "style sheets"),
    ],
)
def test_files_that_are_not_plainly_safe_are_refused(
    tmp_path: Path, name: str, body: bytes, words: str
) -> None:
    root = package(tmp_path)
    (root / "assets" / name.replace("__", ".")).write_bytes(body)
    with pytest.raises(BadGame, match=words):
        game_of(root)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    root = package(tmp_path)
    for k in range(MOST_FILES + 1):
        (root / "assets" / f"a{k}.png").write_bytes(png())
    with pytest.raises(BadGame, match="at most 64 files"):
        game_of(root)


def test_a_folder_among_them_is_refused(tmp_path: Path) -> None:
    root = package(tmp_path)
    game = game_of(root)
    (root / "assets" / "more.png").mkdir()
    with pytest.raises(BadFile, match="files are"):
        game_files(game)
