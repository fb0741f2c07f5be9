"""RFC 6455 as the frame parser keeps it, case by case, and whatever a stranger may send."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.transport.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    INVALID_PAYLOAD,
    LONE_BINARY,
    LONE_TEXT,
    MAX_MESSAGE_BYTES,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    Parser,
    Received,
    Violation,
    close_frame,
    frame,
    lone,
    read_close,
)
from tests.unit.transport.wire import head, masked, read


def parse(data: bytes, max_bytes: int = MAX_MESSAGE_BYTES) -> tuple[list[Received], int | None]:
    """All messages in `data`, and the close code of what is wrong with it."""
    parser = Parser(max_bytes)
    messages = parser.feed(data)
    return messages, parser.violation.code if parser.violation else None


# --- what is right --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 128, 65_535, 65_536, 100_000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_of_any_length_comes_through(opcode: int, size: int) -> None:
    payload = (b"0123456789" * (size // 10 + 1))[:size]
    assert parse(masked(opcode, payload), 100_000) == ([(opcode, payload)], None)


@pytest.mark.parametrize("mask", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9])
def test_every_mask_is_taken_off(mask: bytes, size: int) -> None:
    payload = bytes(range(size))
    assert parse(masked(BINARY, payload, mask=mask)) == ([(BINARY, payload)], None)


def test_fragments_make_one_message_and_control_frames_may_come_between() -> None:
    data = (
        masked(TEXT, "Gr\N{LATIN SMALL LETTER U WITH DIAERESIS}".encode()[:-1], fin=False)
        + masked(PING, b"still there?")
        + masked(CONTINUATION, "\N{LATIN SMALL LETTER U WITH DIAERESIS}".encode()[1:], fin=False)
        + masked(PONG, b"")
        + masked(CONTINUATION, b"n")
        + masked(BINARY, b"next")
    )
    assert parse(data) == (
        [(PING, b"still there?"), (PONG, b""), (TEXT, "Grün".encode()), (BINARY, b"next")],
        None,
    )


@pytest.mark.parametrize("size", [0, 125])
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_control_frames_hold_up_to_125_bytes(opcode: int, size: int) -> None:
    assert parse(masked(opcode, b"x" * size)) == ([(opcode, b"x" * size)], None)


@pytest.mark.parametrize(
    "text", ["", "κόσμε", "\N{GRINNING FACE}", "\0", "\x7f", "\u0080", "\uffff", "\U0010ffff"]
)
def test_utf8_in_every_length_is_text(text: str) -> None:
    assert parse(masked(TEXT, text.encode())) == ([(TEXT, text.encode())], None)


# What Autobahn's test suite sends in single octets (its cases 6.2.3, 6.2.4, 6.3.2) and in many fragments.
@pytest.mark.parametrize("text", ["Hello-µ@ßöäüàá-UTF-8!!", "κόσμε", "x" * 5000])
def test_a_message_may_come_in_fragments_of_one_octet(text: str) -> None:
    first, *rest = [bytes([octet]) for octet in text.encode()]
    data = masked(TEXT, first, fin=False)
    data += b"".join(masked(CONTINUATION, octet, fin=False) + masked(PING, octet) for octet in rest)
    messages, violation = parse(data + masked(CONTINUATION, b""))
    assert [message for message in messages if message[0] != PING] == [(TEXT, text.encode())]
    assert violation is None


def test_text_that_is_not_utf8_is_refused_in_fragments_of_one_octet_too() -> None:
    first, *rest = [bytes([octet]) for octet in "κόσμε".encode() + b"\xed\xa0\x80edited"]
    data = masked(TEXT, first, fin=False) + b"".join(masked(CONTINUATION, one, fin=False) for one in rest)
    assert parse(data + masked(CONTINUATION, b"")) == ([], INVALID_PAYLOAD)


def test_fragments_without_payload_take_no_memory() -> None:
    parser = Parser()
    parser.feed(masked(TEXT, b"begun", fin=False))
    tracemalloc.start()
    for _ in range(200):
        parser.feed(masked(CONTINUATION, b"", fin=False) * 100)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 10_000
    assert parser.feed(masked(CONTINUATION, b"!")) == [(TEXT, b"begun!")]


def test_a_parser_tells_whether_a_message_is_unfinished_and_which_one() -> None:
    parser = Parser()
    whole = masked(TEXT, b"whole")
    parser.feed(whole)
    assert (parser.unfinished, parser.begun) == (False, 0)
    parser.feed(whole[:3])
    parser.feed(whole[3:7])
    assert (parser.unfinished, parser.begun) == (True, 1)
    parser.feed(whole[7:] + whole[:3])
    assert (parser.unfinished, parser.begun) == (True, 2)
    parser.feed(whole[3:])
    assert not parser.unfinished
    parser.feed(masked(TEXT, b"a", fin=False) + masked(PING) + whole[:3])
    assert (parser.unfinished, parser.begun) == (True, 3)


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("rsv", range(1, 8))
@pytest.mark.parametrize("opcode", [TEXT, BINARY, CLOSE, PING, PONG])
def test_reserved_bits_are_refused(opcode: int, rsv: int) -> None:
    assert parse(masked(opcode, b"", rsv=rsv)) == ([], PROTOCOL_ERROR)


def test_reserved_bits_are_refused_in_a_continuation() -> None:
    assert parse(masked(TEXT, b"a", fin=False) + masked(CONTINUATION, b"b", rsv=4)) == ([], PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("fin", [True, False])
def test_reserved_opcodes_are_refused(opcode: int, fin: bool) -> None:
    assert parse(masked(opcode, b"", fin=fin)) == ([], PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
def test_control_frames_are_neither_long_nor_fragmented(opcode: int) -> None:
    assert parse(masked(opcode, b"x" * 126)) == ([], PROTOCOL_ERROR)
    assert parse(masked(opcode, b"", fin=False)) == ([], PROTOCOL_ERROR)
    # Refused by its second byte: the length need not come.
    assert parse(bytes([0x80 | opcode, 0x80 | 126])) == ([], PROTOCOL_ERROR)
    assert parse(bytes([0x80 | opcode, 0x80 | 127])) == ([], PROTOCOL_ERROR)


@pytest.mark.parametrize("fin", [True, False])
def test_a_continuation_of_nothing_is_refused(fin: bool) -> None:
    assert parse(masked(CONTINUATION, b"x", fin=fin)) == ([], PROTOCOL_ERROR)
    whole = masked(TEXT, b"a", fin=False) + masked(CONTINUATION, b"b")
    assert parse(whole + masked(CONTINUATION, b"x", fin=fin)) == ([(TEXT, b"ab")], PROTOCOL_ERROR)


@pytest.mark.parametrize("fin", [True, False])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_new_message_before_the_last_fragment_is_refused(opcode: int, fin: bool) -> None:
    assert parse(masked(TEXT, b"a", fin=False) + masked(opcode, b"b", fin=fin)) == ([], PROTOCOL_ERROR)
    assert parse(masked(TEXT, b"a", fin=False) + masked(opcode, b"b" * 200, fin=fin)) == ([], PROTOCOL_ERROR)


@pytest.mark.parametrize(
    "data", [frame(TEXT, b"hello"), frame(BINARY, b""), frame(PING, b""), head(0x82, 1 << 20)]
)
def test_frames_that_are_not_masked_are_refused(data: bytes) -> None:
    assert parse(data) == ([], PROTOCOL_ERROR)
    assert parse(data[:2]) == ([], PROTOCOL_ERROR)


@pytest.mark.parametrize(
    "broken",
    [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3", b"a\x80b"],
)
def test_text_that_is_not_utf8_is_refused(broken: bytes) -> None:
    assert parse(masked(TEXT, b"before " + broken)) == ([], INVALID_PAYLOAD)
    for cut in range(len(broken) + 1):
        data = masked(TEXT, b"x" + broken[:cut], fin=False) + masked(CONTINUATION, broken[cut:])
        assert parse(data) == ([], INVALID_PAYLOAD)
    assert parse(masked(BINARY, broken)) == ([(BINARY, broken)], None)


@pytest.mark.parametrize(("size", "length"), [(0, "16"), (125, "16"), (0, "64"), (126, "64"), (65_535, "64")])
def test_lengths_must_have_their_shortest_form(size: int, length: str) -> None:
    assert parse(masked(BINARY, b"x" * size, length=length), 1 << 20) == ([], PROTOCOL_ERROR)


def test_the_top_bit_of_a_long_length_must_be_zero() -> None:
    assert parse(head(0x82, 1 << 63, b"mask")) == ([], PROTOCOL_ERROR)
    assert parse(head(0x82, (1 << 63) + 70_000, b"mask")) == ([], PROTOCOL_ERROR)


@pytest.mark.parametrize("size", [16_385, 1 << 20, 1 << 30, (1 << 63) - 1])
def test_a_frame_that_is_too_long_is_refused_by_its_head(size: int) -> None:
    if size < 1 << 16:
        declared = bytes([0x82, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        declared = bytes([0x82, 0x80 | 127]) + size.to_bytes(8, "big")
    parser = Parser()
    assert parser.feed(declared) == []
    assert parser.violation is not None
    assert parser.violation.code == TOO_BIG


def test_fragments_that_are_too_long_together_are_refused_by_the_head_of_the_last() -> None:
    most = 100
    assert parse(masked(BINARY, b"x" * 60, fin=False) + masked(CONTINUATION, b"x" * 40), most)[1] is None
    last = masked(CONTINUATION, b"x" * 41)
    assert parse(masked(BINARY, b"x" * 60, fin=False) + last[:2], most) == ([], TOO_BIG)


def test_what_came_before_the_mistake_still_counts_and_nothing_after_it() -> None:
    parser = Parser()
    assert parser.feed(masked(TEXT, b"good") + masked(3) + masked(TEXT, b"late")) == [(TEXT, b"good")]
    assert parser.violation is not None
    assert parser.feed(masked(TEXT, b"later")) == []


# --- closing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 4999])
def test_close_codes_that_may_be_sent(code: int) -> None:
    payload = code.to_bytes(2, "big") + "tschüß".encode()
    assert parse(masked(CLOSE, payload)) == ([(CLOSE, payload)], None)
    assert read_close(payload) == (code, "tschüß")


def test_a_close_frame_may_be_empty() -> None:
    assert parse(masked(CLOSE)) == ([(CLOSE, b"")], None)
    assert read_close(b"") == (1005, "")


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
def test_close_codes_that_may_not_be_sent(code: int) -> None:
    assert parse(masked(CLOSE, code.to_bytes(2, "big"))) == ([], PROTOCOL_ERROR)


def test_half_a_close_code_and_a_reason_that_is_not_utf8_are_refused() -> None:
    assert parse(masked(CLOSE, b"\x03")) == ([], PROTOCOL_ERROR)
    assert parse(masked(CLOSE, b"\x03\xe8\xff")) == ([], INVALID_PAYLOAD)


def test_nothing_counts_after_a_close_frame() -> None:
    parser = Parser()
    assert parser.feed(masked(CLOSE) + masked(TEXT, b"late")) == [(CLOSE, b"")]
    assert parser.closed
    assert parser.feed(masked(TEXT, b"later")) == []


def test_a_long_reason_is_cut_to_what_a_control_frame_holds() -> None:
    ((first, payload),) = read(close_frame(1000, "é" * 200))
    assert first == 0x80 | CLOSE
    assert len(payload) <= 125
    assert read_close(payload) == (1000, "é" * 61)


# --- budgets --------------------------------------------------------------------------------------


def test_a_budget_stops_parsing_and_nothing_is_lost() -> None:
    parser = Parser()
    flood = b"".join(masked(BINARY, bytes([n])) for n in range(10))
    assert parser.feed(flood, 4) == [(BINARY, bytes([n])) for n in range(4)]
    assert parser.pending
    assert parser.feed(masked(BINARY, b"more"), 4) == [(BINARY, bytes([n])) for n in range(4, 8)]
    assert parser.feed(b"", 4) == [(BINARY, b"\x08"), (BINARY, b"\x09"), (BINARY, b"more")]
    assert not parser.pending


# --- anything -------------------------------------------------------------------------------------

payloads = st.binary(max_size=300) | st.binary(min_size=120, max_size=130)
wholes = st.one_of(
    st.tuples(st.sampled_from([BINARY, PING, PONG]), st.binary(max_size=125)),
    st.tuples(st.just(BINARY), payloads),
    st.tuples(st.just(TEXT), st.text(max_size=100).map(str.encode)),
)


@st.composite
def sequences(draw: st.DrawFn) -> tuple[bytes, list[Received]]:
    """Frames of whole and fragmented messages, and the messages they make."""
    data, messages = b"", []
    for opcode, payload in draw(st.lists(wholes, max_size=8)):
        mask = draw(st.binary(min_size=4, max_size=4))
        cuts = sorted(draw(st.lists(st.integers(0, len(payload)), max_size=3))) if opcode <= BINARY else []
        parts = [payload[a:b] for a, b in zip([0, *cuts], [*cuts, len(payload)], strict=True)]
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            data += masked(opcode if number == 0 else CONTINUATION, part, fin=last, mask=mask)
            if not last and draw(st.booleans()):
                data += masked(PING, b"between")
                messages.append((PING, b"between"))
        messages.append((opcode, payload))
    return data, messages


@given(
    sequences(), st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(1, 3) | st.just(1 << 30)
)
def test_however_the_bytes_are_cut_the_messages_are_the_same(
    sequence: tuple[bytes, list[Received]], sizes: list[int], budget: int
) -> None:
    data, expected = sequence
    parser, got, at, turn = Parser(), [], 0, 0
    while at < len(data):
        size = sizes[turn % len(sizes)]
        got += parser.feed(data[at : at + size], budget)
        while parser.pending:
            got += parser.feed(b"", budget)
        at, turn = at + size, turn + 1
    assert got == expected
    assert parser.violation is None


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_anything_at_all_gives_messages_or_the_typed_violation(chunks: list[bytes]) -> None:
    parser = Parser(1000)
    for chunk in chunks:
        for opcode, payload in parser.feed(chunk):
            assert opcode in (TEXT, BINARY, CLOSE, PING, PONG)
            assert len(payload) <= 1000
            if opcode == TEXT:
                payload.decode()
    assert parser.violation is None or isinstance(parser.violation, Violation)


@given(sequences(), st.data())
def test_a_flipped_bit_is_survived(sequence: tuple[bytes, list[Received]], data: st.DataObject) -> None:
    flipped = bytearray(sequence[0] or b"\x82\x80mask")
    at = data.draw(st.integers(0, len(flipped) * 8 - 1))
    flipped[at // 8] ^= 1 << at % 8
    parser = Parser(1000)
    for n in range(0, len(flipped), 7):
        parser.feed(bytes(flipped[n : n + 7]))


@given(st.integers(0, 15), st.binary(max_size=200) | st.integers(120, 70_000).map(bytes))
def test_what_is_built_can_be_read(opcode: int, payload: bytes) -> None:
    assert read(frame(opcode, payload)) == [(0x80 | opcode, payload)]


def test_a_frame_that_drips_in_is_looked_at_only_when_there_is_something_to_see() -> None:
    looks = 0

    class Counting(Parser):
        def _parse(self, data: bytes, messages: list[Received], budget: int) -> int:
            nonlocal looks
            looks += 1
            return super()._parse(data, messages, budget)

    parser, data = Counting(60_000), masked(BINARY, bytes(60_000))
    got = [message for n in range(len(data)) for message in parser.feed(data[n : n + 1])]
    assert got == [(BINARY, bytes(60_000))]
    assert looks <= 10


# --- an input's way --------------------------------------------------------------------------------


@given(st.binary(max_size=140), st.binary(min_size=4, max_size=4), st.sampled_from([0x01, 0x02, 0x09, 0x00]))
def test_a_lone_binary_message_is_what_feeding_it_gives(payload: bytes, mask: bytes, opcode: int) -> None:
    data = masked(opcode, payload, mask=mask)
    taken = lone(data, LONE_BINARY)
    if opcode == BINARY and len(payload) <= 125:
        assert parse(data) == ([(BINARY, payload)], None)
        assert taken == payload
    else:
        assert taken is None


@given(st.text(max_size=140), st.binary(min_size=4, max_size=4))
def test_a_lone_text_message_is_what_feeding_it_gives(text: str, mask: bytes) -> None:
    payload = text.encode()
    data = masked(TEXT, payload, mask=mask)
    assert lone(data, LONE_BINARY) is None
    assert lone(data, LONE_TEXT) == (payload if len(payload) <= 125 else None)
    assert parse(data) == ([(TEXT, payload)], None)


@given(st.binary(max_size=24))
def test_what_is_taken_as_lone_is_never_anything_else(data: bytes) -> None:
    taken = lone(data, LONE_BINARY)
    assert taken is None or parse(data) == ([(BINARY, taken)], None)


def test_two_messages_or_a_part_of_one_are_not_lone() -> None:
    data = masked(BINARY, b"abc")
    assert lone(data, LONE_BINARY) == b"abc"
    assert lone(data + data, LONE_BINARY) is None
    assert lone(data[:-1], LONE_BINARY) is None
    assert lone(b"", LONE_BINARY) is None


def test_a_parser_is_idle_when_nothing_is_unfinished_or_wrong() -> None:
    def feed(data: bytes, budget: int = 100) -> bool:
        parser.feed(data, budget)
        return parser.idle

    data = masked(BINARY, b"abc")
    parser = Parser()
    assert parser.idle
    assert not feed(data[:4])
    assert feed(data[4:])
    assert not feed(masked(TEXT, b"a", fin=False))
    assert feed(masked(0, b"b"))
    assert not feed(data + data, 1)
    assert feed(b"")
    assert not feed(masked(CLOSE, b""))
    parser = Parser()
    assert not feed(masked(3, b""))
