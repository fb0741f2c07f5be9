"""What clients are told and may ask stands in docs/protocol.md, by name."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from game.catalogue import load_games
from game.edge.describe import describe_game
from game.edge.parsing import ENTRANCES
from game.protocol.commands import EMOTES
from game.rooms.handlers import HANDLERS
from game.rules import Entity, Event, Game, Int
from game.sync.schema import Schema
from tests.unit.rooms.world import World, installed_games

TEXT = (Path(__file__).parents[3] / "docs/protocol.md").read_text()
GAMES = load_games(installed_games(), [])


def keys_of(value: Any, open_at: tuple[str, ...] = ()) -> set[str]:
    """Every key within a JSON value; below `open_at` the keys are data, not names."""
    if isinstance(value, list):
        return {key for one in value for key in keys_of(one, open_at)}
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, one in value.items():
        found.add(key)
        if key in open_at and isinstance(one, dict):
            found |= {inner for item in one.values() for inner in keys_of(item, open_at)}
        else:
            found |= keys_of(one, open_at)
    return found


def test_every_command_is_documented_with_its_arguments() -> None:
    table = {
        name: row
        for row in TEXT.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([a-z]+)`", row.split("|")[1])
    }
    shapes = {
        **ENTRANCES,
        **{name: order.slow.shape if order.slow else order.shape for name, order in HANDLERS.items()},
    }
    for name, shape in shapes.items():
        assert name in table, name
        for argument in set(shape.__struct_fields__) - {"place"}:  # the edge sets it
            assert re.search(rf"\b{argument}\b", table[name]), f"{name} takes {argument}"
    for name in ("i", "clock"):
        assert name in table


def test_every_name_in_a_room_is_documented() -> None:
    world = World(countdown_s=0, host_absent_s=1)
    ann = world.host(preset="Teams", options={"ticks": 200})
    bob = world.guest(ann)
    ann.do("second", on=True)
    ann.do("bot", add=True)
    ann.do("rtt", rtt=20)
    told = [ann.joined, ann.room]
    ann.do("lock", cover=True)
    ann.do("start")
    told.append(ann.room)
    world.wait_for(lambda: ann.room["phase"] == "live")
    ann.do("pause", paused=True)
    told.append(ann.room)
    ann.do("pause", paused=False)
    bob.drop()
    world.wait_for(lambda: ann.room["phase"] == "results")
    ann.do("rematch", want=True)
    told.append(ann.room)
    ann.do("chat", text="hi", n=1)
    told += [*ann.chat, *world.lobby.open_rooms()]
    open_at = ("people", "seats", "options", "entities")
    for key in keys_of(told, open_at):
        assert f'"{key}"' in TEXT or f"`{key}`" in TEXT, f"{key} is told but not documented"


@pytest.mark.parametrize("name", GAMES)
def test_every_name_in_a_games_description_is_documented(name: str) -> None:
    for key in keys_of(describe_game(GAMES[name], None), ("values",)):
        assert f'"{key}"' in TEXT or f"`{key}`" in TEXT, f"{key} is told but not documented"


@pytest.mark.parametrize("name", GAMES)
def test_clients_are_told_what_every_field_event_button_and_command_means(name: str) -> None:
    game = GAMES[name]
    schema: Any = Schema.of(game).describe()
    trees = [schema, *schema.get("private", {}).values()]
    told = {
        f"{entity}.{field['name']}": field
        for tree in trees
        for entity, fields in tree["entities"].items()
        for field in fields
    }
    told |= {event["name"]: event for event in schema["events"]}
    assert [name for name, one in told.items() if not one.get("doc")] == []
    described = describe_game(game, None)
    for names, docs in (("buttons", "button_docs"), ("commands", "command_docs")):
        assert len(described.get(docs, [])) == len(described[names])


def test_a_game_without_texts_sends_none() -> None:
    class Bare(Game):
        name = "bare"

        class State(Entity):
            x = Int()

        events = (Event("go"),)

    schema: Any = Schema.of(Bare()).describe()
    assert schema["entities"]["State"] == [{"name": "x", "kind": "int"}]
    assert schema["events"] == [{"name": "go", "args": []}]
    assert not {"button_docs", "command_docs"} & set(describe_game(Bare(), None))


def test_every_code_is_documented() -> None:
    root = Path(__file__).parents[3] / "game"
    for path in [*root.glob("rooms/*.py"), *root.glob("net/*.py")]:
        source = path.read_text()
        for code in re.findall(r'Refused\(\s*"([a-z_]+)"', source) + re.findall(
            r'\.close\(\w+, "([a-z]+)"', source
        ):
            assert f"`{code}`" in TEXT, f"{path.name} says {code}"


def test_every_code_of_a_refused_command_is_explained_with_what_to_do() -> None:
    rows = {
        cells[1].strip(" `"): cells
        for line in TEXT.splitlines()
        if line.startswith("| `") and len(cells := line.split("|")) == 5
    }
    root = Path(__file__).parents[3] / "game"
    codes = {
        code
        for path in [*root.glob("rooms/*.py"), *root.glob("cluster/*.py"), *root.glob("net/*.py")]
        for code in re.findall(r'(?:Refused|_strike)\(\s*"([a-z_]+)"', path.read_text())
    } - {"moved"}  # between workers
    assert codes >= {"no_room", "gap", "busy"}
    for code in codes:
        assert code in rows, f"{code} has no row"
        assert all(cell.strip() for cell in rows[code][1:4]), code


def limits_of(schema: dict[str, Any]) -> set[tuple[int, int]]:
    """(least, most) of each number and (0, most) of each text in a JSON schema that has one."""
    found = set()
    for one in schema.get("anyOf", [schema]):
        if "maxLength" in one:
            found.add((0, one["maxLength"]))
        elif "maximum" in one:
            found.add((one["minimum"], one["maximum"]))
    return found


def test_the_documented_ranges_are_those_that_are_checked() -> None:
    documented: dict[str, tuple[int, int]] = {}
    section = TEXT[TEXT.index("| key | range |") :].split("\n\n")[0]
    for line in section.splitlines()[2:]:
        _, keys, text, _ = line.split("|")
        found = re.match(r" (?:at most (\d+) characters|(-?\d+) to (\d+))", text)
        for key in re.findall(r"`(\w+)`", keys):
            if found:
                documented[key] = (int(found[2] or 0), int(found[3] or found[1]))
    checked: dict[str, set[tuple[int, int]]] = {}
    for shape in [*ENTRANCES.values(), *(order.shape for order in HANDLERS.values())]:
        [described], components = msgspec.json.schema_components([shape])
        schema = components[described["$ref"].rpartition("/")[2]]
        for key, one in schema["properties"].items():
            for limits in limits_of(one):
                checked.setdefault(key, set()).add(limits)
    del checked["place"]  # the edge sets it
    assert {key: {limits} for key, limits in documented.items()} == checked


def test_the_emotes_are_words() -> None:
    assert len(EMOTES) == 8
    assert all(emote.isalpha() for emote in EMOTES)


def test_every_goodbye_that_is_documented_is_said_somewhere() -> None:
    paragraph = TEXT[TEXT.index("it sends `bye`") :].split("\n\n")[0]
    codes = set(re.findall(r"`([a-z_]+)`", paragraph)) - {"bye"}
    sources = [path.read_text() for path in (Path(__file__).parents[3] / "game").rglob("*.py")]
    assert codes >= {"replaced", "kicked", "draining"}
    for code in codes:
        assert any(f'"{code}"' in source and "close(" in source for source in sources), code
