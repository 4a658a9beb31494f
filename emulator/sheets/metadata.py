"""Developer metadata: ids unique in the spreadsheet, a taken id refuses the batch, storage is limited (facts 1)."""

from __future__ import annotations

from emulator import unsettled
from emulator.google_errors import NOT_FOUND, GoogleError, not_built
from emulator.google_wire import Json, parse_mask
from emulator.sheets.book import Book
from emulator.sheets.cells import masked

MOST_CHARACTERS = 30_000
_LOOKUP = {
    "metadataId", "metadataKey", "metadataValue", "visibility", "locationType", "metadataLocation",
    "locationMatchingStrategy",
}  # fmt: skip


def create(book: Book, body: Json) -> Json:
    """`createDeveloperMetadata`."""
    wanted = body.get("developerMetadata") or {}
    if not wanted.get("metadataKey"):
        raise GoogleError(400, "A metadata key must be specified.")
    if wanted.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise GoogleError(400, "A visibility must be specified.")
    number = wanted.get("metadataId")
    if number is None:
        number = int(book.world.mint("123456789", 9))
    if not 0 < int(number) < 2**31:
        raise GoogleError(400, "The metadata ID must be a positive number.")
    refuses = unsettled.of(book.world)["taken_metadata_is_refused"]
    if refuses and book.store.get(book.metadata_kind, str(number)):
        raise GoogleError(
            400,
            f"Cannot add developer metadata with ID [{number}] because developer metadata with that ID already exists.",
        )
    kept: Json = {"metadataId": int(number), "metadataKey": wanted["metadataKey"]}
    if wanted.get("metadataValue"):
        kept["metadataValue"] = wanted["metadataValue"]
    kept["location"] = _location(book, wanted.get("location") or {})
    kept["visibility"] = wanted["visibility"]
    _room(book, kept)
    book.store.put(book.metadata_kind, str(number), kept)
    return {"createDeveloperMetadata": {"developerMetadata": kept}}


def _location(book: Book, raw: Json) -> Json:
    given = [
        name
        for name in ("spreadsheet", "sheetId", "dimensionRange")
        if raw.get(name) is not None and raw.get(name) is not False
    ]
    if len(given) != 1:
        raise GoogleError(400, "Exactly one location must be specified.")
    if given == ["spreadsheet"]:
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if given == ["sheetId"]:
        return {"locationType": "SHEET", "sheetId": book.tab(int(raw["sheetId"])).id}
    span = raw["dimensionRange"]
    tab, dimension = book.tab(int(span.get("sheetId") or 0)), span.get("dimension")
    start, end = int(span.get("startIndex") or 0), int(span.get("endIndex") or 0)
    if dimension not in {"ROWS", "COLUMNS"} or end - start != 1:
        raise GoogleError(400, "Developer metadata may be on a single row or column only.")
    if end > tab.size[dimension == "COLUMNS"]:
        raise GoogleError(400, f"The dimension range is outside the grid of sheet {tab.title}.")
    kept = {"sheetId": tab.id, "dimension": dimension, "startIndex": start, "endIndex": end}
    return {"locationType": dimension[:-1], "dimensionRange": kept}


def sheet_of(entry: Json) -> int | None:
    """The sheetId an entry lies on; None for the spreadsheet itself."""
    location = entry["location"]
    if "sheetId" in location:
        return int(location["sheetId"])
    return int(location["dimensionRange"]["sheetId"]) if "dimensionRange" in location else None


def _room(book: Book, new: Json) -> None:
    place = sheet_of(new)
    used = sum(_length(entry) for entry in book.metadata() if sheet_of(entry) == place)
    if used + _length(new) > MOST_CHARACTERS:
        raise GoogleError(400, f"Developer metadata may hold {MOST_CHARACTERS} characters per sheet.")


def _length(entry: Json) -> int:
    return len(str(entry["metadataId"])) + len(entry["metadataKey"]) + len(entry.get("metadataValue") or "")


def matching(book: Book, data_filter: Json) -> list[Json]:
    """Entries that one DataFilter finds."""
    lookup = data_filter.get("developerMetadataLookup")
    if lookup is None or set(lookup) - _LOOKUP:
        raise not_built("data filter other than developerMetadataLookup")
    if lookup.get("locationMatchingStrategy") and not lookup.get("metadataLocation"):
        raise GoogleError(400, "locationMatchingStrategy must not be set without metadataLocation.")
    if lookup.get("locationMatchingStrategy") == "EXACT_LOCATION" and lookup.get("locationType"):
        raise GoogleError(400, "locationType must not be set with EXACT_LOCATION.")
    return [entry for entry in book.metadata() if _found(entry, lookup)]


def _found(entry: Json, lookup: Json) -> bool:
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if lookup.get(name) not in (None, entry.get(name)):
            return False
    if lookup.get("locationType") not in (None, entry["location"]["locationType"]):
        return False
    place = lookup.get("metadataLocation")
    return place is None or _at(entry, place, exact=lookup.get("locationMatchingStrategy") == "EXACT_LOCATION")


def _at(entry: Json, place: Json, *, exact: bool) -> bool:
    location = entry["location"]
    if place.get("spreadsheet"):
        if not exact:
            raise GoogleError(400, "The spreadsheet is no location to intersect with.")
        return "spreadsheet" in location
    if place.get("sheetId") is not None:
        return bool((location.get("sheetId") if exact else sheet_of(entry)) == place["sheetId"])
    span, own = place.get("dimensionRange") or {}, location.get("dimensionRange")
    if own is None or own["dimension"] != span.get("dimension") or own["sheetId"] != (span.get("sheetId") or 0):
        return False
    start, end = span.get("startIndex") or 0, span.get("endIndex")
    if exact:
        return bool(own["startIndex"] == start and own["endIndex"] == end)
    return bool(own["endIndex"] > start and (end is None or own["startIndex"] < end))


def update(book: Book, body: Json) -> Json:
    """`updateDeveloperMetadata` of all entries found."""
    mask, changed = parse_mask(body.get("fields") or "*"), []
    for data_filter in body.get("dataFilters") or []:
        for entry in matching(book, data_filter):
            new = masked(entry, body.get("developerMetadata") or {}, mask)
            new["metadataId"] = entry["metadataId"]
            new["location"] = _location(book, {k: v for k, v in new["location"].items() if k != "locationType"})
            book.store.put(book.metadata_kind, str(entry["metadataId"]), new)
            changed.append(new)
    return {"updateDeveloperMetadata": {"developerMetadata": changed}}


def delete(book: Book, body: Json) -> Json:
    """`deleteDeveloperMetadata`. What Google answers when a metadataId is not there is not known: refused, unless told
    otherwise (`unsettled`), so that nobody relies on the friendlier answer (facts/google.md 10).
    """
    data_filter = body.get("dataFilter") or {}
    found = matching(book, data_filter)
    refuses = unsettled.of(book.world)["missing_metadata_is_refused"]
    if refuses and not found and "metadataId" in data_filter["developerMetadataLookup"]:
        number = data_filter["developerMetadataLookup"]["metadataId"]
        raise GoogleError(400, f"No developer metadata with ID [{number}] exists.")
    for entry in found:
        book.store.drop(book.metadata_kind, str(entry["metadataId"]))
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": found} if found else {}}


def search(book: Book, body: Json) -> Json:
    """developerMetadata:search; every entry once, with the filters that found it."""
    found: dict[int, Json] = {}
    for data_filter in body.get("dataFilters") or []:
        for entry in matching(book, data_filter):
            item = found.setdefault(entry["metadataId"], {"developerMetadata": entry, "dataFilters": []})
            item["dataFilters"].append(data_filter)
    return {"matchedDeveloperMetadata": list(found.values())} if found else {}


def get(book: Book, number: str) -> Json:
    """One entry by id."""
    entry = book.store.get(book.metadata_kind, number)
    if entry is None:
        raise GoogleError(404, NOT_FOUND)
    return entry
