"""A client that stays in its room when its connection ends or its room moves.

It has one `Client` at a time. When the connection ends, it reconnects with its tokens and waits twice as long
after each failure. When the server sends `move`, it opens a second connection, resumes there and closes the
first. Held buttons and unacknowledged chat lines are sent again.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Literal, Self

from game.client.client import Client
from game.client.refused import ConnectionRefused, NoAnswer, Refused

FIRST_S = 0.05
LONGEST_S = 1.0


class ReconnectingClient:
    """One player. A context manager; one thread may use it besides its own.

    Args:
        url: the server's address.
        framing: the framing of states.
        code: the room code for load balancers; None: a random text until it is in a room.

    Attributes:
        client: the current connection.
        moves, returns: how often it moved on request, and reconnected after a loss.
        gap_s: the longest time from the loss of a connection to the next one.
        failures: moves that were refused, and connections that did not resume the room.
    """

    def __init__(
        self,
        url: str,
        *,
        framing: Literal["binary", "json"] = "binary",
        code: str | None = None,
        timeout_s: float = 5.0,
    ) -> None:
        self._url = url
        self._framing = framing
        self._timeout_s = timeout_s
        self._stopped = threading.Event()
        self._lock = threading.RLock()
        self._lines = 0
        self._held = 0
        self.moves = 0
        self.returns = 0
        self.gap_s = 0.0
        self.failures: list[str] = []
        self.client = Client(url, framing=framing, code=code, timeout_s=timeout_s).connect()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and do not reconnect."""
        self._stopped.set()
        self._thread.join(self._timeout_s + 2)
        self.client.close()

    # --- what a player does -------------------------------------------------------------------

    def press(self, buttons: int) -> None:
        """Hold exactly these buttons from now on, also after a reconnect."""
        with self._lock:
            self._held = buttons
            if self.client.connected and self.client.place is not None and self.client.here.seat is not None:
                self.client.press(buttons)

    def say(self, text: str, until_s: float = 20.0) -> int:
        """Send a chat line until it is acknowledged; the server accepts it once.

        Args:
            text: the line.
            until_s: how long to try.

        Returns:
            the id of the line.

        Raises:
            TimeoutError: it was not acknowledged in time.
            Refused: the room does not accept it.
        """
        with self._lock:
            self._lines += 1
            number = self._lines
        deadline = time.monotonic() + until_s
        last: object = None
        while time.monotonic() < deadline:
            try:
                return self.client.chat(text, n=number)
            except Refused as refused:
                if refused.code not in ("busy", "not_in_room", "too_fast"):
                    raise
                last = refused
            except (NoAnswer, LookupError) as error:
                last = error
            self._stopped.wait(0.1)
        raise TimeoutError(f"line {number} was not acknowledged in {until_s} s: {last!r}")

    def wait_for(self, holds: Callable[[Client], object], what: str, timeout_s: float = 10.0) -> None:
        """Wait until `holds` is true of the current client. Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                if holds(self.client):
                    return
                self.client.wait_for(lambda: holds(self.client), what, 0.2)
            except (TimeoutError, LookupError):
                pass
            if time.monotonic() > deadline:
                place = self.client.place
                stands = (place.room if place is not None else "in no room", self.client.bye)
                raise TimeoutError(f"waited {timeout_s} s for {what}; {stands}; {self.failures}")

    # --- coming back --------------------------------------------------------------------------

    def _watch(self) -> None:
        asked = 0
        while not self._stopped.wait(0.02):
            client = self.client
            if not client.connected:
                self._come_back(client)
                asked = 0
            elif sum(1 for event, _ in list(client.said) if event == "move") > asked:
                asked += 1
                self._move(client)
                if self.client is not client:
                    asked = 0

    def _dial(self, client: Client) -> Client:
        place = client.place
        fresh = Client(
            self._url,
            framing=self._framing,
            device=client.device,
            seat=place.seat_token if place is not None else None,
            code=place.code if place is not None else None,
            timeout_s=self._timeout_s,
        ).connect()
        if place is not None and fresh.place is None:
            self.failures.append(f"not back in {place.code}")
        return fresh

    def _move(self, client: Client) -> None:
        try:
            fresh = self._dial(client)
        except (ConnectionRefused, NoAnswer, TimeoutError) as error:
            self.failures.append(f"move: {error}")
            return
        self._change_to(fresh)
        self.moves += 1
        client.close()

    def _come_back(self, client: Client) -> None:
        lost = time.monotonic()
        delay = FIRST_S
        while not self._stopped.is_set():
            try:
                fresh = self._dial(client)
            except (ConnectionRefused, NoAnswer, TimeoutError):
                self._stopped.wait(delay * random.uniform(0.7, 1.3))
                delay = min(delay * 2, LONGEST_S)
                continue
            self._change_to(fresh)
            self.returns += 1
            self.gap_s = max(self.gap_s, time.monotonic() - lost)
            return

    def _change_to(self, fresh: Client) -> None:
        with self._lock:
            self.client = fresh
            if self._held and fresh.place is not None and fresh.here.phase == "live":
                self.press(self._held)

    @property
    def seat_state(self) -> object:
        """This player's SEAT in the room, or None."""
        here = self.client.here
        return here.room["seats"].get(str(here.seat))
