from collections.abc import Callable
from typing import Any, TypeVar

import engineio
from socketio.packet import Packet

_F = TypeVar("_F", bound=Callable[..., Any])

class Server:
    eio: engineio.Server
    environ: dict[str, Any]
    handlers: dict[str, dict[str, Callable[..., Any]]]
    manager: Any
    namespace_handlers: dict[str, Any]
    namespaces: str | list[str]
    not_handled: object
    packet_class: type[Packet]
    reason: type[engineio.Server.reason]
    _binary_packet: dict[str, Packet]
    def __init__(self, client_manager: Any = ..., async_handlers: bool = ..., **options: Any) -> None: ...
    def disconnect(self, sid: str | None, namespace: str | None = ..., ignore_queue: bool = ...) -> None: ...
    def emit(
        self,
        event: str,
        data: Any = ...,
        to: str | None = ...,
        room: str | None = ...,
        skip_sid: str | list[str] | None = ...,
        namespace: str | None = ...,
        callback: Callable[..., Any] | None = ...,
        ignore_queue: bool = ...,
    ) -> None: ...
    def enter_room(self, sid: str, room: str, namespace: str | None = ...) -> None: ...
    def leave_room(self, sid: str, room: str, namespace: str | None = ...) -> None: ...
    def on(
        self, event: str, handler: Callable[..., Any] | None = ..., namespace: str | None = ...
    ) -> Callable[[_F], _F]: ...
    def _handle_ack(self, eio_sid: str, namespace: str, id: int, data: list[Any]) -> None: ...
    def _handle_connect(self, eio_sid: str, namespace: str, data: Any) -> None: ...
    def _handle_disconnect(self, eio_sid: str, namespace: str, reason: str | None = ...) -> None: ...
    def _handle_event(self, eio_sid: str, namespace: str, id: int | None, data: list[Any]) -> None: ...
    def _send_packet(self, eio_sid: str, pkt: Packet) -> None: ...
