"""What the commit chain asks of Google, tried on the workbook itself. What is written for it is taken away again.

Source: spec commit-chain 8, F1 to F5. Each refusal asked for applies nothing. F4 and F5 need two small tabs, made and
deleted here; no tab of hers is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_schema.cells import Raw
from sheets_schema.head import MARKER_KEY, drop_token_request, marker_request
from studio_sync.errors import Refused
from studio_sync.ports import Workbook

#: protections that nobody has: an id of ours is made of a batch, and hardly one of these
NOBODYS, FIRST, SECOND = 2_147_483_646, 2_147_483_645, 2_147_483_644
#: the two small tabs: sheet id -> title
TABS = {870_008: "_studio_try", 870_009: "_studio_try_copy"}
FROM, TO = TABS
#: of which the second is hidden by a filter
ROWS: tuple[tuple[Raw, ...], ...] = (("shown", 250.5, True), ("hidden", 46_000, "+447700900123"))
_KINDS = {str: "stringValue", bool: "boolValue"}
#: what to do about a weak one
NOT_YET = "Do not go live with it yet, and tell us what stands above."
Request = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What was found, in words."""

    #: without these nobody should go live
    weak: tuple[str, ...] = ()
    #: these are lived with
    notes: tuple[str, ...] = ()


def weak_locks(port: Workbook) -> list[str]:
    """Two harmless calls, both to be refused; what Google lets through and should not. Raises the port's errors."""
    shape = port.shape()
    same = {"updateSpreadsheetProperties": {"properties": {"title": shape.title}, "fields": "title"}}
    weak = []
    if not _refused(port, [same, drop_token_request(NOBODYS)]):
        weak.append(f"{shape.title}: a lock that is not there can be taken away.")
    marker = max((n for n, (key, _) in shape.markers.items() if key == MARKER_KEY), default=0)
    if marker and not _refused(port, [same, marker_request(marker, "probe")]):
        weak.append(f"{shape.title}: a commit can have the number of another one.")
    return weak


def try_locks(port: Workbook) -> Tried:
    """Try everything the chain rests on. Raises the port's errors."""
    weak = weak_locks(port)
    shape = port.shape()
    left = [sheet.sheet_id for sheet in shape.sheets if TABS.get(sheet.sheet_id) == sheet.title]
    port.commit([*_gone(left), *_made()])
    try:
        if not _refused(port, [_lock(FIRST), _lock(FIRST)]):
            weak.append(f"{shape.title}: two locks can have one number.")
        port.commit([_lock(FIRST)])
        if _refused(port, [drop_token_request(FIRST), _lock(SECOND)]):
            weak.append(f"{shape.title}: one lock cannot take the place of another, so nothing could be written.")
        notes = _notes(shape.title, port.commit([_copy(at) for at in range(len(ROWS))], show=f"{TABS[TO]}!A1:C2"))
    finally:
        port.commit(_gone(TABS))
    return Tried(weak=tuple(weak), notes=tuple(notes))


def _notes(title: str, shown: Sequence[Sequence[Raw]]) -> list[str]:
    """What the copies tell: whether a row is kept as it was before we write into it."""
    lines = [tuple(line) for line in (*shown, (), ())][: len(ROWS)]
    if lines[0] != ROWS[0]:
        return [f"{title}: Google does not copy a row as it is before we write into it. {_LIVED_WITH}"]
    if lines[1] != ROWS[1]:
        return [f"{title}: Google does not copy rows that a filter hides. {_LIVED_WITH}"]
    return []


_LIVED_WITH = (
    "If you sort in the very second of a write, we put the row back as we remember it, and Today tells you. "
    "Nothing to do."
)


def _refused(port: Workbook, requests: Sequence[Request]) -> bool:
    try:
        port.commit(requests)
    except Refused as error:
        if error.code != 400:
            raise
        return True
    return False


def _made() -> list[Request]:
    made: list[Request] = []
    for ident, title in TABS.items():
        grid = {"rowCount": 4, "columnCount": 4}
        properties = {"sheetId": ident, "title": title, "hidden": True, "gridProperties": grid}
        made.append({"addSheet": {"properties": properties}})
    cells = [
        {"values": [{"userEnteredValue": {_KINDS.get(type(raw), "numberValue"): raw}} for raw in row]} for row in ROWS
    ]
    start = {"sheetId": FROM, "rowIndex": 1, "columnIndex": 0}
    made.append({"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}})
    area = {"sheetId": FROM, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 3}
    hides = {"range": area, "criteria": {"0": {"hiddenValues": ["hidden"]}}}
    return [*made, {"setBasicFilter": {"filter": hides}}]


def _gone(sheets: Sequence[int] | Mapping[int, str]) -> list[Request]:
    return [{"deleteSheet": {"sheetId": ident}} for ident in sheets]


def _lock(ident: int) -> Request:
    area = {"sheetId": TO, "startRowIndex": 3, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 1}
    return {"addProtectedRange": {"protectedRange": {"protectedRangeId": ident, "range": area, "warningOnly": True}}}


def _copy(at: int) -> Request:
    width = {"startColumnIndex": 0, "endColumnIndex": len(ROWS[0])}
    source = {"sheetId": FROM, "startRowIndex": 1 + at, "endRowIndex": 2 + at, **width}
    target = {"sheetId": TO, "startRowIndex": at, "endRowIndex": 1 + at, **width}
    return {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}
