"""Letters between workers that are lost, doubled or reordered; a worker cut off; people at the wrong one."""

import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from game.client import Client
from tests.chaos.conftest import ALL, Record
from tests.chaos.night import Cluster, party, until
from tests.chaos.proxy import FaultProxy

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(300)]

PLAY_S = 20.0 if ALL else 5.0
SHARE = 0.05


@pytest.fixture(scope="module")
def detoured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cluster, FaultProxy]]:
    """A cluster whose first worker reaches Redis through a proxy."""
    cluster = Cluster(tmp_path_factory.mktemp("detoured"))
    with FaultProxy(cluster.redis_port) as proxy:
        cluster.detours["w1"] = proxy.url
        try:
            cluster.start()
            yield cluster, proxy
            complaints = cluster.complaints()
        finally:
            cluster.stop()
    assert complaints == []


def address(cluster: Cluster, name: str) -> str:
    return f"http://127.0.0.1:{cluster.by_name(name).port}"


def sampled(client: Client, states: dict[int, Any], step: int) -> bool:
    """Remember the state at every `step`th tick; always False, for `wait_for`."""
    match = client.match
    if match.following and match.tick % step == 0 and match.tick not in states:
        states[match.tick] = repr(match.state)
    return False


def collect(client: Client, states: dict[int, Any], seconds: float) -> None:
    try:
        client.wait_for(lambda: sampled(client, states, 5), "nothing", seconds)
    except TimeoutError:
        pass


def test_faults_of_the_post_change_nothing(detoured: tuple[Cluster, FaultProxy], record: Record) -> None:
    cluster, proxy = detoured
    # The room is at w2; one player comes over w1, whose mail passes the proxy.
    one = party(cluster, at=[address(cluster, "w2"), address(cluster, "w1")])
    right, wrong = one.people[0].client, one.people[1].client
    proxy.loss = proxy.doubling = proxy.delay = SHARE
    here: dict[int, Any] = {}
    there: dict[int, Any] = {}
    before = proxy.messages
    begun = time.monotonic()
    lookers = [
        threading.Thread(target=collect, args=(client, states, PLAY_S))
        for client, states in ((right, here), (wrong, there))
    ]
    for looker in lookers:
        looker.start()
    while time.monotonic() - begun < PLAY_S:
        one.people[1].press(1 + int(time.monotonic() * 3) % 2)
        time.sleep(0.3)
    for looker in lookers:
        looker.join()
    proxy.loss = proxy.doubling = proxy.delay = 0
    one.people[1].press(0)
    common = sorted(set(here) & set(there))
    differing = [tick for tick in common if here[tick] != there[tick]]
    line = one.people[1].say("through it all")
    passed, faults = proxy.messages - before, proxy.faults
    resyncs = wrong.match.resyncs
    acks = wrong.match.acks.get(1, (0, 0))[0]
    one.close()
    record(
        f"mailbox: {SHARE:.0%} each lost, doubled, reordered",
        "state equal at both workers",
        f"{faults} of {passed} messages harmed; {len(common)} ticks compared, {len(differing)} differ, "
        f"{acks} inputs applied, {resyncs} resyncs",
    )
    assert faults > 5
    assert len(common) > 5
    assert differing == []
    assert line > 0
    assert acks > 3


def test_the_wrong_worker_is_nearly_as_good(detoured: tuple[Cluster, FaultProxy], record: Record) -> None:
    cluster, _ = detoured
    one = party(cluster, at=[address(cluster, "w2"), address(cluster, "w3")])

    def answers(client: Client, count: int = 60) -> list[float]:
        took = []
        for _ in range(count):
            asked = time.monotonic()
            client.call("rtt", {"rtt": 1})
            took.append((time.monotonic() - asked) * 1000)
            time.sleep(0.01)
        return took

    rounds = [answers(traveller.client) for traveller in one.people]
    p95 = [statistics.quantiles(times, n=20)[18] for times in rounds]
    middle = [statistics.median(times) for times in rounds]
    one.close()
    record(
        "client at the wrong worker",
        "it plays, < 10 ms added at p95",
        f"answers p95 {p95[0]:.1f} ms at the right one, {p95[1]:.1f} ms at the wrong one",
    )
    # Machines are shared: what an answer usually takes is held to the promise, the rare one is told.
    assert middle[1] - middle[0] < 10


def test_a_worker_cut_off_from_redis_gives_its_rooms_up(
    detoured: tuple[Cluster, FaultProxy], record: Record
) -> None:
    cluster, proxy = detoured
    one = party(cluster, at=[address(cluster, "w1"), cluster.url])
    code = one.code
    until(lambda: cluster.owner_worker(code).name == "w1", "w1 to own the room")
    before = cluster.owner(code)
    one.say(0, "before")
    proxy.cut = True
    try:
        begun = time.monotonic()
        until(lambda: cluster.owner(code) != before, "another owner", 8)
        taken = time.monotonic() - begun
        until(lambda: not cluster.is_ready(cluster.by_name("w1")), "w1 to send people away", 8)
        # Who was at w1 itself looks for another way in; through nginx that is any other worker.
        one.people[0]._url = cluster.url
        epoch = before[1] if before is not None else 0

        def goes_on(client: Client) -> bool:
            return client.match.following and client.match.epoch > epoch

        for traveller in one.people:
            traveller.wait_for(goes_on, "the other branch", 15)
        lasted = time.monotonic() - begun
    finally:
        proxy.cut = False
    until(lambda: cluster.is_ready(cluster.by_name("w1")), "w1 to come back", 15)
    one.say(1, "after")
    after = cluster.owner(code)
    known = {line["id"]: line["text"] for line in one.first.here.chat}
    results: Any = cluster.calls.keys(f"g:main:{{{code}}}:res:*")
    one.close()
    record(
        "one worker cut off from Redis",
        "one branch survives, epochs never fall, a result is written once",
        f"taken over after {taken:.2f} s, all players on it after {lasted:.2f} s, {before} to {after}",
    )
    assert before is not None
    assert after is not None
    assert after[1] > before[1]
    assert "w1" not in after[0].split("-")[0]
    assert one.lines.items() <= {**known, **one.lines}.items()
    assert "before" in known.values()
    assert len(results) <= 1
