"""Each match that ends is kept once, as people saw it end, whatever is lost, locked or changed meanwhile."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import pytest

from game.client import Client, ReconnectingClient, Refused
from game.client.refused import NoAnswer
from tests.chaos.conftest import ALL, NewRow, Row
from tests.chaos.night import Cluster, Party, Watch, kill, party, until
from tests.chaos.pulse import Pulse
from tests.integration.kept import BLINK, Kept
from tests.unit.records.postgres import find_programs, running

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(600)]

ROOMS, KILLS, MATCHES = (24, 20, 200) if ALL else (6, 3, 18)
AWAY_S = 60.0 if ALL else 3.0
HICCUP_S = 0.15
"""How much later than without a fault a tick may come while the database is away."""


@contextmanager
def night(folder: Path, **settings: str) -> Iterator[Cluster]:
    """A cluster that also has the game of one second, in `games`."""
    games = folder / "games"
    games.mkdir(parents=True)
    shutil.copy(BLINK, games)
    settings = {
        "RUMPUS_GAMES__FOLDERS": str(games),
        "RUMPUS_GAMES__ENABLED": "trails,blink",
        **settings,
    }
    cluster = Cluster(folder / "cluster", 3, **settings)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with night(tmp_path_factory.mktemp("records")) as one:
        yield one


def kept(cluster: Cluster) -> Kept:
    return Kept(f"sqlite:///{(cluster.plan.folder / 'records.db').resolve()}")


class Evening:
    """Rooms of one person each, in which one short match follows the other."""

    def __init__(self, cluster: Cluster, rooms: int) -> None:
        self.people: list[ReconnectingClient] = []
        self.seen: dict[str, list[tuple[int, int, int]]] = {}
        """(seat, place, points) as people saw them last, by the id of the record."""
        self.last: list[str] = [""] * rooms
        """The record that each person saw last."""
        for _ in range(rooms):
            person = ReconnectingClient(cluster.url)
            person.client.create("blink", name="Ann")
            self.people.append(person)

    def turn(self) -> None:
        """Read the results that are shown, and begin the next match everywhere."""
        for number, person in enumerate(self.people):
            with suppress(Refused, NoAnswer):
                self._turn(number, person.client)
        time.sleep(0.02)

    def _turn(self, number: int, client: Client) -> None:
        if client.place is None:
            return
        room = client.place.room
        results = room.get("results")
        if results and results.get("record"):
            places = [(one["seat"], one["place"], one["points"]) for one in results["places"]]
            self.seen[results["record"]] = sorted(places)
            self.last[number] = results["record"]
        if room["phase"] in ("lobby", "results"):
            client.start()

    def play(self, enough: Callable[[], object], timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not enough():
            assert time.monotonic() < deadline, f"{len(self.seen)} matches have ended"
            self.turn()

    def play_on(self, timeout_s: float) -> None:
        """Until one more match has ended in each room: what was not saved before a fault has ended again."""
        before = set(self.seen)
        self.play(lambda: not before & set(self.last), timeout_s)

    def close(self) -> None:
        for person in self.people:
            person.close()


def assert_kept(records: Kept, seen: dict[str, list[tuple[int, int, int]]]) -> int:
    """What people saw is in the database as they saw it, and replays; returns the number of matches."""
    with suppress(TimeoutError):
        until(lambda: set(seen) <= {one.match.id for one in records.matches()}, "all matches", 30)
    matches = [one.match for one in records.matches()]
    ids = [match.id for match in matches]
    assert set(seen) - set(ids) == set(), "these are lost"
    assert len(ids) == len(set(ids))
    for match in matches:
        if match.id in seen:
            assert sorted((one.seat, one.place, one.points) for one in match.seats) == seen[match.id]
    assert records.differing() == []
    return len(matches)


def test_each_decided_match_is_kept_once_when_workers_die(cluster: Cluster, row: NewRow) -> None:
    result = row(
        f"kill -9 {KILLS} times while {MATCHES} matches end", "each decided match is there once, and replays"
    )
    until(cluster.ready, "all workers", 120)
    evening = Evening(cluster, ROOMS)
    for number in range(KILLS):
        share = MATCHES * (number + 1) // (KILLS + 1)
        evening.play(lambda share=share: len(evening.seen) >= share, 120)  # type: ignore[misc]
        kill(cluster, cluster.workers[number % 3])
    evening.play(lambda: len(evening.seen) >= MATCHES and cluster.ready(), 120)
    evening.play_on(60)
    evening.close()
    count = assert_kept(kept(cluster), evening.seen)
    result.measured = f"{KILLS} kills; {len(evening.seen)} results seen, all kept once; {count} replayed"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the lock of an SQLite file."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def away(
    cluster: Cluster, records: Kept, fault: AbstractContextManager[None], pulse: Pulse, result: Row
) -> None:
    """Let the database be away while matches end; nothing is lost, and ticks come as before."""
    evening = Evening(cluster, 4)
    long: Party = party(cluster, bots=1)
    evening.play(lambda: len(evening.seen) >= 4, 60)
    with Watch(long.people) as watch:
        watch.wait_for_news()
        watch.forget()
        end = time.monotonic() + min(AWAY_S, 10)
        evening.play(lambda: time.monotonic() > end, 60)
        before = watch.worst_gap_s
        with fault:
            watch.forget()
            begun = time.monotonic()
            end = begun + AWAY_S
            evening.play(lambda: time.monotonic() > end, AWAY_S + 60)
            during, held = watch.worst_gap_s, pulse.during(begun)
    ended = len(evening.seen)
    evening.close()
    long.close()
    count = assert_kept(records, evening.seen)
    result.measured = (
        f"{ended} matches ended, {count} kept; longest wait for a tick {during * 1000:.0f} ms,"
        f" {before * 1000:.0f} ms before; {held}"
    )
    assert during <= max(before, 0.1) + HICCUP_S + held.lost_s


def test_matches_wait_while_the_database_is_locked(cluster: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row(f"the SQLite file is locked for {AWAY_S:.0f} s", "nothing is lost, and ticks come as before")
    until(cluster.ready, "all workers", 120)
    away(cluster, kept(cluster), locked(cluster.plan.folder / "records.db"), pulse, result)


@pytest.mark.skipif(not ALL, reason="PostgreSQL is killed in make chaos")
@pytest.mark.logs("the records database fails", "sleeping matches cannot be written")
def test_matches_wait_while_the_database_is_dead(tmp_path: Path, pulse: Pulse, row: NewRow) -> None:
    result = row(f"PostgreSQL is killed for {AWAY_S:.0f} s", "nothing is lost, and ticks come as before")
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with running(programs) as server:

        @contextmanager
        def dead() -> Iterator[None]:
            server.kill()
            yield
            server.start()

        with night(tmp_path, RUMPUS_RECORDS__URL=server.url) as cluster:
            away(cluster, Kept(server.url), dead(), pulse, result)


@pytest.mark.skipif(not ALL, reason="a deploy takes a minute: only in make chaos")
@pytest.mark.logs("cannot be restored")
def test_matches_are_kept_over_a_deploy_with_changed_rules(cluster: Cluster, row: NewRow) -> None:
    result = row(
        "all workers restart with changed rules",
        "running matches are kept as left, earlier ones replay by their own rules",
    )
    until(cluster.ready, "all workers", 120)
    records = kept(cluster)
    evening = Evening(cluster, 1)
    evening.play(lambda: evening.seen, 60)
    long = ReconnectingClient(cluster.url)
    long.client.create("blink", preset="Long", name="Bob")
    long.client.start()
    long.wait_for(lambda client: client.here.phase == "live" and client.match.tick > 5, "the match")
    file = Path(cluster.plan.environ["RUMPUS_GAMES__FOLDERS"]) / "blink.py"
    file.write_text(file.read_text().replace("m.rng.below(1 << 20)", "m.rng.below(1 << 18)"))
    pids = {one.name: one.process.pid for one in cluster.workers if one.process is not None}
    cluster.roll()

    def rolled() -> bool:
        now = {one.name: one.process.pid for one in cluster.workers if one.process is not None}
        return all(pid != pids[name] for name, pid in now.items()) and cluster.ready()

    until(rolled, "the new workers", 240)
    evening.play(lambda: len(evening.seen) >= 3, 60)
    evening.close()
    long.close()

    def left() -> list[str]:
        return [
            one.match.id
            for one in records.matches()
            if one.match.outcome == "left" and [seat.name for seat in one.match.seats] == ["Bob"]
        ]

    until(left, "the match that the deploy ended", 30)
    assert len(left()) == 1
    assert_kept(records, evening.seen)
    rules = {one.match.rules for one in records.matches() if one.match.game == "blink"}
    assert len(rules) == 2
    result.measured = f"{len(records.matches())} matches by {len(rules)} versions of the rules replay"
