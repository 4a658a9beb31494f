"""A person at the page of a whole local studio: types in a phone, finds event, row and bubble, drags the event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from studio_sync.local.studio import LocalStudio

pytestmark = pytest.mark.browser
PATIENCE = 15_000


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalStudio]:
    studio = LocalStudio(tmp_path / "studio")
    try:
        studio.open(start_at=datetime(2026, 11, 3, 8, 40, tzinfo=ZoneInfo("Africa/Johannesburg")))
        yield studio
    finally:
        studio.close()


@pytest.fixture
def shown(browser: Browser, local: LocalStudio) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(local.addresses["console"])
    page.wait_for_selector("body[data-ready=yes]")
    yield page
    page.close()
    assert wrong == []


def write(page: Page, name: str, text: str) -> None:
    page.get_by_label(f"Write as {name}").fill(text)
    page.keyboard.press("Enter")


def drag_down(page: Page, event: Any, hours: int) -> None:
    event.scroll_into_view_if_needed()
    box = event.bounding_box()
    assert box is not None
    hour = page.locator(".day-column").first.evaluate("(node) => node.scrollHeight / 24")
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 12 + hours * hour, steps=10)
    page.mouse.up()


def test_words_in_a_phone_become_event_row_and_bubble_and_a_drag_is_asked_about(shown: Page) -> None:
    write(shown, "Nadine", "Book Thandi tomorrow 09h00 single")

    event = shown.locator(".day-column[data-day='2026-11-04'] .event", has_text="Thandi")
    expect(event).to_contain_text("09:00", timeout=PATIENCE)
    bubbles = shown.locator(".phone.client .theirs .text")
    expect(bubbles.last).to_contain_text("your single session is booked for Wed 4 Nov at 09:00", timeout=PATIENCE)
    shown.get_by_role("tab", name="Bookings").click()
    row = shown.locator(".grid tr", has_text="Thandi Maroon").filter(has_text="Wed 4 Nov")
    expect(row).to_contain_text("booked", timeout=PATIENCE)

    drag_down(shown, event, 2)
    expect(event).to_contain_text("11:00")
    asked = shown.locator(".phone.owner .theirs .text", has_text="you moved Thandi Maroon")
    expect(asked).to_contain_text("Wed 4 Nov at 11:00", timeout=PATIENCE)
    expect(row).to_contain_text("11:00", timeout=PATIENCE)
