"""Short Fuse in browsers: two people at one keyboard and a phone with a stick, to the podium."""

import re
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

HAS_BOMB = "() => window.__rumpus.match.latest.bombs.some(bomb => bomb.owner === 1)"
MATCH_MS = 240_000
REMATCH = re.compile("^Play again")
PREDICTED = "() => window.__rumpus !== undefined && window.__rumpus.figures.aheadTicks.count > 20"
LIVE = "() => window.__rumpus.match.hud.value !== null && window.__rumpus.match.hud.value.phase === 'live'"
MAN = """seat => {
    const man = window.__rumpus.match.latest.men.find(one => one.id === seat);
    return [man.x, man.y, man.alive];
}"""


class Thumb:
    """A finger on the screen of a phone."""

    def __init__(self, page: Page) -> None:
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.at = (0.0, 0.0)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        told: dict[str, Any] = {"type": kind, "touchPoints": [{"x": x, "y": y, "id": 1} for x, y in points]}
        self.line.send("Input.dispatchTouchEvent", told)

    def down(self, x: float, y: float) -> None:
        """Put it down at a point of the page."""
        self.at = (x, y)
        self._send("touchStart", self.at)

    def push(self, dx: float, dy: float) -> None:
        """Push the stick from where the finger came down."""
        self._send("touchMove", (self.at[0] + dx, self.at[1] + dy))

    def up(self) -> None:
        """Lift it."""
        self._send("touchEnd")


def button(page: Page, name: str | re.Pattern[str]) -> Any:
    return page.get_by_role("button", name=name)


def moved(page: Page, seat: int, was: list[int], axis: int, sign: int) -> None:
    """Wait until a player has moved a quarter of a cell in this direction."""
    page.wait_for_function(
        """([seat, was, axis, sign]) => {
            const man = window.__rumpus.match.latest.men.find(one => one.id === seat);
            return ([man.x, man.y][axis] - was[axis]) * sign > 64;
        }""",
        arg=[seat, was, axis, sign],
        timeout=30_000,
    )


def open_way(page: Page, seat: int) -> tuple[int, int]:
    """(axis, sign) of a free cell next to a player at the start."""
    found: list[int] = page.evaluate(
        """seat => {
            const { men, cells, width } = window.__rumpus.match.latest;
            const man = men.find(one => one.id === seat);
            const cell = (man.y >> 8) * width + (man.x >> 8);
            for (const [axis, sign, step] of [[0, -1, -1], [0, 1, 1], [1, -1, -width], [1, 1, width]])
                if (cells[cell + step] === 0) return [axis, sign];
        }""",
        seat,
    )
    return found[0], found[1]


@pytest.mark.timeout(500)
def test_a_keyboard_for_two_and_a_phone_play_to_the_podium(site: Server, new_page: NewPage) -> None:
    ann = new_page("desktop", f"{site.url}/?diag=1")
    ann.get_by_label("Your name").first.fill("Ann")
    button(ann, "Play with friends").first.click()
    expect(button(ann, "Start")).to_be_visible()
    code = ann.url.split("/r/")[1][:6]
    phone = new_page("phone", f"{site.url}/r/{code}?diag=1")
    phone.get_by_role("textbox").first.fill("Cleo")
    button(phone, "Join the room").click()
    expect(button(phone, "Ready")).to_be_visible()
    button(ann, re.compile("^Short Fuse")).last.click()
    expect(button(ann, "Hothead")).to_be_visible()
    button(ann, "Two on this keyboard").click()
    button(ann, "Add bot").click()
    button(ann, "Quick").first.click()
    expect(button(ann, "Quick").first).to_have_attribute("aria-pressed", "true")
    button(phone, "ready").click()
    start_match(ann)
    for page in (ann, phone):
        expect(page.locator("canvas").first).to_be_visible()
        page.wait_for_function(PREDICTED, timeout=60_000)
        page.wait_for_function(LIVE, timeout=60_000)

    # In the order of joining.
    first, third, second = 0, 1, 2
    keys = {(0, -1): "ArrowLeft", (0, 1): "ArrowRight", (1, -1): "ArrowUp", (1, 1): "ArrowDown"}
    letters = {(0, -1): "a", (0, 1): "d", (1, -1): "w", (1, 1): "s"}
    for seat, bound in ((first, keys), (second, letters)):
        way = open_way(ann, seat)
        was = ann.evaluate(MAN, seat)
        ann.keyboard.down(bound[way])
        moved(ann, seat, was, *way)
        ann.keyboard.up(bound[way])

    # The phone is upright and its picture is rotated: right on the screen is up in the game.
    thumb = Thumb(phone)
    axis, sign = open_way(phone, third)
    was = phone.evaluate(MAN, third)
    thumb.down(110, 640)
    dx, dy = (0, sign) if axis == 0 else (-sign, 0)
    thumb.push(dx * 40, dy * 40)
    moved(phone, third, was, axis, sign)
    shoot(phone, "fuse-phone")
    thumb.up()
    # On a slow machine the bot may have hit the player meanwhile, who then has no bomb until the next round.
    until = monotonic() + 90
    while not phone.evaluate(HAS_BOMB):
        assert monotonic() < until
        phone.touchscreen.tap(320, 700)
        phone.wait_for_timeout(300)
    shoot(ann, "fuse-desktop")

    for page in (ann, phone):
        expect(button(page, REMATCH)).to_be_visible(timeout=MATCH_MS)
        assert page.evaluate("window.__rumpus.figures.desyncs") == 0
    shoot(ann, "fuse-results")


def test_a_player_who_comes_in_the_last_round_reads_from_when_on_they_play(
    site: Server, new_page: NewPage
) -> None:
    with Client(site.url) as host, Client(site.url) as guest:
        code = host.create("fuse", name="Ann", options={"rounds": 1}).code
        guest.join(code, name="Bob")
        host.ready()
        guest.ready()
        host.wait_for(lambda: host.match.following and host.match.tick > 0, "the match")
        page = new_page("phone", f"{site.url}/r/{code}")
        page.get_by_role("textbox").first.fill("Cleo")
        button(page, "Join").first.click()
        expect(page.get_by_role("status").filter(has_text="You play from the next match")).to_be_visible(
            timeout=60_000
        )
        shoot(page, "fuse-late")
