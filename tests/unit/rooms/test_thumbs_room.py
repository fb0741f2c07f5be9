"""All Thumbs in a real room: what each receives, who leads, which questions, and what a hundred cost."""

import json
import random
from typing import Any

import pytest

from game.games.thumbs import Thumbs
from game.games.thumbs.tuning import ARM, BALLOON, BUZZ, INSIDER, KINDS, OPEN, REVEAL
from game.questions import QuestionPacks
from game.rooms.freeze import freeze, thaw
from game.rooms.lifecycle import Phase
from tests.depth import depth
from tests.unit.rooms.world import Someone, World

PACK = """
title = "Pub night"

[[question]]
ask = "Which planet is the largest?"
right = "Jupiter"
wrong = ["Mars", "Venus"]

[[question]]
ask = "Who painted the Mona Lisa?"
say = "Leonardo"
"""
BOX = "category,ask,right,wrong1\nscience,One and one?,Two,Three\n"
KASTEN = "category,ask,right,wrong1\nscience,Eins und eins?,Zwei,Drei\nfood,Was ist rund?,Pizza,Brot\n"


def opened(**options: Any) -> tuple[World, Someone]:
    world = World({"thumbs": Thumbs()}, countdown_s=0)
    return world, world.host("thumbs", options=options)


def player(tree: dict[str, Any], seat: int) -> dict[str, Any]:
    """A player in a decoded tree."""
    found: dict[str, Any] = tree["players"][seat]
    return found


# --- secrets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(depth(2, 4)))
@pytest.mark.series
def test_no_frame_to_anybody_holds_what_is_anothers(seed: int) -> None:
    """Everything that each member was ever sent is decoded, after every tick of random matches."""
    chance = random.Random(seed)
    world = World({"thumbs": Thumbs()}, seed=seed, countdown_s=0, max_bots=7)
    host = world.host("thumbs", options={"kinds": list(KINDS), "rounds": len(KINDS)})
    host.do("pack", text=PACK)
    people = [host] + [world.guest(host) for _ in range(5)]
    watcher = world.guest(host, spectate=True)
    world.post.as_json.add(people[-1].member)
    for _ in range(2):
        host.do("bot", add=True)
    room = world.room_of(host)
    host.do("start")
    world.wait_for(lambda: room.runner is not None)
    assert room.runner is not None
    m = room.runner.match
    seqs = dict.fromkeys(range(len(people)), 0)
    met = set()
    while not m.over:
        world.wait(100)
        if world.room_of(host).phase is not Phase.LIVE:
            break
        for k, one in enumerate(people):
            if chance.random() < 0.12:
                for buttons in (1 << chance.randrange(4), 0):
                    seqs[k] += 1
                    one.press(seqs[k], buttons)
        if m.state.kind == BUZZ and m.state.up >= 0 and chance.random() < 0.2:
            host.do("verb", verb=chance.choice([3, 4, 5]))
        met.add((m.state.kind, m.state.phase))
        for one in [*people, watcher]:
            check_view(one, m, is_host=one is host)
    assert {kind for kind, _ in met} == set(range(len(KINDS)))


def check_view(one: Someone, m: Any, is_host: bool) -> None:
    """Nothing that this connection knows is hidden from it."""
    known = one.match
    assert known is not None
    assert known.following
    seat = one.seat
    assert set(known._private) <= ({(False, seat)} if seat is not None else set()) | (  # noqa: SLF001 - the test looks inside
        {(True, 0)} if is_host else set()
    ), "private parts of nobody else"
    public = known.state
    for p in m.state.players:
        seen = player(public, p.id)
        assert not {"pick", "safe", "inside", "turn", "buzzed", "at", "done"} & set(seen)
        if m.state.phase < REVEAL:
            assert (seen["shown"], seen["ms"]) == (-1, 0)
    assert not {
        "key",
        "cue",
        "knower",
        "deck",
        "questions",
        "tune",
        "due",
        "inbox",
        "burst",
        "votes",
        "judged",
    } & set(public)
    if m.state.phase < REVEAL:
        assert public["answer"] == -1
        assert public["who"] == -1
        assert public["mark"] == 0 or m.state.kind != BALLOON, "nobody knows when it bursts"
        if m.state.kind != INSIDER:
            assert sum(public["counts"]) == 0
    if m.state.phase <= ARM and m.state.kind != BUZZ:
        assert public["a"] == "", "answers come with the light"
    if seat is not None:
        own = known.secret(seat)
        assert own is not None
        assert list(own["players"]) == [seat], "of the owner's fields one's own alone"
        assert player(own, seat)["pick"] == next(p.pick for p in m.state.players if p.id == seat)
    led = known.secret(0, of_host=True)
    assert (led is not None) == is_host
    if led is not None:
        assert set(led) == {"players", "cue"}
        assert all(set(fields) - {"id"} == {"turn", "buzzed"} for fields in led["players"].values())


def test_a_new_host_is_told_the_queue_and_the_old_one_no_more() -> None:
    world, host = opened(kinds=["buzz"])
    guest = world.guest(host)
    other = world.guest(host)
    world.playing(host, guest, other)
    room = world.room_of(host)
    assert room.runner is not None
    m = room.runner.match
    world.wait_for(lambda: m.state.phase == OPEN)
    world.wait(400)
    other.press(1, 1)
    host.do("transfer", player=guest.player)
    world.wait_for(lambda: m.state.up >= 0)
    world.wait(100)
    assert guest.match is not None
    assert host.match is not None
    led = guest.match.secret(0, of_host=True)
    assert led is not None
    assert player(led, other.seat or 0)["turn"] == 1
    before = host.match.secret(0, of_host=True)
    assert before is None or player(before, other.seat or 0)["turn"] == 0


# --- who leads -----------------------------------------------------------------------------------------


def test_the_game_knows_whose_seat_the_host_has() -> None:
    world, host = opened(kinds=["buzz"], rounds=30)
    guest = world.guest(host)
    world.guest(host)
    world.playing(*[one for one in world.people.values() if one.joined])
    room = world.room_of(host)
    assert room.runner is not None
    m = room.runner.match
    world.wait_for(lambda: m.state.host == host.seat)
    host.do("transfer", player=guest.player)
    world.wait_for(lambda: m.state.host == guest.seat)
    guest.do("sit", spectate=True)
    world.wait_for(lambda: m.state.host == -1)


def test_clients_cannot_use_the_rooms_own_words() -> None:
    world, host = opened()
    world.guest(host)
    world.playing(*world.people.values())
    assert host.refused("verb", verb=64, value=2) == "bad_request"
    assert host.refused("verb", verb=65, value=-1) == "bad_request"


def test_seats_are_held_for_the_whole_match() -> None:
    world, host = opened(rounds=30, kinds=["odd"], seconds=15)
    guest = world.guest(host)
    world.playing(host, guest)
    seat = guest.seat
    guest.drop()
    world.wait(180_000)
    assert host.room["phase"] == "live"
    assert guest.back().seat == seat


# --- packs ---------------------------------------------------------------------------------------------


def test_a_hosts_questions_are_asked_and_shown_to_nobody_before() -> None:
    world, host = opened(kinds=["pack"])
    guest = world.guest(host)
    answer = host.do("pack", text=PACK)
    assert answer["pack"] == {"title": "Pub night", "questions": 1, "buzzers": 1}
    world.wait(300)
    assert guest.room["pack"] == answer["pack"]
    assert "Jupiter" not in json.dumps(guest.room)
    world.guest(host)
    world.playing(*world.people.values())
    room = world.room_of(host)
    assert room.runner is not None
    m = room.runner.match
    world.wait_for(lambda: m.state.phase == OPEN)
    assert m.state.prompt == "Which planet is the largest?"
    answers = [m.state.a, m.state.b, m.state.c]
    assert sorted(answers) == ["Jupiter", "Mars", "Venus"]
    assert answers[m.state.key] == "Jupiter"
    assert not next(p for p in m.state.players if p.id == host.seat).plays


def test_who_brought_the_questions_never_scores_by_them() -> None:
    """Not after handing the host's place on, and not from another seat; the host of now knows nothing."""
    world, host = opened(kinds=["pack"])
    guest = world.guest(host)
    host.do("pack", text=PACK)
    host.do("transfer", player=guest.player)
    third = world.guest(host)
    world.playing(host, guest, third)
    room = world.room_of(host)

    def left_out() -> list[int]:
        assert room.runner is not None
        m = room.runner.match
        world.wait_for(lambda: m.state.phase == OPEN)
        return [p.id for p in m.state.players if not p.plays and p.id in room.seats]

    assert left_out() == [host.seat]
    guest.do("lobby")
    host.do("sit", spectate=True)
    world.guest(host)
    host.do("sit", spectate=False)
    host.do("second", on=True)
    assert host.seat == 3
    guest.do("start")
    world.wait_for(lambda: room.runner is not None)
    assert left_out() == [3, 4], "nor does the second player at the same keyboard"


def test_the_servers_questions_are_asked_when_the_host_brings_none() -> None:
    world = World({"thumbs": Thumbs()}, packs=QuestionPacks({"en": BOX}), countdown_s=0)
    host = world.host("thumbs", options={"kinds": ["pack"]})
    world.guest(host)
    world.playing(*world.people.values())
    room = world.room_of(host)
    assert room.runner is not None
    m = room.runner.match
    world.wait_for(lambda: m.state.phase == OPEN)
    assert m.state.prompt == "One and one?"
    assert all(p.plays for p in m.state.players)


def first_question(spoken: str | None, **options: Any) -> str:
    """What the first round asks in a room whose host reads a language."""
    world = World({"thumbs": Thumbs()}, packs=QuestionPacks({"en": BOX, "de": KASTEN}), countdown_s=0)
    host = world.host("thumbs", options={"kinds": ["pack"], **options}, language=spoken)
    world.guest(host, language="de")
    world.playing(*world.people.values())
    room = world.room_of(host)
    assert room.runner is not None
    m = room.runner.match
    world.wait_for(lambda: m.state.phase == OPEN)
    assert m.state.topic in ("science", "food")
    return str(m.state.prompt)


def test_the_servers_questions_are_in_the_hosts_language_or_the_chosen_one() -> None:
    assert first_question("de") in ("Eins und eins?", "Was ist rund?")
    assert first_question("de", topics=["food"]) == "Was ist rund?"
    assert first_question("de", language="en") == "One and one?"
    assert first_question("en", language="de", topics=["science"]) == "Eins und eins?"
    assert first_question("xx") == first_question(None) == "One and one?"


def test_a_person_who_changes_the_language_is_asked_in_the_new_one() -> None:
    world = World({"thumbs": Thumbs()}, packs=QuestionPacks({"en": BOX, "de": KASTEN}), countdown_s=0)
    host = world.host("thumbs", options={"kinds": ["pack"], "topics": ["science"]}, language="en")
    host.do("profile", language="de")
    room = world.room_of(host)
    moved = thaw(world.context, freeze(room, world.now_ms), world.now_ms, [], 0, 2)
    assert [one.language for one in moved.people.values()] == ["de"]
    world.guest(host)
    world.playing(*world.people.values())
    assert room.runner is not None
    m = room.runner.match
    world.wait_for(lambda: m.state.phase == OPEN)
    assert m.state.prompt == "Eins und eins?"


def test_a_bad_pack_is_refused_with_its_lines_and_changes_nothing() -> None:
    _, host = opened()
    host.do("pack", text=PACK)
    assert host.refused("pack", text="[[question]]\nask = 'Why?'\n") == "bad_pack"
    assert host.room["pack"]["title"] == "Pub night"
    host.do("pack", text="")
    assert "pack" not in host.room


def test_only_the_host_brings_a_pack_and_only_between_matches() -> None:
    world, host = opened()
    guest = world.guest(host)
    assert guest.refused("pack", text=PACK) == "not_host"
    world.playing(host, guest)
    assert host.refused("pack", text=PACK) == "wrong_phase"


def test_a_room_takes_its_pack_along_to_another_worker() -> None:
    world, host = opened()
    host.do("pack", text=PACK)
    room = world.room_of(host)
    other = thaw(world.context, freeze(room, world.now_ms), world.now_ms, [], 0, 2)
    assert (other.pack, other.pack_by) == (room.pack, host.device)


# --- a hundred -----------------------------------------------------------------------------------------


@pytest.mark.series
def test_a_hundred_in_one_room_are_sent_little() -> None:
    """What each of a hundred people who press is sent; `python -m bench.crowd` measures the time it takes."""
    world = World({"thumbs": Thumbs()}, countdown_s=0)
    host = world.host("thumbs")
    people = [host] + [world.guest(host) for _ in range(99)]
    room = world.room_of(host)
    for one in people:
        one.match = None  # decoding is the clients' work
    host.do("start")
    world.wait_for(lambda: room.runner is not None)
    chance = random.Random(3)
    seqs = [0] * len(people)
    start_ms = world.now_ms
    sent = {one.member: len(world.post.inboxes[one.member]) for one in people}
    for _ in range(depth(200, 600)):
        world.wait(100)
        for k in chance.sample(range(len(people)), 6):
            for buttons in (1 << chance.randrange(4), 0):
                seqs[k] += 1
                people[k].press(seqs[k], buttons)
    seconds = (world.now_ms - start_ms) / 1000
    worst = 0
    for one in people[1:]:
        received = world.post.inboxes[one.member][sent[one.member] :]
        worst = max(worst, sum(len(data) for event, data in received if event in ("s", "k", "p")))
    assert worst / seconds <= 1000
