"""Around the picture: scores that fit, the kill feed, teams, the guide, and rounds without people."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 60_000
LONGEST_MS = 8_000
BOXES = """names => [...document.querySelectorAll(names)].filter(one => one.checkVisibility()).map(one => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { what: one.className, text: one.innerText, left, top, right, bottom };
})"""


def meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two boxes share more than an edge."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    return bool(across > 1 and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1)


def seated(host: Client, count: int) -> None:
    """Fill seats with bots."""
    while len(host.here.room["seats"]) < count:
        before = len(host.here.room["seats"])
        host.add_bot()
        host.wait_for(lambda before=before: len(host.here.room["seats"]) > before, "one bot more")  # type: ignore[misc]


def enter(new_page: NewPage, size: str, url: str, name: str) -> Page:
    page: Page = new_page(size, f"{url}?diag=1")
    page.get_by_role("textbox").first.fill(name)
    page.get_by_role("button", name="Join the room").first.click()
    expect(page.get_by_text(name).first).to_be_attached(timeout=WAIT_MS)
    return page


@pytest.mark.timeout(240)
def test_scores_fit_with_names_and_teams_have_two_large_scores(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        host.create(game="trails", name="Ann", options={"teams": 2})
        code = host.here.code
        pages = {
            size: enter(new_page, size, f"{site.url}/r/{code}", f"Theodora {size[0]}")
            for size in ("desktop", "phone", "landscape")
        }
        seated(host, 8)
        host.start()
        for size, page in pages.items():
            expect(page.locator(".score")).to_have_count(8, timeout=WAIT_MS)
            width, height = page.evaluate("[innerWidth, innerHeight]")
            chips = page.evaluate(BOXES, ".score")
            others = page.evaluate(BOXES, ".hud .tools button, .course, .team-scores li")
            for k, chip in enumerate(chips):
                assert 0 <= chip["left"] < chip["right"] <= width, (size, chip)
                assert 0 <= chip["top"] < chip["bottom"] <= height, (size, chip)
                assert len(chip["text"].split("\n")[-1].strip()) >= 2, (size, chip)
                for other in chips[k + 1 :] + others:
                    assert not meet(chip, other), (size, chip, other)
            names = page.locator(".score-name").all_inner_texts()
            assert len(set(names)) == 8, (size, names)
            teams = page.locator(".team-scores li")
            expect(teams).to_have_count(2)
            expect(teams.first).to_contain_text(re.compile(r"^Blue\s*\d+$"))
            expect(teams.last).to_contain_text(re.compile(r"^\s*(Red|Vermilion|Orange)\s*\d+$"))
            shoot(page, f"hud-teams-{size}")


@pytest.mark.timeout(240)
def test_who_is_out_sees_by_whom_and_soon_plays_again(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        host.create(game="trails", name="Ann", options={"pickups": ["zip"]})
        page = enter(new_page, "desktop", f"{site.url}/r/{host.here.code}", "Bob")
        host.sit(spectate=True)
        seated(host, 4)
        host.start()
        expect(page.locator(".score")).to_have_count(4, timeout=WAIT_MS)
        page.evaluate(
            """() => {
                window.seen = [];
                window.__rumpus.match.listen(({ name, args }) =>
                    window.seen.push([name, args.seat ?? -1, performance.now()]));
            }"""
        )
        # A circle ends in the own line.
        page.keyboard.down("ArrowLeft")
        own = page.locator(".score.mine")
        expect(own.locator(".icon-cross")).to_be_visible(timeout=WAIT_MS)
        page.keyboard.up("ArrowLeft")
        expect(own.locator(".score-name")).to_have_css("text-decoration-line", "line-through")
        shoot(page, "hud-out")
        page.wait_for_function("() => window.seen.some(([name]) => name === 'roundEnd')", timeout=WAIT_MS)
        seen = page.evaluate("window.seen")
        outs = [at for name, _, at in seen if name == "crash"]
        end = next(at for name, _, at in seen if name == "roundEnd")
        mine = page.evaluate("Object.entries(window.__rumpus.match.latest.racers).length")
        assert mine == 4
        hurry = [at for name, _, at in seen if name == "hurry"]
        if hurry:
            assert end - hurry[0] < LONGEST_MS * 1.5, "a busy machine shows it late"
        assert outs
        expect(page.locator(".kill-feed li").first).to_be_attached()
        feed = page.locator(".kill-feed li").all_inner_texts()
        assert any(re.search("stopped|ran into|hit the wall", line) for line in feed), feed
        assert len(feed) <= 4

        page.get_by_role("button", name="How to score, and what to pick up").click()
        guide = page.get_by_role("dialog")
        expect(guide.get_by_role("listitem")).to_have_count(11)
        expect(guide).to_contain_text("You pass through lines and leave none")
        expect(guide.locator("svg")).to_have_count(12)  # and the cross
        shoot(page, "hud-guide")
        page.keyboard.press("Escape")
        expect(guide).to_have_count(0)


def test_crates_are_unlike_stone_and_knock_outs_are_explained(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        host.create(game="fuse", name="Ann")
        page = enter(new_page, "desktop", f"{site.url}/r/{host.here.code}", "Bob")
        host.sit(spectate=True)
        seated(host, 3)
        host.start()
        page.wait_for_function("() => window.__rumpus.match.hud.value?.phase === 'live'", timeout=WAIT_MS)
        colours = page.evaluate(
            """() => {
                const { cells, width, height } = window.__rumpus.match.latest;
                const ink = [...document.querySelectorAll(".arena-box canvas")].at(-2);
                const scale = Math.min((ink.width - 12) / (width * 48), (ink.height - 12) / (height * 48));
                const left = (ink.width - width * 48 * scale) / 2;
                const top = (ink.height - height * 48 * scale) / 2;
                return [1, 2].map(what => {
                    const cell = cells.findIndex(one => one === what);
                    const [x, y] = [(cell % width + 0.5) * 48 * scale + left,
                                    (Math.floor(cell / width) + 0.6) * 48 * scale + top];
                    return [...ink.getContext("2d").getImageData(Math.round(x), Math.round(y), 1, 1).data];
                });
            }"""
        )
        (red, _, blue, _), (stone_red, _, stone_blue, _) = colours
        assert red > blue + 40, "crates are of wood"
        assert stone_blue > stone_red + 20, "stone is cold"
        page.get_by_role("button", name="How to score, and what to pick up").click()
        expect(page.get_by_role("dialog")).to_contain_text("1 for everyone you blow up")
        expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(6)
        shoot(page, "fuse-guide")
