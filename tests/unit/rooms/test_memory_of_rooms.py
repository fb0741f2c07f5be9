"""A room that is used for a long time does not grow: what it remembers is of those who are in it."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from game.rooms.room import RoomContext
from game.rules import Game
from tests.unit.rooms.world import Post, World

pytestmark = pytest.mark.series


def size(of: object, seen: set[int] | None = None) -> int:
    """How many elements all containers that belong to an object hold, but for what all rooms share."""
    seen = set() if seen is None else seen
    if (
        id(of) in seen
        or isinstance(of, (RoomContext, Post, Game, type, str, bytes, int, float))
        or of is None
    ):
        return 0
    seen.add(id(of))
    if isinstance(of, dict):
        return len(of) + sum(size(one, seen) for pair in of.items() for one in pair)
    if isinstance(of, (list, tuple, set, frozenset, deque)):
        return len(of) + sum(size(one, seen) for one in of)
    return sum(size(one, seen) for one in parts(of))


def parts(of: object) -> Iterator[Any]:
    """The attributes of an object."""
    yield from getattr(of, "__dict__", {}).values()
    for kind in type(of).__mro__:
        for name in getattr(kind, "__slots__", ()):
            yield getattr(of, name, None)


def test_a_room_whose_people_come_and_go_during_a_match_does_not_grow() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    room = world.room_of(ann)

    def visits(count: int) -> int:
        nonlocal bob
        for _ in range(count):
            bob.drop()
            bob = bob.back()
            visitor = world.guest(ann)
            visitor.do("chat", text="hello", n=1)
            visitor.do("leave")
            world.wait(40)
        return size(room) - len(room.chat.lines) * 6

    before = visits(60)
    assert visits(300) <= before + 20


def test_a_match_that_everybody_predicts_keeps_no_events_for_followers_that_do_not_exist() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    for one in (ann, bob):
        one.do("predict", on=True)
    streams = world.room_of(ann).replication.streams
    assert streams is not None
    ann.press(1, 1)
    world.wait(1000)
    before = size(streams.state)
    world.wait(5000)
    assert size(streams.state) <= before


def test_a_pause_keeps_one_release_of_a_button_however_often_the_page_is_hidden() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    ann.press(1, 1)
    world.wait(300)
    ann.do("pause", paused=True)
    room = world.room_of(ann)
    before = size(room.runner)
    for _ in range(100):
        ann.do("away", away=True)
        ann.do("away", away=False)
    assert size(room.runner) < before + 20
