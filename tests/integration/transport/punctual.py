"""Listens to a channel and to the clock: `python -m tests.integration.transport.punctual PORT NAME HZ`.

For every line on stdin it prints, as JSON, by how much messages came late since the line before (p50, p99, in
ms, and how many there were), and how late the machine itself wakes a thread that sleeps as long: what that
grew by is not the server's fault.
"""

import json
import sys
import threading
import time

from tests.integration.transport.raw import Raw


def quantiles(late: list[float]) -> dict[str, float]:
    """The middle, the worst hundredth, and the number."""
    ordered = sorted(late) or [0.0]
    return {
        "p50": ordered[len(ordered) // 2] * 1000,
        "p99": ordered[len(ordered) * 99 // 100] * 1000,
        "count": len(late),
    }


def listen(port: int, channel: str, period_s: float, late: list[float]) -> None:
    """Note how much longer than a period each message took after the one before it."""
    with Raw.joined(port, framing="bare", channel=channel) as raw:
        raw.sock.settimeout(30)
        before = 0.0
        while True:
            if isinstance(raw.message(), bytes):
                now = time.monotonic()
                if before:
                    late.append(max(0.0, now - before - period_s))
                before = now


def pulse(period_s: float, late: list[float]) -> None:
    """Note how much longer than asked for every sleep is."""
    while True:
        began = time.monotonic()
        time.sleep(period_s)
        late.append(time.monotonic() - began - period_s)


def main() -> None:
    port, channel, hz = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    messages: list[float] = []
    machine: list[float] = []
    threading.Thread(target=listen, args=(port, channel, 1 / hz, messages), daemon=True).start()
    threading.Thread(target=pulse, args=(1 / hz, machine), daemon=True).start()
    for _ in sys.stdin:
        told = {"messages": quantiles(messages[:]), "machine": quantiles(machine[:])}
        messages.clear()
        machine.clear()
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
