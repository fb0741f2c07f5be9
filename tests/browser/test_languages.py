"""The screens before a match in English, in German, and in a made-up language from right to left.

The made-up language has each text in brackets and longer than it is, so it shows what is not in a dictionary,
what is cut, and what is laid out by left and right.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.texts import MADE_UP, STILL, STYLE, faults, label
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

PHASE = "phase => window.__session.room.value?.phase === phase"


class Walk:
    """One page on its way through all screens, and what is wrong with them."""

    def __init__(self, page: Page, tag: str, names: tuple[str, ...]) -> None:
        self.page = page
        self.tag = tag
        self.names = names
        self.found: list[str] = []
        self.prepare()

    def prepare(self) -> None:
        self.page.evaluate(STYLE, STILL)

    def look(self, screen: str) -> None:
        found = faults(self.page, screen, self.tag, self.names)
        self.found += found

    def press(self, key: str, role: str = "button") -> None:
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.get_by_role(role, name=label(self.tag, key)).first.click()  # type: ignore[arg-type]

    def dialog(self, key: str) -> None:
        """Look at a dialog that a button opens."""
        self.press(key)
        expect(self.page.locator("dialog[open]")).to_be_visible()
        self.look(f"dialog {key}")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def ask(self, command: str) -> None:
        """Have the session do something, as a button would."""
        answer = self.page.evaluate(f"() => window.__session.{command}")
        assert answer["ok"], (command, answer)

    def wait(self, phase: str) -> None:
        self.page.wait_for_function(PHASE, arg=phase)


def walk(site: Server, new_page: NewPage, tag: str) -> list[str]:
    names = ("Zoë", "Max", "Rumpus")
    query = f"?lang={tag}&diag=1"
    page = new_page("desktop", f"{site.url}/{query}")
    one = Walk(page, tag, names)
    expect(page.get_by_role("button", name=label(tag, "home.friends")).first).to_be_visible()
    expect(page.locator(".tile, .game-tile").first).to_be_visible()
    one.look("home")
    one.dialog("app.settings")
    page.locator("input").first.fill("Zoë")
    one.press("home.friends")
    one.wait("lobby")
    for _ in range(3):
        one.ask("commands.bot({ add: true, level: 2 })")
    one.names += tuple(
        page.evaluate("() => Object.values(window.__session.room.value.seats).map((one) => one.name)")
    )
    one.names += (page.evaluate("() => window.__session.room.value.code"),)

    guest = new_page("desktop", f"{page.url}{query}")
    other = Walk(guest, tag, one.names)
    expect(guest.get_by_role("button", name=label(tag, "gate.join")).first).to_be_visible()
    other.look("gate")
    guest.get_by_role("textbox").first.fill("Max")
    other.press("gate.join")
    other.wait("lobby")
    other.look("lobby of a guest")
    one.found += other.found
    guest.context.close()
    one.look("lobby")
    one.dialog("host.menu")
    return one.found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("tag", ["en", "de", MADE_UP])
def test_no_screen_cuts_or_covers_its_texts(site: Server, new_page: NewPage, tag: str) -> None:
    found = walk(site, new_page, tag)
    assert not found, "\n".join(found)
