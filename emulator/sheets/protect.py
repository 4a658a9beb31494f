"""Protected ranges, and the refusal of a write into one that the caller may not edit."""

from __future__ import annotations

from emulator import unsettled
from emulator.google_errors import GoogleError
from emulator.google_wire import Json, parse_mask
from emulator.sheets.a1 import Box
from emulator.sheets.book import Book, Tab
from emulator.sheets.cells import masked

REFUSED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)
_UNBOUNDED = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


def grid_range(raw: Json) -> Json:
    """A GridRange as Google gives it back: `sheetId` 0 is dropped, absent ends stay absent (facts/google.md 2)."""
    kept: Json = {"sheetId": int(raw["sheetId"])} if int(raw.get("sheetId") or 0) else {}
    kept.update({name: int(raw[name]) for name in _UNBOUNDED if raw.get(name) is not None})
    return kept


def guard(tab: Tab, box: Box) -> None:
    """Refuse a write into cells locked by the owner; ranges with only a warning let programs through.

    Raises:
        GoogleError: 400.
    """
    if tab.book.is_owner:
        return
    for item in tab.doc["protected"]:
        if item.get("locked") and not item.get("warningOnly") and tab.book.box(item["range"])[1].meets(box):
            raise GoogleError(400, REFUSED)


def shown(item: Json) -> Json:
    """A protected range as the API shows it to the caller."""
    visible = {name: value for name, value in item.items() if name != "locked" and value not in (False, "", None)}
    if not item.get("locked"):
        visible["requestingUserCanEdit"] = True
    if not item.get("warningOnly"):
        visible["editors"] = item.get("editors") or {"users": ["owner@nowhere.example"]}
    return visible


def add(book: Book, body: Json) -> Json:
    """`addProtectedRange`: an id may be chosen; a taken one is refused."""
    wanted = body.get("protectedRange") or {}
    if book.unlocked and not unsettled.of(book.world)["protections_change_hands"]:
        raise GoogleError(400, REFUSED)
    if wanted.get("namedRangeId") or wanted.get("tableId"):
        raise GoogleError(501, "The stand-in protects ranges only, not named ranges or tables")
    tab, _ = book.box(wanted.get("range") or {})
    taken = _taken(book)
    number = wanted.get("protectedRangeId")
    if number is None:
        number = int(book.world.mint("123456789", 9))
    elif number in taken:
        raise GoogleError(400, f"Protected range with id: {number} already exists.")
    span = grid_range(wanted.get("range") or {})
    if not set(span) & set(_UNBOUNDED) and any(not set(i["range"]) & set(_UNBOUNDED) for i in tab.doc["protected"]):
        raise GoogleError(400, f'Sheet "{tab.title}" already has sheet protection.')
    if wanted.get("warningOnly") and wanted.get("editors"):
        raise GoogleError(400, "Editors cannot be set on a protected range that only warns.")
    kept = {**wanted, "protectedRangeId": int(number), "range": span}
    kept.pop("requestingUserCanEdit", None)
    tab.doc["protected"].append(kept)
    tab.touch()
    reply = shown(kept)
    if not kept.get("warningOnly"):
        reply["editors"] = kept.get("editors") or {}
    return {"addProtectedRange": {"protectedRange": reply}}


def _taken(book: Book) -> set[int]:
    return {item["protectedRangeId"] for each in book.tabs for item in each.doc["protected"]}


def _find(book: Book, number: int) -> tuple[Tab, Json]:
    for tab in book.tabs:
        for item in tab.doc["protected"]:
            if item["protectedRangeId"] == number:
                return tab, item
    raise GoogleError(400, f"No protected range with id: {number}")


def update(book: Book, body: Json) -> Json:
    """`updateProtectedRange` by mask."""
    wanted = body.get("protectedRange") or {}
    tab, item = _find(book, int(wanted.get("protectedRangeId") or 0))
    if item.get("locked") and not book.is_owner:
        raise GoogleError(400, REFUSED)
    new = masked(item, wanted, parse_mask(body.get("fields") or "*"))
    new["protectedRangeId"] = item["protectedRangeId"]
    new["range"] = grid_range(new.get("range") or item["range"])
    tab.doc["protected"][tab.doc["protected"].index(item)] = new
    tab.touch()
    return {}


def delete(book: Book, body: Json) -> Json:
    """`deleteProtectedRange`; a missing id refuses the whole batch (seen live, spec/commit-chain.md F1)."""
    number = int(body.get("protectedRangeId") or 0)
    if not unsettled.of(book.world)["missing_protection_is_refused"] and number not in _taken(book):
        return {}
    tab, item = _find(book, number)
    if item.get("locked") and not book.is_owner:
        raise GoogleError(400, REFUSED)
    book.unlocked = True
    tab.doc["protected"].remove(item)
    tab.touch()
    return {}
