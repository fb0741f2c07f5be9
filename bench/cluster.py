"""What many workers cost: players held, Redis per player, and the way over another worker, per message.

    .venv/bin/python -m bench.cluster            1, 2 and 4 workers, everybody right and nobody right
    .venv/bin/python -m bench.cluster --cost     only the cost of one letter, in this process

Everything runs on this machine, the players too: read the figures side by side, not as records.
"""

import argparse
import json
import os
import selectors
import tempfile
import time
from pathlib import Path
from typing import Any

from game.client import RawClient
from game.cluster.courier import Couriers
from game.cluster.letters import State, unseal
from game.cluster.redis_store import RedisStore, connect
from game.cluster.supervise import Plan, Supervisor

SEATS = 4
SECONDS = 5.0
LETTERS_PER_FLUSH = 12
DELTA_BYTES = 40
ENVIRON = {
    "RUMPUS_LIMITS__CREATE_PER_MIN": "10000",
    "RUMPUS_LIMITS__JOIN_ATTEMPTS_PER_MIN": "10000",
    "RUMPUS_ROOMS__COUNTDOWN_S": "0",
}
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def fill(supervisor: Supervisor, rooms: int, right: bool) -> list[RawClient]:
    """Rooms spread over the workers, each with a full match; `right`: people are where their room is."""
    hosts: list[RawClient] = []
    ports = [worker.port for worker in supervisor.workers]
    people: list[RawClient] = []
    for number in range(rooms):
        home = number % len(ports)
        away = home if right else (home + 1) % len(ports)
        host = RawClient("127.0.0.1", ports[home]).connect()
        joined = host.call("create", {"game": "trails", "options": {"target": 100}})
        code = str(joined["code"])
        for _ in range(SEATS - 1):
            one = RawClient("127.0.0.1", ports[away], code=code if right else None).connect()
            one.call("join", {"code": code})
            people.append(one)
        host.call("start")
        host.wait_for(lambda: host.place is not None and host.place.phase == "live", what="the match")  # noqa: B023
        hosts.append(host)
        if right:
            people.append(host)
        else:
            # Somebody of each room comes to the other worker, too: nobody is at the right one.
            token = host.welcome["device"]
            seat = joined["seat_token"]
            people.append(RawClient("127.0.0.1", ports[away], device=token, seat=seat).connect())
    return people


def play(people: list[RawClient], seconds: float) -> tuple[int, float]:
    """Let everybody receive; returns the states that came and the p99 of the time between two, in ms."""
    selector = selectors.DefaultSelector()
    last: dict[RawClient, float] = {}
    gaps: list[float] = []
    for one in people:
        selector.register(one.socket, selectors.EVENT_READ, one)
    before = sum(one.states for one in people)
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        for key, _ in selector.select(until - now):
            one = key.data
            states = one.states
            one.receive()
            if one.closed:
                selector.unregister(key.fileobj)
            elif one.states > states:
                at = time.monotonic()
                if one in last:
                    gaps.append(at - last[one])
                last[one] = at
    selector.close()
    gaps.sort()
    p99 = gaps[int(len(gaps) * 0.99)] * 1000 if gaps else 0.0
    return sum(one.states for one in people) - before, p99


def measure(workers: int, rooms: int, right: bool) -> dict[str, Any]:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        supervisor = Supervisor(Plan(Path(folder), workers, 0, "", ENVIRON))
        try:
            supervisor.start()
            people = fill(supervisor, rooms, right)
            play(people, 1.0)
            redis = connect(supervisor.redis_url, socket_timeout=5)
            redis.config_resetstat()
            info: Any = redis.info("cpu")
            used = info["used_cpu_user"] + info["used_cpu_sys"]
            pids = [worker.process.pid for worker in supervisor.workers if worker.process is not None]
            worked = [cpu_s(pid) for pid in pids]
            states, p99 = play(people, SECONDS)
            info = redis.info("cpu")
            stats: Any = redis.info("commandstats")
            redis_share = (info["used_cpu_user"] + info["used_cpu_sys"] - used) / SECONDS
            shares = [(cpu_s(pid) - before) / SECONDS for pid, before in zip(pids, worked, strict=True)]
            for one in people:
                one.close()
        finally:
            supervisor.stop()
    published = stats.get("cmdstat_publish", {}).get("calls", 0)
    return {
        "workers": workers,
        "people": len(people),
        "at": "the right worker" if right else "a wrong worker",
        "states_per_s_each": round(states / SECONDS / len(people), 1),
        "gap_p99_ms": round(p99, 1),
        "workers_cpu": [round(share, 2) for share in shares],
        "redis_cpu_us_per_person_and_s": round(redis_share / len(people) * 1e6),
        "letters_published_per_s": round(published / SECONDS),
    }


def cost(url: str, rounds: int = 400) -> dict[str, float]:
    """Microseconds that one room's delta costs to be sent to, and to be taken from, another worker."""
    store = RedisStore(url, "cost")
    here, there = Couriers("a"), Couriers("b")
    delta = os.urandom(DELTA_BYTES)
    mail: list[bytes] = []
    begun = time.process_time()
    for number in range(rounds):
        for room in range(LETTERS_PER_FLUSH):
            here.to("b").post(State(f"ROOM{room:02}", 1, "s", delta))
        flushed = here.collect(number)
        store.publish(flushed)
        mail.extend(data for _, data in flushed)
        for courier in (here.to("b"),):
            courier._unheard.clear()  # the other side acknowledges at once
    sent = time.process_time() - begun
    box: Any = store.listen("b")
    next(box)
    taken, received = 0, 0.0
    for at in range(0, len(mail), 50):
        store.publish([("b", data) for data in mail[at : at + 50]])
        begun = time.process_time()
        for number, data in enumerate(mail[at : at + 50]):
            came = next(box)
            assert came == data
            taken += len(there.to("a").take(unseal(came), number).letters)
        received += time.process_time() - begun
    box.close()
    letters = rounds * LETTERS_PER_FLUSH
    assert taken == letters
    return {
        "sent_us_per_delta": round(sent / letters * 1e6, 2),
        "received_us_per_delta": round(received / letters * 1e6, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cost", action="store_true")
    parser.add_argument("--rooms", type=int, default=40)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        supervisor = Supervisor(Plan(Path(folder), 0))
        (Path(folder) / "logs").mkdir()
        try:
            supervisor.start_redis()
            print(json.dumps(cost(supervisor.redis_url)))
        finally:
            supervisor.stop()
    if told.cost:
        return
    for workers in (1, 2, 4):
        for right in (True, False) if workers > 1 else (True,):
            print(json.dumps(measure(workers, told.rooms, right)), flush=True)


if __name__ == "__main__":
    main()
