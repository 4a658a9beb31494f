"""batchUpdate kinds that write cells."""

from __future__ import annotations

import json
from typing import Any

from emulator import unsettled
from emulator.google_errors import GoogleError, not_built
from emulator.google_wire import Json, Mask, parse_mask
from emulator.sheets.a1 import Box
from emulator.sheets.book import Book, Tab, holds
from emulator.sheets.cells import Cell, clean_format, make, masked, part, plain_value, value_of
from emulator.sheets.protect import guard
from emulator.sheets.typed import formula as worked_out

_WRITABLE = {"userEnteredValue", "userEnteredFormat", "note", "dataValidation"}


def cell_mask(text: str | None) -> Mask:
    """The fields of CellData that a request changes.

    Raises:
        GoogleError: 400 without fields, 501 for fields the stand-in does not keep.
    """
    if not text:
        raise GoogleError(400, "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse_mask(text)
    if "*" in mask:
        return dict.fromkeys(_WRITABLE)
    if unknown := sorted(set(mask) - _WRITABLE):
        raise not_built(f"cell field {unknown[0]}")
    return mask


def written(book: Book, old: Cell, data: Json, mask: Mask) -> Cell:
    """The cell after applying the masked fields of a CellData; what is in the mask but not in the data is cleared."""
    if unknown := sorted(set(data) - _WRITABLE):
        raise not_built(f"cell field {unknown[0]}")
    value, formula, error, note = value_of(old), part(old, "f"), part(old, "e"), part(old, "n")
    style = part(old, "s")
    if "userEnteredValue" in mask:
        value, formula = plain_value(data.get("userEnteredValue") or {})
        error = None
        if formula is not None:
            outcome = worked_out(formula if formula.startswith("=") else "=" + formula)
            value, error = outcome.value, outcome.error
    if "note" in mask:
        note = data.get("note")
    if "userEnteredFormat" in mask or "dataValidation" in mask:
        style = _styled(book, style, data, mask)
        if "dataValidation" in mask:
            value = prefilled(value, formula, data.get("dataValidation"))
    return make(value, s=style, n=note, f=formula, e=error)


def _styled(book: Book, old: int | None, data: Json, mask: Mask) -> int | None:
    """The number of the style that a cell of style `old` has afterwards; a batch says the same of many cells."""
    wanted = data.get("userEnteredFormat"), data.get("dataValidation")
    said = json.dumps([old, wanted, mask])
    if said not in book.restyled:
        kept = dict(book.style(old) or {})
        if "userEnteredFormat" in mask:
            kept["format"] = masked(kept.get("format") or {}, clean_format(wanted[0] or {}), mask["userEnteredFormat"])
        if "dataValidation" in mask:
            kept["validation"] = wanted[1]
        book.restyled[said] = book.intern(kept)
    return book.restyled[said]


def prefilled(value: Any, formula: str | None, validation: Json | None) -> Any:
    """A cell that becomes a tick box is FALSE from then on, and so counts as data."""
    if value is None and formula is None and validation and validation["condition"]["type"] == "BOOLEAN":
        return False
    return value


def append_cells(book: Book, body: Json) -> Json:
    """Rows after the last row with data; grows the grid downwards, never to the right."""
    if body.get("tableId"):
        raise not_built("appendCells.tableId")
    tab, mask = book.tab(int(body.get("sheetId") or 0)), cell_mask(body.get("fields"))
    rows = body.get("rows") or []
    first, (height, width) = tab.last_row(), tab.size
    for row in rows:
        _fits(len(row.get("values") or []), width)
    if first + len(rows) > height:
        tab.resize(first + len(rows), width)
    guard(tab, Box(top=first, bottom=first + len(rows), left=0, right=width))
    for at, row in enumerate(rows):
        for column, data in enumerate(row.get("values") or []):
            tab.put(first + at, column, written(book, tab.cell(first + at, column), data or {}, mask))
    return {}


def _fits(count: int, width: int) -> None:
    if count > width:
        text = f"Attempting to write column: {width}, beyond the last requested column of: {width - 1}"
        raise GoogleError(400, text)


def update_cells(book: Book, body: Json) -> Json:
    """Rows of CellData at a start or into a range; cells of the range without data are cleared by the mask."""
    mask, rows = cell_mask(body.get("fields")), body.get("rows") or []
    if body.get("range") is not None:
        tab, box = book.box(body["range"])
        _within(rows, box)
    else:
        start = body.get("start") or {}
        tab = book.tab(int(start.get("sheetId") or 0))
        top, left = int(start.get("rowIndex") or 0), int(start.get("columnIndex") or 0)
        width = max((len(row.get("values") or []) for row in rows), default=0)
        box = Box(top=top, bottom=top + len(rows), left=left, right=left + width)
        _on_grid(tab, box)
    guard(tab, box)
    for row in range(box.top, box.bottom):
        given = rows[row - box.top].get("values") or [] if row - box.top < len(rows) else []
        columns = (
            range(box.left, box.right) if body.get("range") is not None else range(box.left, box.left + len(given))
        )
        for column in columns:
            data = given[column - box.left] if column - box.left < len(given) else {}
            tab.put(row, column, written(book, tab.cell(row, column), data or {}, mask))
    return {}


def _within(rows: list[Json], box: Box) -> None:
    if len(rows) > box.bottom - box.top:
        text = f"Attempting to write row: {box.bottom}, beyond the last requested row of: {box.bottom - 1}"
        raise GoogleError(400, text)
    for row in rows:
        if len(row.get("values") or []) > box.right - box.left:
            text = f"Attempting to write column: {box.right}, beyond the last requested column of: {box.right - 1}"
            raise GoogleError(400, text)


def _on_grid(tab: Tab, box: Box) -> None:
    height, width = tab.size
    if box.top >= height or box.bottom > height:
        row = max(box.top, box.bottom - 1) if box.top < height else box.top
        raise GoogleError(400, f"GridCoordinate.rowIndex[{row}] is after last row in grid[{height - 1}]")
    if box.left >= width or box.right > width:
        _fits(box.right, width)
        raise GoogleError(400, f"GridCoordinate.columnIndex[{box.left}] is after last column in grid[{width - 1}]")


def repeat_cell(book: Book, body: Json) -> Json:
    """One CellData into every cell of a range."""
    tab, box = book.box(body.get("range") or {})
    mask, data = cell_mask(body.get("fields")), body.get("cell") or {}
    guard(tab, box)
    known: dict[Any, Cell] = {}
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            old = tab.cell(row, column)
            key = old if type(old) is not dict else None
            if key is None and old is not None:
                new = written(book, old, data, mask)
            else:
                token = (type(key), key)
                new = known[token] if token in known else known.setdefault(token, written(book, old, data, mask))
            tab.put(row, column, new)
    return {}


def set_data_validation(book: Book, body: Json) -> Json:
    """A rule for every cell of a range, or none."""
    tab, box = book.box(body.get("range") or {})
    guard(tab, box)
    rule = body.get("rule")
    mask: Mask = {"dataValidation": None}
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            tab.put(row, column, written(book, tab.cell(row, column), {"dataValidation": rule} if rule else {}, mask))
    return {}


def copy_paste(book: Book, body: Json) -> Json:
    """PASTE_NORMAL and PASTE_VALUES; a destination of several times the source's size is filled."""
    kind = body.get("pasteType") or "PASTE_NORMAL"
    if kind not in {"PASTE_NORMAL", "PASTE_VALUES"} or body.get("pasteOrientation", "NORMAL") != "NORMAL":
        raise not_built(f"copyPaste of {kind} {body.get('pasteOrientation', '')}".rstrip())
    source_tab, source = book.box(body.get("source") or {})
    tab, box = _destination(book, body.get("destination") or {}, source)
    guard(tab, box)
    high, wide = source.bottom - source.top, source.right - source.left
    answers = unsettled.of(book.world)
    if not answers["copies_reach_other_tabs"] and source_tab.id != tab.id:
        return {}
    if not answers["filtered_rows_are_copied"] and any(
        source_tab.hides(row, "hiddenByFilter") for row in range(source.top, source.bottom)
    ):
        return {}
    block = [[source_tab.cell(row, column) for column in range(source.left, source.right)]
             for row in range(source.top, source.bottom)]  # fmt: skip
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            cell = block[(row - box.top) % high][(column - box.left) % wide]
            if kind == "PASTE_VALUES":
                old = tab.cell(row, column)
                cell = make(value_of(cell), s=part(old, "s"), n=part(old, "n"))
            tab.put(row, column, cell)
    return {}


def cut_paste(book: Book, body: Json) -> Json:
    """`cutPaste` of whole cells: the source is empty afterwards."""
    if body.get("pasteType", "PASTE_NORMAL") != "PASTE_NORMAL":
        raise not_built(f"cutPaste of {body['pasteType']}")
    source_tab, source = book.box(body.get("source") or {})
    start = body.get("destination") or {}
    top, left = int(start.get("rowIndex") or 0), int(start.get("columnIndex") or 0)
    tab = book.tab(int(start.get("sheetId") or 0))
    box = Box(top=top, bottom=top + source.bottom - source.top, left=left, right=left + source.right - source.left)
    _on_grid(tab, box)
    guard(source_tab, source)
    guard(tab, box)
    places = [(row, column) for row in range(source.top, source.bottom) for column in range(source.left, source.right)]
    cut = {place: source_tab.cell(*place) for place in places}
    for row, column in places:
        source_tab.put(row, column, None)
    for (row, column), cell in cut.items():
        tab.put(row - source.top + box.top, column - source.left + box.left, cell)
    return {}


def _destination(book: Book, raw: Json, source: Box) -> tuple[Tab, Box]:
    tab, box = book.box(raw)
    high, wide = source.bottom - source.top, source.right - source.left
    rows, columns = box.bottom - box.top, box.right - box.left
    rows = rows if rows and rows % high == 0 else high
    columns = columns if columns and columns % wide == 0 else wide
    box = Box(top=box.top, bottom=box.top + rows, left=box.left, right=box.left + columns)
    if box.bottom > tab.size[0] or box.right > tab.size[1]:
        raise book.outside(f"{tab.title}!{box.text()}", tab)
    return tab, box


def sort_range(book: Book, body: Json) -> Json:
    """Stable sort by several columns; hidden and filtered rows stay where they are, blanks come last both ways."""
    tab, box = book.box(body.get("range") or {})
    guard(tab, box)
    for merge in tab.doc["merges"]:
        _, merged = book.box(merge)
        if merged.meets(box) and merged.bottom - merged.top > 1:
            text = f"You can't sort a range containing vertical merges. There is a vertical merge at {merged.text()}"
            raise GoogleError(400, text)
    bottom = min(box.bottom, tab.stored)
    seen = [row for row in range(box.top, bottom) if not tab.hides(row, "hiddenByUser", "hiddenByFilter")]
    slices = [[tab.cell(row, column) for column in range(box.left, box.right)] for row in seen]
    for spec in reversed(body.get("sortSpecs") or []):
        column, down = int(spec.get("dimensionIndex") or 0) - box.left, spec.get("sortOrder") == "DESCENDING"
        full = [cells for cells in slices if _filled(cells, column)]
        full.sort(key=lambda cells: _rank(value_of(cells[column])), reverse=down)
        slices = full + [cells for cells in slices if not _filled(cells, column)]
    for row, cells in zip(seen, slices, strict=True):
        for at, cell in enumerate(cells):
            tab.put(row, box.left + at, cell)
    return {}


def _filled(cells: list[Cell], column: int) -> bool:
    return 0 <= column < len(cells) and holds(cells[column])


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return (0, value) if value is not None else (3, 0)
