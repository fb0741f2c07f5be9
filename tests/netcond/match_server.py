"""One match at a time, for tests of the client without a network: commands on stdin, frames on stdout.

A line in is a JSON command; the line out is its answer. `begin` starts a match, `describe` describes its
game, `tick` takes inputs and steps once, `checkpoint` sends the whole state, `spoil` changes the state
without telling the client.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec

from game.catalogue import load_games
from game.rooms.control_changes import changes_of
from game.rooms.describe import describe_game
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rooms.replication.replication import MatchStreams
from game.rooms.rules_document import rules_document
from game.sync.schema import Schema
from game.sync.wire import InputMessage, parse_message


class Server:
    """The match and what it sent."""

    runner: MatchRunner
    streams: MatchStreams

    def begin(self, order: dict[str, Any]) -> dict[str, Any]:
        game = load_games([order["game"]], [])[order["game"]]
        draw = random.Random(order["seed"])
        chosen = game.options.merge(game.options.defaults(), order.get("options", {}))
        seats = tuple(range(order["seats"]))
        teams = tuple(order.get("teams", [0] * game.seats[1]))
        head = Head(game.name, tuple(chosen), seats, teams, draw.getrandbits(28))
        self.runner = MatchRunner(game, head, lambda: draw.getrandbits(28))
        self.streams = MatchStreams(self.runner, 1)
        for seat in seats:
            if seat not in order["people"]:
                self.runner.add_bot(seat, order.get("level", 3), seat % len(game.bot_styles))
        return {
            "schema": Schema.of(game).describe(),
            "info": describe_game(game, None),
            "seats": game.seats[1],
            **self.checkpoint(order),
        }

    def describe(self, order: dict[str, Any]) -> dict[str, Any]:
        game = load_games([order["game"]], [])[order["game"]]
        return {"info": describe_game(game, None), "schema": Schema.of(game).describe()}

    def document(self, order: dict[str, Any]) -> dict[str, Any]:
        """The rules document of a game, as a record keeps it."""
        return {"body": rules_document(load_games([order["game"]], [])[order["game"]]).body.decode()}

    def checkpoint(self, order: dict[str, Any]) -> dict[str, Any]:
        frames = []
        if order.get("anew"):
            self.streams.inputs.renew(self.runner.match)
        rest = self.streams.inputs.flush(self.runner.match)
        if rest is not None:
            frames.append(rest.binary.hex())
        frames.append(self.streams.checkpoint(self.runner, order["at"]).binary.hex())
        return {"frames": frames}

    def tick(self, order: dict[str, Any]) -> dict[str, Any]:
        for data in order["inputs"]:
            message = parse_message(bytes.fromhex(data))
            assert isinstance(message, InputMessage)
            changes = changes_of(self.runner.game, message) or ((),) * len(message.inputs)
            for k, (due, buttons, value) in enumerate(message.inputs):
                self.runner.press(message.seat, message.first_seq + k, due, buttons, value or 0, changes[k])
        self.streams.add(self.runner, self.runner.tick(), True)
        sent = self.streams.inputs.message(self.runner.match)
        return {"frames": [] if sent is None else [sent.binary.hex()], "over": self.runner.match.over}

    def spoil(self, _order: dict[str, Any]) -> dict[str, Any]:
        self.runner.match.rng.first ^= 5
        self.runner.match.inputs[0] ^= 1
        return {}


def main() -> None:
    server = Server()
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(msgspec.json.encode(getattr(server, order["do"])(order)).decode() + "\n")
        sys.stdout.flush()


main()
