"""Redis dies, hangs, loses its keys, or cannot be reached by one worker."""

import shutil
import signal
import time

import pytest

from tests.chaos.conftest import ALL, NewRow
from tests.chaos.night import Cluster, Party, Watch, party, until
from tests.chaos.pulse import Pulse

pytestmark = [pytest.mark.needs_redis, pytest.mark.needs_nginx, pytest.mark.timeout(600)]

ROOMS = 6 if ALL else 3
AWAY_S = 10.0 if ALL else 5.0
STILL_S = 8.0 if ALL else 4.0


def mixed(cluster: Cluster) -> tuple[list[Party], list[Party]]:
    """Rooms whose people are all where the room is, and rooms with a player at another worker."""
    addresses = [f"http://127.0.0.1:{one.port}" for one in cluster.workers]
    count = len(addresses)
    local = [party(cluster, at=[addresses[k % count]] * 2) for k in range(ROOMS)]
    split = [party(cluster, at=[addresses[k % count], addresses[(k + 1) % count]]) for k in range(2)]
    return local, split


def close(parties: list[Party]) -> None:
    for one in parties:
        one.close()


def ticking_again(parties: list[Party], since: float) -> float:
    """Wait until everybody sees new ticks; returns the seconds from `since`."""
    for one in parties:
        for traveller in one.people:
            seen = traveller.client.match.tick
            traveller.wait_for(lambda client: client.match.tick > seen + 2, one.code, 10)  # noqa: B023
    return time.monotonic() - since


def check_chat(parties: list[Party]) -> None:
    """Every acknowledged line is there, once."""
    for one in parties:
        one.say(0, "after all")
        for traveller in one.people:
            traveller.wait_for(
                lambda client: any(line["text"] == "after all" for line in client.here.chat), "the line"
            )
            ids = [line["id"] for line in traveller.client.here.chat]
            assert len(ids) == len(set(ids)), "a line came twice"
            known = {line["id"]: line["text"] for line in traveller.client.here.chat}
            assert one.lines.items() <= known.items()


@pytest.mark.parametrize("fault", ["kill -9", "SIGSTOP"] if ALL else ["kill -9"])
def test_matches_go_on_without_redis(whole: Cluster, pulse: Pulse, row: NewRow, fault: str) -> None:
    away_s = AWAY_S if fault == "kill -9" else STILL_S
    result = row(
        f"Redis {fault} for {away_s:.0f} s",
        "local matches tick on, p99 gap < 150 ms; edges resync < 1.5 s; no acknowledged chat lost or doubled",
    )
    local, split = mixed(whole)
    for one in local + split:
        one.say(0, "before")
    # The others may move to where their people are meanwhile.
    owners = {one.code: whole.owner_worker(one.code).name for one in local}
    assert whole.redis is not None
    with Watch([p for one in local for p in one.people]) as watch:
        watch.wait_for_news()
        watch.forget()
        begun = time.monotonic()
        if fault == "kill -9":
            whole.watched = False
            whole.redis.kill()
            whole.redis.wait()
            time.sleep(away_s)
            whole.start_redis()
            whole.watched = True
        else:
            whole.redis.send_signal(signal.SIGSTOP)
            time.sleep(away_s)
            whole.redis.send_signal(signal.SIGCONT)
        back = time.monotonic()
        resync = ticking_again(split, back)
        p99, worst = watch.quantile(0.99), watch.worst_gap_s
        held, held_back = pulse.during(begun), pulse.during(back)
        backwards = watch.backwards
    result.measured = (
        f"p99 gap {p99 * 1000:.0f} ms (worst {worst * 1000:.0f}), edges back after {resync:.2f} s; {held}"
    )
    check_chat(local + split)
    after = {code: whole.owner_worker(code).name for code in owners}
    close(local + split)
    assert p99 < 0.15 + held.p99_s
    assert resync < 1.5 + held_back.lost_s
    assert backwards == []
    assert {code: after[code] for code in owners} == owners


def test_lost_keys_are_restored(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    result = row(f"FLUSHALL with {ROOMS + 2} rooms", "every room restored < 2 s, one owner each")
    local, split = mixed(whole)
    parties = local + split
    epochs = {one.code: whole.owner(one.code) for one in parties}
    with Watch([p for one in parties for p in one.people]) as watch:
        watch.wait_for_news()
        watch.forget()
        begun = time.monotonic()
        whole.calls.flushall()
        until(lambda: all(whole.owner(one.code) for one in parties), "all rooms", 10)
        took = time.monotonic() - begun
        ticking_again(parties, begun)
        worst = watch.worst_gap_s
        held = pulse.during(begun)
    result.measured = f"all restored after {took:.2f} s, longest gap {worst * 1000:.0f} ms; {held}"
    for one in parties:
        before, after = epochs[one.code], whole.owner(one.code)
        assert before is not None
        assert after is not None
        assert after[1] > before[1], "an epoch fell"
    check_chat(parties)
    close(parties)
    assert took < 2 + held.lost_s


def test_an_old_file_rewinds_no_live_room(whole: Cluster, pulse: Pulse, row: NewRow) -> None:
    away_s = 40.0 if ALL else 0.0
    result = row(
        "Redis comes back with an old file" + (f" after {away_s:.0f} s" if away_s else ""),
        "the live rooms win: none is lost, none goes back, chat is kept",
    )
    folder = whole.plan.folder / "redis"
    addresses = [f"http://127.0.0.1:{one.port}" for one in whole.workers]
    parties = [party(whole, at=[address] * 2) for address in addresses[:2]]

    def is_saved(code: str) -> bool:
        return any(code.encode() in path.read_bytes() for path in (folder / "appendonlydir").iterdir())

    def epochs() -> dict[str, int]:
        return {one.code: (whole.owner(one.code) or ("", 0))[1] for one in parties}

    def all_above(known: dict[str, int]) -> bool:
        return all(epoch > known[code] for code, epoch in epochs().items())

    until(lambda: all(is_saved(one.code) for one in parties), "both rooms in the file")
    shutil.copytree(folder / "appendonlydir", folder / "old")
    known = epochs()
    whole.calls.flushall()
    until(lambda: all_above(known), "owners that the file does not know")
    until(
        lambda: len(whole.calls.keys(whole.keys.lease("*"))) == len(whole.workers), "a lease of each worker"
    )
    parties.append(party(whole, at=[addresses[-1]] * 2))  # nor does it know this room at all
    for one in parties:
        one.say(0, "after the file")
    known = epochs()
    with Watch([p for one in parties for p in one.people]) as watch:
        watch.wait_for_news()
        watch.forget()
        begun = time.monotonic()
        assert whole.redis is not None
        said = whole.logged("rooms go on")
        whole.watched = False
        whole.redis.kill()
        whole.redis.wait()
        shutil.rmtree(folder / "appendonlydir")
        shutil.move(folder / "old", folder / "appendonlydir")
        until(lambda: all(count > said[name] for name, count in whole.logged("rooms go on").items()), "all")
        time.sleep(away_s)  # the fault lasts that long
        whole.start_redis()
        whole.watched = True
        back = time.monotonic()
        until(lambda: all_above(known), "every room to be written again")
        took = time.monotonic() - back
        ticking_again(parties, back)
        worst, backwards = watch.worst_gap_s, watch.backwards
        held = pulse.during(begun)
    result.measured = f"all written again after {took:.2f} s, longest gap {worst * 1000:.0f} ms; {held}"
    check_chat(parties)
    close(parties)
    assert backwards == []
    assert worst < 0.5 + held.worst_s
