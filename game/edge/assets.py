"""Assets: the files of the built client, read and compressed once and served from memory."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Request, Response

COMPRESSIBLE = (".html", ".js", ".mjs", ".css", ".svg", ".json", ".webmanifest", ".py", ".wasm", ".txt")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/wasm", ".wasm")


PACKAGE = Path(__file__).resolve().parents[1]
CLIENT_PLACES = (PACKAGE / "static", PACKAGE.parent / "web" / "dist")
"""The folders of a built client: in an installed package, and in a checkout."""


class NoClient(Exception):
    """There is no built browser client; the text says where it was searched and what to do."""


def find_client(setting: str) -> Path:
    """Find the built browser client.

    Args:
        setting: `server.client_dir`; "" takes the client that comes with this installation.

    Returns:
        the folder that holds its index.html.

    Raises:
        NoClient: no such folder holds an index.html.
    """
    places = (Path(setting),) if setting else CLIENT_PLACES
    for place in places:
        if (place / "index.html").is_file():
            return place
    if setting:
        raise NoClient(f"server.client_dir: {setting} holds no built client (no index.html)")
    raise NoClient(
        f"the browser client is not built: run `make build` in {PACKAGE.parent}, or install a wheel "
        "made by `make wheel`"
    )


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and compressed."""

    body: bytes
    packed: bytes | None
    kind: str
    etag: str
    cache: str


def make_asset(name: str, body: bytes, *, forever: bool) -> Asset:
    """Make an asset of a file; `forever` if the name changes whenever the content does."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if name.endswith(COMPRESSIBLE) and len(body) > 256 else None
    cache = "public, max-age=31536000, immutable" if forever else "no-cache"
    return Asset(body, packed, kind, hashlib.sha256(body).hexdigest()[:20], cache)


LASTING = "assets/"
"""The folder whose files have a hash of their content in their names."""
FONT = "assets/lexend-latin-wght-*.woff2"
PREVIOUS = "previous/"
"""The folder in which a build keeps the lasting files of the build before."""
_ENTRY = re.compile(r'<script[^>]*\ssrc="/assets/([\w.-]+)\.js"')


class Assets:
    """All files below a folder, by path, such as `assets/main-1234.js`.

    Lasting files of earlier builds are served as well: a page that was opened before a deploy loads more of
    its files later.

    Attributes:
        files: the files by path.
        build: the id of the build, which is the name of its first script; "" if nothing is built.
        font: the file of the client's font; None if there is none.
    """

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, Asset] = {}
        self.build = ""
        self.font = next(iter(sorted(folder.glob(FONT))), None)
        self._current: dict[str, bytes] = {}
        earlier: dict[str, bytes] = {}
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                if not path.is_file():
                    continue
                name, body = path.relative_to(folder).as_posix(), path.read_bytes()
                if name.startswith(PREVIOUS):
                    earlier[name.removeprefix(PREVIOUS)] = body
                    continue
                self.files[name] = make_asset(name, body, forever=name.startswith(LASTING))
                if name.startswith(LASTING):
                    self._current[name] = body
                elif name == "index.html":
                    entry = _ENTRY.search(body.decode(errors="replace"))
                    self.build = entry[1] if entry is not None else ""
        self.keep_serving(earlier)

    def lasting(self) -> dict[str, bytes]:
        """The lasting files of this build, by name."""
        return dict(self._current)

    def keep_serving(self, earlier: Mapping[str, bytes]) -> None:
        """Serve lasting files and rules documents of earlier builds beside those of this one."""
        for name, body in earlier.items():
            if name.startswith((LASTING, "rules/")) and name not in self.files:
                self.files[name] = make_asset(name, body, forever=True)


def respond(request: Request, asset: Asset) -> Response:
    """The response with an asset: gzip if the client accepts it, 304 if the client has it."""
    packed = asset.packed if request.accept_encodings["gzip"] > 0 else None
    response = Response(asset.body if packed is None else packed, content_type=asset.kind)
    if asset.kind.startswith("text/") or asset.kind == "application/json":
        response.headers["Content-Type"] = f"{asset.kind}; charset=utf-8"
    response.headers["Cache-Control"] = asset.cache
    response.headers["Vary"] = "Accept-Encoding"
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(asset.etag)
    response.make_conditional(request)
    return response
