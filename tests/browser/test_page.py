"""The page around a match: keys, sound, small screens, translation, screen readers."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 40_000
MINORITY = 1 << 4
"""The kinds of rounds when only Minority may come."""
NEWER_ROUNDS = ("Balloon", "On the Dot", "Cups", "Most Likely", "Line Up")
BOXES = """names => [...document.querySelectorAll(names)].map(one => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { left, top, right, bottom };
})"""


def button(page: Page, name: str | re.Pattern[str]) -> Any:
    return page.get_by_role("button", name=name)


def enter(new_page: NewPage, size: str, url: str, name: str = "Ann") -> Page:
    """A page in the room at `url`."""
    page = new_page(size, url)
    page.get_by_role("textbox").first.fill(name)
    button(page, "Join the room").click()
    expect(button(page, "Ready")).to_be_visible(timeout=WAIT_MS)
    return page


def plays(page: Page) -> None:
    """Wait until keys steer."""
    page.wait_for_function("() => document.querySelector('.arena canvas, .thumbs') !== null", timeout=WAIT_MS)


def test_space_plays_after_a_button_was_clicked(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("fuse", name="Host").code
        page = enter(new_page, "desktop", f"{site.url}/r/{code}?diag=1")
        host.start()
        plays(page)
        seat = host.here.room["people"][page_player(host)]["seat"]
        emotes = button(page, "Emotes")
        chat = button(page, "Open the chat").first
        for control in (emotes, chat):
            control.click()
            control.click()
            menu = page.locator("dialog[open]")
            page.keyboard.press("Escape")
            expect(menu).to_have_count(1, timeout=WAIT_MS)
            page.keyboard.press("Escape")
            expect(menu).to_have_count(0, timeout=WAIT_MS)
            page.keyboard.down("Space")
            held = f"() => window.__rumpus.inputs.get({seat}).held"
            page.wait_for_function(f"() => ({held})() > 0", timeout=WAIT_MS)
            expect(page.locator(".emote-pop, .chat-drawer, dialog[open]")).to_have_count(0)
            page.keyboard.up("Space")
            page.wait_for_function(f"() => ({held})() === 0", timeout=WAIT_MS)


def page_player(host: Client) -> str:
    """The id of the player who is not the host."""
    return str(next(one for one in host.here.room["people"] if one != host.here.player))


def test_sound_comes_back_at_the_next_gesture_after_an_interruption(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", "about:blank")
    # Only this page's own code makes contexts; the test keeps them to interrupt them as a call would.
    page.add_init_script(
        "window.contexts = [];"
        "window.AudioContext = class extends AudioContext {"
        " constructor(...rest) { super(...rest); window.contexts.push(this); } };"
    )
    page.goto(site.url)
    running = "() => window.contexts.length === 1 && window.contexts[0].state === 'running'"
    page.locator("h1").click()
    page.wait_for_function(running, timeout=WAIT_MS)
    for _ in range(2):
        page.evaluate("window.contexts[0].suspend()")
        page.wait_for_function("() => window.contexts[0].state === 'suspended'", timeout=WAIT_MS)
        page.locator("h1").click()
        page.wait_for_function(running, timeout=WAIT_MS)


TRANSLATE = """() => {
    // As Google's translation does it: each text goes, and a <font> in a <font> comes, now and after changes.
    const translate = (root) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const texts = [];
        while (walker.nextNode()) texts.push(walker.currentNode);
        for (const text of texts) {
            if (!text.data.trim() || text.parentElement.closest("font, script, style")) continue;
            const outer = document.createElement("font");
            const inner = document.createElement("font");
            inner.textContent = `«${text.data}»`;
            outer.append(inner);
            text.replaceWith(outer);
        }
    };
    document.documentElement.classList.add("translated-ltr");
    new MutationObserver((records) => {
        for (const { target, addedNodes } of records)
            for (const node of [...addedNodes, target])
                if (node.isConnected) translate(node.nodeType === 3 ? node.parentNode : node);
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
    translate(document.body);
}"""


def test_a_translated_page_goes_on(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host, Client(site.url) as guest:
        code = host.create("fuse", name="Host").code
        page = enter(new_page, "desktop", f"{site.url}/r/{code}")
        page.evaluate(TRANSLATE)
        state = page.locator(".foot-state")
        expect(state).to_have_text("«Waiting for you»")
        guest.join(code, name="Guest")
        expect(state).to_have_text("«Waiting for you and Guest»")
        guest.leave()
        expect(state).to_have_text("«Waiting for you»")
        expect(page.locator(".seat-name", has_text="Guest")).to_have_count(0)
        host.start()
        timer = page.get_by_role("timer")
        expect(timer).to_be_visible(timeout=WAIT_MS)
        seen = {timer.inner_text()}
        for _ in range(2):
            page.wait_for_function(
                "seen => !seen.includes(document.querySelector('[role=timer]').innerText)",
                arg=list(seen),
                timeout=WAIT_MS,
            )
            seen.add(timer.inner_text())
        assert all(re.fullmatch("«?[0-9:»«]+»?", text) for text in seen), seen
        host.lobby()
        expect(state).to_have_text("«Waiting for you»", timeout=WAIT_MS)


def test_a_new_screen_is_read_from_its_top_and_heading(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Host").code
        page = enter(new_page, "landscape", f"{site.url}/r/{code}")
        page.evaluate("scrollTo(0, 500)")
        page.wait_for_function("() => scrollY > 100")
        page.get_by_role("button", name="Ready").focus()
        host.start()
        page.locator(".match").wait_for(timeout=WAIT_MS)
        page.wait_for_function(
            "() => document.activeElement.tagName === 'H1' && scrollY === 0", timeout=WAIT_MS
        )
        plays(page)
        page.wait_for_function("() => document.activeElement.tagName === 'H1'", timeout=WAIT_MS)
        host.lobby()
        expect(button(page, "Ready")).to_be_visible(timeout=WAIT_MS)
        page.wait_for_function("() => document.activeElement.textContent === 'Lobby' && scrollY === 0")


@pytest.mark.parametrize("size", ["phone", "landscape"])
def test_the_countdown_stays_on_a_phone_however_many_play(site: Server, new_page: NewPage, size: str) -> None:
    with Client(site.url) as host:
        code = host.create("field", name="Host").code
        while len(host.here.room["seats"]) < 38:
            seats = len(host.here.room["seats"])
            host.add_bot()
            host.wait_for(lambda seats=seats: len(host.here.room["seats"]) > seats, "one bot more")  # type: ignore[misc]
        page = enter(new_page, size, f"{site.url}/r/{code}")
        page.evaluate("window.seen = null")
        page.evaluate(
            """names => new MutationObserver(() => {
                const one = document.querySelector(names);
                if (one && !window.seen) window.seen = [one.getBoundingClientRect().bottom, innerHeight];
            }).observe(document.body, { childList: true, subtree: true })""",
            ".count-down",
        )
        host.start()
        page.wait_for_function("() => window.seen !== null", timeout=WAIT_MS)
        bottom, height = page.evaluate("window.seen")
        assert 0 < bottom <= height


def test_the_host_is_asked_before_a_match_ends(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    button(page, "Short Fuse: Play with friends").click()
    button(page, "Add bot").click()
    start_match(page)
    plays(page)
    button(page, "Menu").click()
    button(page, "End match").click()
    expect(page.get_by_text(re.compile("^End this match now"))).to_be_visible()
    button(page, "Cancel").click()
    expect(page.locator(".arena canvas").first).to_be_attached()
    button(page, "End match").click()
    button(page, "End match").click()
    expect(button(page, re.compile("^Play again"))).to_be_visible(timeout=WAIT_MS)


@pytest.mark.parametrize("size", ["phone", "landscape", "desktop"])
def test_the_remote_covers_no_answer(site: Server, new_page: NewPage, size: str) -> None:
    host = new_page(size, site.url)
    button(host, "All Thumbs: Play with friends").click()
    expect(button(host, "Start")).to_be_visible(timeout=WAIT_MS)
    code = host.url.split("/r/")[1][:6]
    with Client(site.url) as guest:
        guest.join(code, name="Guest")
        host.get_by_text("More options").click()
        for kind in ("Flash", "Odd One", "Tally", "Echo", "Insider", "Quiz", *NEWER_ROUNDS):
            host.get_by_label(kind, exact=True).uncheck()
        # A change of options that comes later would ask everyone again.
        guest.wait_for(lambda: guest.here.room["options"]["kinds"] == MINORITY, "the options")
        guest.ready()
        expect(host.locator(".foot-state")).to_have_text("Everyone is ready")
        start_match(host)
        host.wait_for_function(
            "() => document.querySelector('.thumbs')?.dataset.phase === '2'", timeout=WAIT_MS
        )
        for more in (False, True):
            if more:
                button(host, "Remote").click()
                expect(button(host, "More time")).to_be_visible()
            host.wait_for_function(
                """() => {
                    const remote = document.querySelector(".remote").getBoundingClientRect();
                    const lowest = Math.max(...[...document.querySelectorAll(".arena-box")].map(
                        one => one.getBoundingClientRect().bottom));
                    return lowest <= remote.top + 0.5;
                }""",
                timeout=WAIT_MS,
            )
            shoot(host, f"remote-{size}-{'more' if more else 'little'}")
        answers = host.evaluate(BOXES, ".th-button")
        remote = host.evaluate(BOXES, ".remote")[0]
        assert len(answers) == 4
        assert all(one["bottom"] <= remote["top"] + 0.5 for one in answers), (answers, remote)


@pytest.mark.parametrize(("width", "height"), [(844, 390), (667, 375)])
def test_the_chat_of_a_lying_phone_has_room_to_read_and_write(
    site: Server, new_page: NewPage, width: int, height: int
) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Host").code
        page = enter(new_page, "landscape", f"{site.url}/r/{code}")
        page.set_viewport_size({"width": width, "height": height})
        for place in ("lobby", "match"):
            button(page, "Open the chat").first.click()
            if place == "match":  # there it is one line at first
                button(page, "All messages").click()
            expect(page.locator(".chat input")).to_be_visible()
            page.wait_for_function("() => document.getAnimations().every(one => one.playState !== 'running')")
            shoot(page, f"chat-{place}-{width}")
            lines, field = page.evaluate(BOXES, ".chat .lines, .chat input")
            assert lines["bottom"] - lines["top"] >= 200, place
            assert field["right"] - field["left"] >= 200, place
            for box in page.evaluate(BOXES, ".chat input, .chat .emotes button"):
                assert 0 <= box["left"] < box["right"] <= width, place
                assert box["bottom"] <= height, place
            page.get_by_role("button", name="Close", exact=True).click()
            if place == "lobby":
                host.start()
                plays(page)


def test_no_key_is_lost_that_is_typed_right_after_the_chat_opens(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Host").code
        page = enter(new_page, "desktop", f"{site.url}/r/{code}")
        host.start()
        plays(page)
        for opener in ("Enter", "t"):
            page.keyboard.press(opener)
            page.keyboard.type("in match hello")
            expect(page.locator(".chat-drawer input")).to_have_value("in match hello")
            page.keyboard.press("Escape")
            expect(page.locator(".chat-drawer")).to_have_count(0)


@pytest.mark.parametrize("size", ["phone", "landscape"])
def test_a_line_of_the_chat_covers_no_button_of_a_phone(site: Server, new_page: NewPage, size: str) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Host").code
        page = enter(new_page, size, f"{site.url}/r/{code}")
        host.start()
        plays(page)
        host.chat("many words " * 16)
        line = page.locator(".chat-peek li")
        expect(line).to_be_visible(timeout=WAIT_MS)
        shoot(page, f"chat-peek-{size}")
        width, height = page.evaluate("[innerWidth, innerHeight]")
        taken = page.evaluate(BOXES, ".arena-box [aria-hidden=true] > div, .hud .scores > li, .hud button")
        assert len(taken) >= 5, "two marks for thumbs, scores and buttons"
        peek = page.evaluate(BOXES, ".chat-peek")[0]
        assert 0 <= peek["left"] < peek["right"] <= width
        assert 0 <= peek["top"] < peek["bottom"] <= height
        for box in taken:
            aside = box["right"] <= peek["left"] or peek["right"] <= box["left"]
            assert aside or box["bottom"] <= peek["top"] or peek["bottom"] <= box["top"], (box, peek)


def test_every_choice_of_an_option_is_read_in_full(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    page.set_viewport_size({"width": 1440, "height": 900})
    button(page, "Loose Ends: Play with friends").click()
    page.get_by_text("More options").click()
    expect(page.get_by_role("combobox", name="Walls")).to_be_visible()
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".options select")].map(one => {
            const shown = one.getBoundingClientRect().width;
            one.style.cssText = "position: absolute; max-inline-size: none";
            return shown - one.getBoundingClientRect().width;
        })"""
    )
    assert len(cut) >= 2
    assert all(missing >= -0.5 for missing in cut), cut
