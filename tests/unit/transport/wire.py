"""A client's side of WebSocket framing, written apart from the server's: masked frames, right or wrong."""

import struct


def masked(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes = b"\x11\x22\x33\x44",
    length: str = "shortest",
) -> bytes:
    """One client frame; `length` may ask for a longer form ("16", "64") than needed."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    size = len(payload)
    if length == "64" or (length == "shortest" and size >= 1 << 16):
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    elif length == "16" or (length == "shortest" and size >= 126):
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BB", first, 0x80 | size)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def head(first: int, size: int, mask: bytes = b"") -> bytes:
    """A frame's head that declares `size` bytes in the 64 bit form, whatever follows."""
    return struct.pack("!BBQ", first, (0x80 if mask else 0) | 127, size) + mask


def read(data: bytes) -> list[tuple[int, bytes]]:
    """The (first byte, payload) of each server frame in `data`, which must be whole and unmasked."""
    frames = []
    while data:
        first, size = data[0], data[1]
        start = 2
        assert size < 128, "a server masks nothing"
        if size == 126:
            size, start = struct.unpack("!H", data[2:4])[0], 4
        elif size == 127:
            size, start = struct.unpack("!Q", data[2:10])[0], 10
        assert len(data) >= start + size
        frames.append((first, data[start : start + size]))
        data = data[start + size :]
    return frames
