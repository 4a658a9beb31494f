"""The hidden tab ``_studio``: where the chain of commits stands. Written only by commits, read with every poll. Pure.

A1 head, A2 counters, A3 who writes; column C is the history, a ring of 512 cells ``n batch prevbatch [R]``.
Cells are restored together with the rows they describe, so the history is the receipt. Two locks ride in each batch:
the *token*, a protection of A1 that the next batch deletes by id (gone = the whole batch is refused), and the
*marker*, developer metadata whose id is the commit's number (taken = the whole batch is refused).
Source: spec commit-chain 1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sheets_schema.cells import Raw

TITLE = "_studio"
#: our sheet id of it in each workbook
SHEET_ID = 870_001
RING = 512
#: columns of the grid when it is made: room for a copy of the widest tab (images.py); an older one grows
COLUMNS = 72
MARKER_KEY = "sc"
HEAD_RANGE = f"{TITLE}!A1:A3"
HISTORY_RANGE = f"{TITLE}!C1:C{RING}"
FIRST = "begin"
#: description of a token: ``studio_sync <n> <batch>``
TOKEN = "studio_sync"  # noqa: S105  (a protection of a cell, no secret)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where the chain stands: commit ``n`` was batch ``batch``, after batch ``before``."""

    spreadsheet: str
    n: int
    batch: str
    before: str
    #: series -> last number given
    counters: Mapping[str, int] = field(default_factory=dict)
    writer: str = ""
    #: ISO instant of the commit, aware
    written_at: str = ""
    #: protectedRangeId of the token; 0 when this commit left none
    token: int = 0

    def age(self, now: datetime) -> timedelta:
        """How far from ``now`` (aware) it was written, either way; ages ago when that cannot be read."""
        try:
            return abs(now - datetime.fromisoformat(self.written_at))
        except (ValueError, TypeError):
            return timedelta.max

    def next(self, batch: str, counters: Mapping[str, int], writer: str, at: str, *, n: int = 0) -> Head:
        """The head after one more commit; ``n``: its number, when that is not the next one."""
        return Head(
            spreadsheet=self.spreadsheet,
            n=n or self.n + 1,
            batch=batch,
            before=self.batch,
            counters=dict(counters),
            writer=writer,
            written_at=at,
            token=token_of(batch),
        )


def token_of(batch: str) -> int:
    """The token's id: 31 bits of the batch id, never 0."""
    return int.from_bytes(hashlib.sha256(batch.encode()).digest()[:4], "big") % (2**31 - 2) + 1


def first_head(spreadsheet: str) -> Head:
    """Before any commit."""
    return Head(spreadsheet=spreadsheet, n=0, batch=FIRST, before="", token=token_of(spreadsheet))


def read_head(cells: Sequence[Sequence[Raw]]) -> Head | None:
    """The head from A1:A3; None when there is none or it is not ours."""
    texts = [str(row[0]) if row and row[0] is not None else "" for row in (*cells, (), (), ())][:3]
    parts = [part.strip() for part in texts[0].split("|")]
    if len(parts) < 6 or parts[0] != "v1" or not parts[3].isdigit():
        return None
    writer, _, at = texts[2].partition("|")
    return Head(
        spreadsheet=parts[1],
        n=int(parts[3]),
        batch=parts[4],
        before=parts[5],
        counters=_counters(texts[1]),
        writer=writer.strip(),
        written_at=at.strip(),
        token=int(parts[6]) if len(parts) > 6 and parts[6].isdigit() else 0,
    )


def _counters(text: str) -> dict[str, int]:
    """What can be read of A2. It is one of three sources of a number, so a cell someone spoilt is no danger."""
    try:
        loaded = json.loads(text) if text else {}
    except ValueError:
        return {}
    found = loaded.items() if isinstance(loaded, dict) else ()
    return {str(series): last for series, last in found if type(last) is int}


def head_requests(head: Head, *, recovery: bool = False) -> list[dict[str, Any]]:
    """Cells of the head and of this commit's history entry, as one part of the commit's batch."""
    lines = [
        f"v1 | {head.spreadsheet} | {SHEET_ID} | {head.n} | {head.batch} | {head.before} | {head.token or '-'}",
        json.dumps(dict(head.counters), sort_keys=True),
        f"{head.writer} | {head.written_at}",
    ]
    requests = [_cells(0, 0, lines)]
    if head.n:
        entry = f"{head.n} {head.batch} {head.before or FIRST}{' R' if recovery else ''}"
        requests.append(_cells((head.n - 1) % RING, 2, [entry]))
    return requests


def creation_requests(spreadsheet: str) -> list[dict[str, Any]]:
    """Make the tab, before any commit."""
    head = first_head(spreadsheet)
    return [*tab_requests(), *head_requests(head), add_token_request(head)]


def tab_requests() -> list[dict[str, Any]]:
    """The bare tab. Its title is the lock of whoever makes it: a second addSheet is refused."""
    grid = {"rowCount": RING, "columnCount": COLUMNS}
    properties = {"sheetId": SHEET_ID, "title": TITLE, "hidden": True, "gridProperties": grid}
    guard = {"range": {"sheetId": SHEET_ID}, "warningOnly": True, "description": "studio_sync: its own notes"}
    return [{"addSheet": {"properties": properties}}, {"addProtectedRange": {"protectedRange": guard}}]


def add_token_request(head: Head) -> dict[str, Any]:
    """The token that the next batch must find. A range, for a second protection of a whole sheet is refused."""
    box = {"sheetId": SHEET_ID, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    token = {
        "protectedRangeId": head.token,
        "range": box,
        "warningOnly": True,  # editors must not be named then (gspread#1437)
        "description": f"{TOKEN} {head.n} {head.batch}",
    }
    return {"addProtectedRange": {"protectedRange": token}}


def drop_token_request(token: int) -> dict[str, Any]:
    """Take the predecessor's token away; when it is not there Google refuses the whole batch."""
    return {"deleteProtectedRange": {"protectedRangeId": token}}


def marker_request(n: int, batch: str) -> dict[str, Any]:
    """The marker of commit ``n``: Google refuses a taken id and then applies nothing of the batch (facts/google 1)."""
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": n,
                "metadataKey": MARKER_KEY,
                "metadataValue": batch,
                "location": {"sheetId": SHEET_ID},
                "visibility": "DOCUMENT",
            }
        }
    }


def drop_marker_request(n: int) -> dict[str, Any]:
    """Forget the marker of a commit that left the ring."""
    lookup = {"metadataId": n}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One cell of the history."""

    batch: str
    before: str
    #: a recovery: the history starts anew here
    recovery: bool = False


def winner(slot: int, head: Head, history: Mapping[int, Entry]) -> str:
    """Whose batch took ``slot``; "" when it is free, or when the ring has passed it."""
    if head.n == slot:
        return head.batch
    if slot in history:
        return history[slot].batch
    return head.before if head.n == slot + 1 else ""


def read_history(cells: Sequence[Sequence[Raw]]) -> dict[int, Entry]:
    """Commit number -> what is still in the ring."""
    found: dict[int, Entry] = {}
    for row in cells:
        parts = str(row[0]).split() if row and row[0] else []
        if len(parts) >= 2 and parts[0].isdigit():
            before = parts[2] if len(parts) > 2 else ""
            found[int(parts[0])] = Entry(batch=parts[1], before=before, recovery=parts[3:] == ["R"])
    return found


def broken_line(known: tuple[int, str], head: Head, history: Mapping[int, Entry]) -> str:
    """Why the sheet does not go on from the commit we know (number, batch), or "".

    A commit that the ring has passed cannot be looked up; its successors are.
    """
    n, batch = known
    if head.n < n:
        return f"the sheet stands at commit {head.n}, we knew {n}"
    if n and head.n == n:
        return "" if head.batch == batch else f"commit {n} is another one than ours"
    for slot in range(head.n, max(n, head.n - RING + 1, 1) - 1, -1):
        entry = history.get(slot)
        if entry is None or (slot == head.n and entry.batch != head.batch):
            return f"commit {slot} is not in the history"
        if slot == n:
            return "" if entry.batch == batch else f"commit {n} is another one than ours"
        before = history.get(slot - 1)
        if entry.recovery:
            return "" if not n else f"commit {slot} begins the history anew"
        if before is not None and slot > 1 and before.batch != entry.before:
            return f"commit {slot} did not follow {slot - 1}"
    return ""


def _cells(row: int, column: int, texts: Sequence[str]) -> dict[str, Any]:
    return {
        "updateCells": {
            "start": {"sheetId": SHEET_ID, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [{"userEnteredValue": {"stringValue": text}}]} for text in texts],
            "fields": "userEnteredValue",
        }
    }
