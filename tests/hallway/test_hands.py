"""Her hands in the workbook: pasted blocks, many ticks at once, copied rows, cells that are not hers, rows put back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sheets_schema.tabs import BY_KEY
from studio_sync.journal.snapshots import Snapshots
from studio_sync.rules.facts import MessageCame
from tests.hallway.room import OWNER, THANDI, ZONE, Room, letters
from tests.hallway.test_disasters import heard, live, say


def at(tab: str, field: str) -> str:
    return letters([column.field for column in BY_KEY[tab].columns].index(field))


def types_rows(room: Room, tab: str, rows: list[dict[str, str]]) -> None:
    """Rows below the last one, all there before anybody looks: a paste."""
    first = len(room.grid(tab)) + 1
    for n, row in enumerate(rows):
        for field, text in row.items():
            cell = f"{BY_KEY[tab].title}!{at(tab, field)}{first + n}"
            room.owner("type", book=room.book_of(tab), cell=cell, text=text)


def today(room: Room) -> list[str]:
    return [str(cell) for row in room.rows("today") for cell in (row.get("time"), row.get("who")) if cell]


def setting(room: Room, name: str, text: str) -> None:
    room.type("settings", name, "value", text)
    live(room, 1, 4)


def sessions(count: int, client: str = "Thandi Maroon") -> list[dict[str, str]]:
    return [{"date": f"{9 + n} Nov 2026", "time": "13:00", "client": client} for n in range(count)]


def test_a_pasted_block_is_one_event_and_nobody_is_told_before_she_says_so(room: Room) -> None:
    setting(room, "sheet_changes", "tell")
    types_rows(room, "bookings", [*sessions(5), {**sessions(1, "Nobody Known")[0], "time": "15:00"}])
    live(room, 1, 4, 4, 4, 4, 2)
    text = " ".join(today(room))
    assert "6 rows pasted: 5 booked, 1 to look at." in text
    assert "Tell all 5" in text
    assert "Tell nobody" in text
    booked = [row for row in room.rows("bookings") if row.get("session") and row.get("time") == 13 / 24]
    assert len(booked) == 5
    assert heard(room) == []
    assert len(room.facts("pasted")) == 1
    say(room, "tell", by="tick")
    live(room, 1, 2, 2)
    assert len(room.said(THANDI)) == 5
    live(room, 2, 2)
    assert "rows pasted:" not in " ".join(today(room))
    assert len(room.said(THANDI)) == 5


def test_three_rows_typed_together_are_three_rows(room: Room) -> None:
    setting(room, "sheet_changes", "tell")
    types_rows(room, "bookings", sessions(3))
    live(room, 1, 4, 4, 4, 2)
    assert len(room.said(THANDI)) == 3
    assert "pasted" not in " ".join(today(room))


FUTURE = ("b-WED1PIETER", "b-FRI1THANDI", "b-FRI1SIPHO", "b-FRI2MARYG", "b-FRI2MARYP")


def test_many_ticks_wait_twenty_seconds_and_unticking_stops_them(room: Room) -> None:
    for row in FUTURE:
        room.tick_box("bookings", row, "tell")
    live(room, 1, 1)
    assert {room.row("bookings", row)["told"] for row in FUTURE} == {"5 messages leave in 20 s: untick to stop"}
    room.tick_box("bookings", FUTURE[0], "tell")
    live(room, 2, 2)
    assert room.row("bookings", FUTURE[0])["told"] == "stopped, 0 sent"
    room.restart()
    live(room, 2, 2)
    assert heard(room) == []
    live(room, 14, 2, 2)
    assert len(heard(room)) == 4
    assert room.said("+447700900105") == []
    assert room.row("bookings", FUTURE[1])["told"] == "telling..."
    assert not any(room.row("bookings", row).get("tell") for row in FUTURE)
    live(room, 30, 2)
    assert len(heard(room)) == 4


def test_many_ticks_are_stopped_by_a_tap(room: Room) -> None:
    room.says(OWNER, "hello")
    live(room, 1)
    for row in FUTURE:
        room.tick_box("bookings", row, "tell")
    live(room, 1, 1, 1)
    assert room.said(OWNER)[-1].startswith("5 messages leave in 20 seconds")
    question = next(q["id"] for q in room.rows("questions") if q["key"] == "many" and q["state"] == "open")
    tap(room, f"answer_{question}_stop")
    live(room, 1, 1, 2, 2, 20, 2)
    assert heard(room) == []
    assert {room.row("bookings", row)["told"] for row in FUTURE} == {"stopped, 0 sent"}
    assert not any(room.row("bookings", row).get("tell") for row in FUTURE)


def test_three_ticks_act_at_once(room: Room) -> None:
    for row in FUTURE[:3]:
        room.tick_box("bookings", row, "tell")
    live(room, 1, 1, 2)
    assert len(heard(room)) == 3


def tap(room: Room, choice: str) -> None:
    came = MessageCame(key=f"wamid.{choice}", at=room.clock.now(), phone=OWNER, form="tap", text="x", choice=choice)
    room.put(came)


def test_a_grey_cell_she_types_over_is_put_back(room: Room) -> None:
    before = room.row("bookings", "b-FRI1THANDI")
    room.type("bookings", "b-FRI1THANDI", "session", "s-MINE")
    room.type("clients", "c-ZOE", "next", "never")
    live(room, 1, 4, 2)
    assert room.row("bookings", "b-FRI1THANDI")["session"] == before["session"]
    assert room.row("clients", "c-ZOE")["next"] == "Tue 3, 17:00"
    assert [c["what"] for c in room.rows("changes")] == ["Put back: Session of Thandi Maroon"]
    live(room, 10, 2)
    assert len(room.facts("row")) == 2


def issued(room: Room) -> dict[str, Any]:
    room.tick_box("invoices", "i-OCT1", "send")
    live(room, 1, 2, 2, 2, 2)
    row = room.row("invoices", "i-OCT1")
    assert row["number"]
    return row


def test_an_invoice_that_is_out_does_not_change(room: Room) -> None:
    before = issued(room)
    for field, text in (("total", "1"), ("client", "Sipho Amber"), ("number", "INV-1"), ("due", "1 Jan 2027")):
        room.type("invoices", "i-OCT1", field, text)
    room.type("invoices", "i-OCT1", "note", "hers all the same")
    live(room, 1, 4, 2, 2)
    after = room.row("invoices", "i-OCT1")
    assert {f: after.get(f) for f in ("total", "client", "number", "due")} == {
        f: before.get(f) for f in ("total", "client", "number", "due")
    }
    assert after["note"] == "hers all the same"
    assert after["problem"].startswith(f"{before['number']} is already out, so we put")
    line = next(row["id"] for row in room.rows("today") if row["id"].startswith("a:") and row["id"].endswith(":done"))
    room.tick_box_today(line, 0)
    live(room, 1, 2, 2)
    assert "problem" not in room.row("invoices", "i-OCT1")


def test_a_copied_invoice_is_a_draft_without_a_number(room: Room) -> None:
    number = issued(room)["number"]
    grid = room.grid("invoices")
    line = next(n for n, row in enumerate(grid) if "i-OCT1" in row)
    sheet = BY_KEY["invoices"].sheet_id
    source = {"sheetId": sheet, "startRowIndex": line, "endRowIndex": line + 1}
    target = {"sheetId": sheet, "startRowIndex": len(grid) + 2, "endRowIndex": len(grid) + 3}
    room.owner("do", book=room.book_of("invoices"), requests=[{"copyPaste": {"source": source, "destination": target}}])
    live(room, 1, 4, 4, 4, 2)
    rows = room.rows("invoices")
    assert [row["id"] for row in rows if row.get("number") == number] == ["i-OCT1"]
    copy = next(row for row in rows if row["id"] not in {"i-OCT1", "i-OCT2"} and row.get("client") == "Thandi Maroon")
    assert (copy["state"], copy["problem"]) == ("draft", "Copied row: treated as new. Nothing was sent for it.")
    assert len(room.said(THANDI)) == 1


def test_a_number_typed_by_hand_is_cleared(room: Room) -> None:
    room.type("invoices", "i-OCT1", "number", "INV-7")
    live(room, 1, 4, 2, 2)
    row = room.row("invoices", "i-OCT1")
    assert "number" not in row
    assert row["problem"] == "Numbers come from us when you tick Send. We cleared the cell."


def test_a_deleted_row_that_she_takes_back_later_is_the_row_it_was(room: Room) -> None:
    diary = room.events()
    grid = room.grid("bookings")
    line = next(n for n, row in enumerate(grid) if "b-FRI1THANDI" in row)
    room.owner("delete", sheet="Bookings", row=line + 1)
    live(room, 1, 61, 2, 2)
    assert any("row deleted" in text for text in today(room))
    room.owner("insert", sheet="Bookings", row=line + 1)
    cells = [{"userEnteredValue": value(cell)} if cell not in ("", None) else {} for cell in grid[line]]
    start = {"sheetId": BY_KEY["bookings"].sheet_id, "rowIndex": line, "columnIndex": 0}
    room.owner(
        "do", requests=[{"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}}]
    )
    live(room, 1, 4, 4, 2)
    assert not any("row deleted" in text for text in today(room))
    assert room.events() == diary
    assert heard(room) == []
    assert {k: v for k, v in room.row("bookings", "b-FRI1THANDI").items() if v is not False}["session"] == "s-FRI1"


def value(cell: Any) -> dict[str, Any]:
    kind = "boolValue" if isinstance(cell, bool) else "numberValue" if isinstance(cell, float | int) else "stringValue"
    return {kind: cell}


def test_the_clock_in_today_is_never_more_than_five_minutes_behind_and_costs_no_write(room: Room) -> None:
    live(room, 1, 60)
    first = len(room.calls("sheets.batchUpdate"))
    for minute in range(1, 12):
        live(room, 60)
        clock = room.clock.now().astimezone(ZONE)
        shown = room.rows("today")[0]["time"][-5:]
        behind = clock - clock.replace(hour=int(shown[:2]), minute=int(shown[3:]), second=0)
        assert timedelta(0) <= behind <= timedelta(minutes=6), (minute, shown)
    writes = len(room.calls("sheets.batchUpdate")) - first
    assert writes <= 2 * 3, "a sign of each workbook every five minutes, and nothing else"


def test_a_cell_that_cannot_be_read_keeps_the_last_good_value(room: Room) -> None:
    room.type("settings", "cancel_free_hours", "value", "12")
    room.type("clients", "c-ZOE", "price", "350")
    live(room, 1, 4)
    room.type("settings", "cancel_free_hours", "value", "a day")
    room.type("clients", "c-ZOE", "price", "=1/0")
    live(room, 1, 4, 2)
    said = '"a day" is not a number of hours. Type 24. We still use 12.'
    assert room.row("settings", "cancel_free_hours")["problem"] == said
    assert room.row("clients", "c-ZOE")["problem"] == "A formula here is broken. We use the last good value, R350.00."
    with room.journal.read() as tx:
        snap = Snapshots().load(tx, room.clock.now())
    client = snap.clients.get("c-ZOE")
    assert (snap.settings.cancel_free_hours, client and client.price) == (12, 35000)
    room.type("settings", "cancel_free_hours", "value", "6")
    room.type("clients", "c-ZOE", "price", "")
    live(room, 1, 4, 2)
    assert "problem" not in room.row("settings", "cancel_free_hours")
    assert "problem" not in room.row("clients", "c-ZOE")


def test_two_clients_of_one_number_are_asked_about_once(room: Room) -> None:
    room.type("clients", "c-ZOE", "phone", "07700 900102")
    live(room, 1, 4, 2)
    said = "Sipho Amber has this number too. If they share it, say yes in Today."
    assert room.row("clients", "c-ZOE")["problem"] == said
    line = next(row["id"] for row in room.rows("today") if row["id"].endswith(":yes"))
    room.tick_box_today(line, 0)
    live(room, 1, 2)
    assert "problem" not in room.row("clients", "c-ZOE")
    room.type("clients", "c-ZOE", "phone", "07700 900104")
    live(room, 1, 4)
    room.type("clients", "c-ZOE", "phone", "07700 900102")
    live(room, 1, 4, 2)
    assert "problem" not in room.row("clients", "c-ZOE")


GARBAGE = (
    "x" * 50_000,
    "31/02",
    "=1/0",
    "R1 000,00",
    "1e99",
    "\u202e\u0645\u0631\u064a\u0645 \U0001f9d8",
    "R3OO",
    "25:00",
    "'=HYPERLINK(1)",
    "-0",
    "a\nb\tc",
)


def test_garbage_in_every_cell_of_a_row_stops_nobody(room: Room) -> None:
    diary = room.events()
    for tab, row in (
        ("clients", "c-ZOE"),
        ("bookings", "b-FRI1THANDI"),
        ("settings", "evening_digest"),
        ("prices", room.rows("prices")[0]["id"]),
        ("hours", room.rows("hours")[0]["id"]),
        ("invoices", "i-OCT1"),
    ):
        fields = [c.field for c in BY_KEY[tab].columns if c.editor in {"hers", "shared"}]
        for n, field in enumerate(fields):
            room.type(tab, row, field, GARBAGE[n % len(GARBAGE)])
    live(room, 1, 4, 4, 2)
    room.type("clients", "c-THANDI", "notes", "still heard")
    live(room, 1, 4, 2)
    with room.journal.read() as tx:
        assert tx.inbox_counts()["aside"] == 0
    assert any(f.after.get("notes") == "still heard" for f in room.facts("row"))
    assert room.open_work() == []
    assert (heard(room), room.events()) == ([], diary)
    for tab, row in (("clients", "c-ZOE"), ("bookings", "b-FRI1THANDI")):
        assert 0 < len(room.row(tab, row)["problem"]) <= 90
