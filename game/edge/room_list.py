"""The namespace `/lobby`: the list of open rooms, told to whoever looks at it and to nobody else."""

import logging
from typing import TYPE_CHECKING, Any

import gevent
from flask_socketio import SocketIO

from game.cluster.directory import Directory
from game.edge.connections import Visitors
from game.rooms.lobby import Lobby

if TYPE_CHECKING:
    from game.edge.message_queue import Queue

log = logging.getLogger("rumpus.net")

NAMESPACE = "/lobby"
EVERY_S = 1.0


class LobbyList:
    """Sends the list when somebody connects, and when it has changed, at most once a second."""

    def __init__(
        self,
        socketio: SocketIO,
        lobby: Lobby,
        visitors: Visitors,
        elsewhere: Directory | None = None,
        queue: "Queue | None" = None,
    ) -> None:
        self._socketio = socketio
        self._lobby = lobby
        self._visitors = visitors
        self._elsewhere = elsewhere
        self._queue = queue
        self._own: list[dict[str, Any]] = []
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
        if self._elsewhere is not None:
            self._elsewhere.online = len(self._visitors.by_sid)
            rooms, online = self._elsewhere.now()
            return {"rooms": rooms, "online": online}
        return {"rooms": self._lobby.open_rooms(), "online": len(self._visitors.by_sid)}

    def run(self) -> None:
        """Look once a second whether the list has changed."""
        while True:
            gevent.sleep(EVERY_S)
            if not self._watchers and self._queue is None:
                continue
            now = self._now()
            if self._queue is not None and self._tell_all(now):
                self._told = now
            elif now != self._told and self._watchers:
                self._told = now
                self._socketio.emit("rooms", now, namespace=NAMESPACE)

    def _tell_all(self, now: dict[str, Any]) -> bool:
        """Tell the watchers of every worker when it is this worker's list that has changed."""
        own = self._lobby.open_rooms()
        if own == self._own or self._queue is None:
            return False
        self._own = own
        self._queue.emit("rooms", now, NAMESPACE)
        return True
