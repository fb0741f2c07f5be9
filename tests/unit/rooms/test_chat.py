"""Chat and names: clean, not too fast, each line exactly once."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rooms.bucket import Bucket
from game.rooms.chat import Chat
from game.rooms.refusal import Refused
from game.rooms.text import clean, clean_name
from tests.unit.rooms.world import World

SECRET = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hello", "hello"),
        ("  a \t\n  b ", "a b"),
        ("ﬁne １２３", "fine 123"),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("nul\u0000 bell\u0007", "nul bell"),
        ("\ud800 lone", "lone"),
        ("Z" + "\u0336" * 30, "Z\u0336\u0336"),
        ("👍🏽 ok", "👍🏽 ok"),
        ("\u00a0\u3000", ""),
        ("\u202e\u200b", ""),
        ("x" * 500, "x" * 200),
        ("ﷺ" * 100, None),
    ],
)
def test_a_line_is_shown_clean(typed: str, shown: str | None) -> None:
    found = clean(typed, 200)
    assert len(found) <= 200
    if shown is not None:
        assert found == shown


@given(st.text(max_size=300), st.integers(1, 200))
def test_whatever_is_typed_ends_up_clean(typed: str, most: int) -> None:
    shown = clean(typed, most)
    assert len(shown) <= most
    assert shown == shown.strip()
    assert "  " not in shown
    assert not {unicodedata.category(char) for char in shown} & SECRET
    assert clean(shown, most) == shown, "what is clean stays as it is"


@given(st.text(max_size=100))
def test_names_are_short_and_clean(typed: str) -> None:
    assert len(clean_name(typed)) <= 16


def test_everyone_hears_a_line_and_newcomers_get_the_last_ones() -> None:
    world = World(chat_history=3)
    ann = world.host(name="Ann")
    bob = world.guest(ann)
    for n in range(1, 6):
        assert ann.do("chat", text=f"line {n}", n=n) == {"id": n}
        world.wait(1000)
    assert [line["text"] for line in bob.chat] == [f"line {n}" for n in range(1, 6)]
    assert bob.chat[0] == {
        "id": 1,
        "player": ann.player,
        "name": "Ann",
        "text": "line 1",
        "at": bob.chat[0]["at"],
    }
    cyd = world.guest(ann)
    assert [line["id"] for line in cyd.chat] == [3, 4, 5]


def test_a_line_said_again_is_answered_with_its_id_and_heard_once() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    assert ann.do("chat", text="one", n=1) == {"id": 1}
    assert bob.do("chat", text="two", n=1) == {"id": 2}
    ann.drop()
    again = ann.back()
    assert again.do("chat", text="one", n=1) == {"id": 1}
    assert again.do("chat", text="three", n=2) == {"id": 3}
    assert [line["text"] for line in bob.chat] == ["one", "two", "three"]
    assert again.refused("chat", text="five", n=4) == "gap"


def test_a_line_under_the_number_of_another_is_never_acknowledged() -> None:
    """Two windows of one person count alike: an id for a line that nobody reads would be a lie."""
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    assert ann.do("chat", text="in the second window", n=1) == {"id": 1}
    ann.drop()
    back = ann.back()
    assert back.refused("chat", text="in the first window", n=1) == "gap"
    assert back.do("chat", text="in the second window", n=1) == {"id": 1}
    assert back.do("chat", text="in the first window", n=back.joined["chat_n"] + 1) == {"id": 2}
    assert [line["text"] for line in bob.chat] == ["in the second window", "in the first window"]


def test_lines_come_at_one_a_second_after_a_burst_of_four() -> None:
    world = World(chat_rate_per_s=1, chat_burst=4)
    ann = world.host()
    for n in range(1, 5):
        ann.do("chat", text="x", n=n)
    assert ann.refused("chat", text="x", n=5) == "too_fast"
    world.wait(900)
    assert ann.refused("chat", text="x", n=5) == "too_fast"
    world.wait(200)
    assert ann.do("chat", text="x", n=5) == {"id": 5}, "a refused line's number is still to be said"
    assert ann.refused("chat", text="x", n=6) == "too_fast"


def test_an_empty_line_is_none() -> None:
    world = World()
    ann = world.host()
    assert ann.refused("chat", text="\u200b \n", n=1) == "bad_request"
    assert ann.do("chat", text="ok", n=1) == {"id": 1}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 12)), max_size=60))
def test_each_number_makes_one_line_at_most(said: list[tuple[str, int]]) -> None:
    chat = Chat(history=100, max_chars=10, rate_per_s=1, burst=1000)
    ids: dict[tuple[str, int], int] = {}
    for player, n in said:
        try:
            number, line = chat.say(player, player, f"{n}", n, 0)
        except Refused as refused:
            assert refused.code == "gap"  # noqa: PT017 - the other outcome is judged as well
            assert (player, n - 1) not in ids
            continue
        assert (line is None) == ((player, n) in ids)
        assert ids.setdefault((player, n), number) == number
    lines = [(line.player, int(line.text)) for line in chat.lines]
    assert len(lines) == len(set(lines)) == len(ids)
    assert [line.id for line in chat.lines] == list(range(1, len(lines) + 1))


def test_a_line_long_past_can_not_be_said_again() -> None:
    chat = Chat(history=5, max_chars=10, rate_per_s=1, burst=1000)
    for n in range(1, 60):
        chat.say("a", "a", "x", n, 0)
    with pytest.raises(Refused) as caught:
        chat.say("a", "a", "x", 1, 0)
    assert caught.value.code == "gap"
    assert chat.say("a", "a", "x", 59, 0) == (59, None)


def test_a_chat_forgets_who_left() -> None:
    world = World()
    ann = world.host()
    for _ in range(5):
        bob = world.guest(ann)
        bob.do("chat", text="hi", n=1)
        bob.do("leave")
    assert set(world.room_of(ann).chat.pens) <= {ann.player}


def test_emotes_are_seen_by_all_and_limited() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    for _ in range(4):
        ann.do("emote", emote="gg")
    assert ann.refused("emote", emote="gg") == "too_fast"
    assert ann.refused("emote", emote="rude") == "bad_request"
    assert bob.emotes[0] == {"player": ann.player, "seat": 0, "emote": "gg"}
    assert len(bob.emotes) == 4


@given(
    st.floats(0.1, 100),
    st.integers(1, 50),
    st.lists(st.integers(0, 3000), max_size=100),
)
def test_a_bucket_gives_its_burst_and_then_its_rate(rate: float, burst: int, pauses: list[int]) -> None:
    bucket = Bucket(rate, burst)
    now = taken = 0
    for pause in pauses:
        now += pause
        had = bucket.has(now)
        assert bucket.has(now) == had, "asking takes nothing"
        assert bucket.take(now) == had
        taken += had
        assert taken <= burst + now * rate / 1000 + 1e-6


def test_a_bucket_is_not_fooled_by_a_clock_that_stands_still() -> None:
    bucket = Bucket(1, 2)
    assert [bucket.take(5), bucket.take(5), bucket.take(5), bucket.take(1), bucket.take(1005)] == [
        True,
        True,
        False,
        False,
        True,
    ]
