"""Flask-SocketIO's message queue: rare events for the clients of all workers.

Any process may send an event to all clients, or to a room, through the queue that Flask-SocketIO documents:
`SocketIO(message_queue=url, channel=channel).emit("notice", …)`. python-socketio's own manager would send
every emit of every worker that way; here only events that are meant for all workers take it, and states never
do.
"""

import json
import logging
import secrets
from typing import Any

import gevent
from redis.exceptions import RedisError

from game.cluster.clock import monotonic_ms
from game.cluster.log_throttle import LogThrottle
from game.cluster.redis_errors import explain
from game.cluster.redis_store import LISTEN_S, Keys, connect, database_of
from game.transport.manager import ClientManager

log = logging.getLogger("rumpus.edge")

AGAIN_S = 0.5


class MessageQueue:
    """This worker's end of the queue: it publishes, and carries out what others publish."""

    def __init__(self, url: str, world: str, client_manager: ClientManager) -> None:
        self._url = url
        self.channel = Keys(world, database_of(url)).queue
        self._client_manager = client_manager
        self._writer = connect(url)
        self._me = secrets.token_hex(16)
        self._warnings = LogThrottle(
            lambda cause: log.warning("announcements do not reach other workers: %s", cause), monotonic_ms
        )

    def emit(self, event: str, data: object, namespace: str, room: str | None = None) -> None:
        """Send an event to all clients of a namespace, or of a room in it, at every worker."""
        message = {
            "method": "emit",
            "event": event,
            "data": [data],
            "binary": False,
            "namespace": namespace,
            "room": room,
            "skip_sid": None,
            "callback": None,
            "host_id": self._me,
        }
        self._carry_out(message)
        try:
            self._writer.publish(self.channel, json.dumps(message))
            self._warnings.succeeded()
        except (RedisError, OSError) as error:
            self._warnings.failed(explain(error, self._url))

    def run(self) -> None:
        """Carry out what others publish. Runs for ever."""
        while True:
            try:
                self._listen()
            except (RedisError, OSError):
                gevent.sleep(AGAIN_S)

    def _listen(self) -> None:
        client = connect(self._url)
        box: Any = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        try:
            box.subscribe(self.channel)
            while True:
                message = box.get_message(timeout=LISTEN_S)
                if message is not None:
                    self._take(message["data"])
        finally:
            box.close()

    def _take(self, data: bytes) -> None:
        try:
            message = json.loads(data)
            if isinstance(message, dict) and message.get("host_id") != self._me:
                self._carry_out(message)
        except Exception as error:  # noqa: BLE001 - any process may publish anything
            log.warning("a message of the queue could not be carried out: %r", error)

    def _carry_out(self, message: dict[str, Any]) -> None:
        """Do what python-socketio's managers mean by a message, for this worker's clients only."""
        namespace = message.get("namespace") or "/"
        sid, room = message.get("sid"), message.get("room")
        client_manager = self._client_manager
        match message.get("method"):
            case "emit":
                data = message["data"]
                if message.get("binary") or message.get("callback"):
                    raise ValueError("only plain events pass through the queue")
                said = data[0] if isinstance(data, list) and len(data) == 1 else data
                said = tuple(said) if isinstance(said, list) and said is data else said
                skipped = message.get("skip_sid")
                client_manager.emit(message["event"], said, namespace=namespace, room=room, skip_sid=skipped)
            case "disconnect":
                if client_manager.is_connected(sid, namespace):
                    client_manager.server.disconnect(sid, namespace=namespace)
            case "enter_room":
                if client_manager.is_connected(sid, namespace):
                    client_manager.enter_room(sid, namespace, room)
            case "leave_room":
                if client_manager.is_connected(sid, namespace):
                    client_manager.leave_room(sid, namespace, room)
            case "close_room":
                client_manager.close_room(room, namespace)
