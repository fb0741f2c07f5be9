"""Chat and names: clean, not too fast, each line exactly once."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from game.rooms.chat import Chat
from game.rooms.errors import Refused
from game.rooms.lookalikes import skeleton
from game.rooms.names import clean, clean_name
from game.rooms.rate_limit import Bucket
from tests.unit.rooms.world import World

UNSEEN = regex.compile(
    r"[[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--\p{Extended_Pictographic}]", regex.V1
)
JOINERS = regex.compile(r"[\u200c\u200d\ufe0e\ufe0f\U000e0030-\U000e0039\U000e0061-\U000e007a\U000e007f]")


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
        ("\U0001fa77 new", "\U0001fa77 new"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("അവന\u0d4d\u200d", "അവന\u0d4d\u200d"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",) * 2,
        ("a\u200cb\u200dc\ufe0f", "abc"),
        ("a\u3164\u034f\u115f\u180e", "a"),
        ("a\u2800b", "a b"),
        ("\u0301\u0301", ""),
        ("\U0001f600" * 30, "\U0001f600" * 30),
        ("x" * 500, "x" * 200),
        ("ﷺ" * 100, None),
    ],
)
def test_a_line_is_shown_clean(typed: str, shown: str | None) -> None:
    found = clean(typed, 200)
    assert len(found) <= 200
    if shown is not None:
        assert found == shown


LETTERS = "aق\u06cc\u0d28\u0915 \u00b4\U0001f468\U0001f3fb"
MARKS = "\u0301\u0d4d\u094d\u200c\u200d\ufe0f\u034f\u3164\u2800\U000e0067"
ODD = st.sampled_from(LETTERS + MARKS)


@given(st.one_of(st.text(max_size=300), st.text(ODD, max_size=40)), st.integers(1, 200))
def test_whatever_is_typed_ends_up_clean(typed: str, most: int) -> None:
    shown = clean(typed, most)
    assert len(shown) <= most
    assert shown == shown.strip()
    assert "  " not in shown
    assert not UNSEEN.search(JOINERS.sub("", shown))
    assert clean(shown, most) == shown, "what is clean stays as it is"


@given(st.text(max_size=100))
def test_names_are_short_and_clean(typed: str) -> None:
    assert len(clean_name(typed)) <= 16


def test_what_is_cut_is_cut_between_what_is_seen_as_one() -> None:
    family = "👨\u200d👩\u200d👧"
    assert clean_name("x" * 13 + family) == "x" * 13
    assert clean_name("x" * 11 + family) == "x" * 11 + family


INVISIBLE = [
    chr(k) for k in range(0x110000) if regex.match(r"[\p{Default_Ignorable_Code_Point}\p{Cf}]", chr(k))
]


def test_a_name_that_renders_as_nothing_is_none() -> None:
    for char in (*INVISIBLE, *"\u2800\ufffc\U0001d159\U00013441\u00ad\u0301\u20e3"):
        assert clean_name(char) == "", ascii(char)
        assert clean_name(f" {char}\u200b{char}") == "", ascii(char)
    world = World()
    ann = world.host(name="Ann")
    assert ann.refused("profile", name="\u3164\u115f") == "bad_name"


def test_nobody_has_a_name_that_looks_like_anothers() -> None:
    """Every invisible character, and letters of other alphabets: the twin gets a number behind the name."""
    for char in INVISIBLE:
        assert skeleton(clean_name(f"An{char}n")) == skeleton("Ann"), ascii(char)
    world = World()
    host = world.host(name="Annika O")
    for twin in (
        "Annika O\u3164",
        "А\u200dnnikа O",
        "Annika\u2800O",
        "Annika 0",
        "\uff21nnika O",
        "Аnn\u0456kа О",
    ):
        guest = world.guest(host, name=twin)
        assert guest.room["people"][guest.player]["name"].endswith(" 2"), twin
        guest.do("leave")
    other = world.guest(host, name="Anika O")
    assert other.room["people"][other.player]["name"] == "Anika O"
    assert other.do("profile", name="Аnnika O") == {}
    assert other.room["people"][other.player]["name"] == "Аnnika O 2"


def test_a_table_of_lookalikes_is_one_of_prototypes() -> None:
    """A skeleton's own skeleton is itself, or two looks might be equal and their skeletons not."""
    for group in ("Il1|", "O0", "аa", "m\u217f", "ѕs"):
        assert len({skeleton(char) for char in group}) == 1, group
    for text in ("Illinois", "commit", "Ωμέγα", "Привет", "日本語", "مرحبا"):
        assert skeleton(skeleton(text)) == skeleton(text)


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
    assert set(world.room_of(ann).chat.writers) <= {ann.player}


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
