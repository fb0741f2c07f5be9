"""A reliable link over a transport that loses, doubles and reorders: every message arrives once, in order."""

import random
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.cluster.link import GIVE_UP_MS, SILENT_MS, Links, PubSubTransport, Received, ReliableLink
from game.cluster.messages import Follow, decode_packet
from game.cluster.store import StoreDown


def numbers(messages: list[object]) -> list[int]:
    return [int(message.sid) for message in messages if isinstance(message, Follow)]


@given(st.integers(0, 1 << 30), st.floats(0, 0.4), st.floats(0, 0.3), st.floats(0, 0.3))
@settings(max_examples=60)
def test_every_message_arrives_once_and_in_order(
    seed: int, loss: float, doubling: float, delay: float
) -> None:
    chance = random.Random(seed)
    here, there = ReliableLink("a", 1), ReliableLink("b", 1)
    got: list[int] = []
    sent = now_ms = 0

    def copies() -> int:
        return (chance.random() >= loss) + (chance.random() < doubling)

    while len(got) < 40 and now_ms < 2400:
        now_ms += 5
        if sent < 40:
            assert here.post(Follow(str(sent), "ROOM"))
            sent += 1
        on_the_way = [
            (receiver, data)
            for sender, receiver in ((here, there), (there, here))
            for data in sender.collect(now_ms)
            for _ in range(copies())
        ]
        if chance.random() < delay:
            chance.shuffle(on_the_way)
        for receiver, data in on_the_way:
            received = receiver.receive(decode_packet(data), now_ms)
            assert not received.restarted
            if receiver is there:
                got.extend(numbers(list(received.messages)))
    assert got == list(range(len(got)))
    if loss < 0.2:
        assert len(got) == 40


def test_a_long_silence_breaks_the_stream_and_both_sides_learn_of_it() -> None:
    here, there = ReliableLink("a", 1), ReliableLink("b", 1)
    here.post(Follow("1", "ROOM"))
    for data in here.collect(0):
        there.receive(decode_packet(data), 0)
    here.post(Follow("2", "ROOM"))
    here.collect(10)  # lost
    now_ms = 10
    while not here.broken:
        now_ms += 100
        here.collect(now_ms)
    assert GIVE_UP_MS <= now_ms <= GIVE_UP_MS + 1000
    assert not here.post(Follow("3", "ROOM")), "nothing gets through"
    restarted = restored = False
    while not restored:
        now_ms += 50
        for data in here.collect(now_ms):
            restarted |= there.receive(decode_packet(data), now_ms).restarted
        for data in there.collect(now_ms):
            restored |= here.receive(decode_packet(data), now_ms).restored
    assert restarted
    here.post(Follow("4", "ROOM"))
    got = [
        one for data in here.collect(now_ms) for one in there.receive(decode_packet(data), now_ms).messages
    ]
    assert numbers(list(got)) == [4]


def test_a_forgotten_peer_learns_of_it_at_once() -> None:
    here, there = ReliableLink("a", 1), ReliableLink("b", 1)
    for number in range(3):
        here.post(Follow(str(number), "ROOM"))
        for data in here.collect(number):
            there.receive(decode_packet(data), number)
        for data in there.collect(number + 50):
            here.receive(decode_packet(data), number + 50)
    there = ReliableLink("b", 1 << 20)  # it took us for dead
    here.post(Follow("9", "ROOM"))
    now_ms = 200
    restarted = False
    while not restarted and now_ms < 600:
        for data in here.collect(now_ms):
            restarted |= there.receive(decode_packet(data), now_ms).restarted
        for data in there.collect(now_ms):
            here.receive(decode_packet(data), now_ms)
        now_ms += 20
    assert restarted


def test_idle_links_publish_nothing() -> None:
    links = Links("a")
    links.to("b")
    assert links.idle
    assert links.collect(0) == []
    links.to("b").post(Follow("1", "ROOM"))
    assert [process for process, _ in links.collect(0)] == ["b"]


def test_a_message_is_delivered_when_the_other_side_has_said_so() -> None:
    here, there = ReliableLink("a", 1), ReliableLink("b", 1)
    known = [here.delivered]
    assert here.post(Follow("1", "ROOM"))
    known.append(here.delivered)
    (data,) = here.collect(0)
    known.append(here.delivered)
    there.receive(decode_packet(data), 1)
    (answer,) = there.collect(100)
    here.receive(decode_packet(answer), 101)
    known.append(here.delivered)
    assert known == [True, False, False, True]


# --- the transport --------------------------------------------------------------------------------------


class Mailboxes:
    """A store that carries packets between two transports, and loses what is published while it is down."""

    def __init__(self) -> None:
        self.now_ms = 1000
        self.publications = 0
        self.fails_at = -1
        self.answer_lost = False
        self.boxes: dict[str, list[bytes]] = {"a": [], "b": []}

    def publish(self, packets: list[tuple[str, bytes]]) -> None:
        self.publications += 1
        fails = self.publications == self.fails_at
        if not fails or self.answer_lost:
            for process, data in packets:
                self.boxes[process].append(data)
        if fails:
            raise StoreDown("it fails")

    def listen(self, process: str) -> Iterator[bytes | None]:
        while self.boxes[process]:
            yield self.boxes[process].pop(0)
        for _ in range(100):
            self.now_ms += 200
            yield None
        raise AssertionError("the mailbox is never opened again")


def note(got: list[int], _sender: str, received: Received) -> None:
    got.extend(numbers(list(received.messages)))


@pytest.fixture
def mailboxes() -> Mailboxes:
    return Mailboxes()


def transport(process: str, mailboxes: Mailboxes) -> PubSubTransport:
    return PubSubTransport(process, mailboxes, lambda: mailboxes.now_ms)


@pytest.mark.parametrize("answer_lost", [False, True], ids=["no effect", "answer lost"])
def test_a_publication_that_fails_loses_and_doubles_nothing(answer_lost: bool) -> None:
    for call in range(1, 40):
        mailboxes = Mailboxes()
        mailboxes.fails_at, mailboxes.answer_lost = call, answer_lost
        ends = {name: transport(name, mailboxes) for name in "ab"}
        got: dict[str, list[int]] = {"a": [], "b": []}
        for step in range(60):
            mailboxes.now_ms += 20
            for name, end in ends.items():
                if step < 10:
                    assert end.post("b" if name == "a" else "a", Follow(str(step), "ROOM"))
                with suppress(StoreDown):
                    end.flush()
                packets, mailboxes.boxes[name] = mailboxes.boxes[name], []
                for data in packets:
                    end.take(data, partial(note, got[name]))
        assert got == {"a": list(range(10)), "b": list(range(10))}, f"publication {call} failed"
        assert all(end.links.delivered for end in ends.values())


def test_a_mailbox_out_of_which_nothing_comes_is_opened_again(mailboxes: Mailboxes) -> None:
    began_ms = mailboxes.now_ms
    transport("a", mailboxes).listen(lambda sender, received: None)
    assert SILENT_MS < mailboxes.now_ms - began_ms <= SILENT_MS + 200


def test_bytes_that_are_no_packet_are_skipped(mailboxes: Mailboxes, caplog: pytest.LogCaptureFixture) -> None:
    here, there = (transport(name, mailboxes) for name in "ab")
    here.post("b", Follow("7", "ROOM"))
    here.flush()
    mailboxes.boxes["b"][:0] = [b"", b"\xc1 no packet"]
    got: list[int] = []
    there.listen(partial(note, got))
    assert got == [7]
    assert len([one for one in caplog.records if "cannot be decoded" in one.getMessage()]) == 1


def test_a_transport_probes_its_own_mailbox(mailboxes: Mailboxes) -> None:
    here = transport("a", mailboxes)
    for _ in range(10):
        mailboxes.now_ms += 100
        here.flush()
    assert mailboxes.boxes["a"] == [b"", b""], "once in half a second"
