"""batchUpdate kinds for tabs and the spreadsheet itself."""

from __future__ import annotations

import copy

from emulator.google_errors import GoogleError, not_built
from emulator.google_wire import Json, Mask, parse_mask
from emulator.sheets.book import Book, Tab
from emulator.sheets.cells import clean_format, masked

#: default size of a new grid
ROWS, COLUMNS = 1000, 26
GRID = {"rowCount", "columnCount", "frozenRowCount", "frozenColumnCount", "hideGridlines"}


def new_tab(properties: Json) -> Json:
    """The document of an empty tab; sheetId and title must be in the properties."""
    grid = {"rowCount": ROWS, "columnCount": COLUMNS, **(properties.get("gridProperties") or {})}
    kept = {"sheetId": properties["sheetId"], "title": properties["title"], "sheetType": "GRID", "gridProperties": grid}
    for name in ("hidden", "rightToLeft"):
        if properties.get(name):
            kept[name] = True
    for name in ("tabColor", "tabColorStyle"):
        if properties.get(name):
            kept.update(clean_format({name: properties[name]}))
    dims: Json = {"ROWS": {}, "COLUMNS": {}}
    return {
        "properties": kept,
        "rows": 0,
        "protected": [],
        "merges": [],
        "filter": None,
        "conditional": [],
        "dims": dims,
    }


def shown(tab: Tab) -> Json:
    """SheetProperties as answered; a sheetId or index of 0 stays here (facts/google.md 2)."""
    own = tab.properties
    first = {"sheetId": tab.id, "title": tab.title, "index": tab.book.doc["order"].index(tab.id), "sheetType": "GRID"}
    grid = {name: value for name, value in own["gridProperties"].items() if value not in (False, 0, None)}
    rest = {name: value for name, value in own.items() if name not in {*first, "gridProperties"} and value is not False}
    return {**first, "gridProperties": grid, **rest}


def known_names(mask: Mask, known: set[str]) -> None:
    """Refuse a mask with names that the stand-in does not change.

    Raises:
        GoogleError: 501.
    """
    if unknown := set(mask) - known - {"*"}:
        raise not_built(f"change of {min(unknown)}")


def _check_title(book: Book, title: str, own: int | None = None) -> None:
    if len(title) > 100:
        raise GoogleError(400, "The sheet name cannot be greater than 100 characters.")
    twin = book.titled(title)
    if twin is not None and twin.id != own:
        raise GoogleError(400, f'A sheet with the name "{title}" already exists. Please enter another name.')


def _new_id(book: Book, wanted: int | None) -> int:
    if wanted is None:
        return int(book.world.mint("123456789", 9))
    if wanted in book.doc["order"]:
        raise GoogleError(400, f"A sheet with id {wanted} already exists.")
    return int(wanted)


def add(book: Book, body: Json) -> Json:
    """`addSheet`."""
    wanted = body.get("properties") or {}
    if wanted.get("sheetType") not in (None, "GRID"):
        raise GoogleError(501, f"The stand-in has no sheet of type {wanted['sheetType']}")
    title = wanted.get("title")
    if not title:
        title = next(name for name in (f"Sheet{n}" for n in range(1, 10_000)) if book.titled(name) is None)
    _check_title(book, title)
    properties = {**wanted, "sheetId": _new_id(book, wanted.get("sheetId")), "title": title}
    tab = book.add(new_tab(properties), wanted.get("index"))
    tab.resize(*tab.size)
    return {"addSheet": {"properties": shown(tab)}}


def delete(book: Book, body: Json) -> Json:
    """`deleteSheet`, with its metadata and named ranges."""
    tab = book.tab(int(body.get("sheetId") or 0))
    if not [other for other in book.tabs if other.id != tab.id and not other.properties.get("hidden")]:
        raise GoogleError(400, "You can't remove all the sheets in a document.")
    for entry in list(book.metadata()):
        location = entry["location"]
        if tab.id in (location.get("sheetId"), location.get("dimensionRange", {}).get("sheetId")):
            book.store.drop(book.metadata_kind, str(entry["metadataId"]))
    named = book.doc["named"]
    for name in [name for name, item in named.items() if (item["range"].get("sheetId") or 0) == tab.id]:
        del named[name]
    book.remove(tab)
    return {}


def duplicate(book: Book, body: Json) -> Json:
    """`duplicateSheet`: cells, sizes, merges and protections (with new ids) go along; metadata does not."""
    source = book.tab(int(body.get("sourceSheetId") or 0))
    title = body.get("newSheetName") or f"Copy of {source.title}"
    _check_title(book, title)
    doc = copy.deepcopy(source.doc)
    doc["properties"].update(sheetId=_new_id(book, body.get("newSheetId")), title=title)
    doc["rows"] = 0
    for item in [*doc["merges"], *(each["range"] for each in doc["protected"])]:
        item["sheetId"] = doc["properties"]["sheetId"]
    for item in doc["protected"]:
        item["protectedRangeId"] = int(book.world.mint("123456789", 9))
    doc["filter"], doc["conditional"] = None, []
    tab = book.add(doc, body.get("insertSheetIndex") or 0)
    tab.replace_rows([list(row) for row in source.rows()])
    return {"duplicateSheet": {"properties": shown(tab)}}


def update(book: Book, body: Json) -> Json:
    """`updateSheetProperties` by mask."""
    wanted, mask = body.get("properties") or {}, parse_mask(body.get("fields") or "")
    known_names(mask, {"title", "index", "gridProperties", "hidden", "rightToLeft", "tabColor", "tabColorStyle"})
    known_names(mask.get("gridProperties") or {}, GRID)
    tab = book.tab(int(wanted.get("sheetId") or 0))
    every = "*" in mask
    if "title" in mask or (every and "title" in wanted):
        _check_title(book, wanted.get("title") or "", tab.id)
        tab.properties["title"] = wanted["title"]
    if "index" in mask or (every and "index" in wanted):
        _move(book, tab, int(wanted.get("index") or 0))
    if "gridProperties" in mask or (every and "gridProperties" in wanted):
        _regrid(
            tab,
            masked(tab.properties["gridProperties"], wanted.get("gridProperties") or {}, mask.get("gridProperties")),
        )
    for name in ("hidden", "rightToLeft"):
        if name in mask or (every and name in wanted):
            tab.properties[name] = bool(wanted.get(name))
    if all(each.properties.get("hidden") for each in book.tabs):
        raise GoogleError(400, "You can't hide all the sheets in a document.")
    for name in ("tabColor", "tabColorStyle"):
        if name in mask or (every and name in wanted):
            tab.properties.pop("tabColor", None)
            tab.properties.pop("tabColorStyle", None)
            tab.properties.update(clean_format({name: wanted[name]}) if wanted.get(name) else {})
    tab.touch()
    return {}


def _move(book: Book, tab: Tab, index: int) -> None:
    """The index counts the places before the move, as in the UI's own request (facts: discovery document)."""
    order = book.doc["order"]
    if not 0 <= index <= len(order):
        raise GoogleError(400, f"Invalid sheet index: {index}")
    before = order.index(tab.id)
    order.remove(tab.id)
    order.insert(index - 1 if index > before else index, tab.id)
    book.touch()


def _regrid(tab: Tab, grid: Json) -> None:
    rows, columns = grid.get("rowCount") or tab.size[0], grid.get("columnCount") or tab.size[1]
    if (grid.get("frozenRowCount") or 0) >= rows or (grid.get("frozenColumnCount") or 0) >= columns:
        raise GoogleError(400, "You can't freeze all visible rows or columns on the sheet.")
    grid = {**grid, "rowCount": tab.size[0], "columnCount": tab.size[1]}
    tab.properties["gridProperties"] = grid
    tab.resize(rows, columns)


def update_book(book: Book, body: Json) -> Json:
    """`updateSpreadsheetProperties` by mask; a new title is the file's new name."""
    mask = parse_mask(body.get("fields") or "")
    known_names(mask, {"title", "locale", "timeZone", "autoRecalc"})
    book.doc["properties"] = {**book.doc["properties"], **masked({}, body.get("properties") or {}, mask)}
    book.locale = book.doc["properties"]["locale"]
    book.touch()
    return {}
