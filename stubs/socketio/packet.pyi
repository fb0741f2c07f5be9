from typing import Any, ClassVar

CONNECT: int
DISCONNECT: int
EVENT: int
ACK: int
CONNECT_ERROR: int
BINARY_EVENT: int
BINARY_ACK: int

class Packet:
    json: ClassVar[Any]
    packet_type: int
    data: Any
    namespace: str | None
    id: int | None
    attachment_count: int
    def __init__(
        self,
        packet_type: int = ...,
        data: Any = ...,
        namespace: str | None = ...,
        id: int | None = ...,
        binary: bool | None = ...,
        encoded_packet: str | bytes | None = ...,
    ) -> None: ...
    def add_attachment(self, attachment: bytes) -> bool: ...
    def encode(self) -> Any: ...
