"""Kept matches that are played on, and spectators who see a match later, in real browsers."""

import time

import pytest
from playwright.sync_api import expect

from game.client import Client
from tests.browser.conftest import NewPage, keep_match, shoot
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]


@pytest.fixture(scope="module")
def match(site: Server) -> str:
    """The id of a match of two people who pressed nothing."""
    return keep_match(site)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_match_is_played_on_from_its_third_second(
    site: Server, match: str, new_page: NewPage, size: str
) -> None:
    page = new_page(size, f"{site.url}/m/{match}?t=3")
    button = page.get_by_role("button", name="Play from")
    expect(button).to_be_enabled()
    shoot(page, f"play_on_replay_{size}")
    button.click()
    # A worker replays the match up to there first.
    expect(page.get_by_role("heading", name="This match goes on")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("just as it was")).to_be_visible()
    shoot(page, f"play_on_lobby_{size}", still=True)
    page.get_by_role("button", name="Play instead of").first.click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("main.match")).to_be_visible()
    expect(page.locator(".score")).to_have_count(2)
    shoot(page, f"play_on_match_{size}")


def test_a_match_is_shared_while_and_after_the_room_goes_back_to_its_lobby(
    site: Server, new_page: NewPage
) -> None:
    with Client(site.url) as host, Client(site.url) as guest:
        code = host.create(game="trails", name="Ann", options={"rounds": 3, "speed": 150}).code
        guest.join(code, name="Bob")
        page = new_page("desktop", f"{site.url}/r/{code}")
        page.get_by_role("button", name="Watch").first.click()
        expect(page.get_by_role("heading", name="Last match")).to_have_count(0)
        host.ready()
        guest.ready()
        share = page.get_by_role("button", name="Share", exact=True)
        share.click(timeout=120_000)
        dialog = page.get_by_role("dialog", name="Share this match")
        expect(dialog).to_be_visible()
        host.lobby()
        expect(page.get_by_role("heading", name="Players")).to_be_attached()
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        last = page.get_by_role("region", name="Last match")
        expect(last.get_by_role("link", name="Watch again")).to_be_visible()
        shoot(page, "lobby_last_match")
        last.get_by_role("button", name="Share").click()
        expect(dialog).to_be_visible()


def test_a_spectator_sees_a_match_three_seconds_later(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host, Client(site.url) as guest:
        host.create(game="trails", name="Ann")
        host.lock(delay=3)
        guest.join(host.here.code, name="Bob")
        page = new_page("desktop", f"{site.url}/r/{host.here.code}?diag=1")
        watch = page.get_by_role("button", name="Watch")
        expect(watch.first).to_be_visible()
        watch.first.click()
        host.ready()
        guest.ready()
        host.wait_for(lambda: host.match.following and host.match.tick > 0, "the match")
        begun = time.monotonic()
        expect(page.get_by_text("3 s behind")).to_be_visible()
        assert time.monotonic() - begun > 2.5
        expect(page.get_by_role("timer")).to_be_visible()
        shoot(page, "delay_spectator")
        host.pause()
        page.get_by_role("button", name="Join next round").click()
        expect(page.get_by_text("3 s behind")).to_have_count(0)
