"""A schema tells a client all it needs, no audience more than it may see, and refuses what cannot be sent."""

import json
import random

import msgspec
import pytest

from game.rules import HOST, NOBODY, OWNER, Angle, Entities, Entity, Fixed, Flag, Game, Int, Ints, Text, Track
from game.rules.fields import Field
from game.sync.described import event_args_of, read_schema, root_of
from game.sync.schema import EVERYONE, HOSTS, OWNERS, BadSchema, EntityView, Schema

from .states import make_game


def _game(**fields: Field) -> type[Game]:
    return type("Made", (Game,), {"name": "made", "State": type("Root", (Entity,), fields)})


def _thing(**fields: Field) -> type[Entity]:
    return type("Thing", (Entity,), fields)


def test_a_description_read_back_is_the_schema() -> None:
    for seed in range(200):
        game = make_game(random.Random(seed))
        for see in (EVERYONE, OWNERS, HOSTS):
            schema = Schema(game, see)
            described = read_schema(json.loads(msgspec.json.encode(schema.describe())))
            assert _open(root_of(described)) == _open(schema.root)
            assert event_args_of(described) == schema.event_args


def _open(view: EntityView) -> list[object]:
    return [(field.describe(), None if field.of is None else _open(field.of)) for field in view.fields]


def test_schemas_are_made_once() -> None:
    game = _game(n=Int())
    assert Schema.of(game()) is Schema.of(game())
    assert Schema.of(game(), OWNERS) is not Schema.of(game())


def test_fields_that_nobody_sees_are_in_no_view() -> None:
    game = _game(n=Int(see=NOBODY), things=Entities(_thing(secret=Int(see=NOBODY)), 3))
    text = msgspec.json.encode(Schema(game, EVERYONE).describe()).decode()
    assert "secret" not in text
    assert '"n"' not in text
    assert Schema(game, HOSTS).empty
    assert Schema(game, OWNERS).empty


def test_what_lies_in_a_private_list_is_its_owners_whole() -> None:
    card = type("Card", (Entity,), {"rank": Int(), "mark": Int(see=NOBODY)})
    player = type("Player", (Entity,), {"cards": Entities(card, 5, see=OWNER), "points": Int()})
    schema = Schema(_game(players=Entities(player, 4), turn=Int()), EVERYONE)
    assert "Card" not in schema.entities
    own = schema.private["owner"].describe()
    assert msgspec.to_builtins(own.entities) == {
        "Card": [{"name": "rank", "kind": "int"}],
        "Player": [{"name": "cards", "kind": "entities", "of": "Card"}],
        "Root": [{"name": "players", "kind": "entities", "of": "Player"}],
    }


def test_a_track_of_hidden_columns_is_a_series() -> None:
    game = _game(x=Fixed(16, see=HOST), on=Flag(), trail=Track("x", when="on"))
    fields = {field.name: field for field in Schema(game, EVERYONE).root.fields}
    assert (fields["trail"].kind, fields["trail"].when, fields["trail"].drops) == ("series", "", (4,))


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({f"f{k}": Int() for k in range(29)}, "at most 28"),
        ({"x": Fixed(16, frac=2, wire=4)}, "finer"),
        ({"turn": Angle(4, 6)}, "finer"),
        ({"hand": Int(see=OWNER)}, "no owner"),
        ({"word": Text(2000)}, "characters"),
        ({"many": Ints(1 << 17)}, "too long"),
    ],
)
def test_what_cannot_be_sent_is_refused(fields: dict[str, Field], complaint: str) -> None:
    with pytest.raises(BadSchema, match=complaint):
        Schema(_game(**fields), EVERYONE)


def test_a_schema_that_contradicts_itself_is_refused() -> None:
    head = {"version": 1, "game": "g", "tick_hz": 30, "events": []}
    good = {**head, "root": "A", "entities": {"A": [{"name": "n", "kind": "int"}]}}
    assert root_of(read_schema(good)).fields[0].name == "n"
    bad: list[dict[str, object]] = [
        {},
        {**good, "root": "B"},
        {**good, "entities": {"A": [{"name": "n", "kind": "what"}]}},
        {**good, "entities": {"A": [{"kind": "int"}]}},
        {**good, "entities": {"A": [{"name": "a", "kind": "entities", "of": "A"}]}},
        {**good, "entities": {"A": [{"name": "a", "kind": "entities"}]}},
        {**good, "entities": {"A": [{"name": "t", "kind": "track", "columns": ["x"], "when": "y"}]}},
        {**good, "entities": 5},
        {**good, "events": [{}]},
    ]
    for description in bad:
        with pytest.raises(BadSchema):
            root_of(read_schema(description))
