"""batchUpdate kinds that add, remove and move rows and columns, and what that does to ranges and metadata."""

from __future__ import annotations

from collections.abc import Callable

from emulator.google_errors import GoogleError
from emulator.google_wire import Json, parse_mask
from emulator.sheets.a1 import Box
from emulator.sheets.book import Book, Row, Tab, trimmed
from emulator.sheets.cells import masked, part
from emulator.sheets.protect import guard
from emulator.sheets.tabs import known_names

#: old position -> new position; None: gone. Positions are edges: a span's start, or its end (`end` true).
Shift = Callable[[int, bool], int]


def _span(book: Book, raw: Json) -> tuple[Tab, str, int, int]:
    dimension = raw.get("dimension")
    if dimension not in {"ROWS", "COLUMNS"}:
        raise GoogleError(400, "No dimension was specified.")
    tab = book.tab(int(raw.get("sheetId") or 0))
    size = tab.size[dimension == "COLUMNS"]
    end = size if raw.get("endIndex") is None else int(raw["endIndex"])
    return tab, dimension, int(raw.get("startIndex") or 0), end


def _box(tab: Tab, dimension: str, start: int, end: int) -> Box:
    rows, columns = tab.size
    if dimension == "ROWS":
        return Box(top=start, bottom=end, left=0, right=columns)
    return Box(top=0, bottom=rows, left=start, right=end)


def insert(book: Book, body: Json) -> Json:
    """`insertDimension`: formats come from before or after, values and metadata do not."""
    tab, dimension, start, end = _span(book, body.get("range") or {})
    size, before = tab.size[dimension == "COLUMNS"], bool(body.get("inheritFromBefore"))
    if start > size:
        raise GoogleError(400, f"range.startIndex is larger than current grid size ({size})")
    if start == size and not before:
        text = f"range.startIndex must be less than the grid size ({size}) if inheritFromBefore is false."
        raise GoogleError(400, text)
    if start == 0 and before:
        raise GoogleError(400, "inheritFromBefore cannot be true if inserting at the first row or column.")
    count = end - start
    if 0 < start < size:
        _between(tab, dimension, start)
    _resize(tab, dimension, size + count)
    rows = [list(row) for row in tab.rows()]
    model = start - 1 if before else start
    if dimension == "ROWS":
        if start <= len(rows):
            style = _styles(rows[model] if model < len(rows) else [])
            rows[start:start] = [list(style) for _ in range(count)]
    else:
        for row in rows:
            if start < len(row):
                fresh = _styles(row[model : model + 1]) or [None]
                row[start:start] = fresh * count
    tab.replace_rows(rows)
    _shift(book, tab, dimension, lambda at, end: at + count if at > start or (at == start and not end) else at)
    return {}


def _between(tab: Tab, dimension: str, start: int) -> None:
    """Nobody else may put rows or columns into the midst of what the owner has locked."""
    before, after = _box(tab, dimension, start - 1, start), _box(tab, dimension, start, start + 1)
    for item in tab.doc["protected"]:
        locked = tab.book.box(item["range"])[1]
        if item.get("locked") and locked.meets(before) and locked.meets(after):
            guard(tab, locked)


def _styles(row: Row) -> Row:
    return trimmed([None if part(cell, "s") is None else {"s": part(cell, "s")} for cell in row])


def _resize(tab: Tab, dimension: str, size: int) -> None:
    rows, columns = tab.size
    tab.resize(size if dimension == "ROWS" else rows, size if dimension == "COLUMNS" else columns)


def append(book: Book, body: Json) -> Json:
    """`appendDimension`."""
    tab, dimension = book.tab(int(body.get("sheetId") or 0)), body.get("dimension")
    if dimension not in {"ROWS", "COLUMNS"}:
        raise GoogleError(400, "No dimension was specified.")
    _resize(tab, dimension, tab.size[dimension == "COLUMNS"] + int(body.get("length") or 0))
    return {}


def delete(book: Book, body: Json) -> Json:
    """`deleteDimension`: what lay on the deleted rows or columns goes with them."""
    tab, dimension, start, end = _span(book, body.get("range") or {})
    size, word = tab.size[dimension == "COLUMNS"], "row" if dimension == "ROWS" else "column"
    if end > size or start >= size:
        at = max(start, size)
        text = f"Tried to delete {word} index {at} but there are only {size} {word}s."
        raise GoogleError(400, f"Cannot delete a {word} that doesn't exist. {text}")
    if end - start >= size:
        raise GoogleError(400, f"You can't delete all the {word}s on the sheet.")
    guard(tab, _box(tab, dimension, start, end))
    rows = [list(row) for row in tab.rows()]
    if dimension == "ROWS":
        del rows[start:end]
    else:
        for row in rows:
            del row[start:end]
            trimmed(row)
    tab.replace_rows(rows)
    count = end - start
    _shift(book, tab, dimension, lambda at, _end: at if at <= start else max(at - count, start))
    _resize(tab, dimension, size - count)
    return {}


def move(book: Book, body: Json) -> Json:
    """`moveDimension`: values, sizes and metadata move along; protected and named ranges of other cells stay."""
    tab, dimension, start, end = _span(book, body.get("source") or {})
    size, target = tab.size[dimension == "COLUMNS"], int(body.get("destinationIndex") or 0)
    if end > size or target > size or start >= end:
        raise GoogleError(400, "The source or destination is outside the grid.")
    guard(tab, _box(tab, dimension, min(start, target), max(end, target)))
    if start <= target <= end:
        return {}
    order = [at for at in range(size) if not start <= at < end]
    place = target if target < start else target - (end - start)
    order[place:place] = range(start, end)
    if dimension == "ROWS":
        tab.replace_rows([list(tab.row(at)) for at in order])
    else:
        tab.replace_rows([trimmed([row[at] if at < len(row) else None for at in order]) for row in tab.rows()])
    goes = {old: new for new, old in enumerate(order)}
    dims = tab.doc["dims"][dimension]
    tab.doc["dims"][dimension] = {str(goes[int(at)]): item for at, item in dims.items()}
    for entry in _on(book, tab, dimension):
        _place(book, entry, goes[entry["location"]["dimensionRange"]["startIndex"]])
    return {}


def update(book: Book, body: Json) -> Json:
    """`updateDimensionProperties`: pixelSize and hiddenByUser."""
    tab, dimension, start, end = _span(book, body.get("range") or {})
    mask, wanted = parse_mask(body.get("fields") or ""), body.get("properties") or {}
    known_names(mask, {"pixelSize", "hiddenByUser"})
    dims = tab.doc["dims"][dimension]
    for at in range(start, min(end, tab.size[dimension == "COLUMNS"])):
        new = masked(dims.get(str(at)) or {}, wanted, mask)
        new = {name: value for name, value in new.items() if value}
        if new:
            dims[str(at)] = new
        else:
            dims.pop(str(at), None)
    tab.touch()
    return {}


# what moves with the grid


def _on(book: Book, tab: Tab, dimension: str) -> list[Json]:
    spans = [entry for entry in book.metadata() if "dimensionRange" in entry["location"]]
    key = ("sheetId", "dimension")
    return [e for e in spans if tuple(e["location"]["dimensionRange"][name] for name in key) == (tab.id, dimension)]


def _place(book: Book, entry: Json, at: int) -> None:
    entry["location"]["dimensionRange"].update(startIndex=at, endIndex=at + 1)
    book.store.put(book.metadata_kind, str(entry["metadataId"]), entry)


def _shift(book: Book, tab: Tab, dimension: str, goes: Shift) -> None:
    """Carry sizes, metadata and every kind of range along."""
    for entry in _on(book, tab, dimension):
        start = entry["location"]["dimensionRange"]["startIndex"]
        if goes(start + 1, True) <= goes(start, False):
            book.store.drop(book.metadata_kind, str(entry["metadataId"]))
        else:
            _place(book, entry, goes(start, False))
    dims = tab.doc["dims"][dimension]
    kept = {at: item for at, item in dims.items() if goes(int(at) + 1, True) > goes(int(at), False)}
    tab.doc["dims"][dimension] = {str(goes(int(at), False)): item for at, item in kept.items()}
    first, last = ("startRowIndex", "endRowIndex") if dimension == "ROWS" else ("startColumnIndex", "endColumnIndex")

    def moved(span: Json) -> bool:
        """Shift one GridRange; False when nothing of it is left."""
        if first in span:
            span[first] = goes(span[first], False)
        if last in span:
            span[last] = goes(span[last], True)
        return last not in span or span[last] > span.get(first, 0)

    doc = tab.doc
    doc["protected"] = [item for item in doc["protected"] if moved(item["range"])]
    doc["merges"] = [item for item in doc["merges"] if moved(item)]
    for rule in doc["conditional"]:
        rule["ranges"] = [item for item in rule["ranges"] if moved(item)]
    doc["conditional"] = [rule for rule in doc["conditional"] if rule["ranges"]]
    if doc["filter"] and not moved(doc["filter"]["range"]):
        doc["filter"] = None
    named = book.doc["named"]
    for number in [number for number, item in named.items() if (item["range"].get("sheetId") or 0) == tab.id]:
        if not moved(named[number]["range"]):
            del named[number]
    book.touch()
    tab.touch()
