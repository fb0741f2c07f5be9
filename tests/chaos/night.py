"""A game night with faults: a real cluster, rooms with players, and measurements of time."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import msgspec

from game.client import Client, ReconnectingClient
from game.cluster.redis_store import Keys, connect
from game.cluster.store import process_of
from game.devtools.local_cluster import Plan, Supervisor, Worker
from game.rooms.freeze import FrozenRoom
from tests.logs import watch

decode_room = msgspec.msgpack.Decoder(FrozenRoom).decode
ENVIRON = {
    "RUMPUS_LIMITS__CREATE_PER_MIN": "10000",
    "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
    "RUMPUS_LIMITS__ENTRIES_PER_MIN": "10000",
    "RUMPUS_LIMITS__COMMAND_RATE_PER_S": "500",
    "RUMPUS_LIMITS__COMMAND_BURST": "500",
    "RUMPUS_ROOMS__COUNTDOWN_S": "0",
    "RUMPUS_ROOMS__RESULTS_S": "120",
    "RUMPUS_ROOMS__CHAT_RATE_PER_S": "20",
    "RUMPUS_ROOMS__CHAT_BURST": "100",
    "RUMPUS_CLUSTER__DRAIN_S": "9",
}


def until(holds: Callable[[], object], what: str, timeout_s: float = 15.0) -> None:
    """Wait until `holds()` is true. Raises TimeoutError."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s} s for {what}")
        time.sleep(0.01)


class Cluster(Supervisor):
    """A cluster whose supervisor is a thread of the test, and whose processes the test disturbs."""

    def __init__(self, folder: Path, workers: int = 3, **settings: str) -> None:
        super().__init__(Plan(folder, workers, 0, "", {**ENVIRON, **settings}))
        self._watched = True
        self._looking = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._mind, daemon=True)
        self.calls = connect(self.redis_url, socket_timeout=2)
        self.keys = Keys("main")
        self.detours: dict[str, str] = {}

    def redis_of(self, worker: Worker) -> str:
        return self.detours.get(worker.name, self.redis_url)

    def start(self) -> None:
        super().start()
        for worker in self.workers:
            watch(self.plan.folder / "logs" / f"{worker.name}.log")
        self._thread.start()

    def _mind(self) -> None:
        while not self._over.wait(0.02):
            with self._looking:
                if self._watched:
                    self.look()

    @property
    def watched(self) -> bool:
        """Whether what ends is started again."""
        return self._watched

    @watched.setter
    def watched(self, on: bool) -> None:
        with self._looking:
            self._watched = on

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(10)
        super().stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def by_name(self, name: str) -> Worker:
        return next(one for one in self.workers if one.name == name)

    def owner(self, code: str) -> tuple[str, int] | None:
        """The lease id and epoch that Redis has for a room."""
        told: Any = self.calls.hmget(self.keys.room(code, "own")[0], ["wid", "epoch"])
        return None if told[0] is None else (told[0].decode(), int(told[1]))

    def checkpoint_tick(self, code: str) -> int:
        """The tick of the match in the checkpoint that Redis has for a room; -1 for none."""
        data: Any = self.calls.get(self.keys.room(code, "ck")[0])
        frozen = None if data is None else decode_room(data)
        return -1 if frozen is None or frozen.match is None else frozen.match.tick

    def owner_worker(self, code: str) -> Worker:
        owner = self.owner(code)
        assert owner is not None, f"no worker owns {code}"
        return self.by_name(process_of(owner[0]).split("-")[0])

    def ready(self) -> bool:
        return all(one.process is not None and self.is_ready(one) for one in self.workers)

    def logged(self, text: str) -> dict[str, int]:
        """How many lines of each worker's log hold a text."""
        folder = self.plan.folder / "logs"
        return {one.name: (folder / f"{one.name}.log").read_text().count(text) for one in self.workers}

    def signal(self, worker: Worker, number: int) -> None:
        assert worker.process is not None
        os.kill(worker.process.pid, number)


@dataclass
class Watched:
    """What one player saw of the match's time.

    `ticks_since` is the highest epoch in which a second tick was seen, at `ticks_since_at`.
    """

    traveller: ReconnectingClient
    seen: tuple[int, int] = (0, 0)
    seen_at: float = 0.0
    gaps: list[float] = field(default_factory=list)
    backwards: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    lost_ticks: int = 0
    ticks_since: int = 0
    ticks_since_at: float = 0.0


class Watch:
    """Looks at every player's match two hundred times a second. A context manager."""

    def __init__(self, travellers: list[ReconnectingClient]) -> None:
        self.players = [Watched(one) for one in travellers]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._over.wait(0.005):
            now = time.monotonic()
            for player in self.players:
                self._look(player, now)

    @staticmethod
    def _look(player: Watched, now: float) -> None:
        place = player.traveller.client.place
        if place is None or not place.match.following:
            return
        seen = (place.match.epoch, place.match.tick)
        if seen == player.seen:
            return
        if player.seen_at:
            player.gaps.append(now - player.seen_at)
            if seen[0] < player.seen[0] or (seen[0] == player.seen[0] and seen[1] < player.seen[1]):
                player.backwards.append((player.seen, seen))
            if seen[0] == player.seen[0] and seen[0] > player.ticks_since:
                player.ticks_since, player.ticks_since_at = seen[0], now
            if seen[0] > player.seen[0]:
                player.lost_ticks = max(player.lost_ticks, player.seen[1] - seen[1])
        player.seen, player.seen_at = seen, now

    def wait_for_news(self) -> None:
        """Wait until every player was seen in a match, so that there is something to compare with."""
        until(lambda: all(player.seen_at for player in self.players), "everybody's match")

    def forget(self) -> None:
        """Start to measure now."""
        for player in self.players:
            player.gaps.clear()
            player.backwards.clear()
            player.lost_ticks = 0

    @property
    def worst_gap_s(self) -> float:
        return max((max(player.gaps, default=0.0) for player in self.players), default=0.0)

    @property
    def lost_ticks(self) -> int:
        return max(player.lost_ticks for player in self.players)

    @property
    def backwards(self) -> list[Any]:
        return [one for player in self.players for one in player.backwards]

    def quantile(self, share: float) -> float:
        gaps = sorted(gap for player in self.players for gap in player.gaps)
        return gaps[min(len(gaps) - 1, int(len(gaps) * share))] if gaps else 0.0


@dataclass
class Party:
    """One room with a long match, and its players."""

    code: str
    people: list[ReconnectingClient]
    lines: dict[int, str] = field(default_factory=dict)

    @property
    def first(self) -> Client:
        return self.people[0].client

    def say(self, number: int, text: str) -> int:
        """A player says a line; it is remembered as acknowledged."""
        line = self.people[number].say(text)
        assert self.lines.get(line, text) == text, f"line {line} was given to two texts"
        self.lines[line] = text
        return line

    def seats(self) -> dict[str, Any]:
        """The names of the players by seat, as the first client sees the room."""
        return {
            number: {key: seat[key] for key in ("kind", "name", "colour")}
            for number, seat in self.first.here.room["seats"].items()
        }

    def close(self) -> None:
        for one in self.people:
            one.close()


def wins(client: Client) -> dict[str, int]:
    """Matches won, by player."""
    return {player: int(one["wins"]) for player, one in client.here.room["people"].items()}


def scores(client: Client) -> dict[str, int]:
    """Points in the running match, by seat."""
    return {number: int(racer["score"]) for number, racer in client.match.state["racers"].items()}


class Results:
    """Counts, from now on, how often Redis really writes a result: a refused write counts for nothing."""

    def __init__(self, cluster: Cluster) -> None:
        cluster.calls.config_set("notify-keyspace-events", "E$")
        self._calls = cluster.calls
        self._world = cluster.keys.world
        self._heard: Any = cluster.calls.pubsub()  # type: ignore[no-untyped-call]
        self._heard.psubscribe("__keyevent@0__:set")
        self._heard.get_message(timeout=2)
        self._counts: Counter[tuple[str, int]] = Counter()

    def of(self, code: str) -> dict[int, int]:
        """How often the result of each match of a room was written; each of them is there, too."""
        before = self._there(code)
        self._heard.ping("so far")  # its answer comes behind everything that was sent before
        while (found := self._heard.get_message(timeout=5))["type"] != "pong":
            key = str(found["data"].decode()) if found["type"] == "pmessage" else ""
            if ":res:" in key:
                _, _, room, _, match = key.split(":")
                self._counts[room.strip("{}"), int(match)] += 1
        counts = {match: count for (room, match), count in self._counts.items() if room == code}
        assert before <= set(counts) <= self._there(code), (before, counts)
        return counts

    def _there(self, code: str) -> set[int]:
        """The matches of a room whose results Redis holds."""
        known: Any = self._calls.keys(f"g:{self._world}:{{{code}}}:res:*")
        return {int(key.rpartition(b":")[2]) for key in known}

    def text(self, code: str, match: int) -> Any:
        """The result that Redis holds."""
        data: Any = self._calls.get(f"g:{self._world}:{{{code}}}:res:{match}")
        return None if data is None else msgspec.msgpack.decode(data)

    def close(self) -> None:
        self._heard.close()


def party(
    cluster: Cluster,
    people: int = 2,
    at: list[str] | None = None,
    bots: int = 1,
    options: dict[str, int] | None = None,
) -> Party:
    """Open a room through nginx (or with each person at an address of `at`) and start a match, a long one."""
    urls = at or [cluster.url] * people
    first = ReconnectingClient(urls[0])
    code = first.client.create("trails", options=options or {"target": 100}, name="P0").code
    everyone = [first]
    for number in range(1, people):
        one = ReconnectingClient(urls[number], code=code)
        until(lambda: cluster.owner(code) is not None, "the owner")
        one.client.join(code, name=f"P{number}")
        everyone.append(one)
    for _ in range(bots):
        first.client.add_bot()
    first.client.start()
    for one in everyone:
        one.wait_for(lambda client: client.here.phase == "live" and client.match.tick > 5, "the match")
    return Party(code, everyone)


def kill(cluster: Cluster, worker: Worker) -> None:
    """End a worker as a crash does."""
    cluster.signal(worker, signal.SIGKILL)


def address(cluster: Cluster, name: str) -> str:
    """Where a worker is reached without nginx."""
    return f"http://127.0.0.1:{cluster.by_name(name).port}"
