"""All Thumbs in browsers: a match of every round on every screen, the host's remote, own questions."""

import re
from time import monotonic

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.browser.test_access import faults
from tests.depth import WHOLE
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

KINDS = (
    "flash",
    "odd",
    "tally",
    "echo",
    "minority",
    "insider",
    "pack",
    "buzz",
    "balloon",
    "clock",
    "cups",
    "vote",
    "sort",
)
FIRST = KINDS[:8]
PHASES = ("intro", "arm", "open", "lock", "reveal", "board", "end")
SHORT = ("intro", "arm")
"""May be over before axe has looked at all of the page."""
MATCH_S = 420
REMATCH = re.compile("^Play again")
STANDS = """() => {
    const stage = document.querySelector(".thumbs");
    return stage && [Number(stage.dataset.kind), Number(stage.dataset.phase)];
}"""
FITS = """() => {
    const names = ".th-button, .th-prompt, .th-status, .th-board li, .remote .btn";
    const seen = [...document.querySelectorAll(names)];
    const over = seen.filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
    });
    const low = [...document.querySelectorAll("button.th-button:not(.shown)")].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.bottom > innerHeight + 1 || box.height < 64;
    });
    const boxes = (names) =>
        [...document.querySelectorAll(names)].map((one) => [one, one.getBoundingClientRect()]);
    const covered = boxes(".score, .tools button, .th-lamp, .th-dots, .th-light").flatMap(([one, box]) =>
        boxes(".th-button, .th-head, .th-prompt").filter(([other, its]) => box.width > 0 && its.width > 0
            && !other.contains(one)
            && box.left < its.right - 1 && its.left < box.right - 1
            && box.top < its.bottom - 1 && its.top < box.bottom - 1).map(() => one));
    return [...over, ...low, ...covered].map((one) => one.className || one.ariaLabel);
}"""
"""Elements outside of the screen or over others, and answers that are too small or too low."""

RIGHT = """title = "Pub night"

[[question]]
ask = "Who painted the Mona Lisa?"
say = "Leonardo da Vinci"
"""


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name)


def room_of_thumbs(
    new_page: NewPage, site: Server, preset: str, size: str = "desktop", name: str = "Ann"
) -> tuple[Page, str]:
    """A host's room of All Thumbs, and its code."""
    ann = new_page(size, site.url)
    ann.get_by_label("Your name").first.fill(name)
    button(ann, "All Thumbs: Play with friends").click()
    expect(button(ann, "Start")).to_be_visible()
    button(ann, preset).click()
    expect(button(ann, preset)).to_have_attribute("aria-pressed", "true")
    return ann, ann.url.split("/r/")[1][:6]


def guest(new_page: NewPage, site: Server, code: str, size: str, name: str) -> Page:
    page = new_page(size, f"{site.url}/r/{code}")
    page.get_by_role("textbox").first.fill(name)
    button(page, "Join the room").click()
    expect(button(page, "Ready")).to_be_visible()
    return page


def bring(page: Page, text: str) -> None:
    """Use questions of one's own: paste them into the form."""
    button(page, "Write your own").click()
    button(page, "Paste from a spreadsheet").click()
    page.get_by_label("Paste rows from a spreadsheet here").fill(text)
    button(page, "Add these").click()
    button(page, "Use these questions").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def slide(page: Page, option: str, value: int) -> None:
    slider = page.get_by_label(re.compile(f"^{option}")).first
    slider.fill(str(value))
    expect(slider).to_have_value(str(value))


class Watcher:
    """Checks every screen of a match: axe, the layout, and a picture of it."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages = pages
        self.seen: set[tuple[str, str, str]] = set()
        self.faults: list[str] = []

    def stands(self, page: Page) -> tuple[str, str] | None:
        """The kind of round and the phase that a page shows."""
        found = page.evaluate(STANDS)
        return (KINDS[found[0]], PHASES[found[1]]) if found else None

    def look(self, name: str) -> None:
        """Check a page, unless this screen was checked on it before."""
        page = self.pages[name]
        before = self.stands(page)
        if before is None or (name, *before) in self.seen:
            return
        if (
            not WHOLE
            and before[1] != "open"
            and any(one == name and seen == before[1] for one, _, seen in self.seen)
        ):
            return  # what differs between the kinds of rounds is the screen on which people answer
        found = page.evaluate(FITS)
        if self.stands(page) != before:
            return  # the screen changed meanwhile
        if before[1] in SHORT:
            self.seen.add((name, *before))
        shoot(page, f"thumbs-{name}-{before[0]}-{before[1]}")
        found += faults(page)
        if self.stands(page) == before:  # if not, it is ignored: the screen changed during the check
            self.seen.add((name, *before))
            self.faults += [f"{name} {' '.join(before)}: {one}" for one in found]

    def judged(self, name: str, kind: str, phase: str) -> bool:
        return (name, kind, phase) in self.seen


def press(page: Page, letter: str) -> None:
    """Press an answer, if it is there to be pressed."""
    tap(page.locator(f"button.th-{letter}:not(:disabled)"))


def tap(one: Locator) -> None:
    """Click on something that may go away at any moment."""
    try:
        if one.count():
            one.first.click(timeout=1000, no_wait_after=True)
    except Error:
        pass  # the round was over sooner


def answer_when_seen(watcher: Watcher, answers: tuple[tuple[Page, str], ...]) -> None:
    """Look at all pages, and answer the round if its open screen was checked on each of them."""
    for name in watcher.pages:
        watcher.look(name)
    host = answers[0][0]
    kind, phase = watcher.stands(host) or ("", "")
    if phase == "open" and all(watcher.judged(name, kind, "open") for name in watcher.pages):
        for page, letter in answers:
            press(page, "A" if kind == "buzz" else letter)
        tap(button(host, "Correct"))


@pytest.mark.timeout(MATCH_S + 120)
def test_a_match_of_every_round_on_every_screen(site: Server, new_page: NewPage) -> None:
    ann, code = room_of_thumbs(new_page, site, "Classic")
    cleo = guest(new_page, site, code, "phone", "Cleo")
    dan = guest(new_page, site, code, "landscape", "Dan")
    tv = new_page("desktop", f"{site.url}/tv/{code}")
    expect(tv.get_by_text("Cleo", exact=True)).to_be_visible()
    for _ in range(2):
        button(ann, "Add bot").click()
    ann.get_by_text("More options").click()
    slide(ann, "Rounds", 8)
    slide(ann, "Seconds", 15)  # each ends when all have answered: the time is for slow machines only
    ann.get_by_label("Buzzer").check()
    expect(ann.get_by_label("Buzzer")).to_be_checked()
    for label in ("Balloon", "On the Dot", "Cups", "Most Likely", "Line Up"):
        ann.get_by_label(label, exact=True).click()
        expect(ann.get_by_label(label, exact=True)).not_to_be_checked()
    pages = {"desktop": ann, "phone": cleo, "landscape": dan, "tv": tv}
    for name, page in pages.items():
        shoot(page, f"thumbs-{name}-lobby")
        assert faults(page) == [], name
    for page in (cleo, dan):
        button(page, "ready").click()
    start_match(ann)

    watcher = Watcher(pages)
    answers = ((ann, "A"), (cleo, "B"), (dan, "C"))
    cleo.wait_for_selector(".thumbs")
    until = monotonic() + MATCH_S
    while not button(cleo, REMATCH).is_visible():
        assert monotonic() < until, watcher.seen
        answer_when_seen(watcher, answers)

    assert watcher.faults == []
    for name in pages:
        assert {(kind, phase) for one, kind, phase in watcher.seen if one == name} >= {
            (kind, "open") for kind in FIRST if kind != "flash"
        }, name
    for phase in ("intro", "arm", "reveal", "board"):
        assert any(seen == phase for _, _, seen in watcher.seen), phase
    for name, page in pages.items():
        shoot(page, f"thumbs-{name}-results", still=name != "tv")
        assert faults(page) == [], name


PHASE = "number => document.querySelector('.thumbs')?.dataset.phase === String(number)"


def test_a_host_judges_buzzers_by_a_remote(site: Server, new_page: NewPage) -> None:
    """The host on a phone, two who buzz, and the screen for all, which never shows who stands in line."""
    host, code = room_of_thumbs(new_page, site, "Quizmaster", "phone", "Cleo")
    first = guest(new_page, site, code, "desktop", "Ann")
    second = guest(new_page, site, code, "landscape", "Dan")
    tv = new_page("desktop", f"{site.url}/tv/{code}")
    expect(tv.get_by_text("Cleo", exact=True)).to_be_visible()
    bring(host, RIGHT)
    expect(host.get_by_text("Questions: Pub night (1)")).to_be_visible()
    for page in (first, second):
        button(page, "ready").click()
    expect(host.locator(".foot-state")).to_have_text("Everyone is ready")
    start_match(host)
    for page in (first, second):
        page.wait_for_function(PHASE, arg=PHASES.index("open"))
    expect(host.locator(".th-button")).to_have_count(0)
    expect(host.get_by_text("Leonardo da Vinci")).to_be_visible()
    for page in (first, second, tv):
        expect(page.get_by_role("heading", name="Who painted the Mona Lisa?")).to_be_visible()
        assert "Leonardo" not in page.content()

    button(first, "Buzz!").click()
    button(second, "Buzz!").click()
    expect(button(host, "Correct")).to_be_visible()
    expect(host.locator(".remote-queue li")).to_have_count(2)
    expect(host.locator(".remote-queue li").first).to_contain_text("Ann")
    expect(first.locator(".th-status", has_text="Your turn to answer!")).to_be_visible()
    expect(tv.locator(".th-status", has_text="Ann answers")).to_be_visible()
    assert tv.locator(".thumbs").get_by_text("Dan", exact=True).count() == 0, (
        "who is next in line is the host's to know"
    )
    for name, page in (("first", first), ("second", second), ("host", host), ("tv", tv)):
        shoot(page, f"thumbs-judging-{name}")
        assert faults(page) == [], name
    button(host, "Wrong").click()
    expect(tv.locator(".th-status", has_text="Dan answers")).to_be_visible()
    expect(second.locator(".th-status", has_text="Your turn to answer!")).to_be_visible()
    button(host, "Correct").click()
    expect(tv.locator(".th-solved")).to_contain_text("Leonardo da Vinci")
    expect(second.locator(".th-status", has_text="Right! +500")).to_be_visible()
    expect(button(host, "Skip")).to_be_visible()
    shoot(host, "thumbs-remote")
    assert faults(host) == []
    button(host, "Pause").click()
    expect(tv.get_by_text("Paused")).to_be_visible()
    assert faults(host) == []
