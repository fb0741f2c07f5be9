"""What strangers meet on small phones: answers, buttons and words are whole, and the way back leads back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, keep_match
from tests.browser.test_practice import SHOWN
from tests.browser.texts import STYLE, label
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

SMALL = {"width": 360, "height": 640}
LYING = {"width": 844, "height": 390}
OPEN = "() => document.querySelector('.thumbs')?.dataset.phase === '2'"
COUNTED = """() => document.querySelector('.thumbs')?.dataset.phase === '4'
    && document.querySelectorAll('.th-count').length === 4"""
TALLY, PACK, VOTE = 2, 6, 11
NEXT = 0
QUESTIONS = """ask,right,wrong1,wrong2,wrong3
Which toy is the cowboy?,Woody,Rex,Slinky,Buzz
Wo spukt es?,Schreckenstein,Aschermittwoch,Rumpelstilzchen,Schneeglöckchen
Wer machte in Bremen Musik?,"Esel, Hund, Katze, Hahn","Maus, Gans, Ente, Huhn",Keiner,Kuh und Pferd
"""
"""Answers that are written large, long words, and answers of several lines."""

COVERED = """() => {
    const box = (one) => one.getBoundingClientRect();
    const lowest = box(document.querySelector(".remote")).top;
    const scores = [...document.querySelectorAll(".score")].map(box);
    return [...document.querySelectorAll(".th-button, .th-status, .th-dots, .th-tally .btn")]
        .filter((one) => one.textContent || one.matches(".th-dots"))
        .filter((one) => {
            const own = box(one);
            const meets = (other) => own.left < other.right - 1 && other.left < own.right - 1
                && own.top < other.bottom - 1 && other.top < own.bottom - 1;
            const dots = document.querySelector(".th-dots");
            return own.bottom > lowest + 1 || scores.some(meets)
                || (one.matches(".btn") && dots && meets(box(dots)));
        })
        .map((one) => one.className);
}"""
"""Parts of a question under the host's remote, under the points or over each other."""

CUT = """(names) => [...document.querySelectorAll(names)].flatMap((one) => {
    const found = one.scrollWidth > one.clientWidth + 1 ? [`cut: ${one.textContent}`] : [];
    const range = document.createRange();
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode())
        for (const { index, 0: word } of text.data.matchAll(/\\S+/g)) {
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
            if (lines.size > 1) found.push(`in two pieces: ${word}`);
        }
    return found;
})"""
"""Texts that are cut, and words on two lines."""


LONG_NAMES = """() => {
    for (const one of document.querySelectorAll(".th-who")) {
        one.style.setProperty("--letters", "8");
        one.querySelector(".th-name").textContent = "Hedgehog";
    }
}"""
"""Gives everybody who can be chosen the name of the longest bot."""


APART = """() => [...document.querySelectorAll(".th-button")].flatMap((button) => {
    const frame = button.getBoundingClientRect();
    const parts = [...button.querySelectorAll(".th-letter, .th-text, .th-count, .th-check")].map((one) => {
        const lines = document.createRange();
        lines.selectNodeContents(one);
        // A text is as wide as its lines; a letter has its mark, and a count its ground.
        const boxes = one.matches(".th-text") ? [...lines.getClientRects()] : [one.getBoundingClientRect()];
        return { name: `${one.className} ${one.textContent}`, boxes };
    });
    const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
        && one.top < other.bottom - 1 && other.top < one.bottom - 1;
    const out = (one) => one.left < frame.left || one.right > frame.right
        || one.top < frame.top - 1 || one.bottom > frame.bottom + 1;
    return parts.flatMap(({ name, boxes }, k) => [
        ...(boxes.some(out) ? [`${name} sticks out`] : []),
        ...parts.slice(k + 1)
            .filter((other) => boxes.some((one) => other.boxes.some((its) => meet(one, its))))
            .map((other) => `${name} and ${other.name}`),
    ]);
})"""
"""Letters, answers, counts and ticks of buttons that stand over each other or outside of their button."""


@contextmanager
def hosting(
    new_page: NewPage, site: Server, game: str, tag: str, options: dict[str, int] | None = None
) -> Iterator[Page]:
    """The page of a host on a small phone, in a room with three bots."""
    page = new_page("phone", f"{site.url}/?lang={tag}&diag=1")
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    page.get_by_role("button", name=label(tag, "home.friends")).first.tap()
    page.wait_for_function("() => window.__session.room.value?.phase === 'lobby'")
    page.evaluate(
        """async ([game, values]) => {
            const { commands } = window.__session;
            await commands.game(game);
            await commands.options({ values });
            for (let k = 0; k < 3; k++) await commands.bot({ add: true, level: 2 });
        }""",
        [game, options or {}],
    )
    yield page


@pytest.mark.parametrize("kind", [TALLY, VOTE])
def test_all_four_answers_stand_above_the_remote_of_a_host(
    site: Server, new_page: NewPage, kind: int
) -> None:
    with hosting(new_page, site, "thumbs", "de", {"kinds": 1 << kind}) as page:
        page.locator(".foot .primary").tap()
        page.wait_for_function(OPEN)
        expect(page.locator(".remote")).to_be_visible()
        for size in (SMALL, LYING):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.wait_for_timeout(300)
            page.evaluate(LONG_NAMES)
            assert page.evaluate(COVERED) == [], size
            assert page.evaluate(CUT, ".th-name, .th-text, .remote .btn") == [], size


@pytest.mark.parametrize("kind", [PACK, TALLY])
def test_letter_answer_and_count_stand_apart(site: Server, new_page: NewPage, kind: int) -> None:
    """On the phone of a host, above the remote, and of a guest; upright with large letters too."""
    with hosting(new_page, site, "thumbs", "de", {"kinds": 1 << kind, "rounds": 3}) as host:
        assert host.evaluate("text => window.__session.commands.pack(text)", QUESTIONS)["ok"]
        guest = new_page("phone", f"{host.url.split('?')[0]}?lang=de&diag=1")
        guest.get_by_role("textbox").first.fill("Cleo")
        guest.get_by_role("button", name=label("de", "gate.join")).tap()
        guest.wait_for_function("() => window.__session.room.value?.phase === 'lobby'")
        guest.evaluate("() => window.__session.commands.ready(true)")
        expect(host.locator(".foot-state")).to_have_text(label("de", "lobby.all_ready"))
        host.locator(".foot .primary").tap()
        found: list[str] = []
        upright = ((360, 640), (320, 568))
        pages = {"host": host, "guest": guest}
        for page in pages.values():
            page.evaluate(STYLE, ".pause, .pause * { visibility: hidden }")

        def look(when: str) -> None:
            assert host.evaluate("() => window.__session.commands.pause(true)")["ok"]
            for name, page in pages.items():
                for text, sizes in (("normal", (*upright, (844, 390))), ("huge", upright)):
                    page.evaluate("text => { document.documentElement.dataset.text = text; }", text)
                    for width, height in sizes:
                        page.set_viewport_size({"width": width, "height": height})
                        page.wait_for_timeout(150)
                        found.extend(f"{name} {when} {width} {text}: {one}" for one in page.evaluate(APART))
            assert host.evaluate("() => window.__session.commands.pause(false)")["ok"]

        for k in range(3 if kind == PACK else 1):
            guest.wait_for_function(OPEN)
            look(f"open{k}")
            for page in pages.values():
                page.locator("button.th-A").evaluate("one => one.click()")
            host.wait_for_function(COUNTED)
            guest.wait_for_function(COUNTED)
            look(f"reveal{k}")
            host.evaluate("verb => window.__session.commands.verb(verb, 0)", NEXT)
        assert found == []


@pytest.mark.parametrize("tag", ["de", "es", "fr"])
def test_words_on_the_buttons_of_the_results_are_whole(site: Server, new_page: NewPage, tag: str) -> None:
    with hosting(new_page, site, "trails", tag) as page:
        guest = Client(site.url).connect()
        guest.join(page.evaluate("() => window.__session.room.value.code"), name="Max")
        guest.ready()
        page.locator(".foot .primary").tap()
        page.wait_for_function("() => window.__session.room.value?.phase === 'live'")
        assert page.evaluate("() => window.__session.commands.end()")["ok"]
        expect(page.locator(".keepsakes .btn")).to_have_count(5)
        for size in (SMALL, {"width": 390, "height": 844}, LYING):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate(CUT, ".keepsakes .btn, .foot .btn") == [], size
            tops = page.locator(".foot .btn").evaluate_all("all => all.map((one) => one.offsetTop)")
            assert len(set(tops)) == 1, size
        guest.close()


def test_emotes_leave_the_points_in_sight_and_go_at_a_press_elsewhere(
    site: Server, new_page: NewPage
) -> None:
    with hosting(new_page, site, "trails", "en") as page:
        page.locator(".foot .primary").tap()
        page.get_by_role("button", name="Emotes").tap()
        popup = page.locator(".emote-pop")
        expect(popup).to_be_visible()
        lowest = page.locator(".score").evaluate_all(
            "all => Math.max(...all.map((one) => one.getBoundingClientRect().bottom))"
        )
        shown = popup.bounding_box()
        assert shown
        assert shown["y"] >= lowest
        page.touchscreen.tap(60, 420)
        expect(popup).to_have_count(0)
        # What opens from the buttons beside them does not stand under them either.
        page.get_by_role("button", name="Emotes").tap()
        expect(popup).to_be_visible()
        page.get_by_role("button", name="Menu").tap()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(popup).to_have_count(0)


def test_emotes_of_the_chat_can_be_hit_beside_the_keyboard(site: Server, new_page: NewPage) -> None:
    with hosting(new_page, site, "trails", "en") as page:
        page.get_by_role("button", name=re.compile("^Open the chat")).tap()
        page.set_viewport_size({"width": 360, "height": 340})
        widths = page.locator("dialog .emotes .icon-btn").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().width)"
        )
        assert len(widths) == 8
        assert min(widths) >= 44


def test_the_way_back_ends_practice_and_stays_on_the_page(site: Server, new_page: NewPage) -> None:
    page = new_page("phone", site.url)
    page.wait_for_function(SHOWN, timeout=60_000)
    practice = page.get_by_role("region", name="Practice")
    start = page.get_by_role("button", name="Short Fuse: Practise").first
    start.tap()
    expect(practice).to_be_visible()
    page.go_back()
    expect(practice).to_have_count(0)
    assert page.url == f"{site.url}/"
    expect(start).to_be_visible()
    # Ended by its own button it leaves no step behind.
    start.tap()
    expect(practice).to_be_visible()
    page.get_by_role("button", name="Stop").tap()
    expect(practice).to_have_count(0)
    page.wait_for_function("() => history.state === null")
    # A room that one invites to takes the step of practice over.
    start.tap()
    expect(practice).to_be_visible()
    steps = page.evaluate("() => history.length")
    page.get_by_role("button", name="Invite friends").tap()
    expect(page).to_have_url(re.compile("/r/[A-Z0-9]{6}$"))
    assert page.evaluate("() => history.length") == steps
    page.go_back()
    page.get_by_role("dialog", name="Leave the room?").get_by_role("button", name="Leave").tap()
    expect(start).to_be_visible()


def test_the_lower_goal_of_kick_off_is_free_of_the_thumbs_in_practice_too(
    site: Server, new_page: NewPage
) -> None:
    page = new_page("phone", site.url)
    page.wait_for_function(SHOWN, timeout=60_000)
    page.get_by_role("button", name="Kick Off: Practise").first.tap()
    expect(page.locator(".control-stick")).to_be_visible()
    page.wait_for_function(
        """() => document.querySelector(".practice-canvas canvas").getBoundingClientRect().bottom
            < document.querySelector(".control-stick").getBoundingClientRect().bottom"""
    )


def test_the_way_back_from_a_match_that_is_played_on_asks_too(site: Server, new_page: NewPage) -> None:
    page = new_page("phone", f"{site.url}/m/{keep_match(site)}?t=3")
    page.get_by_role("button", name="Play from").tap()
    # A worker replays the match up to there first.
    expect(page.get_by_role("heading", name="This match goes on")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Play instead of").first.tap()
    page.get_by_role("button", name="Start", exact=True).tap()
    expect(page.locator("main.match")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog", name="Leave the room?")).to_be_visible()
    expect(page.locator("main.match")).to_be_visible()


@pytest.mark.parametrize("spelling", ["/R/{}/", "/r/{}?from=chat"])
def test_the_way_back_asks_whatever_way_the_link_is_written(
    site: Server, new_page: NewPage, spelling: str
) -> None:
    with Client(site.url) as host:
        code = host.create("trails", name="Grace").code
        host.lock(hidden=spelling.startswith("/R"))
        page = new_page("phone", site.url + spelling.format(code.lower()))
        page.get_by_role("textbox").first.fill("Max")
        page.get_by_role("button", name="Join the room").tap()
        expect(page.get_by_role("button", name="I’m ready")).to_be_visible()
        page.go_back()
        page.get_by_role("button", name="Stay").tap()
        expect(page.get_by_role("button", name="I’m ready")).to_be_visible()


def test_the_way_back_asks_those_who_came_by_a_link(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        page = new_page("phone", f"{site.url}/r/{host.create('trails', name='Grace').code}")
        page.get_by_role("textbox").first.fill("Max")
        page.get_by_role("button", name="Join the room").tap()
        ready = page.get_by_role("button", name="I’m ready")
        expect(ready).to_be_visible()
        dialog = page.get_by_role("dialog", name="Leave the room?")
        for _ in range(2):
            page.go_back()
            page.get_by_role("button", name="Stay").tap()
            expect(dialog).to_have_count(0)
        # A reload adds no second step.
        steps = page.evaluate("() => history.length")
        page.reload()
        expect(ready).to_be_visible()
        assert page.evaluate("() => history.length") == steps
        page.go_back()
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Leave").tap()
        expect(page.get_by_role("button", name="Quick play")).to_be_visible()
        host.wait_for(lambda: len(host.here.room["people"]) == 1, "nobody else")
        # One step more leads to where the link was opened: it does not enter the room again.
        page.go_back()
        expect(page).to_have_url(f"{site.url}/")
        expect(page.get_by_role("button", name="Quick play")).to_be_visible()
        assert len(host.here.room["people"]) == 1


def test_the_link_of_a_match_is_copied_by_a_button_that_can_be_read(site: Server, new_page: NewPage) -> None:
    with hosting(new_page, site, "trails", "en") as page:
        page.locator(".foot .primary").tap()
        page.wait_for_function("() => window.__session.room.value?.phase === 'live'")
        assert page.evaluate("() => window.__session.commands.end()")["ok"]
        page.locator(".keepsakes > button").last.tap()
        copy = page.get_by_role("dialog").locator(".btn.primary")
        expect(copy).to_be_visible()
        colours = "one => [getComputedStyle(one).color, getComputedStyle(document.body).color]"
        own, pale = copy.evaluate(colours)
        assert own != pale


SMALL_PARTS = """() => {
    const shown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const small = [...document.querySelectorAll("button, a[href], input")].filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return shown(one) && !one.closest(".skip") && (width < 43.5 || height < 43.5);
    });
    const tiny = [...document.querySelectorAll("main *")].filter((one) =>
        shown(one) && !one.closest("svg")
        && [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
        && parseFloat(getComputedStyle(one).fontSize) < 12);
    return [...small, ...tiny].map((one) => one.getAttribute("aria-label") || one.textContent);
}"""
"""What is smaller than a finger, and text that is too small to read."""


def test_everything_on_the_home_page_is_large_enough_for_a_finger(site: Server, new_page: NewPage) -> None:
    page = new_page("phone", f"{site.url}/?lang=fr")
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    expect(page.locator("[data-game=field] .btn.primary")).to_be_visible()
    assert page.evaluate(SMALL_PARTS) == []
