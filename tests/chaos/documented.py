"""A client that was written from docs/protocol.md, with a stock Socket.IO library only."""

import secrets
import threading
import time
from typing import Any

import socketio
import socketio.exceptions

SILENT_IN_MATCH_S = 1.5
SILENT_S = 7.0
WELCOME_S = 1.0


class DocumentedClient:
    """One person: stays in their room as section 1 of the document says under "When nothing comes".

    Attributes:
        room: the ROOM.
        epoch: the highest epoch of the keyframes received.
    """

    def __init__(self, url: str) -> None:
        self.room: dict[str, Any] = {}
        self.player = ""
        self.epoch = 0
        self._url = url
        self._tokens: dict[str, str] = {}
        self._heard = time.monotonic()
        self._over = threading.Event()
        first = self._dial(secrets.token_hex(3))
        while first is None:
            first = self._dial(secrets.token_hex(3))
        self._socket = first
        self._thread = threading.Thread(target=self._stay, daemon=True)
        self._thread.start()

    def _dial(self, place: str) -> "socketio.Client | None":
        """Open a connection; None if it has no welcome in time."""
        sio = socketio.Client(reconnection=False, handle_sigint=False)
        welcomed = threading.Event()

        def welcome(data: Any) -> None:
            self._tokens["device"] = data["device"]
            if data["resumed"] is not None:
                self._enter(data["resumed"])
            welcomed.set()

        def heard(event: str, *data: Any) -> None:
            self._heard = time.monotonic()
            if event == "room":
                self._merge(self.room, data[0])
            elif event == "joined":
                self._enter(data[0])
            elif event == "k":
                self.epoch = max(self.epoch, int(data[0]["epoch"]))

        sio.on("welcome", welcome)
        sio.on("*", heard)
        auth = {"version": 1, "framing": "json", **self._tokens}
        try:
            sio.connect(
                f"{self._url}/?h={place}", auth=auth, transports=["websocket"], wait_timeout=WELCOME_S
            )
            if welcomed.wait(WELCOME_S):
                return sio
        except (socketio.exceptions.SocketIOError, OSError):
            pass
        threading.Thread(target=sio.disconnect, daemon=True).start()
        return None

    def _enter(self, joined: dict[str, Any]) -> None:
        self._tokens["seat"] = joined["seat_token"]
        self.player, self.room = joined["player"], joined["room"]

    def _merge(self, target: dict[str, Any], patch: dict[str, Any]) -> None:
        for key, value in patch.items():
            if value is None:
                target.pop(key, None)
            elif isinstance(value, dict) and isinstance(target.get(key), dict):
                self._merge(target[key], value)
            else:
                target[key] = value

    def _stay(self) -> None:
        astray = False
        while not self._over.wait(0.05):
            live = self.room.get("phase") == "live"
            silent_s = time.monotonic() - self._heard
            old = self._socket
            if old.connected and silent_s < (SILENT_IN_MATCH_S if live else SILENT_S):
                continue
            home = self.room.get("code", secrets.token_hex(3))
            fresh = self._dial(secrets.token_hex(3) if astray else home)
            if fresh is None:
                astray = not astray
                continue
            astray = False
            self._heard = time.monotonic()
            self._socket = fresh
            threading.Thread(target=old.disconnect, daemon=True).start()

    def call(self, event: str, argument: dict[str, Any]) -> dict[str, Any]:
        """Send a command and return its answer; after `busy` it is sent again."""
        deadline = time.monotonic() + 30
        while True:
            answer: dict[str, Any] = self._socket.call(event, argument, timeout=10)
            if answer["ok"]:
                break
            assert answer["code"] == "busy", answer
            assert time.monotonic() < deadline, answer
            self._over.wait(0.3)
        if "seat_token" in answer:
            self._enter(answer)
        return answer

    @property
    def seat(self) -> dict[str, Any] | None:
        """This person's seat in the room, as the room shows it."""
        number = self.room["people"].get(self.player, {}).get("seat")
        seat: dict[str, Any] | None = self.room["seats"].get(str(number))
        return seat

    def close(self) -> None:
        """Close the connection and do not reconnect."""
        self._over.set()
        self._thread.join(10)
        self._socket.disconnect()
