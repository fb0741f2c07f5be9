"""The lifecycle of a room: every pair of phase and event, and what the commands make of it."""

import itertools
from typing import Any

import pytest

from game.rooms.lifecycle import TRANSITIONS, Event, Phase, WrongPhase
from game.rooms.room import Room
from tests.unit.rooms.world import World

EXPECTED = {
    ("lobby", "start"): ("countdown", "begin_countdown"),
    ("results", "start"): ("countdown", "begin_countdown"),
    ("countdown", "cancel"): ("lobby", "cancel_countdown"),
    ("countdown", "elapsed"): ("live", "begin_match"),
    ("live", "pause"): ("paused", "stop_time"),
    ("paused", "resume"): ("live", "let_time_go_on"),
    ("live", "decided"): ("results", "show_results"),
    ("paused", "decided"): ("results", "show_results"),
    ("live", "return"): ("lobby", "abandon_match"),
    ("paused", "return"): ("lobby", "abandon_match"),
    ("results", "return"): ("lobby", "forget_results"),
}


def room_in(phase: Phase) -> Room:
    """A room with two players that has come to this phase by the rules."""
    world = World(countdown_s=3)
    ann = world.host(preset="Short" if phase is Phase.RESULTS else "Endless")
    world.guest(ann)
    if phase is not Phase.LOBBY:
        ann.do("start")
    if phase in (Phase.LIVE, Phase.PAUSED):
        world.wait_for(lambda: ann.room["phase"] == "live")
    if phase is Phase.PAUSED:
        ann.do("pause", paused=True)
    if phase is Phase.RESULTS:
        world.wait_for(lambda: ann.room["phase"] == "results")
    room = world.room_of(ann)
    assert room.phase is phase
    return room


def happen(room: Room, event: Event) -> None:
    """Let an event happen at a room, by the method of its lifecycle."""
    lifecycle, now_ms = room.lifecycle, room.time_ms
    {
        Event.START: lambda: lifecycle.start(now_ms),
        Event.CANCEL: lambda: lifecycle.cancel(now_ms),
        Event.ELAPSED: lambda: lifecycle.countdown_elapsed(now_ms),
        Event.PAUSE: lambda: lifecycle.pause("p1", now_ms),
        Event.RESUME: lambda: lifecycle.resume(now_ms),
        Event.DECIDED: lambda: lifecycle.decided(now_ms),
        Event.RETURN: lambda: lifecycle.back_to_lobby(now_ms),
    }[event]()


@pytest.mark.parametrize(("phase", "event"), list(itertools.product(Phase, Event)))
def test_an_event_leads_where_the_table_says_or_changes_nothing(phase: Phase, event: Event) -> None:
    room = room_in(phase)
    before = room.describe()
    expected = EXPECTED.get((phase.value, event.value))
    if expected is None:
        with pytest.raises(WrongPhase, match=event.value):
            happen(room, event)
        assert room.describe() == before
        return
    happen(room, event)
    transition = TRANSITIONS[phase, event]
    assert (transition.to.value, transition.effect.__name__) == expected
    assert room.phase.value == expected[0]
    assert (room.countdown_at is not None) == (room.phase is Phase.COUNTDOWN)
    assert (room.runner is not None) == (room.phase in (Phase.LIVE, Phase.PAUSED))
    assert (room.replication.streams is not None) == (room.runner is not None)
    assert (room.results is not None) == (room.phase is Phase.RESULTS)
    assert room.paused_by == ("p1" if room.phase is Phase.PAUSED else None)


def test_the_table_holds_nothing_else() -> None:
    assert len(TRANSITIONS) == len(EXPECTED)


def test_every_phase_can_be_reached_and_left() -> None:
    assert {phase for phase, _ in TRANSITIONS} == set(Phase)
    assert {transition.to for transition in TRANSITIONS.values()} == set(Phase)


def test_a_match_from_lobby_to_results_to_lobby() -> None:
    world = World(countdown_s=3, results_s=20)
    ann = world.host(preset="Short")
    bob = world.guest(ann)
    assert ann.room["phase"] == "lobby"
    ann.do("ready", ready=True)
    assert ann.room["phase"] == "lobby"
    bob.do("ready", ready=True)
    assert ann.room["phase"] == "countdown"
    assert ann.room["countdown_at"] == world.now_ms + 3000
    world.wait(2990)
    assert ann.room["phase"] == "countdown"
    world.wait(30)
    assert ann.room["phase"] == "live"
    assert "countdown_at" not in ann.room
    assert ann.room["match"]["number"] == 1
    world.wait(200)
    assert ann.room["phase"] == "results"
    assert ann.room["results"]["ticks"] == 3
    assert "match" not in ann.room
    world.wait(19_000)
    assert ann.room["phase"] == "results"
    world.wait(1500)
    assert ann.room["phase"] == "lobby"
    assert "results" not in ann.room
    world.check(world.room_of(ann))


def test_the_host_pauses_and_nothing_moves_until_it_goes_on() -> None:
    world = World(countdown_s=0)
    ann = world.host()
    bob = world.guest(ann)
    world.playing(ann, bob)
    assert ann.match is not None
    world.wait(500)
    before = ann.match.tick
    assert before > 10
    ann.do("pause", paused=True)
    assert bob.room["paused_by"] == ann.player
    world.wait(3000)
    assert ann.match.tick == before
    assert ann.refused("pause", paused=True) == "wrong_phase"
    ann.do("pause", paused=False)
    world.wait(1000)
    assert before + 25 <= ann.match.tick <= before + 32, "the pause is not made up for"
    assert ann.match.resyncs == 0


@pytest.mark.series
def test_a_match_ends_when_its_journal_is_full() -> None:
    world = World(countdown_s=0, journal_max_bytes=65_536)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    for seq in range(1, 60_000):
        ann.press(seq, seq & 3)
        bob.press(seq, seq & 3)
        world.wait(34)
        if ann.room["phase"] != "live":
            break
    assert ann.room["phase"] == "lobby"
    assert "results" not in ann.room
    notices = [data for event, data in world.post.inboxes[bob.member] if event == "notice"]
    assert [notice["code"] for notice in notices] == ["too_long"]
    assert ann.chat == []
    world.check(world.room_of(ann))


@pytest.mark.parametrize("phase", ["lobby", "countdown", "live", "paused", "results"])
def test_commands_out_of_their_phase_are_refused(phase: str) -> None:
    world = World(countdown_s=3)
    ann = world.host(preset="Short" if phase == "results" else "Endless")
    bob = world.guest(ann)
    if phase != "lobby":
        ann.do("start")
    if phase in ("live", "paused"):
        world.wait_for(lambda: ann.room["phase"] == "live")
    if phase == "paused":
        ann.do("pause", paused=True)
    if phase == "results":
        world.wait_for(lambda: ann.room["phase"] == "results")
    assert ann.room["phase"] == phase
    allowed: list[tuple[str, dict[str, Any], set[str]]] = [
        ("start", {}, {"lobby", "results"}),
        ("cancel", {}, {"countdown"}),
        ("options", {"values": {"ticks": 9}}, {"lobby", "results"}),
        ("game", {"game": "dash"}, {"lobby", "results"}),
        ("ready", {"ready": False}, {"lobby", "countdown"}),
        ("pause", {"paused": True}, {"live"}),
        ("pause", {"paused": False}, {"paused"}),
        ("verb", {"verb": 0, "value": 1}, {"live"}),
        ("rematch", {"want": False}, {"results"}),
        ("lobby", {}, {"countdown", "live", "paused", "results"}),
    ]
    code = ann.joined["code"]
    for event, argument, phases in allowed:
        if phase not in phases:
            assert ann.refused(event, **argument) == "wrong_phase", event
            assert world.lobby.rooms[code].phase.value == phase, event
    world.check(world.room_of(bob))


def test_a_match_is_announced_before_its_first_keyframe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client begins to count its inputs at a new number: what it presses at the keyframe must count."""
    world = World(countdown_s=0)
    ann = world.host()
    world.guest(ann)
    heard: list[str] = []
    say = world.post._said  # noqa: SLF001 - the test looks inside

    def listen(member: str, event: str, data: Any) -> None:
        if member == ann.member and event == "room" and "number" in (data.get("match") or {}):
            heard.append(f"match {data['match']['number']}")
        elif member == ann.member and event == "k":
            heard.append("keyframe")
        say(member, event, data)

    monkeypatch.setattr(world.post, "_said", listen)
    for number in (1, 2):
        heard.clear()
        ann.do("start")
        world.wait_for(lambda: ann.room["phase"] == "live")
        assert heard[:2] == [f"match {number}", "keyframe"]
        ann.do("lobby")
