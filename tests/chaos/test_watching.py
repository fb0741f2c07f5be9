"""What a player sees in a real browser while workers are killed and restarted."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chaos.conftest import ALL, NewRow
from tests.chaos.night import Cluster, kill, party, until
from tests.chaos.pulse import Pulse

pytestmark = [
    pytest.mark.needs_redis,
    pytest.mark.needs_nginx,
    pytest.mark.needs_chromium,
    pytest.mark.timeout(300),
]

EYE = """() => {
  const eye = { longest: 0, since: 0, missing: 0, looks: 0, tickGap: 0, tick: -1, tickAt: performance.now() };
  window.__eye = eye;
  setInterval(() => {
    const now = performance.now();
    const shown = document.querySelector(".reconnecting") !== null;
    if (shown && !eye.since) eye.since = now;
    if (shown) eye.longest = Math.max(eye.longest, now - eye.since);
    else eye.since = 0;
    eye.looks++;
    if (!document.querySelector("canvas")) eye.missing++;
    // Pictures come from states, or from the rules that run in the page.
    const { match, figures } = window.__rumpus ?? {};
    const tick = match ? match.newestTick + figures.workMs.count : -1;
    if (tick !== eye.tick) {
      if (eye.tick >= 0) eye.tickGap = Math.max(eye.tickGap, now - eye.tickAt);
      eye.tick = tick;
      eye.tickAt = now;
    }
  }, 15);
}"""
UNSEEN_MS = 250
"""A player who predicts and sees others some ticks back notices no shorter silence than that."""
RESET = "() => { Object.assign(window.__eye, { longest: 0, looks: 0, missing: 0, tickGap: 0 }); }"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_a_player_in_a_browser_sees_a_hint_at_most(
    whole: Cluster, page: Page, pulse: Pulse, row: NewRow
) -> None:
    result = row("a browser through kill -9 of the owner", "the reconnect hint at most, for < 2 s")
    one = party(whole, people=1, bots=2)
    page.goto(f"{whole.url}/r/{one.code}?diag=1")
    page.get_by_role("textbox").first.fill("Ann")
    page.get_by_role("button", name=re.compile("Join the room")).click()
    expect(page.locator("canvas").first).to_be_visible()
    one.people[0].wait_for(
        lambda client: any(one["name"] == "Ann" for one in client.here.room["people"].values()), "Ann"
    )
    page.evaluate(EYE)
    page.wait_for_function("() => window.__eye.tick > 0")

    page.evaluate(RESET)
    epoch = one.first.match.epoch
    begun = time.monotonic()
    kill(whole, whole.owner_worker(one.code))
    one.people[0].wait_for(lambda client: client.match.epoch > epoch, "the new owner")
    tick = page.evaluate("() => window.__eye.tick")
    page.wait_for_function("tick => window.__eye.tick > tick", arg=tick)
    # A hint that came would be gone again by now, or it is shown for too long.
    page.wait_for_timeout(1500)
    seen = page.evaluate("() => window.__eye")
    held = pulse.during(begun)
    result.measured = (
        f"hint for {seen['longest']:.0f} ms, longest time without news {seen['tickGap']:.0f} ms, "
        f"no field for {seen['missing']} of {seen['looks']} looks; {held}"
    )
    assert seen["looks"] > 10  # a busy machine draws few frames
    assert seen["missing"] == 0
    assert seen["longest"] < 2000 + held.lost_s * 1000
    assert seen["tickGap"] < 2000 + held.lost_s * 1000
    assert page.locator(".reconnecting").count() == 0

    if not ALL:
        one.close()
        return
    result = row("a browser through a rolling restart", "nothing: no hint, the field stays, no halt")
    until(whole.ready, "all workers", 120)
    page.evaluate(RESET)
    begun = time.monotonic()
    whole.roll()
    until(lambda: not whole.rolling, "the restart", 90)
    page.wait_for_timeout(500)
    seen = page.evaluate("() => window.__eye")
    held = pulse.during(begun)
    one.close()
    result.measured = (
        f"hint for {seen['longest']:.0f} ms, longest time without news {seen['tickGap']:.0f} ms, "
        f"no field for {seen['missing']} of {seen['looks']} looks; {held}"
    )
    assert seen["looks"] > 10  # a busy machine draws few frames
    assert seen["missing"] == 0
    assert seen["longest"] == 0
    assert seen["tickGap"] < UNSEEN_MS + held.worst_s * 1000
