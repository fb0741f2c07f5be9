"""Doodle and Night Shift in browsers: drawn with a pen, guessed by typing, aimed and shot."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.staging import Stage

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node, pytest.mark.timeout(240)]

GAMES = Path(__file__).parents[1] / "data/games"


@contextmanager
def staged(name: str, folder: Path) -> Iterator[tuple[str, Client]]:
    """A server with a prototype, and a client that will read its public state."""
    with Stage(GAMES / f"{name}.py", folder, RUMPUS_ROOMS__COUNTDOWN_S="1") as stage:
        client = Client(stage.url, framing="json")
        try:
            yield stage.url, client
        finally:
            client.close()
    assert "Traceback" not in stage.log()


def open_room(page: Page, client: Client) -> None:
    """Open a room as Ann, which the client watches."""
    page.get_by_label("Your name").first.fill("Ann")
    page.get_by_role("button", name="Play with friends").first.click()
    page.wait_for_url(re.compile("/r/"))
    client.connect()
    client.join(page.url.rsplit("/", 1)[1], spectate=True)


def start(page: Page, client: Client) -> None:
    """Start the match, and wait until the client follows it."""
    start_match(page)
    client.wait_for(lambda: client.match.following, "the match", 30)
    page.wait_for_selector(".game-controls")
    page.wait_for_selector(".arena canvas")


def picture(page: Page) -> dict[str, float]:
    """Where the picture is on a page."""
    found = page.locator(".arena > div").first.bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def test_one_draws_and_the_other_guesses(tmp_path: Path, new_page: NewPage) -> None:
    with staged("doodle", tmp_path) as (url, client):
        ann = new_page("desktop", url)
        open_room(ann, client)
        # One draws at a time: the mouse can go from hand to hand.
        expect(ann.get_by_role("button", name="Two on this keyboard")).to_be_visible()
        bob = new_page("phone", ann.url)
        bob.get_by_role("textbox").first.fill("Bob")
        bob.get_by_role("button", name="Join the room").click()
        bob.get_by_role("button", name="ready").click()
        expect(ann.get_by_text("Everyone is ready").first).to_be_visible()
        start(ann, client)

        def state() -> dict[str, Any]:
            return client.match.state

        sheet = picture(ann)
        middle = sheet["x"] + sheet["width"] / 2, sheet["y"] + sheet["height"] / 2
        for dx, dy in ((0, 0), (0, 60)):
            ann.mouse.move(middle[0] - 90 + dx, middle[1] - 40 + dy)
            ann.mouse.down()
            ann.mouse.move(middle[0] + 90 + dx, middle[1] - 20 + dy, steps=12)
            ann.mouse.up()
        client.wait_for(lambda: len(state()["lines"]) == 2, "two strokes", 20)
        client.wait_for(lambda: len(state()["lines"][1]["trail"]) > 2, "points of the second", 20)

        text = bob.locator(".control-typed input").first
        text.fill("zebra")
        text.press("Enter")
        client.wait_for(lambda: state()["players"][1]["said"] == "zebra", "a wrong guess is heard", 20)
        shoot(ann, "doodle-desktop")
        shoot(bob, "doodle-phone")
        letters = state()["hint"].count("_")
        words = ("house", "boat", "sun", "fish", "tree", "star", "ladder", "cup")
        said = "zebra"

        def heard() -> bool:
            """Whether the last guess was right, or is said aloud."""
            one = state()["players"][1]
            return bool(one["right"]) or one["said"] not in (said, "")

        for word in [one for one in words if len(one) == letters]:
            if state()["players"][1]["right"]:
                break
            said = state()["players"][1]["said"]
            text.fill(word.upper())
            text.press("Enter")
            client.wait_for(heard, "a guess is heard", 20)
        client.wait_for(lambda: state()["players"][1]["right"], "one of them is right", 20)
        client.wait_for(lambda: state()["hint"] in words, "the word is shown", 20)
        shoot(bob, "doodle-word-phone")
        for page in (ann, bob):
            page.goto("about:blank")  # the server goes before the browsers do


def test_a_guard_walks_aims_and_shoots(tmp_path: Path, new_page: NewPage) -> None:
    with staged("night_shift", tmp_path) as (url, client):
        ann = new_page("desktop", url)
        open_room(ann, client)
        start(ann, client)

        def guard() -> dict[str, Any]:
            found: dict[str, Any] = client.match.state["guards"][0]
            return found

        was = guard()["y"]
        ann.keyboard.down("s")
        client.wait_for(lambda: guard()["y"] > was, "S walks down", 20)
        ann.keyboard.up("s")
        shape = picture(ann)
        ann.mouse.move(shape["x"] + shape["width"] - 40, shape["y"] + shape["height"] / 2)
        client.wait_for(lambda: guard()["aim"] < 400 or guard()["aim"] > 3700, "aim to the right", 20)
        ann.keyboard.down("Space")
        client.wait_for(lambda: len(client.match.state["shots"]) > 0, "a shot", 20)
        client.wait_for(lambda: len(client.match.state["ghosts"]) > 1, "ghosts", 20)
        shoot(ann, "night-shift-desktop")
        ann.keyboard.up("Space")
        phone = new_page("phone", ann.url)
        phone.get_by_role("textbox").first.fill("Bob")
        phone.get_by_role("button", name=re.compile("Just watch|Join the room")).first.click()
        expect(phone.locator(".arena canvas").first).to_be_visible()
        shoot(phone, "night-shift-phone")
        for page in (ann, phone):
            page.goto("about:blank")
