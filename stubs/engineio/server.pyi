import logging
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypedDict

from _typeshed.wsgi import StartResponse, WSGIEnvironment
from engineio.packet import Packet

class Response(TypedDict):
    status: str
    headers: list[tuple[str, str]]
    response: bytes

class Server:
    class reason:
        SERVER_DISCONNECT: ClassVar[str]
        CLIENT_DISCONNECT: ClassVar[str]
        PING_TIMEOUT: ClassVar[str]
        TRANSPORT_CLOSE: ClassVar[str]
        TRANSPORT_ERROR: ClassVar[str]

    allow_upgrades: bool
    async_handlers: bool
    async_mode: str
    compression_threshold: int
    cookie: str | dict[str, Any] | None
    cors_allowed_origins: Any
    cors_credentials: bool
    handlers: dict[str, Callable[..., Any]]
    http_compression: bool
    logger: logging.Logger
    max_http_buffer_size: int
    ping_interval: float
    ping_interval_grace_period: float
    ping_timeout: float
    sockets: dict[str, Any]
    transports: list[str]

    def __init__(
        self,
        async_mode: str | None = ...,
        ping_interval: float | tuple[float, float] = ...,
        ping_timeout: float = ...,
        max_http_buffer_size: int = ...,
        allow_upgrades: bool = ...,
        http_compression: bool = ...,
        compression_threshold: int = ...,
        cookie: str | dict[str, Any] | None = ...,
        cors_allowed_origins: Any = ...,
        cors_credentials: bool = ...,
        logger: bool | logging.Logger = ...,
        json: Any = ...,
        async_handlers: bool = ...,
        monitor_clients: bool | None = ...,
        transports: list[str] | None = ...,
    ) -> None: ...
    def generate_id(self) -> str: ...
    def handle_request(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]: ...
    def on(self, event: str, handler: Callable[..., Any] | None = ...) -> Any: ...
    def send(self, sid: str, data: str | bytes | list[Any] | dict[str, Any]) -> None: ...
    def send_packet(self, sid: str, pkt: Packet) -> None: ...
    def start_background_task(self, target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any: ...
    def _bad_request(self, message: str | None = ...) -> Response: ...
    def _generate_sid_cookie(self, sid: str, attributes: dict[str, Any]) -> str: ...
    def _get_socket(self, sid: str) -> Any: ...
    def _handle_connect(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        transport: str,
        jsonp_index: int | None = ...,
    ) -> Response | Iterable[bytes]: ...
    def _log_error_once(self, message: str, message_key: str) -> None: ...
    def _ok(
        self,
        packets: list[Packet] | None = ...,
        headers: list[tuple[str, str]] | None = ...,
        jsonp_index: int | None = ...,
    ) -> Response: ...
    def _trigger_event(self, event: str, *args: Any, run_async: bool = ...) -> Any: ...
    def _unauthorized(self, message: object = ...) -> Response: ...
    def _upgrades(self, sid: str, transport: str) -> list[str]: ...
