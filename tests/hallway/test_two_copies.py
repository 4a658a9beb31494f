"""Two programs on one workbook, a copied workbook, and notes that are lost or older than the sheet."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest

from studio_sync.adapters.calendar import create_calendar
from studio_sync.adapters.google_http import LOCAL, GoogleHttp, sign_in
from studio_sync.desk import taking
from studio_sync.errors import UserError
from studio_sync.rebuild import ensure
from tests.hallway.meddling import book, draft, numbers
from tests.hallway.room import OWNER, THANDI, Room, second
from tests.histories import chain_checks


@pytest.fixture(autouse=True)
def steered(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line takes the room's clock."""
    monkeypatch.setattr("studio_sync.studio.clock_of", lambda _config: room.clock)
    monkeypatch.setattr(taking, "clock_of", lambda _config: room.clock)


def sound(room: Room) -> None:
    assert room.open_work() == []
    for ident in (room.config.studio_sheet_id, room.config.books_sheet_id):
        assert chain_checks.problems(room.get("dump?only=sheets")["sheets"][ident]) == []


def test_the_second_takes_over_and_the_first_stands_by(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room.run(3)
    other = second(room, tmp_path / "second")
    try:
        other.look()
        assert other.studio.foreign == "first"
        other.journal.close()
        assert taking.takeover(other.config, dry_run=True) == 0
        assert "first works here now" in capsys.readouterr().out
        room.look()
        assert room.studio.foreign == ""
        assert taking.takeover(other.config) == 0
        assert "first stands by" in capsys.readouterr().out
        other.start()
        other.look()
        room.look()
        assert (other.studio.foreign, room.studio.foreign) == ("", "second")
        draft(other, "i-ONE")
        draft(room, "i-TWO")
        room.round()
        other.run(9)
        assert numbers(other) == ["INV-2026-00001"]
        assert taking.takeover(other.config) == 0
        assert "Nothing to do" in capsys.readouterr().out
        sound(other)
    finally:
        other.close()


def copied(room: Room, tmp_path: Path, **more: Any) -> Room:
    """A program of its own on copies of both workbooks, still with the original's diary."""
    room.owner("keep")
    ids = {
        name: room.owner("copy", book=getattr(room.config, name), **more)["spreadsheetId"]
        for name in ("studio_sheet_id", "books_sheet_id")
    }
    (tmp_path / "copy").mkdir()
    known = dataclasses.replace(room.config, data=tmp_path / "copy", name="copy", **ids)
    return Room(room.world, known, room.clock, room.way)


@pytest.mark.parametrize("more", [{}, {"new_sheet_ids": True}, {"bring": []}], ids=["as it is", "new ids", "no locks"])
def test_a_copied_workbook_is_left_alone_until_it_is_adopted(
    room: Room, tmp_path: Path, more: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    draft(room, "i-ONE")
    room.run(6)
    other = copied(room, tmp_path, **more)
    try:
        before = other.grid("bookings")
        other.run(5)
        assert other.grid("bookings") == before
        assert "is a copy of another one" in book(other).health.reason
        other.journal.close()
        with pytest.raises(UserError, match="that of the original"):
            taking.adopt(other.config)
        way = GoogleHttp(sign_in(LOCAL), base=room.world.base)
        calendar = create_calendar(way, "of the copy", room.config.zone)
        other.config = dataclasses.replace(other.config, calendar_id=calendar)
        assert taking.adopt(other.config, dry_run=True) == 0
        assert other.grid("bookings") == before
        assert taking.adopt(other.config) == 0
        assert "a workbook of its own" in capsys.readouterr().out
        other.start()
        ensure(other.studio)
        draft(other, "i-COPY")
        other.run(24)
        assert numbers(other) == ["INV-2026-00001", "INV-2026B-00001"]
        assert other.row("settings", "mode")["value"] == "watch"
        sound(other)
        draft(room, "i-TWO")
        room.run(6)
        assert numbers(room) == ["INV-2026-00001", "INV-2026-00002"]
        assert taking.adopt(other.config) == 0
        assert "Nothing to do" in capsys.readouterr().out
    finally:
        other.close()


def test_notes_of_the_original_do_not_go_with_a_copy(room: Room, tmp_path: Path) -> None:
    other = copied(room, tmp_path)
    other.close()
    ids = {name: getattr(other.config, name) for name in ("studio_sheet_id", "books_sheet_id")}
    with pytest.raises(UserError, match="belong to the original"):
        taking.adopt(dataclasses.replace(room.config, **ids))


def test_notes_from_an_old_backup_notice_it_and_write_nothing_twice(room: Room) -> None:
    room.run(3)
    room.journal.close()
    backup = room.config.data.parent / "backup.db"
    shutil.copy(room.config.data / "journal.db", backup)
    room.start()
    room.tick_box("invoices", "i-OCT1", "send")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(25)
    told = (room.said(THANDI), room.said(OWNER))
    rows = {tab: room.rows(tab) for tab in ("bookings", "invoices", "messages", "book_changes")}
    room.journal.close()
    for file in room.config.data.glob("journal.db*"):
        file.unlink()
    shutil.copy(backup, room.config.data / "journal.db")
    room.start()
    ensure(room.studio)
    room.run(60)
    assert (room.said(THANDI), room.said(OWNER)) == told
    draft(room, "i-NEXT")
    room.run(6)
    assert numbers(room) == ["INV-2026-00001", "INV-2026-00002"]
    for tab in ("bookings", "messages"):
        assert [row["id"] for row in room.rows(tab)][: len(rows[tab])] == [row["id"] for row in rows[tab]]
    sound(room)
