"""Whether a declared picture names only what is there: lists, fields that everybody sees, events."""

from game.kit.trials import Fault
from game.rules import Game
from game.rules.drawing import Cells, Label, On, Part, Scaled, Trail, World
from game.sync.schema import SCALARS, EntityView, Schema

COLOURS = ("seat", "text", "muted", "accent", "danger", "line", "ground")
SOUNDS = ("beat", "go", "crash", "take", "harm", "offer", "fade", "roundEnd", "matchEnd", "lost", "click")
SHAPES = ("circle", "triangle", "square", "diamond", "pentagon", "star", "cross", "ring")
LENGTHS = ("x", "y", "to_x", "to_y", "width", "height", "size")
FIELDS = ("seat", "when", "alive", "heading", "points", "round", "left")


def check_picture(game: Game) -> int:
    """Raises Fault for a part that cannot be drawn; returns how many parts there are."""
    root = Schema.of(game).root
    for k, part in enumerate(game.picture):
        try:
            _check(game, part, root)
        except Fault as fault:
            raise Fault(f"part {k + 1} of the picture, {type(part).__name__}: {fault}") from None
    return len(game.picture)


def _check(game: Game, part: Part, root: EntityView) -> None:
    of = root
    if part.of:
        lists = {field.name: field.of for field in root.fields if field.of is not None}
        if part.of not in lists:
            raise Fault(f"{part.of} is no list of {root.name}; there are {', '.join(lists) or 'none'}")
        found = lists[part.of]
        assert found is not None
        of = found
    told = part.told
    if isinstance(part, On):
        _check_event(game, part)
    elif isinstance(part, Cells):
        if not any(field.name == told["grid"] and field.kind == "grid" for field in of.fields):
            raise Fault(f"{of.name} shows no Grid {told['grid']}")
    elif isinstance(part, Trail):
        _check_trail(part, of)
    else:
        for name in LENGTHS:
            if name in told:
                _check_length(told[name], of, root)
        for name in FIELDS:
            if told.get(name):
                _check_field(told[name], of, root)
    if "colour" in told:
        _check_colour(told["colour"], of, root)
    if isinstance(part, Label):
        for name in _braced(told["text"]):
            _check_field(name, of, root, (*SCALARS, "text"))
    shape = told.get("shape")
    if isinstance(shape, str) and shape not in SHAPES:
        _check_field(shape, of, root)
    if isinstance(part, World) and part.of:
        raise Fault("the world is measured by the root alone")


def _check_length(value: object, of: EntityView, root: EntityView) -> None:
    if isinstance(value, Scaled):
        value = value.field
    if isinstance(value, str):
        _check_field(value, of, root)
    elif not isinstance(value, int):
        raise Fault(f"{value!r} is no length: a number, a field's name or Scaled")


def _check_field(
    name: str, of: EntityView, root: EntityView, kinds: tuple[str, ...] | frozenset[str] = SCALARS
) -> None:
    if name == "id":
        return
    for view in (of, root):
        for field in view.fields:
            if field.name == name:
                if field.kind not in kinds:
                    raise Fault(f"{view.name}.{name} is no number")
                return
    raise Fault(f"neither {of.name} nor {root.name} shows a field {name}")


def _check_trail(part: Trail, of: EntityView) -> None:
    told = part.told
    for field in of.fields:
        if field.name == told["rows"] and field.columns:
            for name in (told["x"], told["y"]):
                if name not in field.columns:
                    raise Fault(f"{of.name}.{field.name} has no column {name}")
                _check_field(name, of, of)
            return
    raise Fault(f"{of.name} shows no Series or Track {told['rows']}")


def _check_colour(value: object, of: EntityView, root: EntityView) -> None:
    if isinstance(value, str) and value not in COLOURS and not value.startswith("#"):
        _check_field(value, of, root)


def _check_event(game: Game, part: On) -> None:
    events = {event.name: event for event in game.events}
    name = part.told["event"]
    if name not in events:
        raise Fault(f"there is no event {name}; there are {', '.join(events) or 'none'}")
    if part.told["sound"] and part.told["sound"] not in SOUNDS:
        raise Fault(f"there is no sound {part.told['sound']}; there are {', '.join(SOUNDS)}")
    for argument in _braced(part.told["say"]):
        if argument not in events[name].args:
            raise Fault(f"the event {name} has no argument {argument}")


def _braced(text: str) -> list[str]:
    return [piece.split("}")[0] for piece in text.split("{")[1:]]
