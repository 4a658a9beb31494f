"""The paths of the Sheets API that the stand-in answers."""

from __future__ import annotations

import string

from flask import Blueprint, Response, request

from emulator import drive
from emulator.faults import call
from emulator.google_errors import FORBIDDEN, GoogleError, not_built
from emulator.google_schema import check_query, incoming
from emulator.google_wire import Json, by_service_account, parse_mask, reply
from emulator.sheets import batch, metadata, resource, tabs, values
from emulator.sheets.book import Book
from emulator.world import World

_DEFAULTS: Json = {
    "title": "Untitled spreadsheet",
    "locale": "en_US",
    "autoRecalc": "ON_CHANGE",
    "timeZone": "Etc/GMT",
    "defaultFormat": {
        "backgroundColor": {"red": 1, "green": 1, "blue": 1},
        "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
        "verticalAlignment": "BOTTOM",
        "wrapStrategy": "OVERFLOW_CELL",
        "textFormat": {"fontFamily": "arial,sans,sans-serif", "fontSize": 10},
    },
}
_DIGITS = string.ascii_letters + string.digits + "-_"


def make_book(world: World, body: Json, book_id: str | None = None) -> Book:
    """A new spreadsheet from a Spreadsheet body; without tabs it gets one `Sheet1` with sheetId 0."""
    for sheet in body.get("sheets") or []:
        if set(sheet) - {"properties"}:
            raise not_built("create with sheets that hold more than properties")
    if set(body) - {"properties", "sheets"}:
        raise not_built(f"create with {min(set(body) - {'properties', 'sheets'})}")
    book_id = book_id or "1" + world.mint(_DIGITS, 43)
    properties = {**_DEFAULTS, **{k: v for k, v in (body.get("properties") or {}).items() if v is not None}}
    world.store.put("sheets.book", book_id, {"properties": properties, "order": [], "named": {}})
    book = Book(world, book_id)
    for sheet in body.get("sheets") or [{"properties": {"title": "Sheet1", "sheetId": 0}}]:
        wanted = sheet.get("properties") or {}
        if not book.doc["order"] and wanted.get("sheetId") is None:
            wanted = {**wanted, "sheetId": 0}
        tabs.add(book, {"properties": wanted})
    book.save()
    return book


def publish(world: World, book_id: str, *, renamed: bool = False) -> None:
    """Tell the page, and Drive, that a spreadsheet changed."""
    drive.edited(world, book_id, at_once=renamed)
    world.bus.publish("sheet", {"spreadsheetId": book_id})


def _mask() -> Json | None:
    return parse_mask(request.args["fields"]) if request.args.get("fields") else None


def _flag(name: str) -> bool:
    return request.args.get(name, "").lower() == "true"


def blueprint(world: World) -> Blueprint:
    """The routes over one world."""
    routes = Blueprint("sheets", __name__)
    _books(routes, world)
    _values(routes, world)
    return routes


def _books(routes: Blueprint, world: World) -> None:
    @routes.post("/v4/spreadsheets")
    @call("sheets.create")
    def create() -> Response:
        body = incoming("sheets.spreadsheets.create")
        if by_service_account():
            raise GoogleError(403, FORBIDDEN)
        book = make_book(world, body)
        drive.created(world, book.id, drive.SHEET_TYPE)
        world.bus.publish("sheet", {"spreadsheetId": book.id})
        return reply(resource.spreadsheet(book, [], data=False))

    @routes.get("/v4/spreadsheets/<book_id>")
    @call("sheets.get")
    def get(book_id: str) -> Response:
        check_query("sheets.spreadsheets.get")
        if _flag("excludeTablesInBandedRanges"):
            raise not_built("get with excludeTablesInBandedRanges")
        ranges, mask = request.args.getlist("ranges"), _mask()
        return reply(resource.spreadsheet(Book(world, book_id), ranges, data=_flag("includeGridData"), mask=mask))

    @routes.post("/v4/spreadsheets/<book_id>:batchUpdate")
    @call("sheets.batchUpdate")
    def batch_update(book_id: str) -> Response:
        body = incoming("sheets.spreadsheets.batchUpdate")
        book = Book(world, book_id)
        answer: Json = {"spreadsheetId": book_id, "replies": batch.apply(book, body.get("requests") or [])}
        if body.get("includeSpreadsheetInResponse"):
            mask = _mask()
            inner = None if mask is None or "*" in mask else mask.get("updatedSpreadsheet", {})
            data = bool(body.get("responseIncludeGridData"))
            answer["updatedSpreadsheet"] = resource.spreadsheet(
                book, body.get("responseRanges") or [], data=data, mask=inner
            )
        publish(world, book_id, renamed=any("updateSpreadsheetProperties" in each for each in body["requests"]))
        return reply(answer)

    @routes.get("/v4/spreadsheets/<book_id>/developerMetadata/<int:number>")
    @call("sheets.developerMetadata.get")
    def metadata_get(book_id: str, number: int) -> Response:
        return reply(metadata.get(Book(world, book_id), str(number)))

    @routes.post("/v4/spreadsheets/<book_id>/developerMetadata:search")
    @call("sheets.developerMetadata.search", reads=True)
    def metadata_search(book_id: str) -> Response:
        body = incoming("sheets.spreadsheets.developerMetadata.search")
        return reply(metadata.search(Book(world, book_id), body))


def _values(routes: Blueprint, world: World) -> None:
    @routes.get("/v4/spreadsheets/<book_id>/values/<path:text>")
    @call("sheets.values.get")
    def values_get(book_id: str, text: str) -> Response:
        check_query("sheets.spreadsheets.values.get")
        return reply(values.read(Book(world, book_id), text, request.args))

    @routes.put("/v4/spreadsheets/<book_id>/values/<path:text>")
    @call("sheets.values.update")
    def values_update(book_id: str, text: str) -> Response:
        body = incoming("sheets.spreadsheets.values.update", "data")
        answer = values.update(Book(world, book_id), text, body, request.args)
        publish(world, book_id)
        return reply(answer)

    @routes.get("/v4/spreadsheets/<book_id>/values:batchGet")
    @call("sheets.values.batchGet")
    def values_batch_get(book_id: str) -> Response:
        check_query("sheets.spreadsheets.values.batchGet")
        book, texts = Book(world, book_id), request.args.getlist("ranges")
        shown: Json = {"spreadsheetId": book_id}
        if texts:
            shown["valueRanges"] = [values.read(book, text, request.args) for text in texts]
        return reply(shown)

    @routes.post("/v4/spreadsheets/<book_id>/values:batchUpdate")
    @call("sheets.values.batchUpdate")
    def values_batch_update(book_id: str) -> Response:
        body = incoming("sheets.spreadsheets.values.batchUpdate")
        answer = values.batch_update(Book(world, book_id), body)
        publish(world, book_id)
        return reply(answer)

    @routes.post("/v4/spreadsheets/<book_id>/values/<path:text>:clear")
    @call("sheets.values.clear")
    def values_clear(book_id: str, text: str) -> Response:
        incoming("sheets.spreadsheets.values.clear")
        answer = values.clear(Book(world, book_id), text)
        publish(world, book_id)
        return reply(answer)


def dump(world: World) -> Json:
    """All spreadsheets for test invariants: tabs with their rows of plain values, protections and metadata."""
    shown: Json = {}
    for book_id, doc in world.store.items("sheets.book"):
        book = Book(world, book_id)
        shown[book_id] = {
            "title": doc["properties"]["title"],
            "metadata": list(book.metadata()),
            "tabs": {tab.title: _tab_dump(book, tab.title) for tab in book.tabs},
        }
    return shown


def _tab_dump(book: Book, title: str) -> Json:
    tab = book.titled(title)
    if tab is None:
        raise GoogleError(404, title)
    _, box = book.find(f"'{title.replace(chr(39), chr(39) * 2)}'")
    options = {"valueRenderOption": "UNFORMATTED_VALUE"}
    return {"sheetId": tab.id, "rows": values.matrix(book, tab, box, options), "protected": tab.doc["protected"]}
