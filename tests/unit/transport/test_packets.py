"""What strangers call Socket.IO packets."""

import json

import pytest
import socketio.packet
from hypothesis import given
from hypothesis import strategies as st
from socketio.packet import EVENT, Packet

from game.transport.packets import Malformed, attach, decode, plain_event, quick_loads


@pytest.mark.parametrize(
    "encoded",
    [
        "0",
        '0{"token":"x"}',
        "0/lobby,",
        '0/lobby?a=b,{"t":1}',
        "1",
        "1/lobby,",
        '2["join"]',
        '2/lobby,["join",{"a":[1]}]',
        '217["join",1]',
        '31[1,"a"]',
        "399[]",
        '51-["put",{"_placeholder":true,"num":0}]',
        '62-3[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
        '50-["put"]',
    ],
)
def test_what_a_client_may_send(encoded: str) -> None:
    ordinary = Packet(encoded_packet=encoded)
    packet = decode(Packet, encoded, max_attachments=2)
    assert (packet.packet_type, packet.data, packet.id) == (ordinary.packet_type, ordinary.data, ordinary.id)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "x",
        "abc",
        "4",
        '4{"message":"no"}',
        "7",
        "9[]",
        "-1",
        "2",
        "2{}",
        "2[]",
        "2null",
        '2"join"',
        "2[1]",
        "2[null]",
        '2[{"a":1}]',
        '2[["join"]]',
        '2["join"',
        '2["join"] more',
        '2abc["join"]',
        '2["connect"]',
        '2["disconnect","x"]',
        '2["connect_error"]',
        "3[1]",
        "30[1]",
        '31{"a":1}',
        "31",
        '53-["put"]',
        '5999999999-["put"]',
        '599999999999-["put"]',
        '21-["put"]',
        '2²-["put"]',
        "2" + "1" * 101 + "[]",
        "2" + "[" * 100_000,
        '2["a",' + "1" * 5000 + "]",
        b"\x01\x02",
        b"2[]",
        b"",
    ],
)
def test_what_a_client_may_not_send(encoded: str | bytes) -> None:
    with pytest.raises(Malformed):
        decode(Packet, encoded, max_attachments=2)


def test_no_attachments_can_be_the_rule() -> None:
    with pytest.raises(Malformed):
        decode(Packet, '51-["put",{"_placeholder":true,"num":0}]', max_attachments=0)


def test_attachments_fill_their_places() -> None:
    packet = decode(
        Packet, '52-["put",{"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]]', max_attachments=2
    )
    assert not attach(packet, b"zero")
    assert attach(packet, b"one")
    assert packet.data == ["put", b"one", [b"zero"]]


@pytest.mark.parametrize("place", ["7", "-9", '"x"', "null", "[]", "1.5"])
def test_a_placeholder_out_of_range_is_refused(place: str) -> None:
    packet = decode(Packet, f'51-["put",{{"_placeholder":true,"num":{place}}}]', max_attachments=2)
    with pytest.raises(Malformed):
        attach(packet, b"data")


def test_text_is_no_attachment() -> None:
    packet = decode(Packet, '51-["put",{"_placeholder":true,"num":0}]', max_attachments=2)
    with pytest.raises(Malformed):
        attach(packet, '2["join"]')


@given(
    st.text('[]{}"a:,0 ', max_size=20).map("2[".__add__)
    | st.lists(st.text(max_size=5) | st.integers() | st.none(), max_size=3).map(
        lambda it: "2" + json.dumps(it)
    )
    | st.sampled_from(['2["a",NaN]', '2["\\ud800"]', '2["a",' + "9" * 40 + "]", '2["a",' + "9" * 4400 + "]"])
    | st.sampled_from(['2["connect"]', "21[]", '2/a,["b"]', "3[]", "", "2"])
    | st.binary(max_size=5)
)
def test_the_shortcut_says_what_the_long_way_says(encoded: str | bytes) -> None:
    try:
        long: object = decode(Packet, encoded, max_attachments=3)
    except Malformed:
        long = None
    try:
        event = plain_event(quick_loads(Packet.json.loads), encoded)
    except Malformed:
        assert long is None
        return
    if event is not None:
        assert isinstance(long, Packet)
        assert (long.packet_type, long.namespace, long.id, repr(long.data)) == (
            EVENT,
            None,
            None,
            repr(event),
        )
    else:
        assert not isinstance(encoded, str) or not encoded.startswith("2[")


@given(st.text(max_size=40) | st.text('0123456-/,[]{}"a:', max_size=40) | st.binary(max_size=20))
def test_anything_is_a_packet_or_malformed(encoded: str | bytes) -> None:
    try:
        packet = decode(socketio.packet.Packet, encoded, max_attachments=3)
    except Malformed:
        return
    assert packet.packet_type in (0, 1, 2, 3, 5, 6)
    assert 0 <= packet.attachment_count <= 3


@pytest.mark.parametrize(("encoded", "auth"), [('0"text"', "text"), ("0[1,2]", [1, 2]), ("0true", True)])
def test_an_app_may_get_anything_as_auth(encoded: str, auth: object) -> None:
    assert decode(Packet, encoded, 0).data == auth
