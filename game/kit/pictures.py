"""Checks that a picture names only what exists: lists, fields, events, controls.

Fields that only their owner or the host sees may be named by parts that are drawn for each viewer alone; the
score boards, trails and events are the same for everybody.
"""

from collections.abc import Iterable, Mapping

from game.kit.trials import Fault
from game.rooms.describe import texts_about
from game.rules import Game
from game.rules.drawing import (
    Camera,
    Cells,
    Faces,
    Image,
    On,
    Part,
    Pick,
    Scaled,
    Scores,
    Spread,
    Teams,
    Trail,
    Words,
    World,
    conditions,
    flat,
)
from game.sync.schema import SCALARS, EntityView, FieldView, Schema

COLOURS = ("seat", "team", "text", "muted", "accent", "danger", "line", "panel", "ground")
SOUNDS = (
    *("beat", "go", "crash", "take", "harm", "offer", "fade", "kick", "post", "shield", "whistle", "goal"),
    *("closing", "roundEnd", "matchEnd", "lost", "click"),
)
SHAPES = ("circle", "triangle", "square", "diamond", "pentagon", "star", "cross", "ring")
SIGNS = (":skip", ":turn", ":wheel", ":swap")
LENGTHS = (
    "x",
    "y",
    "to_x",
    "to_y",
    "width",
    "height",
    "size",
    "outline",
    "value",
    "most",
    "opacity",
)
FIELDS = (
    "seat",
    "alive",
    "heading",
    "points",
    "team",
    "round",
    "left",
    "until",
    "card",
    "pile",
    "count",
    "turn",
    "frame",
)
LISTS = ("cards", "can")
SPECIAL = ("mine", "tv", "upright", "wide")
SEEN_BY_ALL = (Scores, Teams, World, Trail, On, Camera)
"""Parts that are the same for everybody: they may name no private field."""


PLACE = ". Write x= and y= of this part: a number, a field, Scaled or Spread"


def _names(view: EntityView) -> str:
    return ", ".join(field.name for field in view.fields) or "none"


class Views:
    """What a part may name: the fields of its things and of the root, in all views where they are."""

    def __init__(self, game: Game, part: Part) -> None:
        schema = Schema.of(game)
        self.of = _drawn(part, schema.root)
        self.root = schema.root
        self.known = [self.of, self.root]
        if isinstance(part, SEEN_BY_ALL):
            return
        for private in schema.private.values():
            self.known.append(private.root)
            self.known += [
                field.of for field in private.root.fields if field.name == part.of and field.of is not None
            ]

    def field(self, name: str) -> FieldView | None:
        """The first field of this name."""
        return next((field for view in self.known for field in view.fields if field.name == name), None)

    def _missing(self, name: str) -> str:
        root = f"{self.root.name} has {_names(self.root)}"
        if self.of is self.root:
            return f"{self.root.name} shows no field {name}; {root}{PLACE if name in ('x', 'y') else ''}"
        text = f"neither {self.of.name} nor {self.root.name} shows a field {name}; "
        text += f"{self.of.name} has {_names(self.of)}, {root}"
        return text + (PLACE if name in ("x", "y") else "")

    def check(self, name: str, kinds: Iterable[str] = SCALARS) -> None:
        """Raise Fault unless there is a field of this name and of one of these kinds."""
        if name == "id":
            return
        field = self.field(name)
        if field is None:
            raise Fault(self._missing(name))
        if field.kind not in kinds:
            raise Fault(f"{name} is no {' or '.join(sorted(kinds)) if 'ints' in kinds else 'number'}")


def check_picture(game: Game) -> int:
    """Check every part of a game's picture.

    Args:
        game: the game.

    Returns:
        The number of parts.

    Raises:
        Fault: a part cannot be drawn; the text says which and why.
    """
    parts = flat(game.picture)
    turned = _upright_world(parts)
    if sum(isinstance(part, Camera) for part in parts) > 1:
        raise Fault("the picture has two cameras; one shows the world")
    for k, part in enumerate(parts):
        try:
            _check(game, part)
            if turned is not None:
                _check_upright(part, *turned)
            if isinstance(part, Camera):
                _check_windows(part)
            if isinstance(part, Image):
                _check_file(game, str(part.values["name"]), IMAGES)
        except Fault as fault:
            of = str(part.values.get("event") or part.of)
            about = f"{type(part).__name__}({of!r})" if of else type(part).__name__
            raise Fault(f"part {k + 1} of the picture, {about}: {fault}") from None
    return len(parts)


PHONE = (390, 700)
"""The part of an upright phone in which a picture is shown, in its own pixels."""
ENOUGH_PERCENT = 60


def upright_percent(game: Game) -> int:
    """How much of an upright phone a picture fills, in percent; 100 if its size is only known in a match."""
    parts = flat(game.picture)
    camera = next((part for part in parts if isinstance(part, Camera)), None)
    if camera is not None:
        seen = camera.values["upright"]
        return _filled(*seen) if isinstance(seen, tuple) else 0
    world = next((part for part in parts if isinstance(part, World)), None)
    if world is None:
        if any(isinstance(part, Cells) for part in parts):
            return 100
        world = World(960, 600)
    values = world.values
    upright = values.get("upright")
    width, height = upright if isinstance(upright, tuple) else (values["width"], values["height"])
    if not isinstance(width, int) or not isinstance(height, int):
        return 100
    if values["turnable"] and width > height:
        width, height = height, width
    return _filled(width, height)


def _filled(width: int, height: int) -> int:
    """How much of an upright phone a picture of these sides fills, in percent."""
    filled = min(PHONE[0] * height * PHONE[0] // width, PHONE[1] * width * PHONE[1] // height)
    return min(100, filled * 100 // (PHONE[0] * PHONE[1]))


def _check(game: Game, part: Part) -> None:
    views = Views(game, part)
    values = part.values
    if isinstance(part, World) and part.of:
        raise Fault("the world is measured by the root alone")
    if isinstance(part, On):
        _check_event(game, part)
    elif isinstance(part, Cells):
        _check_cells(part, views)
    elif isinstance(part, Trail):
        _check_trail(part, views)
    elif isinstance(part, Words):
        _check_words(game, part, views)
    else:
        _check_fields(part, views)
    if not isinstance(part, On):
        for name in ("colour", "back"):
            if name in values:
                _check_colour(values[name], views)
    _check_texts(values, views)
    _check_control(game, values)


def _upright_world(parts: Iterable[Part]) -> tuple[int, int] | None:
    """The size that the world has on upright screens alone; None: it has one size."""
    world = next((part for part in parts if isinstance(part, World)), None)
    sides = world.values.get("upright") if world is not None else None
    if not isinstance(sides, tuple) or len(sides) != 2:
        return None
    return int(str(sides[0])), int(str(sides[1]))


def _check_upright(part: Part, width: int, height: int) -> None:
    """What has a fixed place is drawn within the world of upright screens, or not on them. Raises Fault."""
    when = part.values.get("when")
    if isinstance(part, On) or (isinstance(when, str | tuple) and "wide" in conditions(when)):
        return
    if part.values.get("unless") == "upright":
        return
    for name, most in (("x", width), ("y", height)):
        value = part.values.get(name)
        far = value.length if isinstance(value, Spread) else value
        if isinstance(far, int) and far > most:
            raise Fault(
                f"{name} reaches {far}, beyond the {width} x {height} of World(upright=…): draw this with "
                'when="wide", and another with when="upright" at its own place'
            )


def _check_words(game: Game, part: Words, views: Views) -> None:
    """What is translated is a text of the game, and a translation fills in nothing else. Raises Fault."""
    others = [one for one in flat(game.picture) if not isinstance(one, Words)]
    known = {*_texts_in([one.values for one in others]), *texts_about(game)}
    for view in [views.root, *(field.of for field in views.root.fields if field.of is not None)]:
        known.update(name for field in view.fields for name in field.names)
    for text, there in part.pairs().items():
        if text not in known:
            raise Fault(
                f"neither a part of the picture nor a text about the game is {text!r}; write it as the part "
                "has it, or as the page shows it"
            )
        for name in _braced(there):
            if name not in _braced(text):
                raise Fault(f"{there!r} fills in {{{name}}}, and {text!r} does not")


def _texts_in(value: object) -> Iterable[str]:
    """All strings in what a part declares."""
    if isinstance(value, str):
        yield value
        yield value.removeprefix(":")  # a sign's name is read out
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts_in(one)
    elif isinstance(value, Faces):
        yield from _texts_in(vars(value))


def _check_windows(camera: Camera) -> None:
    for name in ("view", "upright"):
        sides = camera.values[name]
        if not isinstance(sides, tuple) or len(sides) != 2 or not all(_is_side(one) for one in sides):
            raise Fault(f"{name} is {sides!r}; write the width and the height of what is seen, in units")


def _is_side(value: object) -> bool:
    return isinstance(value, int) and value > 0


IMAGES = (".png", ".webp", ".svg")
TONES = (".wav", ".ogg")


def _check_file(game: Game, name: str, kinds: tuple[str, ...]) -> None:
    """Raise Fault unless the game has a file of this name and kind."""
    if not game.files.get(name, "").endswith(kinds):
        known = ", ".join(one for one, path in game.files.items() if path.endswith(kinds)) or "none"
        raise Fault(f"there is no file {name} ({', '.join(kinds)}) among the game's own; there are: {known}")


def _check_texts(values: Mapping[str, object], views: Views) -> None:
    for text in (values.get("text"), values.get("title"), *_tuple(values.get("lines"))):
        for name in _braced(str(text or "")):
            if name != "player":
                views.check(name, (*SCALARS, "text", "ints"))


def _drawn(part: Part, root: EntityView) -> EntityView:
    """The type of what a part draws: the entities of a list, or the root."""
    if not part.of:
        return root
    lists = {field.name: field.of for field in root.fields if field.of is not None}
    if part.of not in lists:
        raise Fault(f"{part.of} is no list of {root.name}; there are {', '.join(lists) or 'none'}")
    return lists[part.of]


def _check_fields(part: Part, views: Views) -> None:
    """Check the fields, lengths, conditions and cards that a part names."""
    values = part.values
    for name in LENGTHS:
        if name in values:
            _check_length(values[name], views)
    for names, kinds in ((FIELDS, SCALARS), (LISTS, frozenset({"ints"}))):
        for name in names:
            field = values.get(name)
            if isinstance(field, str) and field:
                views.check(field, kinds)
    for name in ("when", "unless"):
        if values.get(name):
            _check_condition(values[name], views)
    _check_shape(values.get("shape"), views)
    _check_faces(values.get("faces"))


def _check_cells(part: Cells, views: Views) -> None:
    """Check the board of a Cells part, its colours, and what the part names of its things."""
    values = part.values
    field = views.field(str(values["grid"]))
    if field is None or field.kind != "grid":
        raise Fault(f"{views.of.name} shows no Grid {values['grid']}")
    views.check(field.width)
    for colour in _tuple(values["colours"]):
        if colour in ("seat", "team") or (isinstance(colour, str) and colour and not _is_plain(colour)):
            known = ", ".join(COLOURS[2:])
            raise Fault(f"{colour!r} is no colour of a value: {known}, #rrggbb, 0 to 7 or nothing")
    _check_fields(part, views)


def _is_plain(colour: str) -> bool:
    return colour in COLOURS or colour.startswith("#")


def _check_shape(shape: object, views: Views) -> None:
    if isinstance(shape, Pick):
        views.check(shape.field)
        for one in shape.values:
            if one not in SHAPES:
                raise Fault(f"there is no shape {one}; there are {', '.join(SHAPES)}")
    elif isinstance(shape, str) and shape not in SHAPES:
        views.check(shape)


def _check_faces(faces: object) -> None:
    if not isinstance(faces, Faces):
        return
    if faces.ranks < 1:
        raise Fault("a suit of cards has at least one rank")
    for shape in faces.shapes:
        if shape and shape not in SHAPES:
            raise Fault(f"there is no shape {shape}; there are {', '.join(SHAPES)}")
    for text in faces.texts:
        if text.startswith(":") and text not in SIGNS:
            raise Fault(f"there is no sign {text}; there are {', '.join(SIGNS)}")


def _check_condition(declared: object, views: Views) -> None:
    listed = conditions(declared) if isinstance(declared, (str, tuple)) else []
    for left, _, right in zip(*[iter(listed)] * 3, strict=True):
        if left in SPECIAL and views.field(left) is None:
            continue
        views.check(str(left))
        if isinstance(right, int):
            continue
        field = views.field(str(left))
        if field is None or right not in field.names:
            views.check(str(right))


def _check_length(value: object, views: Views) -> None:
    if isinstance(value, Spread):
        views.check(value.of)
    if isinstance(value, (Scaled, Spread, Pick)):
        value = value.field
    if isinstance(value, str):
        views.check(value)
    elif not isinstance(value, int):
        raise Fault(f"{value!r} is no length: a number, a field's name, Scaled, Spread or Pick")


def _check_trail(part: Trail, views: Views) -> None:
    values = part.values
    for field in views.of.fields:
        if field.name == values["rows"] and field.columns:
            for name in (values["x"], values["y"]):
                if name not in field.columns:
                    raise Fault(f"{views.of.name}.{field.name} has no column {name}")
                views.check(str(name))
            return
    raise Fault(f"{views.of.name} shows no Series or Track {values['rows']}")


def _check_colour(value: object, views: Views) -> None:
    if isinstance(value, Pick):
        views.check(value.field)
        for one in value.values:
            _check_colour(one, views)
    elif value == "team":
        views.check("team")
    elif isinstance(value, str) and value not in COLOURS and not value.startswith("#"):
        try:
            views.check(value)
        except Fault as fault:
            raise Fault(f"{fault}. Colours are {', '.join(COLOURS)}, #rrggbb and 0 to 7") from None


def _check_control(game: Game, values: Mapping[str, object]) -> None:
    """A part that offers a choice names a control of the game."""
    chosen = values.get("choose")
    controls = getattr(game, "controls", None)
    if not chosen:
        return
    names = [control.name for control in controls.others] if controls is not None else []
    if chosen not in names:
        raise Fault(f"there is no control {chosen} to choose by; there are {', '.join(names) or 'none'}")


def _check_event(game: Game, part: On) -> None:
    events = {event.name: event for event in game.events}
    name = str(part.values["event"])
    if name not in events:
        raise Fault(f"there is no event {name}; there are {', '.join(events) or 'none'}")
    sound = str(part.values["sound"])
    if sound.startswith("own:"):
        _check_file(game, sound.removeprefix("own:"), TONES)
    elif sound and sound not in SOUNDS:
        raise Fault(f"there is no sound {sound}; there are {', '.join(SOUNDS)}")
    for argument in _braced(str(part.values["say"])):
        if argument not in events[name].args:
            raise Fault(f"the event {name} has no argument {argument}")
    if "burst" in part.values:
        _check_burst(game, part, events[name].args)


def _check_burst(game: Game, part: On, args: tuple[str, ...]) -> None:
    at = str(part.values["at"])
    if at:
        if not args:
            raise Fault(f"the event {part.values['event']} has no argument with the id of one of {at}")
        views = Views(game, Part(at))
        for name in ("x", "y"):
            _check_length(part.values[name], views)
        return
    for name in ("x", "y"):
        if part.values[name] not in args:
            raise Fault(
                f"sparks fly from a list `at`, or from arguments of the event: no {part.values[name]}"
            )


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _braced(text: str) -> list[str]:
    return [piece.split("}")[0] for piece in text.split("{")[1:]]
