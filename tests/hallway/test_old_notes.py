"""Notes come back from a backup that knows work as under way which was done long ago: the sheet says what is done."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio_sync.adapters.whatsapp import WhatsAppMessenger
from studio_sync.ports import OutMessage
from studio_sync.rebuild import ensure
from studio_sync.rules.facts import RowsImported
from tests.hallway.room import OWNER, START, THANDI, Room

SILENT = pytest.mark.parametrize("silent", [False, True], ids=["google answers", "google is silent at the start"])


def keep_notes(room: Room) -> Path:
    """Copy the notes, as a backup does."""
    room.journal.close()
    backup = room.config.data.parent / "backup.db"
    shutil.copy(room.config.data / "journal.db", backup)
    room.start()
    return backup


def bring_back(room: Room, backup: Path, *, silent: bool) -> None:
    """The program begins anew with these notes. ``silent``: Google does not answer at first."""
    room.journal.close()
    for file in room.config.data.glob("journal.db*"):
        file.unlink()
    shutil.copy(backup, room.config.data / "journal.db")
    room.start()
    if silent:
        room.fault("sheets.*", "503", times=None)
    ensure(room.studio)
    if silent:
        room.round()
        room.mend()
    room.run(90)


def decided(room: Room) -> None:
    """What came is decided, and nothing of it has left."""
    while room.lane("decide")():
        pass


def delete(room: Room, tab: str, title: str, row_id: str) -> None:
    at = next(n for n, line in enumerate(room.grid(tab), 1) if row_id in line)
    room.owner("delete", book=room.book_of(tab), sheet=title, row=at)


def ids(room: Room, tab: str) -> list[str]:
    return [str(row.get("id")) for row in room.rows(tab)]


def booked_and_deleted(room: Room) -> tuple[list[str], Path]:
    """A row that is written after the backup and deleted by her; the ids of before, and the backup."""
    before = ids(room, "bookings")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    decided(room)
    backup = keep_notes(room)
    room.run(15)
    (made,) = set(ids(room, "bookings")) - set(before)
    delete(room, "bookings", "Bookings", made)
    return before, backup


@SILENT
def test_a_row_she_deleted_meanwhile_does_not_come_back(room: Room, silent: bool) -> None:
    before, backup = booked_and_deleted(room)
    room.run(70)
    assert ids(room, "bookings") == before
    told = room.said(THANDI)
    bring_back(room, backup, silent=silent)
    assert ids(room, "bookings") == before
    assert room.open_work() == []
    assert len(room.said(THANDI)) <= len(told) + 1  # of class at least once


@SILENT
def test_a_row_deleted_in_that_very_minute_is_asked_about(room: Room, silent: bool) -> None:
    before, backup = booked_and_deleted(room)
    bring_back(room, backup, silent=silent)
    assert ids(room, "bookings") == before
    asked = [str(row["about"]) for row in room.rows("questions") if row["key"] == "row_deleted"]
    # Notes that nobody could compare with the workbook never knew the row.
    assert asked == ([] if silent else ["Thandi, Wed 4 Nov 09:00: row deleted. Cancel it, or put it back?"])


def imported(*names: str) -> RowsImported:
    rows: dict[str, dict[str, Any]] = {
        f"c-{name.upper()}": {"name": f"{name} Grey", "phone": f"+2783555000{n}"} for n, name in enumerate(names)
    }
    return RowsImported(key="import:clients:x", at=START, tab="clients", file="clients.csv", rows=rows)


@SILENT
def test_rows_of_a_file_that_she_deleted_or_changed_stay_so(room: Room, silent: bool) -> None:
    room.put(imported("Anna", "Bongi", "Carl"))
    decided(room)
    backup = keep_notes(room)
    room.run(10)
    room.type("clients", "c-BONGI", "name", "Bongi White")
    delete(room, "clients", "Clients", "c-CARL")
    room.run(70)
    bring_back(room, backup, silent=silent)
    names = {row["id"]: row["name"] for row in room.rows("clients") if row["id"] in {"c-ANNA", "c-BONGI", "c-CARL"}}
    assert names == {"c-ANNA": "Anna Grey", "c-BONGI": "Bongi White"}
    assert room.open_work() == []


@SILENT
def test_a_question_she_has_answered_is_not_open_again(room: Room, silent: bool) -> None:
    room.says("+447700900200", "hello, do you have place for one more?")
    decided(room)
    backup = keep_notes(room)
    room.run(15)
    line = next(line for line in room.grid("today") if any("Add as client" in str(cell) for cell in line))
    room.tick_box_today(line[6], 0)
    room.run(15)
    questions = {row["id"]: row["state"] for row in room.rows("questions")}
    assert "answered" in questions.values()
    clients = {row["id"]: row["status"] for row in room.rows("clients")}
    bring_back(room, backup, silent=silent)
    assert {row["id"]: row["state"] for row in room.rows("questions")} == questions
    assert {row["id"]: row["status"] for row in room.rows("clients")} == clients


def until(room: Room, reached: Callable[[], bool]) -> Path:
    """Live on until then, and copy the notes at that moment."""
    for _ in range(600):
        if reached():
            return keep_notes(room)
        room.look()
        for lane, _ in room.studio.lanes:
            if lane.step() and reached():
                return keep_notes(room)
        room.tick(0.5)
    raise AssertionError("it never came to that")


def invoice(room: Room, *states: str) -> bool:
    """Whether the message with the invoice is in one of these states, by the notes."""
    return any("/send:money.invoice:" in line.key and line.state in states for line in room.outbox())


KNOWN: dict[str, Callable[[Room], bool]] = {
    "nothing": lambda room: True,
    "that it was asked for": lambda room: any(line.key.endswith("/row:invoices:i-OCT1") for line in room.outbox()),
    "that it waits for its row": lambda room: invoice(room, "queued", "waiting"),
    "that it leaves": lambda room: invoice(room, "sending"),
}


@SILENT
@pytest.mark.parametrize("known", KNOWN, ids=[f"they know {name}" for name in KNOWN])
def test_an_invoice_that_left_does_not_leave_again(
    room: Room, known: str, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.run(5)
    if known == "nothing":
        backup = keep_notes(room)
        room.tick_box("invoices", "i-OCT1", "send")
    else:
        room.tick_box("invoices", "i-OCT1", "send")
        backup = (
            at_the_post(room, monkeypatch) if known == "that it leaves" else until(room, lambda: KNOWN[known](room))
        )
    room.run(25)
    assert len([text for text in room.said(THANDI) if "INV-2026-00001" in text]) == 1
    bring_back(room, backup, silent=silent)
    room.tick(300)
    room.run(10)
    assert len([text for text in room.said(THANDI) if "INV-2026-00001" in text]) == 1
    assert [row["number"] for row in room.rows("invoices") if row.get("number")] == ["INV-2026-00001"]
    ids_of = ids(room, "messages")
    assert len(ids_of) == len(set(ids_of))


def at_the_post(room: Room, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notes as they are in the moment in which the invoice leaves."""
    backup = room.config.data.parent / "backup.db"
    send = WhatsAppMessenger.send

    def copied(self: WhatsAppMessenger, message: OutMessage) -> str:
        if "/send:money.invoice:" in message.callback and not backup.exists():
            with sqlite3.connect(room.config.data / "journal.db") as there, sqlite3.connect(backup) as copy:
                there.backup(copy)
        return send(self, message)

    monkeypatch.setattr(WhatsAppMessenger, "send", copied)
    room.run(25)
    return backup
