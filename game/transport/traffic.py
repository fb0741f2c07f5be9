"""Messages and bytes through this worker's sockets: plain integers, since they are counted at every message.

Bytes are payloads with their WebSocket frame, as the process hands them to the kernel or gets them from it.
"""


class Traffic:
    """What went through since the start."""

    __slots__ = ("bytes_in", "bytes_out", "messages_in", "messages_out")

    def __init__(self) -> None:
        self.messages_in = 0
        self.bytes_in = 0
        self.messages_out = 0
        self.bytes_out = 0


TRAFFIC = Traffic()
"""Of this process."""
