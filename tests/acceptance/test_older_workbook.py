"""A workbook of an earlier version, lived in for years: init brings what is new, and touches nothing of hers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sheets_schema.columns import Role, Tab
from sheets_schema.headers import map_headers
from sheets_schema.policies import POLICIES
from sheets_schema.presets.known import PRESETS
from sheets_schema.reading import quoted
from sheets_schema.tabs import BY_KEY, tabs_of
from studio_sync.adapters.google_http import GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook, create_workbook
from studio_sync.opening import open_workbook

Json = dict[str, Any]
ROLES: tuple[Role, ...] = ("studio", "books")
NOW = datetime(2026, 11, 3, 6, 30, tzinfo=UTC)
PINK = {"rgbColor": {"red": 1.0, "green": 0.8, "blue": 0.8}}
#: title -> header and rows, as an earlier version had them and as she has changed them since
OLDER: dict[str, list[list[Any]]] = {
    "Settings": [
        ["Setting", "Value", "Name"],
        ["Mode", "live", "mode"],
        ["Studio name", "Nowhere Street Pilates", "studio_name"],
        ["Time zone", "Europe/London", "zone"],
        ["Cancel free until", 12.0, "cancel_free_hours"],
    ],
    "Clients": [
        ["Phone", "Name", "Mat colour", "Status", "Id"],
        ["+44 7700 900101", "Thandi Maroon", "green", "active", "c-THANDI"],
        ["+44 7700 900102", "Sipho Amber", "", "paused", "c-SIPHO"],
        ["", "", "", "", ""],
        ["+44 7700 900104", "Zoë Umber", "blue", "active", "c-ZOE"],
    ],
    "Bookings": [["Client", "Date", "Time", "State", "Id"], ["Thandi Maroon", 46330.0, 0.375, "booked", "b-1"]],
    "Holiday ideas": [["Where", "Name"], ["Nowhere Bay", "=Thandi's hut"]],
}


@pytest.fixture
def way(tmp_path: Path) -> Iterator[GoogleHttp]:
    command = [sys.executable, "-m", "emulator", "--port", "0", "--data", str(tmp_path / "world")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield GoogleHttp(sign_in("local"), base=json.loads(process.stdout.readline())["base"])
        process.terminate()


@pytest.fixture
def older(way: GoogleHttp) -> SheetsWorkbook:
    """Her file: four tabs, a pink row, a wide column, a hidden one, a note, a name of her own."""
    book = create_workbook(way, "My studio", locale="en_GB", zone="Europe/London")
    made: list[Json] = []
    for number, (title, grid) in enumerate(OLDER.items(), 101):
        size = {"rowCount": 60, "columnCount": len(grid[0])}
        made.append({"addSheet": {"properties": {"sheetId": number, "title": title, "gridProperties": size}}})
        rows = [{"values": [{"userEnteredValue": _value(cell)} for cell in line]} for line in grid]
        start = {"sheetId": number, "rowIndex": 0, "columnIndex": 0}
        made.append({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
    clients = {"sheetId": 102}
    pink = {"userEnteredFormat": {"backgroundColorStyle": PINK}, "note": "owes me a towel"}
    row = {**clients, "startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 4}
    wide = {**clients, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    hidden = {**clients, "dimension": "COLUMNS", "startIndex": 3, "endIndex": 4}
    hers = {"sheetId": 104, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 1}
    made += [
        {"repeatCell": {"range": row, "cell": pink, "fields": "userEnteredFormat,note"}},
        {"updateDimensionProperties": {"range": wide, "properties": {"pixelSize": 333}, "fields": "pixelSize"}},
        {"updateDimensionProperties": {"range": hidden, "properties": {"hiddenByUser": True}, "fields": "*"}},
        {"updateSheetProperties": {"properties": {**clients, "tabColorStyle": PINK}, "fields": "tabColorStyle"}},
        {"addNamedRange": {"namedRange": {"name": "my_ideas", "range": hers}}},
    ]
    book.commit(made)
    return book


def _value(cell: Any) -> Json:
    if cell == "":
        return {}
    return {"stringValue": cell} if isinstance(cell, str) else {"numberValue": cell}


def whole(way: GoogleHttp, book: SheetsWorkbook) -> Json:
    """The workbook as Google gives it, with every cell."""
    found = dict(way.sheets().fetch_sheet_metadata(book.id, params={"includeGridData": True}))
    return found


def hers(book: Json) -> Json:
    """What she made: her tabs in her order, their looks, and every cell of the columns she had."""
    found: Json = {}
    for sheet in book["sheets"]:
        title = sheet["properties"]["title"]
        if title not in OLDER:
            continue
        width, data = len(OLDER[title][0]), sheet["data"][0]
        rows = [_filled(row.get("values", [])[:width]) for row in data.get("rowData", ())]
        properties = {**sheet["properties"], "gridProperties": {}, "index": 0}
        columns = [_unseen(column) for column in data["columnMetadata"][:width]]
        found[title] = [properties, rows[: len(OLDER[title])], columns]
    return found


def _unseen(column: Json) -> Json:
    """Without the tag by which we know the column again: she does not see it."""
    return {name: value for name, value in column.items() if name != "developerMetadata"}


def _filled(cells: list[Json]) -> list[Json]:
    """Without the empty cells at its end."""
    return cells[: max((at for at, cell in enumerate(cells, 1) if cell), default=0)]


def test_what_is_new_is_there_and_what_is_hers_is_untouched(way: GoogleHttp, older: SheetsWorkbook) -> None:
    before = whole(way, older)
    for role in ROLES:  # both in the one file she has
        assert open_workbook(role, older, now=NOW).requests > 0
    after = whole(way, older)

    assert hers(after) == hers(before)
    assert list(hers(after)) == list(OLDER)
    assert after["properties"]["title"] == "My studio"
    assert "my_ideas" in {each["name"] for each in after["namedRanges"]}
    for tab in (*tabs_of("studio"), *tabs_of("books")):
        if not tab.drawn and tab.key != "book_changes":  # one file has one Changes
            assert map_headers(tab, header(older, tab)).missing == ()
    settings = older.read([quoted("Settings")])[0]
    assert [line[2] for line in settings[1:5]] == ["mode", "studio_name", "zone", "cancel_free_hours"]
    assert {line[2] for line in settings[1:]} == {policy.name for policy in POLICIES}

    for role in ROLES:
        assert open_workbook(role, older, now=NOW).requests == 0


def test_a_column_that_joins_brings_its_boxes_to_the_rows_there_are(way: GoogleHttp, older: SheetsWorkbook) -> None:
    open_workbook("studio", older, now=NOW)
    (clients,) = [sheet for sheet in whole(way, older)["sheets"] if sheet["properties"]["title"] == "Clients"]
    rows = [row.get("values", []) for row in clients["data"][0]["rowData"]]
    at = [cell.get("formattedValue") for cell in rows[0]].index("Remind")
    boxes = [row[at].get("dataValidation", {}).get("condition", {}).get("type") for row in rows[1:5]]
    assert boxes == ["BOOLEAN"] * 4
    assert all(len(row) <= at or "dataValidation" not in row[at] for row in rows[5:])


def header(book: SheetsWorkbook, tab: Tab) -> list[Any]:
    grid: list[list[Any]] = book.read([f"{quoted(tab.title)}!1:1"])[0]
    return grid[0] if grid else []


def test_a_workbook_of_this_version_needs_nothing(way: GoogleHttp) -> None:
    book = create_workbook(way, "Sheet", locale="en_GB", zone="Europe/London")
    assert open_workbook("studio", book, now=NOW, title="Nowhere Street Pilates").requests > len(BY_KEY)
    assert open_workbook("studio", book, now=NOW).requests == 0


@pytest.mark.parametrize("title", ["Templates", "Texts"])
def test_a_text_of_a_newer_version_joins_the_others(way: GoogleHttp, title: str) -> None:
    book = create_workbook(way, "Sheet", locale="en_GB", zone="Europe/London")
    open_workbook("studio", book, now=NOW)
    made = book.read([quoted(title)])[0]
    (number,) = [sheet.sheet_id for sheet in book.shape().sheets if sheet.title == title]
    span = {"sheetId": number, "dimension": "ROWS", "startIndex": len(made) - 1, "endIndex": len(made)}
    book.commit([{"deleteDimension": {"range": span}}])  # as if the earlier version had not had it
    assert book.read([quoted(title)])[0] == made[:-1]

    open_workbook("studio", book, now=NOW)
    assert book.read([quoted(title)])[0] == made
    assert open_workbook("studio", book, now=NOW).requests == 0


def test_a_tab_without_ids_gets_no_rows(way: GoogleHttp) -> None:
    book = create_workbook(way, "Sheet", locale="en_GB", zone="Europe/London")
    open_workbook("studio", book, now=NOW)
    (number,) = [sheet.sheet_id for sheet in book.shape().sheets if sheet.title == "Texts"]
    at = [column.field for column in BY_KEY["texts"].columns].index("id")
    span = {"sheetId": number, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    book.commit([{"deleteDimension": {"range": span}}])
    before = len(book.read([quoted("Texts")])[0])
    open_workbook("studio", book, now=NOW)
    assert len(book.read([quoted("Texts")])[0]) == before


def test_a_preset_fills_what_is_new_and_never_what_is_hers(way: GoogleHttp, older: SheetsWorkbook) -> None:
    new = create_workbook(way, "Sheet", locale="en_GB", zone="Europe/London")
    open_workbook("studio", new, now=NOW, preset=PRESETS["tattoo"])
    assert {line[0]: line[1] for line in new.read([quoted("Settings")])[0]}["Currency"] == "£"
    assert new.read([quoted("Prices")])[0][1][:2] == ["single", 390.0]
    open_workbook("studio", older, now=NOW, preset=PRESETS["tattoo"])
    values = {line[2]: line[1] for line in older.read([quoted("Settings")])[0][1:]}
    assert (values["cancel_free_hours"], values["remind_before"]) == (12.0, 120.0)
    assert open_workbook("studio", older, now=NOW, preset=PRESETS["pilates"]).requests == 0
