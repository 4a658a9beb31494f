"""Disasters in the workbook: no client hears of any, she is asked once, and one tap or tick brings everything back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sheets_schema.head import SHEET_ID as NOTES
from sheets_schema.tabs import BY_KEY
from studio_sync.local.sample import CLIENTS, OWNER
from studio_sync.opening import open_workbook
from studio_sync.rules.facts import MessageCame, RowChanged, RowGone, RowTyped, Tick
from tests.hallway.room import Room

Act = Callable[[Room], None]
#: what a spreadsheet is at the stand-in
SHEETS = ("sheets.book", "sheets.tab", "sheets.rows")
#: what must stand there again
TABS = ("clients", "bookings", "settings", "prices", "hours", "invoices")


def at(tab: str, field: str) -> int:
    return [column.field for column in BY_KEY[tab].columns].index(field)


def rows_of(room: Room, tab: str) -> int:
    return len(room.grid(tab))


def do(room: Room, tab: str, *requests: dict[str, Any]) -> None:
    room.owner("do", book=room.book_of(tab), requests=list(requests))


def box(tab: str, field: str = "", *, rows: tuple[int, int] = (1, 60), width: int = 1) -> dict[str, Any]:
    """A column of a tab, or a block of columns from it; without a field the whole tab."""
    left = at(tab, field) if field else 0
    right = left + width if field else len(BY_KEY[tab].columns)
    span = {"sheetId": BY_KEY[tab].sheet_id, "startRowIndex": rows[0], "endRowIndex": rows[1]}
    return span | {"startColumnIndex": left, "endColumnIndex": right}


def deletes(tab: str, keep: int = 0) -> Act:
    """She deletes all rows but the first ones."""
    return lambda room: room.owner(
        "delete", book=room.book_of(tab), sheet=BY_KEY[tab].title, row=2 + keep, count=rows_of(room, tab) - 1 - keep
    )


def empties(tab: str, field: str = "") -> Act:
    """She selects a column, or the whole table, and presses delete."""
    return lambda room: do(
        room, tab, {"updateCells": {"range": box(tab, field), "rows": [], "fields": "userEnteredValue"}}
    )


def sorts_alone(tab: str, field: str, *, down: bool = True) -> Act:
    """She sorts one column without the others."""
    order = "DESCENDING" if down else "ASCENDING"

    def act(room: Room) -> None:
        span = box(tab, field, rows=(1, rows_of(room, tab)))
        spec = {"dimensionIndex": at(tab, field), "sortOrder": order}
        do(room, tab, {"sortRange": {"range": span, "sortSpecs": [spec]}})

    return act


def fills(tab: str, field: str, value: Any) -> Act:
    """She drags one value over a whole column."""

    def act(room: Room) -> None:
        kind = "numberValue" if isinstance(value, float | int) else "stringValue"
        span = box(tab, field, rows=(1, rows_of(room, tab)))
        cell = {"userEnteredValue": {kind: value}}
        do(room, tab, {"repeatCell": {"range": span, "cell": cell, "fields": "userEnteredValue"}})

    return act


def pastes_over(tab: str, lines: int, width: int, text: str = "x") -> Act:
    """She pastes another table over this one."""
    rows = [
        {"values": [{"userEnteredValue": {"stringValue": f"{text}{n}{m}"}} for m in range(width)]} for n in range(lines)
    ]
    start = {"sheetId": BY_KEY[tab].sheet_id, "rowIndex": 1, "columnIndex": 0}
    return lambda room: do(room, tab, {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})


def shifts(tab: str, field: str) -> Act:
    """She inserts one cell, and a column slips down by a row."""

    def act(room: Room) -> None:
        high = rows_of(room, tab)
        there = box(tab, field, rows=(2, high + 1))
        do(room, tab, {"copyPaste": {"source": box(tab, field, rows=(1, high)), "destination": there}})

    return act


def replaces(tab: str, field: str, old: str, new: str) -> Act:
    """Search and replace over a column."""

    def act(room: Room) -> None:
        for row in room.rows(tab):
            if old in str(row.get(field, "")):
                room.type(tab, row["id"], field, str(row[field]).replace(old, new))

    return act


#: what happens to tabs with a table, and she can say Restore
ASKED: dict[str, tuple[str, Act]] = {
    "all bookings deleted": ("bookings", deletes("bookings")),
    "half the bookings deleted": ("bookings", deletes("bookings", keep=5)),
    "all clients deleted": ("clients", deletes("clients")),
    "all but one client deleted": ("clients", deletes("clients", keep=1)),
    "all settings deleted": ("settings", deletes("settings")),
    "the table of bookings emptied": ("bookings", empties("bookings")),
    "the table of clients emptied": ("clients", empties("clients")),
    "the id column of bookings emptied": ("bookings", empties("bookings", "id")),
    "the id column of clients emptied": ("clients", empties("clients", "id")),
    "one id dragged over all bookings": ("bookings", fills("bookings", "id", "b-FRI1THANDI")),
    "ids of bookings sorted alone": ("bookings", sorts_alone("bookings", "id")),
    "ids of clients sorted alone": ("clients", sorts_alone("clients", "id")),
    "dates sorted alone": ("bookings", sorts_alone("bookings", "date")),
    "clients of bookings sorted alone": ("bookings", sorts_alone("bookings", "client")),
    "names sorted alone": ("clients", sorts_alone("clients", "name")),
    "phones sorted alone": ("clients", sorts_alone("clients", "phone")),
    "states emptied": ("bookings", empties("bookings", "state")),
    "dates emptied": ("bookings", empties("bookings", "date")),
    "phones emptied": ("clients", empties("clients", "phone")),
    "cancelled dragged over all states": ("bookings", fills("bookings", "state", "cancelled")),
    "sick dragged over all states": ("bookings", fills("bookings", "state", "sick")),
    "one date dragged over all dates": ("bookings", fills("bookings", "date", 46338)),
    "one client dragged over all bookings": ("bookings", fills("bookings", "client", "Thandi Maroon")),
    "one phone dragged over all clients": ("clients", fills("clients", "phone", "+447700900101")),
    "times slipped down by a row": ("bookings", shifts("bookings", "time")),
    "names slipped down by a row": ("clients", shifts("clients", "name")),
    "another table pasted over the clients": ("clients", pastes_over("clients", 7, 27)),
    "a list pasted over the bookings": ("bookings", pastes_over("bookings", 12, 4)),
}


def live(room: Room, *steps: float) -> None:
    """She does nothing more, and time passes in steps."""
    for seconds in steps:
        room.tick(seconds)
        room.look()
        room.round()


def table(room: Room) -> dict[str, dict[str, dict[str, Any]]]:
    """Every row by id in the tabs that are hers, ticks and derived cells left out."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for tab in TABS:
        left_out = {"problem", "next", "owes", "sent", "told"}
        rows = {
            row["id"]: {k: v for k, v in row.items() if k not in left_out and v is not False}
            for row in room.rows(tab)
            if "id" in row
        }
        found[tab] = rows
    return found


def heard(room: Room) -> list[str]:
    """Everything any client got."""
    return [text for _, phone, *_ in CLIENTS.values() for text in room.said(phone)]


def seen(room: Room) -> list[Any]:
    return [f for f in room.facts() if isinstance(f, RowChanged | RowGone | RowTyped) and f.tab != "today"]


def say(room: Room, choice: str, *, by: str) -> None:
    """She taps a button of the alert, or ticks its answer in Today."""
    line = next(
        row["id"] for row in room.rows("today") if row["id"].startswith("a:") and row["id"].endswith(f":{choice}")
    )
    if by == "tick":
        room.tick_box_today(line, 0)
    else:
        question = line.split(":")[1]
        tap = f"answer_{question}_{choice}"
        room.put(MessageCame(key="wamid.tap", at=room.clock.now(), phone=OWNER, form="tap", text=choice, choice=tap))


@pytest.mark.parametrize("what", ASKED)
def test_nobody_hears_of_it_and_all_comes_back(room: Room, what: str) -> None:
    tab, act = ASKED[what]
    before, diary = table(room), room.events()
    act(room)
    live(room, 1, 70)
    if tab != "settings":
        assert [text for text in room.said(OWNER) if "at once" in text], "she was not asked"
    assert room.rows("today")[0]["time"].startswith("Stopped: ")
    assert seen(room) == []
    say(room, "restore", by="tick" if len(what) % 2 else "tap")
    live(room, 1, 5, 5)
    after = table(room)
    assert {tab: {i: row for i, row in after[tab].items() if i in rows} for tab, rows in before.items()} == before
    assert room.events() == diary
    assert heard(room) == []
    assert not room.rows("today")[0]["time"].startswith("Stopped: ")
    assert not any(q.get("state") == "open" for q in room.rows("questions"))


def cuts(tab: str, what: str, start: int, dimension: str = "ROWS") -> Act:
    """She deletes or inserts one row or column."""
    span = {"sheetId": BY_KEY[tab].sheet_id, "dimension": dimension, "startIndex": start, "endIndex": start + 1}
    more = {"inheritFromBefore": False} if what == "insertDimension" else {}
    return lambda room: do(room, tab, {what: {"range": span, **more}})


def sorts_with_headings(tab: str) -> Act:
    spec = {"dimensionIndex": 0, "sortOrder": "ASCENDING"}
    return lambda room: do(room, tab, {"sortRange": {"range": box(tab, rows=(0, 60)), "sortSpecs": [spec]}})


#: what happens, and the words of the status line; she takes it back herself
IN_WORDS: dict[str, tuple[str, Act, str]] = {
    "the heading row deleted": ("clients", cuts("clients", "deleteDimension", 0), "The heading Name is missing in"),
    "the id column deleted": (
        "bookings",
        cuts("bookings", "deleteDimension", at("bookings", "id"), "COLUMNS"),
        "The heading Id is missing in Bookings",
    ),
    "a row above the headings": ("bookings", cuts("bookings", "insertDimension", 0), "The heading Date is missing in"),
    "headings sorted into the table": ("clients", sorts_with_headings("clients"), "The heading Name is missing in"),
    "the tab deleted": (
        "bookings",
        lambda room: do(room, "bookings", {"deleteSheet": {"sheetId": BY_KEY["bookings"].sheet_id}}),
        "The tab Bookings is gone",
    ),
}


@pytest.mark.parametrize("what", IN_WORDS)
def test_it_is_said_in_words_and_her_undo_is_enough(room: Room, what: str) -> None:
    _, act, words = IN_WORDS[what]
    live(room, 1)
    before, diary, store = table(room), room.events(), room.world.store
    kept = {kind: dict(store.items(kind)) for kind in SHEETS}
    kept = copy.deepcopy(kept)
    act(room)
    live(room, 1, 70)
    assert room.rows("today")[0]["time"].startswith(words)
    assert any(words in text for text in room.said(OWNER))
    assert (seen(room), heard(room)) == ([], [])
    studio = room.book_of("clients")
    with store.transaction():
        for kind, docs in kept.items():
            for key, doc in docs.items():
                if f"{studio}/{NOTES}" not in key and f"{studio}/{BY_KEY['today'].sheet_id}" not in key:
                    store.put(kind, key, doc)
    live(room, 31, 5)
    assert table(room) == before
    assert room.events() == diary
    assert (seen(room), heard(room)) == ([], [])
    assert not room.rows("today")[0]["time"].startswith(words)


def test_a_deleted_tab_is_made_again_by_init_and_filled_by_one_tap(room: Room) -> None:
    room.says(OWNER, "hello")
    live(room, 1)
    before = table(room)
    do(room, "bookings", {"deleteSheet": {"sheetId": BY_KEY["bookings"].sheet_id}})
    live(room, 1)
    open_workbook("studio", room.studio.polls[0].book.port, now=room.clock.now())
    live(room, 31, 5)
    say(room, "restore", by="tap")
    live(room, 1, 5, 5)
    assert table(room) == before
    assert heard(room) == []


def test_her_word_is_believed_and_silence_restores(room: Room) -> None:
    before = table(room)
    deletes("clients")(room)
    live(room, 1, 5)
    question = next(row["id"].split(":")[1] for row in room.rows("today") if row["id"].startswith("a:"))
    room.clock.tick(48 * 3600)
    room.put(Tick(key="tick:q", at=room.clock.now(), name="question.over", slot="x", about=question))
    live(room, 5, 5, 5)
    assert table(room)["clients"] == before["clients"]
    deletes("clients", keep=1)(room)
    live(room, 1, 5)
    say(room, "mine", by="tick")
    live(room, 1, 5, 61, 61)
    assert len([f for f in seen(room) if isinstance(f, RowGone)]) == len(before["clients"]) - 1
    assert not room.rows("today")[0]["time"].startswith("Stopped: ")


def test_many_bookings_that_were_hers_to_delete_are_one_question(room: Room) -> None:
    before, diary = table(room)["bookings"], room.events()
    deletes("bookings")(room)
    live(room, 1)
    say(room, "mine", by="tick")
    live(room, 1, 5, 61, 5)
    asked = [q for q in room.rows("questions") if q.get("state") == "open"]
    assert [q["key"] for q in asked] == ["rows_deleted"]
    assert (heard(room), room.events()) == ([], diary)
    say(room, "back", by="tick")
    live(room, 1, 5)
    booked = {ident: row for ident, row in before.items() if row["state"] == "booked"}
    assert table(room)["bookings"] == booked
    assert heard(room) == []
