"""Bundles: the rules that a browser runs, one JSON document for each game.

A document holds the same Python files that the server runs, and what a browser needs to practise without a
server: the game and its schema as the protocol describes them. `rules/index.json` lists the documents.
"""

import json
from collections.abc import Mapping

from game.edge.assets import Asset, make_asset
from game.edge.moments import Moments
from game.rooms.game_files import game_files
from game.rooms.rules_document import all_public, rules_document
from game.rules import Game

INDEX = "rules/index.json"


class Bundles:
    """The rules documents of all games that a browser may run; a path holds a hash of its document.

    Args:
        games: the server's games by name.
        build: the build of the client that is served with them (`Assets.build`), for its service worker.

    Attributes:
        assets: what is served, by path.
        documents: every game's document by hash, for replays: those of games with secrets as well.
        paths: the path of each document that may run in a live match, by the game's name.
        moments: what the games' tiles show.
        practice: the path of each game's document, for matches that a browser plays alone: there are no
            secrets to keep there.
    """

    def __init__(self, games: Mapping[str, Game], build: str = "") -> None:
        self._build = build
        self._games: dict[str, Game] = {}
        self.assets: dict[str, Asset] = {}
        self.documents: dict[str, Asset] = {}
        self.paths: dict[str, str] = {}
        self.practice: dict[str, str] = {}
        self.moments = Moments()
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
        self._games[game.name] = game
        document = rules_document(game)
        asset = make_asset(f"{game.name}.json", document.body, forever=True)
        self.documents[document.hash] = asset
        self.moments.add(game, document)
        for file in game_files(game).values():
            name = file.path.removeprefix("/")
            self.assets[name] = make_asset(name, file.body, forever=True)
        path = f"rules/{game.name}-{document.hash[:12]}.json"
        self.assets[path] = asset
        self.practice[game.name] = "/" + path
        if game.replication == "events" and all_public(game.State):
            self.paths[game.name] = "/" + path

    def _files(self) -> list[str]:
        """The paths of the own images, sounds and renderers of games that browsers run."""
        return [path for game in self._games.values() for path in game.files.values()]

    def _list(self) -> None:
        shown = {
            "games": self.paths,
            "practice": self.practice,
            "moments": self.moments.paths,
            "files": self._files(),
            "build": self._build,
        }
        index = json.dumps(shown).encode()
        self.assets[INDEX] = make_asset(INDEX, index, forever=False)
