"""Two hundred clients come from another program while the studio runs: each once, and nobody hears of it."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from sheets_schema.reading import quoted
from studio_sync.adapters.google_http import GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.cli import cli
from studio_sync.journal import Journal
from studio_sync.local.studio import LocalStudio

MORNING = datetime(2026, 11, 3, 9, 30, tzinfo=ZoneInfo("Africa/Johannesburg"))
PAUSE = threading.Event()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[LocalStudio]:
    studio = LocalStudio(tmp_path / "studio")
    studio.open(start_at=MORNING)
    studio.control("quota", {"on": False})  # we look more often than a person
    yield studio
    studio.close()


def clients(studio: LocalStudio) -> list[dict[str, Any]]:
    way = GoogleHttp(sign_in("local"), base=studio.addresses["emulator"])
    grid = SheetsWorkbook(way, studio.addresses["studio_sheet"]).read([quoted("Clients")])[0]
    return [dict(zip(map(str, grid[0]), line, strict=False)) for line in grid[1:]]


def quiet(studio: LocalStudio) -> None:
    """Until everything that came in is dealt with and everything that goes out is done, twice in a row."""
    journal = Journal.open(studio.config.journal_url, fast=True)
    try:
        still = 0
        for _ in range(300):
            with journal.read() as tx:
                out = tx.outbox_counts()
                busy = tx.inbox_counts()["new"] + sum(out[state] for state in ("queued", "sending", "waiting"))
            still = 0 if busy else still + 1
            if still == 4:
                return
            PAUSE.wait(0.3)
        pytest.fail("it does not come to rest")
    finally:
        journal.close()


def sent(studio: LocalStudio) -> int:
    """How often WhatsApp was asked to send something."""
    counts: dict[str, dict[str, int]] = studio.control("counts")
    return sum(counts.get("whatsapp.messages", {}).values())


def written(path: Path, people: int) -> Path:
    """A list as another program saves it: semicolons, its own headings, some rows that cannot be right."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file, delimiter=";")
        sheet.writerow(["First name", "Surname", "Mobile", "Date of birth", "Shoe size"])
        sheet.writerow(["Thandi", "Maroon", "07700 900101", "", "38"])  # she is there already
        sheet.writerow(["Kim", "Puce", "12345", "", ""])
        sheet.writerow(["Lee", "Ochre", "07700 900400", "31/02/1990", ""])
        for n in range(people):
            sheet.writerow([f"Guest{n:03}", "Teal", f"07700 {900200 + n}", f"{n % 28 + 1} May 1990", ""])
    return path


def imported(studio: LocalStudio, file: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, ["import", str(file), "--tab", "Clients", "--data", str(studio.data), *more])


def test_200_clients_come_once_and_nobody_hears_of_it(studio: LocalStudio, tmp_path: Path) -> None:
    quiet(studio)
    before, there = sent(studio), len(clients(studio))
    assert before > 0, "the digest and the reminders of the morning"
    file = written(tmp_path / "old.csv", 200)

    look = imported(studio, file, "--dry-run")
    assert "200 to add, 1 already there, 2 refused." in look.output
    assert "Kim Puce. Phone: 12345 is too short" in look.output
    assert "31 Feb 1990 does not exist" in " ".join(look.output.split())
    assert "Not taken: Shoe size." in look.output
    quiet(studio)
    assert len(clients(studio)) == there

    first = imported(studio, file)
    again = imported(studio, file)  # before the first is through
    assert (first.exit_code, again.exit_code) == (1, 1)
    quiet(studio)
    third = imported(studio, file)
    assert "0 to add, 201 already there, 2 refused." in third.output
    quiet(studio)

    rows = clients(studio)
    names = [row["Name"] for row in rows]
    assert len(rows) == there + 200
    assert len(set(names)) == len(names)
    guest = next(row for row in rows if row["Name"] == "Guest007 Teal")
    assert (guest["Phone"], guest["Birthday"], guest["Status"]) == ("+44 7700 900207", "8 May 1990", "active")
    assert len({row["Code"] for row in rows}) == len(rows)
    assert sent(studio) == before
