"""A hundred players in one room of All Thumbs: `python -m bench.crowd`.

The server is the real one, and the players are real connections that follow the match, decode what they
receive and press when the buttons are active. Prints how late ticks are, by the server's own metrics, and the
bytes that each player receives in a second: states, private parts, room, chat, headers.
"""

import argparse
import os
import random
import selectors
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Self

from bench import machine, store
from bench.machine import BUILD, Failed, Process
from bench.rooms import Metrics
from game.client import RawClient

GATES = {"tick_late_p99_ms": 20.0, "down_bytes_per_player_s": 1000.0}
INTRO, ARM, OPEN, REVEAL, BOARD = 0, 1, 2, 4, 5
BUZZ = 7
NEXT, RIGHT = 0, 3
JUDGED_AFTER_S = 0.4
"""How long the host waits before judging a buzzer."""


@dataclass
class Guest:
    """One player: a connection, and the presses that are due."""

    client: RawClient
    lit: int = 0
    seen_s: float = 0.0
    press_at_s: float | None = None
    pressed: int = 0
    frames: list[bytes] = field(default_factory=list)


Look = Callable[[Guest, dict[str, Any]], None]


class Crowd:
    """All players in one room; the first is the host, who also plays and judges buzzers. A context manager.

    Args:
        url: the server's address.
        people: how many, 2 to 100.
        game: its name.
        options: of the game.
        pack: questions that the host brings.
        hurry: the host does not wait, and all press soon.
        seed: of what they press and when.
    """

    def __init__(
        self,
        url: str,
        people: int,
        *,
        game: str = "thumbs",
        options: dict[str, Any] | None = None,
        pack: str = "",
        hurry: bool = False,
        seed: int = 1,
    ) -> None:
        self.chance = random.Random(seed)
        self.guests = [Guest(RawClient.at(url, follow=True)) for _ in range(people)]
        self._game = game
        self._options = options or {}
        self._pack = pack
        self._hurry = hurry
        self._sent_next = (0, 0)
        self._selector = selectors.DefaultSelector()
        self._judge_at_s: float | None = None

    def __enter__(self) -> Self:
        for k, guest in enumerate(self.guests):
            client = guest.client.connect()
            if k == 0:
                argument = {"game": self._game, "name": "Host", "options": self._options}
                client.call("create", argument)
                if self._pack:
                    client.call("pack", {"text": self._pack})
            else:
                assert self.host.place is not None
                client.call("join", {"code": self.host.place.code, "name": f"Guest {k}"})
            self._selector.register(client, selectors.EVENT_READ, guest)
            self.turn(0.0)
        return self

    def __exit__(self, *_: object) -> None:
        for guest in self.guests:
            guest.client.close()
        self._selector.close()

    @property
    def host(self) -> RawClient:
        """The first player."""
        return self.guests[0].client

    @property
    def phase(self) -> str:
        """The phase of the room, as the host sees it."""
        assert self.host.place is not None
        return self.host.place.phase

    @property
    def down_bytes(self) -> list[int]:
        """Bytes that each player has received so far, with WebSocket headers."""
        return [guest.client.down_bytes for guest in self.guests]

    def start(self) -> None:
        """Start the match and wait until all follow it. Raises TimeoutError."""
        self.host.emit("start", {})
        until = monotonic() + 30
        while self.phase != "live" or not all(self._follows(guest) for guest in self.guests):
            if monotonic() > until:
                raise TimeoutError("not everybody follows the match")
            self.turn(0.1)

    @staticmethod
    def _follows(guest: Guest) -> bool:
        place = guest.client.place
        return place is not None and place.match.following

    def turn(self, within_s: float, look: Look | None = None) -> None:
        """Receive for some time, look at the new states, and send the inputs that are due.

        Raises:
            Failed: the server closed the connection of a player.
        """
        for key, _ in self._selector.select(within_s):
            guest: Guest = key.data
            place = guest.client.place
            before = place.match.tick if place is not None else -1
            guest.client.receive()
            if guest.client.closed:
                raise Failed(f"a connection was closed: {guest.client.bye or guest.client.close_code}")
            if place is not None and place.match.following and place.match.tick != before:
                state = place.match.state
                self._plan(guest, state)
                if look is not None:
                    look(guest, state)
        now = monotonic()
        for guest in self.guests:
            if guest.press_at_s is not None and now >= guest.press_at_s:
                self._press(guest, now)
        if self._judge_at_s is not None and now >= self._judge_at_s:
            self._judge_at_s = None
            self.host.emit("verb", {"verb": RIGHT, "value": 0})

    def _plan(self, guest: Guest, state: dict[str, Any]) -> None:
        if state["phase"] == OPEN and guest.lit != state["lit"]:
            guest.lit = state["lit"]
            guest.seen_s = monotonic()
            longest = 0.9 if self._hurry or self.chance.random() < 0.5 else 5
            guest.press_at_s = guest.seen_s + self.chance.uniform(0.15, longest)
        elif state["phase"] >= REVEAL or state["phase"] < ARM:
            guest.press_at_s = None
        if guest.client is self.host:
            self._lead(state)

    def _lead(self, state: dict[str, Any]) -> None:
        """Send the commands of the host."""
        judging = state["kind"] == BUZZ and state["phase"] == OPEN and state["up"] >= 0
        if judging and self._judge_at_s is None:
            self._judge_at_s = monotonic() + JUDGED_AFTER_S
        here = (state["round"], state["phase"])
        if self._hurry and state["phase"] in (INTRO, REVEAL, BOARD) and here != self._sent_next:
            self._sent_next = here
            self.host.emit("verb", {"verb": NEXT, "value": 0})

    def _press(self, guest: Guest, now: float) -> None:
        guest.press_at_s = None
        guest.pressed += 1
        assert guest.client.place is not None
        tick = guest.client.place.match.tick
        claim = round((now - guest.seen_s) * 1000)
        guest.client.press(1 << self.chance.randrange(4), tick, value=claim)
        guest.client.press(0, tick)

    def play(self, seconds: float, look: Look | None = None) -> float:
        """Play for this time, or until the match is over; returns the seconds that it took."""
        began = monotonic()
        while self.phase == "live" and monotonic() - began < seconds:
            self.turn(0.05, look)
        return monotonic() - began


def measure(people: int, seconds: float, rounds: int) -> dict[str, object]:
    """Play, print the results and return them."""
    mine, theirs = machine.cores()
    machine.pin_to(theirs)
    settings = {
        "RUMPUS_CONFIG": os.devnull,
        "RUMPUS_SERVER__HOST": "127.0.0.1",
        "RUMPUS_SERVER__SECRET_FILE": str(BUILD / "secret"),
        "RUMPUS_RECORDS__URL": f"sqlite:///{BUILD / 'records.db'}",
        "RUMPUS_RECORDS__FOLDER": str(BUILD),
        "RUMPUS_SERVER__MAX_CONNECTIONS_PER_ADDRESS": "1000",
        "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
        "RUMPUS_ROOMS__COUNTDOWN_S": "0",
        "PORT": "0",
    }
    BUILD.mkdir(exist_ok=True)
    with ExitStack() as stack:
        server = stack.enter_context(Process([sys.executable, "server.py"], mine, {**os.environ, **settings}))
        port = int(server.await_match(r"here:\s+http://localhost:(\d+)/"))
        options = {"rounds": rounds, "seconds": 8}
        crowd = stack.enter_context(Crowd(f"http://127.0.0.1:{port}", people, options=options))
        crowd.start()
        before, had, spent = Metrics(port), crowd.down_bytes, server.cpu_s()
        took_s = crowd.play(seconds)
        after, has, spent = Metrics(port), crowd.down_bytes, server.cpu_s() - spent
    down = sorted((now - then) / took_s for now, then in zip(has, had, strict=True))
    p50, p99 = after.quantile_ms(before, 0.5), after.quantile_ms(before, 0.99)
    presses = sum(guest.pressed for guest in crowd.guests)
    gaps = sum(guest.client.gaps for guest in crowd.guests)
    found: dict[str, object] = {
        "people": people,
        "seconds": round(took_s, 1),
        "ticks": after.ticks(before),
        "presses": presses,
        "tick_late_p50_ms": round(p50, 3),
        "tick_late_p99_ms": round(p99, 3),
        "dropped_ticks": after.dropped - before.dropped,
        "down_bytes_per_player_s": round(down[-1], 1),
        "down_bytes_per_player_s_median": round(down[len(down) // 2], 1),
        "server_busy": round(spent / took_s, 3),
        "gaps": gaps,
    }
    print(f"{people} people in one room of All Thumbs for {took_s:.0f} s: {presses} presses, {gaps} gaps")
    print(f"  ticks come late by {p50:.2f} ms (p50), {p99:.2f} (p99) of {found['ticks']}")
    print(f"  each is sent {down[len(down) // 2]:.0f} B/s, at most {down[-1]:.0f}, all included")
    print(f"  the server's core is busy by {spent / took_s:.1%}")
    return found


def main() -> int:
    """Measure, print and store; 1 if a gate is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=90.0, help="at most; a match may end sooner")
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    try:
        found = measure(asked.people, asked.seconds, asked.rounds)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    store.record("crowd", found)
    late = [
        f"{name}: {found[name]}, at most {most}"
        for name, most in GATES.items()
        if float(str(found[name])) > most
    ]
    for complaint in late:
        print(f"gate missed: {complaint}", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
