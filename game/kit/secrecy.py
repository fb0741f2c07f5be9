"""Checks that what only one seat may see is in nobody else's frames.

The check does not trust the declarations: in a copy of the match a hidden value is replaced by another one,
and the frames for all others must be the same bytes.
"""

import random
from collections.abc import Iterator

from game.kit.trials import Fault, Trial
from game.rules import ALL, HOST, OWNER, Entity, Game, Match
from game.rules.fields import Entities, Field, Grid, Ints, Scalar, Series, Text
from game.rules.snapshot import dump, load
from game.sync.delta import StateEncoder
from game.sync.schema import Schema

Hidden = tuple[Entity, Field, str]
MOST_VALUES = 12
"""Hidden values that are tried in one tick, at most."""
MOST_SEATS = 6
"""Seats whose private part is looked at, at most."""


def hidden_fields(entity: type[Entity]) -> Iterator[tuple[type[Entity], Field]]:
    """Every field below `entity` that not everybody sees."""
    for field in entity.fields:
        if field.see != ALL:
            yield entity, field
        elif isinstance(field, Entities):
            yield from hidden_fields(field.of)


def hides(game: Game) -> bool:
    """Whether any field is for one person alone: such a game's rules are never run in browsers."""
    return any(field.see in (OWNER, HOST) for _, field in hidden_fields(game.State))


def check_secrecy(trial: Trial, every: int) -> int:
    """Replace hidden values every `every` ticks; returns how many were tried. Raises Fault."""
    chance = random.Random(trial.seed)
    return sum(_check_tick(m, chance) for m in trial.replay() if m.tick % every == 0)


def _check_tick(m: Match, chance: random.Random) -> int:
    found = list(_hidden(m.state, "state"))
    chosen = chance.sample(range(len(found)), min(MOST_VALUES, len(found)))
    seats = chance.sample(range(m.game.seats[1]), min(MOST_SEATS, m.game.seats[1]))
    before = _views(m, seats)
    packed = dump(m)
    count = 0
    for k in chosen:
        other = load(m.game, packed)
        entity, field, name = list(_hidden(other.state, "state"))[k]
        if not _change(entity, field):
            continue
        count += 1
        for viewer, seen in _views(other, seats).items():
            allowed = (field.see == OWNER and viewer == entity.id) or (field.see == HOST and viewer == "host")
            if seen != before[viewer] and not allowed:
                who = f"seat {viewer}" if isinstance(viewer, int) else viewer
                raise Fault(
                    f"what {who} is sent at tick {m.tick} depends on {name}, which is hidden from them"
                )
    return count


def _hidden(entity: Entity, where: str) -> Iterator[Hidden]:
    for field in entity.fields:
        name = f"{where}.{field.name}"
        if field.see != ALL:
            yield entity, field, name
        elif isinstance(field, Entities):
            for one in getattr(entity, field.name):
                yield from _hidden(one, f"{name}[{one.id}]")


def _views(m: Match, seats: list[int]) -> dict[int | str, bytes]:
    """What everybody is sent, what each of these seats is sent besides, and what the host is."""
    schema = Schema.of(m.game)
    found: dict[int | str, bytes] = {"everybody": _full(schema, m, -1)}
    if "owner" in schema.private:
        for seat in seats:
            found[seat] = _full(schema.private["owner"], m, seat)
    if "host" in schema.private:
        found["host"] = _full(schema.private["host"], m, 0)
    return found


def _full(schema: Schema, m: Match, seat: int) -> bytes:
    encoder = StateEncoder(schema, seat)
    encoder.start(m.state)
    return encoder.full()


def _change(entity: Entity, field: Field) -> bool:
    """Set another value of the field's range; False if the range has only one."""
    value = getattr(entity, field.name)
    if isinstance(field, Scalar):
        if field.low == field.high:
            return False
        # Far enough away that it shows through the bits which the wire drops.
        middle = (field.low + field.high) // 2
        setattr(entity, field.name, field.high if value <= middle else field.low)
    elif isinstance(field, Text):
        setattr(entity, field.name, "?" if value != "?" else "!")
    elif isinstance(field, Grid):
        changed = bytearray(value)
        if not changed:
            return False
        changed[0] ^= 1
        setattr(entity, field.name, changed)
    elif isinstance(field, Ints):
        setattr(entity, field.name, [*value[:-1]] if len(value) >= field.max else [*value, field.high])
    elif isinstance(field, Series):
        setattr(entity, field.name, [*value, *([1] * len(field.columns))])
    else:
        if not value:
            return False
        setattr(entity, field.name, value[:-1])
    return True
