"""The hidden tab ``_studio``: where the chain of commits stands. Written only by commits, read with every poll. Pure.

A1 head, A2 counters, A3 who writes; column C is the history, a ring of 512 cells ``n batch prevbatch [R]``.
Source: spec commit-chain 1. Cells are restored together with the rows they describe, so the history is the receipt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_schema.cells import Raw

TITLE = "_studio"
#: our sheet id of it in each workbook
SHEET_ID = 870_001
RING = 512
MARKER_KEY = "sc"
HEAD_RANGE = f"{TITLE}!A1:A3"
HISTORY_RANGE = f"{TITLE}!C1:C{RING}"
FIRST = "begin"


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
    written_at: str = ""

    def next(self, batch: str, counters: Mapping[str, int], writer: str, at: str) -> Head:
        """The head after one more commit."""
        return Head(
            spreadsheet=self.spreadsheet,
            n=self.n + 1,
            batch=batch,
            before=self.batch,
            counters=dict(counters),
            writer=writer,
            written_at=at,
        )


def first_head(spreadsheet: str) -> Head:
    """Before any commit."""
    return Head(spreadsheet=spreadsheet, n=0, batch=FIRST, before="")


def read_head(cells: Sequence[Sequence[Raw]]) -> Head | None:
    """The head from A1:A3; None when there is none or it is not ours."""
    texts = [str(row[0]) if row and row[0] is not None else "" for row in (*cells, (), (), ())][:3]
    parts = [part.strip() for part in texts[0].split("|")]
    if len(parts) < 6 or parts[0] != "v1" or not parts[3].isdigit():
        return None
    counters = _loaded(texts[1])
    writer, _, at = texts[2].partition("|")
    return Head(
        spreadsheet=parts[1],
        n=int(parts[3]),
        batch=parts[4],
        before=parts[5],
        counters={str(k): int(v) for k, v in counters.items()},
        writer=writer.strip(),
        written_at=at.strip(),
    )


def _loaded(text: str) -> dict[str, Any]:
    try:
        loaded = json.loads(text) if text else {}
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def head_requests(head: Head) -> list[dict[str, Any]]:
    """Cells of the head and of this commit's history entry, as one part of the commit's batch."""
    lines = [
        f"v1 | {head.spreadsheet} | {SHEET_ID} | {head.n} | {head.batch} | {head.before} | -",
        json.dumps(dict(head.counters), sort_keys=True),
        f"{head.writer} | {head.written_at}",
    ]
    requests = [_cells(0, 0, lines)]
    if head.n:
        requests.append(_cells((head.n - 1) % RING, 2, [f"{head.n} {head.batch} {head.before}"]))
    return requests


def creation_requests(spreadsheet: str) -> list[dict[str, Any]]:
    """Make the tab. Its title is the lock of the very first start: a second addSheet is refused."""
    grid = {"rowCount": RING, "columnCount": 8}
    properties = {"sheetId": SHEET_ID, "title": TITLE, "hidden": True, "gridProperties": grid}
    guard = {"range": {"sheetId": SHEET_ID}, "warningOnly": True, "description": "studio_sync: its own notes"}
    return [
        {"addSheet": {"properties": properties}},
        {"addProtectedRange": {"protectedRange": guard}},
        *head_requests(first_head(spreadsheet)),
    ]


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


def read_history(cells: Sequence[Sequence[Raw]]) -> dict[int, str]:
    """Commit number -> batch id of everything still in the ring."""
    found: dict[int, str] = {}
    for row in cells:
        parts = str(row[0]).split() if row and row[0] else []
        if len(parts) >= 2 and parts[0].isdigit():
            found[int(parts[0])] = parts[1]
    return found


def _cells(row: int, column: int, texts: Sequence[str]) -> dict[str, Any]:
    return {
        "updateCells": {
            "start": {"sheetId": SHEET_ID, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [{"userEnteredValue": {"stringValue": text}}]} for text in texts],
            "fields": "userEnteredValue",
        }
    }
