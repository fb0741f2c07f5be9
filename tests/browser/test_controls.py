"""Every control on every device, in browsers: what the server makes of keys, mouse, fingers, pads, texts."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot, start_match
from tests.browser.test_access import faults
from tests.integration.staging import Stage

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node, pytest.mark.timeout(240)]

GAME = Path(__file__).parents[1] / "data/games/everything.py"

PICTURE = """    State = Desk
    picture = (
        World(960, 600),
        Circle("hands", x="pen_x", y="pen_y", size=8),
        Circle("hands", x="aim_x", y="aim_y", size=14, outline=3),
        Mark("hands"),
    )
"""

PADS = """() => {
    const button = () => ({pressed: false, touched: false, value: 0});
    const pad = (index) => ({
        index, connected: true, id: "stub", mapping: "standard", axes: [0, 0, 0, 0],
        buttons: Array.from({length: 17}, button),
    });
    window.pads = [pad(0)];
    navigator.getGamepads = () => window.pads;
    window.push = (axis, value) => { window.pads[0].axes[axis] = value; };
    window.hold = (k, on) => { window.pads[0].buttons[k] = {pressed: on, touched: on, value: on ? 1 : 0}; };
}"""
"""Puts a gamepad in, since a test machine has none."""

TWO_FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done())))"""


class Fingers:
    """Several fingers on a page at once, as the browser gets them from a screen."""

    def __init__(self, page: Page) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self._at: dict[int, tuple[float, float]] = {}

    def _send(self, kind: str) -> None:
        points = [{"id": number, "x": x, "y": y} for number, (x, y) in self._at.items()]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def down(self, number: int, place: tuple[float, float]) -> None:
        """A finger touches the screen."""
        self._at[number] = place
        self._send("touchStart")

    def move(self, number: int, place: tuple[float, float]) -> None:
        """It moves."""
        self._at[number] = place
        self._send("touchMove")

    def lift(self) -> None:
        """All fingers leave the screen."""
        self._at.clear()
        self._send("touchEnd")


class Table:
    """A match of the game with every control, and a client that reads the server's state."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: list[Page] = []
        self.client = Client(url, framing="json")

    def hand(self, seat: int = 0) -> dict[str, Any]:
        """What the server's state says of a seat."""
        found: dict[str, Any] = self.client.match.state["hands"][seat]
        return found

    def until(self, holds: Callable[[dict[str, Any]], object], what: str, seat: int = 0) -> None:
        """Wait until the server's state of a seat is as wanted."""
        self.client.wait_for(lambda: holds(self.hand(seat)), f"{what}: {self.hand(seat)}", 20)


@contextmanager
def table(folder: Path) -> Iterator[Table]:
    """A server with the game; its matches are long, and the first seat may draw."""
    path = folder / "everything.py"
    path.write_text(
        GAME.read_text()
        .replace("m.tick >= 1200", "m.tick >= 12000")
        .replace("m.state.drawer = (m.state.drawer + 1) % 4", "m.state.drawer = 0")
        .replace("    Typed,\n)", "    Typed,\n)\nfrom game.rules.drawing import Circle, Mark, World")
        .replace("    State = Desk\n", PICTURE)
    )
    with Stage(path, folder, RUMPUS_ROOMS__COUNTDOWN_S="1") as stage:
        found = Table(stage.url)
        try:
            yield found
        finally:
            found.client.close()
            for page in found.pages:
                page.goto("about:blank")  # the server goes before the browsers do
    assert "Traceback" not in stage.log()


def play(page: Page, at: Table, *, second: bool = False) -> None:
    """Start a match on a page, with the client watching."""
    at.pages.append(page)
    page.get_by_label("Your name").first.fill("Ann")
    page.get_by_role("button", name="Play with friends").first.click()
    page.wait_for_url(re.compile("/r/"))
    if second:
        page.get_by_role("button", name="Two on this keyboard").click()
        expect(page.get_by_role("button", name="Two on this keyboard")).to_have_attribute(
            "aria-pressed", "true"
        )
    at.client.connect()
    at.client.join(page.url.rsplit("/", 1)[1], spectate=True)
    start_match(page)
    page.wait_for_selector(".control-dock .text")
    at.client.wait_for(lambda: at.client.match.following and at.client.match.state["hands"])


def box(page: Page, where: str = ".arena > div") -> dict[str, float]:
    """Where something is, by default the picture."""
    found = page.locator(where).first.bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def middle_of(page: Page, where: str) -> tuple[float, float]:
    """The middle of something."""
    found = box(page, where)
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def test_keys_and_the_mouse_use_every_control(tmp_path: Path, new_page: NewPage) -> None:
    with table(tmp_path) as at:
        page = new_page("desktop", at.url)
        play(page, at)
        page.keyboard.down("Space")
        at.until(lambda hand: hand["held"] and hand["fires"] == 1, "Space fires")
        page.keyboard.up("Space")
        at.until(lambda hand: not hand["held"] and hand["releases"] == 1, "it is let go")

        before = at.hand()["y"]
        page.keyboard.down("w")
        at.until(lambda hand: hand["y"] != before, "W moves")
        assert at.hand()["x"] == 480
        page.keyboard.up("w")

        shape = box(page)
        middle = (shape["x"] + shape["width"] / 2, shape["y"] + shape["height"] / 2)
        page.keyboard.press("3")
        at.until(lambda hand: hand["card"] == 2, "the number key chooses")
        page.get_by_role("button", name="7", exact=True).click()
        at.until(lambda hand: hand["card"] == 6, "a press chooses")
        page.keyboard.press("ArrowRight")  # the arrows are the second set of the stick
        at.until(lambda hand: hand["card"] == 6, "and nothing else")

        page.mouse.move(*middle)
        at.until(lambda hand: (hand["aim_x"], hand["aim_y"]) == (480, 300), "the mouse points to the middle")
        page.mouse.move(middle[0] + 100, middle[1] + 50)
        at.until(lambda hand: hand["aim_x"] > 540 and hand["aim_y"] > 320, "the mouse points")

        page.mouse.down()
        for k in range(30):
            page.mouse.move(middle[0] + 100 - k * 6, middle[1] + 50 + (k % 5) * 8)
        page.mouse.up()
        at.until(lambda hand: hand["points"] > 6 and hand["pen_x"] < 480, "the pen draws to the left")

        page.keyboard.press("Enter")
        field = page.get_by_label("Word", exact=True)
        expect(field).to_be_focused()
        page.keyboard.type("wasd é")
        at.until(lambda hand: hand["live"] == "wasd é", "what is typed is seen")
        assert at.hand()["fires"] == 1
        shoot(page, "controls-desktop")
        page.keyboard.press("Enter")
        at.until(lambda hand: hand["word"] == "wasd é" and hand["live"] == "", "Enter sends")
        expect(field).not_to_be_focused()
        page.keyboard.press("Enter")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(field).not_to_be_focused()
        assert page.get_by_role("dialog").count() == 0
        assert faults(page) == []


@pytest.mark.parametrize("size", ["phone", "landscape"])
def test_several_fingers_use_every_control_on_a_phone(tmp_path: Path, new_page: NewPage, size: str) -> None:
    with table(tmp_path) as at:
        page = new_page(size, at.url)
        play(page, at)
        middle = {
            "stick": middle_of(page, ".control-stick"),
            "fire": middle_of(page, ".control-button"),
        }
        for zone in page.locator(".control-stick, .control-button").all():
            extent = zone.bounding_box()
            assert extent is not None
            assert min(extent["width"], extent["height"]) >= 44

        fingers = Fingers(page)
        start = at.hand()["x"]
        fingers.down(1, middle["stick"])
        fingers.move(1, (middle["stick"][0] + 60, middle["stick"][1]))
        at.until(lambda hand: hand["x"] != start, "the stick moves")
        fingers.down(2, middle["fire"])
        at.until(lambda hand: hand["held"], "while the other thumb fires")
        shape = box(page)
        place = (shape["x"] + shape["width"] * 0.6, shape["y"] + shape["height"] * 0.3)
        fingers.down(3, place)
        for k in range(20):
            fingers.move(3, (place[0] - k * 4, place[1] + k * k * 0.2))
        at.until(lambda hand: hand["points"] > 3, "and a third draws")
        shoot(page, f"controls-{size}")
        fingers.lift()
        at.until(lambda hand: not hand["held"], "all is let go")

        page.get_by_label("Word", exact=True).fill("hi")
        page.get_by_role("button", name="Send: Word").click()
        at.until(lambda hand: hand["word"] == "hi", "the button sends")
        page.get_by_role("button", name="4", exact=True).click()
        at.until(lambda hand: hand["card"] == 3, "a press chooses")
        wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1]
        assert faults(page) == []


def test_a_gamepad_uses_every_control_that_it_can(tmp_path: Path, new_page: NewPage) -> None:
    with table(tmp_path) as at:
        page = new_page("desktop", at.url)
        page.evaluate(PADS)
        play(page, at)
        page.evaluate("() => push(0, -0.5)")
        at.until(lambda hand: hand["x"] != 480, "the left stick moves")
        page.evaluate("() => push(0, 0.1)")
        page.evaluate("() => { push(2, 1); push(3, -1); }")
        at.until(lambda hand: hand["aim_x"] == 960 and hand["aim_y"] == 0, "the right stick points")
        page.evaluate("() => { push(2, 0); push(3, 0); }")
        page.evaluate("() => hold(0, true)")
        at.until(lambda hand: hand["held"], "A fires")
        page.evaluate("() => hold(0, false)")
        at.until(lambda hand: not hand["held"], "it is let go")
        fires = at.hand()["fires"]
        for _ in range(2):
            page.evaluate("() => hold(15, true)")
            page.evaluate(TWO_FRAMES)
            page.evaluate("() => hold(15, false)")
            page.evaluate(TWO_FRAMES)
        expect(page.locator(".control-choices .pointed")).to_have_text("2")
        page.evaluate("() => hold(0, true)")
        at.until(lambda hand: hand["card"] == 1, "the cross and A choose")
        page.evaluate("() => hold(0, false)")
        assert at.hand()["fires"] == fires, "that A does not fire"


def test_two_players_share_a_keyboard_and_a_hidden_page_lets_go(tmp_path: Path, new_page: NewPage) -> None:
    with table(tmp_path) as at:
        page = new_page("desktop", at.url)
        play(page, at, second=True)
        other = next(seat for seat in at.client.match.state["hands"] if seat != 0)
        page.keyboard.down("d")
        page.keyboard.down("ArrowUp")
        at.until(lambda hand: hand["x"] != 480, "the first player's set")
        at.until(lambda hand: hand["y"] != 300, "the second player's set", other)
        page.keyboard.down("Space")
        at.until(lambda hand: hand["held"], "the first fires")
        assert not at.hand(other)["held"]
        page.evaluate("() => window.dispatchEvent(new Event('blur'))")
        at.until(lambda hand: not hand["held"], "nothing is held without the keyboard")
        shoot(page, "controls-two")


def test_keys_are_bound_again_for_one_game(tmp_path: Path, new_page: NewPage) -> None:
    with table(tmp_path) as at:
        page = new_page("desktop", at.url)
        page.get_by_role("button", name="Settings").first.click()
        page.get_by_role("button", name=re.compile("^Key for Fire, ")).first.click()
        page.keyboard.press("x")
        expect(page.get_by_role("button", name=re.compile("^Key for Fire, .*: X$")).first).to_be_visible()
        shoot(page, "controls-settings")
        page.keyboard.press("Escape")
        play(page, at)
        page.keyboard.down("x")
        at.until(lambda hand: hand["held"], "X fires now")
        page.keyboard.up("x")
        at.until(lambda hand: not hand["held"], "it is let go")
        page.keyboard.press("Space")
        page.keyboard.press("5")
        at.until(lambda hand: hand["card"] == 4, "a later key")
        assert at.hand()["fires"] == 1
