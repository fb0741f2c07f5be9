"""Open Field in browsers: with keys and with a thumb, among many."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

RUNNING = re.compile(r"^1:(4\d|5[0-7])$")
"""The match's clock some seconds after the start; a range, because a stall may skip one."""


def button(page: Page, name: str | re.Pattern[str]):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name)


@pytest.mark.timeout(180)
def test_many_ride_and_a_player_who_crashes_is_back(site: Server, new_page: NewPage) -> None:
    ann = new_page("desktop", site.url)
    ann.get_by_label("Your name").first.fill("Ann")
    button(ann, "Open Field: Play with friends").click()
    expect(button(ann, "Start")).to_be_visible()
    expect(button(ann, "Rush hour")).to_be_visible()
    cleo = new_page("phone", ann.url)
    cleo.get_by_role("textbox").first.fill("Cleo")
    button(cleo, "Join the room").click()
    for _ in range(2):
        button(ann, "Add bot").click()
    expect(ann.get_by_text("Gambler VI", exact=True).first).to_be_attached()
    shoot(ann, "field-lobby")
    button(cleo, "ready").click()
    start_match(ann)
    for page in (ann, cleo):
        expect(page.locator("canvas").first).to_be_visible()
        expect(page.get_by_text(RUNNING).first).to_be_attached(timeout=30_000)
        assert page.locator(".scores > li").count() <= 6, "the best five, and oneself"
        expect(page.locator(".score.mine")).to_have_count(1)
        expect(page.locator(".score.mine .out")).to_have_count(0)
        expect(page.locator(".standing")).to_contain_text(re.compile(r"^\d+(st|nd|rd|th) of \d\dLength \d+$"))

    # A rider who turns in circles crashes into the own line: the server accepts keys and thumbs.
    ann.keyboard.down("ArrowLeft")
    touch = cleo.context.new_cdp_session(cleo)
    thumb = [{"x": 60, "y": 600}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": thumb})
    for page in (ann, cleo):
        expect(page.locator(".score.mine .out")).to_have_count(1, timeout=12_000)
    shoot(ann, "field-out-desktop")
    ann.keyboard.up("ArrowLeft")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    for page in (ann, cleo):
        expect(page.locator(".score.mine .out")).to_have_count(0, timeout=12_000)
    shoot(ann, "field-desktop")
    shoot(cleo, "field-phone")
