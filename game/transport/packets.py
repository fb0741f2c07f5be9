"""Socket.IO packets as clients send them: decoded, checked, and refused by one typed error.

python-socketio's decoder trusts its peer in places (an acknowledgement with number 0, an event that is
called "connect", a placeholder out of range), so everything is checked here before a handler sees it.
Pure: no session, no socket.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from socketio.packet import (
    ACK,
    BINARY_ACK,
    BINARY_EVENT,
    CONNECT,
    DISCONNECT,
    EVENT,
    Packet,
)

_RESERVED = frozenset(
    {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "*"}
)
_DECODE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


class Malformed(ValueError):
    """The client sent something that is no packet; its session has to be closed."""


def quick_loads(ordinary: Callable[[str], object]) -> Callable[[str], object]:
    """Make a JSON decoder that tries msgspec, which is seven times as fast, before `ordinary`.

    Returns:
        a decoder that takes all that `ordinary` takes, NaN and halves of surrogate pairs included.
    """

    def loads(text: str) -> object:
        try:
            return msgspec.json.decode(text)
        except ValueError:
            return ordinary(text)

    return loads


# hot: once for each input of a client with ordinary framing
def plain_event(loads: Callable[[str], Any], encoded: str | bytes) -> list[Any] | None:
    """Decode the commonest packet, an event in "/" that wants no acknowledgement, as `decode` would.

    Returns:
        the event's name and arguments; None for any other packet.

    Raises:
        Malformed: it begins like an event but is no event.
    """
    if encoded.__class__ is not str or encoded[:2] != "2[":
        return None
    try:
        event = loads(encoded[1:])
    except _DECODE_ERRORS:
        raise Malformed("not a Socket.IO packet") from None
    _judge_event(event)
    checked: list[Any] = event
    return checked


def _judge_event(data: object) -> None:
    if not isinstance(data, list) or not data or not isinstance(data[0], str) or data[0] in _RESERVED:
        raise Malformed("an event needs a name that is not reserved")


def decode(packet_class: type[Packet], encoded: str | bytes, max_attachments: int) -> Packet:
    """Decode one packet from a client.

    Args:
        packet_class: python-socketio's packet class, or another serialiser's.
        encoded: the Engine.IO message.
        max_attachments: how many binary attachments a packet may announce.

    Returns:
        the packet; its attachments, if it announces any, have not come.

    Raises:
        Malformed: it is no packet, or none that a client may send.
    """
    try:
        packet = packet_class(encoded_packet=encoded)
    except _DECODE_ERRORS:
        raise Malformed("not a Socket.IO packet") from None
    kind, data, attachments = packet.packet_type, packet.data, packet.attachment_count
    if kind in (EVENT, BINARY_EVENT):
        _judge_event(data)
    elif kind in (ACK, BINARY_ACK):
        if not isinstance(data, list) or not isinstance(packet.id, int) or packet.id < 1:
            raise Malformed("an acknowledgement needs a number and a list")
    elif kind not in (CONNECT, DISCONNECT):
        raise Malformed("a client may not send this kind of packet")
    if attachments > max_attachments:
        raise Malformed(f"more than {max_attachments} attachments")
    if attachments and kind not in (BINARY_EVENT, BINARY_ACK):
        raise Malformed("attachments to a packet that cannot have any")
    return packet


def attach(packet: Packet, attachment: str | bytes) -> bool:
    """Give a packet its next attachment.

    Returns:
        whether it has them all.

    Raises:
        Malformed: text came instead, or the packet's placeholders do not fit.
    """
    if not isinstance(attachment, bytes):
        raise Malformed("text in place of an attachment")
    try:
        complete: Any = packet.add_attachment(attachment)
    except _DECODE_ERRORS:
        raise Malformed("placeholders that fit no attachment") from None
    return bool(complete)
