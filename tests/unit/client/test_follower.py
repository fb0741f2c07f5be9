"""The follower shows a correct view or none, and requests a keyframe when it has none."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.client.follower import ASK_EVERY, Follower
from game.client.joined_room import JoinedRoom
from game.sync.described import read_schema
from game.sync.varint import BadFrame
from game.sync.wire import clock_frame, shift_frame
from tests.unit.rooms.world import Someone, World


def recorded(ticks: int = 200) -> tuple[Someone, list[tuple[str, bytes]]]:
    """A player in a match, and the frames that they received."""
    world = World(countdown_s=0)
    ann = world.host(options={"ticks": 100_000})
    ann.do("bot", add=True)
    ann.do("start")
    world.wait(ticks * 1000 // 30)
    return ann, [(event, data) for event, data in world.post.inboxes[ann.member] if event in "sk"]


ANN, FRAMES = recorded()
SCHEMA = read_schema(ANN.joined["schema"])
STATES = [data for event, data in FRAMES if event == "s" and data[0] & 15 == 1]
KEYFRAME = next(data for event, data in FRAMES if event == "k")


def test_the_frames_in_order_lead_to_the_view() -> None:
    follower = Follower(SCHEMA)
    for _, data in FRAMES:
        follower.frame(data)
    assert ANN.match is not None
    assert follower.state == ANN.match.state
    assert follower.tick == ANN.match.tick
    assert (follower.resyncs, follower.keyframes, follower.states) == (0, 1, len(STATES))
    assert any(event[0] == "stride" for event in follower.events)


def test_there_is_no_view_before_a_keyframe() -> None:
    follower = Follower(SCHEMA)
    assert not follower.following
    with pytest.raises(BadFrame):
        _ = follower.state
    follower.frame(STATES[0])
    assert (follower.wants_keyframe, follower.states) == (True, 0)
    follower.frame(KEYFRAME)
    assert (follower.wants_keyframe, follower.following) == (False, True)


def test_after_a_gap_states_are_ignored_until_a_keyframe() -> None:
    follower = Follower(SCHEMA)
    follower.frame(KEYFRAME)
    follower.frame(STATES[0])
    before = repr(follower.state)
    follower.frame(STATES[2])
    asked = []
    for data in STATES[3:]:
        asked.append(follower.wants_keyframe)
        follower.asked()
        assert not follower.following
        assert repr(follower.state) == before
        follower.frame(data)
    assert asked[0], "it asks at once"
    assert asked.count(True) == 1 + (len(asked) - 1) // ASK_EVERY, "and again when no answer comes"
    follower.frame(KEYFRAME)
    follower.frame(STATES[0])
    assert (follower.following, follower.resyncs) == (True, 1)


@given(st.integers(0, 1 << 32))
def test_malformed_and_reordered_frames_never_lead_to_a_wrong_view(seed: int) -> None:
    chance = random.Random(seed)
    right = Follower(SCHEMA)
    views = {}
    for _, data in FRAMES:
        right.frame(data)
        if right.following:
            views[right.tick] = repr(right.state)
    follower = Follower(SCHEMA)
    for _, data in FRAMES[:120]:
        what = chance.random()
        if what < 0.03:
            continue
        if what < 0.06:
            garbled = bytearray(data)
            garbled[chance.randrange(len(garbled))] ^= 1 << chance.randrange(8)
            follower.frame(bytes(garbled))
            continue
        follower.frame(data)
        if what > 0.97:
            follower.frame(data)
        if follower.following:
            assert repr(follower.state) == views[follower.tick]


def test_clock_and_shift_are_accepted_at_any_time() -> None:
    follower = Follower(SCHEMA)
    follower.frame(clock_frame(5, 77))
    assert follower.clock == (5, 77)
    follower.frame(shift_frame(30, 9000))
    assert follower.due_ms(30) == 9000
    assert follower.due_ms(60) == 10_000
    assert not follower.wants_keyframe


@given(
    st.dictionaries(st.sampled_from(["number", "state", "tick", "acks", "shift", "changes"]), st.integers())
)
def test_json_that_is_no_state_is_never_an_error(data: dict[str, int]) -> None:
    follower = Follower(SCHEMA)
    for event in ("k", "s", "p"):
        follower.json(event, data)
    assert not follower.following


def test_a_joined_room_applies_each_patch_once_and_in_order() -> None:
    ann = {**ANN.joined["room"]["people"]["p1"], "seat": 2}
    room = {**ANN.joined["room"], "version": 4, "people": {"p1": ann}}
    place = JoinedRoom({**ANN.joined, "room": room})
    assert place.seat == 2
    assert place.patch({"version": 5, "phase": "live"})
    assert not place.patch({"version": 5, "phase": "paused"})
    assert not place.patch({"version": 8, "phase": "paused"})
    assert place.phase == "live"
    assert place.patch({"version": 6, "people": {"p1": {"seat": None}}})
    assert "seat" not in place.me
    assert ANN.joined["room"]["version"] != 6
