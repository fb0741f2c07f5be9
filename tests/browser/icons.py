"""Draws the icons that need pixels from the two SVG icons, for the repository: `make icons`."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PUBLIC = Path(__file__).parents[2] / "web/public"
CHROMIUM = "/usr/bin/chromium"
SIZES = {
    "icon-192.png": ("icon.svg", 192),
    "icon-512.png": ("icon.svg", 512),
    "icon-maskable-512.png": ("icon-maskable.svg", 512),
    "apple-touch-icon.png": ("icon-maskable.svg", 180),
}
FAVICON_SIZES = [(16, 16), (32, 32), (48, 48)]


def draw(page: Page, name: str, size: int) -> Image.Image:
    """An SVG icon in a size in pixels."""
    page.set_viewport_size({"width": size, "height": size})
    svg = (PUBLIC / name).read_text()
    page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{svg}")
    return Image.open(io.BytesIO(page.screenshot(omit_background=True)))


def main() -> None:
    """Draw all icons."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for name, (source, size) in SIZES.items():
            draw(page, source, size).quantize(64).save(PUBLIC / name, optimize=True)
        draw(page, "icon.svg", 48).save(PUBLIC / "favicon.ico", sizes=FAVICON_SIZES)
        browser.close()


if __name__ == "__main__":
    main()
