"""The private names of python-engineio and python-socketio that the transport uses, with their signatures.

`tests/unit/transport/test_library.py` compares them with the installed versions, so that a release that
changes one of them fails a test that says which. After such a failure read the library's change, adapt its
users here and in `engine.py` and `manager.py`, and record the new signature; then raise the bound in
`pyproject.toml`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import socketio
from engineio.packet import Packet as EngineIOPacket
from socketio.packet import CONNECT, Packet

SIGNATURES: Final[Mapping[str, str]] = {
    # Overridden by `Engine`, or called by it.
    "engineio.Server._bad_request": "(self, message=None)",
    "engineio.Server._generate_sid_cookie": "(self, sid, attributes)",
    "engineio.Server._get_socket": "(self, sid)",
    "engineio.Server._handle_connect": "(self, environ, start_response, transport, jsonp_index=None)",
    "engineio.Server._log_error_once": "(self, message, message_key)",
    "engineio.Server._ok": "(self, packets=None, headers=None, jsonp_index=None)",
    "engineio.Server._trigger_event": "(self, event, *args, **kwargs)",
    "engineio.Server._unauthorized": "(self, message=None)",
    "engineio.Server._upgrades": "(self, sid, transport)",
    # Called by `ClientManager` by way of `PrivateServer`.
    "socketio.Server._handle_ack": "(self, eio_sid, namespace, id, data)",
    "socketio.Server._handle_connect": "(self, eio_sid, namespace, data)",
    "socketio.Server._handle_disconnect": "(self, eio_sid, namespace, reason=None)",
    "socketio.Server._handle_event": "(self, eio_sid, namespace, id, data)",
    "socketio.Server._send_eio_packet": "(self, eio_sid, eio_pkt)",
    "socketio.Server._send_packet": "(self, eio_sid, pkt)",
    "socketio.Server._trigger_event": "(self, event, namespace, *args)",
    # Public by name, but documented nowhere: overridden by `ClientManager`, or called by it.
    "socketio.Manager.basic_disconnect": "(self, sid, namespace, **kwargs)",
    "socketio.Manager.basic_enter_room": "(self, sid, namespace, room, eio_sid=None)",
    "socketio.Manager.basic_leave_room": "(self, sid, namespace, room)",
    "socketio.Manager.eio_sid_from_sid": "(self, sid, namespace)",
    "socketio.Manager.get_participants": "(self, namespace, room)",
    "socketio.Manager.get_rooms": "(self, sid, namespace)",
    "socketio.Manager.is_connected": "(self, sid, namespace)",
    "socketio.Manager.is_sid_room": "(self, namespace, room)",
    "socketio.Manager.pre_connect": "(self, eio_sid, namespace)",
    "socketio.Manager.set_server": "(self, server)",
    "socketio.Manager.sid_from_eio_sid": "(self, eio_sid, namespace)",
    "socketio.PubSubManager._handle_emit": "(self, message)",
    # Overridden by `SocketIO`.
    "flask_socketio.SocketIO._handle_event": "(self, handler, message, namespace, sid, *args)",
    # What the engine calls on a connection, which stands in for this class.
    "engineio.socket.Socket.close": "(self, wait=True, abort=False, reason=None)",
    "engineio.socket.Socket.handle_get_request": "(self, environ, start_response)",
    "engineio.socket.Socket.handle_post_request": "(self, environ)",
    "engineio.socket.Socket.poll": "(self)",
    "engineio.socket.Socket.send": "(self, pkt)",
}


class PrivateServer:
    """The private parts of a socketio.Server, as bound methods: nothing stands between caller and method.

    Attributes:
        handle_connect: enter a namespace: (eio_sid, namespace, auth).
        handle_disconnect: leave a namespace: (eio_sid, namespace, reason).
        handle_event: run the handler of an event: (eio_sid, namespace, number, [name, *arguments]).
        handle_ack: run a callback: (eio_sid, namespace, number, arguments).
        send_packet: send a Socket.IO packet: (eio_sid, packet).
        send_eio_packet: send an Engine.IO packet to a client that has no connection: (eio_sid, packet).
        partial_packets: by eio_sid, the packets whose attachments have not all come.
    """

    __slots__ = ("handle_ack", "handle_connect", "handle_disconnect", "handle_event", "partial_packets",
                 "send_eio_packet", "send_packet")  # fmt: skip

    def __init__(self, server: socketio.Server) -> None:
        """Look the private names up in `server`."""
        # ruff: noqa: SLF001  this is the file for that
        self.handle_connect: Callable[[str, str, object], None] = server._handle_connect
        self.handle_disconnect: Callable[[str, str, str], None] = server._handle_disconnect
        self.handle_event: Callable[[str, str, int | None, list[Any]], None] = server._handle_event
        self.handle_ack: Callable[[str, str, int, list[Any]], None] = server._handle_ack

        def send_eio_packet(eio_sid: str, packet: EngineIOPacket) -> None:
            # Looked up at each call, because the test client of Flask-SocketIO replaces it.
            server._send_eio_packet(eio_sid, packet)

        self.send_eio_packet: Callable[[str, EngineIOPacket], None] = send_eio_packet
        self.send_packet: Callable[[str, Packet], None] = server._send_packet
        self.partial_packets: dict[str, Packet] = server._binary_packet


def amend_connect_packets(server: socketio.Server, amend: Callable[[Packet], None]) -> None:
    """Let `amend` change each answer to a connect before it is sent. It comes before a PrivateServer."""
    send_packet: Callable[[str, Packet], None] = server._send_packet

    def send_amended(eio_sid: str, packet: Packet) -> None:
        if packet.packet_type == CONNECT:
            amend(packet)
        send_packet(eio_sid, packet)

    server._send_packet = send_amended  # type: ignore[method-assign, assignment]


def replace_event_trigger(server: socketio.Server, trigger: Callable[..., object]) -> None:
    """Let `trigger` call handlers; it gets the library's own way to do that, and then what that takes."""
    own: Callable[..., object] = server._trigger_event
    server._trigger_event = lambda *arguments: trigger(own, *arguments)  # type: ignore[method-assign]
