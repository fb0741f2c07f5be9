"""The store in Redis. A worker that is alone does not import this file.

Connections give up after a quarter of a second and never retry: the callers know better what a silence means.
Each kind of work has its own connection, so that none waits for another.

Names in Redis are older than those in the code: field `wid` holds a lease id, key `era` the store generation.
They stay, since workers of two builds share a Redis while an update is rolled out.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from game import telemetry
from game.cluster import scripts
from game.cluster.redis_errors import explain
from game.cluster.store import FENCED, NO_PAST, Claim, Owner, Past, Record, StoreDown, Write, process_of

T = TypeVar("T")
Reply: TypeAlias = Any
"""A reply of Redis, or a pipeline of commands: redis-py gives them no types."""

TIMEOUT_S = 0.25
LISTEN_S = 0.2
MAX_IN_PIPELINE = 32
BUILD_TIMEOUT_S = 5.0
BUILD_TTL_MS = 7 * 24 * 3600 * 1000
BUILDS_KEPT = 2
"""Client builds that are kept beside the newest."""
_SCRIPTS = {
    name: getattr(scripts, name)
    for name in (
        "HEARTBEAT", "LEASES", "OPEN", "CLAIM", "CHECKPOINT", "APPEND", "CHAT", "RESULT", "TRANSFER",
        "RESTORE", "CLOSE",
    )
}  # fmt: skip
_SHA = {
    name: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for name, text in _SCRIPTS.items()
}


def connect(url: str, **options: object) -> "redis.Redis":
    """A client that answers or fails within TIMEOUT_S. Connects at the first call."""
    address = url.replace("valkey", "redis", 1) if url.startswith("valkey") else url
    settings: dict[str, Any] = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S, **options}
    return redis.Redis.from_url(address, retry=Retry(NoBackoff(), 0), health_check_interval=0, **settings)


class BareConnection(Protocol):
    """What is used of one of redis-py's connections, which have no types."""

    def send_command(self, *args: str | bytes | int) -> None:
        """Send one command."""

    def pack_commands(self, commands: Iterable[tuple[str | bytes | int, ...]]) -> list[bytes]:
        """Encode commands."""

    def send_packed_command(self, command: list[bytes]) -> None:
        """Send encoded commands."""

    def read_response(self, *, timeout: float = ..., disconnect_on_error: bool = True) -> Reply:
        """Wait for the reply to one command."""

    def disconnect(self) -> None:
        """Close it; the next command opens it again."""

    def on_connect(self) -> None:
        """Log in and choose the database."""


def connection(url: str) -> BareConnection:
    """One bare connection that answers or fails within TIMEOUT_S. Connects at the first call.

    A client's call costs three times what its connection's does, and packets go two hundred times a second.

    Args:
        url: the address of Redis.

    Returns:
        The connection, which belongs to no pool.
    """
    made: Any = connect(url, protocol=2).connection_pool.make_connection()
    return cast("BareConnection", made)


def database_of(url: str) -> int:
    """The number of the database that an address names."""
    return int(connect(url).connection_pool.connection_kwargs.get("db") or 0)


class Keys:
    """The names of everything in Redis; braces keep what one script touches in one hash slot.

    All databases of a Redis have the same channels, so those whose names are not random name the database.
    """

    def __init__(self, world: str, database: int = 0) -> None:
        self.world = world
        self.index = f"g:{{{world}}}:idx"
        self.generation = f"g:{{{world}}}:era"
        self.open_rooms = f"g:{{{world}}}:open"
        self.lease_prefix = f"g:{{{world}}}:hb:"
        self.builds = f"g:{{{world}}}:builds"
        self.queue = f"g:{world}:{database}:queue" if database else f"g:{world}:queue"

    def lease(self, lease_id: str) -> str:
        """The lease of a lease id."""
        return self.lease_prefix + lease_id

    def rooms(self, lease_id: str) -> str:
        """The rooms of a lease id, a hint."""
        return f"g:{{{self.world}}}:rooms:{lease_id}"

    def room(self, code: str, *parts: str) -> list[str]:
        """The keys of a room: own, ck, jr, past, chat, seen, res:<match>, aside, aside_jr, aside_past."""
        return [f"g:{self.world}:{{{code}}}:{part}" for part in parts]

    def build(self, build: str) -> str:
        """The client files of a build."""
        return f"g:{{{self.world}}}:build:{build}"

    def mailbox(self, process: str) -> str:
        """The channel of a process's mailbox."""
        return f"g:mb:{process}"


class RedisStore:
    """Implements Store.

    Args:
        url: the address of Redis.
        world: the name of the world; workers of one world share rooms.
        room_ttl_ms: how long the record of a room outlives its last write.
    """

    def __init__(self, url: str, world: str, room_ttl_ms: int = scripts.ROOM_TTL_MS) -> None:
        self.url = url
        self.keys = Keys(world)
        self._ttl = room_ttl_ms
        self._reconnected = False
        self._answered = False
        self._lease = connect(url, redis_connect_func=self._connected)
        self._records = connect(url)
        self._mail = connection(url)
        self._look = connect(url)

    # --- calling ------------------------------------------------------------------------------

    def _try(self, call: Callable[[], T]) -> T:
        try:
            answer = call()
        except (RedisError, OSError) as error:
            telemetry.store_errors.inc()
            raise StoreDown(explain(error, self.url, answered=self._answered)) from None
        self._answered = True
        return answer

    def _run(self, client: "redis.Redis", name: str, keys: list[str], args: list[Any]) -> Reply:
        def call() -> Reply:
            try:
                return client.evalsha(_SHA[name], len(keys), *keys, *args)
            except NoScriptError:
                return client.eval(_SCRIPTS[name], len(keys), *keys, *args)

        return self._try(call)

    def _connected(self, connection: BareConnection) -> None:
        """The connection for leases was opened, the first time or again."""
        connection.on_connect()
        self._reconnected = True

    def reconnected(self) -> bool:
        """Whether the connection was opened since the last call: Redis may have been restarted.

        Its client opens a lost connection again silently, and a Redis that crashed has lost what was written
        in its last second.

        Returns:
            Whether it was; then the next call says no.
        """
        was, self._reconnected = self._reconnected, False
        return was

    # --- leases -------------------------------------------------------------------------------

    def heartbeat(self, lease_id: str, info: bytes, lease_ms: int, first: bool = False) -> str | None:
        """Renew a lease, or begin it; the store generation, None when the lease has ended."""
        keys = [self.keys.lease(lease_id), self.keys.index, self.keys.generation]
        args = [lease_id, info, lease_ms, int(first), secrets.token_hex(8)]
        answer = self._run(self._lease, "HEARTBEAT", keys, args)
        return None if answer is None else str(answer.decode())

    def generation(self) -> str | None:
        """The store generation."""
        answer: Any = self._try(lambda: self._look.get(self.keys.generation))
        return None if answer is None else str(answer.decode())

    def resign(self, lease_id: str) -> None:
        """End a lease now."""
        self._try(lambda: self._lease.delete(self.keys.lease(lease_id)))

    def leases(self) -> dict[str, bytes | None]:
        """Every known lease id with its worker's info; None for those that have ended."""
        answer = self._run(self._look, "LEASES", [self.keys.index], [self.keys.lease_prefix])
        return {answer[k].decode(): answer[k + 1] for k in range(0, len(answer), 2)}

    def is_alive(self, lease_id: str) -> bool:
        """Whether a lease holds."""
        return bool(self._try(lambda: self._look.exists(self.keys.lease(lease_id))))

    def forget_peer(self, lease_id: str) -> None:
        """Forget a lease that has ended, and its list of rooms."""

        def call() -> None:
            with self._look.pipeline(transaction=False) as pipe:
                pipe.zrem(self.keys.index, lease_id)
                pipe.delete(self.keys.rooms(lease_id))
                pipe.hdel(self.keys.open_rooms, process_of(lease_id))
                pipe.execute()

        self._try(call)

    def world_us(self) -> int:
        """Redis's clock in microseconds: the world's clock, for all machines."""

        def call() -> int:
            answer: Any = self._look.time()
            return int(answer[0]) * 1_000_000 + int(answer[1])

        return self._try(call)

    # --- owners -------------------------------------------------------------------------------

    def rooms_of(self, lease_id: str) -> set[str]:
        """Codes of the rooms that a lease id may own."""
        answer: Any = self._try(lambda: self._look.smembers(self.keys.rooms(lease_id)))
        return {code.decode() for code in answer}

    def owner(self, code: str) -> Owner | None:
        """The owner of a room, alive or not."""
        answer: Any = self._try(lambda: self._look.hmget(self.keys.room(code, "own")[0], ["wid", "epoch"]))
        return None if answer[0] is None else Owner(answer[0].decode(), int(answer[1]))

    def read(self, code: str) -> Record | None:
        """The record of a room, with any owner; None when there is no record."""
        own, ck, jr, past, chat = self.keys.room(code, "own", "ck", "jr", "past", "chat")

        def call() -> Reply:
            with self._look.pipeline(transaction=True) as pipe:
                pipe.exists(own)
                pipe.get(ck)
                pipe.lrange(jr, 0, -1)
                pipe.xrange(chat)
                pipe.get(past)
                return pipe.execute()

        owned, checkpoint, journal, lines, before = self._try(call)
        if not owned:
            return None
        said = [fields[b"line"] for _, fields in lines]
        return Record(checkpoint or b"", list(journal), said, before or b"")

    def claim(self, code: str, lease_id: str, was: Owner, *, set_aside: bool = False) -> Claim | None:
        """Own a room whose owner is lost, if that has not changed."""
        keys = self.keys.room(code, "own", "ck", "jr", "past", "chat", "aside", "aside_jr", "aside_past")
        aside_ms = scripts.ASIDE_TTL_MS if set_aside else 0
        answer = self._run(
            self._look, "CLAIM", keys, [lease_id, was.lease_id, was.epoch, self._ttl, aside_ms]
        )
        if answer is None:
            return None
        self._remember(lease_id, code)
        epoch, checkpoint, journal, lines, past = answer
        return Claim(int(epoch), Record(checkpoint or b"", list(journal), list(lines), past or b""))

    def keep(self, lease_id: str, codes: list[str]) -> None:
        """Keep the records of these rooms, and their owner's list of rooms, from expiring."""
        index = self.keys.rooms(lease_id)

        def call(some: list[str]) -> None:
            with self._look.pipeline(transaction=False) as pipe:
                pipe.sadd(index, *some)
                pipe.pexpire(index, scripts.ROOMS_TTL_MS)
                for code in some:
                    for key in self.keys.room(code, "own", "ck", "jr", "past", "chat", "seen"):
                        pipe.pexpire(key, self._ttl)
                pipe.execute()

        for at in range(0, len(codes), MAX_IN_PIPELINE):
            some = codes[at : at + MAX_IN_PIPELINE]
            self._try(partial(call, some))

    def transfer(self, code: str, was: Owner, to: str, checkpoint: bytes, past: Past = NO_PAST) -> int | None:
        """Give a room away; its new epoch, None when `was` does not own it."""
        keys = self.keys.room(code, "own", "ck", "jr", "past")
        args = [was.lease_id, was.epoch, to, checkpoint, self._ttl, past.match, past.at, past.data]
        answer = self._run(self._records, "TRANSFER", keys, args)
        if answer == FENCED:
            return None
        self._remember(to, code)
        return int(answer)

    def restore(
        self, code: str, lease_id: str, was: Owner, checkpoint: bytes, past: Past = NO_PAST
    ) -> int | None:
        """Own a running room again; its new epoch, None when it is another worker's."""
        keys = self.keys.room(code, "own", "ck", "jr", "past", "chat", "seen")
        args = [lease_id, was.lease_id, was.epoch, checkpoint, self._ttl, past.match, past.at, past.data]
        answer = self._run(self._records, "RESTORE", keys, args)
        if answer == FENCED:
            return None
        self._remember(lease_id, code)
        return int(answer)

    def _remember(self, lease_id: str, code: str) -> None:
        key = self.keys.rooms(lease_id)

        def call() -> None:
            with self._look.pipeline(transaction=False) as pipe:
                pipe.sadd(key, code)
                pipe.pexpire(key, scripts.ROOMS_TTL_MS)
                pipe.execute()

        self._try(call)

    # --- records ------------------------------------------------------------------------------

    def write(self, writes: list[Write]) -> list[int]:
        """Carry out writes in order, in as few round trips as keep the worker's other greenlets going."""
        answers: list[int] = []
        for at in range(0, len(writes), MAX_IN_PIPELINE):
            answers.extend(self._write_some(writes[at : at + MAX_IN_PIPELINE]))
        return answers

    def _write_some(self, writes: list[Write]) -> list[int]:
        extra = [_INDEX_COMMANDS.get(write.kind, 0) for write in writes]

        def call() -> list[int]:
            for load in (False, True):
                with self._records.pipeline(transaction=False) as pipe:
                    if load:
                        for text in _SCRIPTS.values():
                            pipe.script_load(text)
                    for write in writes:
                        self._add(pipe, write)
                    replies = pipe.execute(raise_on_error=False)
                if not any(isinstance(reply, NoScriptError) for reply in replies):
                    break
            at = len(replies) - len(writes) - sum(extra)  # behind the answers to SCRIPT LOAD
            answers: list[int] = []
            for more in extra:
                if isinstance(replies[at], Exception):
                    raise StoreDown(explain(replies[at], self.url))
                answers.append(int(replies[at]))
                at += 1 + more
            return answers

        return self._try(call)

    def _add(self, pipe: Reply, write: Write) -> None:
        fence = [write.owner.lease_id, write.owner.epoch]
        room, past = self.keys.room, write.past
        match write.kind:
            case "open":
                name, keys = "OPEN", room(write.code, "own", "ck", "jr", "past")
                args = [*fence, write.data, self._ttl, past.match, past.at, past.data]
            case "checkpoint":
                name, keys = "CHECKPOINT", room(write.code, "own", "ck", "jr", "past")
                args = [*fence, write.data, self._ttl, past.match, past.at, past.data]
            case "append":
                name, keys = "APPEND", room(write.code, "own", "jr")
                args = [*fence, write.data, self._ttl]
            case "chat":
                name, keys = "CHAT", room(write.code, "own", "chat", "seen")
                args = [*fence, write.data, write.name, write.number, write.ref, self._ttl]
            case "result" | "last_result":
                name, keys = "RESULT", room(write.code, "own", f"res:{write.number}")
                args = [*fence, write.data, scripts.RESULT_TTL_MS, int(write.kind == "last_result")]
            case "close":
                name, keys = "CLOSE", room(write.code, "own", "ck", "jr", "past", "chat", "seen")
                args = fence
            case _:
                raise ValueError(f"no write is called {write.kind}")
        pipe.evalsha(_SHA[name], len(keys), *keys, *args)
        if write.kind == "open":
            index = self.keys.rooms(write.owner.lease_id)
            pipe.sadd(index, write.code)
            pipe.pexpire(index, scripts.ROOMS_TTL_MS)
        elif write.kind == "close":
            pipe.srem(self.keys.rooms(write.owner.lease_id), write.code)

    # --- mailboxes and open rooms -------------------------------------------------------------

    # hot: at most once per flush
    def publish(self, packets: list[tuple[str, bytes]]) -> None:
        """Put packets into mailboxes: (process, packet)."""
        mailbox = self.keys.mailbox
        link = self._mail

        def call() -> None:
            commands = [("PUBLISH", mailbox(process), data) for process, data in packets]
            try:
                link.send_packed_command(link.pack_commands(commands))
                for _ in commands:
                    link.read_response()
            except BaseException:  # a killed greenlet too: an answer that was not read is taken for the next
                link.disconnect()
                raise

        self._try(call)

    def listen(self, process: str) -> Iterator[bytes | None]:
        """Packets out of a mailbox; None once in LISTEN_S when there are none. Raises StoreDown."""
        link = connection(self.url)

        def next_one() -> Reply:
            try:
                return link.read_response(timeout=LISTEN_S, disconnect_on_error=False)
            except redis.TimeoutError:
                return None

        try:
            self._try(lambda: link.send_command("SUBSCRIBE", self.keys.mailbox(process)))
            while True:
                answer = self._try(next_one)
                if answer is None or answer[0] == b"message":
                    yield None if answer is None else answer[2]
        finally:
            link.disconnect()

    def put_open_rooms(self, process: str, data: bytes) -> None:
        """Keep a worker's list of open rooms."""
        self._try(lambda: self._look.hset(self.keys.open_rooms, process, data))

    def open_rooms(self) -> dict[str, bytes]:
        """The lists that `put_open_rooms` kept, by process."""
        answer: Any = self._try(lambda: self._look.hgetall(self.keys.open_rooms))
        return {process.decode(): data for process, data in answer.items()}

    # --- client builds ------------------------------------------------------------------------

    def keep_build(self, build: str, files: dict[str, bytes]) -> dict[str, bytes]:
        """Keep the client files of a build for workers of later builds.

        They are kept for a week; call `renew_build` while the build is in use.

        Args:
            build: the build's id.
            files: its files, by path.

        Returns:
            The files of the builds before it.
        """
        ours = self.keys.build(build)

        def call() -> dict[str, bytes]:
            # A build is a megabyte: that takes longer than any other call may.
            with connect(self.url, socket_timeout=BUILD_TIMEOUT_S) as client:
                known: Any = client.zrevrange(self.keys.builds, 0, -1)
                others = [one.decode() for one in known if one.decode() != build]
                with client.pipeline(transaction=False) as pipe:
                    if files:
                        pipe.hset(ours, mapping=dict(files))
                    pipe.zadd(self.keys.builds, {build: time.time()}, nx=True)
                    pipe.pexpire(ours, BUILD_TTL_MS)
                    for old in others[BUILDS_KEPT:]:
                        pipe.delete(self.keys.build(old))
                        pipe.zrem(self.keys.builds, old)
                    pipe.execute()
                found: dict[str, bytes] = {}
                for old in others[:BUILDS_KEPT]:
                    answer: Any = client.hgetall(self.keys.build(old))
                    found = {**{name.decode(): body for name, body in answer.items()}, **found}
                return found

        return self._try(call)

    def renew_build(self, build: str) -> bool:
        """The build is in use: keep its files for another week. False when they have expired."""
        return bool(self._try(lambda: self._look.pexpire(self.keys.build(build), BUILD_TTL_MS)))


_INDEX_COMMANDS = {"open": 2, "close": 1}
"""Kinds of write that change the owner's list of rooms, and by how many commands."""
