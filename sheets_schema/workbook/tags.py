"""Tags: developer metadata on each column of ours, by which it is known when she renames or moves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sheets_schema.columns import Tab
from sheets_schema.workbook.look import Json

#: metadata key of our tags; the value names tab and field: ``clients.phone``
TAG_KEY = "sc_column"
#: sheet id -> value of the tag -> position of its column
TagPlaces = Mapping[int, Mapping[str, int]]


def value_of_tag(tab: Tab, field: str) -> str:
    """What the tag of a column says."""
    return f"{tab.key}.{field}"


def tag_id(tab: Tab, field: str) -> int:
    """The metadata id of a column's tag: the same in every workbook, far above the numbers of commits."""
    digest = hashlib.sha256(f"column:{value_of_tag(tab, field)}".encode()).digest()
    return 2**30 + int.from_bytes(digest[:4], "big") % (2**30 - 1)


def tags_of(tab: Tab, sheet_id: int, places: TagPlaces) -> dict[str, int]:
    """Field -> position of the tagged columns of one tab."""
    found = places.get(sheet_id, {})
    return {c.field: found[value_of_tag(tab, c.field)] for c in tab.columns if value_of_tag(tab, c.field) in found}


def tag_requests(tab: Tab, sheet_id: int, columns: Iterable[tuple[str, int]]) -> list[Json]:
    """Tag these columns, given as (field, position). A taken id refuses the whole batch (facts/google 1)."""
    return [
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataId": tag_id(tab, field),
                    "metadataKey": TAG_KEY,
                    "metadataValue": value_of_tag(tab, field),
                    "location": {
                        "dimensionRange": {
                            "sheetId": sheet_id,
                            "dimension": "COLUMNS",
                            "startIndex": at,
                            "endIndex": at + 1,
                        }
                    },
                    "visibility": "DOCUMENT",
                }
            }
        }
        for field, at in columns
    ]
