"""Changes of a room as merge patches (RFC 7396)."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.protocol.objects import PersonInfo
from game.rooms.merge_patch import apply_patch, mapping_patch, merge_patch

keys = st.sampled_from("abcde")
leaves = st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.none() | st.integers(), max_size=3)
inner = leaves | st.dictionaries(keys, leaves, max_size=3)
objects = st.dictionaries(keys, inner | st.dictionaries(keys, inner, max_size=3), max_size=5)


@given(objects, objects)
def test_a_patch_turns_the_old_into_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    patch = mapping_patch(old, new)
    assert apply_patch(old, patch) == new
    assert (patch == {}) == (old == new)


@given(objects, objects)
def test_nothing_that_was_handed_over_is_changed(old: dict[str, Any], new: dict[str, Any]) -> None:
    copies = repr(old), repr(new)
    apply_patch(old, mapping_patch(old, new))
    assert (repr(old), repr(new)) == copies


# From the appendix of the RFC; those whose document or patch is no object cannot come up here.
EXAMPLES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_the_examples_of_the_rfc(
    target: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]
) -> None:
    assert apply_patch(target, patch) == result


people = st.builds(
    PersonInfo,
    name=st.sampled_from("ab"),
    colour=st.integers(0, 1),
    shape=st.just(0),
    seat=st.just(msgspec.UNSET) | st.integers(0, 2),
    rtt=st.just(msgspec.UNSET) | st.integers(0, 1),
    connected=st.booleans(),
    away=st.just(False),
    muted=st.just(False),
    wins=st.integers(0, 1),
)


class Rooms(msgspec.Struct, kw_only=True):
    people: dict[str, PersonInfo]
    host: str | msgspec.UnsetType = msgspec.UNSET
    first: PersonInfo | msgspec.UnsetType = msgspec.UNSET


rooms = st.builds(
    Rooms,
    people=st.dictionaries(keys, people, max_size=3),
    host=st.just(msgspec.UNSET) | keys,
    first=st.just(msgspec.UNSET) | people,
)


@given(rooms, rooms)
def test_a_patch_between_structs_is_that_between_their_json(old: Rooms, new: Rooms) -> None:
    patch = merge_patch(old, new)
    before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
    assert apply_patch(before, patch) == after
    assert list(patch.items()) == list(mapping_patch(before, after).items())
