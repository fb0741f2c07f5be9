"""Packs of questions: what they may look like, and the line of every mistake is reported."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.games.thumbs import Thumbs
from game.games.thumbs.tuning import TOPICS
from game.protocol.objects import PackInfo
from game.questions import (
    BOX_BUZZERS,
    LENGTHS,
    MOST_CHARS,
    MOST_QUESTIONS,
    BadPack,
    Pack,
    QuestionPacks,
    box_texts,
    read_pack,
)
from game.rules import Match
from game.rules.hosted import PACK_BYTES

TOML = """# A pack
title = "Pub night"

[[question]]
ask = "Which planet is the largest?"
right = "Jupiter"
wrong = ["Mars", "Venus", "Saturn"]

[[question]]
ask = "Who painted the Mona Lisa?"
say = "Leonardo"
"""
CSV = """ask,right,wrong1,wrong2,wrong3,say
Which planet is the largest?,Jupiter,Mars,Venus,Saturn,
"Who, then, painted the Mona Lisa?",,,,,Leonardo
"""


def errors(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadPack) as caught:
        read_pack(text)
    assert str(caught.value).startswith(f"Line {caught.value.errors[0][0]}: ")
    return caught.value.errors


def test_toml_and_csv_give_the_same_questions() -> None:
    toml, table = read_pack(TOML), read_pack(CSV)
    assert toml.title == "Pub night"
    assert toml.describe() == PackInfo(title="Pub night", questions=1, buzzers=1)
    assert toml.questions[0] == table.questions[0]
    assert toml.questions[0].wrong == ("Mars", "Venus", "Saturn")
    assert table.questions[1].ask == "Who, then, painted the Mona Lisa?"
    assert table.questions[1].right == "Leonardo"
    assert toml.own


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("", 1, "no question"),
        ("title = 'x'\n", 1, "no question"),
        ("title = 'x\n", 1, "no TOML"),
        ("[[question]]\nask = 'a'\nright = 'b'\n", 2, "wrong"),
        ("[[question]]\n\nright = 'b'\nwrong = ['c']\n", 1, "no ask"),
        ("[[question]]\nask = ''\nright = 'b'\nwrong = ['c']\n", 2, "empty"),
        ("[[question]]\nask = 'a'\nright = 'b'\nwrong = []\n", 4, "one to 3"),
        ("[[question]]\nask = 'a'\nright = 'b'\nwrong = ['B']\n", 4, "same"),
        ("[[question]]\nask = 'a'\nright = 'b'\nwrong = ['c', ['d']]\n", 4, "quotes"),
        ("[[question]]\nask = 'a'\nright = 'b'\nwrong = ['c']\nhint = 'd'\n", 5, "hint"),
        ("[[question]]\nask = 'a'\nright = 'b'\nsay = 'c'\n", 4, "say"),
        ("colour = 1\n[[question]]\nask = 'a'\nsay = 'b'\n", 1, "colour"),
        ("[[question]]\nask = 'a'\nsay = '''b'''\n", 3, "one line"),
        ("question = 3\n", 1, "[[question]]"),
        (f"title = '{'x' * 41}'\n[[question]]\nask = 'a'\nsay = 'b'\n", 1, "40"),
        (f"[[question]]\nask = '{'x' * 161}'\nsay = 'b'\n", 2, "160"),
        ("ask;right;wrong1\na;b;c\n", 1, "columns"),
        ("right,wrong1\nb,c\n", 1, "columns"),
        ("ask,right,wrong1\n\na,b,c\nd,e\n", 4, "wrong"),
        ("ask,right,wrong1\na,b,c,d\n", 2, "cells"),
        ('ask,right,wrong1\na,"b,c\n', 2, "CSV"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, word: str) -> None:
    found = errors(text)
    assert found[0][0] == line
    assert word in found[0][1]


def test_several_mistakes_are_told_at_once() -> None:
    text = TOML.replace('ask = "Which planet is the largest?"', 'ask = ""').replace('say = "Leonardo"', "")
    assert [line for line, _ in errors(text)] == [5, 10]


def test_packs_have_a_limit() -> None:
    assert "characters" in errors("x" * (MOST_CHARS + 1))[0][1]
    many = "".join(f"[[question]]\nask = 'q{k}'\nsay = 'a'\n" for k in range(MOST_QUESTIONS + 1))
    assert errors(many)[0][0] == 3 * MOST_QUESTIONS + 2


def test_what_cannot_be_seen_is_taken_out() -> None:
    pack = read_pack('[[question]]\nask = "a\\u202eb\\tc"\nsay = "x"\n')
    assert pack.questions[0].ask == "ab c"


def test_a_category_is_taken_and_has_a_limit() -> None:
    text = TOML + '\n[[question]]\nask = "What?"\nsay = "That"\ncategory = "Odd things"\n'
    assert [one.category for one in read_pack(text).questions] == ["", "", "Odd things"]
    assert read_pack("category,ask,say\nOdd things,What?,That\n").questions[0].category == "Odd things"
    assert errors(f"category,ask,say\n{'x' * 25},What?,That\n") == [
        (2, "category has 25 characters, at most 24 fit on a phone")
    ]


# --- the questions in the box --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["en", "de"])
def box(request: pytest.FixtureRequest) -> Pack:
    return QuestionPacks(box_texts()).box(str(request.param))


def test_the_box_has_enough_questions_of_every_category_in_each_language(box: Pack) -> None:
    assert not box.own
    answers = Counter(one.category for one in box.questions if one.wrong)
    assert set(answers) == set(TOPICS)
    assert sum(answers.values()) >= 300
    assert min(answers.values()) >= 30
    assert sum(1 for one in box.questions if not one.wrong) >= 20


def test_the_questions_of_the_box_fit_a_phone(box: Pack) -> None:
    """At a width of 390 px a button has two lines of about 15 letters, and the question four of 32."""
    for one in box.questions:
        assert len(one.ask) <= 110, one.ask
        assert one.ask.rstrip("”“").endswith(("?", ".", "…")), one.ask
        for answer in (one.right, *one.wrong) if one.wrong else ():
            assert len(answer) <= 26, answer
            assert max(len(word) for word in re.split(r"[ \-–]", answer)) <= 15, answer
        assert len(one.right) <= 40, one.right


def test_no_question_of_the_box_is_there_twice(box: Pack) -> None:
    words = [frozenset(re.findall(r"\w+", one.ask.casefold())) for one in box.questions]
    assert len(set(words)) == len(words)
    for k, one in enumerate(box.questions):
        assert len({answer.casefold() for answer in (one.right, *one.wrong)}) == 1 + len(one.wrong)
        for other in range(k):
            alike = len(words[k] & words[other]) / len(words[k] | words[other])
            same = one.right.casefold() == box.questions[other].right.casefold()
            assert not (same and alike > 0.6), (one.ask, box.questions[other].ask)


def test_the_right_answers_of_the_box_are_spread_over_the_buttons(box: Pack) -> None:
    chance = random.Random(5)
    keys: Counter[int] = Counter()
    for _ in range(10):
        game = Thumbs()
        m = Match(game, game.options.defaults(), [0, 1, 2], [], 1)
        m.begin()
        for word in box.words(lambda: chance.getrandbits(28)):
            game.command(m, 0, PACK_BYTES, word)
        assert len(m.state.questions) == MOST_QUESTIONS
        assert sum(1 for one in m.state.questions if not one.choices) == BOX_BUZZERS
        keys.update(one.key for one in m.state.questions if one.choices == 4)
    assert set(keys) == {0, 1, 2, 3}
    assert min(keys.values()) > 0.8 * keys.total() / 4


def test_a_language_that_the_box_does_not_have_gets_the_english_one() -> None:
    packs = QuestionPacks(box_texts())
    assert packs.box("tlh") == packs.box("en") != packs.box("de")
    food = packs.box("de", ["food"]).questions
    assert {one.category for one in food} == {"food"}


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    found: list[tuple[int, str]] = []
    questions = 0
    try:
        questions = len(read_pack(text).questions)
    except BadPack as error:
        found = error.errors
    assert bool(found) != bool(questions), "either it can be played, or there is a reason"


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=LENGTHS["ask"]), st.integers(2, 4)), min_size=1, max_size=8
    ),
    st.integers(0, 1 << 28),
)
def test_a_game_gets_the_very_pack(asked: list[tuple[str, int]], seed: int) -> None:
    rows = ["ask,right,wrong1,wrong2,wrong3"]
    for ask, count in asked:
        quoted = '"' + ask.replace('"', '""').replace("\n", " ").replace("\r", " ") + '"'
        rows.append(",".join([quoted, *(f"answer {k}" for k in range(count)), *[""] * (4 - count)]))
    try:
        pack = read_pack("\n".join(rows))
    except BadPack:
        return  # nothing of the text can be seen
    game = Thumbs()
    m = Match(game, game.options.defaults(), [0, 1, 2], [], seed)
    m.begin()
    for word in pack.words(lambda: seed):
        game.command(m, 0, PACK_BYTES, word)
    assert [one.prompt for one in m.state.questions] == [one.ask for one in pack.questions]
    for one, question in zip(m.state.questions, pack.questions, strict=True):
        answers = [one.a, one.b, one.c, one.d][: one.choices]
        assert answers[one.key] == question.right
        assert sorted(answers) == sorted([question.right, *question.wrong])


def test_a_pack_that_no_game_has_room_for_is_refused() -> None:
    """U+3300, a square word, is cleaned to its four letters of three bytes each."""
    row = ",".join(("\u3300" * 40, *(letter + "\u3300" * 11 for letter in "abcd"), ""))
    text = "\n".join([CSV.splitlines()[0], *([row] * MOST_QUESTIONS)])
    assert len(text) < MOST_CHARS
    with pytest.raises(BadPack, match="bytes"):
        read_pack(text)
