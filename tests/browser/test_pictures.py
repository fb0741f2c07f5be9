"""Pictures: a busy match, for the README, and every part of the picture kit."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.browser.test_access import faults
from tests.integration.serving import Server
from tests.integration.staging import Stage

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]


@pytest.mark.timeout(200)
def test_a_busy_match_can_be_watched_and_joined(site: Server, new_page: NewPage) -> None:
    host = new_page("desktop", site.url)
    host.get_by_label("Your name").first.fill("Ann")
    host.get_by_role("button", name="Play with friends").first.click()
    for _ in range(7):
        host.get_by_role("button", name="Add bot").click()
    host.get_by_role("button", name="Just watch").click()
    expect(host.get_by_role("button", name="Take a seat").first).to_be_visible()
    start_match(host)
    phone = new_page("landscape", host.url)
    phone.get_by_role("textbox").first.fill("Cleo")
    phone.get_by_role("button", name=re.compile("Just watch|Join the room")).first.click()
    expect(host.get_by_text(re.compile(r"^0:1\d$")).first).to_be_attached(timeout=60_000)
    shoot(host, "busy-desktop")
    shoot(phone, "busy-landscape")


GALLERY = Path(__file__).parent / "games" / "gallery.py"


@pytest.mark.timeout(200)
def test_every_part_of_the_kit_is_drawn_and_secrets_stay_with_their_owner(
    tmp_path: Path, new_page: NewPage
) -> None:
    path = tmp_path / "gallery.py"
    path.write_text(GALLERY.read_text())
    with Stage(path, tmp_path, RUMPUS_ROOMS__COUNTDOWN_S="1") as stage:
        ann = new_page("desktop", stage.url)
        ann.get_by_label("Your name").first.fill("Ann")
        ann.get_by_role("button", name="Play with friends").first.click()
        expect(ann.get_by_role("button", name="Start")).to_be_visible()
        cleo = new_page("phone", ann.url)
        cleo.get_by_role("textbox").first.fill("Cleo")
        cleo.get_by_role("button", name="Join the room").click()
        expect(cleo.get_by_role("button", name="Ready")).to_be_visible()
        cleo.get_by_role("button", name="ready").click()
        start_match(ann)
        hand = ann.locator("[data-control=card]")
        expect(hand).to_have_count(3)
        expect(cleo.locator("[data-control=card]")).to_have_count(4)
        shoot(ann, "gallery-desktop")
        shoot(cleo, "gallery-phone")
        ann.mouse.click(640, 710)
        expect(hand).to_have_count(2)
        ann.mouse.move(590, 710)
        shoot(ann, "gallery-desktop-chosen")
        ann.keyboard.press("Enter")
        expect(hand).to_have_count(1)
        assert faults(ann) == []
        for page in (ann, cleo):
            page.close()  # before the server ends, of which they would complain
