"""The screen for everybody: who is in, scores in every game, the podium, the evening, and emotes."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot
from tests.browser.test_access import faults
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

GAMES = ("trails", "trails", "field", "fuse", "thumbs", "kick", "lastcard")
"""The first two matches count for the evening: they go on until somebody is ahead."""
SIZES = {"720": (1280, 720), "1080": (1920, 1080), "2160": (3840, 2160)}
WAIT_MS = 40_000

CUT = """() => [...document.querySelectorAll("h1, .tv-code, .tv-in .qr, .tv-score, .tv-player, .tv-state,"
        + ".tv-step.there, .tv-teams li, .tv-tonight li")]
    .filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 1 && !one.classList.contains("unseen") && (box.left < -1 || box.top < -1
            || box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
    }).map((one) => one.className || one.tagName)"""
"""What is not wholly on the screen."""

SMALL = """() => [...document.querySelectorAll(".tv-score .tv-name, .tv-player .tv-name, .tv-step strong")]
    .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 28).map((one) => one.textContent)"""
"""Names that are smaller than 28 px."""

AHEAD = """() => [...document.querySelectorAll(".tv-score b")].some((one) => one.textContent !== "0")"""
LEVEL = """() => [...document.querySelectorAll(".tv-score b")].every((one) => one.textContent === "0")"""
ARENA = """() => {
    const box = document.querySelector(".tv-arena").getBoundingClientRect();
    return box.width * box.height / innerWidth / innerHeight;
}"""


@pytest.fixture
def friends(site: Server) -> Iterator[tuple[Client, Client]]:
    """A host and a guest who are in no room."""
    with ExitStack() as stack:
        yield stack.enter_context(Client(site.url)), stack.enter_context(Client(site.url))


def tv_of(new_page: NewPage, site: Server, code: str) -> Page:
    page = new_page("desktop", f"{site.url}/tv/{code}")
    page.set_viewport_size({"width": 1920, "height": 1080})
    return page


def fits(tv: Page, name: str, *, moves: bool = False) -> None:
    """Look at the screen at every size; where it `moves` without the largest, which takes a picture long."""
    for size, (width, height) in SIZES.items():
        if moves and size == "2160":
            continue
        tv.set_viewport_size({"width": width, "height": height})
        tv.wait_for_function("width => innerWidth === width", arg=width)
        shoot(tv, f"tv-{name}-{size}")
        assert tv.evaluate(CUT) == [], (name, size)
        assert tv.evaluate(SMALL) == [], (name, size)
    tv.set_viewport_size({"width": 1920, "height": 1080})


@pytest.mark.timeout(400)
def test_an_evening_on_the_screen_for_all(
    site: Server, new_page: NewPage, friends: tuple[Client, Client]
) -> None:
    host, guest = friends
    code = host.create("trails", name="Annabelle", private=True).code
    tv = tv_of(new_page, site, code)
    expect(tv.get_by_text("Annabelle", exact=True)).to_be_visible(timeout=WAIT_MS)
    guest.join(code, name="Christopher Lee")
    host.add_bot()
    expect(tv.locator(".tv-player")).to_have_count(3)
    expect(tv.get_by_text("Waiting for Christopher Lee", exact=True)).to_be_visible()
    guest.ready()
    expect(tv.get_by_text("Waiting for Annabelle", exact=True)).to_be_visible()
    expect(tv.get_by_role("img", name="QR code of")).to_be_visible()
    expect(tv.get_by_text("minutes")).to_be_visible()
    fits(tv, "lobby")
    assert faults(tv) == []

    for match, game in enumerate(GAMES, 1):
        if game != host.here.room["game"]:
            host.game(game)
        host.start()
        expect(tv.locator(".tv-match")).to_be_visible(timeout=WAIT_MS)
        expect(tv.locator(".tv-score", has_text="Christopher Lee")).to_be_visible(timeout=WAIT_MS)
        expect(tv.locator(".tv-score")).to_have_count(3)
        if match == 2:  # until its first picture is here, the points are those of the match before
            tv.wait_for_function(LEVEL, timeout=WAIT_MS)
        expect(tv.locator(".tv-match .tv-code")).to_have_text(code)
        assert tv.evaluate(ARENA) > 0.6, game
        if game == "kick":
            expect(tv.locator(".tv-teams li")).to_have_count(2)
        if match == 1:
            fits(tv, f"match-{game}", moves=True)
            assert faults(tv) == []
            guest.emote("laugh")
            reaction = tv.locator(".reactions li")
            expect(reaction).to_contain_text("Christopher Lee")
            with Client(site.url) as watcher:
                watcher.join(code, spectate=True, name="Grandma")
                for _ in range(4):
                    watcher.emote("heart")
                expect(tv.locator(".reactions li", has_text="Grandma").first).to_be_attached()
                shoot(tv, "tv-reactions")
                assert reaction.count() <= 10
            expect(reaction).to_have_count(0, timeout=WAIT_MS)
            host.pause(True)
            expect(tv.get_by_text("Paused")).to_be_visible()
            host.pause(False)
        else:
            shoot(tv, f"tv-match-{game}-1080")
            assert tv.evaluate(CUT) == [], game
        if match <= 2:
            tv.wait_for_function(AHEAD, timeout=WAIT_MS)
            expect(tv.locator(".kill-feed li").first).to_be_visible()
            shoot(tv, "tv-feed")
        host.end()
        expect(tv.locator(".tv-results")).to_be_visible(timeout=WAIT_MS)
        if match == 1:
            podium(tv)
        if match == 2:
            tonight = tv.locator(".tv-tonight li")
            expect(tonight).to_have_count(2, timeout=WAIT_MS)
            expect(tonight.first).to_contain_text(str(max_points(host)))
            fits(tv, "tonight")
            assert faults(tv) == []
            guest.rematch()
            expect(tv.get_by_text("1 of 2 want to play again")).to_be_visible()
        host.lobby()
        expect(tv.locator(".tv-lobby")).to_be_visible(timeout=WAIT_MS)


def podium(tv: Page) -> None:
    """Look at the steps as they come up."""
    # The third is there before the second, and the winner comes last.
    for stage in (1, 2, 3):
        tv.wait_for_function(
            "stage => Number(document.querySelector('.tv-results').dataset.stage) >= stage", arg=stage
        )
        expect(tv.locator(".tv-step.there").nth(stage - 1)).to_be_visible()
    expect(tv.get_by_role("heading", level=1)).to_contain_text("win")
    # The decisive moment may have been seen again first; the podium waits for it.
    expect(tv.locator(".rewind-picture")).to_have_count(0, timeout=WAIT_MS)
    expect(tv.locator(".tv-beside.there")).to_be_attached(timeout=WAIT_MS)
    fits(tv, "podium")


def max_points(host: Client) -> int:
    """The most points of the evening."""
    standings = host.here.room["evening"]["standings"]
    return max(int(one["points"]) for one in standings.values())


def test_a_hidden_code_is_not_on_the_screen_for_all(
    site: Server, new_page: NewPage, friends: tuple[Client, Client]
) -> None:
    host, _ = friends
    code = host.create("trails", name="Ann").code
    tv = tv_of(new_page, site, code)
    expect(tv.locator(".tv-code")).to_have_text(code, timeout=WAIT_MS)
    host.lock(hidden=True)
    expect(tv.get_by_text("The host has hidden the code")).to_be_visible()
    assert code not in tv.locator("body").inner_text()
    expect(tv.locator(".tv-in .qr")).to_have_count(0)
