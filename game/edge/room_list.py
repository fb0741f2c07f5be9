"""The namespace `/lobby`: sends the list of open rooms to the pages that show it."""

from typing import TYPE_CHECKING, Any

import gevent
import msgspec
from flask_socketio import SocketIO

from game.cluster.directory import RoomDirectory
from game.edge.connections import Connections
from game.protocol.events import OpenRooms
from game.protocol.objects import OpenRoom
from game.rooms.lobby import Lobby

if TYPE_CHECKING:
    from game.edge.message_queue import MessageQueue

NAMESPACE = "/lobby"
EVERY_S = 1.0


class RoomList:
    """Sends the list to each new subscriber, and to all when it has changed, at most once a second.

    Args:
        socketio: sends to the subscribers of this worker.
        lobby: the rooms of this worker.
        connections: the players who are online here.
        directory: the rooms and players of all workers; None for a worker that is alone.
        queue: sends to the subscribers of all workers; None for a worker that is alone.
    """

    def __init__(
        self,
        socketio: SocketIO,
        lobby: Lobby,
        connections: Connections,
        directory: RoomDirectory | None = None,
        queue: "MessageQueue | None" = None,
    ) -> None:
        self._socketio = socketio
        self._lobby = lobby
        self._connections = connections
        self._directory = directory
        self._queue = queue
        self._own: list[OpenRoom] = []
        self._sent: OpenRooms | None = None
        self._subscribers: set[str] = set()

    def listen(self) -> None:
        """Accept connections to the namespace; it has no commands."""
        server = self._socketio.server
        server.on("connect", self._connect, namespace=NAMESPACE)
        server.on("disconnect", self._disconnect, namespace=NAMESPACE)

    def _connect(self, sid: str, _environ: dict[str, Any], _auth: object = None) -> None:
        self._subscribers.add(sid)
        self._socketio.emit("rooms", msgspec.to_builtins(self._current()), to=sid, namespace=NAMESPACE)

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        self._subscribers.discard(sid)

    def _current(self) -> OpenRooms:
        online = len(self._connections.by_sid)
        if self._directory is None:
            return OpenRooms(rooms=self._lobby.open_rooms(), online=online)
        self._directory.online = online
        rooms, online = self._directory.now()
        return OpenRooms(rooms=rooms, online=online)

    def run(self) -> None:
        """Check once a second whether the list has changed. Runs for ever."""
        while True:
            gevent.sleep(EVERY_S)
            if not self._subscribers and self._queue is None:
                continue
            current = self._current()
            if self._queue is not None and self._send_to_all_workers(self._queue, current):
                self._sent = current
            elif current != self._sent and self._subscribers:
                self._sent = current
                self._socketio.emit("rooms", msgspec.to_builtins(current), namespace=NAMESPACE)

    def _send_to_all_workers(self, queue: "MessageQueue", current: OpenRooms) -> bool:
        """Send the list to the subscribers of every worker if this worker's part of it has changed."""
        own = self._lobby.open_rooms()
        if own == self._own:
            return False
        self._own = own
        queue.emit("rooms", msgspec.to_builtins(current), NAMESPACE)
        return True
