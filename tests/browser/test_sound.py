"""What is heard: music of the lobby and of a game, and the sliders that make each kind of sound louder."""

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage
from tests.depth import WHOLE
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 60_000
TAP = """
window.contexts = [];
window.AudioContext = class extends AudioContext {
    constructor(...rest) { super(...rest); window.contexts.push(this); }
};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && to.context instanceof AudioContext) {
        window.meter ??= new AnalyserNode(to.context, { fftSize: 32768 });
        connect.call(this, window.meter);
    }
    return connect.call(this, to, ...rest);
};
window.loudness = () => {
    if (!window.meter) return 0;
    const samples = new Float32Array(window.meter.fftSize);
    window.meter.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
};
window.renders = 0;
const render = OfflineAudioContext.prototype.startRendering;
OfflineAudioContext.prototype.startRendering = function () { window.renders++; return render.call(this); };
"""
"""Measures all that goes to the loudspeaker, over most of a second, and counts loops that are made."""


def set_slider(page: Page, name: str, percent: int) -> None:
    page.get_by_role("button", name="Settings").first.click()
    page.get_by_label(name, exact=True).fill(str(percent))
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.skipif(not WHOLE, reason="it depends on when Chromium lets a page sound: make test-all")
@pytest.mark.timeout(300)
def test_music_is_heard_after_the_first_gesture_and_its_sliders_act(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("fuse", name="Ann").code
        tv = new_page("desktop", "about:blank")
        tv.add_init_script(TAP)
        tv.goto(f"{site.url}/tv/{code}")
        expect(tv.get_by_text("Press any key for sound")).to_be_visible(timeout=WAIT_MS)
        assert tv.evaluate("window.contexts.length") == 0, "silent before a gesture"
        tv.keyboard.press("Shift")
        tv.wait_for_function("() => window.loudness() > 0.005", timeout=WAIT_MS)
        expect(tv.get_by_text("Press any key for sound")).to_have_count(0)
        assert tv.evaluate("[window.contexts.length, window.renders]") == [1, 1]

        # The key M, and back.
        tv.keyboard.press("m")
        tv.wait_for_function("() => window.loudness() === 0 || window.loudness() < 1e-5", timeout=WAIT_MS)
        tv.keyboard.press("m")
        tv.wait_for_function("() => window.loudness() > 0.005", timeout=WAIT_MS)

        # An interruption: it comes back without a gesture.
        tv.evaluate("window.contexts[0].suspend()")
        tv.wait_for_function("() => window.contexts[0].state === 'suspended'", timeout=WAIT_MS)
        tv.wait_for_function("() => window.contexts[0].state === 'running'", timeout=WAIT_MS)

        # The game has music of its own.
        host.add_bot()
        host.start()
        expect(tv.locator(".tv-match")).to_be_visible(timeout=WAIT_MS)
        tv.wait_for_function("() => window.renders === 2", timeout=WAIT_MS)
        host.lobby()
        expect(tv.locator(".tv-lobby")).to_be_visible(timeout=WAIT_MS)

        page = new_page("desktop", "about:blank")
        page.add_init_script(TAP)
        page.goto(f"{site.url}/r/{code}")
        page.get_by_role("textbox").first.fill("Bob")
        page.get_by_role("button", name="Join the room").click()
        expect(page.locator(".seat-name", has_text="Bob").first).to_be_visible(timeout=WAIT_MS)
        page.wait_for_function("() => window.loudness() > 0.002", timeout=WAIT_MS)
        set_slider(page, "Music", 0)
        page.wait_for_function("() => window.loudness() < 1e-5", timeout=WAIT_MS)
        # Lobby sounds, while there is no music: somebody comes.
        page.evaluate(
            """() => {
                window.heard = 0;
                setInterval(() => { window.heard = Math.max(window.heard, loudness()); }, 30);
            }"""
        )
        with Client(site.url) as guest:
            guest.join(code, name="Cleo")
            page.wait_for_function("() => window.heard > 0.001", timeout=WAIT_MS)
            set_slider(page, "Lobby sounds", 0)
            page.wait_for_function("() => window.loudness() < 1e-5", timeout=WAIT_MS)
            page.evaluate("() => { window.heard = 0; }")
            guest.leave()
        expect(page.locator(".seat-name", has_text="Cleo")).to_have_count(0, timeout=WAIT_MS)
        assert page.evaluate("window.heard") < 1e-5
        page.reload()
        page.get_by_role("button", name="Settings").first.click(timeout=WAIT_MS)
        expect(page.get_by_label("Music", exact=True)).to_have_value("0")
        expect(page.get_by_label("Lobby sounds", exact=True)).to_have_value("0")
        expect(page.get_by_label("Effects", exact=True)).to_have_value("60")


@pytest.mark.timeout(200)
def test_a_phone_beside_a_screen_for_all_leaves_the_music_to_it(site: Server, new_page: NewPage) -> None:
    with Client(site.url) as host:
        code = host.create("fuse", name="Ann").code
        tv = new_page("desktop", f"{site.url}/tv/{code}")
        expect(tv.get_by_text("Ann", exact=True)).to_be_visible(timeout=WAIT_MS)
        phone = new_page("phone", "about:blank")
        phone.add_init_script(TAP)
        phone.goto(f"{site.url}/r/{code}")
        phone.get_by_role("textbox").first.fill("Bob")
        phone.get_by_role("button", name="Join the room").tap()
        phone.get_by_role("button", name="Settings").first.tap(timeout=WAIT_MS)
        expect(phone.get_by_label("Music", exact=True)).to_have_value("0")
        expect(phone.get_by_text("The TV screen plays it")).to_be_visible()
        phone.wait_for_function("() => window.contexts[0]?.state === 'running'", timeout=WAIT_MS)
        assert phone.evaluate("window.renders") == 0
        phone.get_by_label("Music", exact=True).fill("50")
        phone.wait_for_function("() => window.loudness() > 0.005", timeout=WAIT_MS)


@pytest.mark.timeout(200)
def test_practice_has_the_music_of_its_game(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", "about:blank")
    page.add_init_script(TAP)
    page.goto(site.url)
    page.get_by_role("button", name="Short Fuse: Practise").first.click(timeout=WAIT_MS)
    page.wait_for_function("() => window.renders === 1 && window.loudness() > 0.002", timeout=WAIT_MS)
    page.keyboard.press("Escape")
    expect(page.locator(".practice-bar")).to_have_count(0)
    page.wait_for_function("() => window.loudness() < 1e-5", timeout=WAIT_MS)
