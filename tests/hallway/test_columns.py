"""Columns and tabs that she renames, moves, hides, doubles or spoils: understood, or refused in words. Never guessed.

Every change is done to the workbook at the stand-in, read by the real adapter, and taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sheets_schema.reading import Reading
from sheets_schema.tabs import BY_KEY
from sheets_schema.workbook import CELL_FIELDS, spans
from studio_sync.errors import Unavailable
from tests.hallway.inside import Inside, values
from tests.hallway.room import letters

CLIENTS, BOOKINGS, SETTINGS = BY_KEY["clients"], BY_KEY["bookings"], BY_KEY["settings"]
Act = Callable[[Inside], None]


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    found = Inside()
    yield found
    found.close()


def at(tab: Any, field: str) -> int:
    """Where a column stood when the workbook was made."""
    return [column.field for column in tab.columns].index(field)


def names(tab: Any, field: str, words: str) -> Act:
    """She types another heading."""
    return lambda inside: inside.owner("type", cell=f"{tab.title}!{letters(at(tab, field))}1", text=words)


def moves(tab: Any, field: str, target: int) -> Act:
    """She drags a column to another place."""
    source = {"sheetId": tab.sheet_id, "dimension": "COLUMNS"}
    source |= {"startIndex": at(tab, field), "endIndex": at(tab, field) + 1}
    return lambda inside: inside.do({"moveDimension": {"source": source, "destinationIndex": target}})


def columns(tab: Any, what: str, start: int, count: int = 1, **more: Any) -> Act:
    """She inserts or deletes columns."""
    span = {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "startIndex": start, "endIndex": start + count}
    return lambda inside: inside.do({what: {"range": span, **more}})


def copies(tab: Any, field: str, target: int, kind: str = "copyPaste") -> Act:
    """She copies a column, or cuts it out, and puts it over another one."""

    def act(inside: Inside) -> None:
        rows = {"sheetId": tab.sheet_id, "startRowIndex": 0, "endRowIndex": 60}
        source = {**rows, "startColumnIndex": at(tab, field), "endColumnIndex": at(tab, field) + 1}
        if kind == "copyPaste":
            there = {**rows, "startColumnIndex": target, "endColumnIndex": target + 1}
        else:
            there = {"sheetId": tab.sheet_id, "rowIndex": 0, "columnIndex": target}
        inside.do({kind: {"source": source, "destination": there, "pasteType": "PASTE_NORMAL"}})

    return act


def sheet(tab: Any, **properties: Any) -> Act:
    """She changes a property of a tab."""
    fields = ",".join(properties)
    wanted = {"properties": {"sheetId": tab.sheet_id, **properties}, "fields": fields}
    return lambda inside: inside.do({"updateSheetProperties": wanted})


def looks(tab: Any, field: str, **size: Any) -> Act:
    """She hides a column or makes it wider."""
    span = {
        "sheetId": tab.sheet_id,
        "dimension": "COLUMNS",
        "startIndex": at(tab, field),
        "endIndex": at(tab, field) + 1,
    }
    wanted = {"range": span, "properties": size, "fields": ",".join(size)}
    return lambda inside: inside.do({"updateDimensionProperties": wanted})


def formats(tab: Any, field: str, kind: str, pattern: str) -> Act:
    """She gives a whole column another number format."""
    span = {"sheetId": tab.sheet_id, "startRowIndex": 1, "endRowIndex": 60}
    span |= {"startColumnIndex": at(tab, field), "endColumnIndex": at(tab, field) + 1}
    cell = {"userEnteredFormat": {"numberFormat": {"type": kind, "pattern": pattern}}}
    wanted = {"range": span, "cell": cell, "fields": "userEnteredFormat.numberFormat"}
    return lambda inside: inside.do({"repeatCell": wanted})


def both(*acts: Act) -> Act:
    """One after the other."""

    def act(inside: Inside) -> None:
        for each in acts:
            each(inside)

    return act


def book(**properties: Any) -> Act:
    """She changes a property of the workbook."""
    wanted = {"properties": properties, "fields": ",".join(properties)}
    return lambda inside: inside.do({"updateSpreadsheetProperties": wanted})


def twin(title: str) -> Act:
    return lambda inside: inside.do({"duplicateSheet": {"sourceSheetId": CLIENTS.sheet_id, "newSheetName": title}})


WIDTH = len(CLIENTS.columns)
#: what she does, and every column still means what it meant
UNDERSTOOD: dict[str, Act] = {
    "one heading renamed": names(CLIENTS, "phone", "Cell number"),
    "a required heading renamed": names(CLIENTS, "name", "Who"),
    "the id heading renamed": names(CLIENTS, "id", "Do not touch"),
    "many headings renamed": both(
        *(names(CLIENTS, field, f"My {field}") for field in ("name", "phone", "email", "birthday", "notes", "id"))
    ),
    "a heading in another language": names(BOOKINGS, "client", "Kliënt"),
    "a heading in emoji": names(CLIENTS, "notes", "\U0001f4dd"),
    "a heading from right to left": names(CLIENTS, "notes", "ملاحظات"),
    "a heading that is a number": names(CLIENTS, "notes", "7"),
    "capitals and blanks": names(CLIENTS, "usual_type", "  USUAL   type "),
    "renamed to a word of another column": names(CLIENTS, "notes", "Email"),
    "renamed to a word of a column beside it": names(CLIENTS, "phone", "Name"),
    "one column moved to the left": moves(CLIENTS, "id", 0),
    "one column moved to the right": moves(CLIENTS, "name", WIDTH),
    "machine columns moved first": both(moves(CLIENTS, "code", 0), moves(CLIENTS, "id", 1)),
    "a moved and renamed column": both(names(CLIENTS, "phone", "Cell"), moves(CLIENTS, "phone", 9)),
    "two renamed columns change places": both(
        names(CLIENTS, "email", "Phone 2"), names(CLIENTS, "notes", "Phone 2"), moves(CLIENTS, "email", WIDTH)
    ),
    "a column of hers in between": both(
        columns(CLIENTS, "insertDimension", 1, inheritFromBefore=True),
        lambda inside: inside.owner("type", cell="Clients!B1", text="Cat's name"),
    ),
    "three empty columns first": columns(CLIENTS, "insertDimension", 0, 3, inheritFromBefore=False),
    "a column of hers with a heading of ours": both(
        columns(CLIENTS, "insertDimension", 0, inheritFromBefore=False),
        lambda inside: inside.owner("type", cell="Clients!A1", text="Phone"),
        lambda inside: inside.owner("type", cell="Clients!A2", text="0000"),
    ),
    "a column doubled to the right": copies(CLIENTS, "phone", WIDTH),
    "a column doubled to the left": both(
        columns(CLIENTS, "insertDimension", 0, inheritFromBefore=False),
        lambda inside: inside.do(
            {
                "copyPaste": {
                    "source": {"sheetId": CLIENTS.sheet_id, "startColumnIndex": 2, "endColumnIndex": 3},
                    "destination": {"sheetId": CLIENTS.sheet_id, "startColumnIndex": 0, "endColumnIndex": 1},
                }
            }
        ),
        lambda inside: inside.owner("type", cell="Clients!A3", text="+44 7700 900199"),
    ),
    "a column cut out and put elsewhere": copies(CLIENTS, "notes", WIDTH, "cutPaste"),
    "a column hidden": looks(CLIENTS, "phone", hiddenByUser=True),
    "a column made wide": looks(CLIENTS, "phone", pixelSize=400),
    "a filter over the tab": lambda inside: inside.do(
        {"setBasicFilter": {"filter": {"range": {"sheetId": CLIENTS.sheet_id, "startRowIndex": 0}}}}
    ),
    "the filter taken away": lambda inside: inside.do({"clearBasicFilter": {"sheetId": CLIENTS.sheet_id}}),
    "rows hidden": lambda inside: inside.do(
        {
            "updateDimensionProperties": {
                "range": {"sheetId": CLIENTS.sheet_id, "dimension": "ROWS", "startIndex": 2, "endIndex": 5},
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        }
    ),
    "no frozen rows": sheet(CLIENTS, gridProperties={"frozenRowCount": 0}),
    "a tab renamed": sheet(CLIENTS, title="Customers"),
    "two tabs that change names": both(
        sheet(CLIENTS, title="X"), sheet(BOOKINGS, title="Clients"), sheet(CLIENTS, title="Bookings")
    ),
    "a tab with a quotation mark": sheet(BOOKINGS, title="Nadine's book!"),
    "a tab moved": sheet(SETTINGS, index=0),
    "a tab hidden": sheet(BOOKINGS, hidden=True),
    "a tab coloured": sheet(CLIENTS, tabColorStyle={"rgbColor": {"red": 1}}),
    "a tab doubled": twin("Copy of Clients"),
    "a tab doubled, and the copy has our name": both(sheet(CLIENTS, title="Old clients"), twin("Clients")),
    "a tab of hers": lambda inside: inside.do({"addSheet": {"properties": {"title": "Shopping"}}}),
    "another locale": book(locale="de_DE"),
    "American dates": book(locale="en_US"),
    "another date format": formats(BOOKINGS, "date", "DATE", "yyyy/mm/dd"),
    "dates as numbers": formats(BOOKINGS, "date", "NUMBER", "0"),
    "money as plain numbers": formats(BOOKINGS, "price", "NUMBER", "0.00"),
    "cells she locked": lambda inside: inside.owner("lock", cell="Clients!A1:D9"),
    "the protection taken away": lambda inside: inside.owner("unlock", cell="Clients!A1:Z9"),
    "merged cells below the table": lambda inside: inside.do(
        {
            "mergeCells": {
                "range": {
                    "sheetId": CLIENTS.sheet_id,
                    "startRowIndex": 40,
                    "endRowIndex": 42,
                    "startColumnIndex": 0,
                    "endColumnIndex": 4,
                },
                "mergeType": "MERGE_ALL",
            }
        }
    ),
}
#: what she does, and the tab pauses, with the heading that is named
REFUSED: dict[str, tuple[Act, str, str]] = {
    "a required heading emptied": (names(CLIENTS, "name", ""), "clients", "Name"),
    "a required column deleted": (columns(BOOKINGS, "deleteDimension", 2), "bookings", "Client"),
    "the id column deleted": (columns(CLIENTS, "deleteDimension", WIDTH - 1), "clients", "Id"),
    "two headings the wrong way round": (
        both(names(CLIENTS, "phone", "Birthday"), names(CLIENTS, "birthday", "Phone")),
        "clients",
        "Phone",
    ),
    "a row above the headings": (lambda inside: inside.owner("insert", sheet="Clients", row=1), "clients", "Name"),
    "the heading row deleted": (lambda inside: inside.owner("delete", sheet="Clients", row=1), "clients", "Name"),
}
#: what she does, and only this column of that tab is not read any more
WITHOUT: dict[str, tuple[Act, str, str]] = {
    "a column deleted": (columns(CLIENTS, "deleteDimension", at(CLIENTS, "notes")), "clients", "notes"),
    "a machine column deleted": (columns(CLIENTS, "deleteDimension", at(CLIENTS, "code")), "clients", "code"),
    "a heading emptied": (names(CLIENTS, "notes", ""), "clients", "notes"),
}
TABS = ("clients", "bookings", "settings", "prices", "hours")


def test_there_are_forty_of_them() -> None:
    assert len(UNDERSTOOD) + len(REFUSED) + len(WITHOUT) >= 40


def writes_right(inside: Inside, reading: Reading, before: dict[str, Any]) -> None:
    """A cell of ours lands in its column, wherever that is now, and nowhere else."""
    seen = reading.tabs["clients"]
    row = seen.find("c-ZOE")
    assert row is not None
    new = {"sent": "sent 08:42", "code": "ZOE99"}
    for start, run in spans(CLIENTS, new, seen.headers.order, inside.context, "c-ZOE"):
        place = {"sheetId": seen.sheet_id, "rowIndex": row.position, "columnIndex": start}
        inside.do({"updateCells": {"start": place, "rows": [{"values": run}], "fields": CELL_FIELDS}})
    assert values(inside.look(), "clients") == {**before, "c-ZOE": {**before["c-ZOE"], **new}}


@pytest.fixture(scope="module")
def before(inside: Inside) -> dict[str, Any]:
    """What stands in the workbook before anything is done to it."""
    reading = inside.look()
    return {tab: values(reading, tab) for tab in TABS}


@pytest.mark.parametrize("what", UNDERSTOOD)
def test_it_is_understood_and_init_has_nothing_to_do(inside: Inside, before: Any, what: str) -> None:
    with inside.tried():
        UNDERSTOOD[what](inside)
        reading = inside.look()
        for tab in TABS:
            assert reading.tabs[tab].headers.broken == ()
            assert values(reading, tab) == before[tab]
        # The locale alone is put back: dot and comma must not flip.
        assert inside.heals() == (1 if what in {"another locale", "American dates"} else 0)
        writes_right(inside, reading, before["clients"])


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_words(inside: Inside, before: Any, what: str) -> None:
    act, tab, heading = REFUSED[what]
    with inside.tried():
        act(inside)
        reading = inside.look()
        assert next(column.title for column in reading.tabs[tab].headers.broken) == heading
        for other in TABS:
            if other != tab:
                assert values(reading, other) == before[other]


@pytest.mark.parametrize("what", WITHOUT)
def test_a_column_that_is_gone_is_missed_alone(inside: Inside, before: Any, what: str) -> None:
    act, tab, field = WITHOUT[what]
    with inside.tried():
        inside.owner("type", cell=f"Clients!{letters(at(CLIENTS, 'notes'))}3", text="likes mornings")
        act(inside)
        reading = inside.look()
        assert [column.field for column in reading.tabs[tab].headers.missing] == [field]
        more = {} if field == "notes" else {"notes": "likes mornings"}
        less = {row: {k: v for k, v in cells.items() if k != field} for row, cells in before[tab].items()}
        row = next(ident for ident, cells in values(reading, tab).items() if cells["name"] == "Sipho Amber")
        less[row] |= more
        assert values(reading, tab) == less


def test_columns_that_move_between_two_reads_are_read_again(inside: Inside) -> None:
    read = inside.port.tags
    with inside.tried():
        names(CLIENTS, "phone", "Cell")(inside)

        def meanwhile() -> Any:
            found = read()
            moves(CLIENTS, "phone", WIDTH)(inside)
            inside.port.tags = read  # type: ignore[method-assign]
            return found

        inside.port.tags = meanwhile  # type: ignore[method-assign]
        assert values(inside.look(), "clients")["c-ZOE"]["phone"] == "+44 7700 900104"


def test_a_workbook_whose_columns_never_stand_still_is_not_read(inside: Inside) -> None:
    read = inside.port.tags
    turn = [0]
    with inside.tried():
        names(CLIENTS, "phone", "Cell")(inside)

        def restless() -> Any:
            found = read()
            turn[0] += 1
            inside.owner("type", cell="Clients!B1", text=f"Cell {turn[0]}")
            return found

        inside.port.tags = restless  # type: ignore[method-assign]
        with pytest.raises(Unavailable):
            inside.look()
        inside.port.tags = read  # type: ignore[method-assign]
