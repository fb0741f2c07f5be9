"""A board in a browser: cells are pressed and gone through by keys; what a player hides stays hidden."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.staging import Stage
from tests.unit.kit.papers import whole_games

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node, pytest.mark.timeout(240)]

CELL = 48
LEFT, ABOVE, NEXT = 48, 90, 470
"""Where the boards are in the upright picture, units."""


def cells(page: Page) -> list[dict[str, Any]]:
    """What a page offers of the board to those who do not see it."""
    found: list[dict[str, Any]] = page.locator("[data-control=shot]").evaluate_all(
        "all => all.map((one) => ({name: one.textContent, off: one.ariaDisabled, stop: one.tabIndex}))"
    )
    return found


def test_cells_are_pressed_by_fingers_and_chosen_by_keys(tmp_path: Path, new_page: NewPage) -> None:
    path = tmp_path / "fleet.py"
    path.write_text(whole_games()["fleet"])
    with Stage(path, tmp_path, RUMPUS_ROOMS__COUNTDOWN_S="1") as stage:
        client = Client(stage.url, framing="json")
        ann = new_page("phone", stage.url)
        ann.get_by_label("Your name").first.fill("Ann")
        ann.get_by_role("button", name="Play with friends").first.click()
        ann.wait_for_url(re.compile("/r/"))
        client.connect()
        client.join(ann.url.rsplit("/", 1)[1], spectate=True)
        bob = new_page("desktop", ann.url)
        bob.get_by_role("textbox").first.fill("Bob")
        bob.get_by_role("button", name="Join the room").click()
        bob.get_by_role("button", name="ready").click()
        start_match(ann)
        client.wait_for(lambda: client.match.following, "the match", 30)

        def player(seat: int) -> Any:
            return client.match.state["players"][seat]

        assert "ships" not in player(0), "a spectator is sent where the ships are"
        expect(ann.locator("[data-control=shot]")).to_have_count(64)
        ann.wait_for_function("() => document.querySelector('[data-control=shot][aria-disabled=false]')")
        assert [one["stop"] for one in cells(ann)].count(0) == 1
        assert all(one["off"] == "true" for one in cells(bob)), "Bob may choose out of turn"

        # Ann presses C2 of the board below her own, where the picture has it.
        world = {"width": 480, "height": 960}
        box = ann.locator(".arena > div").first.bounding_box()
        assert box is not None
        scale = min(box["width"] / world["width"], box["height"] / world["height"])
        left = box["x"] + (box["width"] - world["width"] * scale) / 2
        above = box["y"] + (box["height"] - world["height"] * scale) / 2
        shoot(ann, "board-phone")
        ann.touchscreen.tap(left + (LEFT + 2.5 * CELL) * scale, above + (ABOVE + NEXT + 1.5 * CELL) * scale)
        client.wait_for(lambda: player(1)["shots"][8 + 2] > 0, "the shot of a finger", 20)
        expect(ann.locator("[data-index='10']")).to_have_text(re.compile("^C2 (water|ship)$"))
        expect(ann.locator("[data-index='10']")).to_have_attribute("aria-disabled", "true")

        # Bob goes down and right by keys, over all that he can press.
        bob.wait_for_function("() => document.querySelector('[data-control=shot][aria-disabled=false]')")
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown"):
            bob.keyboard.press(key)
        bob.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        shoot(bob, "board-desktop")
        bob.keyboard.press("Enter")
        client.wait_for(lambda: player(0)["shots"][2 * 8 + 1] > 0, "the shot by keys", 20)
        client.close()
        for page in (ann, bob):
            page.context.close()
    assert "Traceback" not in stage.log()
