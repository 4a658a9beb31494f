"""Reading and writing plain values (spreadsheets.values)."""

from __future__ import annotations

from typing import Any

from emulator.google_errors import GoogleError
from emulator.google_wire import Json
from emulator.sheets.a1 import Box, quoted, span, split
from emulator.sheets.book import Book, Tab
from emulator.sheets.cells import (
    MOST_CHARACTERS,
    TOO_LONG,
    Cell,
    changed,
    formatted,
    make,
    number_format,
    part,
)
from emulator.sheets.protect import guard
from emulator.sheets.typed import typed

_DATES = {"DATE", "TIME", "DATE_TIME"}
_RENDERS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")


def read(book: Book, text: str, options: Json) -> Json:
    """A ValueRange: trailing empty cells and rows trimmed, `values` absent when all is empty."""
    tab, box = book.find(text)
    major = options.get("majorDimension") or "ROWS"
    shown: Json = {"range": f"{quoted(tab.title)}!{box.text()}", "majorDimension": major}
    values = matrix(book, tab, box, options)
    if major == "COLUMNS":
        wide = max(map(len, values), default=0)
        columns = [[row[at] if at < len(row) else "" for row in values] for at in range(wide)]
        values = [_trim(column) for column in columns]
        while values and not values[-1]:
            values.pop()
    if values:
        shown["values"] = values
    return shown


def matrix(book: Book, tab: Tab, box: Box, options: Json) -> list[list[Any]]:
    """Rows of rendered values without trailing empties."""
    render = options.get("valueRenderOption") or _RENDERS[0]
    as_text = options.get("dateTimeRenderOption") == "FORMATTED_STRING"
    as_stored = render == _RENDERS[1] and not as_text
    rows = []
    for row in tab.rows(box.top, box.bottom):
        cells = row[box.left : box.right]
        if render == "FORMATTED_VALUE":
            line = [_formatted(book, cell) for cell in cells]
        else:
            # Most cells are plain: they need no look of their own.
            line = [
                ("" if cell is None else cell)
                if type(cell) is not dict
                else cell["v"]
                if as_stored and "v" in cell and "e" not in cell
                else _plain(book, cell, formulas=render == "FORMULA", as_text=as_text)
                for cell in cells
            ]
        rows.append(_trim(line))
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _trim(line: list[Any]) -> list[Any]:
    while line and line[-1] == "" and isinstance(line[-1], str):
        line.pop()
    return line


def _formatted(book: Book, cell: Cell) -> str:
    if cell is None or type(cell) is str:
        return cell or ""
    return formatted(cell, book.style(part(cell, "s")), book.locale)


def _plain(book: Book, cell: Json, *, formulas: bool, as_text: bool) -> Any:
    if formulas and "f" in cell:
        return cell["f"]
    if "e" in cell:
        return formatted(cell, None, book.locale)
    value = cell.get("v")
    if value is None:
        return ""
    if as_text and not formulas and type(value) in (int, float):
        style = book.style(cell.get("s"))
        if (number_format(style) or {}).get("type") in _DATES:
            return formatted(cell, style, book.locale)
    return value


def update(book: Book, text: str, body: Json, options: Json) -> Json:
    """Write from the range's first cell; null leaves a cell alone, "" empties it. The grid does not grow.

    Raises:
        GoogleError: 400 for a missing or unknown valueInputOption, data outside the range or the grid, locked cells.
    """
    how = options.get("valueInputOption")
    if how not in {"RAW", "USER_ENTERED"}:
        raise GoogleError(400, "'valueInputOption' is required but not specified")
    rows = body.get("values") or []
    if (body.get("majorDimension") or "ROWS") == "COLUMNS":
        wide = max(map(len, rows), default=0)
        rows = [[row[at] if at < len(row) else None for row in rows] for at in range(wide)]
    tab, box = book.find(text)
    wide = max(map(len, rows), default=0)
    target = Box(top=box.top, bottom=box.top + max(len(rows), 1), left=box.left, right=box.left + max(wide, 1))
    _inside(book, text, tab, box, target)
    guard(tab, target)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                place = (box.top + at, box.left + column)
                tab.put(*place, entered(book, tab.cell(*place), value, parse=how == "USER_ENTERED"))
    book.save()
    answer: Json = {"spreadsheetId": book.id, "updatedRange": f"{quoted(tab.title)}!{target.text()}"}
    if rows:
        answer |= {"updatedRows": len(rows), "updatedColumns": wide, "updatedCells": sum(map(len, rows))}
    if str(options.get("includeValuesInResponse")).lower() == "true":
        shown = {
            "valueRenderOption": options.get("responseValueRenderOption"),
            "majorDimension": body.get("majorDimension"),
        }
        answer["updatedData"] = read(book, answer["updatedRange"], shown)
    return answer


def _inside(book: Book, text: str, tab: Tab, box: Box, target: Box) -> None:
    rows, columns = tab.size
    if target.bottom > rows or target.right > columns:
        raise book.outside(f"{tab.title}!{target.text()}", tab)
    bounds = split(text)[1] or span("A1")
    single = box.text() == Box(top=box.top, bottom=box.top + 1, left=box.left, right=box.left + 1).text()
    if single or bounds is None:
        return
    if target.bottom > box.bottom or target.right > box.right:
        raise GoogleError(
            400,
            f"Requested writing within range [{quoted(tab.title)}!{box.text()}], but tried writing to {target.text()}",
        )


def entered(book: Book, old: Cell, value: Any, *, parse: bool) -> Cell:
    """The cell after writing a value RAW or, with `parse`, as typed; its format stays, or is taken from the text.

    Raises:
        GoogleError: 400 for text over 50,000 characters or something that is no value.
    """
    if not isinstance(value, (str, int, float, bool)):
        raise GoogleError(400, "Invalid values: list_value or struct_value found where a cell value was expected.")
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        raise GoogleError(400, TOO_LONG)
    if not parse or not isinstance(value, str):
        return changed(old, v=None if value == "" else value, f=None, e=None)
    style = book.style(part(old, "s"))
    own = number_format(style)
    seen = typed(value, locale=book.locale, today=book.now().date(), own=own)
    number = part(old, "s")
    if seen.number_format and own is None:
        look = dict((style or {}).get("format") or {}, numberFormat=seen.number_format)
        number = book.intern({**(style or {}), "format": look})
    return make(seen.value, s=number, n=part(old, "n"), f=seen.formula, e=seen.error)


def batch_update(book: Book, body: Json) -> Json:
    """values:batchUpdate."""
    responses = []
    for at, data in enumerate(body.get("data") or []):
        try:
            responses.append(update(book, data.get("range") or "", data, body))
        except GoogleError as error:
            if error.status != 400:
                raise
            raise GoogleError(400, f"Invalid data[{at}]: {error.message}") from error
    totals = {
        f"totalUpdated{name}": sum(each.get(f"updated{name}", 0) for each in responses)
        for name in ("Rows", "Columns", "Cells")
    }
    sheets = len({split(each["updatedRange"])[0] for each in responses})
    answer = {"spreadsheetId": book.id, **totals, "totalUpdatedSheets": sheets, "responses": responses}
    return {name: item for name, item in answer.items() if item}


def clear(book: Book, text: str) -> Json:
    """Empty the values of a range; formats, notes and tick boxes stay."""
    tab, box = book.find(text)
    guard(tab, box)
    for row in range(box.top, min(box.bottom, tab.stored)):
        for column in range(box.left, min(box.right, len(tab.row(row)))):
            tab.put(row, column, changed(tab.cell(row, column), v=None, f=None, e=None))
    book.save()
    return {"spreadsheetId": book.id, "clearedRange": f"{quoted(tab.title)}!{box.text()}"}
