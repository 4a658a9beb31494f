"""A Spreadsheet as `get`, `create` and `includeSpreadsheetInResponse` show it."""

from __future__ import annotations

from emulator.google_wire import Json, Mask, wants
from emulator.sheets import protect, tabs
from emulator.sheets.a1 import Box
from emulator.sheets.book import Book, Tab
from emulator.sheets.cells import Cell, cell_data, part
from emulator.sheets.metadata import sheet_of

_ROW_PIXELS, _COLUMN_PIXELS = 21, 100


def spreadsheet(book: Book, ranges: list[str], *, data: bool, mask: Mask | None = None) -> Json:
    """The resource; with ranges only their tabs, with `data` their cells. A field mask overrides `data`."""
    if mask is not None:
        data = wants(mask, "sheets", "data")
    boxes = [book.find(text) for text in ranges]
    wanted = [tab for tab in book.tabs if not boxes or any(tab is each for each, _ in boxes)]
    shown: Json = {"spreadsheetId": book.id, "properties": book.doc["properties"]}
    shown["sheets"] = []
    for tab in wanted:
        own = [box for each, box in boxes if each is tab] or [Box(top=0, bottom=tab.size[0], left=0, right=tab.size[1])]
        shown["sheets"].append(_sheet(tab, own if data else [], mask))
    if book.doc["named"]:
        shown["namedRanges"] = list(book.doc["named"].values())
    shown["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    own_metadata = [entry for entry in book.metadata() if sheet_of(entry) is None]
    if own_metadata:
        shown["developerMetadata"] = own_metadata
    return shown


def _sheet(tab: Tab, boxes: list[Box], mask: Mask | None) -> Json:
    shown: Json = {"properties": tabs.shown(tab)}
    if boxes:
        shown["data"] = [_grid_data(tab, box, mask) for box in boxes]
    merges = [item for item in tab.doc["merges"] if not boxes or any(tab.book.box(item)[1].meets(box) for box in boxes)]
    parts = {
        "merges": merges,
        "conditionalFormats": tab.doc["conditional"],
        "protectedRanges": [protect.shown(item) for item in tab.doc["protected"]],
        "basicFilter": tab.doc["filter"],
        "developerMetadata": [e for e in tab.book.metadata() if e["location"].get("sheetId") == tab.id],
    }
    shown.update({name: item for name, item in parts.items() if item})
    return shown


def _grid_data(tab: Tab, box: Box, mask: Mask | None) -> Json:
    data: Json = {}
    if box.top:
        data["startRow"] = box.top
    if box.left:
        data["startColumn"] = box.left
    full = wants(mask, "sheets", "data", "rowData", "values", "effectiveFormat")
    rows = [_row(tab, row[box.left : box.right], full) for row in tab.rows(box.top, box.bottom)]
    while rows and not rows[-1]:
        rows.pop()
    if rows:
        data["rowData"] = rows
    if wants(mask, "sheets", "data", "rowMetadata"):
        data["rowMetadata"] = _sizes(tab, "ROWS", box.top, box.bottom)
    if wants(mask, "sheets", "data", "columnMetadata"):
        data["columnMetadata"] = _sizes(tab, "COLUMNS", box.left, box.right)
    return data


def _row(tab: Tab, cells: list[Cell], full: bool) -> Json:
    book = tab.book
    values = [cell_data(c, book.style(part(c, "s")), book.locale, effective_format=full) for c in cells]
    while values and not values[-1]:
        values.pop()
    return {"values": values} if values else {}


def _sizes(tab: Tab, dimension: str, start: int, end: int) -> list[Json]:
    """DimensionProperties, with the developer metadata that lies on a row or column."""
    usual = _ROW_PIXELS if dimension == "ROWS" else _COLUMN_PIXELS
    known = tab.doc["dims"][dimension]
    sizes: list[Json] = [{"pixelSize": usual, **known.get(str(at), {})} for at in range(start, end)]
    for entry in tab.book.metadata():
        span = entry["location"].get("dimensionRange")
        if span and span["sheetId"] == tab.id and span["dimension"] == dimension and start <= span["startIndex"] < end:
            sizes[span["startIndex"] - start].setdefault("developerMetadata", []).append(entry)
    return sizes
