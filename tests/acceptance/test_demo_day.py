"""`make demo ARGS=--once`, played once as its user plays it; what it left is read here."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Day:
    """What the command said and left."""

    folder: Path
    code: int
    said: str
    errors: str

    @property
    def out(self) -> Path:
        return self.folder / "demo-out"

    @property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "summary.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "studio_sync", "demo", "--once"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return Day(folder=folder, code=done.returncode, said=done.stdout, errors=done.stderr)


def test_the_day_ends_well_and_says_nothing_but_its_transcript(day: Day) -> None:
    assert (day.code, day.errors) == (0, ""), day.said + day.errors
    assert "0 lost, 0 twice" in day.said
    assert [line for line in day.said.splitlines() if len(line) > 80] == []


def test_every_step_left_something_that_was_read_back(day: Day) -> None:
    steps = day.summary["steps"]
    assert len(steps) >= 12
    assert len({step["name"] for step in steps}) == len(steps)
    assert [s["name"] for s in steps if not any(s[kind] for kind in ("rows", "messages", "events", "files"))] == []
    assert [step["name"] for step in steps if step["messages"] and len(step["rows"]) < len(step["messages"])] == []


def test_nothing_went_out_twice_and_nothing_was_lost(day: Day) -> None:
    assert day.summary["failed"] == ""
    assert day.summary["twice"] == []
    assert (day.summary["counters"]["lost"], day.summary["counters"]["twice"]) == (0, 0)


def test_the_transcript_reads_like_the_phones(day: Day) -> None:
    said = re.sub(r"\s+", " ", day.said)
    for words in (
        "Nadine Book Thandi tomorrow 09h00 single",
        "studio Hi Thandi, your single session is booked for Wed 4 Nov at 09:00.",
        "Thandi [Reject this time]",
        "Thandi cancel next",
        "Nadine undo",
        "studio Taken back: Thandi Maroon on Wed 4 Nov 09:00",
        "studio Hi Thandi, your single session is tomorrow, Wed 4 Nov at 09:00.",
        "studio Good evening Nadine",
        "[INV-2026-00001 Nowhere Street Pilates.pdf]",
        "to thandi@nowhere.example",
    ):
        assert words in said, words


def test_the_invoice_is_the_same_on_the_phone_by_link_and_in_the_folder(day: Day) -> None:
    papers = {file["sha256"] for step in day.summary["steps"] for file in step["files"]}
    (kept,) = day.out.glob("*.pdf")
    assert papers == {hashlib.sha256(kept.read_bytes()).hexdigest()}
    assert kept.read_bytes().startswith(b"%PDF-")


def test_the_workbooks_open_and_hold_the_rows_of_the_summary(day: Day) -> None:
    studio = openpyxl.load_workbook(day.out / "studio.xlsx")
    books = openpyxl.load_workbook(day.out / "books.xlsx")
    assert studio.sheetnames[:5] == ["Today", "Clients", "Bookings", "Messages", "Settings"]
    kept = {
        f"{page.title}/{cell}"
        for book in (studio, books)
        for page in book
        for row in page.values
        for cell in row
        if cell
    }
    named = {row for step in day.summary["steps"] for row in step["rows"]}
    assert named - kept == set()


def test_the_diary_is_a_calendar_file(day: Day) -> None:
    raw = (day.out / "calendar.ics").read_bytes()
    lines = raw.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"DTSTART:20261104T070000Z" in lines


def test_the_page_of_the_day_needs_nothing_from_outside(day: Day) -> None:
    page = (day.out / "transcript.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page) == []
    assert "data:image/png;base64," in page
    assert "Zoë Umber" in page


def test_a_second_day_is_a_new_one(day: Day) -> None:
    assert [path.name for path in (day.folder / "demo-data").iterdir()] == ["1"]
    assert json.loads((day.folder / "demo-data/1/day.json").read_text(encoding="utf-8"))["steps"]
