"""Take the README's picture from freshly written pages: ``python docs/pictures.py``.

Needs Chromium and a run of ``make reports``.
"""

import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = {"portfolio": ("index.en.html", 1480, 900), "brief": ("ID.zh.html", 1180, 1000)}


def main() -> None:
    """Write ``docs/images/*.png``."""
    chromium = os.environ.get("WORKBENCH_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for name, (page, width, height) in PICTURES.items():
            view = browser.new_page(viewport={"width": width, "height": height})
            view.goto((ROOT / "reports" / page).as_uri())
            view.wait_for_timeout(1500)
            view.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


if __name__ == "__main__":
    main()
