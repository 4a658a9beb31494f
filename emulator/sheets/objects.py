"""batchUpdate kinds for named ranges, filters, conditional formats and merges."""

from __future__ import annotations

from emulator.google_errors import GoogleError, not_built
from emulator.google_wire import Json, parse_mask
from emulator.sheets.book import Book, Tab
from emulator.sheets.cells import clean_format, formatted, masked, part
from emulator.sheets.protect import grid_range, guard


def add_named(book: Book, body: Json) -> Json:
    """`addNamedRange`; an id is a numeric text unless chosen."""
    wanted, named = body.get("namedRange") or {}, book.doc["named"]
    book.box(wanted.get("range") or {})
    number = wanted.get("namedRangeId") or book.world.mint("123456789", 10)
    if number in named:
        raise GoogleError(400, f"A named range with the ID {number} already exists.")
    _check_name(book, wanted.get("name") or "", number)
    named[number] = {"namedRangeId": number, "name": wanted["name"], "range": grid_range(wanted["range"])}
    book.touch()
    return {"addNamedRange": {"namedRange": named[number]}}


def _check_name(book: Book, name: str, number: str) -> None:
    if not name:
        raise GoogleError(400, "A named range must have a name.")
    if any(item["name"].casefold() == name.casefold() for key, item in book.doc["named"].items() if key != number):
        raise GoogleError(400, f"A named range with the name {name} already exists.")


def _named(book: Book, number: str) -> Json:
    item: Json | None = book.doc["named"].get(number)
    if item is None:
        raise GoogleError(400, f"No named range with id: {number}")
    return item


def update_named(book: Book, body: Json) -> Json:
    """`updateNamedRange` by mask."""
    wanted = body.get("namedRange") or {}
    item = _named(book, wanted.get("namedRangeId") or "")
    new = masked(item, wanted, parse_mask(body.get("fields") or ""))
    new["namedRangeId"] = item["namedRangeId"]
    _check_name(book, new.get("name") or "", item["namedRangeId"])
    book.box(new["range"])
    new["range"] = grid_range(new["range"])
    book.doc["named"][item["namedRangeId"]] = new
    book.touch()
    return {}


def delete_named(book: Book, body: Json) -> Json:
    """`deleteNamedRange`."""
    del book.doc["named"][_named(book, body.get("namedRangeId") or "")["namedRangeId"]]
    book.touch()
    return {}


def set_filter(book: Book, body: Json) -> Json:
    """`setBasicFilter`; values that are to be hidden hide their rows now, and other rows when it is set again."""
    wanted = body.get("filter") or {}
    criteria = wanted.get("criteria") or {}
    if (
        wanted.get("filterSpecs")
        or wanted.get("sortSpecs")
        or any(set(each) - {"hiddenValues"} for each in criteria.values())
    ):
        raise not_built("setBasicFilter with more than hiddenValues")
    tab, box = book.box(wanted.get("range") or {})
    _show_filtered(tab)
    tab.doc["filter"] = {"range": grid_range(wanted.get("range") or {}), **({"criteria": criteria} if criteria else {})}
    rows = tab.doc["dims"]["ROWS"]
    for row in range(box.top + 1, min(box.bottom, tab.stored)):
        for column, each in criteria.items():
            cell = tab.cell(row, int(column))
            if formatted(cell, book.style(part(cell, "s")), book.locale) in each.get("hiddenValues", []):
                rows[str(row)] = {**rows.get(str(row), {}), "hiddenByFilter": True}
    tab.touch()
    return {}


def clear_filter(book: Book, body: Json) -> Json:
    """`clearBasicFilter`: hidden rows show again."""
    tab = book.tab(int(body.get("sheetId") or 0))
    _show_filtered(tab)
    tab.doc["filter"] = None
    tab.touch()
    return {}


def _show_filtered(tab: Tab) -> None:
    rows = tab.doc["dims"]["ROWS"]
    for row in [row for row, each in rows.items() if each.pop("hiddenByFilter", None) and not each]:
        del rows[row]


def add_conditional(book: Book, body: Json) -> Json:
    """`addConditionalFormatRule`: kept and shown, evaluated by nobody."""
    rule = body.get("rule") or {}
    spans = [grid_range(item) for item in rule.get("ranges") or []]
    if not spans:
        raise GoogleError(400, "A conditional format rule must have at least one range.")
    tabs = {book.box(item)[0].id for item in spans}
    if len(tabs) > 1:
        raise GoogleError(400, "All ranges of a conditional format rule must be on the same sheet.")
    rules = book.tab(tabs.pop()).doc["conditional"]
    rules.insert(min(int(body.get("index") or 0), len(rules)), {**clean_format(rule), "ranges": spans})
    book.box(spans[0])[0].touch()
    return {}


def delete_conditional(book: Book, body: Json) -> Json:
    """`deleteConditionalFormatRule`."""
    tab, index = book.tab(int(body.get("sheetId") or 0)), int(body.get("index") or 0)
    if index >= len(tab.doc["conditional"]):
        raise GoogleError(400, f"No conditional format on sheet: {tab.id} at index: {index}")
    rule = tab.doc["conditional"].pop(index)
    tab.touch()
    return {"deleteConditionalFormatRule": {"rule": rule}}


def merge(book: Book, body: Json) -> Json:
    """`mergeCells`; values under the merge are dropped."""
    tab, whole = book.box(body.get("range") or {})
    guard(tab, whole)
    kind, raw = body.get("mergeType") or "MERGE_ALL", grid_range(body.get("range") or {})
    raw = {**raw, "startRowIndex": whole.top, "endRowIndex": whole.bottom,
           "startColumnIndex": whole.left, "endColumnIndex": whole.right}  # fmt: skip
    parts = [raw]
    if kind == "MERGE_ROWS":
        parts = [{**raw, "startRowIndex": at, "endRowIndex": at + 1} for at in range(whole.top, whole.bottom)]
    elif kind == "MERGE_COLUMNS":
        parts = [{**raw, "startColumnIndex": at, "endColumnIndex": at + 1} for at in range(whole.left, whole.right)]
    if any(book.box(item)[1].meets(whole) for item in tab.doc["merges"]):
        raise GoogleError(400, "You must select all cells in a merged range to merge or unmerge them.")
    for item in parts:
        _, box = book.box(item)
        for row in range(box.top, box.bottom):
            for column in range(box.left, box.right):
                if (row, column) != (box.top, box.left):
                    tab.put(row, column, None)
    tab.doc["merges"].extend(parts)
    tab.touch()
    return {}


def unmerge(book: Book, body: Json) -> Json:
    """`unmergeCells`."""
    tab, whole = book.box(body.get("range") or {})
    tab.doc["merges"] = [item for item in tab.doc["merges"] if not book.box(item)[1].meets(whole)]
    tab.touch()
    return {}
