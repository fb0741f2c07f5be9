"""What a host can do with players, in a real browser."""

import pytest
from playwright.sync_api import expect

from game.client import Client
from tests.browser.conftest import NewPage
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]


def test_a_host_gives_a_held_seat_to_the_same_person_with_one_tap(site: Server, new_page: NewPage) -> None:
    page = new_page("phone", site.url)
    page.get_by_label("Your name").first.fill("Host")
    page.get_by_role("button", name="Play with friends").first.click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    code = page.url.rsplit("/", 1)[-1]
    with Client(site.url) as before, Client(site.url) as again:
        before.join(code, name="Ann")
        seat = before.here.seat
        before.close()
        again.join(code, name="Ann")
        page.get_by_role("button", name="Let Ann 2 play on in the seat held for Ann").click()
        again.wait_for(lambda: again.here.seat == seat, "the seat")
        expect(page.get_by_text("Ann 2")).to_have_count(0)
        expect(page.get_by_text("Ann", exact=True).first).to_be_visible()


def test_the_dialog_explains_a_ban_and_a_ban_can_be_lifted(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    page.get_by_role("button", name="Play with friends").first.click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    code = page.url.rsplit("/", 1)[-1]
    with Client(site.url) as troll:
        troll.join(code, name="Troll")
        page.get_by_role("button", name="Options for Troll").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Ban").click()
        expect(dialog).to_contain_text(
            "They cannot come back to this room with the browser they are using now."
        )
        dialog.get_by_text("Ban their address as well").click()
        dialog.get_by_role("button", name="Ban").click()
        expect(page.get_by_text("Troll", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Room", exact=True).first.click()
    page.get_by_role("button", name="Lift 1 ban").click()
    expect(page.get_by_role("button", name="Lift 1 ban")).to_have_count(0)
