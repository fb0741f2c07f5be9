"""Checks that what only one seat may see is in nobody else's frames.

The check does not trust the declarations: in a copy of the match a hidden value is replaced by another one,
and the frames for all others must be the same bytes.
"""

import random
from collections.abc import Iterator

from game.kit.trials import Entry, Fault, Trial
from game.rules import ALL, CONTROL, HOST, OWNER, Choose, Controls, Entity, Game, Match, Typed
from game.rules.controls import Control
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


MOST_TYPED = 8
"""Texts and choices of each control that are tried."""


def describe_typed(game: Game, trials: list[Trial]) -> str:
    """Say which texts and choices others see at once, for the author to compare with what was meant.

    In a copy of the match another text is sent, or another index chosen; then the frames of all others are
    compared.

    Args:
        game: the rules.
        trials: matches in which the controls were used.

    Returns:
        The end of a sentence, "" without such controls.
    """
    others = game.controls.others if game.controls else ()
    controls = [
        one for one in others if isinstance(one, Typed) or (isinstance(one, Choose) and one.count > 1)
    ]
    if not controls:
        return ""
    names = [control.name for control in controls]
    if game.replication == "events":
        return f"; everybody sees what is typed and chosen: {', '.join(names)}"
    tried = dict.fromkeys(names, 0)
    seen = dict.fromkeys(names, 0)
    for trial in trials[:4]:
        _try_others(trial, game.controls, tried, seen)
    shown = [f"{name} {seen[name]} of {tried[name]} times" for name in names if tried[name]]
    return f"; others see at once: {', '.join(shown)}" if shown else ""


def _try_others(trial: Trial, controls: Controls | None, tried: dict[str, int], seen: dict[str, int]) -> None:
    """Send something else wherever a seat typed or chose; counts in `tried` and `seen`."""
    assert controls is not None
    m = trial.begin()
    every = list(range(trial.game.seats[1]))
    while m.tick < trial.ticks:
        due = trial.entries.get(m.tick, [])
        for kind, seat, what, value in due:
            control = controls.others[what & 31] if kind == CONTROL else None
            if control is None or tried.get(control.name, MOST_TYPED) >= MOST_TYPED:
                continue
            if isinstance(control, Typed) and not what & (1 << 8):  # not the last of its entries
                continue
            tried[control.name] += 1
            others = [one for one in every if one != seat][:MOST_SEATS]
            packed = dump(m)
            views = []
            for entries in (due, _exchanged(controls, control, due, seat, value)):
                other = load(m.game, packed)
                other.step(entries)
                views.append(views_of(other, others))
            seen[control.name] += views[0] != views[1]
        trial.step(m)


def _exchanged(controls: Controls, control: Control, due: list[Entry], seat: int, value: int) -> list[Entry]:
    """The entries of a tick, but with another text or index of one control of one seat."""
    kept = [one for one in due if one[0] != CONTROL or one[1] != seat or one[2] & 31 != control.number]
    new = "?" if isinstance(control, Typed) else (value + 1) % max(1, control.most())
    return kept + controls.entries(seat, (control.number, False, new))


def _check_tick(m: Match, chance: random.Random) -> int:
    found = list(_hidden(m.state, "state"))
    chosen = chance.sample(range(len(found)), min(MOST_VALUES, len(found)))
    seats = chance.sample(range(m.game.seats[1]), min(MOST_SEATS, m.game.seats[1]))
    before = views_of(m, seats)
    packed = dump(m)
    count = 0
    for k in chosen:
        other = load(m.game, packed)
        entity, field, name = list(_hidden(other.state, "state"))[k]
        if not _change(entity, field):
            continue
        count += 1
        for viewer, seen in views_of(other, seats).items():
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


def views_of(m: Match, seats: list[int]) -> dict[int | str, bytes]:
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
