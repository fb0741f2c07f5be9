"""Each name that clients receive or may send is in docs/protocol.md."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from game.catalogue import load_games
from game.protocol.codes import ERRORS, GOODBYES
from game.protocol.commands import COMMANDS, EMOTES, ENTRANCES
from game.protocol.frames import ENTRY_KINDS
from game.questions import MOST_CHARS, MOST_LINES
from game.rooms.describe import describe_game
from game.rooms.handlers import HANDLERS
from game.rules import CHANCE, COMMAND, CONTROL, JOIN, LEAVE, PRESS, Entity, Event, Game, Int
from game.settings import Limits, Rooms
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


def test_every_command_has_a_handler() -> None:
    assert set(COMMANDS) == {
        *HANDLERS,
        *ENTRANCES,
        "clock",
        "forget",
        "knock",
        "matches",
        "resign",
        "subscribe",
    }
    assert set(ENTRANCES) == {"create", "join", "quick", "play_on", "demo"}


def test_every_name_in_a_room_is_documented() -> None:
    world = World(countdown_s=0, host_absent_s=1)
    ann = world.host(preset="Teams", options={"ticks": 200})
    bob = world.guest(ann)
    ann.do("second", on=True)
    ann.do("bot", add=True)
    ann.do("rtt", rtt=20)
    sent = [ann.joined, ann.room]
    ann.do("lock", cover=True)
    ann.do("start")
    sent.append(ann.room)
    world.wait_for(lambda: ann.room["phase"] == "live")
    ann.do("pause", paused=True)
    sent.append(ann.room)
    ann.do("pause", paused=False)
    bob.drop()
    bob = bob.back()
    ann.press(1, 1)
    world.wait(100)
    ann.do("end")
    world.wait_for(lambda: ann.room["phase"] == "results")
    ann.do("rematch", want=True)
    ann.do("playlist", entries=[{"game": "duel", "matches": 2}])
    sent.append(ann.room)
    ann.do("poll", open=True, each=True)
    ann.do("vote", game="broken")
    sent.append(ann.room)
    bob.do("vote", game="dash")
    sent.append(ann.room)
    assert {"evening", "next", "poll_each"} <= ann.room.keys()
    ann.do("chat", text="hi", n=1)
    sent += [*ann.chat, *msgspec.to_builtins(world.lobby.open_rooms())]
    open_at = ("people", "seats", "options", "entities", "standings", "votes")
    for key in keys_of(sent, open_at):
        assert f'"{key}"' in TEXT or f"`{key}`" in TEXT, f"{key} is sent but not documented"


@pytest.mark.parametrize("name", GAMES)
def test_every_name_in_a_games_description_is_documented(name: str) -> None:
    described = msgspec.to_builtins(describe_game(GAMES[name], None))
    described |= {"words": []} if "words" in described else {}  # its keys are languages and texts
    for key in keys_of(described, ("values",)):
        assert f'"{key}"' in TEXT or f"`{key}`" in TEXT, f"{key} is sent but not documented"


@pytest.mark.parametrize("name", GAMES)
def test_clients_are_told_what_every_field_event_button_and_command_means(name: str) -> None:
    game = GAMES[name]
    schema: Any = msgspec.to_builtins(Schema.of(game).describe())
    trees = [schema, *schema.get("private", {}).values()]
    sent = {
        f"{entity}.{field['name']}": field
        for tree in trees
        for entity, fields in tree["entities"].items()
        for field in fields
    }
    sent |= {event["name"]: event for event in schema["events"]}
    assert [name for name, one in sent.items() if not one.get("doc")] == []
    described = msgspec.to_builtins(describe_game(game, None))
    for names, docs in (("buttons", "button_docs"), ("commands", "command_docs")):
        assert len(described.get(docs, [])) == len(described[names])


def test_a_game_without_texts_sends_none() -> None:
    class Bare(Game):
        name = "bare"

        class State(Entity):
            x = Int()

        events = (Event("go"),)

    schema: Any = msgspec.to_builtins(Schema.of(Bare()).describe())
    assert schema["entities"]["State"] == [{"name": "x", "kind": "int"}]
    assert schema["events"] == [{"name": "go", "args": []}]
    assert not {"button_docs", "command_docs"} & set(msgspec.to_builtins(describe_game(Bare(), None)))


def sources(*folders: str) -> list[str]:
    """The text of every module below these folders of the package."""
    root = Path(__file__).parents[3] / "game"
    return [path.read_text() for folder in folders for path in (root / folder).rglob("*.py")]


def test_every_code_of_a_refused_command_is_declared() -> None:
    texts = sources("rooms", "cluster", "edge")
    codes = {code for text in texts for code in re.findall(r'Refused\(\s*"([a-z_]+)"', text)}
    assert codes >= {"no_room", "gap", "busy"}
    assert codes - {"moved"} <= set(ERRORS)  # between workers


def test_every_goodbye_is_declared_and_every_declared_goodbye_is_said() -> None:
    texts = sources("rooms", "cluster", "edge")
    said = {code for text in texts for code in re.findall(r'\.close\(\s*[\w.]+,\s*"([a-z]+)"', text)}
    assert said >= {"kicked", "closed"}
    assert said <= set(GOODBYES)
    for code in GOODBYES:
        assert any(f'"{code}"' in text and "close(" in text for text in texts), code


def test_the_emotes_are_words() -> None:
    assert len(EMOTES) == 8
    assert all(emote.isalpha() for emote in EMOTES)


def test_the_limits_in_the_document_are_the_defaults() -> None:
    limits, rooms = Limits(), Rooms()
    text = " ".join(TEXT[TEXT.index("**Limits.**") : TEXT.index("<!-- generated: ranges -->")].split())
    for claim in (
        f"{limits.command_rate_per_s:g} commands a second ({limits.command_burst} at once)",
        f"{limits.input_rate_per_s:g} input messages a second ({limits.input_burst} at once",
        f"{rooms.chat_rate_per_s:g} line of chat and 1 emote a second ({rooms.chat_burst} at once)",
        f"{limits.packs_per_min:g} `pack` a minute ({limits.packs_burst} at once)",
        f"{limits.entries_per_min:g} rooms entered a minute",
        f"{limits.join_attempts_per_min:g} wrong codes a minute for a device and "
        f"{limits.join_attempts_per_address_per_min:g} for an address",
        f"{limits.create_per_min:g} rooms opened a minute for a device and "
        f"{limits.create_per_address_per_min:g} for an address",
    ):
        assert claim in text, claim


def test_the_kinds_of_entries_are_those_of_the_rules() -> None:
    assert [one.number for one in ENTRY_KINDS] == [PRESS, CHANCE, JOIN, LEAVE, COMMAND, CONTROL]
    assert "14,000 characters and 600 lines" in TEXT
    assert (MOST_CHARS, MOST_LINES) == (14_000, 600)
