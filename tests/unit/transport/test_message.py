"""One message in every framing, each made at most once."""

import json

import socketio.packet
from engineio.packet import Packet

from game.transport.frames import BINARY, TEXT
from game.transport.message import EncodedMessage, Framing
from tests.unit.transport.wire import read

PAYLOAD = bytes(range(60))


def test_bare_is_one_binary_frame_of_nothing_but_the_payload() -> None:
    assert read(EncodedMessage("s", PAYLOAD).bare) == [(0x80 | BINARY, PAYLOAD)]


def test_binary_is_what_python_socketio_would_send_in_two_frames() -> None:
    for namespace in ("/", "/lobby"):
        ordinary = socketio.packet.Packet(socketio.packet.EVENT, ["s", PAYLOAD], namespace=namespace).encode()
        (first, text), second = read(EncodedMessage("s", PAYLOAD, namespace=namespace).binary)
        assert (first, text) == (0x80 | TEXT, b"4" + ordinary[0].encode())
        assert second == (0x80 | BINARY, ordinary[1])


def test_json_is_what_python_socketio_would_send_in_one_frame() -> None:
    state = {"tick": 7, "name": "Zoë", "list": [1, 2.5, None, True]}
    for namespace in ("/", "/lobby"):
        message = EncodedMessage('a "quoted" name', b"", lambda: state, namespace)
        ((first, text),) = read(message.json)
        assert first == 0x80 | TEXT
        packet = socketio.packet.Packet(encoded_packet=text[1:].decode())
        assert text[:1] == b"4"
        assert packet.packet_type == socketio.packet.EVENT
        assert (packet.namespace or "/") == namespace
        assert packet.data == ['a "quoted" name', state]


def test_without_a_json_form_json_receivers_get_bytes() -> None:
    message = EncodedMessage("s", PAYLOAD)
    assert message.json == message.binary
    assert len(message.packets(Framing.JSON)) == 2


def test_each_encoding_is_made_once_and_only_if_asked_for() -> None:
    calls = []
    message = EncodedMessage("s", PAYLOAD, lambda: calls.append(1))
    assert message.bare is message.bare
    assert message.binary is message.binary
    assert calls == []
    assert message.json is message.json
    assert calls == [1]


def test_long_polling_gets_the_same_engine_io_messages() -> None:
    for framing in Framing:
        message = EncodedMessage("s", PAYLOAD, lambda: {"a": 1}, "/lobby")
        over_websocket = [
            payload if first & 15 == BINARY else payload.decode()
            for first, payload in read(message.wire(framing))
        ]
        polled = [encoded(packet) for packet in message.packets(framing)]
        assert polled == over_websocket


def encoded(packet: Packet) -> str | bytes:
    result: str | bytes = packet.encode()
    return result


def test_the_placeholder_is_json() -> None:
    text = read(EncodedMessage("s", b"").binary)[0][1]
    assert json.loads(text.partition(b"-")[2]) == ["s", {"_placeholder": True, "num": 0}]
