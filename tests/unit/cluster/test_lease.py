"""The lease: a test for every (state, event) pair, and what follows from it for rooms."""

from itertools import product

import pytest

from game.cluster.lease import TRANSITIONS, Effect, Lease, LeaseEvent, LeaseState
from game.cluster.store import StoreDown
from game.settings import Cluster
from tests.unit.cluster.memory_store import MemoryStore

OK, SUSPECT, DEGRADED, FROZEN = LeaseState
SETTINGS = Cluster()


class FirstFails(MemoryStore):
    """A store in which no lease can begin while `refuses` is set."""

    refuses = False

    def heartbeat(self, lease_id: str, info: bytes, lease_ms: int, first: bool = False) -> str | None:
        if first and self.refuses:
            raise StoreDown("out of memory")
        return super().heartbeat(lease_id, info, lease_ms, first)


class Worker:
    """Implements LeaseListener: it notes what is called."""

    def __init__(self) -> None:
        self.now_ms = 1_000_000
        self.calls: list[str] = []
        self.peers_see = False
        self.store = FirstFails(lambda: self.now_ms)
        self.lease = Lease(SETTINGS, "a", self.store, self, lambda: self.now_ms)
        self.lease.begin()

    def info(self) -> bytes:
        return b"{}"

    def restore(self) -> None:
        self.calls.append("restore")

    def returned(self, frozen: bool) -> None:
        self.calls.append("returned, frozen" if frozen else "returned")

    def degraded(self) -> None:
        self.calls.append("degraded")

    def peers_see_store(self) -> bool:
        return self.peers_see

    def give_up(self) -> None:
        self.calls.append("give up")

    # --- into a state

    def bring_to(self, state: LeaseState) -> None:
        """What has to happen for the state."""
        if state is SUSPECT:
            self.cause(LeaseEvent.REFUSED)
        elif state is not OK:
            self.store.down = True
            self.now_ms += SETTINGS.lease_ms
            self.lease.gate()
            if state is FROZEN:
                self.cause(LeaseEvent.CUT_OFF)
        assert self.lease.state is state
        self.calls.clear()

    # --- events

    def cause(self, event: LeaseEvent) -> None:
        """Let it happen."""
        lease, store = self.lease, self.store
        match event:
            case LeaseEvent.GRANTED:
                store.down = store.refuses = False
                store.heartbeat(lease.lease_id, b"", SETTINGS.lease_ms, first=True)
                lease.renew()
            case LeaseEvent.REFUSED:
                store.down, store.refuses = False, True
                store.resign(lease.lease_id)
                lease.renew()
            case LeaseEvent.UNREACHABLE:
                store.down = True
                lease.renew()
            case LeaseEvent.EXPIRED:
                store.down = True
                self.now_ms += SETTINGS.lease_ms
                lease.gate()
            case LeaseEvent.CUT_OFF:
                self.peers_see = True
                lease.ask_peers()
                lease.ask_peers()
            case LeaseEvent.UNCONFIRMED:
                raise AssertionError("a part of EXPIRED")


CASES: dict[tuple[LeaseState, LeaseEvent], tuple[LeaseState, list[str]]] = {
    (OK, LeaseEvent.GRANTED): (OK, []),
    (OK, LeaseEvent.REFUSED): (SUSPECT, []),
    (OK, LeaseEvent.UNREACHABLE): (OK, []),
    (OK, LeaseEvent.EXPIRED): (DEGRADED, ["degraded"]),  # by way of SUSPECT and UNCONFIRMED
    (OK, LeaseEvent.CUT_OFF): (OK, []),
    (SUSPECT, LeaseEvent.GRANTED): (OK, []),
    (SUSPECT, LeaseEvent.REFUSED): (SUSPECT, []),
    (SUSPECT, LeaseEvent.UNREACHABLE): (SUSPECT, []),
    (SUSPECT, LeaseEvent.EXPIRED): (DEGRADED, ["degraded"]),
    (SUSPECT, LeaseEvent.CUT_OFF): (SUSPECT, []),
    (DEGRADED, LeaseEvent.GRANTED): (OK, ["returned"]),
    (DEGRADED, LeaseEvent.REFUSED): (DEGRADED, []),
    (DEGRADED, LeaseEvent.UNREACHABLE): (DEGRADED, []),
    (DEGRADED, LeaseEvent.EXPIRED): (DEGRADED, []),
    (DEGRADED, LeaseEvent.CUT_OFF): (FROZEN, ["give up"]),
    (FROZEN, LeaseEvent.GRANTED): (OK, ["returned, frozen"]),
    (FROZEN, LeaseEvent.REFUSED): (FROZEN, []),
    (FROZEN, LeaseEvent.UNREACHABLE): (FROZEN, []),
    (FROZEN, LeaseEvent.EXPIRED): (FROZEN, []),
    (FROZEN, LeaseEvent.CUT_OFF): (FROZEN, []),
}


@pytest.mark.parametrize(("state", "event"), CASES, ids=lambda one: one.value)
def test_what_an_event_does_in_a_state(state: LeaseState, event: LeaseEvent) -> None:
    worker = Worker()
    worker.bring_to(state)
    generation = worker.lease.lease_id
    worker.cause(event)
    assert (worker.lease.state, worker.calls) == CASES[state, event]
    assert (worker.lease.lease_id != generation) is (event is LeaseEvent.REFUSED)


def test_the_table_has_every_pair() -> None:
    assert set(TRANSITIONS) == set(product(LeaseState, LeaseEvent))
    assert set(TRANSITIONS) - set(CASES) == {(state, LeaseEvent.UNCONFIRMED) for state in LeaseState}


def test_only_a_suspect_lease_is_unconfirmed() -> None:
    for state in (OK, DEGRADED, FROZEN):
        assert TRANSITIONS[state, LeaseEvent.UNCONFIRMED] == (state, Effect.NONE)
    assert TRANSITIONS[SUSPECT, LeaseEvent.UNCONFIRMED] == (DEGRADED, Effect.DEGRADE)


@pytest.mark.parametrize("state", LeaseState)
def test_a_lost_lease_goes_on_under_the_next_generation(state: LeaseState) -> None:
    worker = Worker()
    worker.bring_to(state)
    worker.store.down = worker.store.refuses = False
    worker.store.resign(worker.lease.lease_id)
    before = worker.lease.lease_id
    worker.lease.renew()
    assert worker.lease.state is OK
    assert worker.lease.lease_id > before
    assert "restore" in worker.calls, "its rooms belong to the old generation"


@pytest.mark.parametrize(("state", "blocked"), [*zip(LeaseState, (False, True, False, True), strict=True)])
def test_a_worker_speaks_for_its_rooms_while_they_are_its_own(state: LeaseState, blocked: bool) -> None:
    worker = Worker()
    worker.bring_to(state)
    assert worker.lease.blocked is blocked


def test_nothing_is_sent_between_the_end_of_the_lease_and_the_gate() -> None:
    worker = Worker()
    blocked = []
    for ms in (SETTINGS.lease_ms - 1, 1):
        worker.now_ms += ms
        blocked.append(worker.lease.blocked)
    assert worker.lease.gate_us == worker.now_ms * 1000
    worker.store.heartbeat("a.1", b"", SETTINGS.lease_ms, first=True)  # the store's clock may be behind
    worker.lease.gate()
    blocked.append(worker.lease.blocked)
    assert blocked == [False, True, False]
    assert worker.lease.lease_id == "a.1"


def test_records_are_written_again_when_the_store_may_have_been_restarted() -> None:
    worker = Worker()
    worker.lease.renew()
    assert worker.calls == []
    worker.store.come_back(worker.store.save())  # within the lease: the lease does not show that
    worker.lease.renew()
    assert (worker.lease.state, worker.calls) == (OK, ["returned"])


def test_rooms_play_on_however_long_no_worker_sees_the_store() -> None:
    worker = Worker()
    worker.bring_to(DEGRADED)
    for _ in range(30):
        worker.now_ms += 360_000  # three hours in all
        worker.lease.ask_peers()
        worker.lease.renew()
    assert worker.lease.state is DEGRADED
    assert not worker.lease.blocked, "rooms must go on"
    assert worker.calls == []
    worker.store.down = False
    worker.store.lose_keys()
    worker.lease.renew()
    assert (worker.lease.state, worker.calls) == (OK, ["restore", "returned"])


def test_a_peer_must_see_the_store_twice_in_a_row_before_rooms_are_given_up() -> None:
    worker = Worker()
    worker.bring_to(DEGRADED)
    for sees in (True, False, True, False, True):
        worker.peers_see = sees
        worker.lease.ask_peers()
        assert worker.lease.state is DEGRADED
    worker.lease.ask_peers()
    assert worker.calls == ["give up"]


def test_a_store_that_answers_just_before_rooms_are_given_up_is_enough() -> None:
    worker = Worker()
    worker.bring_to(DEGRADED)
    worker.peers_see = True
    worker.lease.ask_peers()
    worker.store.down = False
    worker.lease.ask_peers()
    assert worker.lease.state is OK
    assert "give up" not in worker.calls
