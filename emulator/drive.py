"""Google Drive v3, as far as the product calls it (facts/google.md 7)."""

from __future__ import annotations

import re
import string
from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from emulator.clock import instant
from emulator.faults import call
from emulator.google_errors import GoogleError, drive_missing, not_built
from emulator.google_schema import check_query, incoming
from emulator.google_wire import Json, by_service_account, parse_mask, reply, select
from emulator.world import World

KIND = "drive.file"
SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
#: cell edits reach `version` and `modifiedTime` about this late (facts/google.md 0.3)
COALESCED = timedelta(minutes=3)
OWNER = {"kind": "drive#permission", "id": "00000000000000000001", "type": "user",
         "emailAddress": "owner@nowhere.example", "role": "owner"}  # fmt: skip
_BRIEF = ("kind", "id", "name", "mimeType")
_TERM = re.compile(r"\s*(name|mimeType|trashed)\s*(=|!=|contains)\s*('(?:[^'\\]|\\.)*'|\"[^\"]*\"|true|false)\s*")


def created(world: World, file_id: str, mime: str, name: str | None = None) -> Json:
    """Enter a new file; a spreadsheet's name is its title and is kept there."""
    now = _stamp(world.clock.now())
    doc: Json = {"mimeType": mime, "name": name, "createdTime": now, "modifiedTime": now, "version": 1,
                 "permissions": [OWNER], "pending": False}  # fmt: skip
    world.store.put(KIND, file_id, doc)
    return doc


def edited(world: World, file_id: str, *, at_once: bool = False) -> None:
    """A spreadsheet's cells changed: shown at once only if the last change is three minutes old."""
    doc = world.store.get(KIND, file_id)
    if doc is None or (doc["pending"] and not at_once):
        return
    now = world.clock.now()
    if at_once or now - instant(doc["modifiedTime"]) >= COALESCED:
        doc.update(modifiedTime=_stamp(now), version=doc["version"] + 1, pending=False)
    else:
        doc["pending"] = True
    world.store.put(KIND, file_id, doc)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _file(world: World, file_id: str) -> Json:
    doc = world.store.get(KIND, file_id)
    if doc is None:
        raise drive_missing(file_id)
    if doc["pending"] and world.clock.now() - instant(doc["modifiedTime"]) >= COALESCED:
        edited(world, file_id, at_once=True)
    return doc


def _shown(world: World, file_id: str, doc: Json) -> Json:
    book = world.store.get("sheets.book", file_id)
    name = book["properties"]["title"] if book else doc["name"]
    shown: Json = {"kind": "drive#file", "id": file_id, "name": name, "mimeType": doc["mimeType"]}
    shown |= {"createdTime": doc["createdTime"], "modifiedTime": doc["modifiedTime"], "version": str(doc["version"])}
    shown |= {"trashed": False, "ownedByMe": True, "permissions": doc["permissions"]}
    shown["owners"] = [{"kind": "drive#user", "emailAddress": OWNER["emailAddress"], "me": False}]
    if book:
        shown["webViewLink"] = f"https://docs.google.com/spreadsheets/d/{file_id}/edit?usp=drivesdk"
    return shown


def _brief(shown: Json) -> Json:
    """Without a mask Drive shows only four fields (facts/google.md 7)."""
    return shown if request.args.get("fields") else {name: shown[name] for name in _BRIEF}


def blueprint(world: World) -> Blueprint:
    """The routes over one world."""
    routes = Blueprint("drive", __name__)
    _files(routes, world)
    _permissions(routes, world)
    return routes


def _files(routes: Blueprint, world: World) -> None:
    @routes.post("/drive/v3/files")
    @call("drive.files.create")
    def create() -> Response:
        from emulator.sheets.routes import make_book

        body = incoming("drive.files.create")
        if by_service_account():
            text = (
                "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation instead."
            )
            raise GoogleError(403, text, reason="storageQuotaExceeded", domain="usageLimits")
        if body.get("mimeType") != SHEET_TYPE or set(body) - {"mimeType", "name", "parents"}:
            raise not_built(f"files.create of {body.get('mimeType')} with {', '.join(sorted(body))}")
        book = make_book(world, {"properties": {"title": body.get("name") or "Untitled"}})
        doc = created(world, book.id, SHEET_TYPE)
        world.bus.publish("sheet", {"spreadsheetId": book.id})
        return reply(_brief(_shown(world, book.id, doc)))

    @routes.get("/drive/v3/files/<file_id>")
    @call("drive.files.get")
    def get(file_id: str) -> Response:
        check_query("drive.files.get")
        return reply(_brief(_shown(world, file_id, _file(world, file_id))))

    @routes.get("/drive/v3/files")
    @call("drive.files.list")
    def listed() -> Response:
        check_query("drive.files.list")
        tests = _query(request.args.get("q", ""))
        found = [_shown(world, file_id, _file(world, file_id)) for file_id, _ in world.store.items(KIND)]
        found = [each for each in found if all(_matches(each, *test) for test in tests)]
        found.sort(key=lambda each: str(each["modifiedTime"]), reverse=True)
        if not request.args.get("fields"):
            found = [{name: each[name] for name in _BRIEF} for each in found]
        return reply({"kind": "drive#fileList", "incompleteSearch": False, "files": found})

    @routes.delete("/drive/v3/files/<file_id>")
    @call("drive.files.delete")
    def delete(file_id: str) -> Response:
        check_query("drive.files.delete")
        _file(world, file_id)
        world.store.drop(KIND, file_id)
        world.store.drop("sheets.book", file_id)
        world.bus.publish("sheet", {"spreadsheetId": file_id})
        return Response(status=204, content_type="text/html")


def _query(text: str) -> list[tuple[str, str, str]]:
    """(field, operator, value) terms joined by `and`."""
    tests = []
    for term in re.split(r"\s+and\s+", text.strip()) if text.strip() else []:
        match = _TERM.fullmatch(term)
        if match is None:
            raise not_built(f"files.list with q={text}")
        tests.append((match[1], match[2], match[3].strip("'\"").replace("\\'", "'")))
    return tests


def _matches(shown: Json, field: str, operator: str, value: str) -> bool:
    own = str(shown[field])
    if field == "trashed":
        own = own.lower()
    if operator == "contains":
        return value.casefold() in own.casefold()
    return (own == value) == (operator == "=")


def _permissions(routes: Blueprint, world: World) -> None:
    @routes.post("/drive/v3/files/<file_id>/permissions")
    @call("drive.permissions.create")
    def share(file_id: str) -> Response:
        body = incoming("drive.permissions.create")
        doc = _file(world, file_id)
        if not body.get("role") or not body.get("type"):
            raise GoogleError(400, "The permission type field is required.", reason="required")
        kept = {"kind": "drive#permission", "id": world.mint(string.digits, 20), **body}
        doc["permissions"] = [*doc["permissions"], kept]
        world.store.put(KIND, file_id, doc)
        return reply(kept if request.args.get("fields") else _visible(kept))

    @routes.get("/drive/v3/files/<file_id>/permissions")
    @call("drive.permissions.list")
    def shares(file_id: str) -> Response:
        check_query("drive.permissions.list")
        doc = _file(world, file_id)
        shown = doc["permissions"] if request.args.get("fields") else [_visible(each) for each in doc["permissions"]]
        return reply({"kind": "drive#permissionList", "permissions": shown})


def _visible(permission: Json) -> Json:
    shown: Json = select(permission, parse_mask("kind,id,type,role"))
    return shown


def dump(world: World) -> Json:
    """All files."""
    return dict(world.store.items(KIND))
