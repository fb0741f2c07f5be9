"""A worker that ends gives its lease up for good."""

from collections.abc import Iterator
from typing import Any

import gevent
from gevent.event import Event

from game.cluster.store import process_of
from tests.unit.cluster.fleet import Fleet
from tests.unit.cluster.memory_store import MemoryStore


class Slow:
    """A store that takes its time to give a lease up."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.renewed = Event()
        self.given_up = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def listen(self, process: str) -> Iterator[bytes | None]:
        while True:
            gevent.sleep(0.01)
            yield None

    def heartbeat(self, *args: Any, **named: Any) -> Any:
        self.renewed.set()
        return self._store.heartbeat(*args, **named)

    def resign(self, lease_id: str) -> None:
        self._store.resign(lease_id)
        self.given_up = True
        self.renewed.clear()
        self.renewed.wait(1)  # until the loop has renewed the lease; it must not


def test_no_loop_renews_a_lease_that_is_given_up(fleet: Fleet) -> None:
    store = Slow(fleet.store)
    worker = fleet.worker("a", store=store)
    worker.node.start("here:1")
    store.renewed.clear()
    gevent.sleep(0)
    assert store.renewed.wait(5), "its loops run"
    worker.node.stop()
    assert store.given_up
    assert not store.renewed.is_set()
    assert [lease for lease, info in fleet.store.leases().items() if info and process_of(lease) == "a"] == []
