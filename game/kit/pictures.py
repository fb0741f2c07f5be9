"""Checks that a picture names only what exists: lists, fields that everyone sees, events."""

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
    """Check every part of a game's picture.

    Args:
        game: the game.

    Returns:
        The number of parts.

    Raises:
        Fault: a part cannot be drawn; the text says which and why.
    """
    root = Schema.of(game).root
    for k, part in enumerate(game.picture):
        try:
            _check(game, part, root)
        except Fault as fault:
            raise Fault(f"part {k + 1} of the picture, {type(part).__name__}: {fault}") from None
    return len(game.picture)


def _check(game: Game, part: Part, root: EntityView) -> None:
    of = _drawn(part, root)
    values = part.values
    if isinstance(part, World) and part.of:
        raise Fault("the world is measured by the root alone")
    if isinstance(part, On):
        _check_event(game, part)
    elif isinstance(part, Cells):
        if not any(field.name == values["grid"] and field.kind == "grid" for field in of.fields):
            raise Fault(f"{of.name} shows no Grid {values['grid']}")
    elif isinstance(part, Trail):
        _check_trail(part, of)
    else:
        _check_fields(part, of, root)
    if "colour" in values:
        _check_colour(values["colour"], of, root)
    if isinstance(part, Label):
        for name in _braced(str(values["text"])):
            _check_field(name, of, root, (*SCALARS, "text"))


def _drawn(part: Part, root: EntityView) -> EntityView:
    """The type of what a part draws: the entities of a list, or the root."""
    if not part.of:
        return root
    lists = {field.name: field.of for field in root.fields if field.of is not None}
    if part.of not in lists:
        raise Fault(f"{part.of} is no list of {root.name}; there are {', '.join(lists) or 'none'}")
    return lists[part.of]


def _check_fields(part: Part, of: EntityView, root: EntityView) -> None:
    """Check the fields and lengths that a part names."""
    for name in LENGTHS:
        if name in part.values:
            _check_length(part.values[name], of, root)
    for name in FIELDS:
        if part.values.get(name):
            _check_field(str(part.values[name]), of, root)
    shape = part.values.get("shape")
    if isinstance(shape, str) and shape not in SHAPES:
        _check_field(shape, of, root)


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
    values = part.values
    for field in of.fields:
        if field.name == values["rows"] and field.columns:
            for name in (values["x"], values["y"]):
                if name not in field.columns:
                    raise Fault(f"{of.name}.{field.name} has no column {name}")
                _check_field(name, of, of)
            return
    raise Fault(f"{of.name} shows no Series or Track {values['rows']}")


def _check_colour(value: object, of: EntityView, root: EntityView) -> None:
    if isinstance(value, str) and value not in COLOURS and not value.startswith("#"):
        _check_field(value, of, root)


def _check_event(game: Game, part: On) -> None:
    events = {event.name: event for event in game.events}
    name = part.values["event"]
    if name not in events:
        raise Fault(f"there is no event {name}; there are {', '.join(events) or 'none'}")
    if part.values["sound"] and part.values["sound"] not in SOUNDS:
        raise Fault(f"there is no sound {part.values['sound']}; there are {', '.join(SOUNDS)}")
    for argument in _braced(str(part.values["say"])):
        if argument not in events[name].args:
            raise Fault(f"the event {name} has no argument {argument}")


def _braced(text: str) -> list[str]:
    return [piece.split("}")[0] for piece in text.split("{")[1:]]
