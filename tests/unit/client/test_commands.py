"""The typed commands of the Python client send what the protocol declares, and read its answers."""

import inspect
from typing import Any

import msgspec
import msgspec.inspect as types
import pytest

from game.client.commands import Commands
from game.client.joined_room import JoinedRoom
from game.protocol.commands import COMMANDS
from game.protocol.declarations import describe
from tests.unit.rooms.world import World

NOT_METHODS = {"demo", "predict", "desync"}
"""Commands for the home page and for clients that run the rules."""
OTHER_NAMES = {"bot": ("add_bot", "change_bot", "remove_bot")}


def sample(type_: types.Type | None) -> object:
    """A value of a declared type; 1 for a parameter with another name."""
    if isinstance(type_, types.BoolType):
        return True
    if isinstance(type_, types.StrType):
        # The only pattern is that of an id.
        return "x" * max(10 if type_.pattern else 1, type_.min_length or 0)
    if isinstance(type_, types.LiteralType):
        return type_.values[-1]
    if isinstance(type_, types.ListType):
        return [{"game": "dash"}]
    return {"stars": 1} if isinstance(type_, types.DictType) else 1


class Spy(Commands):
    """Records what it sends, and answers as the protocol declares."""

    def __init__(self) -> None:
        self.place: JoinedRoom | None = JoinedRoom(World().host().joined)
        self.lines = 0
        self.sent: list[tuple[str, Any]] = []

    def call(self, event: str, argument: object = None) -> dict[str, Any]:
        self.sent.append((event, argument))
        return {
            "ok": True,
            "game": "dash",
            "host": "Ann",
            "people": 1,
            "seat": 3,
            "id": 7,
            "report": "report0001",
            "seats": 2,
            "client": 1,
            "now": 5,
            "matches": [],
            "push_key": "",
            "on": True,
        }


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - NOT_METHODS))
def test_a_method_sends_the_declared_arguments(name: str) -> None:
    for method in OTHER_NAMES.get(name, (name,)):
        spy = Spy()
        function = getattr(spy, method)
        declared = {one.name: one.type for one in describe(COMMANDS[name].argument).fields}
        arguments = {key: sample(declared.get(key)) for key in inspect.signature(function).parameters}
        function(**arguments)
        [(event, argument)] = spy.sent
        assert event == name
        msgspec.convert(argument, COMMANDS[name].argument, strict=True)


def test_the_answers_are_read() -> None:
    spy = Spy()
    assert spy.sit() == 3
    assert spy.add_bot() == 3
    assert spy.chat("hi") == 7
    assert spy.report("I was not hit") == "report0001"
    assert spy.lines == 1
    assert spy.clock(1) == 5
