"""The Lua scripts against a real Redis: whatever happens, one owner writes, and epochs never fall.

A model of what may be true runs beside Redis; a second machine runs the in-process store through the same
steps, and both must answer alike.
"""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis.exceptions import RedisError

from game.cluster import redis_store
from game.cluster.redis_store import RedisStore, connect
from game.cluster.store import FENCED, Owner, Past, Store, Write
from game.devtools.local_cluster import free_port
from tests.unit.cluster.memory_store import MemoryStore

pytestmark = [pytest.mark.needs_redis, pytest.mark.timeout(180)]

CODE = "ROOM22"
NAMES = ("a", "b", "c")
STORES: list[RedisStore] = []


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own."""
    port = free_port()
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        cwd=tmp_path_factory.mktemp("redis"),
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    client = connect(url)
    deadline = time.monotonic() + 10
    while True:
        try:
            client.ping()
            break
        except RedisError:
            assert time.monotonic() < deadline, "Redis does not start"
            time.sleep(0.02)
    yield url
    process.terminate()
    process.wait(10)


pasts = st.builds(
    Past, st.integers(1, 2), st.sampled_from([0, 0, 1, 3, 6]), st.sampled_from([b"", b"abc", b"defdef"])
)


class Ownership(RuleBasedStateMachine):
    """Workers that claim, renew, die, transfer, restore and write late, in any order."""

    held = Bundle("held")
    file: tuple[Any, ...] | None = None

    @initialize()
    def begin(self) -> None:
        self.now_ms = 0
        connect(STORES[0].url).flushall()
        self.memory = MemoryStore(lambda: self.now_ms)
        self.stores: list[Store] = [STORES[0], self.memory]
        self.alive: set[str] = set()
        self.generations = dict.fromkeys(NAMES, 0)
        self.owner: Owner | None = None
        self.highest = 0
        self.results: dict[int, bytes] = {}
        self.written = 0

    def both(self, call: str, *args: object, **named: object) -> object:
        """Ask both stores; they must say the same."""
        redis, memory = (getattr(store, call)(*args, **named) for store in self.stores)
        assert redis == memory, f"{call}: Redis says {redis!r}, the model {memory!r}"
        return redis

    def took(self, owner: Owner, previous: int) -> Owner:
        assert owner.epoch > previous, "an epoch did not rise"
        self.owner = owner
        self.highest = max(self.highest, owner.epoch)
        return owner

    @rule(target=held, name=st.sampled_from(NAMES))
    def start(self, name: str) -> Owner:
        """A worker begins a new generation; it owns nothing yet."""
        self.generations[name] += 1
        lease_id = f"{name}.{self.generations[name]}"
        for store in self.stores:
            assert store.heartbeat(lease_id, b"{}", 600_000, first=True) is not None
        self.alive.add(lease_id)
        return Owner(lease_id, 0)

    @rule(one=held)
    def renew(self, one: Owner) -> None:
        """A heartbeat holds exactly the leases that live."""
        for store in self.stores:
            assert (store.heartbeat(one.lease_id, b"{}", 600_000) is not None) == (one.lease_id in self.alive)

    @rule(one=held)
    def die(self, one: Owner) -> None:
        """A lease runs out."""
        self.both("resign", one.lease_id)
        self.alive.discard(one.lease_id)

    @rule(target=held, one=held)
    def open(self, one: Owner) -> Owner:
        """A new room, unless the code is taken."""
        answers = self.both("write", [Write("open", CODE, Owner(one.lease_id, 1), b"new")])
        if answers == [1]:
            if self.owner is None:
                return self.took(Owner(one.lease_id, 1), 0)
            assert self.owner == Owner(one.lease_id, 1)
            return self.owner
        assert self.owner is not None
        return one

    @rule(target=held, one=held, known=held)
    def claim(self, one: Owner, known: Owner) -> Owner:
        """Another worker may claim a room from a dead owner that it knows, once."""
        if known.lease_id in self.alive:
            return one
        claim = self.both("claim", CODE, one.lease_id, known)
        if claim is None:
            assert self.owner != known
            return one
        assert self.owner == known
        return self.took(Owner(one.lease_id, known.epoch + 1), known.epoch)

    @rule(target=held, one=held, to=held, past=pasts)
    def transfer(self, one: Owner, to: Owner, past: Past) -> Owner:
        """Only the owner can give a room away."""
        epoch = self.both("transfer", CODE, one, to.lease_id, b"given", past)
        if epoch is None:
            assert self.owner != one
            return to
        assert self.owner == one
        return self.took(Owner(to.lease_id, one.epoch + 1), one.epoch)

    @rule(target=held, one=held, name=st.sampled_from(NAMES), past=pasts)
    def restore(self, one: Owner, name: str, past: Past) -> Owner:
        """A worker that runs a room owns it again, unless another has a higher epoch."""
        if one.epoch == 0:
            return one
        self.generations[name] += 1
        lease_id = f"{name}.{self.generations[name]}"
        before = self.owner
        epoch = self.both("restore", CODE, lease_id, one, b"restored", past)
        if epoch is None:
            assert before is not None
            assert before != one
            assert before.epoch >= one.epoch, "a live room lost against an older record"
            return one
        assert isinstance(epoch, int)
        assert before is None or epoch > before.epoch
        return self.took(Owner(lease_id, epoch), one.epoch)

    @rule(one=held, kind=st.sampled_from(["checkpoint", "append"]), past=pasts)
    def late_write(self, one: Owner, kind: str, past: Past) -> None:
        """A write of anybody, however long it was on its way: only the owner's has an effect."""
        answers = self.both("write", [Write(kind, CODE, one, b"x", past=past)])
        assert isinstance(answers, list)
        assert (answers[0] != FENCED) == (one == self.owner)

    @rule(one=held, number=st.integers(1, 3))
    def late_result(self, one: Owner, number: int) -> None:
        """A result of anybody, over and over: the first that an owner wrote stays, to the byte."""
        self.written += 1
        data = f"{one.lease_id} says {self.written}".encode()
        answers = self.both("write", [Write("result", CODE, one, data, number=number)])
        if one != self.owner:
            assert answers == [FENCED]
        elif number in self.results:
            assert answers == [2], "a result was written twice"
        else:
            assert answers == [1]
            self.results[number] = data

    @rule(one=held, player=st.sampled_from(["p1", "p2"]), n=st.integers(1, 4), ref=st.integers(1, 99))
    def say(self, one: Owner, player: str, n: int, ref: int) -> None:
        """Chat: fenced, in order, each number once."""
        answers = self.both("write", [Write("chat", CODE, one, b"line", player, n, ref)])
        assert isinstance(answers, list)
        assert (answers[0] != FENCED) == (one == self.owner)

    @rule()
    def flush(self) -> None:
        """Redis loses its keys."""
        connect(STORES[0].url).flushall()
        self.memory.lose_keys()
        self.alive.clear()
        self.results.clear()
        self.owner = None

    @rule()
    def save(self) -> None:
        """Redis writes its file."""
        client: Any = connect(STORES[0].url)
        kept = {key: (client.dump(key), max(client.pttl(key), 0)) for key in client.keys("*")}
        self.file = (kept, self.memory.save(), set(self.alive), dict(self.results), self.owner)

    @precondition(lambda self: self.file is not None)
    @rule()
    def come_back_with_an_old_file(self) -> None:
        """Redis is started with the file that it wrote some time ago."""
        assert self.file is not None
        kept, memory, alive, results, self.owner = self.file
        client: Any = connect(STORES[0].url)
        client.flushall()
        for key, (data, ttl_ms) in kept.items():
            client.restore(key, ttl_ms, data)
        self.memory.come_back(memory)
        self.alive, self.results = set(alive), dict(results)

    @invariant()
    def one_owner(self) -> None:
        """Both stores name the owner that the steps so far allow."""
        if hasattr(self, "stores"):
            assert self.both("owner", CODE) == self.owner
            self.both("read", CODE)

    @invariant()
    def first_results_stay(self) -> None:
        """Redis holds exactly the results that were written first, also after changes of owner."""
        if not hasattr(self, "stores"):
            return
        client: Any = connect(STORES[0].url)
        keys = STORES[0].keys
        found = {number: client.get(keys.room(CODE, f"res:{number}")[0]) for number in (1, 2, 3)}
        assert {number: data for number, data in found.items() if data is not None} == self.results
        client.close()


def test_whatever_happens_one_owner_writes(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_store, "TIMEOUT_S", 10.0)  # what is slow here is the machine
    STORES[:] = [RedisStore(redis_url, "test")]
    run_state_machine_as_test(Ownership, settings=settings(max_examples=60, stateful_step_count=30))


def test_a_record_is_set_aside_with_its_claim(redis_url: str) -> None:
    store = RedisStore(redis_url, "aside")
    owner = Owner("x.1", 1)
    past = Past(1, 0, b"past")
    store.write([Write("open", CODE, owner, b"room", past=past), Write("append", CODE, owner, b"rows")])
    claim = store.claim(CODE, "y.1", owner, set_aside=True)
    assert claim is not None
    assert claim.record == store.read(CODE)
    store.write([Write("checkpoint", CODE, Owner("y.1", 2), b"lobby")])
    client: Any = connect(redis_url)
    aside, rows, before = store.keys.room(CODE, "aside", "aside_jr", "aside_past")
    assert (client.get(aside), client.lrange(rows, 0, -1), client.get(before)) == (
        b"room",
        [b"rows"],
        b"past",
    )
    assert client.ttl(aside) > 6 * 24 * 3600


def test_what_is_in_use_does_not_expire(redis_url: str) -> None:
    store = RedisStore(redis_url, "renewed", room_ttl_ms=3_600_000)
    owner = Owner("x.1", 1)
    past = Past(1, 0, b"past")
    store.write([Write("open", CODE, owner, b"room", past=past)])
    store.write([Write("chat", CODE, owner, b"line", "p1", 1, 1)])
    client: Any = connect(redis_url)
    keys = [*store.keys.room(CODE, "own", "ck", "past", "chat", "seen"), store.keys.rooms("x.1")]
    for key in keys:
        client.pexpire(key, 60_000)
    store.keep("x.1", [CODE])
    assert min(client.ttl(key) for key in keys) > 3000
    assert store.rooms_of("x.1") == {CODE}


def test_client_files_of_earlier_builds_are_found(redis_url: str) -> None:
    store = RedisStore(redis_url, "builds")
    assert store.keep_build("one", {"assets/a-1.js": b"1"}) == {}
    assert store.keep_build("two", {"assets/a-2.js": b"2"}) == {"assets/a-1.js": b"1"}
    assert store.keep_build("one", {"assets/a-1.js": b"1"}) == {"assets/a-2.js": b"2"}
    assert store.renew_build("two")
    for build in ("three", "four"):
        store.keep_build(build, {f"assets/a-{build}.js": b"x"})
    assert set(store.keep_build("five", {})) == {"assets/a-three.js", "assets/a-four.js"}
    assert not store.renew_build("one"), "only the last few are kept"


def test_a_store_without_its_scripts_loads_them_again(redis_url: str) -> None:
    store = RedisStore(redis_url, "scripts")
    owner = Owner("x.1", 1)
    assert store.write([Write("open", CODE, owner, b"1")]) == [1]
    connect(redis_url).script_flush()
    assert store.write([Write("append", CODE, owner, b"2"), Write("checkpoint", CODE, owner, b"3")]) == [1, 1]


def test_no_answer_is_told_without_another_try(tmp_path: Path) -> None:
    from game.cluster.store import StoreDown

    store = RedisStore(f"redis://127.0.0.1:{free_port()}/0", "none")
    begun = time.monotonic()
    with pytest.raises(StoreDown):
        store.owner(CODE)
    assert time.monotonic() - begun < 2  # one try, and no waiting between several
