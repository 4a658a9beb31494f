"""What the owner does in her own window: typing, ticking, sorting, rows in and out, locking cells."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from emulator import doorbell, drive
from emulator.control import Help, body, refused
from emulator.errors import ApiError
from emulator.google_errors import GoogleError
from emulator.google_wire import Json
from emulator.sheets import batch, versions
from emulator.sheets.a1 import Span, split
from emulator.sheets.book import Book, Tab, holds
from emulator.sheets.cells import changed, formatted, part, value_of
from emulator.sheets.protect import grid_range
from emulator.sheets.values import entered
from emulator.world import World

VERBS: tuple[Help, ...] = (
    (
        "POST /_emulator/owner",
        (
            "act in the sheet as its owner: type (cell, text), tick (cell), sort (sheet, column, down), "
            "insert or delete (sheet, row), lock or unlock (cell or range), do (requests of batchUpdate), "
            "keep (a version), versions, restore (version), copy; bring: which of protections and metadata come along"
        ),
        {"spreadsheetId": "<id>", "action": "type", "cell": "Clients!B2", "text": "+44 7700 900101"},
    ),
)


def _book(world: World, book_id: str) -> Book:
    book = Book(world, book_id)
    book.is_owner = True
    return book


def _tell(world: World, book: Book) -> None:
    book.save()
    drive.edited(world, book.id)
    world.bus.publish("sheet", {"spreadsheetId": book.id})


def _sheet(book: Book, title: str) -> Tab:
    tab = book.titled(title)
    if tab is None:
        raise ValueError(f"no tab {title}; there are {', '.join(each.title for each in book.tabs)}")
    return tab


def owner_type(world: World, book_id: str, cell: str, text: str) -> str:
    """Type into a cell such as `Clients!B2`, as in the window; what the cell shows then.

    A list with "reject the input" refuses other words, as the window does.

    Raises:
        ValueError: the cell's rule rejects the text.
        GoogleError: no such tab or cell.
    """
    with world.lock, world.store.transaction():
        book = _book(world, book_id)
        tab, box = book.find(cell)
        new = entered(book, tab.cell(box.top, box.left), text, parse=True)
        rule = (book.style(part(new, "s")) or {}).get("validation") or {}
        allowed = [item.get("userEnteredValue") for item in rule.get("condition", {}).get("values", [])]
        shown = formatted(new, book.style(part(new, "s")), book.locale)
        if rule.get("strict") and rule["condition"]["type"] == "ONE_OF_LIST" and holds(new) and shown not in allowed:
            raise ValueError(f"{cell} takes only {', '.join(map(str, allowed))}")
        tab.put(box.top, box.left, new)
        _tell(world, book)
        return shown


def owner_tick(world: World, book_id: str, cell: str) -> bool:
    """Tick or untick a tick box; how it stands then.

    Raises:
        ValueError: there is no tick box.
    """
    with world.lock, world.store.transaction():
        book = _book(world, book_id)
        tab, box = book.find(cell)
        old = tab.cell(box.top, box.left)
        rule = (book.style(part(old, "s")) or {}).get("validation") or {}
        if rule.get("condition", {}).get("type") != "BOOLEAN":
            raise ValueError(f"{cell} is no tick box")
        ticked = value_of(old) is not True
        tab.put(box.top, box.left, changed(old, v=ticked))
        _tell(world, book)
        return ticked


def owner_sort(world: World, book_id: str, sheet: str, column: int, *, down: bool = False) -> None:
    """Sort all rows below the frozen header by a column (0 = A)."""
    with world.lock, world.store.transaction():
        book = _book(world, book_id)
        tab = _sheet(book, sheet)
        top = tab.properties["gridProperties"].get("frozenRowCount") or 1
        spec = {"dimensionIndex": column, "sortOrder": "DESCENDING" if down else "ASCENDING"}
        rows = {"sheetId": tab.id, "startRowIndex": top}
        batch.apply(book, [{"sortRange": {"range": rows, "sortSpecs": [spec]}}])
        _tell(world, book)


def owner_rows(world: World, book_id: str, sheet: str, row: int, *, delete: bool = False, count: int = 1) -> None:
    """Insert empty rows above row number `row` (1 = the first), or delete rows from there."""
    with world.lock, world.store.transaction():
        book = _book(world, book_id)
        span = {
            "sheetId": _sheet(book, sheet).id,
            "dimension": "ROWS",
            "startIndex": row - 1,
            "endIndex": row - 1 + count,
        }
        if delete:
            batch.apply(book, [{"deleteDimension": {"range": span}}])
        else:
            batch.apply(book, [{"insertDimension": {"range": span, "inheritFromBefore": row > 1}}])
        _tell(world, book)


def owner_do(world: World, book_id: str, requests: list[Json]) -> list[Json]:
    """Any requests of batchUpdate, with the owner's rights."""
    with world.lock, world.store.transaction():
        book = _book(world, book_id)
        replies = batch.apply(book, requests)
        _tell(world, book)
        return replies


def owner_lock(world: World, book_id: str, text: str, *, unlock: bool = False) -> None:
    """Protect a range (or a whole tab) so that only she may write there; or lift all such locks that touch it."""
    with world.lock, world.store.transaction():
        book = _book(world, book_id)
        tab, box = book.find(text)
        locks = tab.doc["protected"]
        if unlock:
            tab.doc["protected"] = [i for i in locks if not (i.get("locked") and book.box(i["range"])[1].meets(box))]
        else:
            span = split(text)[1] or Span()
            raw = {"sheetId": tab.id, "startRowIndex": span.top or None, "endRowIndex": span.bottom,
                   "startColumnIndex": span.left or None, "endColumnIndex": span.right}  # fmt: skip
            number = int(world.mint("123456789", 9))
            locks.append({"protectedRangeId": number, "range": grid_range(raw), "locked": True})
        tab.touch()
        _tell(world, book)


def _column(book: Book, sheet: str, column: str | int) -> int:
    """A column by number (0 = A) or by the words of its header."""
    if isinstance(column, int):
        return column
    heads = [value_of(cell) for cell in _sheet(book, sheet).row(0)]
    if column not in heads:
        raise ValueError(f"no column {column}; there are {', '.join(str(head) for head in heads if head)}")
    return heads.index(column)


def act(world: World, wanted: Json) -> Json:
    """One action as the control plane takes it.

    Raises:
        ValueError: no such action, tab, column or tick box.
        KeyError: something is missing.
    """
    book_id, action = str(wanted["spreadsheetId"]), str(wanted["action"])
    if action == "type":
        return {"shown": owner_type(world, book_id, str(wanted["cell"]), str(wanted["text"]))}
    if action == "tick":
        return {"ticked": owner_tick(world, book_id, str(wanted["cell"]))}
    if action == "sort":
        column = _column(Book(world, book_id), str(wanted["sheet"]), wanted["column"])
        owner_sort(world, book_id, str(wanted["sheet"]), column, down=bool(wanted.get("down")))
    elif action in {"insert", "delete"}:
        count = int(wanted.get("count", 1))
        owner_rows(world, book_id, str(wanted["sheet"]), int(wanted["row"]), delete=action == "delete", count=count)
    elif action in {"lock", "unlock"}:
        owner_lock(world, book_id, str(wanted["cell"]), unlock=action == "unlock")
    elif action == "do":
        return {"replies": owner_do(world, book_id, list(wanted["requests"]))}
    elif action == "keep":
        return {"version": versions.keep(world, book_id)}
    elif action == "versions":
        return {"versions": versions.known(world, book_id)}
    elif action in {"restore", "copy"}:
        return _put_back(world, book_id, wanted)
    else:
        raise ValueError(f"no action {action}")
    return {}


def _put_back(world: World, book_id: str, wanted: Json) -> Json:
    """`restore` or `copy`; `bring` lists the locks that come along, all of them when it is not given."""
    bring = tuple(wanted.get("bring", versions.LOCKS))
    if set(bring) - set(versions.LOCKS):
        raise ValueError(f"bring is a list of {', '.join(versions.LOCKS)}")
    if wanted["action"] == "copy":
        return {"spreadsheetId": versions.copy(world, book_id, bring, new_sheet_ids=bool(wanted.get("new_sheet_ids")))}
    versions.restore(world, book_id, int(wanted["version"]), bring)
    _tell(world, Book(world, book_id))
    return {}


def blueprint(world: World) -> Blueprint:
    """POST /_emulator/owner."""
    routes = Blueprint("owner", __name__)
    for wrong in (ValueError, KeyError, TypeError):
        routes.register_error_handler(wrong, refused)

    @routes.post("/_emulator/owner")
    def owner() -> ResponseReturnValue:
        try:
            done = act(world, body())
        except ApiError as error:
            message = error.message if isinstance(error, GoogleError) else str(error)
            raise ValueError(message) from error
        doorbell.ring(world, str(body()["spreadsheetId"]))
        return jsonify({"ok": True, **done})

    return routes
