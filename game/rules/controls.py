"""Controls: what a player can do, declared like state, and read by name in `step`.

A game declares `controls = Controls(Stick("move"), Button("kick"))`. Then `inputs[seat]` in `step` is a
`SeatInput` with an attribute for each control:

    Button("kick")      `.kick`, `.kick_pressed`, `.kick_released`: held, went down, went up in this step
    Stick("move")       `.move.x`, `.move.y`: -127..127, y points down, never longer than 127
    Pointer("aim")      `.aim.x`, `.aim.y`: units of the world, held; in the middle at the start
    Typed("word")       `.word`: the text sent in this step, or None; `.word_live`: what is being typed
    Choose("card")      `.card`: the index that was chosen in this step, or -1
    Stroke("pen")       `.pen`: the points of this step as (x, y, down); a stroke begins with down 0

All of it enters the journal as integers: a press as (PRESS, seat, buttons, 0), a change of another control as
(CONTROL, seat, what, value), see `Controls.entries`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Optional, Union

    Point = tuple[int, int, int]
    Value = Union[int, str, "tuple[Point, ...]"]
    """What a control is changed to: a packed number, a text, or points."""
    Change = tuple[int, bool, Value]
    """(number of the control, whether a text is only being typed, value)."""
    Entry = tuple[int, int, int, int]

CONTROL = 5
"""Entry (CONTROL, seat, what, value): a control other than a button changed."""
MOST_BUTTONS = 28
MOST_CONTROLS = 32
"""Controls other than buttons."""
MOST_CHARS = 200
MOST_SIDE = 4096
"""Of a pointer's world and of a sheet for strokes, in units."""
MOST_POINTS = 64
"""Points of one change of a stroke."""
STICK = 127

# The number `what` of an entry: the control's number in five bits; above them 0 for a number, else 1 + the
# bytes of text or points in this entry, in three bits; then a bit for the last entry of a change, and one for
# a text that is only being typed.
_LAST = 1 << 8
_LIVE = 1 << 9
_CHUNK = 3


class BadControl(ValueError):
    """A value that a control cannot have; the message says which values it can have."""


class Control:
    """A control; `number` counts those that are not buttons, in the order of declaration.

    Args:
        name: the attribute of `SeatInput`.
        label: what people read; by default the name.
        doc: one sentence for the authors of other clients.
        key, keys, pad, touch: where the control is, by default chosen by the client.
        only: a field of the root with the seat that may use it (-1: nobody); what others send is ignored.
    """

    kind = ""
    held = False
    """It keeps its value until it changes."""
    numbers = True
    """Its changes are numbers, not bytes."""

    def __init__(self, name: str, label: str, doc: str, place: "dict[str, Any]", only: str = "") -> None:
        self.name = name
        self.label = label or name[:1].upper() + name[1:].replace("_", " ")
        self.doc = doc
        self.place = place
        self.only = only
        self.number = -1

    def start(self) -> int:
        """The packed number at the start of a match."""
        return 0

    def rest(self, value: int) -> int:
        """The packed number once nobody uses the control any more."""
        return value

    def check(self, value: "Value") -> None:
        """Raises BadControl for a value that the control cannot have."""
        if not isinstance(value, int) or not 0 <= value < self.most():
            raise BadControl("%s takes %s" % (self.name, self.takes()))

    def packed(self, value: "Any") -> "Value":  # noqa: ANN401 (sent by a client)
        """A value as a client of JSON sends it, for `check`."""
        found: "Value" = value
        return found

    def most(self) -> int:
        """Packed numbers lie below this."""
        return 0

    def takes(self) -> str:
        """In words: the values that it takes."""
        return ""

    def describe(self) -> "dict[str, Any]":
        """The CONTROL of the protocol, JSON-able."""
        found: "dict[str, Any]" = {"kind": self.kind, "name": self.name, "label": self.label}
        if self.doc:
            found["doc"] = self.doc
        for name in sorted(self.place):
            if self.place[name]:
                found[name] = self.place[name]
        if self.only:
            found["only"] = self.only
        return found


class Button(Control):
    """A button. `key` is a key's `code` as "Space" or "KeyE"; `pad` one of A, B, X, Y, LB, RB, LT, RT."""

    kind = "button"

    def __init__(
        self, name: str, key: str = "", pad: str = "", label: str = "", touch: str = "", doc: str = ""
    ) -> None:
        super().__init__(name, label, doc, {"key": key, "pad": pad, "touch": touch})


class Axes:
    """Where a stick or a pointer is: `x` and `y`."""

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y


class Stick(Control):
    """A stick: two axes of -127..127, never longer than 127; y points down.

    `keys` is "WASD", "arrows", or four keys' codes for up, left, down, right, separated by spaces; `pad` is
    "left" or "right", as is `touch`.
    """

    kind = "stick"
    held = True

    def __init__(
        self,
        name: str,
        keys: str = "",
        pad: str = "left",
        touch: str = "left",
        label: str = "",
        doc: str = "",
    ) -> None:
        super().__init__(name, label, doc, {"keys": keys, "pad": pad, "touch": touch})

    def rest(self, value: int) -> int:  # noqa: ARG002 (as in Control)
        """In the middle."""
        return 0

    def packed(self, value: "Any") -> "Value":  # noqa: ANN401 (sent by a client)
        """[x, y] as one number, -1 if it is no place."""
        if _is_place(value) and -STICK <= value[0] <= STICK and -STICK <= value[1] <= STICK:
            return pack_stick(value[0], value[1])
        return -1

    def check(self, value: "Value") -> None:
        """Raises BadControl for a stick that is outside its circle."""
        if isinstance(value, int) and 0 <= value < 65536:
            x, y = unpack_stick(value)
            if x * x + y * y <= (STICK + 1) * (STICK + 1) and x >= -STICK and y >= -STICK:
                return
        raise BadControl(
            "%s takes x and y of -%d to %d, together no longer than %d" % (self.name, STICK, STICK, STICK)
        )


class Pointer(Control):
    """A place in the world of `width` x `height` units that a mouse, a finger or a stick points at."""

    kind = "pointer"
    held = True

    def __init__(
        self,
        name: str,
        width: int = 960,
        height: int = 600,
        pad: str = "right",
        touch: str = "",
        label: str = "",
        doc: str = "",
    ) -> None:
        if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
            raise ValueError("a pointer's world has sides of 1 to %d units" % MOST_SIDE)
        super().__init__(name, label, doc, {"pad": pad, "touch": touch, "width": width, "height": height})
        self.width = width
        self.height = height

    def packed(self, value: "Any") -> "Value":  # noqa: ANN401 (sent by a client)
        """[x, y] as one number, -1 if it is no place in the world."""
        if _is_place(value) and 0 <= value[0] <= self.width and 0 <= value[1] <= self.height:
            return pack_pointer(value[0], value[1], self.width)
        return -1

    def start(self) -> int:
        """The middle of the world."""
        return pack_pointer(self.width // 2, self.height // 2, self.width)

    def most(self) -> int:
        """Packed numbers lie below this."""
        return (self.width + 1) * (self.height + 1)

    def takes(self) -> str:
        """In words: the values that it takes."""
        return "x of 0 to %d and y of 0 to %d" % (self.width, self.height)


class Typed(Control):
    """A text that a player types and sends: at most `chars` characters.

    `live`: the game also sees what is being typed.
    """

    kind = "typed"
    numbers = False

    def __init__(
        self, name: str, chars: int = 24, live: bool = False, label: str = "", only: str = "", doc: str = ""
    ) -> None:
        if not 1 <= chars <= MOST_CHARS:
            raise ValueError("a typed text has 1 to %d characters" % MOST_CHARS)
        super().__init__(name, label, doc, {"chars": chars, "live": live}, only)
        self.chars = chars
        self.live = live

    def check(self, value: "Value") -> None:
        """Raises BadControl for what is not a text, or too long."""
        if not isinstance(value, str) or len(value) > self.chars:
            raise BadControl("%s takes a text of at most %d characters" % (self.name, self.chars))


class Choose(Control):
    """A choice by its index, 0 to `most` - 1; `of` names the list that the picture offers to choose from."""

    kind = "choose"

    def __init__(
        self, name: str, most: int = 64, of: str = "", label: str = "", only: str = "", doc: str = ""
    ) -> None:
        if not 1 <= most <= 1 << 16:
            raise ValueError("a choice has 1 to %d values" % (1 << 16))
        super().__init__(name, label, doc, {"most": most, "of": of}, only)
        self.count = most

    def most(self) -> int:
        """Indices lie below this."""
        return self.count

    def takes(self) -> str:
        """In words: the values that it takes."""
        return "a number of 0 to %d" % (self.count - 1)


class Stroke(Control):
    """A pen on a sheet of `size` x `size` units; `width` and `height` say otherwise."""

    kind = "stroke"
    numbers = False

    def __init__(
        self,
        name: str,
        size: int = 1024,
        width: int = 0,
        height: int = 0,
        label: str = "",
        only: str = "",
        doc: str = "",
    ) -> None:
        self.width = width or size
        self.height = height or size
        if not (0 < self.width <= MOST_SIDE and 0 < self.height <= MOST_SIDE):
            raise ValueError("a sheet has sides of 1 to %d units" % MOST_SIDE)
        super().__init__(name, label, doc, {"width": self.width, "height": self.height}, only)

    def packed(self, value: "Any") -> "Value":  # noqa: ANN401 (sent by a client)
        """The points as tuples; what is not a point is left for `check`."""
        points = value if isinstance(value, (list, tuple)) else []
        found: "Value" = tuple([tuple(one) if isinstance(one, list) else one for one in points])
        return found

    def check(self, value: "Value") -> None:
        """Raises BadControl for what is not points on the sheet, or too many."""
        if isinstance(value, tuple) and 0 < len(value) <= MOST_POINTS:
            good = True
            for point in value:
                good = good and self._good(point)
            if good:
                return
        raise BadControl(
            "%s takes 1 to %d points [x, y, down], x of 0 to %d, y of 0 to %d, down of 0 or 1"
            % (self.name, MOST_POINTS, self.width, self.height)
        )

    def _good(self, point: "Any") -> bool:  # noqa: ANN401 (sent by a client)
        if not isinstance(point, (list, tuple)) or len(point) != 3:
            return False
        x, y, down = point
        if not (isinstance(x, int) and isinstance(y, int) and isinstance(down, int)):
            return False
        return 0 <= x <= self.width and 0 <= y <= self.height and 0 <= down <= 1


def pack_stick(x: int, y: int) -> int:
    """A stick's axes as one number."""
    return (x & 255) << 8 | (y & 255)


def unpack_stick(value: int) -> "tuple[int, int]":
    """The axes of `pack_stick`."""
    x = value >> 8 & 255
    y = value & 255
    return x - 256 if x > STICK else x, y - 256 if y > STICK else y


def pack_pointer(x: int, y: int, width: int) -> int:
    """A place in a pointer's world as one number, row by row."""
    return y * (width + 1) + x


def _is_place(value: "Any") -> bool:  # noqa: ANN401 (sent by a client)
    return (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and isinstance(value[0], int)
        and isinstance(value[1], int)
    )


class SeatInput:
    """What one seat does in a step: an attribute for each control, see the head of this module.

    It has nothing else, so a control may have any name.
    """

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401 (by the control's kind)


class SeatControls:
    """The controls of one seat in a match: takes entries, and shows them to the rules.

    Attributes:
        input: what the rules read.
    """

    def __init__(self, controls: "Controls") -> None:
        self.input = SeatInput()
        self._controls = controls
        self._numbers = [control.start() for control in controls.others]
        self._lives = ["" for _ in controls.others]
        self._parts = bytearray()
        self._dirty = True
        self._mask = 0
        self.settle()

    def press(self, mask: int) -> None:
        """Take the buttons that are held from this step on."""
        if mask == self._mask:
            return
        self._dirty = True
        buttons = self._controls.buttons
        for k in range(len(buttons)):
            name = buttons[k].name
            now = mask >> k & 1 == 1
            before = self._mask >> k & 1 == 1
            setattr(self.input, name, now)
            if now != before:
                setattr(self.input, name + ("_pressed" if now else "_released"), True)
        self._mask = mask

    def take(self, what: int, value: int) -> None:
        """Take a CONTROL entry; one that makes no sense is ignored."""
        number = what & 31
        others = self._controls.others
        if number >= len(others):
            return
        control = others[number]
        size = what >> 5 & 7
        if size == 0:
            self._take_number(control, value)
            return
        for k in range(min(size - 1, _CHUNK)):
            self._parts.append(value >> 8 * k & 255)
        if what & _LAST:
            raw = bytes(self._parts)
            self._parts = bytearray()
            self._take_bytes(control, raw, what & _LIVE != 0)

    def _take_number(self, control: Control, value: int) -> None:
        if not control.numbers or (control.most() and not 0 <= value < control.most()):
            return
        self._dirty = True
        if control.held:
            self._numbers[control.number] = value
            self._show(control)
        else:
            setattr(self.input, control.name, value)

    def _take_bytes(self, control: Control, raw: bytes, live: bool) -> None:
        self._dirty = True
        if isinstance(control, Stroke):
            setattr(self.input, control.name, getattr(self.input, control.name) + points_of(raw))
        elif isinstance(control, Typed):
            try:
                text = raw.decode()
            except UnicodeError:  # no server writes it
                return
            if not live:
                setattr(self.input, control.name, text)
                text = ""
            if control.live:
                self._lives[control.number] = text
                setattr(self.input, control.name + "_live", text)

    def settle(self) -> None:
        """A step is over: what lasts for one step only ends."""
        if not self._dirty:
            return
        self._dirty = False
        self._parts = bytearray()
        buttons = self._controls.buttons
        for k in range(len(buttons)):
            setattr(self.input, buttons[k].name, self._mask >> k & 1 == 1)
            setattr(self.input, buttons[k].name + "_pressed", False)
            setattr(self.input, buttons[k].name + "_released", False)
        for control in self._controls.others:
            self._show(control)

    def _show(self, control: Control) -> None:
        number = self._numbers[control.number]
        if isinstance(control, Stick):
            x, y = unpack_stick(number)
            setattr(self.input, control.name, Axes(x, y))
        elif isinstance(control, Pointer):
            across = control.width + 1
            setattr(self.input, control.name, Axes(number % across, number // across))
        elif isinstance(control, Choose):
            setattr(self.input, control.name, -1)
        elif isinstance(control, Stroke):
            setattr(self.input, control.name, [])
        else:
            setattr(self.input, control.name, None)
            if isinstance(control, Typed) and control.live:
                setattr(self.input, control.name + "_live", self._lives[control.number])

    def clear(self) -> None:
        """Everything as at the start of a match: another player takes the seat."""
        self._numbers = [control.start() for control in self._controls.others]
        self._lives = ["" for _ in self._controls.others]
        self._mask = 0
        self._dirty = True
        self.settle()

    def number(self, k: int) -> int:
        """The packed number of a held control."""
        return self._numbers[k]

    def live(self, k: int) -> str:
        """What is being typed in a control."""
        return self._lives[k]

    def save(self, out: "list[int]") -> None:
        """Append what a snapshot must hold, for `load`."""
        for control in self._controls.others:
            if control.held:
                out.append(self._numbers[control.number])
            elif isinstance(control, Typed) and control.live:
                text = self._lives[control.number]
                out.append(len(text))
                for char in text:
                    out.append(ord(char))

    def load(self, mask: int, numbers: "list[int]", at: int) -> int:
        """Take back what `save` appended, from index `at` on; returns the index after it."""
        self._mask = mask
        for control in self._controls.others:
            if control.held:
                self._numbers[control.number] = numbers[at]
                at += 1
            elif isinstance(control, Typed) and control.live:
                count = numbers[at]
                self._lives[control.number] = "".join([chr(one) for one in numbers[at + 1 : at + 1 + count]])
                at += 1 + count
        self._dirty = True
        self.settle()
        return at


class Controls:
    """The controls of a game, in the order in which they are shown."""

    def __init__(self, *declared: Control) -> None:
        self.all: "tuple[Control, ...]" = declared
        self.buttons: "tuple[Control, ...]" = tuple([one for one in declared if isinstance(one, Button)])
        self.others: "tuple[Control, ...]" = tuple([one for one in declared if not isinstance(one, Button)])
        if len(self.buttons) > MOST_BUTTONS or len(self.others) > MOST_CONTROLS:
            raise ValueError(
                "a game has at most %d buttons and %d other controls" % (MOST_BUTTONS, MOST_CONTROLS)
            )
        for k in range(len(self.others)):
            self.others[k].number = k

    def find(self, name: str) -> "Optional[Control]":
        """The control with this name that is not a button; None if there is none."""
        for control in self.others:
            if control.name == name:
                return control
        return None

    def chars(self, number: int) -> int:
        """How many characters a typed text of this control has at most."""
        control = self.others[number]
        return control.chars if isinstance(control, Typed) else 0

    def check(self, change: "Change") -> None:
        """Raises BadControl for a change that no client of the game may send."""
        number, live, value = change
        if not 0 <= number < len(self.others):
            raise BadControl("there is no control %d" % number)
        control = self.others[number]
        control.check(value)
        if live and not (isinstance(control, Typed) and control.live):
            raise BadControl("%s does not show what is being typed" % control.name)

    def change(self, name: str, value: "Any") -> "Change":  # noqa: ANN401 (sent by a client)
        """The change of a control by its name.

        Args:
            name: the control's name; `NAME_live` for what is being typed in it.
            value: [x, y] of a stick or a pointer, a text, an index, or points [x, y, down].

        Returns:
            The change.

        Raises:
            BadControl: there is no such control, or it does not take this value.
        """
        live = name.endswith("_live") and self.find(name) is None
        control = self.find(name[:-5] if live else name)
        if control is None:
            raise BadControl(
                "there is no control %s; there are %s" % (name, ", ".join([one.name for one in self.others]))
            )
        packed = control.packed(value)
        change = (control.number, live, packed)
        self.check(change)
        return change

    def entries(self, seat: int, change: "Change") -> "list[Entry]":
        """A change as entries of the journal."""
        number, live, value = change
        if isinstance(value, int):
            return [(CONTROL, seat, number, value)]
        raw = value.encode() if isinstance(value, str) else bytes_of(value)
        found: "list[Entry]" = []
        for at in range(0, max(1, len(raw)), _CHUNK):
            part = raw[at : at + _CHUNK]
            what = number | (1 + len(part)) << 5
            if at + _CHUNK >= len(raw):
                what |= _LAST
            if live:
                what |= _LIVE
            number_of = 0
            for k in range(len(part)):
                number_of |= part[k] << 8 * k
            found.append((CONTROL, seat, what, number_of))
        return found

    def rest(self, seat: int, held: SeatControls) -> "list[Entry]":
        """The entries that let go of everything that a seat holds besides buttons."""
        found: "list[Entry]" = []
        for control in self.others:
            if control.held:
                number = held.number(control.number)
                if control.rest(number) != number:
                    found.append((CONTROL, seat, control.number, control.rest(number)))
            elif held.live(control.number):
                found += self.entries(seat, (control.number, True, ""))
        return found


def bytes_of(points: "Sequence[Point]") -> bytes:
    """Points as bytes: for each twice the zigzag step across, plus `down`, then the zigzag step down."""
    out = bytearray()
    at_x = at_y = 0
    for x, y, down in points:
        _put(out, _zigzag(x - at_x) * 2 + down)
        _put(out, _zigzag(y - at_y))
        at_x = x
        at_y = y
    return bytes(out)


def points_of(raw: bytes) -> "list[Point]":
    """The points of `bytes_of`; bytes that end within a point lose it."""
    numbers: "list[int]" = []
    value = shift = 0
    for byte in raw:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
        elif shift > 21:
            break
    found: "list[Point]" = []
    x = y = 0
    for k in range(0, len(numbers) - 1, 2):
        x += _unzigzag(numbers[k] >> 1)
        y += _unzigzag(numbers[k + 1])
        found.append((x, y, numbers[k] & 1))
    return found


def _put(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _unzigzag(value: int) -> int:
    return value >> 1 if value & 1 == 0 else -((value + 1) >> 1)
