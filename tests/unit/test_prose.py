"""The prose check finds what is banned, in every kind of file, and nothing in plain sentences."""

from pathlib import Path

import pytest

from tests.prose import bad_names, complaints, unresolved

BAD = [
    "The search begins anew.",
    "Whoever holds the lease.",
    "whoever holds the lease",
    "Who leaves is gone.",
    "It ends. Who leaves is gone; others stay.",
    "States are told by delta.",
    "A second message of the same number is none.",
    "States go out every so many ticks.",
    "A lease that nobody shall hold.",
    "It comes back by itself.",
    "Nothing is in the way of a player.",
    "There is but one core.",
    "The Doorman lets it in.",
]
GOOD = [
    "Who owns a room?",
    "The table shows who owns a room, and since when.",
    "A client that is told to reload reloads.",
    "There is none, or there are two.",
    "So many that the queue is full.",
    "It is called by its own name.",
    "The player who leaves is removed. A player who stays keeps the seat.",
    "`anew` in code, and `whoever`.",
    "The front of the queue, and a visitor of the page.",
]


@pytest.mark.parametrize("sentence", BAD)
def test_a_sentence_that_is_not_plain_is_found_in_every_kind_of_file(sentence: str) -> None:
    assert complaints(Path("a.md"), sentence)
    assert complaints(Path("a.toml"), f"# {sentence}\nkey = 1")
    assert complaints(Path("a.py"), f'"""{sentence}"""')
    assert complaints(Path("a.py"), f"x = 1  # {sentence}")
    assert complaints(Path("web/src/i18n/en.ts"), f'export const a = {{ b: "{sentence}" }};')
    assert complaints(Path("web/src/a.ts"), f"/** {sentence} */\nlet a = 1;\n")
    assert complaints(Path("web/src/a.ts"), f"// {sentence}\nlet a = 1;\n")


@pytest.mark.parametrize("sentence", GOOD)
def test_a_plain_sentence_is_no_complaint(sentence: str) -> None:
    for name, text in (
        ("a.md", sentence),
        ("a.py", f'"""{sentence}"""'),
        ("web/src/a.ts", f"/** {sentence} */"),
    ):
        assert complaints(Path(name), text) == []


def test_code_is_not_prose() -> None:
    assert complaints(Path("a.py"), 'whoever = "Who leaves is gone."\nanew(whoever)\n') == []
    assert complaints(Path("a.md"), "Text\n```\nanew\n```\nText") == []
    assert (
        complaints(Path("web/src/a.ts"), '// Fine.\nconst whoever = "anew";\n/** Fine. */\nlet anew;\n') == []
    )


def test_a_complaint_names_file_line_and_cure() -> None:
    (line,) = complaints(Path("docs/a.md"), "Fine.\nIt begins anew.\n")
    assert line == "docs/a.md:2: 'anew': write again"


def test_a_name_with_a_banned_word_is_found_and_others_are_not() -> None:
    assert len(bad_names(Path("a.py"), "def tell_one(): ...\nself._told = whoever\n")) == 3
    assert bad_names(Path("a.py"), 'teller = intelligent = "told"  # told\n') == []


def test_what_a_merge_left_is_found() -> None:
    text = "a\n" + "<" * 7 + " HEAD\nb\n" + "=" * 7 + "\nc\n" + ">" * 7 + " 12ab\n"
    assert len(unresolved(Path("Makefile"), text)) == 2
