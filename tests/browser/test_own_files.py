"""A game outside this repository with images, a sound and a renderer of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot
from tests.integration.serving import Server
from tests.unit.rooms.test_game_files import SVG, wav

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

RULES = """
from game.rules import Angle, Controls, Entities, Entity, Event, Fixed, Game, Stick, angle_of
from game.rules.drawing import Image, Mark, On, World


class Boat(Entity):
    x = Fixed(15, 4)
    y = Fixed(15, 4)
    heading = Angle(12)


class Sea(Entity):
    boats = Entities(Boat, 4)


class {class_name}(Game):
    name = "{name}"
    title = "{class_name}"
    blurb = "Boats."
    seats = (1, 4)
    controls = Controls(Stick("steer", keys="arrows"))
    events = (Event("horn", "seat"),)
    picture = (
        World(960, 600, turnable=True),
        Image("boat", "boats", width=120, height=60, heading="heading", tint=True),
        Image("lost", "boats", x=40, y=40, width=20, height=20),
        Mark("boats", size=8),
        On("horn", sound="own:horn", say="{{seat}} blows the horn"),
    )
    State = Sea

    def start(self, m):
        m.state.boats = [Boat(seat, x=(200 + 180 * seat) << 4, y=300 << 4) for seat in m.seats]

    def step(self, m, inputs):
        for boat in m.state.boats:
            steer = inputs[boat.id].steer
            boat.heading = angle_of(steer.x, steer.y)
            boat.x = min(max(boat.x + steer.x // 2, 0), 960 << 4)
            boat.y = min(max(boat.y + steer.y // 2, 0), 600 << 4)
        if m.tick % 60 == 30:
            m.emit("horn", m.state.boats[0].id)
        if m.tick > 3000:
            m.rank([(boat.id, 1) for boat in m.state.boats])

    def bot(self, m, bot):
        if m.tick % 40 == 0:
            bot.move("steer", bot.rng.between(-127, 127), bot.rng.between(-127, 127))
        return 0
"""
RENDERER = """
export const version = 1;
export function makeRenderer(schema) {
  return {
    turnable: false,
    bounds: (state, out) => { out.width = 960; out.height = 600; },
    ground: ({ grid, camera }) => {
      grid.fillStyle = "#103050";
      grid.fillRect(0, 0, camera.width, camera.height);
    },
    ink: () => true,
    move: ({ top, camera, riders, dpr }, state) => {
      for (const boat of state.boats) {
        top.fillStyle = riders[boat.id]?.ink.colour ?? "#fff";
        const [x, y] = [camera.x(boat.x / 16, 0), camera.y(0, boat.y / 16)];
        top.fillRect(x - 9 * dpr, y - 9 * dpr, 18 * dpr, 18 * dpr);
      }
      if (globalThis.breakIt) throw new Error("broken on purpose");
      globalThis.drawnByOwn = schema.game;
    },
    event: () => {},
    hud: (state) => ({ phase: "live", round: 0, rounds: 0, target: 0, seconds: null,
      scores: state.boats.map(({ id }) => ({ seat: id, points: 0, alive: true })) }),
  };
}
"""
BOAT = SVG.replace("0 0 9 9", "0 0 120 60").format(
    '<path d="M4 20 H86 L116 30 L86 40 H4 Z" fill="#ffffff"/>'
    '<rect x="24" y="24" width="30" height="12" fill="#777777"/>'
)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two packages: one with images, one with a renderer as well."""
    folder = tmp_path_factory.mktemp("harbour")
    for name in ("boats", "drawn"):
        root = folder / name
        (root / "assets").mkdir(parents=True)
        (root / "__init__.py").write_text(RULES.format(name=name, class_name=name.capitalize()))
        (root / "assets" / "boat.svg").write_text(BOAT)
        (root / "assets" / "lost.svg").write_text(SVG.format('<circle cx="4" cy="4" r="4" fill="#fff"/>'))
        (root / "assets" / "horn.wav").write_bytes(wav())
    (folder / "drawn" / "renderer.js").write_text(RENDERER)
    server = Server(
        tmp_path_factory.mktemp("server"),
        RUMPUS_GAMES__FOLDERS=str(Path(folder)),
        RUMPUS_GAMES__ENABLED="boats,drawn",
        RUMPUS_GAMES__DEFAULT="boats",
    ).start()
    yield server
    assert server.alive
    server.stop()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_own_images_and_sounds_are_loaded(harbour: Server, new_page: NewPage, size: str) -> None:
    with Client(harbour.url) as host:
        host.create(game="boats", name="Ann")
        host.add_bot()
        host.add_bot()
        page = new_page(size, harbour.url)
        with (
            page.expect_response(lambda answer: "boats-boat-" in answer.url) as image,
            page.expect_response(lambda answer: "boats-horn-" in answer.url) as sound,
        ):
            page.goto(f"{harbour.url}/r/{host.here.code}")
            page.get_by_role("textbox").first.fill("Bob")
            page.get_by_role("button", name="Join the room").first.click()
            expect(page.get_by_text("Bob").first).to_be_visible()
            host.sit(spectate=True)
            host.start()
        assert image.value.headers["content-type"].startswith("image/svg+xml")
        assert "immutable" in image.value.headers["cache-control"]
        assert sound.value.status == 200
        shoot(page, f"own-images-{size}")


def test_a_renderer_of_its_own_draws_and_the_declared_picture_takes_over_if_it_fails(
    harbour: Server, new_page: NewPage
) -> None:
    with Client(harbour.url) as host:
        host.create(game="drawn", name="Ann")
        host.add_bot()
        page = new_page("desktop", f"{harbour.url}/r/{host.here.code}")
        page.get_by_role("textbox").first.fill("Bob")
        page.get_by_role("button", name="Join the room").first.click()
        expect(page.get_by_text("Bob").first).to_be_visible()
        host.sit(spectate=True)
        host.start()
        page.wait_for_function("() => globalThis.drawnByOwn === 'drawn'")
        shoot(page, "own-renderer")
        with page.expect_response(lambda answer: "drawn-horn-" in answer.url):
            page.evaluate("globalThis.breakIt = true")
            # The declared picture plays the sound, which the renderer does not.
        shoot(page, "own-renderer-failed")
