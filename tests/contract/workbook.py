"""A tab for the stories about a workbook, and requests of batchUpdate for it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

TAB = 7001
MARKER = itertools.count(41_000_000)


def row(*cells: Any) -> dict[str, Any]:
    """appendCells of one row of typed values."""
    kinds: Mapping[type, str] = {str: "stringValue", float: "numberValue", int: "numberValue", bool: "boolValue"}
    values = [{"userEnteredValue": {kinds[type(cell)]: cell}} if cell is not None else {} for cell in cells]
    return {"appendCells": {"sheetId": TAB, "rows": [{"values": values}], "fields": "userEnteredValue"}}


def marker(number: int, value: str = "abcdefghijklmnop") -> dict[str, Any]:
    entry = {"metadataId": number, "metadataKey": "sc", "metadataValue": value, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": {**entry, "location": {"sheetId": TAB}}}}
