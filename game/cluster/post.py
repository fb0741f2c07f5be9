"""The post: letters out of this worker into mailboxes, and out of its own mailbox to the front."""

import logging

import gevent
import msgspec
from gevent.event import Event

from game.cluster.clock import monotonic_ms
from game.cluster.cluster_gateway import SharedFront
from game.cluster.link import Couriers
from game.cluster.messages import unseal
from game.cluster.redis_store import RedisStore

log = logging.getLogger("rumpus.cluster")

FLUSH_S = 0.004
"""The least time between two publications: letters of one tick travel together."""
PROBE_MS = 500
"""An empty word to the own mailbox so often: nothing else shows a link that is open on our side alone."""
DEAF_MS = 1500
BUSY_S, IDLE_S = 0.02, 0.25


class Post:
    """Sends and listens for `process`."""

    def __init__(self, process: str, store: RedisStore, couriers: Couriers, front: SharedFront) -> None:
        self._process = process
        self._store = store
        self._couriers = couriers
        self._front = front
        self._wakes = Event()
        self._probe_ms = 0
        self._box_ms = 0

    def wake(self) -> None:
        """There are letters to be sent."""
        self._wakes.set()

    def hurry(self) -> None:
        """The store is back: send again at once."""
        self._couriers.hurry()
        self._wakes.set()

    def deliver(self) -> None:
        """Publish what is due."""
        self._wakes.wait(BUSY_S if not self._couriers.idle else IDLE_S)
        self._wakes.clear()
        now_ms = monotonic_ms()
        mail = self._couriers.collect(now_ms)
        if now_ms - self._probe_ms >= PROBE_MS:
            self._probe_ms = now_ms
            mail.append((self._process, b""))
        if mail:
            self._store.publish(mail)
        gevent.sleep(FLUSH_S)

    def listen(self) -> None:
        """Hand letters to the front until nothing comes out of the mailbox any more."""
        self._box_ms = monotonic_ms()
        for data in self._store.listen(self._process):
            now_ms = monotonic_ms()
            if data is None:
                if now_ms - self._box_ms > DEAF_MS:
                    log.warning("nothing comes out of the mailbox: opening it anew")
                    return
                continue
            self._box_ms = now_ms
            if data:
                self._open(data, now_ms)

    def _open(self, data: bytes, now_ms: int) -> None:
        try:
            envelope = unseal(data)
        except msgspec.MsgspecError as error:
            log.error("an envelope that is none: %s", error)
            return
        if envelope.sender == self._process:
            return
        taken = self._couriers.to(envelope.sender).take(envelope, now_ms)
        if taken.letters or taken.restarted or taken.restored:
            self._front.take(envelope.sender, taken)
