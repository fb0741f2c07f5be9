"""A busy match, for the README: seven bots and one spectator."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, shoot
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]


@pytest.mark.timeout(200)
def test_a_busy_match_can_be_watched_and_joined(site: Server, new_page: NewPage) -> None:
    host = new_page("desktop", site.url)
    host.get_by_label("Your name").first.fill("Ann")
    host.get_by_role("button", name="Play with friends").first.click()
    for _ in range(7):
        host.get_by_role("button", name="Add bot").click()
    host.get_by_role("button", name="Watch instead").click()
    expect(host.get_by_role("button", name="Take a seat").first).to_be_visible()
    host.get_by_role("button", name="Start").click()
    phone = new_page("landscape", host.url)
    phone.get_by_role("textbox").first.fill("Cleo")
    phone.get_by_role("button", name=re.compile("Only watch|Join the room")).first.click()
    expect(host.get_by_text("0:13").first).to_be_attached(timeout=60_000)
    shoot(host, "busy-desktop")
    shoot(phone, "busy-landscape")
