"""What the kernel knows of a connection: its own round trip, which no program at the other end can delay.

A client can delay the answer to a ping, but its kernel acknowledges every segment at once (Linux only).
"""

import socket
from struct import unpack_from

_TCP_INFO = getattr(socket, "TCP_INFO", None)
_RTT_AT = 68
"""Where `struct tcp_info` has `tcpi_rtt` and, behind it, `tcpi_rttvar`: unsigned, 32 bits, microseconds."""
DEVIATIONS = 2
PAGE_MS = 20.0
"""What a browser may take for an answer beside its line, in ms."""


def longest_round_trip_ms(sock: socket.socket) -> float | None:
    """The longest round trip that an honest answer needs.

    It is the smoothed round trip of the connection's segments, plus its variation, plus what a busy page
    takes. Behind a proxy it is the proxy's.

    Returns:
        milliseconds; None if the kernel does not know.
    """
    if _TCP_INFO is None:
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _RTT_AT + 8)
    except OSError:  # closed, or no TCP
        return None
    if len(info) < _RTT_AT + 8:
        return None
    rtt_us, deviation_us = unpack_from("=II", info, _RTT_AT)
    if rtt_us == 0:  # nothing was acknowledged yet
        return None
    return float((rtt_us + DEVIATIONS * deviation_us) / 1000 + PAGE_MS)
