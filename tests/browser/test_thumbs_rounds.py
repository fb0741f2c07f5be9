"""All Thumbs' newer kinds of rounds, the finale and "All in!" on a phone and on the screen for all."""

import re
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.browser.test_access import faults
from tests.browser.test_thumbs import FITS, KINDS, PHASES, STANDS, button, room_of_thumbs, slide, tap
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

NEW = ("balloon", "clock", "cups", "vote", "sort")
OLD_LABELS = ("Flash", "Odd One", "Tally", "Echo", "Minority", "Insider", "Quiz")
MATCH_S = 240
GATHER = """() => {
    const said = window.said = new Set();
    const look = () => {
        const lines = document.querySelectorAll(".th-status, .th-double, .th-twice");
        for (const one of lines) said.add(one.textContent);
        if (document.querySelector("[data-phase='1'] .th-button.asleep")) said.add("asleep");
        if (document.querySelector("[data-phase='2'] .th-button.asleep")) said.add("asleep after the light");
        for (const one of document.querySelectorAll("[aria-live]")) said.add(`heard: ${one.textContent}`);
    };
    look();
    new MutationObserver(look).observe(document.body,
        { subtree: true, childList: true, characterData: true, attributes: true });
}"""
"""Note what the page shows, at each change: a look every now and then misses what is shown while a picture of
the page is taken."""
WORTH = """texts => texts.map((text) => {
    const [, one, sign, other] = /^(\\d+)(?: ([+−×]) (\\d+))?$/.exec(text);
    return sign === "×" ? one * other : sign === "−" ? one - other : Number(one) + Number(other ?? 0);
})"""


def line_up(page: Page) -> None:
    """Press the four numbers of a Line Up in the right order."""
    texts = page.locator("button.th-button .th-text").all_inner_texts()
    if len(texts) < 4:
        return
    worth = page.evaluate(WORTH, texts)
    largest = "largest" in page.locator(".th-prompt").inner_text()
    for k in sorted(range(4), key=lambda k: worth[k], reverse=largest):
        tap(page.locator("button.th-button").nth(k))


def answer(page: Page, kind: str) -> None:
    if kind == "sort":
        line_up(page)
    elif kind in ("balloon", "clock"):
        tap(page.locator("button.th-button.buzzer:not(:disabled)"))
    else:
        tap(page.locator("button.th-A:not(:disabled)"))


class Looker:
    """Looks once at each phase of each kind of round on each page."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, str]] = set()
        self.found: list[str] = []

    def look(self, name: str, page: Page) -> tuple[str, str]:
        stands = page.evaluate(STANDS)
        if not stands:
            return "", ""
        kind, phase = KINDS[stands[0]], PHASES[stands[1]]
        if (name, kind, phase) not in self.seen and phase != "end":
            shoot(page, f"rounds-{name}-{kind}-{phase}")
            faulty = page.evaluate(FITS)
            if name == "phone" and phase == "open" and kind in ("cups", "vote", "sort"):
                faulty += faults(page)
            if page.evaluate(STANDS) == stands:  # if not, the screen changed meanwhile
                self.seen.add((name, kind, phase))
                self.found += [f"{name} {kind} {phase}: {one}" for one in faulty]
        return kind, phase


@pytest.mark.timeout(MATCH_S + 60)
def test_the_newer_rounds_are_played_on_a_phone_and_shown_on_a_television(
    site: Server, new_page: NewPage
) -> None:
    phone, code = room_of_thumbs(new_page, site, "Classic", "phone", "Cleopatra")
    tv = new_page("desktop", f"{site.url}/tv/{code}")
    for _ in range(3):
        button(phone, "Add bot").click()
    phone.get_by_text("More options").click()
    for label in OLD_LABELS:
        phone.get_by_label(label, exact=True).click()
        expect(phone.get_by_label(label, exact=True)).not_to_be_checked()
    slide(phone, "Rounds", 5)
    slide(phone, "Seconds", 15)
    start_match(phone)
    phone.wait_for_selector(".thumbs")
    phone.evaluate(GATHER)
    looker = Looker()
    until = monotonic() + MATCH_S
    while not button(phone, re.compile("^(Play again|Rematch)")).is_visible():
        assert monotonic() < until, looker.seen
        looker.look("tv", tv)
        kind, phase = looker.look("phone", phone)
        if phase == "open":
            answer(phone, kind)
        elif phase == "board":
            tap(button(phone, "Next"))
    assert looker.found == []
    assert {kind for name, kind, _ in looker.seen if name == "phone"} == set(NEW)
    said = set(phone.evaluate("[...window.said]"))
    assert "Last round: double points!" in said
    assert "×2" in said
    assert "All in!" in said
    assert "asleep" in said, "buttons are grey until presses count"
    assert "asleep after the light" not in said
    assert any("The ball is under" in one for one in said), "Cups in words"
    assert any(re.search("heard: Press them in order.*A: .*D: ", one) for one in said), "Line Up in words"
