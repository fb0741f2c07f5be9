"""Manners: coarse words are masked, in disguise too, and innocent ones are left alone."""

import re
import tomllib
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import game.rooms.profanity
from game.rooms.freeze import freeze, thaw
from game.rooms.profanity import mask
from tests.unit.rooms.world import World

LIST = Path(game.rooms.profanity.__file__).with_name("rude.toml")
WORDS = sorted({entry.strip("*") for words in tomllib.loads(LIST.read_text()).values() for entry in words})
WHOLE = sorted({entry for words in tomllib.loads(LIST.read_text()).values() for entry in words})


def hidden(text: str) -> bool:
    """Whether no letter of it is shown."""
    return not re.search(r"[^\W\d_]", mask(text))


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_list_is_masked_in_every_simple_disguise(word: str) -> None:
    assert word.islower()
    assert word.isascii()
    for text in (
        word,
        word.upper(),
        word.title(),
        "".join(char * 3 for char in word),
        " ".join(word),
        ".".join(word),
        "-".join(word.upper()),
        word[0] + "*" + word[2:],
        word.translate(str.maketrans("aeiost", "431057")),
        word.replace("a", "à").replace("e", "é").replace("i", "ï").replace("u", "ü"),
        word.replace("o", "о").replace("e", "е").replace("a", "а"),
    ):
        assert hidden(text), text
        assert mask(f"so {text}, he said") == f"so {mask(text)}, he said"
        assert len(mask(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe and Penistone in Essex",
        "an assassin in class bassoon",
        "shiitake, shitake, a cockpit, cocktails",
        "a fickle Dickens, Moby Dick",
        "a niggardly snigger",
        "Wankel engine, swank",
        "grape, drape, therapist",
        "push it. Is hit? As hits go",
        "a bit chilly, habit, itch",
        "cuntry roads",
        "fire retardant",
        "spic and span, a chink in the armour",
        "1. FCK gegen Fürth",
        "Ass im Ärmel, ganz schön dick",
        "Marsch, Barsch, Vergaser, schlampig",
        "Ficus, Fichte, Fixstern, Huret",
        "Neg er, Abneigung, Negerl",
        "54 + 17 = 71, 5417, $17, 455",
        "7175 of 7175, +%@%5",
        "pass it on, that's hit and miss",
        "Mississippi, Titania, Analyse, Document",
    ],
)
def test_innocent_words_are_shown(text: str) -> None:
    assert mask(text) == text


def test_what_follows_or_surrounds_a_word_counts_where_the_list_says_so() -> None:
    assert mask("shitheads") == "*" * 9
    assert mask("you motherfuckers!") == "you *************!"
    assert mask("Scheißegal, Hurensöhne") == "**********, **********"
    assert mask("xXFuckXx123") == "********123"


@given(st.text(max_size=200))
def test_a_masked_text_is_as_long_and_stays_as_it_is(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert mask(masked) == masked
    assert all(new == old or new == "*" for new, old in zip(masked, text, strict=True))


@given(st.text(alphabet="0123456789 .,-+*/!?$@|_#%()'", max_size=200))
def test_without_letters_nothing_is_masked(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("unit", ["f", "f*", "fu", "s h ", "scheis", "*", "_-", "ss s", "n i g g "])
def test_no_line_keeps_the_filter_busy(unit: str) -> None:
    began = process_time()
    for _ in range(20):
        mask((unit * 200)[:200])
    assert (process_time() - began) / 20 < 0.02


def test_the_list_is_small_and_each_word_stands_once() -> None:
    assert len(WHOLE) < 150
    received = tomllib.loads(LIST.read_text())
    assert set(received) == {"en", "de"}
    assert sum(map(len, received.values())) == len(WHOLE)


# --- in a room -----------------------------------------------------------------------------------------


def test_a_public_room_masks_names_and_chat_until_the_host_says_otherwise() -> None:
    world = World()
    ann = world.host(name="Sh1thead", private=False)
    assert ann.room["polite"] is True
    assert ann.room["people"][ann.player]["name"] == "********"
    bob = world.guest(ann)
    bob.do("profile", name="Fucker")
    bob.do("chat", text="this is bullshit, Scunthorpe", n=1)
    assert ann.room["people"][bob.player]["name"] == "******"
    assert ann.chat[-1]["text"] == "this is ********, Scunthorpe"
    assert ann.chat[-1]["name"] == "******"
    ann.do("lock", polite=False)
    bob.do("chat", text="this is bullshit", n=2)
    assert ann.chat[-1]["text"] == "this is bullshit"
    bob.do("profile", name="Fucker")
    assert ann.room["people"][bob.player]["name"] == "Fucker"
    assert bob.refused("lock", polite=True) == "not_host"


def test_a_private_room_masks_nothing_unless_the_host_wants_it() -> None:
    world = World()
    ann = world.host(name="Ann")
    bob = world.guest(ann)
    bob.do("profile", name="Fucker")
    bob.do("second", on=True, name="Wanker")
    bob.do("chat", text="shit", n=1)
    assert ann.room["polite"] is False
    ann.do("lock", polite=True)
    received = ann.room
    assert received["people"][bob.player]["name"] == "******"
    names = sorted(seat["name"] for seat in received["seats"].values())
    assert names == ["******", "****** 2", "Ann"], "no two have the same name"
    cyd = world.guest(ann)
    assert [(line["name"], line["text"]) for line in cyd.chat] == [("******", "****")]


def test_a_room_that_opens_to_strangers_minds_its_language() -> None:
    world = World()
    ann = world.host(name="Wanker")
    ann.do("lock", private=False)
    assert ann.room["polite"] is True
    assert world.lobby.open_rooms()[0].name == "******"
    ann.do("lock", polite=False)
    ann.do("profile", name="Wanker")
    assert world.lobby.open_rooms()[0].name == "******", "the list is read by people of no room"


def test_a_room_stays_polite_on_another_worker() -> None:
    world = World()
    ann = world.host()
    ann.do("lock", polite=True)
    room = world.room_of(ann)
    assert thaw(world.context, freeze(room, world.now_ms), world.now_ms, [], 0, 2).polite
