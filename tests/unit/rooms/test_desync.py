"""Clients that differ from the server: they are healed, and their reports cannot fill a log."""

import logging

import pytest

from game.protocol.frames import CHECKPOINT
from tests.unit.rooms.world import FOR_RULES, World


@pytest.mark.parametrize(("keep", "proof"), [(True, "rumpus replay match0000"), (False, "journal (zlib")])
def test_a_match_in_which_clients_differ_is_logged_once_and_everyone_is_healed(
    caplog: pytest.LogCaptureFixture, keep: bool, proof: str
) -> None:
    world = World(keep=keep)
    ann = world.host(options={"ticks": 100_000})
    bob = world.guest(ann)
    for one in (ann, bob):
        one.do("predict", on=True)
    world.playing(ann, bob)
    replication = world.room_of(ann).replication
    world.wait_for(lambda: replication.last_hash()[0] > 0)
    tick, known = replication.last_hash()

    def checkpoints(member: str) -> int:
        return sum(1 for event, _ in world.post.inboxes[member] if event == "k")

    with caplog.at_level(logging.ERROR, "rumpus.rooms"):
        for one in (ann, bob, ann):
            before = checkpoints(one.member)
            one.do("desync", tick=tick, hash=known ^ 1)
            world.wait(100)  # one checkpoint at each tick at most
            assert checkpoints(one.member) == before + 1
    [record] = caplog.records
    assert record.message.startswith(
        f"desync after tick {tick}: {known:07x} here, {known ^ 1:07x} there; {proof}"
    )


def test_who_does_not_run_the_rules_cannot_say_that_they_differ(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    ann = world.host(options={"ticks": 100_000})
    bob = world.guest(ann)
    ann.do("predict", on=True)
    world.playing(ann, bob)
    replication = world.room_of(ann).replication
    world.wait_for(lambda: replication.last_hash()[0] > 0)
    tick, known = replication.last_hash()
    with caplog.at_level(logging.ERROR, "rumpus.rooms"):
        bob.do("desync", tick=tick, hash=known ^ 1)
    assert caplog.records == []


def test_a_client_that_comes_to_run_the_rules_gets_the_checkpoint_before_any_entries() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    ann.do("predict", on=True)
    world.playing(ann, bob)
    for ticks in range(10):
        world.wait(1000 + 33 * ticks)
        before = len(world.post.inboxes[bob.member])
        bob.do("predict", on=True)
        world.wait(500)
        received = [
            data[0] & 15 for event, data in world.post.inboxes[bob.member][before:] if event in ("s", "k")
        ]
        assert next(kind for kind in received if kind in FOR_RULES) == CHECKPOINT
        bob.do("predict", on=False)
