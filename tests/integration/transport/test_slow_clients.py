"""Clients that stop reading: stale, then either caught up with one keyframe, or closed; never in memory."""

from tests.integration.transport.conftest import Start
from tests.integration.transport.raw import Polling, Raw

SMALL = 4096  # receive buffer of a client that soon counts as slow


def numbers(messages: list[bytes]) -> list[int]:
    """What `tick` counted in each message."""
    return [int.from_bytes(message[:4], "big") for message in messages]


def read_until(raw: Raw, last: bytes) -> list[bytes]:
    """Bare messages up to `last`, which is not among them."""
    messages = []
    while (message := raw.message()) != last:
        assert isinstance(message, bytes)
        messages.append(message)
    return messages


def test_a_client_that_pauses_gets_all_up_to_a_point_then_a_keyframe_then_all_again(start: Start) -> None:
    app = start(slow={"close_after_s": 60})
    with Raw.joined(app.port, rcvbuf=SMALL, framing="bare", channel="a") as raw:
        app.do("tick", channel="a", size=1000, every_s=0.001, droppable=True)
        state = app.until(lambda state: raw.sid in state["stale"])
        for _ in range(10):
            state = app.state()
            assert state["most_queued"] <= 16_384 + 1_010
        before = numbers(read_until(raw, b"keyframe"))
        after = numbers([message for _ in range(50) if isinstance(message := raw.message(), bytes)])
        state = app.state()
    assert before == list(range(1, len(before) + 1))
    assert after == list(range(after[0], after[0] + 50))
    assert after[0] > before[-1] + 1
    assert state["stale"] == state["drained"] == [raw.sid]
    assert all(sid != raw.sid for sid, _ in state["disconnects"])


def test_a_client_that_never_reads_again_is_closed_and_its_neighbours_miss_nothing(start: Start) -> None:
    app = start(slow={"max_unsent_s": 0.3, "close_after_s": 0.7})
    with (
        Raw.joined(app.port, rcvbuf=SMALL, framing="bare", channel="a") as stuck,
        Raw.joined(app.port, framing="bare", channel="a") as neighbour,
    ):
        app.do("tick", channel="a", size=500, every_s=0.002, droppable=True)
        heard: list[bytes] = []
        while True:
            heard += [message for _ in range(100) if isinstance(message := neighbour.message(), bytes)]
            state = app.state()
            if state["disconnects"]:
                break
        assert state["disconnects"] == [[stuck.sid, "slow client"]]
        assert state["drained"] == []
        assert state["members"]["a"] == 1
        assert numbers(heard) == list(range(numbers(heard)[0], numbers(heard)[0] + len(heard)))


def test_what_may_not_be_dropped_is_bounded_too(start: Start) -> None:
    app = start(slow={"close_after_s": 60, "max_unsent_s": 60})
    with Raw.joined(app.port, rcvbuf=SMALL, framing="bare", channel="a") as raw:
        app.do("tick", channel="a", size=20_000, every_s=0.001, droppable=False)
        worst = 0
        while not (state := app.state())["disconnects"]:
            worst = max(worst, state["most_queued"])
        assert state["disconnects"] == [[raw.sid, "slow client"]]
        assert worst <= 262_144


def test_pongs_to_a_client_that_does_not_read_are_bounded(start: Start) -> None:
    app = start()
    with Raw.joined(app.port, rcvbuf=SMALL) as raw:
        raw.sock.settimeout(10)
        try:
            for _ in range(100_000):
                raw.send(9, b"x" * 125)
        except OSError:
            pass
        app.until(lambda state: [raw.sid, "slow client"] in state["disconnects"])


def test_many_that_stop_reading_cost_little_and_are_all_closed(start: Start) -> None:
    app = start(slow={"max_unsent_s": 0.5, "close_after_s": 2.0}, http={"max_connections_per_address": 0})
    raws = [Raw.joined(app.port, rcvbuf=SMALL, framing="bare", channel="a") for _ in range(60)]
    before = app.state()["rss_kb"]
    app.do("tick", channel="a", size=300, every_s=0.005, droppable=True)
    most = 0
    while len((state := app.state())["disconnects"]) < len(raws):
        most = max(most, state["rss_kb"] - before)
    assert most < len(raws) * 100
    assert {reason for _, reason in state["disconnects"]} == {"slow client"}
    for raw in raws:
        raw.sock.close()


def test_a_poller_that_does_not_poll_is_treated_alike(start: Start) -> None:
    app = start()
    polling = Polling(app.port)
    polling.post('40{"channel":"a","framing":"json"}')
    polling.get()
    sid = app.state()["rooms"]
    app.do("tick", channel="a", size=1000, every_s=0.001, droppable=True)
    state = app.until(lambda state: state["stale"])
    app.do("calm")
    assert state["most_queued"] <= 16_384 + 4_000
    first = polling.get()
    assert 10 < len(first) < 40
    assert app.state()["drained"] == state["stale"]
    app.do("send", channel="a", payload="ff")
    assert polling.get() == [
        '451-["k",{"_placeholder":true,"num":0}]',
        "ba2V5ZnJhbWU=",
        '42["s",{"hex":"ff"}]',
    ]
    assert state["stale"][0] in sid
