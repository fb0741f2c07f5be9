"""Playing, over real connections: every framing in one room, the same match for all, chat and commands."""

import threading

import pytest

from game.client import Client, RawClient, Refused
from tests.integration.conftest import NewClient, NewRaw
from tests.integration.serving import Server

LONG = {"target": 100, "rounds": 12}


def together(client: NewClient, raw: NewRaw) -> tuple[Client, Client, RawClient]:
    """Ann by bytes, Bob by JSON and Cyd by bare frames, in a match with a bot."""
    ann, bob, cyd = client(), client(framing="json"), raw(follow=True)
    place = ann.create("trails", name="Ann", options=LONG)
    bob.join(place.code, name="Bob")
    cyd.call("join", {"code": place.code, "name": "Cyd"})
    ann.add_bot(level=5)
    ann.start()
    ann.wait_for(lambda: ann.match.following)
    bob.wait_for(lambda: bob.match.following)
    cyd.wait_for(lambda: cyd.place is not None and cyd.place.match.following)
    return ann, bob, cyd


def at_the_same_tick(ann: Client, bob: Client, cyd: RawClient) -> tuple[object, object, object]:
    """The views of the three at one tick; they receive it at different times."""
    seen: dict[str, dict[int, str]] = {"ann": {}, "bob": {}, "cyd": {}}
    assert cyd.place is not None
    match = cyd.place.match

    def shared() -> set[int]:
        return set(seen["ann"]) & set(seen["bob"]) & set(seen["cyd"])

    def note() -> bool:
        seen["ann"][ann.match.tick] = repr(ann.match.state)
        return len(shared()) > 0

    def note_bob() -> bool:
        seen["bob"][bob.match.tick] = repr(bob.match.state)
        return len(shared()) > 0

    threads = [
        threading.Thread(target=one.wait_for, args=(holds, "a common tick"))
        for one, holds in ((ann, note), (bob, note_bob))
    ]
    for thread in threads:
        thread.start()

    def note_cyd() -> bool:
        seen["cyd"][match.tick] = repr(match.state)
        return len(shared()) > 0

    cyd.wait_for(note_cyd)
    for thread in threads:
        thread.join(10)
    tick = max(shared())
    return seen["ann"][tick], seen["bob"][tick], seen["cyd"][tick]


def test_every_framing_shows_the_same_match(client: NewClient, raw: NewRaw) -> None:
    ann, bob, cyd = together(client, raw)
    for _ in range(3):
        one, two, three = at_the_same_tick(ann, bob, cyd)
        assert one == two == three
    assert ann.match.resyncs == bob.match.resyncs == 0
    assert cyd.gaps == 0


def test_every_framing_takes_presses(client: NewClient, raw: NewRaw) -> None:
    ann, bob, cyd = together(client, raw)
    assert cyd.place is not None
    match = cyd.place.match
    for buttons in (1, 0, 2, 0):
        first = ann.press(buttons)
        second = bob.press(buttons, tick=bob.match.tick + 5)
        third = cyd.press(buttons, match.tick)
        ann.wait_for(lambda seq=first: ann.match.acks.get(0, (0, 0))[0] == seq)  # type: ignore[misc]
        bob.wait_for(lambda seq=second: bob.match.acks.get(1, (0, 0))[0] == seq)  # type: ignore[misc]
        cyd.wait_for(lambda seq=third: match.acks.get(2, (0, 0))[0] == seq)  # type: ignore[misc]
    assert bob.match.acks[1][1] > 0, "it waited for its tick"


def test_presses_steer(client: NewClient, raw: NewRaw) -> None:
    ann, bob, cyd = together(client, raw)
    ann.wait_for(lambda: ann.match.state["phase"] == 1, "the round to go live", 15)
    before = ann.match.state["racers"][0]["heading"]
    ann.press(1)
    ann.wait_for(lambda: ann.match.state["racers"][0]["heading"] != before)
    turned = ann.match.tick
    bob.wait_for(lambda: bob.match.tick >= turned)
    assert bob.match.state["racers"][0]["heading"] != before
    assert cyd.gaps == 0


def test_chat_reaches_everyone_once_and_in_order(client: NewClient, raw: NewRaw) -> None:
    ann, bob, cyd = together(client, raw)
    assert ann.chat("hello") == 1
    assert bob.chat("hi Ann") == 2
    assert ann.chat("hello", n=1) == 1
    assert cyd.call("chat", {"text": "salut", "n": 1})["id"] == 3
    expected = ["hello", "hi Ann", "salut"]
    ann.wait_for(lambda: len(ann.here.chat) == 3)
    bob.wait_for(lambda: len(bob.here.chat) == 3)
    cyd.wait_for(lambda: cyd.place is not None and len(cyd.place.chat) == 3)
    assert cyd.place is not None
    for chat in (ann.here.chat, bob.here.chat, cyd.place.chat):
        assert [line["text"] for line in chat] == expected
        assert [line["id"] for line in chat] == [1, 2, 3]
    dan = client()
    assert [line["text"] for line in dan.join(ann.here.code).chat] == expected
    with pytest.raises(Refused) as caught:
        bob.chat("x", n=7)
    assert caught.value.code == "gap"


def test_emotes_reach_everyone(client: NewClient) -> None:
    ann, bob = client(), client()
    bob.join(ann.create("trails").code)
    ann.emote("wave")
    bob.wait_for(lambda: bob.said)
    assert bob.said == [("emote", {"player": ann.here.player, "seat": 0, "emote": "wave"})]


def test_patches_of_the_room_add_up_to_the_room(client: NewClient, raw: NewRaw) -> None:
    ann, bob, cyd = together(client, raw)
    ann.lock(locked=True)
    bob.profile(name="Robert", colour=7)
    bob.second(True, "Rob")
    ann.pause()
    ann.lobby()
    ann.options(preset="Chaos")
    ann.wait_for(lambda: ann.here.phase == "lobby")
    version = ann.here.room["version"]
    bob.wait_for(lambda: bob.here.room["version"] == version)
    cyd.wait_for(lambda: cyd.place is not None and cyd.place.room["version"] == version)
    assert cyd.place is not None
    assert ann.here.room == bob.here.room == cyd.place.room
    assert ann.here.room["preset"] == "Chaos"
    ann.lock(locked=False)
    dan = client()
    joined = dan.join(ann.here.code).room
    ann.wait_for(lambda: ann.here.room["version"] >= joined["version"])
    assert ann.here.room == joined, "a player who joins now gets the same"


def test_commands_have_answers(client: NewClient) -> None:
    ann, bob = client(), client()
    place = ann.create("trails", preset="Quick", private=True, name="Ann", colour=2, shape=3)
    assert place.me["colour"] == 2
    bob.join(place.code.lower())
    assert bob.sit(spectate=True) is None
    assert bob.sit() == 1
    assert ann.second() == 2
    seat = ann.add_bot(level=1, style=2)
    ann.change_bot(seat, level=4)
    ann.remove_bot(seat)
    ann.options(values={"teams": 2})
    ann.team(0, 2)
    bob.away()
    bob.away(False)
    ann.mute(bob.here.player)
    with pytest.raises(Refused, match="muted"):
        bob.chat("hm")
    ann.mute(bob.here.player, False)
    ann.transfer(bob.here.player)
    ann.reclaim()
    ann.start()
    ann.wait_for(lambda: ann.here.phase == "live")
    ann.pause()
    ann.wait_for(lambda: ann.here.phase == "paused")
    ann.pause(False)
    bob.wait_for(lambda: bob.match.states > 5)
    bob.resync()
    bob.wait_for(lambda: bob.match.keyframes >= 2)
    before = bob.clock(1)
    assert 0 <= bob.clock(2) - before < 5000
    with pytest.raises(Refused) as caught:
        ann.options(values={"speed": 9000})
    assert caught.value.code == "wrong_phase"
    ann.kick(bob.here.player)
    bob.wait_for(lambda: bob.bye is not None and not bob.connected)
    assert bob.bye is not None
    assert bob.bye[0] == "kicked"
    ann.leave()
    assert ann.place is None


def test_quick_play_starts_without_a_command(client: NewClient) -> None:
    ann = client()
    ann.quick("trails", name="Ann")
    ann.wait_for(lambda: ann.here.phase == "live", timeout_s=20)
    ann.wait_for(lambda: ann.match.following and len(ann.match.state["racers"]) >= 2)


def test_the_clock_of_the_bare_framing_answers(raw: NewRaw) -> None:
    ann = raw(follow=True)
    ann.call("create", {"game": "trails"})
    ann.ask_clock(1234567)
    ann.wait_for(lambda: ann.place is not None and ann.place.match.clock is not None)
    assert ann.place is not None
    assert ann.place.match.clock is not None
    client_ms, server_ms = ann.place.match.clock
    assert client_ms == 1234567
    assert server_ms >= ann.welcome["now"]


def test_a_spectator_sees_everything_and_presses_nothing(client: NewClient) -> None:
    ann, bob = client(), client()
    place = ann.create("trails", options=LONG)
    bob.join(place.code, spectate=True)
    ann.add_bot()
    ann.start()
    bob.wait_for(lambda: bob.match.states > 10)
    assert bob.here.seat is None
    with pytest.raises(LookupError):
        bob.press(1)
    bob.press(1, seat=0)
    ann.press(1)
    bob.wait_for(lambda: bob.match.acks.get(0, (0, 0))[0] == 1)
    tick = bob.match.tick + 5
    bob.wait_for(lambda: bob.match.tick > tick)
    assert bob.match.acks[0][0] == 1


def test_polling_is_refused_unless_configured(server: Server) -> None:
    with pytest.raises(Exception, match=r"refused|Unexpected|Invalid"):
        Client(server.url, transports=("polling",)).connect()


def test_polling_works_when_configured(serve: object, client: NewClient) -> None:
    server = serve(RUMPUS_SERVER__TRANSPORTS="websocket,polling")  # type: ignore[operator]
    ann = client(server, transports=("polling",), framing="json")
    bob = client(server)
    ann.create("trails", options=LONG)
    bob.join(ann.here.code)
    ann.start()
    ann.wait_for(lambda: ann.match.states > 15)
    bob.wait_for(lambda: bob.match.states > 15)
    seq = ann.press(1)
    bob.wait_for(lambda: bob.match.acks.get(0, (0, 0))[0] == seq)
    assert ann.match.resyncs == 0
