"""Last Card in a real room: nobody but its owner is ever sent a hand, in no form, watching or playing."""

import json
import random
from typing import Any

import pytest

from game.games.lastcard import LastCard
from game.games.lastcard.rules import DRAW
from game.rooms.lifecycle import Phase
from game.sync.wire import InputMessage
from tests.unit.rooms.world import Someone, World

LEAST_CARDS = 4
"""A shorter row of numbers may come up by chance."""


def act(one: Someone, seq: int, chance: random.Random) -> None:
    """Choose something, sensible or not."""
    seat = one.seat
    assert seat is not None
    choice: dict[str, Any] = chance.choice(
        [{"card": chance.randrange(12)}, {"act": DRAW}, {"suit": chance.randrange(4)}, {"act": 2}]
    )
    one.world.service.press(
        one.member, InputMessage(seat, seq, ((0, 0, None),), named=(choice,)), one.world.now_ms
    )


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.series
def test_no_message_to_anybody_holds_anothers_hand(seed: int) -> None:
    """Every message of some matches is searched, and what was decoded is looked at in every tick."""
    chance = random.Random(seed)
    world = World({"lastcard": LastCard()}, seed=seed, countdown_s=0, max_bots=3)
    host = world.host("lastcard", options={"seconds": 4, "jump": True, "swap": True, "stack": "any"})
    people = [host, *(world.guest(host) for _ in range(2))]
    watchers = [world.guest(host, spectate=True) for _ in range(2)]
    world.post.as_json |= {people[-1].member, watchers[-1].member}
    host.do("bot", add=True)
    room = world.room_of(host)
    host.do("start")
    world.wait_for(lambda: room.runner is not None)
    assert room.runner is not None
    m = room.runner.match
    seqs = [0] * len(people)
    hands: dict[int, set[tuple[int, ...]]] = {}
    for _ in range(600):
        world.wait(50)
        if m.over or world.room_of(host).phase is not Phase.LIVE:
            break
        for k, one in enumerate(people):
            if chance.random() < 0.2:
                seqs[k] += 1
                act(one, seqs[k], chance)
        for p in m.state.players:
            if len(p.hand) >= LEAST_CARDS:
                hands.setdefault(p.id, set()).add(tuple(p.hand))
        for one in [*people, *watchers]:
            check_view(one, m)
    assert any(seqs)
    assert set(hands) == {p.id for p in m.state.players}
    for one in [*people, *watchers]:
        search(world, one, hands)
    search_frames(world, people, watchers)


def check_view(one: Someone, m: Any) -> None:
    """Of private parts only one's own is known, and it is right."""
    known = one.match
    assert known is not None
    seat = one.seat
    assert set(known._private) <= ({(False, seat)} if seat is not None else set())  # noqa: SLF001 - the test looks inside
    public = known.state
    assert not {"drawable", "laid", "history"} & set(public)
    for p in m.state.players:
        if p.id in public["players"]:
            assert not {"hand", "can", "drew", "reason", "lacks"} & set(public["players"][p.id])
    if seat is not None:
        own = known.secret(seat)
        assert own is not None
        assert list(own["players"]) == [seat]


def search(world: World, one: Someone, hands: dict[int, set[tuple[int, ...]]]) -> None:
    """What was sent as JSON holds no hand of another as a row of numbers."""
    sent = [data for event, data in world.post.inboxes[one.member] if not isinstance(data, bytes)]
    text = json.dumps(sent, separators=(",", ":"))
    for seat, found in hands.items():
        if seat == one.seat:
            continue
        for hand in found:
            assert ",".join(map(str, hand)) not in text, (one.member, seat, hand)


def search_frames(world: World, people: list[Someone], watchers: list[Someone]) -> None:
    """No private frame of one, nor its content, is among the bytes that another was sent."""
    frames = {
        one.member: [data for _, data in world.post.inboxes[one.member] if isinstance(data, bytes)]
        for one in [*people, *watchers]
    }
    for one in people:
        private = [
            data
            for event, data in world.post.inboxes[one.member]
            if event == "p" and isinstance(data, bytes) and len(data) > 12
        ]
        for other, sent in frames.items():
            if other == one.member:
                continue
            whole = b"|".join(sent)
            for frame in private:
                # Without its head, which has the seat, and its check at the end.
                assert frame[3:-2] not in whole, (one.member, other)
