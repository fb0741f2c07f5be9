"""The form for a host's own questions in browsers: written, pasted, from a file, kept, and corrected."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, shoot
from tests.browser.test_access import faults
from tests.browser.test_thumbs import FITS, button, room_of_thumbs
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

TABLE = (
    "Frage;Richtige Antwort;Falsch 1;Falsch 2;Kategorie\r\n"
    'Wie viel ist 7 / 2?;3,5;"4,5";2,5;Rechnen\r\n'
    '"Was heißt ""Hi"" auf Deutsch?";Hallo;Tschüss;;\r\n'
)
TOML = """title = "Pub night"

[[question]]
ask = "Which planet is the largest?"
right = "Jupiter"
wrong = ["Mars", "Venus", "Saturn"]
"""


def questions(page: Page) -> Locator:
    return page.locator(".pack-card .pack-ask")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_questions_are_written_pasted_kept_and_used(
    site: Server, new_page: NewPage, size: str, tmp_path: Path
) -> None:
    page, _ = room_of_thumbs(new_page, site, "Quizmaster", size)
    button(page, "Write your own").click()
    expect(page.get_by_text("No questions yet.")).to_be_visible()
    button(page, "Use these questions").click()
    expect(page.get_by_role("alert")).to_contain_text("at least one question")

    # by keyboard alone: what is missing is said beside its field, and goes when it is there
    button(page, "Add a question").focus()
    page.keyboard.press("Enter")
    ask = page.get_by_label("Question", exact=True)
    expect(ask).to_be_focused()
    expect(ask).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Write a question.")).to_be_visible()
    for text in ("Who sings best?", "Ann", "Bob", "ann"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_text("Write a question.")).to_have_count(0)
    expect(page.get_by_text("This answer is there twice.")).to_be_visible()
    expect(page.get_by_text("1 question needs another look.")).to_be_visible()
    shoot(page, f"pack-{size}-wrong")
    assert faults(page) == []
    button(page, "Use these questions").click()
    wrong = page.get_by_role("textbox", name="Wrong answer 2")
    expect(wrong).to_be_focused()
    wrong.fill("x" * 49)
    expect(page.get_by_text("49 characters. At most 48 fit on a phone.")).to_be_visible()
    wrong.fill("Cleo")

    # a spreadsheet with German headings, semicolons and decimal commas
    button(page, "Paste from a spreadsheet").click()
    page.get_by_label("Paste rows from a spreadsheet here").fill("only words")
    button(page, "Add these").click()
    expect(page.locator(".pack-card")).to_have_count(2)
    button(page, "Paste from a spreadsheet").click()
    page.get_by_label("Paste rows from a spreadsheet here").fill(TABLE)
    button(page, "Add these").click()
    expect(questions(page).last).to_have_text('Was heißt "Hi" auf Deutsch?')
    button(page, re.compile("Wie viel ist 7")).click()
    expect(page.get_by_role("textbox", name="Right answer")).to_have_value("3,5")
    expect(page.get_by_role("textbox", name="Wrong answer 1")).to_have_value("4,5")
    expect(page.get_by_label("Category (optional)")).to_have_value("Rechnen")
    shoot(page, f"pack-{size}-form")
    assert faults(page) == []
    assert page.evaluate(FITS) == []

    # moved and removed
    count = questions(page).count()
    button(page, f"Move question {count} up").click()
    expect(questions(page).nth(count - 2)).to_have_text('Was heißt "Hi" auf Deutsch?')
    first = questions(page).first.inner_text()
    for number in range(count, 0, -1):
        if "only words" in questions(page).nth(number - 1).inner_text():
            button(page, f"Remove question {number}").click()
    expect(questions(page).first).to_have_text(first)

    # from a file, to a file, and there again after the page was loaded again
    (tmp_path / "night.toml").write_text(TOML)
    page.locator(".pack-bar input[type=file]").set_input_files(tmp_path / "night.toml")
    expect(questions(page).last).to_have_text("Which planet is the largest?")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Pub night")
    with page.expect_download() as saved:
        button(page, "Save as file").click()
    assert saved.value.suggested_filename == "Pub night.csv"
    text = saved.value.path().read_text()
    assert text.startswith("category,ask,right,wrong1,wrong2,wrong3,say\n")
    assert 'Rechnen,Wie viel ist 7 / 2?,"3,5","4,5","2,5",,' in text
    page.reload()
    button(page, "Write your own").click()
    expect(questions(page).last).to_have_text("Which planet is the largest?")
    button(page, "Use these questions").click()
    expect(page.get_by_text(re.compile(r"Questions: Pub night \(4\)"))).to_be_visible()
    button(page, "Use the built-in questions").click()
    expect(page.get_by_text("Built-in questions", exact=True)).to_be_visible()


def test_a_sample_is_there_and_too_many_questions_are_told(site: Server, new_page: NewPage) -> None:
    page, _ = room_of_thumbs(new_page, site, "Quizmaster", "phone")
    many = [
        {"category": "", "ask": f"{k}?", "right": "a", "wrong": ["b", "", ""], "spoken": False}
        for k in range(61)
    ]
    button(page, "Write your own").click()
    button(page, "Start from a sample").click()
    expect(questions(page)).to_have_count(4)
    expect(page.locator(".pack-card.bad")).to_have_count(0)
    button(page, "Use these questions").click()
    expect(page.get_by_text("Questions: Family night (4)")).to_be_visible()
    button(page, "Write your own").click()
    button(page, "Remove all").click()
    button(page, "Really remove all?").click()
    button(page, "Paste from a spreadsheet").click()
    rows = "".join(f"{one['ask']}\ta\tb\n" for one in many)
    page.get_by_label("Paste rows from a spreadsheet here").fill(rows)
    button(page, "Add these").click()
    expect(page.get_by_text("61 questions are too many. Keep 60.")).to_be_visible()
    assert json.loads(
        page.evaluate("localStorage.getItem(Object.keys(localStorage).find(k => /pack$/.test(k)))")
    )
