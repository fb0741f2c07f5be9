"""Bundles: the rules that a browser runs, one JSON document for each game.

A document holds the same Python files that the server runs, and what a browser needs to practise without a
server: the game and its schema as the protocol describes them. `rules/index.json` lists the documents.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from game.edge.assets import Asset, make_asset
from game.edge.describe import describe_game
from game.rooms.sources import bundle_files
from game.rules import Entities, Entity, Game
from game.sync.schema import Schema

INDEX = "rules/index.json"
PACKAGE = Path(__file__).resolve().parent.parent


def all_public(entity: type[Entity]) -> bool:
    """Whether no field is private: a browser may run only games without secrets."""
    for field in entity.fields:
        if field.see in ("owner", "host"):
            return False
        if isinstance(field, Entities) and not all_public(field.of):
            return False
    return True


def rules_files(game: Game) -> dict[str, str]:
    """The files that a browser needs to run a game, path to text."""
    files = {
        "game/__init__.py": "",
        "game/games/__init__.py": "",
    }
    for path in sorted((PACKAGE / "rules").glob("*.py")):
        files[f"game/rules/{path.name}"] = path.read_text()
    for name, path in bundle_files(type(game)).items():
        files[name] = path.read_text(encoding="utf-8")
    return files


class Bundles:
    """The rules documents of all games that a browser may run; a path holds a hash of its document.

    Args:
        games: the server's games by name.
        build: the build of the client that is served with them (`Assets.build`), for its service worker.
    """

    def __init__(self, games: Mapping[str, Game], build: str = "") -> None:
        self._build = build
        self.assets: dict[str, Asset] = {}
        self.paths: dict[str, str] = {}
        for game in games.values():
            self._add(game)
        self._list()

    def lasting(self) -> dict[str, bytes]:
        """The documents, whose paths change with them, by path."""
        return {path: asset.body for path, asset in self.assets.items() if path != INDEX}

    def replace(self, game: Game) -> None:
        """Replace the game of the same name; the document of the old one stays for clients that run it."""
        self.paths.pop(game.name, None)
        self._add(game)
        self._list()

    def _add(self, game: Game) -> None:
        if game.replication != "events" or not all_public(game.State):
            return
        document = {
            "game": game.name,
            "module": f"game.games.{game.name}",
            "class": type(game).__name__,
            "files": rules_files(game),
            "info": describe_game(game, None),
            "schema": Schema.of(game).describe(),
        }
        body = json.dumps(msgspec.to_builtins(document), sort_keys=True).encode()
        asset = make_asset(f"{game.name}.json", body, forever=True)
        path = f"rules/{game.name}-{asset.etag[:12]}.json"
        self.assets[path] = asset
        self.paths[game.name] = "/" + path

    def _list(self) -> None:
        index = json.dumps({"games": self.paths, "build": self._build}).encode()
        self.assets[INDEX] = make_asset(INDEX, index, forever=False)
