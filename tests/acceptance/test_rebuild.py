"""The notes are lost: an ordinary restart. All is read back from the workbook and the diary, nothing goes twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sheets_schema.reading import quoted
from studio_sync.adapters.google_http import GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.journal import Journal
from studio_sync.local.studio import LocalStudio

ZONE = ZoneInfo("Africa/Johannesburg")
NADINE, THANDI, SIPHO, PIETER = "+447700900199", "+447700900101", "+447700900102", "+447700900105"
MORNING = datetime(2026, 11, 3, 6, 30, tzinfo=ZONE)
#: the studio's seconds per real second
RATE = 4


class House:
    """A local studio, its phones and its sheet; the program can be stopped and its notes thrown away."""

    def __init__(self, data: Path) -> None:
        self.studio = LocalStudio(data)
        self.studio.open(start_at=MORNING)
        self.studio.control("quota", {"on": False})  # we look more often than a person
        self.studio.control("clock", {"rate": RATE})

    def close(self) -> None:
        self.studio.close()

    # -- what people do

    def clock(self, at: str) -> None:
        self.studio.control("clock", {"set": f"2026-11-03T{at}:00+02:00", "rate": RATE})

    def says(self, phone: str, text: str) -> None:
        self.studio.control("speak", {"phone": phone, "text": text})

    def ticks(self, book: str, cell: str) -> None:
        self.studio.control(
            "owner", {"spreadsheetId": self.studio.addresses[book], "action": "tick", "cell": cell}
        )  # fmt: skip

    # -- what they see

    def chat(self, phone: str) -> list[str]:
        told = self.studio.control(f"phones/{phone.replace('+', '%2B')}/chat")["messages"]
        return [
            str(message.get("text") or message.get("media", {}).get("filename")) for message in told if _out(message)
        ]

    def chats(self) -> dict[str, list[str]]:
        return {phone: self.chat(phone) for phone in (NADINE, THANDI, SIPHO, PIETER)}

    def rows(self, book: str, tab: str) -> list[dict[str, Any]]:
        way = GoogleHttp(sign_in("local"), base=self.studio.addresses["emulator"])
        grid = SheetsWorkbook(way, self.studio.addresses[book]).read([quoted(tab)])[0]
        return [dict(zip(map(str, grid[0]), line, strict=False)) for line in grid[1:]]

    def place(self, book: str, tab: str, column: str, **wanted: str) -> str:
        """The address of a cell: of the first row in which every wanted column says so."""
        rows = self.rows(book, tab)
        found = next(n for n, row in enumerate(rows) if all(row.get(k) == v for k, v in wanted.items()))
        return f"{quoted(tab)}!{chr(ord('A') + list(rows[found]).index(column))}{found + 2}"

    # -- the program

    def lose_the_notes(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Stop it as by a pulled plug, delete its journal, start it again."""
        self.studio.kill_program()
        for file in self.studio.data.glob("journal.db*"):
            file.unlink()
        meanwhile()
        self.studio.start_program()

    def until(self, look: Callable[[], object], seconds: float = 30) -> Any:
        pause = threading.Event()
        for _ in range(int(seconds * 5)):
            found = look()
            if found:
                return found
            pause.wait(0.2)
        pytest.fail(f"it did not come: {self.chats()}")

    def quiet(self) -> None:
        """Until everything that came in is dealt with and everything that goes out is done, twice in a row."""
        journal = Journal.open(self.studio.config.journal_url, fast=True)
        try:
            self.until(lambda: _idle(journal) and not threading.Event().wait(0.8) and _idle(journal))
        finally:
            journal.close()


def _out(message: dict[str, Any]) -> bool:
    return bool(message["direction"] == "out")


def _idle(journal: Journal) -> bool:
    """Nothing new, nothing on its way."""
    with journal.read() as tx:
        counts = tx.outbox_counts()
        return bool(tx.inbox_counts()["new"] + sum(counts[s] for s in ("queued", "sending", "waiting")) == 0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "studio")
    yield house
    house.close()


def test_nothing_is_repeated_undo_still_works_and_numbers_go_on(house: House) -> None:
    house.until(lambda: house.chat(NADINE))  # the digest
    house.says(NADINE, "Book Thandi tomorrow 09h00 single")
    house.until(lambda: house.chat(THANDI))
    house.clock("07:05")
    house.until(lambda: house.chat(SIPHO) and house.chat(PIETER))  # the next-hour reminders
    house.says(THANDI, "bookings")
    house.until(lambda: len(house.chat(THANDI)) == 2)
    house.quiet()
    before, sheet = house.chats(), house.rows("studio_sheet", "Bookings")

    house.lose_the_notes()
    house.quiet()
    assert house.chats() == before
    assert house.rows("studio_sheet", "Bookings") == sheet

    house.says(NADINE, "undo")
    house.until(lambda: "Taken back" in house.chat(NADINE)[-1])
    house.until(lambda: "a correction" in house.chat(THANDI)[-1])
    house.says(NADINE, "Book Sipho tomorrow 11h00 single")
    house.until(lambda: house.chat(NADINE)[-1].startswith("Booked"))
    assert house.chat(NADINE)[-1].endswith("undo 2")
    house.quiet()
    states = {row["Client"]: row["State"] for row in house.rows("studio_sheet", "Bookings") if row["From"] == "chat"}
    assert states == {"Thandi Maroon": "cancelled", "Sipho Amber": "booked"}


def test_an_edit_made_before_and_again_after_is_two_edits(house: House) -> None:
    house.until(lambda: house.chat(NADINE))
    cell = house.place("studio_sheet", "Bookings", "State", Client="Zoë Umber")
    edit = {"spreadsheetId": house.studio.addresses["studio_sheet"], "action": "type", "cell": cell}

    def cancelled_and_back(times: int) -> None:
        house.studio.control("owner", {**edit, "text": "cancelled"})
        house.until(lambda: _changes(house) == times)
        house.quiet()

    cancelled_and_back(1)
    house.lose_the_notes(lambda: house.studio.control("owner", {**edit, "text": "booked"}))
    house.quiet()
    assert _changes(house) == 1, "what she did while the notes were lost is history"
    cancelled_and_back(2)


def _changes(house: House) -> int:
    return sum("cancel" in str(row["After"]) for row in house.rows("studio_sheet", "Changes"))


def test_an_invoice_in_doubt_is_held_for_her_and_never_sent_twice(house: House) -> None:
    house.until(lambda: house.chat(NADINE))
    house.quiet()
    told = len(house.chat(THANDI))
    # WhatsApp takes the invoice and its answer is lost; statuses are held back, and then the plug is pulled.
    house.studio.control("webhooks", {"hold": True})
    house.studio.control("faults", {"add": {"match": "whatsapp.messages", "kind": "lost", "times": 1}})
    house.ticks("books_sheet", house.place("books_sheet", "Invoices", "Send", Client="Thandi Maroon"))
    house.until(lambda: len(house.chat(THANDI)) == told + 1)
    house.lose_the_notes()
    house.until(lambda: [row for row in house.rows("studio_sheet", "Messages") if row["State"] == "held"])
    house.until(lambda: "Not sure this reached Thandi Maroon" in json.dumps(house.rows("studio_sheet", "Today")))
    house.quiet()
    assert len(house.chat(THANDI)) == told + 1
    (invoice,) = [row for row in house.rows("books_sheet", "Invoices") if row["Client"] == "Thandi Maroon"]
    assert invoice["Number"] == "INV-2026-00001"

    # The status comes after all: it did arrive.
    house.studio.control("webhooks", {"hold": False})
    house.until(lambda: [row for row in house.rows("studio_sheet", "Messages") if row["Kind"] == "money.invoice"
                         and row["State"] in {"sent", "delivered", "read"}])  # fmt: skip
    assert len(house.chat(THANDI)) == told + 1


def test_while_google_is_silent_nothing_is_decided_and_nothing_is_lost(house: House) -> None:
    house.until(lambda: house.chat(NADINE))
    house.quiet()

    def google_falls_silent() -> None:
        house.studio.control("faults", {"add": {"match": "google.*", "kind": "503", "times": 100_000}})

    house.lose_the_notes(google_falls_silent)
    house.says(THANDI, "bookings")
    threading.Event().wait(2)
    assert house.chat(THANDI) == []
    house.studio.control("faults", {"clear": True})
    answer = house.until(lambda: house.chat(THANDI))
    assert "Fri 6 Nov 08:00" in answer[0], "answered from the real diary, not from an empty memory"
