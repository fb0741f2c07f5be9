"""A frame is read back as it was written; a cut or garbled one is refused, and nothing else happens."""

import random
from binascii import crc32
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.protocol import examples, frames
from game.sync import wire
from game.sync.varint import BadFrame, Reader, varint, zigzag
from game.sync.wire import (
    ClockFrame,
    ClockMessage,
    Frame,
    InputMessage,
    Keyframe,
    PrivateFrame,
    ResyncMessage,
    ShiftFrame,
    StateFrame,
    parse_frame,
    parse_message,
)
from tests.depth import depth

VARINTS = cast(list[dict[str, Any]], examples.VARINTS)
EVENT_ARGS = (0, 1, 3)
NUMBERS = st.integers(0, (1 << 49) - 1) | st.integers(0, 300)
SIGNED = st.integers(-(1 << 30), 1 << 30) | st.integers(-100, 100)
ACKS = st.lists(st.tuples(st.integers(0, 255), NUMBERS, SIGNED), max_size=9).map(tuple)
EVENTS = st.lists(
    st.integers(0, 2).flatmap(lambda kind: st.tuples(st.just(kind), *[SIGNED] * EVENT_ARGS[kind])), max_size=5
).map(tuple)
BODY = st.binary(max_size=40)
FRAMES: st.SearchStrategy[Frame] = st.one_of(
    st.builds(StateFrame, st.integers(0, 255), NUMBERS, ACKS, EVENTS, BODY),
    st.builds(Keyframe, st.integers(0, 255), NUMBERS, NUMBERS, NUMBERS, ACKS, BODY),
    st.builds(PrivateFrame, st.integers(0, 255), st.booleans(), st.booleans(), BODY),
    st.builds(ClockFrame, NUMBERS, NUMBERS),
    st.builds(ShiftFrame, NUMBERS, NUMBERS),
)
BUTTONS = st.integers(0, frames.INT_MAX)
VALUES = st.none() | st.integers(~frames.INT_MAX, frames.INT_MAX)
INPUTS = st.builds(
    InputMessage,
    st.integers(0, 255),
    st.integers(1, 1 << 28),
    st.lists(st.tuples(st.integers(0, frames.INT_MAX), BUTTONS, VALUES), min_size=1, max_size=8).map(tuple),
)


def _write(frame: Frame) -> bytes:
    if isinstance(frame, StateFrame):
        return wire.state_frame(frame.number, frame.advance, frame.acks, frame.events, frame.update)
    if isinstance(frame, Keyframe):
        return wire.keyframe(frame.number, frame.epoch, frame.tick, frame.at_ms, frame.acks, frame.full)
    if isinstance(frame, PrivateFrame):
        return wire.private_frame(frame.seat, frame.body, frame.is_full, frame.of_host)
    if isinstance(frame, ClockFrame):
        return wire.clock_frame(frame.client_ms, frame.now_ms)
    return wire.shift_frame(frame.tick, frame.at_ms)


@given(FRAMES)
def test_a_frame_is_read_as_it_was_written(frame: Frame) -> None:
    assert parse_frame(_write(frame), EVENT_ARGS) == frame


@given(FRAMES)
@settings(max_examples=depth(25, 60), deadline=None)
def test_every_single_flipped_bit_is_noticed(frame: Frame) -> None:
    data = _write(frame)
    for bit in range(len(data) * 8):
        garbled = bytearray(data)
        garbled[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadFrame):
            parse_frame(bytes(garbled), EVENT_ARGS)


@given(FRAMES)
@settings(max_examples=depth(25, 60), deadline=None)
def test_a_cut_frame_is_read_only_if_its_check_fits_by_chance(frame: Frame) -> None:
    data = _write(frame)
    for length in range(len(data)):
        _refused_unless_the_check_fits(data[:length])


@given(st.binary(max_size=60))
@settings(max_examples=depth(150, 500))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _refused_unless_the_check_fits(data)


@given(st.binary(min_size=1, max_size=60))
@settings(max_examples=depth(200, 1000))
def test_any_bytes_with_the_right_check_are_read_or_refused(data: bytes) -> None:
    try:
        frame = parse_frame(wire.sealed(data), EVENT_ARGS)
    except BadFrame:
        return
    assert parse_frame(_write(frame), EVENT_ARGS) == frame


def _refused_unless_the_check_fits(data: bytes) -> None:
    try:
        parse_frame(data, EVENT_ARGS)
    except BadFrame:
        return
    assert crc32(data[:-2]) & 0xFFFF == int.from_bytes(data[-2:], "little")


def test_a_thousand_garbled_frames_are_refused() -> None:
    chance = random.Random(2)
    data = wire.state_frame(7, 2, [(0, 5, 1)], [(2, 1, -1, 9)], bytes(range(30)))
    passed = 0
    for _ in range(1000):
        garbled = bytearray(data)
        for _ in range(chance.randrange(1, 6)):
            garbled[chance.randrange(len(garbled))] = chance.randrange(256)
        try:
            passed += bytes(garbled) != data and parse_frame(bytes(garbled), EVENT_ARGS) is not None
        except BadFrame:
            pass
    assert passed <= 2


@given(INPUTS)
def test_inputs_are_read_as_they_were_written(message: InputMessage) -> None:
    assert parse_message(wire.input_message(message.seat, message.first_seq, message.inputs)) == message


CHANGE = st.one_of(
    st.tuples(st.integers(0, 40), st.just(False), st.integers(0, frames.INT_MAX)),
    st.tuples(
        st.integers(0, 40), st.booleans(), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    ),
    st.tuples(
        st.integers(0, 40),
        st.just(False),
        st.lists(st.tuples(st.integers(0, 4096), st.integers(0, 4096), st.integers(0, 1)), max_size=64).map(
            tuple
        ),
    ),
)
WITH_CHANGES = st.lists(
    st.tuples(
        st.integers(0, frames.INT_MAX),
        st.integers(0, frames.INT_MAX),
        st.lists(CHANGE, max_size=frames.MOST_CHANGES).map(tuple),
    ),
    min_size=1,
    max_size=frames.MOST_INPUTS,
)


@given(st.integers(0, 255), st.integers(1, 1 << 20), WITH_CHANGES)
def test_changes_of_controls_are_read_as_they_were_written(
    seat: int, seq: int, inputs: list[tuple[int, int, tuple[wire.Change, ...]]]
) -> None:
    data = wire.controls_message(seat, seq, inputs)
    taken = tuple((tick, buttons, None) for tick, buttons, _ in inputs)
    changes = tuple(changes for _, _, changes in inputs)
    assert parse_message(data) == InputMessage(seat, seq, taken, changes)
    for length in range(len(data) - 1, 0, -7):
        with pytest.raises(BadFrame):
            parse_message(data[:length])


def test_clock_and_resync_are_read_as_they_were_written() -> None:
    assert parse_message(wire.clock_message(123456)) == ClockMessage(123456)
    assert parse_message(wire.resync_message()) == ResyncMessage()


TAILS = st.binary(max_size=40)


@given(TAILS | TAILS.map(lambda tail: b"\1" + tail) | TAILS.map(lambda tail: b"\4\0\1\1" + tail))
@settings(max_examples=depth(200, 1000))
def test_any_message_is_read_or_refused(data: bytes) -> None:
    try:
        message = parse_message(data)
    except BadFrame:
        return
    if isinstance(message, InputMessage):
        assert message.seat <= 255
        assert 1 <= len(message.inputs) <= frames.MOST_INPUTS
        assert len(message.changes) in (0, len(message.inputs))
        for changes in message.changes:
            assert len(changes) <= frames.MOST_CHANGES
            for number, _, packed in changes:
                assert number >= 0
                assert not isinstance(packed, int) or 0 <= packed <= frames.INT_MAX
        for tick, buttons, value in message.inputs:
            assert 0 <= tick <= frames.INT_MAX
            assert 0 <= buttons <= frames.INT_MAX
            assert value is None or -(1 << 29) <= value <= frames.INT_MAX


@given(INPUTS)
def test_a_cut_message_is_refused(message: InputMessage) -> None:
    data = wire.input_message(message.seat, message.first_seq, message.inputs)
    for length in range(len(data)):
        with pytest.raises(BadFrame):
            parse_message(data[:length])
    with pytest.raises(BadFrame):
        parse_message(data + b"\0")


@pytest.mark.parametrize(
    "hexed",
    [
        "",
        "00",
        "04",
        "01",
        "0300",
        "02",
        "0280808080808000",  # six bytes
        "0100000102",  # no input
        "01000901" + "0202" * 9,  # nine
        "0180020101" + "0202",  # seat 256
        "0100010002" + "02",  # seq 0
        "0100010101" + "02",  # tick -1
        "01000101" + "8080808008" + "02",  # tick 2**30
        "0100010102" + "8080808010",  # 31 buttons
        "0100010102" + "05",  # a value is said to follow
        "0100010102" + "058080808004",  # a value of 2**30
        "040001010200" + "09",  # nine changes
        "040001010200" + "01" + "00",  # a change without a value
        "040001010200" + "01" + "00" + "8080808010",  # a packed number of 2**32
        "040001010200" + "01" + "01" + "05" + "6162",  # a text that is longer than the message
        "040001010200" + "01" + "01" + "02" + "c328",  # a text that is not UTF-8
        "040001010200" + "01" + "01" + "8110",  # a text of 2049 bytes
        "040001010200" + "00" + "00",  # something is left over
        "0400090102" + "0000" * 9,  # nine inputs
    ],
)
def test_messages_out_of_their_limits_are_refused(hexed: str) -> None:
    with pytest.raises(BadFrame):
        parse_message(bytes.fromhex(hexed))


def test_too_many_inputs_are_not_sent() -> None:
    with pytest.raises(ValueError, match="1 to 8"):
        wire.input_message(0, 1, [(1, 0, None)] * 9)


@given(st.integers(0, (1 << 49) - 1), st.integers(-(1 << 48), (1 << 48) - 1))
def test_numbers_are_read_as_they_were_written(n: int, signed: int) -> None:
    reader = Reader(varint(n) + zigzag(signed))
    assert (reader.varint(), reader.zigzag()) == (n, signed)
    reader.finish()


def test_small_numbers_are_short() -> None:
    for n in [*range(-5000, 5001), *(sign << k for k in range(47) for sign in (1, -1))]:
        folded = 2 * n if n >= 0 else -2 * n - 1
        assert zigzag(n) == varint(folded)
        assert len(zigzag(n)) == max(1, -(-folded.bit_length() // 7))


@pytest.mark.parametrize("vector", VARINTS, ids=lambda vector: vector["hex"])
def test_varints_are_read_as_the_document_says(vector: dict[str, Any]) -> None:
    reader = Reader(bytes.fromhex(vector["hex"]))
    if vector["value"] is None:
        with pytest.raises(BadFrame):
            reader.varint()
    else:
        assert reader.varint() == vector["value"]
        reader.finish()
