"""The camera of a declared picture: it goes with the own thing, and a map shows everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

MIDDLE = """([x, y]) => {
    const canvas = [...document.querySelectorAll("main canvas, .tv canvas, canvas")].at(-1);
    const at = [Math.round(canvas.width * x), Math.round(canvas.height * y)];
    const [red, green, blue, alpha] = canvas.getContext("2d").getImageData(...at, 1, 1).data;
    return alpha > 200 && Math.max(red, green, blue) > 90 ? alpha : 0;
}"""
"""How solid the picture is at a place of what moves."""
OWN = """() => {
    const canvas = [...document.querySelectorAll("canvas")].at(-1);
    const reach = Math.round(canvas.width / 40), x = canvas.width >> 1, y = canvas.height >> 1;
    const { data } = canvas.getContext("2d").getImageData(x - reach, y - reach, 2 * reach, 2 * reach);
    let solid = 0;
    for (let k = 0; k < data.length; k += 4)
        if (data[k + 3] > 200 && Math.max(data[k], data[k + 1], data[k + 2]) > 90) solid++;
    return solid * 4 * 20 > data.length;
}"""
"""Whether a mark is around the middle of the picture: a ring has a hole there."""
GAMES = Path(__file__).parents[1] / "data" / "games"


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a game of a wide world."""
    folder = tmp_path_factory.mktemp("land")
    server = Server(
        folder,
        RUMPUS_GAMES__FOLDERS=str(GAMES),
        RUMPUS_GAMES__ENABLED="roam",
        RUMPUS_GAMES__DEFAULT="roam",
    ).start()
    yield server
    assert server.alive
    server.stop()


@pytest.mark.parametrize("size", ["desktop", "phone", "landscape"])
def test_the_camera_goes_with_the_own_thing(land: Server, new_page: NewPage, size: str) -> None:
    with Client(land.url) as host:
        host.create(game="roam", name="Ann")
        for _ in range(5):
            host.add_bot()
        page: Page = new_page(size, f"{land.url}/r/{host.here.code}")
        page.get_by_role("textbox").first.fill("Bob")
        page.get_by_role("button", name="Join the room").first.click()
        expect(page.get_by_text("Bob").first).to_be_visible()
        host.sit(spectate=True)
        host.start()
        expect(page.locator("main.match")).to_be_visible()
        host.wait_for(lambda: host.match.following and host.match.tick > 60, "the match")
        # The own thing is in the middle, though it is not in the middle of the world.
        page.wait_for_function(OWN)
        shoot(page, f"camera-{size}")
        # On the screen for everybody the whole world is seen.
        if size == "desktop":
            tv = new_page("desktop", f"{land.url}/tv/{host.here.code}")
            expect(tv.locator("canvas").first).to_be_visible()
            tv.wait_for_function(f"() => ({MIDDLE})([0.5, 0.5]) === 0")
            shoot(tv, "camera-tv")
