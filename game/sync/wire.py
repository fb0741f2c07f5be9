"""Frames: what goes down to a client and, in the bare framing, what comes up.

Each frame is written by a function and read into a frozen struct; see section 5 of `docs/protocol.md`
for those that go down, section 6 for those that come up.
"""

from binascii import crc32
from collections.abc import Sequence

from msgspec import Struct

from game.protocol.frames import (
    ACKS,
    ADVANCE,
    CHANGE_LIVE_TEXT,
    CHANGE_NUMBER,
    CHANGE_POINTS,
    CHANGE_TEXT,
    CHECK_BYTES,
    CLOCK,
    CLOCK_UP,
    CONTROLS,
    EVENTS,
    FLAGS,
    FULL,
    INPUT,
    INT_MAX,
    KEYFRAME,
    MOST_CHANGE_BYTES,
    MOST_CHANGES,
    MOST_INPUTS,
    MOST_UP_BYTES,
    OF_HOST,
    PRIVATE,
    RESYNC,
    SHIFT,
    STATE,
)
from game.rules.controls import bytes_of, points_of

from .varint import BadFrame, Reader, varint, zigzag

Ack = tuple[int, int, int]
"""(seat, seq, margin): the input was applied, `margin` ticks after it came; negative: that late."""


class StateFrame(Struct, frozen=True):
    """What changed since the frame before; `update` is the root's update."""

    number: int
    advance: int
    acks: tuple[Ack, ...]
    events: tuple[tuple[int, ...], ...]
    update: bytes


class Keyframe(Struct, frozen=True):
    """A whole view; `full` is the root in full, `at_ms` the server time at which its tick was due."""

    number: int
    epoch: int
    tick: int
    at_ms: int
    acks: tuple[Ack, ...]
    full: bytes


class PrivateFrame(Struct, frozen=True):
    """An update, or with `is_full` the whole, of a seat's private part, or with `of_host` of the host's."""

    seat: int
    is_full: bool
    of_host: bool
    body: bytes


class ClockFrame(Struct, frozen=True):
    """The answer to a clock message: its own time of sending, and the server's time."""

    client_ms: int
    now_ms: int


class ShiftFrame(Struct, frozen=True):
    """From now on `tick` is due at `at_ms`, and the others around it."""

    tick: int
    at_ms: int


Frame = StateFrame | Keyframe | PrivateFrame | ClockFrame | ShiftFrame


Points = tuple[tuple[int, int, int], ...]
Change = tuple[int, bool, int | str | Points]
"""A change of a control: its number, whether a text is only being typed, and its value as
`game.rules.controls` packs it."""
Changes = tuple[Change, ...]
JsonValue = int | str | list[int | list[int]]
"""The value of a control as JSON clients send it."""


class InputMessage(Struct, frozen=True, gc=False):
    """Inputs of one seat, `first_seq` the first's number: (tick, buttons, value or None).

    Attributes:
        changes: for each input, its changes of controls that are not buttons; empty for a message without.
        named: the same as JSON clients send it: values by the control's name.
    """

    seat: int
    first_seq: int
    inputs: tuple[tuple[int, int, int | None], ...]
    changes: tuple[Changes, ...] = ()
    named: tuple[dict[str, JsonValue], ...] = ()


class ClockMessage(Struct, frozen=True, gc=False):
    """A question for the time; `client` comes back with the answer."""

    client: int


class ResyncMessage(Struct, frozen=True, gc=False):
    """A question for a keyframe."""


Message = InputMessage | ClockMessage | ResyncMessage


def sealed(body: bytes | bytearray) -> bytes:
    """A frame's bytes with their check behind them."""
    return bytes(body) + (crc32(body) & 0xFFFF).to_bytes(2, "little")


def acks_bytes(acks: Sequence[Ack]) -> bytes:
    """The acknowledgements of a frame, with their count before them."""
    out = bytearray(varint(len(acks)))
    for seat, seq, margin in acks:
        out += varint(seat) + varint(seq) + zigzag(margin)
    return bytes(out)


# hot: once a tick and view
def state_frame(
    number: int, advance: int, acks: Sequence[Ack], events: Sequence[Sequence[int]], update: bytes
) -> bytes:
    """A state; `number` is taken modulo 256, an event is (kind, *arguments)."""
    flags = STATE
    middle = b""
    if advance != 1:
        flags |= ADVANCE
        middle = varint(advance)
    if acks:
        flags |= ACKS
        middle += acks_bytes(acks)
    if events:
        flags |= EVENTS
        middle += varint(len(events))
        for event in events:
            middle += varint(event[0]) + b"".join(map(zigzag, event[1:]))
    return sealed(bytes((flags, number & 255)) + middle + update)


def keyframe(number: int, epoch: int, tick: int, at_ms: int, acks: Sequence[Ack], full: bytes) -> bytes:
    """A keyframe; `number` is that of the state it stands in for, modulo 256."""
    head = bytes((KEYFRAME, number & 255)) + varint(epoch) + varint(tick) + varint(at_ms)
    return sealed(head + acks_bytes(acks) + full)


def private_frame(seat: int, body: bytes, is_full: bool = False, of_host: bool = False) -> bytes:
    """A private update, or the private part in full."""
    first = PRIVATE | (FULL if is_full else 0) | (OF_HOST if of_host else 0)
    return sealed(bytes((first,)) + varint(seat) + body)


def clock_frame(client_ms: int, now_ms: int) -> bytes:
    """The answer to a clock message."""
    return sealed(bytes((CLOCK,)) + varint(client_ms) + varint(now_ms))


def shift_frame(tick: int, at_ms: int) -> bytes:
    """From now on `tick` is due at `at_ms`."""
    return sealed(bytes((SHIFT,)) + varint(tick) + varint(at_ms))


def parse_frame(data: bytes, event_args: Sequence[int] = ()) -> Frame:
    """Parse a frame from the server.

    The update or the full state that a frame carries is not decoded: `StateDecoder` does that.

    Args:
        data: the frame.
        event_args: how many arguments each kind of event has.

    Returns:
        The frame.

    Raises:
        BadFrame: the bytes are no frame, or their check is wrong.
    """
    end = len(data) - CHECK_BYTES
    if end < 1:
        raise BadFrame(f"a frame has at least 3 bytes, got {len(data)}")
    if crc32(data[:end]) & 0xFFFF != int.from_bytes(data[end:], "little"):
        raise BadFrame("the check does not fit the frame")
    reader = Reader(data, 0, end)
    first = reader.byte()
    kind, flags = first & 15, first & 0xF0
    if flags & ~FLAGS.get(kind, 0) or kind not in FLAGS:
        raise BadFrame(f"no frame begins with byte {first:#04x}")
    frame: Frame
    if kind == STATE:
        number = reader.byte()
        advance = reader.varint() if flags & ADVANCE else 1
        acks = _take_acks(reader) if flags & ACKS else ()
        events = _take_events(reader, event_args) if flags & EVENTS else ()
        return StateFrame(number, advance, acks, events, data[reader.at : end])
    if kind == KEYFRAME:
        number = reader.byte()
        epoch, tick, at_ms = reader.varint(), reader.varint(), reader.varint()
        acks = _take_acks(reader)
        return Keyframe(number, epoch, tick, at_ms, acks, data[reader.at : end])
    if kind == PRIVATE:
        seat = reader.varint()
        return PrivateFrame(seat, bool(flags & FULL), bool(flags & OF_HOST), data[reader.at : end])
    if kind == CLOCK:
        frame = ClockFrame(reader.varint(), reader.varint())
    else:
        frame = ShiftFrame(reader.varint(), reader.varint())
    reader.finish()
    return frame


def _take_acks(reader: Reader) -> tuple[Ack, ...]:
    return tuple((reader.varint(), reader.varint(), reader.zigzag()) for _ in range(reader.count(3)))


def _take_events(reader: Reader, event_args: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    events: list[tuple[int, ...]] = []
    for _ in range(reader.count()):
        kind = reader.varint()
        if kind >= len(event_args):
            raise BadFrame(f"there is no event of kind {kind}")
        events.append((kind, *(reader.zigzag() for _ in range(event_args[kind]))))
    return tuple(events)


def input_message(seat: int, first_seq: int, inputs: Sequence[tuple[int, int, int | None]]) -> bytes:
    """Up to 8 inputs (tick, buttons, value or None), the oldest first, numbered from `first_seq`."""
    if not 1 <= len(inputs) <= MOST_INPUTS:
        raise ValueError(f"a message holds 1 to {MOST_INPUTS} inputs, got {len(inputs)}")
    out = bytearray((INPUT,))
    out += varint(seat) + varint(len(inputs)) + varint(first_seq)
    before = 0
    for tick, buttons, value in inputs:
        out += zigzag(tick - before) + varint(buttons * 2 + (value is not None))
        if value is not None:
            out += zigzag(value)
        before = tick
    return bytes(out)


def clock_message(client_ms: int) -> bytes:
    """A question for the time."""
    return bytes((CLOCK_UP,)) + varint(client_ms)


def resync_message() -> bytes:
    """A question for a keyframe."""
    return bytes((RESYNC,))


# hot: each press of each player
def parse_message(data: bytes) -> Message:
    """A client's message. Raises BadFrame for bytes that are not a message, or are out of its limits."""
    if not data:
        raise BadFrame("an empty message")
    kind = data[0]
    if kind == INPUT:
        return _parse_input(data)
    if kind == CONTROLS:
        return _parse_controls(data)
    message: Message
    reader = Reader(data, 1)
    if kind == CLOCK_UP:
        message = ClockMessage(reader.varint(MOST_UP_BYTES))
    elif kind == RESYNC:
        message = ResyncMessage()
    else:
        raise BadFrame(f"no message begins with byte {kind:#04x}")
    reader.finish()
    return message


def _parse_input(data: bytes) -> InputMessage:
    numbers = _numbers(data)
    if len(numbers) < 5:
        raise BadFrame("an input message ends too soon")
    seat, count, first_seq = numbers[0], numbers[1], numbers[2]
    if seat > 255 or not 1 <= count <= MOST_INPUTS or not 1 <= first_seq <= INT_MAX - MOST_INPUTS:
        raise BadFrame(f"seat {seat}, {count} inputs from {first_seq}: out of range")
    inputs: list[tuple[int, int, int | None]] = []
    tick = 0
    at = 3
    size = len(numbers)
    for _ in range(count):
        if at + 2 > size:
            raise BadFrame("an input message ends too soon")
        folded, buttons = numbers[at], numbers[at + 1]
        at += 2
        tick += folded >> 1 if folded & 1 == 0 else -(folded + 1 >> 1)
        value: int | None = None
        if buttons & 1:
            if at >= size:
                raise BadFrame("an input message ends too soon")
            folded = numbers[at]
            at += 1
            value = folded >> 1 if folded & 1 == 0 else -(folded + 1 >> 1)
            if not ~INT_MAX <= value <= INT_MAX:
                raise BadFrame(f"a value of {value} is out of range")
        buttons >>= 1
        if not 0 <= tick <= INT_MAX or buttons > INT_MAX:
            raise BadFrame(f"tick {tick}, buttons {buttons}: out of range")
        inputs.append((tick, buttons, value))
    if at != size:
        raise BadFrame(f"{size - at} numbers left over")
    return InputMessage(seat, first_seq, tuple(inputs))


def controls_message(seat: int, first_seq: int, inputs: Sequence[tuple[int, int, Changes]]) -> bytes:
    """Up to 8 inputs with changes of controls, the oldest first, numbered from `first_seq`."""
    if not 1 <= len(inputs) <= MOST_INPUTS:
        raise ValueError(f"a message holds 1 to {MOST_INPUTS} inputs, got {len(inputs)}")
    out = bytearray((CONTROLS,))
    out += varint(seat) + varint(len(inputs)) + varint(first_seq)
    before = 0
    for tick, buttons, changes in inputs:
        out += zigzag(tick - before) + varint(buttons) + varint(len(changes))
        before = tick
        for number, live, value in changes:
            if isinstance(value, int):
                out += varint(number << 2 | CHANGE_NUMBER) + varint(value)
            elif isinstance(value, str):
                raw = value.encode()
                out += varint(number << 2 | (CHANGE_LIVE_TEXT if live else CHANGE_TEXT))
                out += varint(len(raw)) + raw
            else:
                raw = bytes_of(value)
                out += varint(number << 2 | CHANGE_POINTS) + varint(len(raw)) + raw
    return bytes(out)


def _parse_controls(data: bytes) -> InputMessage:
    reader = Reader(data, 1)
    seat, count = reader.varint(MOST_UP_BYTES), reader.varint(MOST_UP_BYTES)
    first_seq = reader.varint(MOST_UP_BYTES)
    if seat > 255 or not 1 <= count <= MOST_INPUTS or not 1 <= first_seq <= INT_MAX - MOST_INPUTS:
        raise BadFrame(f"seat {seat}, {count} inputs from {first_seq}: out of range")
    inputs: list[tuple[int, int, int | None]] = []
    changes: list[Changes] = []
    tick = 0
    for _ in range(count):
        folded = reader.varint(MOST_UP_BYTES)
        tick += folded >> 1 if folded & 1 == 0 else -(folded + 1 >> 1)
        buttons = reader.varint(MOST_UP_BYTES)
        if not 0 <= tick <= INT_MAX or buttons > INT_MAX:
            raise BadFrame(f"tick {tick}, buttons {buttons}: out of range")
        size = reader.varint(MOST_UP_BYTES)
        if size > MOST_CHANGES:
            raise BadFrame(f"{size} changes of controls, at most {MOST_CHANGES} are allowed")
        inputs.append((tick, buttons, None))
        changes.append(tuple(_take_change(reader) for _ in range(size)))
    reader.finish()
    return InputMessage(seat, first_seq, tuple(inputs), tuple(changes))


def _take_change(reader: Reader) -> Change:
    head = reader.varint(MOST_UP_BYTES)
    number, form = head >> 2, head & 3
    size = reader.varint(MOST_UP_BYTES)
    if form == CHANGE_NUMBER:
        if size > INT_MAX:
            raise BadFrame(f"a number of {size} is out of range")
        return number, False, size
    if size > MOST_CHANGE_BYTES or reader.at + size > reader.end:
        raise BadFrame(f"a text or points of {size} bytes")
    raw = reader.data[reader.at : reader.at + size]
    reader.at += size
    if form == CHANGE_POINTS:
        return number, False, tuple(points_of(raw))
    try:
        return number, form == CHANGE_LIVE_TEXT, raw.decode()
    except UnicodeDecodeError:
        raise BadFrame("a text that is not UTF-8") from None


def _numbers(data: bytes) -> list[int]:
    """Every varint behind the first byte, of which a message holds nothing else."""
    numbers: list[int] = []
    value = shift = 0
    for byte in data[1:]:
        if byte < 128:
            numbers.append(byte << shift | value)
            value = shift = 0
        elif shift == 7 * (MOST_UP_BYTES - 1):
            raise BadFrame(f"a number of more than {MOST_UP_BYTES} bytes")
        else:
            value |= (byte & 127) << shift
            shift += 7
    if shift:
        raise BadFrame("a message ends within a number")
    return numbers
