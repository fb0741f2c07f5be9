"""The namespace `/lobby`: the list of open rooms, told to whoever looks at it and to nobody else."""

import logging
from typing import Any

import gevent
from flask_socketio import SocketIO

from game.net.visitors import Visitors
from game.rooms.lobby import Lobby

log = logging.getLogger("rumpus.net")

NAMESPACE = "/lobby"
EVERY_S = 1.0


class LobbyList:
    """Sends the list when somebody connects, and when it has changed, at most once a second."""

    def __init__(self, socketio: SocketIO, lobby: Lobby, visitors: Visitors) -> None:
        self._socketio = socketio
        self._lobby = lobby
        self._visitors = visitors
        self._told: dict[str, Any] = {}
        self._watchers: set[str] = set()

    def listen(self) -> None:
        """Take connections to the namespace; it has no commands."""
        server = self._socketio.server
        server.on("connect", self._connect, namespace=NAMESPACE)
        server.on("disconnect", self._disconnect, namespace=NAMESPACE)

    def _connect(self, sid: str, _environ: dict[str, Any], _auth: object = None) -> None:
        self._watchers.add(sid)
        self._socketio.emit("rooms", self._now(), to=sid, namespace=NAMESPACE)

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        self._watchers.discard(sid)

    def _now(self) -> dict[str, Any]:
        return {"rooms": self._lobby.open_rooms(), "online": len(self._visitors.by_sid)}

    def run(self) -> None:
        """Look once a second whether the list has changed."""
        while True:
            gevent.sleep(EVERY_S)
            if not self._watchers:
                continue
            now = self._now()
            if now != self._told:
                self._told = now
                self._socketio.emit("rooms", now, namespace=NAMESPACE)
