"""Games that nobody plays: random state declarations, and random states that move on."""

import random
from typing import Any

from hypothesis import strategies as st

from game.rules import (
    ALL,
    HOST,
    NOBODY,
    OWNER,
    Angle,
    Choice,
    Count,
    Entities,
    Entity,
    Event,
    Fixed,
    Flag,
    Game,
    Grid,
    Int,
    Ints,
    Series,
    Text,
    Track,
)
from game.rules.fields import INT_MAX, INT_MIN, Field, Scalar
from game.sync.schema import SCALARS, EntityView, Schema

LETTERS = "abcxyzäß€😀"


def make_game(chance: random.Random) -> type[Game]:
    """A game with a random state: every kind of field, nested up to three deep."""
    return type(
        "Made", (Game,), {"name": "made", "State": _entity(chance, 2, True), "events": _events(chance)}
    )


def games() -> st.SearchStrategy[type[Game]]:
    """Games with a random state."""
    return st.integers(0, 1 << 30).map(lambda seed: make_game(random.Random(seed)))


def _events(chance: random.Random) -> tuple[Event, ...]:
    return tuple(Event(f"e{k}", *"abc"[: chance.randrange(4)]) for k in range(chance.randrange(4)))


def _entity(chance: random.Random, depth: int, is_root: bool) -> type[Entity]:
    audiences = (ALL, ALL, ALL, ALL, HOST, NOBODY, ALL if is_root else OWNER)
    fields: dict[str, Field] = {}
    scalars: list[str] = []
    for k in range(chance.choice((1, 2, 4, 6, 9, 28) if is_root else (0, 1, 2, 4, 6, 9))):
        see = chance.choice(audiences)
        name = f"f{k}"
        roll = chance.randrange(14)
        if roll < 7:
            fields[name] = _scalar(chance, see)
            scalars.append(name)
        elif roll == 7:
            fields[name] = Text(12, see=see)
        elif roll == 8:
            fields[name] = Ints(9, chance.randrange(4), INT_MIN, INT_MAX, see=see)
        elif roll == 9:
            fields[name] = Series(*"abc"[: chance.randrange(1, 4)], see=see)
        elif roll == 10:
            fields[name] = Grid("f0", see=see)
        elif roll == 11 and scalars:
            columns = [chance.choice(scalars) for _ in range(chance.randrange(1, 4))]
            fields[name] = Track(*columns, when=chance.choice(scalars), see=see)
        elif depth:
            fields[name] = Entities(_entity(chance, depth - 1, False), 6, see=see)
    return type(f"Thing{depth}", (Entity,), fields)


def _scalar(chance: random.Random, see: str) -> Scalar:
    roll = chance.randrange(8)
    if roll < 3:
        low, high = sorted(chance.choice((0, 1, -1, 60, -70, 5000, INT_MIN, INT_MAX)) for _ in range(2))
        return Int(low, low, high, see=see)
    if roll == 3:
        return Fixed(24, chance.randrange(4, 9), chance.randrange(5), see=see)
    if roll == 4:
        bits = chance.randrange(2, 15)
        return Angle(bits, chance.randrange(1, bits + 1), see=see)
    if roll == 5:
        return Choice("one", "two", "three", see=see)
    return Count(max=200, see=see) if roll == 6 else Flag(see=see)


def move(entity: Entity, chance: random.Random) -> None:
    """Change some of a state: now by a hair, now by leaps, as a match might and as none would."""
    busy = chance.choice((0.0, 0.2, 1.0))
    for field in entity.fields:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            _move_entities(entity, field, value, chance)
        elif isinstance(field, Track) and chance.random() < 0.7:
            if getattr(entity, field.when):
                value.extend(getattr(entity, column) for column in field.columns)
        elif chance.random() < busy:
            setattr(entity, field.name, _moved(field, value, chance))


def _move_entities(entity: Entity, field: Entities, value: list[Any], chance: random.Random) -> None:
    if chance.random() < 0.2:
        value[:] = [one for one in value if chance.random() < 0.7]
    if chance.random() < 0.3:
        taken = {one.id for one in value}
        free = [number for number in (*range(8), 63, 64, 5000, 1 << 29) if number not in taken]
        value.append(field.of(chance.choice(free)))
        value.sort(key=lambda one: int(one.id))
    if chance.random() < 0.1:
        setattr(entity, field.name, list(value))
    for one in value:
        move(one, chance)


def _moved(field: Field, value: Any, chance: random.Random) -> Any:
    if isinstance(field, Scalar):
        if chance.random() < 0.5:
            return min(max(value + chance.randrange(-200, 201), field.low), field.high)
        return chance.randint(field.low, field.high)
    if isinstance(field, Text):
        return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(12)))
    if isinstance(field, Ints):
        value = value[: chance.randrange(10)] + [chance.randint(-9, 9) for _ in range(chance.randrange(3))]
        if value:
            value[chance.randrange(len(value))] = chance.choice((INT_MIN, INT_MAX, 0, 5))
        return value[:9]
    if isinstance(field, Series):
        width = len(field.columns)
        if chance.random() < 0.2:
            value = value[: width * chance.randrange(4)]
        value.extend(chance.choice((0, 1, 17, -5, INT_MAX)) for _ in range(width * chance.randrange(3)))
        return value
    if not value or chance.random() < 0.2:
        return bytearray(chance.choice((0, 7)) for _ in range(chance.choice((0, 1, 9, 200))))
    value[chance.randrange(len(value))] = chance.randrange(256)
    return value


def seen(schema: Schema, state: Entity, seat: int = -1) -> dict[str, Any]:
    """What a view should hold of a state, worked out field by field from the declarations."""
    return _seen(schema.root, state, seat)


def _seen(view: EntityView, entity: Entity, seat: int) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for field in view.fields:
        value = getattr(entity, field.name)
        if field.kind in SCALARS:
            tree[field.name] = value >> field.drop << field.drop
        elif field.of is not None:
            of = field.of
            tree[field.name] = {
                one.id: _seen(of, one, seat) for one in value if not of.owned or one.id == seat
            }
        elif field.kind in ("series", "track"):
            width = len(field.columns)
            if field.last:
                value = value[-getattr(entity, field.last) * width :]
            tree[field.name] = [
                [
                    number >> drop << drop
                    for number, drop in zip(value[k : k + width], field.drops, strict=True)
                ]
                for k in range(0, len(value), width)
            ]
        else:
            tree[field.name] = value if field.kind == "text" else list(value)
    return tree
