"""The game of docs/write-a-game.md in browsers: shown, played, changed, finished."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.staging import Stage
from tests.unit.kit.papers import tutorial

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

PAINTED = """([least, patience]) => new Promise((done) => {
    const until = performance.now() + patience;
    let large = [];
    const look = () => {
        const canvas = [...document.querySelectorAll(".arena canvas")].at(-1);
        const seen = new Map();
        if (canvas) {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            for (let k = 0; k < data.length; k += 16) {
                if (data[k + 3] < 255) continue;
                const colour = (data[k] << 16) | (data[k + 1] << 8) | data[k + 2];
                seen.set(colour, (seen.get(colour) ?? 0) + 1);
            }
            // A mark or a name covers less than two cells do, which are the 200th part.
            const twoCells = canvas.width * canvas.height / 200;
            large = [...seen.values()].filter((count) => count * 4 > twoCells);
            if (large.length >= least) return done(large.length);
        }
        if (performance.now() > until) done(large.length);
        else requestAnimationFrame(look);
    };
    look();
})"""
"""Waits, with some patience, until that many players have painted cells; returns their number."""


def painted(page: Page, least: int) -> int:
    """Wait until a page shows the paint of at least this many players."""
    found = int(page.evaluate(PAINTED, [least, 20_000]))
    assert found >= least
    return found


def walk_until_painted(walker: Page, pages: tuple[Page, ...]) -> None:
    """Walk to and fro until each page has shown the paint of two: the bot may paint over it at once."""
    left = list(pages)
    for keys in (("ArrowLeft", "ArrowUp"), ("ArrowRight", "ArrowDown")) * 20:
        for key in keys:
            walker.keyboard.down(key)
        left = [page for page in left if page.evaluate(PAINTED, [2, 1_000]) < 2]
        for key in keys:
            walker.keyboard.up(key)
        if not left:
            return
    pytest.fail(f"{len(left)} pages have not shown two")


def button(page: Page, name: str | re.Pattern[str]):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name)


@pytest.mark.timeout(360)
def test_the_printed_game_is_seen_and_played_without_any_code_for_the_browser(
    tmp_path: Path, new_page: NewPage
) -> None:
    path = tmp_path / "paint.py"
    path.write_text(tutorial())
    with Stage(path, tmp_path, RUMPUS_ROOMS__COUNTDOWN_S="1") as stage:
        ann = new_page("desktop", stage.url)
        ann.get_by_label("Your name").first.fill("Ann")
        button(ann, "Play with friends").first.click()
        expect(button(ann, "Start")).to_be_visible()
        bob = new_page("phone", ann.url)
        bob.get_by_role("textbox").first.fill("Bob")
        button(bob, "Join the room").click()
        button(ann, "Add bot").click()
        button(ann, "Hurry").first.click()
        ann.get_by_label(re.compile("^Seconds")).first.fill("90")  # a busy machine takes its time
        button(bob, "ready").click()
        start_match(ann)
        for page in (ann, bob):
            painted(page, 1)  # the bot's
        assert painted(ann, 1) == 1
        walk_until_painted(ann, (ann, bob))
        shoot(ann, "kit-desktop")
        shoot(bob, "kit-phone")

        path.write_text(tutorial().replace('"Wet Paint"', '"Wetter Paint"'))
        expect(ann.get_by_text("Wetter Paint has new rules").first).to_be_visible(timeout=60_000)

        for page in (ann, bob):
            expect(button(page, re.compile("^Play again"))).to_be_visible(timeout=120_000)
        shoot(ann, "kit-results")
        for page in (ann, bob):
            button(page, re.compile("^Play again")).click()
        for page in (ann, bob):
            painted(page, 1)
            page.goto("about:blank")  # the server goes before the browsers do
    assert "Traceback" not in stage.log()
    assert "desync" not in stage.log()
