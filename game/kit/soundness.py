"""Checks that a game keeps its declarations: ranges, tables, and a state that can be rewound and restored."""

from game.kit.trials import Fault, Trial
from game.rules import Entity, Match
from game.rules.fields import INT_MAX, INT_MIN, Entities, Field, Grid, Ints, Scalar, Series, Text, Track
from game.rules.snapshot import dump, load, state_hash

Tables = dict[tuple[object, ...], list[int]]
AHEAD = 3
"""Ticks that a client runs ahead in the trial before it is corrected."""


def check_ranges(entity: Entity, where: str) -> None:
    """Check that every value in an entity has its declared type and range.

    Args:
        entity: the entity; those in its lists are checked too.
        where: how it is named in the message.

    Raises:
        Fault: a value has not; the text names it, and its range. Or something was set that is no field.
    """
    for name in getattr(entity, "__dict__", ()):  # a compiled entity takes no other names
        if name != "id" and name not in entity.declared:
            known = ", ".join(declared.name for declared in entity.fields) or "none"
            raise Fault(
                f"{where}.{name} is no field, so it is neither sent nor saved: declare it in "
                f"{type(entity).__name__}; there are {known}"
            )
    for declared in entity.fields:
        _check_field(entity, declared, f"{where}.{declared.name}")


def _check_field(entity: Entity, declared: Field, name: str) -> None:
    value = getattr(entity, declared.name)
    if isinstance(declared, Scalar):
        _check_number(value, declared.low, declared.high, name)
    elif isinstance(declared, Text):
        if not isinstance(value, str) or len(value) > declared.max:
            raise Fault(f"{name} is {value!r}; it holds at most {declared.max} characters")
    elif isinstance(declared, Ints):
        _check_length(value, declared.max, name)
        for number in value:
            _check_number(number, declared.low, declared.high, f"an item of {name}")
    elif isinstance(declared, Series):
        _check_rows(value, len(declared.columns), name)
    elif isinstance(declared, Grid):
        _check_grid(value, declared, getattr(entity, declared.width), name)
    elif isinstance(declared, Entities):
        _check_entities(value, declared, name)


def _check_rows(value: list[int], columns: int, name: str) -> None:
    if len(value) % columns:
        raise Fault(f"{name} holds {len(value)} numbers, which are no rows of {columns}")
    for number in value[-columns:]:
        _check_number(number, INT_MIN, INT_MAX, f"a column of {name}")


def _check_grid(value: object, declared: Grid, width: int, name: str) -> None:
    if not isinstance(value, bytearray) or (value and (width <= 0 or len(value) % width)):
        raise Fault(f"{name} must be a bytearray of rows of {width} cells ({declared.width})")
    if max(value, default=0) > declared.high:
        raise Fault(f"a cell of {name} is {max(value)}; its range is 0 to {declared.high}")


def _check_entities(value: list[Entity], declared: Entities, name: str) -> None:
    _check_length(value, declared.max, name)
    ids = [one.id for one in value]
    if ids != sorted(set(ids)):
        raise Fault(f"{name} has the ids {ids}; they must rise: add new things at its end")
    for one in value:
        if type(one) is not declared.of:
            raise Fault(f"{name} holds a {type(one).__name__}, not a {declared.of.__name__}")
        check_ranges(one, f"{name}[{one.id}]")


def _check_number(value: object, low: int, high: int, name: str) -> None:
    if type(value) is not int:
        raise Fault(f"{name} is {value!r}, a {type(value).__name__}; it must be an int")
    if not low <= value <= high:
        raise Fault(f"{name} is {value}; its range is {low} to {high}")


def _check_length(value: object, most: int, name: str) -> None:
    if not isinstance(value, list):
        raise Fault(f"{name} is a {type(value).__name__}; it must be a list")
    if len(value) > most:
        raise Fault(f"{name} holds {len(value)}; at most {most} are declared")


def check_events(m: Match) -> None:
    """Check that the events of the last step have the arguments that they declare. Raises Fault."""
    for kind, *args in m.happened:
        event = m.game.events[kind]
        if len(args) != len(event.args):
            raise Fault(
                f"m.emit({event.name!r}, …) got {len(args)} arguments; the event declares "
                f"{len(event.args)}: {', '.join(event.args) or 'none'}"
            )
        for name, value in zip(event.args, args, strict=True):
            _check_number(value, INT_MIN, INT_MAX, f"{name} of the event {event.name}")


def check_turn(m: Match) -> None:
    """Check that the seats that have to act are seats of the match, in rising order. Raises Fault."""
    seats = m.game.turn(m)
    if (
        not isinstance(seats, list | tuple)
        or not set(seats) <= set(m.seats)
        or list(seats) != sorted(set(seats))
    ):
        raise Fault(f"turn() returns {seats!r}; write a list of seats of {m.seats} in rising order, or []")


class Growth:
    """Checks in each tick that tables only grow, and that a track records exactly its columns."""

    def __init__(self, m: Match) -> None:
        self._before: Tables = {}
        self._keep(m.state, ())

    def look(self, m: Match) -> None:
        """Check the tables after another tick. Raises Fault."""
        self._check(m.state, ())
        self._before = {}
        self._keep(m.state, ())

    def _keep(self, entity: Entity, where: tuple[object, ...]) -> None:
        for declared in entity.tables:
            value = getattr(entity, declared.name)
            if isinstance(declared, Series):
                self._before[(*where, declared.name)] = value[:]
            elif isinstance(declared, Entities):
                for one in value:
                    self._keep(one, (*where, declared.name, one.id))

    def _check(self, entity: Entity, where: tuple[object, ...]) -> None:
        for declared in entity.tables:
            value = getattr(entity, declared.name)
            if isinstance(declared, Entities):
                for one in value:
                    self._check(one, (*where, declared.name, one.id))
            if not isinstance(declared, Series):
                continue
            place = (*where, declared.name)
            name = ".".join(str(part) for part in place)
            old = self._before.get(place, [])
            kept = len(old) if value[: len(old)] == old else _slid(value, old, len(declared.columns))
            if old and not kept and len(value) > len(declared.columns):
                raise Fault(
                    f"{name}: a row was changed in place; append rows, or replace the whole by a new list"
                )
            if isinstance(declared, Track):
                self._check_track(entity, declared, value, kept, name)

    @staticmethod
    def _check_track(entity: Entity, track: Track, value: list[int], kept: int, name: str) -> None:
        row = [getattr(entity, column) for column in track.columns]
        if getattr(entity, track.when):
            if value[kept:] != row:
                raise Fault(f"{name} must record {row} while {track.when} is set, got {value[kept:]}")
        elif len(value) not in (kept, 0):
            raise Fault(f"{name} recorded a row while {track.when} was off")


def _slid(value: list[int], old: list[int], width: int) -> int:
    """How many numbers a table kept, if it was cut at its front and gained at most one row; else 0."""
    for kept in (len(value), len(value) - width):
        if 0 < kept < len(old) and old[-kept:] == value[:kept]:
            return kept
    return 0


def check_sync(trial: Trial, until: int, every: int) -> int:
    """Rewind every `every`th tick and run it again, after running ahead without inputs.

    Args:
        trial: the match.
        until: the last tick.
        every: ticks from one that is rewound to the next.

    Returns:
        The number of ticks that were run twice.

    Raises:
        Fault: a tick came out different.
    """
    m = trial.begin()
    count = 0
    while m.tick < min(until, trial.ticks):
        start = m.tick
        if start % every:
            trial.step(m)
            continue
        mark, before = m.mark(), state_hash(m)
        m.ahead = True
        for _ in range(AHEAD):
            m.step([])
        m.rewind(mark)
        if state_hash(m) != before:
            raise Fault(f"a rewind does not lead back to tick {start}: {_cure(m)}")
        trial.step(m)
        first = state_hash(m)
        m.rewind(mark)
        trial.step(m)
        if state_hash(m) != first:
            raise Fault(f"tick {start} comes out different when it is run twice: {_cure(m)}")
        count += 1
    return count


def _cure(m: Match) -> str:
    if m.scratch is not None:
        return "is m.scratch put right by rewound()?"
    return "is anything kept outside of m.state, or a list changed in place that a Series holds?"


def check_restored(trial: Trial, at: int, ticks: int) -> None:
    """Check that a match saved at tick `at` and restored continues like the original. Raises Fault."""
    m = trial.until(at)
    data = dump(m)
    restored = load(trial.game, data)
    if dump(restored) != data:
        raise Fault(f"tick {at} differs after it was saved and restored: is all of it in m.state?")
    while m.tick < min(at + ticks, trial.ticks):
        trial.step(m)
        trial.step(restored)
        if state_hash(restored) != state_hash(m):
            raise Fault(f"restored at tick {at}, tick {restored.tick} comes out different: see rebuild()")
