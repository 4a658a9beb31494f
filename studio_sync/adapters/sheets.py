"""``ports.Workbook`` on gspread: one spreadsheet, read by ``values:batchGet``, written by one ``batchUpdate``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from sheets_schema.slices import Slice, Slices
from sheets_schema.workbook.tags import TAG_KEY
from studio_sync.adapters import outcomes
from studio_sync.adapters.google_http import GoogleHttp
from studio_sync.adapters.outcomes import Call
from studio_sync.errors import InDoubt
from studio_sync.ports import Raw, SheetShape, WorkbookShape

_SERVICE = "sheets"
_SPREADSHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
_JSON = {"Content-Type": "application/json"}
#: dates come as serial days and numbers as numbers, whatever the cell shows
_AS_STORED = {
    "majorDimension": "ROWS",
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
    # As few bytes as can be; "values" is absent when all is empty (facts google 3).
    "fields": "valueRanges(range,values)",
}
#: Google packs its answers only for a program that says so twice
_PACKED = {"Accept-Encoding": "gzip", "User-Agent": "studio-sync (gzip)"}
#: of an answer to a commit: only the cells asked for; a mask decides alone whether there are cells (facts google 2)
_SHOWN = "updatedSpreadsheet.sheets.data.rowData.values.effectiveValue"
#: of the tag of a column: what it says, and where the column is now
_PLACES = "matchedDeveloperMetadata.developerMetadata(metadataValue,location.dimensionRange(sheetId,startIndex))"
_MARKER = "developerMetadata(metadataId,metadataKey,metadataValue)"
_SHAPE = (
    "spreadsheetId,properties(title,timeZone,locale),namedRanges(name),"
    f"{_MARKER},sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),"
    f"protectedRanges(protectedRangeId,description),{_MARKER})"
)


class SheetsWorkbook:
    """One spreadsheet."""

    def __init__(self, way: GoogleHttp, spreadsheet_id: str) -> None:
        self._way = way
        self._client = way.sheets()
        self._id = spreadsheet_id
        self._slices = Slices()

    @property
    def id(self) -> str:
        """The spreadsheet's id."""
        return self._id

    def shape(self) -> WorkbookShape:
        """Tabs, protections and markers, without cells (one read). Markers of rows and columns are not among them."""
        with outcomes.translated(_SERVICE, Call.READ):
            body = self._client.fetch_sheet_metadata(self._id, params={"fields": _SHAPE})
        return _shape(body)

    def read(self, ranges: Sequence[str]) -> list[list[list[Raw]]]:
        """Values of ``ranges`` in A1 notation, one read, in the order asked; trailing blanks are cut."""
        if not ranges:
            return []
        return [piece.lines() for piece in self._pieces(ranges, Slices())]

    def pieces(self, ranges: Sequence[str]) -> tuple[Slice, ...]:
        """``read`` without parsing: what is as it was at the last call is the very same slice."""
        return self._pieces(ranges, self._slices)

    def _pieces(self, ranges: Sequence[str], known: Slices) -> tuple[Slice, ...]:
        url = f"{_SPREADSHEETS}/{self._id}/values:batchGet"
        with outcomes.translated(_SERVICE, Call.READ):
            answer = self._client.request("get", url, params={**_AS_STORED, "ranges": list(ranges)}, headers=_PACKED)
            return known.take(ranges, answer.content)

    def tags(self) -> dict[int, dict[str, int]]:
        """The tagged columns (one read): sheet id -> what the tag says -> position. A tag moves with its column."""
        lookup = {"metadataKey": TAG_KEY, "locationType": "COLUMN"}
        with outcomes.translated(_SERVICE, Call.READ):
            url = f"{_SPREADSHEETS}/{self._id}/developerMetadata:search"
            asked = {"dataFilters": [{"developerMetadataLookup": lookup}]}
            body = self._way.ask(_SERVICE, Call.READ, "POST", url, params={"fields": _PLACES}, json=asked).json()
        found: dict[int, dict[str, int]] = {}
        for each in body.get("matchedDeveloperMetadata", ()):
            entry = each["developerMetadata"]
            span = entry["location"]["dimensionRange"]  # an index or sheet id of 0 may be dropped (facts google 2)
            places = found.setdefault(span.get("sheetId", 0), {})
            places[entry.get("metadataValue", "")] = span.get("startIndex", 0)
        return found

    def commit(self, requests: Sequence[Mapping[str, Any]], *, show: str = "") -> list[list[Raw]]:
        """One batchUpdate, applied whole or not at all. With ``show``, the values of that range as of after the batch.

        Raises:
            Refused: 400, 403, 404, 401: nothing of it was applied.
            RateLimited: 429.
            Unavailable: it was never sent.
            InDoubt: 5xx, 408, no answer in time, connection cut, unreadable answer.
        """
        body: dict[str, Any] = {"requests": list(requests)}
        params: dict[str, Any] | None = None
        if show:
            body |= {"includeSpreadsheetInResponse": True, "responseRanges": [show]}
            params = {"fields": _SHOWN}  # without a mask every cell comes with its formats
        url = f"{_SPREADSHEETS}/{self._id}:batchUpdate"
        with outcomes.translated(_SERVICE, Call.ONCE):
            response = self._client.request("post", url, params=params, data=_short(body), headers=_JSON)
            return _grid(response.json())


def create_workbook(way: GoogleHttp, title: str, *, locale: str, zone: str) -> SheetsWorkbook:
    """A new spreadsheet with one empty tab, owned by whoever is signed in.

    A service account owns no storage, so Google refuses it there: the owner makes the file and shares it instead.

    Raises:
        Refused: not allowed.
        InDoubt: perhaps there is one now; look in Drive before making another.
    """
    body = {"properties": {"title": title, "locale": locale, "timeZone": zone}}
    with outcomes.translated(_SERVICE, Call.ONCE):
        made = way.ask(_SERVICE, Call.ONCE, "POST", _SPREADSHEETS, json=body).json()
    if not isinstance(made, dict) or not made.get("spreadsheetId"):
        raise InDoubt(_SERVICE, "the new spreadsheet was not named")
    return SheetsWorkbook(way, str(made["spreadsheetId"]))


def _short(body: Mapping[str, Any]) -> bytes:
    """As short as JSON can be: a body should stay below 2 MB. Raises as ``requests`` does for what is no JSON."""
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except ValueError as error:
        raise requests.exceptions.InvalidJSONError(error) from error


def _grid(body: Mapping[str, Any]) -> list[list[Raw]]:
    """The one range of an answer's ``updatedSpreadsheet``."""
    sheets = body.get("updatedSpreadsheet", {}).get("sheets", [])
    blocks = [block for sheet in sheets for block in sheet.get("data", ())]
    rows = blocks[0].get("rowData", []) if blocks else []
    return [[_value(cell.get("effectiveValue", {})) for cell in row.get("values", ())] for row in rows]


def _value(value: Mapping[str, Any]) -> Raw:
    if "errorValue" in value:
        return "#ERROR!"
    found: Raw = next(iter(value.values()), None)
    return found


def _shape(body: Mapping[str, Any]) -> WorkbookShape:
    properties = body.get("properties", {})
    sheets = body.get("sheets", [])
    found = [*body.get("developerMetadata", ()), *(entry for sheet in sheets for entry in _markers(sheet))]
    return WorkbookShape(
        id=body["spreadsheetId"],
        title=properties.get("title", ""),
        zone=properties.get("timeZone", ""),
        locale=properties.get("locale", ""),
        sheets=tuple(_sheet(sheet["properties"]) for sheet in sheets),
        protected={
            each["protectedRangeId"]: each.get("description", "")
            for sheet in sheets
            for each in sheet.get("protectedRanges", ())
        },
        markers={each["metadataId"]: (each["metadataKey"], each.get("metadataValue", "")) for each in found},
        named_ranges=tuple(each["name"] for each in body.get("namedRanges", ())),
    )


def _markers(sheet: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    markers: Sequence[Mapping[str, Any]] = sheet.get("developerMetadata", ())
    return markers


def _sheet(properties: Mapping[str, Any]) -> SheetShape:
    grid = properties.get("gridProperties", {})
    return SheetShape(
        title=properties["title"],
        sheet_id=properties.get("sheetId", 0),  # 0 may be dropped from an answer (facts google 2)
        rows=grid.get("rowCount", 0),
        columns=grid.get("columnCount", 0),
        hidden=properties.get("hidden", False),
    )
