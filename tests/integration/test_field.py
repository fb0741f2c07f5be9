"""Open Field over real connections: the view of each framing is decoded without a gap."""

from game.client import Client, RawClient
from tests.integration.conftest import NewClient, NewRaw

FOLLOWED_TICKS = 240


def test_every_framing_follows_what_is_near(client: NewClient, raw: NewRaw) -> None:
    ann, bob, cyd = client(), client(framing="json"), raw(follow=True)
    place = ann.create("field", name="Ann", options={"size": 1200})
    bob.join(place.code, name="Bob")
    cyd.call("join", {"code": place.code, "name": "Cyd"})
    for _ in range(2):
        ann.call("bot", {"add": True})
    ann.start()
    followed_bare(cyd)  # first: the test itself answers its pings
    followed(ann, "Ann")
    followed(bob, "Bob")


def followed(one: Client, name: str) -> None:
    one.wait_for(lambda: one.match.following, f"{name}'s match")
    assert one.place is not None
    seat = one.place.seat
    assert seat is not None
    one.press(1)
    one.wait_for(lambda: one.match.tick >= FOLLOWED_TICKS and seat in one.match.acks, f"{name}'s ticks")
    assert seat in one.match.state["riders"]
    assert one.match.acks[seat][0] >= 1
    assert set(one.match.acks) == {seat}
    assert (one.match.resyncs, one.match.keyframes) == (0, 1)


def followed_bare(one: RawClient) -> None:
    one.wait_for(lambda: one.place is not None and one.place.match.following)
    assert one.place is not None
    match, seat = one.place.match, one.place.seat
    assert seat is not None
    one.press(2, match.tick)
    one.wait_for(lambda: match.tick >= FOLLOWED_TICKS and seat in match.acks, timeout_s=30)
    assert seat in match.state["riders"]
    assert set(match.acks) == {seat}
    assert match.resyncs == 0
