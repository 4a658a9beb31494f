"""She puts the workbook back to an older version, or deletes our notes: no document is lost, nothing comes twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from studio_sync.adapters.google_http import LOCAL, GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.errors import InDoubt, Refused
from studio_sync.journal import FROZEN
from studio_sync.opening import open_workbook
from studio_sync.rebuild import ensure
from tests.hallway.meddling import Killed, book, draft, during, meddle, numbers
from tests.hallway.room import OWNER, SIPHO, THANDI, Room, letters
from tests.histories import chain_checks

#: which locks go back together with the cells
BRING: tuple[list[str], ...] = (["protections", "metadata"], ["protections"], ["metadata"], [])


def keep(room: Room, role: str = "books") -> Callable[..., None]:
    """Remember this version; what puts the workbook back to it."""
    ident = room.config.books_sheet_id if role == "books" else room.config.studio_sheet_id
    version = room.owner("keep", book=ident)["version"]

    def back(bring: list[str] | None = None) -> None:
        more = {} if bring is None else {"bring": bring}
        room.owner("restore", book=ident, version=version, **more)

    return back


def send_invoice(room: Room) -> None:
    room.tick_box("invoices", "i-OCT1", "send")
    room.run(20)
    assert room.row("invoices", "i-OCT1")["number"] == "INV-2026-00001"


def sound(room: Room) -> None:
    assert room.open_work() == []
    for workbook in room.get("dump?only=sheets")["sheets"].values():
        assert chain_checks.problems(workbook) == []
    with room.journal.read() as tx:
        for role in ("studio", "books"):
            assert tx.attempts(role) == []
            assert not tx.get_meta(book(room, role).recovery_key)


def row_of(room: Room, name: str) -> dict[str, Any]:
    return next(row for row in room.rows("clients") if str(row["name"]).startswith(name))


def questions(room: Room) -> list[str]:
    return [str(row["about"]) for row in room.rows("questions") if row.get("state") == "open"]


@pytest.mark.parametrize("bring", BRING, ids=["-".join(b) or "cells alone" for b in BRING])
def test_a_document_is_written_again_under_its_own_number(room: Room, bring: list[str]) -> None:
    back = keep(room)
    send_invoice(room)
    told = len(room.said(THANDI))
    back(bring)
    assert numbers(room) == []
    room.run(25)
    assert numbers(room) == ["INV-2026-00001"]
    assert len(room.said(THANDI)) == told
    assert any("put back to" in text and "INV-2026-00001" in text for text in room.said(OWNER))
    draft(room, "i-NEXT")
    room.run(10)
    assert numbers(room) == ["INV-2026-00001", "INV-2026-00002"]
    assert [row["key"] for row in room.rows("book_changes") if row["key"] == "i-NEXT/row"] == ["i-NEXT/row"]
    sound(room)


def test_rows_of_hers_are_offered_and_written_again_by_her_word(room: Room) -> None:
    back = keep(room, "studio")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(15)
    booked = {row["id"]: row for row in room.rows("bookings")}
    told = room.said(THANDI)
    back()
    room.run(20)
    assert len(room.rows("bookings")) == len(booked) - 1
    assert any("was put back to" in text and "1 row" in text for text in questions(room))
    assert [fact for fact in room.facts("row") if fact.tab == "bookings"] == []
    made = next(ident for ident in booked if ident not in {row["id"] for row in room.rows("bookings")})
    at = next(line for line in room.grid("today") if any("Write them again" in str(cell) for cell in line))
    room.tick_box_today(at[6], 0)
    room.run(15)
    assert {k: v for k, v in room.row("bookings", made).items() if k != "changed"} == {
        k: v for k, v in booked[made].items() if k != "changed"
    }
    assert room.said(THANDI) == told
    assert any(row.get("row_id") == made and row["what"] == "Written again" for row in room.rows("changes"))
    sound(room)


def test_she_leaves_them_out(room: Room) -> None:
    back = keep(room, "studio")
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(15)
    back()
    room.run(20)
    rows = room.rows("bookings")
    at = next(line for line in room.grid("today") if any("Leave them out" in str(cell) for cell in line))
    room.tick_box_today(at[6], 0)
    room.run(70)
    assert room.rows("bookings") == rows
    assert questions(room) == []
    sound(room)


def test_our_own_records_come_back_without_a_word_from_her(room: Room) -> None:
    room.says(THANDI, "hello there")
    room.run(10)
    back = keep(room, "studio")
    room.says(THANDI, "bookings")
    room.run(10)
    texts = [row["text"] for row in room.rows("messages")]
    back()
    room.run(15)
    # Two rows of Messages have one phone number, which is no document's; and this news waits for no other.
    assert questions(room) == []
    assert "put back to" in room.said(OWNER)[-1]
    assert sorted(row["text"] for row in room.rows("messages") if row["text"] in texts) == sorted(texts)
    sound(room)


@pytest.mark.parametrize("bring", BRING[::3], ids=["all", "cells alone"])
def test_who_said_stop_gets_nothing_from_a_workbook_of_before(room: Room, bring: list[str]) -> None:
    back = keep(room, "studio")
    room.says(THANDI, "STOP")
    room.run(10)
    told = room.said(THANDI)
    back(bring)
    assert row_of(room, "Thandi")["messages"] != "stopped"
    room.says(OWNER, "Book Thandi tomorrow 09h00 single")
    room.run(25)
    assert row_of(room, "Thandi")["messages"] == "stopped"
    assert room.said(THANDI) == told
    assert any("put back to" in text for text in room.said(OWNER))
    sound(room)


def test_of_two_wishes_the_one_for_fewer_messages_counts_until_it_is_said_again(room: Room) -> None:
    room.says(THANDI, "STOP")
    room.run(10)
    back = keep(room, "studio")
    room.says(THANDI, "START")
    room.run(10)
    back()
    room.run(25)
    assert row_of(room, "Thandi")["messages"] == "stopped"
    room.says(THANDI, "START")
    room.run(10)
    assert row_of(room, "Thandi")["messages"] == "all"
    sound(room)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("bring", BRING[::3], ids=["all", "cells alone"])
def test_put_back_while_a_commit_is_on_its_way(room: Room, bring: list[str], applied: bool) -> None:
    back = keep(room)
    late: list[Callable[[], Any]] = []

    def around(send: Callable[[], Any]) -> Any:
        if applied:
            send()
        else:
            late.append(send)
        raise InDoubt("sheets", "no usable answer")

    draft(room, "i-ONE")
    room.run(5)
    draft(room, "i-TWO")
    meddle(book(room), around)
    room.run(2)
    back(bring)
    for send in late:
        with suppress(Refused):  # whether it still passes is up to the locks
            send()
    room.run(40)
    assert sorted(numbers(room)) == ["INV-2026-00001", "INV-2026-00002"]
    sound(room)


def test_put_back_in_the_moment_of_a_commit_that_its_lock_lets_pass(room: Room) -> None:
    room.says(THANDI, "hello there")
    room.run(6)
    back = keep(room, "studio")
    room.says(THANDI, "bookings")
    room.run(6)
    texts = [row["text"] for row in room.rows("messages")]
    room.says(SIPHO, "bookings")
    during(book(room, "studio"), lambda: back([]))
    room.run(24)
    rows = room.rows("messages")
    assert [text for text in texts if text not in [row.get("text") for row in rows]] == []
    assert [row["text"] for row in rows if row.get("number") == SIPHO] == ["bookings", room.said(SIPHO)[-1]]
    assert [row for row in rows if "key" not in row] == []
    sound(room)


def test_put_back_once_more_while_it_is_mended(room: Room) -> None:
    back = keep(room)
    draft(room, "i-ONE")
    room.run(5)
    later = keep(room)
    draft(room, "i-TWO")
    room.run(5)

    def again(send: Callable[[], Any]) -> Any:
        later()
        try:
            return send()
        finally:
            back()

    back()
    meddle(book(room), again)
    room.run(40)
    assert sorted(numbers(room)) == ["INV-2026-00001", "INV-2026-00002"]
    sound(room)


@pytest.mark.parametrize("killed", ["before", "after"])
def test_the_plug_is_pulled_in_the_middle_of_mending(room: Room, killed: str) -> None:
    back = keep(room)
    send_invoice(room)
    back([])

    def pulled(send: Callable[[], Any]) -> Any:
        if killed == "after":
            send()
        raise Killed

    for _ in range(2):
        meddle(book(room), pulled)
        with pytest.raises(Killed):
            room.run(12)
        room.restart()
    room.run(20)
    assert numbers(room) == ["INV-2026-00001"]
    assert len([text for text in room.said(THANDI) if "INV-" in text]) == 1
    sound(room)


@pytest.mark.parametrize("applied", [True, False])
def test_our_notes_are_deleted_and_nothing_is_written_twice(room: Room, applied: bool) -> None:
    notes = next(sheet.sheet_id for sheet in book(room).port.shape().sheets if sheet.title == "_studio")

    def around(send: Callable[[], Any]) -> Any:
        if applied:
            send()
        room.owner("do", book=room.config.books_sheet_id, requests=[{"deleteSheet": {"sheetId": notes}}])
        raise InDoubt("sheets", "no usable answer")

    room.run(3)
    draft(room, "i-ONE")
    meddle(book(room), around)
    room.run(30)
    assert [row["id"] for row in room.rows("invoices")].count("i-ONE") == 1
    assert numbers(room) == ["INV-2026-00001"]
    sound(room)


def test_she_types_over_the_head_of_our_notes(room: Room) -> None:
    draft(room, "i-ONE")
    room.run(5)
    room.owner("type", book=room.config.books_sheet_id, cell="_studio!A1", text="what is this")
    draft(room, "i-TWO")
    room.run(20)
    assert numbers(room) == ["INV-2026-00001", "INV-2026-00002"]
    sound(room)


def test_she_takes_the_lock_away(room: Room) -> None:
    room.run(3)
    tokens = [n for n, text in book(room).port.shape().protected.items() if text.startswith("studio_sync ")]
    requests = [{"deleteProtectedRange": {"protectedRangeId": n}} for n in tokens]
    room.owner("do", book=room.config.books_sheet_id, requests=requests)
    draft(room, "i-ONE")
    room.run(20)
    assert numbers(room) == ["INV-2026-00001"]
    assert room.said(OWNER) == []
    sound(room)


def test_no_client_hears_anything_before_it_is_mended(room: Room) -> None:
    back = keep(room)
    draft(room, "i-ONE")
    room.run(5)
    back()
    room.fault("sheets.batchUpdate", "503", times=None)
    room.run(3)
    told = len(room.said(THANDI))
    room.says(THANDI, "bookings")
    room.run(10)
    assert len(room.said(THANDI)) == told
    room.mend()
    room.run(20)
    assert numbers(room) == ["INV-2026-00001"]
    assert len(room.said(THANDI)) == told + 1


def test_a_number_that_stands_at_another_document_now_is_for_her_to_decide(room: Room) -> None:
    back = keep(room)
    draft(room, "i-ONE")
    room.run(5)
    back()
    heads = room.grid("invoices")[0]
    row = len(room.grid("invoices")) + 1
    for head, text in (("Client", "Sipho Amber"), ("Number", "INV-2026-00001"), ("Id", "i-HERS")):
        cell = f"Invoices!{letters(heads.index(head))}{row}"
        room.owner("type", book=room.config.books_sheet_id, cell=cell, text=text)
    room.run(25)
    assert numbers(room) == ["INV-2026-00001"]
    assert "INV-2026-00001 now stands at Sipho Amber, and was given to someone else before. Please look." in questions(
        room
    )
    draft(room, "i-TWO")
    room.run(8)
    assert numbers(room) == ["INV-2026-00001", "INV-2026-00002"]


def test_one_file_with_both_roles_is_mended_for_both(room: Room, tmp_path: Path) -> None:
    way = GoogleHttp(sign_in(LOCAL), base=room.world.base)
    one = room.config.studio_sheet_id
    open_workbook("books", SheetsWorkbook(way, one), now=room.clock.now())
    known = dataclasses.replace(room.config, data=tmp_path / "one", books_sheet_id=one)
    both = Room(room.world, known, room.clock, room.way)
    try:
        ensure(both.studio)
        both.run(4)
        version = both.owner("keep")["version"]
        draft(both, "i-ONE")
        both.says(THANDI, "hello there")
        both.run(12)
        heard = [row["text"] for row in both.rows("messages")]
        both.owner("restore", version=version)
        both.run(25)
        draft(both, "i-TWO")
        both.run(8)
        assert numbers(both) == ["INV-2026-00001", "INV-2026-00002"]
        assert sorted(heard) == sorted(row["text"] for row in both.rows("messages") if row["text"] in heard)
        assert chain_checks.problems(both.get("dump?only=sheets")["sheets"][one]) == []
        with both.journal.read() as tx:
            assert not tx.get_meta(FROZEN)
    finally:
        both.close()
