"""Last Card in browsers: a whole match on a desktop and a phone, hands, keys and presses."""

import re
from time import monotonic

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.browser.test_access import faults
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

MATCH_S = 240
REMATCH = re.compile("^(Play again|Noch einmal)")
CHOICES = """() => [...document.querySelectorAll("[data-control]")].map((one) =>
    [one.dataset.control, Number(one.dataset.index), one.ariaDisabled !== "true", one.textContent])"""


def choices(page: Page) -> list[tuple[str, int, bool, str]]:
    """What the page offers to choose: control, index, whether it can be chosen, its name."""
    return [(control, index, can, name) for control, index, can, name in page.evaluate(CHOICES)]


def tap(one: Locator) -> None:
    """Press something that may go away at any moment."""
    try:
        one.first.dispatch_event("click", timeout=1000)
    except Error:
        pass  # its time was over sooner


def by_keys(page: Page) -> None:
    """Choose the last thing that can be chosen, by the arrow keys: a card if one fits, else the stock."""
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")


def by_finger(page: Page) -> None:
    """Choose by fingers: along the hand, then the stock and what is offered."""
    able = [one for one in choices(page) if one[2]]
    if not able:
        return
    control, index, *_ = able[-1]
    if control == "card":
        count = len([one for one in choices(page) if one[0] == "card"])
        for y in (780, 690) if count > 5 else (760,):
            # Near enough to each other that a finger meets every card of any hand.
            for x in range(24, 380, 30):
                page.touchscreen.tap(x, y)
    else:
        tap(page.locator(f"[data-control={control}][data-index='{index}']"))


def play(page: Page, how: object) -> bool:
    """Act if there is anything to do."""
    able = [(control, index) for control, index, can, _ in choices(page) if can]
    if not able:
        return False
    if ("act", 2) in able:
        tap(page.locator("[data-control=act][data-index='2']"))
        return True
    (by_finger if how == "finger" else by_keys)(page)
    return True


@pytest.mark.timeout(MATCH_S + 120)
def test_a_whole_match_by_keys_and_by_fingers(site: Server, new_page: NewPage) -> None:
    ann = new_page("desktop", site.url)
    ann.get_by_label("Your name").first.fill("Ann")
    ann.get_by_role("button", name="Last Card: Play with friends").click()
    expect(ann.get_by_role("button", name="Add bot")).to_be_visible()
    code = ann.url.split("/r/")[1][:6]
    cleo = new_page("phone", f"{site.url}/r/{code}")
    cleo.get_by_role("textbox").first.fill("Cleo")
    cleo.get_by_role("button", name="Join the room").click()
    expect(cleo.get_by_role("button", name="Ready")).to_be_visible()
    tv = new_page("desktop", f"{site.url}/tv/{code}")
    ann.get_by_role("button", name="Add bot").click()
    ann.get_by_role("button", name="Over days", exact=True).click()  # no clock: slow machines think long
    ann.get_by_text("More options").click()
    ann.get_by_label(re.compile("^Cards")).first.fill("3")
    ann.get_by_label("Call the last card").check()
    cleo.get_by_role("button", name="ready").click()
    start_match(ann)
    ann.wait_for_selector("[data-control=card]", state="attached")
    cleo.wait_for_selector("[data-control=card]", state="attached")
    assert len([one for one in choices(ann) if one[0] == "card"]) == 3
    assert choices(tv) == [], "a screen for everybody has no hand"
    shots = {"desktop": ann, "phone": cleo, "tv": tv}
    acted = {"desktop": 0, "phone": 0}
    until = monotonic() + MATCH_S
    while not ann.get_by_role("button", name=REMATCH).is_visible():
        assert monotonic() < until, acted
        for name, page, how in (("desktop", ann, "keys"), ("phone", cleo, "finger")):
            turn = any(can for _, _, can, _ in choices(page))
            if turn and acted[name] == 0:
                for at, one in shots.items():
                    shoot(one, f"lastcard-{at}-turn-of-{name}")
                assert faults(page) == []
            if play(page, how):
                acted[name] += 1
        ann.wait_for_timeout(200)
    assert all(acted.values()), acted
    shoot(ann, "lastcard-desktop-results")
    shoot(cleo, "lastcard-phone-results")


def test_a_press_lays_a_card_and_a_wrong_one_tells_why(site: Server, new_page: NewPage) -> None:
    ann = new_page("desktop", site.url)
    ann.get_by_label("Your name").first.fill("Ann")
    ann.get_by_role("button", name="Last Card: Play with friends").click()
    ann.get_by_role("button", name="Add bot").click()
    # No clock: the hand changes by the press alone.
    ann.get_by_role("button", name="Over days", exact=True).click()
    start_match(ann)
    ann.wait_for_selector("[data-control=act]", state="attached")
    cards = [one for one in choices(ann) if one[0] == "card"]
    wrong = next((index for _, index, can, _ in cards if not can), None)
    if wrong is not None:
        ann.locator(f"[data-control=card][data-index='{wrong}']").dispatch_event("click")
        ann.wait_for_timeout(400)
        shoot(ann, "lastcard-desktop-reason")
    able = [index for _, index, can, _ in cards if can]
    if able:
        width = min(132, (1280 * 0.96 - 132) / max(1, len(cards) - 1))
        ann.mouse.click(640 + (able[0] - (len(cards) - 1) / 2) * width, 700)
    else:
        ann.locator("[data-control=act]").first.dispatch_event("click")
    # The turn may stay here: of two players, a card that passes one over gives it back.
    expect(ann.locator("[data-control=card]")).not_to_have_count(len(cards))
    shoot(ann, "lastcard-desktop-laid")
