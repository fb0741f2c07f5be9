"""The first minute in a room: the way in, the lobby, the countdown, and how people talk there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import Complaints, NewPage, shoot, start_match
from tests.browser.test_access import faults
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 40_000
COUNTS = "() => document.querySelector('.opening .count-down')?.innerText > '0'"


def button(page: Page, name: str | re.Pattern[str]) -> Any:
    return page.get_by_role("button", name=name)


def guest(new_page: NewPage, size: str, url: str, name: str = "Ann") -> Page:
    """A page in the lobby at `url`."""
    page = new_page(size, url)
    page.get_by_role("textbox").first.fill(name)
    button(page, "Join the room").click()
    expect(button(page, "ready")).to_be_visible(timeout=WAIT_MS)
    return page


def names_on_seats(host: Client) -> set[str]:
    """The people who have a seat of the room."""
    return {str(seat["name"]) for seat in host.here.room["seats"].values()}


FITS = """([text, ...names]) => {
    if (text && !document.querySelector(".opening .how-phone")?.innerText.includes(text)) return null;
    const boxes = names.map(name => document.querySelector(name)?.getBoundingClientRect());
    if (!boxes.every(Boolean)) return null;
    const { scrollWidth } = document.documentElement;
    const out = boxes.map(({ left, right, bottom }, k) =>
        left < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5 ? names[k] : "").filter(Boolean);
    return scrollWidth > innerWidth ? [...out, `${scrollWidth} wide`] : out.length ? out : ["fits"];
}"""


def fits(page: Page, *names: str, text: str = "") -> None:
    """Nothing scrolls sideways, and these are on the screen as it is, with the text of the controls."""
    assert page.wait_for_function(FITS, arg=[text, *names], timeout=WAIT_MS).json_value() == ["fits"]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose rooms count down for three seconds, and where nobody more may watch."""
    one = Server(
        tmp_path_factory.mktemp("patient"),
        RUMPUS_ROOMS__COUNTDOWN_S="3",
        RUMPUS_ROOMS__MAX_SPECTATORS="0",
        RUMPUS_ROOMS__RESULTS_S="120",
    ).start()
    yield one
    one.stop()


def test_a_bad_code_is_told_before_a_name_is_asked_for(
    patient: Server, new_page: NewPage, complaints: Complaints
) -> None:
    sentence = "Check the code. If it is right, the room is closed, full or locked: ask the host."
    with Client(patient.url) as host, Client(patient.url) as other:
        code = host.create("kick", name="Maria").code
        other.join(code, name="Bob")
        page = new_page("phone", f"{patient.url}/r/{code}")
        expect(page.get_by_text("What should we call you?")).to_be_visible()
        expect(page.get_by_text("with Maria")).to_be_visible()
        expect(page.get_by_text("2 people are there")).to_be_visible()
        fits(page, "h1", "form .primary")
        assert faults(page) == []
        host.lock(locked=True)
        for wrong in (code, "ZZZZZZ"):
            page.goto(f"{patient.url}/r/{wrong}")
            expect(page.get_by_text(sentence)).to_be_visible(timeout=WAIT_MS)
            expect(page.get_by_role("textbox")).to_have_count(0)
            expect(page.locator("h1")).to_be_focused()
        host.lock(locked=True, private=False)
        page.goto(f"{patient.url}/r/{code}")
        expect(page.get_by_text("This room is locked")).to_be_visible(timeout=WAIT_MS)
        host.lock(locked=False)
        button(page, "Try again").click()
        expect(page.get_by_text("What should we call you?")).to_be_visible()
        page.set_viewport_size({"width": 844, "height": 390})
        fits(page, "h1", "form .primary", "form .quiet")
    complaints.lines.clear()


def test_a_person_takes_a_bots_seat_in_the_lobby_and_in_a_match(patient: Server, new_page: NewPage) -> None:
    with Client(patient.url) as host:
        code = host.create("kick", name="Maria").code
        while len(host.here.room["seats"]) < 8:
            taken = len(host.here.room["seats"])
            host.add_bot()
            host.wait_for(lambda taken=taken: len(host.here.room["seats"]) > taken, "a bot")  # type: ignore[misc]
        page = guest(new_page, "desktop", f"{patient.url}/r/{code}")
        expect(page.get_by_text("You took the seat of the bot")).to_be_visible()
        expect(page.get_by_text("Bots make room for friends")).to_be_visible()
        expect(page.locator(".seat.mine .seat-name")).to_have_text("Ann")
        host.start()
        page.wait_for_function(COUNTS, timeout=WAIT_MS)
        late = new_page("phone", f"{patient.url}/r/{code}")
        late.get_by_role("textbox").first.fill("Late")
        button(late, "Join the room").click()
        expect(late.get_by_text("You took the seat of the bot")).to_be_visible(timeout=WAIT_MS)
        host.wait_for(lambda: "Late" in names_on_seats(host), "their seat")


def test_quick_play_is_played_at_once_and_counted_down_once(patient: Server, new_page: NewPage) -> None:
    page = new_page("desktop", patient.url + "?diag=1")
    start = page.get_by_role("button", name="Short Fuse: Play", exact=True)
    expect(start).to_be_enabled()
    start.click()
    page.wait_for_function(COUNTS, timeout=WAIT_MS)
    assert int(page.locator(".opening .count-down").inner_text()) <= 3, "nobody waits for more people"
    expect(page.locator(".arena canvas").first).to_be_attached()
    expect(page.locator(".opening .count-down")).to_have_count(1)
    expect(page.locator(".opening kbd")).to_have_count(5)
    expect(page.locator(".opening")).to_contain_text("Bomb")
    with Client(patient.url) as friend:
        friend.quick("fuse")
        assert friend.here.room["phase"] == "live", "who comes meanwhile plays as well"
    page.wait_for_function("() => window.__rumpus?.match.latest?.phase === 1", timeout=WAIT_MS)
    expect(page.locator(".opening")).to_have_count(0)


def test_the_countdown_shows_this_game_on_this_device(patient: Server, new_page: NewPage) -> None:
    with Client(patient.url) as host:
        code = host.create("trails", name="Maria").code
        page = guest(new_page, "phone", f"{patient.url}/r/{code}")
        words = {
            "trails": "Hold the left or right half of the screen",
            "fuse": "One thumb steers with the stick, the other presses",
            "kick": "Kick: button",
            "lastcard": "Tap what you choose",
            "thumbs": "Four big buttons",
        }
        for game, hint in words.items():
            host.game(game)
            host.wait_for(lambda game=game: host.here.room["game"] == game, "the game")  # type: ignore[misc]
            host.start()
            fits(page, ".opening .count-down", ".opening-card", ".opening-you", text=hint)
            # A game that draws a whole team alike shows which, not one's own mark.
            expect(page.locator(".opening-you .mark")).to_have_count(0 if game == "kick" else 1)
            shoot(page, f"countdown-{game}-phone")
            host.lobby()
            expect(button(page, "ready")).to_be_visible(timeout=WAIT_MS)


def test_the_host_can_call_a_match_off_while_it_counts_down(patient: Server, new_page: NewPage) -> None:
    page = new_page("landscape", patient.url)
    button(page, "Loose Ends: Play with friends").click()
    button(page, "Add bot").click()
    start_match(page)
    fits(page, ".opening .count-down", ".opening-cancel")
    page.locator(".opening-cancel").dispatch_event("click")
    expect(button(page, "Start")).to_be_visible(timeout=WAIT_MS)


def test_a_host_changes_options_faster_than_the_server_answers(site: Server, new_page: NewPage) -> None:
    host = new_page("phone", site.url)
    button(host, "All Thumbs: Play with friends").click()
    host.get_by_text("More options").click()
    labels = ("Flash", "Odd One", "Tally", "Echo")
    host.evaluate(
        """names => {
            const boxes = [...document.querySelectorAll(".subset label")];
            for (const name of names) boxes.find(one => one.innerText.trim() === name).click();
        }""",
        labels,
    )
    with Client(site.url) as other:
        other.join(host.url.split("/r/")[1][:6], name="Bob")
        other.wait_for(
            lambda: other.here.room["options"]["kinds"] & 15 == 0, "the four kinds to be switched off"
        )
    for label in labels:
        expect(host.get_by_label(label, exact=True)).not_to_be_checked()


def test_the_lobby_says_who_is_waited_for(site: Server, new_page: NewPage) -> None:
    host = new_page("desktop", site.url)
    button(host, "Loose Ends: Play with friends").click()
    expect(button(host, "Start")).to_be_disabled()
    state = host.locator(".foot-state")
    expect(state).to_have_text("One more player is needed: invite somebody, or add a bot")
    code = host.url.split("/r/")[1][:6]
    ann = guest(new_page, "landscape", f"{site.url}/r/{code}")
    fits(ann, ".foot .primary", ".code-large", ".seat.mine")
    expect(ann.locator(".foot-state")).to_have_text("Waiting for you")
    expect(state).to_have_text("Waiting for Ann")
    with Client(site.url) as bob, Client(site.url) as cyd:
        bob.join(code, name="Bob")
        expect(ann.locator(".foot-state")).to_have_text("Waiting for you and Bob")
        expect(state).to_have_text("Waiting for Ann and Bob")
        cyd.join(code, name="Cyd")
        expect(ann.locator(".foot-state")).to_have_text("Waiting for you and 2 more")
        expect(state).to_have_text("Waiting for Ann, Bob, and 1 more")
        # The keys reach what is to be done right after the heading.
        host.evaluate("document.querySelector('h1').tabIndex = -1; document.querySelector('h1').focus()")
        host.keyboard.press("Tab")
        assert host.evaluate("document.activeElement.innerText.trim()") == "Start"
        host.keyboard.press("Enter")
        expect(host.get_by_text("Ann, Bob, and 1 more are not ready yet.")).to_be_visible()
        assert faults(host) == []
        button(host, "Wait").click()
        for one in (bob, cyd):
            one.ready()
        button(ann, "ready").click()
        expect(ann.locator(".foot-state")).to_contain_text("can start now")
        expect(state).to_have_text("Everyone is ready")
        start_match(host)
        expect(ann.locator(".match")).to_be_visible(timeout=WAIT_MS)


def test_enter_opens_the_chat_of_a_match_and_closes_an_empty_one(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    button(page, "Loose Ends: Play with friends").click()
    button(page, "Add bot").click()
    start_match(page)
    page.locator(".arena canvas").first.wait_for(timeout=WAIT_MS)
    page.keyboard.press("Enter")
    expect(page.locator(".chat-drawer input")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".chat-drawer")).to_have_count(0)


@pytest.mark.parametrize("size", ["phone", "landscape"])
def test_a_phone_talks_in_one_line_and_by_phrases(site: Server, new_page: NewPage, size: str) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Maria").code
        page = guest(new_page, size, f"{site.url}/r/{code}")
        host.start()
        page.locator(".arena canvas").first.wait_for(timeout=WAIT_MS)
        button(page, "Open the chat").first.click()
        field = page.locator(".chat-line input")
        expect(field).to_be_focused()
        fits(page, ".chat-line", ".chat-line input", ".phrases .chip")
        box = page.locator(".chat-line").bounding_box()
        assert box is not None
        assert box["height"] <= 130, "one line and the phrases"
        button(page, "Nice one!").click()
        expect(page.locator(".chat-line")).to_have_count(0)
        host.wait_for(lambda: "Nice one!" in [line["text"] for line in host.here.chat], "the phrase")
        button(page, "Open the chat").first.click()
        button(page, "All messages").click()
        expect(page.locator(".chat-drawer .lines")).to_contain_text("Nice one!")


def test_an_emote_is_at_the_head_of_its_player(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Maria").code
        page = guest(new_page, "desktop", f"{site.url}/r/{code}?diag=1")
        host.start()
        page.locator(".arena canvas").first.wait_for(timeout=WAIT_MS)
        page.wait_for_function("() => window.__rumpus?.match.latest?.phase === 0", timeout=WAIT_MS)
        host.emote("laugh")
        # The field is as wide as the picture allows: the mark's place follows from its place in the state.
        near = page.wait_for_function(
            """() => {
                const bubble = document.querySelector(".head-emote .bubble");
                if (!bubble || getComputedStyle(bubble).visibility !== "visible") return null;
                if (document.querySelector(".score .bubble")?.checkVisibility()) return null;
                const { racers, width, height } = window.__rumpus.match.latest;
                const arena = document.querySelector(".arena-box").getBoundingClientRect();
                const scale = Math.min(arena.width / width, arena.height / height);
                const [x, y] = [racers[0].x / 256, racers[0].y / 256];
                const at = [arena.left + arena.width / 2 + (x - width / 2) * scale,
                    arena.top + arena.height / 2 + (y - height / 2) * scale];
                const { left, right, bottom } = bubble.getBoundingClientRect();
                return [(left + right) / 2 - at[0], bottom - at[1]];
            }"""
        ).json_value()
        assert abs(near[0]) < 40, near
        assert -60 < near[1] < 20, near


def test_a_phrase_is_read_in_the_readers_language(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Maria").code
        page = new_page("desktop", f"{site.url}/r/{code}?lang=de")
        page.get_by_role("textbox").first.fill("Ann")
        button(page, "In den Raum").click()
        button(page, "Stark!").click()
        host.wait_for(lambda: "Nice one!" in [line["text"] for line in host.here.chat], "the phrase")
        host.chat("Good game!")
        expect(page.locator(".lines")).to_contain_text("Gutes Spiel!")


def test_each_match_is_counted_down_also_the_second_of_a_game(patient: Server, new_page: NewPage) -> None:
    with Client(patient.url) as host:
        code = host.create("trails", name="Maria").code
        page = guest(new_page, "phone", f"{patient.url}/r/{code}")
        for _ in range(3):
            host.start()
            fits(page, ".opening .count-down", ".opening-card", text="Hold the left or right half")
            expect(page.locator(".opening")).to_have_count(0)
            host.lobby()
            expect(button(page, "ready")).to_be_visible(timeout=WAIT_MS)
