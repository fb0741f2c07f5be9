"""Several workers of one app: emits, rooms and callbacks cross over Redis, in python-socketio's own format.

Workers of python-socketio, and processes that only emit, may share the queue. While Redis is away each worker
goes on with its own clients, and what is meant for others waits, up to a limit; the oldest is dropped first.
"""

import logging
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic
from typing import Any, cast

import gevent
import msgspec
import redis
import socketio
from gevent.event import Event
from gevent.monkey import get_original, is_module_patched
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel
from socketio.redis_manager import parse_redis_sentinel_url

from game.transport.engine import get_ident
from game.transport.manager import ClientManager
from game.transport.recovery import Recovery, RecoveryLimits, Session
from game.transport.slow_client import SlowClientLimits
from game.transport.tracing import carry, delivery

log = logging.getLogger("rumpus.transport")
NativeLocal: Callable[[], Any] = get_original("_thread", "_local")

SCHEMES = ("redis://", "rediss://", "redis+sentinel://", "unix://")
MOST_WAITING_BYTES = 16 << 20
AT_ONCE = 100
"""Messages in one round trip to Redis."""
FIRST_RETRY_S, LAST_RETRY_S = 0.1, 1.0
SETTLE_S = 1.5
"""What waited is published so long after Redis has come back: by then all workers have subscribed again."""
TIMEOUT_S = 5.0
EMIT = b'{"method": "emit"'
"""How python-socketio's message for an emit begins."""
MOST_TAIL = 300
"""Bytes at the end of a message in which its sender's id stands, if no trace comes after it."""
TO_A_ROOM = re.compile(
    rb'"namespace": "([ -!#-\[\]-~]*)", "room": "([ -!#-\[\]-~]*)", "skip_sid": (?:null|"[ -!#-\[\]-~]*"), '
    rb'"callback": null, "host_id": "[ -!#-\[\]-~]*"}\Z'
)
"""The end of python-socketio's message for an emit to one room. Its texts are printable ASCII without quotes
and backslashes, so no data of an event can match it."""
PAUSE_S, LONG_PAUSE_S = 0.004, 0.02
"""Seconds between two reads of the queue: after a message for a client here, and after others. Waking up
costs ten times as much as handling a message, so messages are read in batches."""
AWAKE_S = 0.001
"""The shortest time between two pauses, in which messages are handled."""
LOOK_S = 1
"""A client that says that another worker had it waits so long at most."""
MOST_LOOKING = 50
"""So many may wait at once; more start over."""


class QueueManager(socketio.PubSubManager, ClientManager):
    """A ClientManager that shares its rooms with other workers over Redis.

    Attributes:
        dropped: messages to other workers that were lost because Redis was away for too long.
    """

    name = "redis"

    def __init__(
        self,
        url: str,
        channel: str = "flask-socketio",
        redis_options: dict[str, Any] | None = None,
        slow_client: SlowClientLimits | None = None,
        recovery: RecoveryLimits | None = None,
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: of Redis, with one of SCHEMES.
            channel: which all workers, and processes that emit, have in common.
            redis_options: for the Redis client.
            slow_client: when a client that does not read is closed.
            recovery: what is kept for clients that are away for a moment, also for those of other workers.

        Raises:
            ValueError: the url has another scheme.
        """
        if not url.startswith(SCHEMES):
            raise ValueError(f"message_queue must begin with {', '.join(SCHEMES)}, got {url!r:.60}")
        super().__init__(channel=channel)
        # python-socketio keeps the queue's name in an attribute that hides our method.
        del self.channel
        self._name = channel
        self._limits = replace(
            self._limits,
            slow_client=slow_client or self._limits.slow_client,
            connect_timeout_s=None,
            connect_burst=0,
        )
        self._recovery = None if recovery is None else Recovery(recovery)
        self._asking_name = f"{channel}.recovery"
        self._store: redis.Redis | None = None
        self._native: Any = NativeLocal()
        """Holds each native thread's `publisher`: sockets of gevent belong to one thread."""
        self._writes: set[gevent.Greenlet[Any, Any]] = set()
        self._looking = 0
        self._fence = 0
        self._fences: dict[str, Event] = {}
        self._begun = False
        self._own = b'"%b"' % self.host_id.encode()
        """Among the last things of a message that this worker has published."""
        self.dropped = 0
        self._url = url
        self._options = redis_options or {}
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._wakes = Event()
        self._down = False

    def initialize(self) -> None:
        """Begin to listen and to publish, once; python-socketio calls it when the first client comes.

        Raises:
            RuntimeError: sockets are not gevent's, so that waiting for Redis would stop the worker.
        """
        if not is_module_patched("socket"):
            raise RuntimeError(
                "message_queue needs gevent's sockets: begin the program with "
                "`from gevent import monkey; monkey.patch_all()`"
            )
        if self._begun:
            return
        self._begun = True
        super().initialize()
        self.server.start_background_task(self._write)
        self._wakes.set()

    def _connect(self, **more: object) -> redis.Redis:
        if self._url.startswith("redis+sentinel://"):
            sentinels, service, named = parse_redis_sentinel_url(self._url)
            sentinel: Any = Sentinel(sentinels, **self._options, **named, **more)  # type: ignore[no-untyped-call]
            return cast("redis.Redis", sentinel.master_for(service or self._name))
        # Without keepalive a listener would never notice that Redis' machine has vanished.
        options = {"socket_connect_timeout": TIMEOUT_S, "socket_keepalive": True, **self._options, **more}
        return redis.Redis.from_url(self._url, **options)

    # --- to other workers

    def _publish(self, data: dict[str, Any]) -> None:
        """Queue a message to all other workers."""
        if data["method"] == "emit" and (carrier := carry()):
            data["trace"] = carrier
        text = self.json.dumps(data)
        message = text.encode() if isinstance(text, str) else text
        self._waiting.append(message)
        self._waiting_bytes += len(message)
        while self._waiting_bytes > MOST_WAITING_BYTES and len(self._waiting) > 1:
            self._waiting_bytes -= len(self._waiting.popleft())
            self.dropped += 1
        if self._begun:
            self._wakes.set()
        else:
            self._publish_now()

    def _publish_now(self) -> None:
        """Publish what is queued before this returns, in a process that serves nobody.

        A command of the app, or a task in another program's worker, may end right after it has emitted.
        """
        publisher: redis.Redis | None = getattr(self._native, "publisher", None)
        if publisher is None:
            publisher = self._connect(retry=Retry(NoBackoff(), 1), socket_timeout=TIMEOUT_S)
            self._native.publisher = publisher
        while self._waiting:
            try:
                message = self._waiting.popleft()
            except IndexError:  # another thread has taken it
                return
            try:
                publisher.publish(self._name, message)
            except (RedisError, OSError) as error:
                self._waiting.appendleft(message)
                self._failed("publish", error)
                return
            self._waiting_bytes -= len(message)
            self._recovered()

    def _write(self) -> None:
        """Publish what is queued, in order. Runs for ever."""
        connection = self._connect()
        while True:
            self._wakes.wait()
            self._wakes.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                try:
                    pipe = connection.pipeline(transaction=False)
                    for message in batch:
                        pipe.publish(self._name, message)
                    pipe.execute()
                except (RedisError, OSError) as error:
                    self._waiting.extendleft(reversed(batch))
                    self._failed("publish", error)
                    connection = self._connect_again()
                    continue
                self._waiting_bytes -= sum(map(len, batch))
                self._recovered()

    def _connect_again(self) -> redis.Redis:
        """Wait until Redis answers again, and until all workers listen again."""
        retry_s = FIRST_RETRY_S
        while True:
            gevent.sleep(retry_s)
            retry_s = min(LAST_RETRY_S, retry_s * 2)
            connection = self._connect()
            try:
                connection.ping()
            except (RedisError, OSError):
                continue
            gevent.sleep(SETTLE_S)
            return connection

    # --- from other workers

    def _listen(self) -> Iterator[bytes]:
        """What comes over the queue; after a failure it subscribes again. Never ends."""
        retry_s = FIRST_RETRY_S
        name = self._name.encode()
        while True:
            try:
                # It must not connect again silently: what comes meanwhile is missed.
                connection: Any = self._connect(retry=Retry(NoBackoff(), 0))
                subscription = connection.pubsub(ignore_subscribe_messages=True)
                subscription.subscribe(self._name, *([self._asking_name] if self._recovery else []))
                retry_s = FIRST_RETRY_S
                self._recovered()
                if self._recovery is not None:
                    self._recovery.listens_again()
                awake_s, pause_s = monotonic(), LONG_PAUSE_S
                for message in subscription.listen():
                    if message["type"] == "message" and message["channel"] == name:
                        data = message["data"]
                        if not (data.startswith(EMIT) and self._is_nothing_here(data[-MOST_TAIL:])):
                            pause_s = PAUSE_S
                            yield data
                    elif message["type"] == "message":
                        self._asked(message["data"])
                    if monotonic() - awake_s > AWAKE_S:
                        gevent.sleep(pause_s)
                        awake_s, pause_s = monotonic(), LONG_PAUSE_S
            except (RedisError, OSError) as error:
                self._failed("listen", error)
                gevent.sleep(retry_s)
                retry_s = min(LAST_RETRY_S, retry_s * 2)

    def _is_nothing_here(self, tail: bytes) -> bool:
        """Whether an emit changes nothing here, so that it need not be decoded.

        Args:
            tail: the end of its message.

        Returns:
            True if it was this worker's own, which has been handled, or if nobody here is in its room.
        """
        if self._own in tail:
            return True
        if self._recovery is not None:  # which keeps events for clients that are away
            return False
        found = TO_A_ROOM.search(tail)
        if found is None:  # to several rooms, or in another format: it is decoded
            return False
        namespace, room = found[1].decode(), found[2].decode()
        return room not in self.rooms.get(namespace, ())

    # --- recovery

    def _handle_emit(self, message: dict[str, Any]) -> None:
        """Send an event of this or another worker to the clients that are here."""
        if self._recovery is not None and not message.get("callback"):
            # The worker where it began names it for all. It is no argument, so that clients of stock workers,
            # which may share the queue, do not see it.
            offset = message.setdefault("offset", self._recovery.next_offset())
            self._offsets[get_ident()] = offset if isinstance(offset, str) else None
        try:
            with delivery(message.get("trace"), str(message.get("namespace"))):
                super()._handle_emit(message)
        finally:
            self._offsets.pop(get_ident(), None)

    def _key(self, pid: str) -> str:
        return f"{self._asking_name}.{pid}"

    def _recovery_store(self) -> redis.Redis:
        if self._store is None:
            self._store = self._connect(socket_timeout=TIMEOUT_S)
        return self._store

    def _kept(self, pid: str, session: Session) -> None:
        """Give the session of a client whose connection is lost to all workers."""
        assert self._recovery is not None
        write = gevent.spawn(self._write_session, pid, self._recovery.named(session))
        self._writes.add(write)
        write.rawlink(self._writes.discard)

    def _write_session(self, pid: str, session: Session) -> None:
        assert self._recovery is not None
        key = self._key(pid)
        try:
            pipe = self._recovery_store().pipeline()
            pipe.delete(key)
            pipe.rpush(key, msgspec.json.encode(session))
            pipe.pexpire(key, int(self._recovery.limits.window_s * 1000))
            pipe.execute()
        except (RedisError, OSError) as error:
            self._failed("keep a session", error)  # it is still kept in this worker
        else:
            self._recovery.take(pid, session.namespace)  # it is there once: the first worker that asks has it

    def finish(self, within_s: float = 2.0) -> None:
        """Wait until the sessions of clients that were closed are written: the last thing before the end."""
        gevent.joinall(list(self._writes), timeout=within_s)

    def _session_elsewhere(self, pid: str, namespace: str) -> Session | None:
        """The session of a client that another worker had, or still thinks to have."""
        if self._looking >= MOST_LOOKING:
            return None
        self._looking += 1
        try:
            store = self._recovery_store()
            store.publish(self._asking_name, msgspec.json.encode([self.host_id, pid, namespace]))
            found: Any = store.blpop([self._key(pid)], timeout=LOOK_S)
            session = None if found is None else msgspec.json.decode(found[1], type=Session)
            if session is not None and not self._has_caught_up(store):
                return None  # it may not have all that the client missed
        except (RedisError, OSError, msgspec.DecodeError) as error:
            self._failed("look for a session", error)
            return None
        finally:
            self._looking -= 1
        return session if session is not None and session.namespace == namespace else None

    def _has_caught_up(self, store: redis.Redis) -> bool:
        """Wait until all is handled that was published by now; False if that takes too long."""
        self._fence += 1
        name = str(self._fence)
        passed = self._fences[name] = Event()
        try:
            store.publish(self._asking_name, msgspec.json.encode([self.host_id, "", name]))
            return bool(passed.wait(LOOK_S))
        finally:
            del self._fences[name]

    def _asked(self, data: bytes) -> None:
        """A client has come back to another worker: if it is still here, its connection is lost.

        Without a client it is a worker's fence, see `_has_caught_up`: all that came before has been handled.
        """
        try:
            asking, pid, namespace = msgspec.json.decode(data, type=tuple[str, str, str])
        except msgspec.DecodeError:
            return
        if asking == self.host_id and not pid and namespace in self._fences:
            self._fences[namespace].set()
        sid = None if self._recovery is None else self._recovery.here(pid, namespace)
        if sid is not None and asking != self.host_id:
            gevent.spawn(self._lose, sid, namespace)  # its handler may wait

    def _failed(self, what: str, error: Exception) -> None:
        """Say once that Redis is away."""
        if not self._down:
            self._down = True
            log.warning(
                "cannot %s: other workers are not reached, what is meant for them waits: %s", what, error
            )

    def _recovered(self) -> None:
        if self._down:
            self._down = False
            log.warning("Redis is back; messages that were lost meanwhile: %d", self.dropped)
