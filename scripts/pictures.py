"""The pictures of the README, from the real page after the played day: `python -m scripts.pictures [folder]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.browser import find_browser
from studio_sync.local.day.album import look
from studio_sync.local.demo import FAST, PLAYED_DAY, Demo

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 300_000


def main(out: Path) -> int:
    browser = find_browser()
    if browser is None:
        print("No Chromium or Chrome on this computer. Install one, then: make pictures")
        return 1
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder) / "day", Path(folder) / "out")
        try:
            demo.open(0)
            demo.day(rate=FAST)
            demo.hand_over()
            papers = look(demo.world, PLAYED_DAY).papers
            (out / "invoice.png").write_bytes(papers[0].page)
            _take(str(demo.studio.addresses["console"]), browser, out)
        finally:
            demo.close()
    too_big = [path.name for path in out.glob("*.png") if path.stat().st_size > MOST_BYTES]
    print(f"In {out}: {', '.join(f'{p.name} {p.stat().st_size // 1000} kB' for p in sorted(out.glob('*.png')))}")
    return 1 if too_big else 0


def _take(address: str, browser: str, out: Path) -> None:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for width, height in ((1440, 900), (1024, 768)):
            page = _page(running.new_page(viewport={"width": width, "height": height}), address)
            page.get_by_role("tab", name="Bookings").click()
            _why(page)
            page.screenshot(path=out / f"console-{width}.png")
            page.close()
        page = _page(running.new_page(viewport={"width": 390, "height": 844}), address)
        page.get_by_role("tab", name="Thandi").click()
        page.wait_for_timeout(500)
        page.screenshot(path=out / "phone-390.png")
        page.locator("#cards").get_by_role("button", name="Sheet").click()
        page.get_by_role("tab", name="Today").click()
        page.wait_for_timeout(500)
        page.screenshot(path=out / "sheet-390.png")
        running.close()


def _page(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("body[data-ready=yes]")
    page.get_by_role("button", name="Put these away").click()
    page.wait_for_timeout(800)
    return page


def _why(page: Page) -> None:
    """Ask why of an answer to the owner, so that the five lines are seen too."""
    page.locator(".phone.owner .theirs .bubble", has_text="Booked: Lerato").click()
    page.wait_for_timeout(800)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"))
