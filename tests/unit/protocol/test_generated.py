"""What is generated from the declarations is up to date, and the JSON Schema accepts what is sent."""

import msgspec
import pytest

from game.catalogue import load_games
from game.config import Config
from game.edge.bundles import Bundles
from game.edge.welcome import Welcome
from game.protocol import events, generate, tables
from game.protocol.declarations import json_schema
from game.protocol.examples import PAGE
from game.protocol.typescript import typescript
from game.rooms.describe import describe_game
from game.sync.schema import Schema
from tests.unit.rooms.world import installed_games

GAMES = load_games(installed_games(), [])


@pytest.mark.parametrize("path", [str(path.relative_to(generate.ROOT)) for path in generate.generated()])
def test_a_generated_file_is_up_to_date(path: str) -> None:
    text = generate.generated()[generate.ROOT / path]
    found = (generate.ROOT / path).read_text(encoding="utf-8")
    assert found == text, f"{path} is stale: run `{generate.COMMAND}`"


def test_a_page_without_the_markers_of_a_table_is_refused() -> None:
    page = PAGE.read_text(encoding="utf-8").replace("<!-- generated: room -->", "")
    with pytest.raises(ValueError, match="room"):
        tables.renewed(page)


def test_the_types_have_every_message_and_no_field_that_only_the_edge_sets() -> None:
    text = typescript()
    for name in ("RoomInfo", "SeatInfo", "PersonInfo", "GameInfo", "SchemaInfo", "Joined", "Welcome"):
        assert f"export interface {name} {{" in text
    assert "place?: string" not in text
    assert 'export type Phase = "lobby" | "countdown" | "live" | "paused" | "results";' in text
    assert "    argument: { seat: number; team: number };" in text


def test_the_json_schema_refers_to_definitions_that_are_there() -> None:
    document = msgspec.json.decode(json_schema())
    assert {"create", "chat", "clock"} <= set(document["commands"])
    assert document["events"]["room"]["merge_patch_of"] == {"$ref": "#/$defs/RoomInfo"}
    definitions = document["$defs"]

    def check(value: object) -> None:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str):
                assert reference.removeprefix("#/$defs/") in definitions
            for inner in value.values():
                check(inner)
        elif isinstance(value, list):
            for inner in value:
                check(inner)

    check(document)


@pytest.mark.parametrize("name", GAMES)
def test_a_game_and_its_schema_are_what_is_declared(name: str) -> None:
    game = GAMES[name]
    for shown in (describe_game(game, None), Schema.of(game).describe()):
        assert msgspec.json.decode(msgspec.json.encode(shown), type=type(shown)) == shown


def test_the_welcome_of_a_server_is_what_is_declared() -> None:
    games = {name: GAMES[name] for name in ("fuse", "trails")}
    fields = Welcome(Config(), games, Bundles(games), "main-1").encoded()
    own = {"version": 1, "device": "token", "now": 5}
    sent = msgspec.json.encode({**own, **fields, "resumed": None})
    read = msgspec.json.decode(sent, type=events.Welcome)
    assert [game.name for game in read.games] == ["fuse", "trails"]
    assert msgspec.json.encode(read) == sent
