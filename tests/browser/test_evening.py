"""A game night after its matches: ended by the host, results, tally, vote, playlist; and who only watches."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node, pytest.mark.timeout(240)]

AGAIN = re.compile("^Play again")


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name)


def join(page: Page, name: str) -> None:
    page.get_by_role("textbox").first.fill(name)
    button(page, "Join the room").click()
    expect(button(page, "eady").first).to_be_visible()


def on_screen(one: Locator) -> None:
    """It is whole within what the page shows without scrolling."""
    expect(one).to_be_in_viewport(ratio=1)


def test_an_evening_of_three(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("lastcard", name="Cy").code
        ann = new_page("desktop", f"{site.url}/r/{code}")
        join(ann, "Ann")
        bob = new_page("landscape", f"{site.url}/r/{code}")
        join(bob, "Bob")
        host.wait_for(lambda: len(host.here.room["seats"]) == 3, "all three")
        host.add_bot()
        host.call("transfer", {"player": "p2"})
        host.wait_for(lambda: host.here.room["host"] == "p2", "another host")
        button(bob, "eady").first.click()
        host.ready(True)
        host.wait_for(lambda: host.here.room["seats"]["2"]["ready"], "Bob")
        start_match(ann)
        for page in (ann, bob):
            expect(page.locator("canvas").first).to_be_visible()

        # The host ends the match: asked first, then the places of this moment.
        ann.keyboard.press("Escape")
        button(ann, "End match").click()
        expect(ann.get_by_role("alert")).to_contain_text("places of this moment")
        button(ann, "End match").click()
        expect(ann.get_by_text("The host ended the match early.")).to_be_visible()

        # My place, my figures, my row; how long it is shown.
        for page in (ann, bob):
            expect(
                page.get_by_text(re.compile("^(You (came|won|share)|Nobody had scored)")).first
            ).to_be_visible()
            expect(page.locator("li.mine").first).to_be_attached()
            expect(page.get_by_role("timer").first).to_contain_text(re.compile(r"Lobby in \d+ s"))
        evening = ann.get_by_role("region", name="This evening")
        expect(evening.get_by_role("listitem")).to_have_count(3)
        expect(evening).to_contain_text("1 match")
        evening.get_by_text("How points work").click()
        expect(evening).to_contain_text("10, 7, 5, 3, 2 points for the first places")
        shoot(ann, "results-desktop", still=True)
        shoot(bob, "results-landscape", still=True)
        on_screen(button(bob, AGAIN))
        on_screen(bob.locator(".verdict-place"))
        on_screen(bob.locator(".steps"))
        upright = {"width": 390, "height": 844}
        bob.set_viewport_size(upright)  # type: ignore[arg-type]
        shoot(bob, "results-phone", still=True)
        on_screen(button(bob, AGAIN))
        on_screen(bob.locator(".steps"))

        # The result as a picture.
        with ann.expect_download() as download:
            button(ann, "Picture").click()
        assert Path(download.value.path()).read_bytes()[:4] == b"\x89PNG"

        # A vote: changeable, and over when everyone who plays has voted.
        button(ann, "Let everyone vote").click()
        for page in (ann, bob):
            expect(page.get_by_role("heading", name="What do you want to play next?")).to_be_visible()
        choice = bob.get_by_role("button", name=re.compile("^Loose Ends"))
        go = button(bob, re.compile("^Vote"))
        on_screen(go)  # on an upright phone the vote itself is below
        go.click()
        on_screen(choice)
        shoot(bob, "vote-phone", still=True)
        choice.click()
        expect(go).to_have_count(0)
        expect(choice).to_have_attribute("aria-pressed", "true")
        host.vote("fuse")
        host.vote("trails")
        expect(ann.get_by_role("button", name=re.compile("^Loose Ends"))).to_contain_text("2")
        shoot(ann, "vote-desktop")
        ann.get_by_role("button", name=re.compile("^Open Field")).click()
        expect(ann.get_by_text("won the vote")).to_be_visible()
        expect(bob.get_by_role("timer").first).to_contain_text(re.compile(r"Loose Ends in \d+ s"))
        button(ann, "Next: Loose Ends").click()
        host.wait_for(lambda: host.here.phase == "lobby" and host.here.room["game"] == "trails", "the game")

        # A playlist, made with the keyboard alone.
        make = button(ann, "Make a playlist")
        make.focus()
        ann.keyboard.press("Enter")
        dialog = ann.get_by_role("dialog", name="Playlist")
        for title in ("Short Fuse", "Kick Off"):
            dialog.get_by_role("button", name=title, exact=True).focus()
            ann.keyboard.press("Enter")
        expect(dialog.get_by_role("listitem")).to_have_count(2)
        dialog.get_by_label("Matches of Short Fuse, number 1").select_option("2")
        host.wait_for(
            lambda: [one["matches"] for one in host.here.room["playlist"]["entries"]] == [2, 1], "two matches"
        )
        shoot(ann, "playlist-desktop")
        button(ann, "Move Kick Off, number 2, up").click()
        host.wait_for(lambda: host.here.room["playlist"]["entries"][0]["game"] == "kick", "the other order")
        dialog.get_by_role("button", name="Done").click()
        expect(bob.get_by_role("list", name="Playlist").get_by_role("listitem")).to_have_count(2)
        button(ann, "Skip this game").click()
        host.wait_for(lambda: host.here.room["game"] == "fuse", "the second game")
        expect(bob.get_by_role("region", name="This evening")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "landscape"])
def test_who_watches_sees_whom_and_may_take_a_seat(site: Server, new_page: NewPage, size: str) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Ann", preset="Classic").code
        host.add_bot()
        host.add_bot()
        host.start()
        host.wait_for(lambda: host.here.phase == "live", "the match")
        page = new_page(size, f"{site.url}/r/{code}?watch")
        if page.get_by_role("textbox").count():
            page.get_by_role("textbox").first.fill("Eve")
        watch = button(page, re.compile("[Ww]atch"))
        watch.first.click()
        bar = page.locator(".spectate")
        expect(bar).to_be_visible()
        button(page, "Follow the next player").click()
        expect(bar.locator(".followed")).to_contain_text(re.compile(r"Ann.*\d(st|nd|rd), \d+ point"))
        for one in ("Follow the previous player", "Follow the next player", "Join next round"):
            on_screen(bar.get_by_role("button", name=one))
        box = bar.bounding_box()
        assert box
        assert box["height"] < 80, "one row"
        shoot(page, f"spectate-{size}")
        bar.get_by_role("button", name=re.compile("chat", re.IGNORECASE)).click()
        expect(page.get_by_label("Say something").first).to_be_focused()
        page.keyboard.press("Escape")
        button(page, "Join next round").click()
        host.wait_for(
            lambda: any(seat.get("player") == "p2" for seat in host.here.room["seats"].values()), "the seat"
        )
