"""The `welcome` message: what a client learns about this server when it connects."""

from collections.abc import Mapping

import msgspec

from game.config import Config
from game.edge.bundles import Bundles
from game.protocol.commands import EMOTES
from game.protocol.fields import LOOKS, NAME_CHARS
from game.protocol.objects import GameInfo, Limits
from game.rooms.describe import describe_game
from game.rules import Game


class Welcome:
    """The part of `welcome` that is the same for all clients."""

    def __init__(self, config: Config, games: Mapping[str, Game], bundles: Bundles, build: str) -> None:
        self._games = games
        self._bundles = bundles
        self._fields: dict[str, object] = {
            "build": build,
            "transports": list(config.server.transports),
            "games": self.describe_games(),
            "limits": Limits(
                chat_chars=config.rooms.chat_max_chars,
                name_chars=NAME_CHARS,
                input_hz=int(config.limits.input_rate_per_s),
                payload_bytes=config.server.max_payload_bytes,
            ),
            "emotes": list(EMOTES),
            "shapes": LOOKS,
            "public_url": config.server.public_url.rstrip("/"),
        }
        self._encoded: dict[str, msgspec.Raw] = {}

    def describe_games(self) -> list[GameInfo]:
        """The GAME objects of the protocol, one for each game of this server."""
        paths = self._bundles.paths
        return [describe_game(game, paths.get(game.name)) for game in self._games.values()]

    def encoded(self) -> dict[str, msgspec.Raw]:
        """The fields, each encoded as JSON once: they are long, and many clients connect at the same time."""
        if not self._encoded:
            self._encoded = {
                key: msgspec.Raw(msgspec.json.encode(value)) for key, value in self._fields.items()
            }
        return self._encoded

    def games_changed(self) -> None:
        """Describe the games again, after one of them was replaced."""
        self._fields["games"] = self.describe_games()
        self._encoded = {}
